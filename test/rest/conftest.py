"""Certificates of an authority of our own, small proxies that requests go through, and servers of many answers."""

import copyreg
import pickle
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import tblib.pickling_support  # type: ignore[import-untyped]  # it has no types
import trustme

from openapi_client import Configuration
from openapi_client.rest import RESTClientObject


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority that nobody else trusts."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    """The authority's certificate as a file."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def tls(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """Makes the TLS settings of a server with a certificate for some names, which may want one of its client."""

    def make(*names: str, ask_client: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        if ask_client:
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    return make


class Tunnel(socketserver.StreamRequestHandler):
    """A proxy's connection: opened as HTTP's CONNECT or SOCKS 5 asks, and then passed on both ways."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, TunnelServer)
        with suppress(OSError), socket.create_connection(server.target) as target:
            self.open_http(server.asked) if server.kind == "http" else self.open_socks(server.asked)
            upwards = threading.Thread(target=self.pass_on, args=(self.connection, target))
            upwards.start()
            self.pass_on(target, self.connection)
            upwards.join()

    def open_http(self, asked: list[bytes]) -> None:
        asked += iter(lambda: self.rfile.readline().rstrip(), b"")
        self.connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")

    def open_socks(self, asked: list[bytes]) -> None:
        self.connection.recv(16)
        self.connection.sendall(b"\x05\x00")
        asked.append(self.connection.recv(300))
        self.connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")

    @staticmethod
    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):  # pragma: no branch - either side may end it, or a reset
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


class TunnelServer(socketserver.ThreadingTCPServer):
    """A proxy that leads wherever it is asked to one place."""

    daemon_threads = True

    def __init__(self, kind: str, target: Any) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.kind = kind
        self.target = target
        self.asked: list[bytes] = []


@pytest.fixture
def tunnel(serve: Callable[..., Any]) -> Callable[[str, Any], TunnelServer]:
    """Starts proxies, `http` or `socks`, that lead to the given server."""

    def start(kind: str, target: Any) -> TunnelServer:
        server = TunnelServer(kind, target.server_address)
        serve(server)
        return server

    return start


class WireServer(socketserver.ThreadingTCPServer):
    """A server below HTTP that answers one request after another, as its steps say; the last of them from then on.

    A step is an answer, after which the connection is kept, or a function that is given the
    connection and an event that ends all waiting, after which the connection is closed.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, steps: tuple[Any, ...]) -> None:
        super().__init__(("127.0.0.1", 0), WireHandler)
        self.steps = steps
        self.requests: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.read_request_bodies = True
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def shutdown(self) -> None:
        self.released.set()
        super().shutdown()

    def next_step(self, request: bytes) -> Any:
        with self.lock:
            self.requests.append(request)
            return self.steps[min(len(self.requests), len(self.steps)) - 1]

    def count(self, difference: int) -> None:
        with self.lock:
            self.connections += difference > 0
            self.open += difference


class WireHandler(socketserver.StreamRequestHandler):
    """Reads requests to their end, and answers each with the next step."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, WireServer)
        server.count(+1)
        with suppress(OSError):
            while request := self.read_request():  # pragma: no branch - either side may end it, or a reset
                step = server.next_step(request)
                if not isinstance(step, bytes):
                    step(self.connection, server.released)
                    break
                self.wfile.write(step)
        server.count(-1)

    def read_request(self) -> bytes:
        head = b"".join(iter(lambda: self.rfile.readline().rstrip(b"\r\n") + b"\n", b"\n"))
        assert isinstance(self.server, WireServer)
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if not self.server.read_request_bodies:
            return head
        return head + self.rfile.read(int(length[1]) if length else 0)


@pytest.fixture
def wire(serve: Callable[..., Any]) -> Callable[..., WireServer]:
    """Starts servers that answer requests one after another with the given steps."""

    def start(*steps: bytes | Callable[[socket.socket, threading.Event], object]) -> WireServer:
        server = WireServer(steps)
        serve(server)
        return server

    return start


@pytest.fixture
def through_tblib() -> Iterator[Callable[[BaseException], Any]]:
    """Makes of an error what dask makes of it on the way from a worker to its client: pickled with all its causes."""
    before = dict(copyreg.dispatch_table)

    def send(error: BaseException) -> Any:
        tblib.pickling_support.install(error)
        return pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here

    yield send
    copyreg.dispatch_table.clear()
    copyreg.dispatch_table.update(before)


@pytest.fixture
def make_client() -> Iterator[Callable[..., RESTClientObject]]:
    """Makes what sends requests, closed at the end; unless told otherwise it tries once."""
    with ExitStack() as stack:

        def make(**settings: Any) -> RESTClientObject:
            client = RESTClientObject(Configuration(**{"retries": False, **settings}))
            stack.callback(client.close)
            return client

        yield make
