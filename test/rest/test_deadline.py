"""The deadline holds wherever bytes come in or go out: TLS, proxies, sending, connections that are used again."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import urllib3
from urllib3.util import connection

from openapi_client import ApiConnectionException, ApiTimeoutException
from openapi_client.rest.deadline import of_thread

Start = Callable[..., Any]
Step = Callable[[socket.socket, threading.Event], object]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PATIENCE_SECONDS = 10
RECORD = b"\x16\x03\x03\x3f\xff"
BIG = 32 * 2**20


def hold(connection: socket.socket, released: threading.Event) -> None:
    """Silence."""
    connection.settimeout(60)
    released.wait(60)


def drip(first: bytes, byte: bytes) -> Step:
    """Some bytes, and then one each 0.1 s, for ever."""

    def step(connection: socket.socket, released: threading.Event) -> None:
        connection.sendall(first)
        while not released.wait(0.1):  # pragma: no branch - as a rule the client hangs up first
            connection.sendall(byte)

    return step


def read_by_drips(connection: ssl.SSLSocket, released: threading.Event) -> None:
    """Reads a record each 0.1 s, so that now and then there is room for more, for minutes."""
    while not released.wait(0.1):  # pragma: no branch - as a rule the client hangs up first
        connection.recv(16384)


@pytest.fixture
def listen() -> Iterator[Callable[[Step], int]]:
    """Listens, does one thing with each connection before anything is asked, and gives the port."""
    released = threading.Event()
    sockets: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(listener: socket.socket, step: Step) -> None:
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with connection, suppress(OSError):
                step(connection, released)

    def start(step: Step) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)
        threads.append(threading.Thread(target=serve, args=(listener, step)))
        threads[-1].start()
        port: int = listener.getsockname()[1]
        return port

    yield start
    released.set()
    for listener in sockets:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join()


def failure(call: Callable[[], object]) -> ApiConnectionException:
    """The error of a call that is to fail, soon."""
    began = time.monotonic()
    with pytest.raises(ApiConnectionException) as caught:
        call()
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert of_thread.limits is None
    assert not of_thread.connecting
    return caught.value


LIMITS: dict[str, tuple[dict[str, float], str]] = {
    "connect": ({"connect_timeout_seconds": 0.3}, "no connection within 0.3 s (connect_timeout_seconds)"),
    "total": ({"total_timeout_seconds": 0.3}, "the whole call took longer than 0.3 s (total_timeout_seconds)"),
}


@pytest.mark.parametrize(("settings", "words"), LIMITS.values(), ids=LIMITS)
def test_silent_tls_handshake_ends(make_client: Start, listen: Start, settings: Any, words: str) -> None:
    """A handshake that is never answered is no connection in time."""
    url = f"https://localhost:{listen(hold)}"
    error = failure(lambda: make_client(**settings).request("GET", url))
    assert isinstance(error, ApiTimeoutException)
    assert words in str(error)


def test_dripping_tls_handshake_ends(make_client: Start, listen: Start) -> None:
    """A handshake whose answer drips, as the head of a record of 16 kB, ends as well."""
    url = f"https://localhost:{listen(drip(RECORD, b'x'))}"
    error = failure(lambda: make_client(total_timeout_seconds=0.6).request("GET", url))
    assert isinstance(error, ApiTimeoutException)
    assert "the whole call took longer than 0.6 s" in str(error)


@pytest.mark.parametrize(
    ("step", "limit"),
    [(hold, "connect"), (hold, "total"), (drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), "total")],
    ids=["silent", "silent to the end", "dripping"],
)
def test_proxy_that_does_not_answer_ends(make_client: Start, listen: Start, step: Step, limit: str) -> None:
    """A tunnel that is not opened in time is no connection in time; a drip is ended by the deadline."""
    settings, words = LIMITS[limit]
    client = make_client(proxy=f"http://127.0.0.1:{listen(step)}", **settings)
    error = failure(lambda: client.request("GET", "https://registry.invalid"))
    assert isinstance(error, ApiTimeoutException)
    assert words in str(error)


def test_answer_through_tls_that_drips_ends(raw_server: Start, tls: Start, ca_file: str, make_client: Start) -> None:
    """The deadline holds for reads through TLS too."""
    url = raw_server(OK[:-1], "hold", tls=tls("localhost")).url
    error = failure(lambda: make_client(ssl_ca_cert=ca_file, total_timeout_seconds=0.5).request("GET", url))
    assert "the whole call took longer than 0.5 s" in str(error)


@pytest.mark.parametrize("reuse", [False, True], ids=["new connection", "used again"])
def test_request_that_is_not_taken_ends(wire: Start, make_client: Start, reuse: bool) -> None:
    """A body that the server does not read ends at the deadline, also on a connection that had more time before."""
    server = wire(OK, hold) if reuse else wire(hold)
    client = make_client(read_timeout_seconds=60)
    if reuse:
        client.request("POST", server.url, body={})
    server.read_request_bodies = False
    error = failure(lambda: client.request("POST", server.url, body="x" * BIG, _request_timeout=0.4))
    assert isinstance(error, ApiTimeoutException)
    assert "the whole call took longer than 0.4 s" in str(error)
    assert server.connections == 1


@pytest.mark.parametrize("step", [hold, read_by_drips], ids=["not at all", "by drips"])
def test_request_through_tls_that_is_not_taken_ends(
    make_client: Start, listen: Start, tls: Start, ca_file: str, step: Callable[[ssl.SSLSocket, threading.Event], None]
) -> None:
    """A body of many TLS records that the server reads slowly or not at all ends at the deadline, not one a record."""

    def secured(connection: socket.socket, released: threading.Event) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        with tls("localhost").wrap_socket(connection, server_side=True) as secure:
            step(secure, released)

    url = f"https://localhost:{listen(secured)}"
    client = make_client(ssl_ca_cert=ca_file, read_timeout_seconds=60)
    error = failure(lambda: client.request("POST", url, body="x" * BIG, _request_timeout=0.6))
    assert isinstance(error, ApiTimeoutException)
    assert "the whole call took longer than 0.6 s" in str(error)


def test_unread_answer_is_not_cut_by_the_deadline(wire: Start, make_client: Start) -> None:
    """Deadline and limits end with the head of an answer that is given unread; each read then has the usual time."""
    rest = threading.Event()

    def step(connection: socket.socket, released: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{")
        rest.wait(60)
        connection.sendall(b"}")
        released.wait(60)

    answer = make_client().request("GET", wire(step).url, _preload_content=False, _request_timeout=(0.5, 30))
    assert of_thread.limits is None
    assert answer.read(1) == b"{"
    timer = threading.Timer(0.7, rest.set)
    timer.start()
    assert answer.read() == b"}"
    timer.join()
    answer.release_conn()


def test_unread_answer_has_the_time_of_a_read(wire: Start, make_client: Start) -> None:
    """What the deadline had left when the head came is no limit of a later read, and silence still ends."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

    def late(connection: socket.socket, released: threading.Event) -> None:
        released.wait(0.9)
        connection.sendall(head)
        released.wait(0.5)
        connection.sendall(b"{}")
        released.wait(60)

    answer = make_client(total_timeout_seconds=1.2).request("GET", wire(late).url, _preload_content=False)
    assert answer.read() == b"{}"
    silent = make_client(read_timeout_seconds=0.3).request(
        "GET", wire(lambda c, e: (c.sendall(head), e.wait(60))).url, _preload_content=False
    )
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        silent.read()


