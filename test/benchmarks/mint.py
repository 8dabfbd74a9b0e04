"""A registry that mints: a process of its own, which answers each request with other keys, and counts the requests."""

import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection

from nginx import ANSWER

_DUE = 1 / 4
"""Of a life: who asks for keys again before that had no need. A source has some from three fifths on at the earliest,
and counts from before its request arrived, which makes the life a little longer in its eyes."""

_POLL_SECONDS = 0.05


class MintServer(ThreadingHTTPServer):
    """Gives keys for one place.

    Args:
        life_seconds: How long keys live.
        delay_seconds: How long each answer takes but the first.

    Attributes:
        requests: How many there have been.
    """

    def __init__(self, life_seconds: float, delay_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests = 0
        self._life = timedelta(seconds=life_seconds)
        self._delay_seconds = delay_seconds
        self._lifetimes = 0
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def mint(self) -> bytes:
        """An answer with keys that nobody else has."""
        with self._lock:
            now = datetime.now(UTC)
            self.requests += 1
            if now - self._latest >= _DUE * self._life:
                self._lifetimes += 1
                self._latest = now
            access_key_id = f"ASIA{self._lifetimes:08}{self.requests:08}"
            delay_seconds = self._delay_seconds if self.requests > 1 else 0.0
        time.sleep(delay_seconds)
        answer = json.loads(ANSWER)
        answer["credentials"] |= {"aws_access_key_id": access_key_id, "expiry": (now + self._life).isoformat()}
        return json.dumps(answer).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out together; apart, the second of them would wait until the first has arrived.
    wbufsize = -1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, MintServer)
        answer = self.server.mint()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server has for it
        """Says nothing: the report is all that the command prints."""


def lifetime_of(access_key_id: str) -> int:
    """Which lifetime keys belong to: those that were asked for without need belong to that of the keys before."""
    return int(access_key_id[4:12])


def serve(parent: Connection, life_seconds: float, delay_seconds: float) -> None:
    """Tells the port, then the number of requests for each thing that is sent, until the other end is closed."""
    with parent, MintServer(life_seconds, delay_seconds) as server, suppress(EOFError):
        threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
        try:
            parent.send(server.server_port)
            while True:
                parent.recv()
                parent.send(server.requests)
        finally:
            server.shutdown()


class Mint:
    """A mint in another process.

    Args:
        connection: The other end of what it was given.

    Attributes:
        host: Its address.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.host = f"http://127.0.0.1:{connection.recv()}"

    def requests(self) -> int:
        """How many requests it has had."""
        self._connection.send(None)
        return int(self._connection.recv())


@contextmanager
def running_mint(life_seconds: float, delay_seconds: float = 0.0) -> Iterator[Mint]:
    """A mint that ends with the block, or with this process.

    Args:
        life_seconds: How long keys live.
        delay_seconds: How long each answer takes but the first.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, life_seconds, delay_seconds))
    process.start()
    theirs.close()
    with closing(process):
        with ours:
            yield Mint(ours)
        process.join()