def test_debug_level_of_http_client_prints_nothing(
    wire: Start, make_client: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """http.client's debug level, if set for the process, prints no request, whose token it would show."""
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    make_client().request("GET", wire(OK).url, headers={"Authorization": "Bearer hidden"})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_slow_connection_leaves_less_time_for_what_follows(
    make_client: Start, listen: Start, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """What a connection took is no longer there for a handshake or for sending."""
    create = connection.create_connection

    def slowly(*arguments: Any, **options: Any) -> socket.socket:
        sock = create(*arguments, **options)
        threading.Event().wait(0.6)
        return sock

    monkeypatch.setattr(connection, "create_connection", slowly)
    given: list[float | None] = []
    settimeout = socket.socket.settimeout

    def record(sock: socket.socket, seconds: float | None) -> None:
        given.append(seconds)
        settimeout(sock, seconds)

    monkeypatch.setattr(socket.socket, "settimeout", record)
    url = f"{scheme}://localhost:{listen(hold)}"
    failure(lambda: make_client(total_timeout_seconds=1).request("POST", url, body={}))
    assert given[0] is not None
    assert min(seconds for seconds in given if seconds is not None) <= 0.4


def test_connection_that_comes_after_the_deadline_is_closed(
    make_client: Start, listen: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is made when the whole call has no time left is closed at once."""
    create, made = connection.create_connection, []

    def late(*arguments: Any, **options: Any) -> socket.socket:
        made.append(create(*arguments, **options))
        threading.Event().wait(0.1)
        return made[0]

    monkeypatch.setattr(connection, "create_connection", late)
    client = make_client(total_timeout_seconds=0.1)
    assert isinstance(failure(lambda: client.request("GET", f"http://localhost:{listen(hold)}")), ApiTimeoutException)
    assert made[0].fileno() == -1
