"""Faults on the wire: each becomes one of our errors, within a bound of time and of memory."""

import gzip
import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import ApiConnectionException, ApiException, ApiTimeoutException, OpenApiException

Start = Callable[..., Any]
Step = Callable[[socket.socket, threading.Event], object]

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = HEAD + b"Content-Encoding: gzip\r\n"
OK = HEAD + b"Content-Length: 2\r\n\r\n{}"
TOTAL = {"total_timeout_seconds": 0.6}
READ = {"read_timeout_seconds": 0.2}
PATIENCE_SECONDS = 10
LIMIT = 64 * 1024


def drip(first: bytes, byte: bytes = b"x") -> Step:
    """Some bytes, and then one each 0.1 s for ever."""

    def step(connection: socket.socket, released: threading.Event) -> None:
        connection.sendall(first)
        while not released.wait(0.1):  # pragma: no branch - as a rule the client hangs up first
            connection.sendall(byte)

    return step


def flood(first: bytes, more: bytes) -> Step:
    """Some bytes, and then others for ever."""

    def step(connection: socket.socket, released: threading.Event) -> None:
        connection.sendall(first)
        while not released.is_set():  # pragma: no branch - as a rule the client hangs up first
            connection.sendall(more)

    return step


def hold(first: bytes) -> Step:
    """Some bytes, and then silence."""

    def step(connection: socket.socket, released: threading.Event) -> None:
        connection.sendall(first)
        released.wait(60)

    return step


def reset(first: bytes) -> Step:
    """Some bytes, and then a reset."""

    def step(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(first)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return step


def end(answer: bytes) -> Step:
    """An answer, whole or not, and then the end of the connection."""
    return lambda connection, _: connection.sendall(answer)


WHOLE = r"the whole call took longer than 0\.6 s \(total_timeout_seconds\)"
SILENCE = r"no byte of an answer for 0\.2 s \(read_timeout_seconds\)"
BROKE = "the connection broke, or the answer is not HTTP"
FAULTS: dict[str, tuple[Step, dict[str, Any], type[ApiConnectionException], str]] = {
    "drip in the status line": (drip(b"HTTP/1.1 200 "), TOTAL, ApiTimeoutException, WHOLE),
    "drip in a header": (drip(HEAD + b"X: "), TOTAL, ApiTimeoutException, WHOLE),
    "drip of headers": (drip(HEAD, b"X: x\r\n"), TOTAL, ApiTimeoutException, WHOLE),
    "drip in the body": (drip(HEAD + b"Content-Length: 1000\r\n\r\n"), TOTAL, ApiTimeoutException, WHOLE),
    "drip to the end": (drip(HEAD + b"\r\n"), TOTAL, ApiTimeoutException, WHOLE),
    "drip of chunks": (drip(CHUNKED, b"1\r\nx\r\n"), TOTAL, ApiTimeoutException, WHOLE),
    "drip in a chunk's size": (drip(CHUNKED, b"0"), TOTAL, ApiTimeoutException, WHOLE),
    "drip of gzip": (
        drip(GZIP + b"Content-Length: 900\r\n\r\n" + gzip.compress(b"")[:10], b"\0"),
        TOTAL,
        ApiTimeoutException,
        WHOLE,
    ),
    "interim answers dripped": (drip(b"", b"HTTP/1.1 103 Hints\r\n\r\n"), TOTAL, ApiTimeoutException, WHOLE),
    "interim answers flooded": (flood(b"", b"HTTP/1.1 100 C\r\n\r\n" * 99), TOTAL, ApiTimeoutException, WHOLE),
    "silence": (hold(b""), READ, ApiTimeoutException, SILENCE),
    "silence in the head": (hold(HEAD), READ, ApiTimeoutException, SILENCE),
    "silence in the body": (hold(HEAD + b"Content-Length: 9\r\n\r\n{"), READ, ApiTimeoutException, SILENCE),
    "silence in a chunk": (hold(CHUNKED + b"9\r\n{"), READ, ApiTimeoutException, SILENCE),
    "nothing": (end(b""), {}, ApiConnectionException, BROKE),
    "reset before the head": (reset(b""), {}, ApiConnectionException, BROKE),
    "reset in the head": (reset(HEAD + b"X: "), {}, ApiConnectionException, BROKE),
    "reset in the body": (reset(HEAD + b"Content-Length: 9\r\n\r\n{"), {}, ApiConnectionException, BROKE),
    "truncated": (end(HEAD + b"Content-Length: 9\r\n\r\n{}"), {}, ApiConnectionException, "the answer ended early"),
    "truncated, of a length beyond memory": (
        end(HEAD + b"Content-Length: 1000000000000\r\n\r\n{}"),
        {"max_response_bytes": 10**15},
        ApiConnectionException,
        "the answer ended early",
    ),
    "truncated chunk": (end(CHUNKED + b"9\r\n{}"), {}, ApiConnectionException, BROKE),
    "no last chunk": (end(CHUNKED + b"2\r\n{}\r\n"), {}, ApiConnectionException, BROKE),
    "no chunks": (end(CHUNKED + b"{}\r\n"), {}, ApiConnectionException, BROKE),
    "chunk of endless size": (end(CHUNKED + b"f" * 70_000), {}, ApiConnectionException, BROKE),
    "two lengths": (
        end(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        {},
        ApiConnectionException,
        "multiple unmatching values",
    ),
    "half a head": (end(HEAD + b"Content-Le"), {}, ApiConnectionException, BROKE),
    "head without an end": (end(HEAD + b"X: y\r\n"), {}, ApiConnectionException, BROKE),
    "huge header": (end(HEAD + b"X: " + b"x" * 70_000), {}, ApiConnectionException, BROKE),
    "many headers": (end(HEAD + b"X: x\r\n" * 200 + b"\r\n"), {}, ApiConnectionException, BROKE),
    "endless header": (flood(HEAD + b"X: ", b"x" * 1000), {}, ApiConnectionException, BROKE),
    "endless headers": (flood(HEAD, b"X: x\r\n"), {}, ApiConnectionException, BROKE),
    "SSH": (end(b"SSH-2.0-OpenSSH_9.9\r\n"), {}, ApiConnectionException, "SSH-2.0-OpenSSH_9.9"),
    "noise": (end(b"\x16\x03\x01\x02\x00\x01" * 99), {}, ApiConnectionException, BROKE),
    "half of what is packed": (
        end(GZIP + b"Content-Length: 20\r\n\r\n" + gzip.compress(b"{}")[:20]),
        {},
        ApiConnectionException,
        r"the answer ended early \(what is packed in its 20 bytes is cut off\)",
    ),
    "no gzip": (end(GZIP + b"Content-Length: 4\r\n\r\nnope"), {}, ApiConnectionException, "not compressed as"),
}


@pytest.mark.parametrize(("step", "settings", "kind", "words"), FAULTS.values(), ids=FAULTS)
def test_fault_becomes_one_of_our_errors_in_time(
    wire: Start, make_client: Start, step: Step, settings: Any, kind: type[ApiConnectionException], words: str
) -> None:
    """Whatever is wrong with an answer ends the call, with status 0 and words that say what it was."""
    began = time.monotonic()
    with pytest.raises(ApiConnectionException, match=words) as caught:
        make_client(**settings).request("POST", wire(step).url, body={})
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert isinstance(caught.value, ApiTimeoutException) == (kind is ApiTimeoutException)
    assert (caught.value.status, caught.value.body) == (0, None)


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: " + b"9" * 5000 + b"\r\n",
        *(b"Content-Length: 2\r\nContent-Length: 2\r\n", b"Content-Length: 2, 2\r\n", b""),
    ],
    ids=["endless", "twice", "a list", "none"],
)
def test_length_that_says_nothing_is_passed_over(wire: Start, make_client: Start, headers: bytes) -> None:
    """Of an answer whose stated length cannot be meant the end of the connection is the end."""
    answer = make_client().request("POST", wire(end(HEAD + headers + b"\r\n{}")).url, body={})
    assert answer.data == b"{}"


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_answer_is_passed_over(wire: Start, make_client: Start, interim: bytes) -> None:
    """An answer before the answer is none, and what comes after it is not the next request's."""
    first = HEAD + b"Content-Length: 5\r\n\r\nfirst"
    server = wire(b"HTTP/1.1 " + interim + b"\r\nX: y\r\n\r\n" + first, OK)
    client = make_client()
    assert [client.request("POST", server.url, body={}).data for _ in range(2)] == [b"first", b"{}"]
    assert server.connections == 1


def test_tls_where_http_is_spoken_and_the_reverse(raw_server: Start, tls: Start, make_client: Start) -> None:
    """A wrong scheme is an error that says so; TLS is not tried again, since it would fail the same way."""
    plain, secure = raw_server(b"HTTP/1.1 400 Bad Request\r\n\r\n"), raw_server(OK, tls=tls("localhost"))
    client = make_client(retries=2, connect_timeout_seconds=0.3)
    with pytest.raises(ApiTimeoutException, match=r"no connection within 0\.3 s \(connect_timeout_seconds\)"):
        make_client(connect_timeout_seconds=0.3).request("GET", plain.url.replace("http:", "https:"))
    with pytest.raises(ApiConnectionException, match="TLS failed") as caught:
        client.request("GET", secure.url)
    assert caught.value.waits == ()
    with pytest.raises(ApiConnectionException, match=BROKE):
        make_client().request("GET", secure.url.replace("https:", "http:"))


def bomb(of: int, head: bytes = GZIP) -> bytes:
    """A small answer that unpacks to so many bytes."""
    packed = gzip.compress(bytes(of))
    return head + b"Content-Length: %d\r\n\r\n" % len(packed) + packed


TOO_LARGE: dict[str, Step] = {
    "stated": hold(HEAD + b"Content-Length: 65537\r\n\r\n"),
    "stated and flooded": flood(HEAD + b"Content-Length: 1000000000000\r\n\r\n", b"x" * 65536),
    "unstated": flood(HEAD + b"\r\n", b"x" * 65536),
    "in chunks": flood(CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    "in chunks, stated to be small": flood(
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"
    ),
    "stated as a list": flood(HEAD + b"Content-Length: 2, 2\r\n\r\n", b"x" * 65536),
    "when unpacked": end(bomb(LIMIT + 1)),
    "bomb": end(bomb(64 * 2**20)),
    "bomb in a bomb": end(
        HEAD + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(gzip.compress(bytes(64 * 2**20)))
    ),
}


@pytest.mark.parametrize("step", TOO_LARGE.values(), ids=TOO_LARGE)
def test_answer_larger_than_the_limit_is_not_read(wire: Start, make_client: Start, step: Step) -> None:
    """An answer larger than a limit, also one that only becomes so when unpacked, ends without being kept, at once."""
    server, client = wire(step), make_client(max_response_bytes=LIMIT, retries=3, total_timeout_seconds=30)
    tracemalloc.start()
    try:
        with pytest.raises(ApiConnectionException, match=r"larger than 65536 bytes \(max_response_bytes\)") as caught:
            client.request("POST", server.url, body={})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 * 2**20
    assert (len(server.requests), caught.value.waits) == (1, ())


def test_answer_as_large_as_the_limit_is_read(wire: Start, make_client: Start) -> None:
    """The limit is what an answer may have, stated, unstated or unpacked."""
    body = bytes(LIMIT)
    server = wire(HEAD + b"Content-Length: 65536\r\n\r\n" + body, bomb(LIMIT), end(HEAD + b"\r\n" + body))
    client = make_client(max_response_bytes=LIMIT)
    assert {client.request("POST", server.url, body={}).data for _ in range(3)} == {body}


@pytest.mark.parametrize(
    "step",
    [
        flood(b"HTTP/1.1 502 Bad\r\n\r\n", b"x" * 65536),
        flood(b"HTTP/1.1 502 Bad\r\nContent-Length: 1000000000000\r\n\r\n", b"x" * 65536),
        end(bomb(64 * 2**20, b"HTTP/1.1 502 Bad\r\nContent-Encoding: gzip\r\n")),
    ],
    ids=["unstated", "stated", "bomb"],
)
def test_error_with_a_huge_body_keeps_its_status(wire: Start, make_client: Start, step: Step) -> None:
    """Of an answer without success that is too large the status, the headers and the first part are given."""
    with pytest.raises(ApiException) as caught:
        make_client(max_response_bytes=LIMIT).request("POST", wire(step).url, body={})
    assert (caught.value.status, len(caught.value.body)) == (502, LIMIT)
    assert len(str(caught.value)) < 2500


def test_unreachable_ends_at_the_deadline(make_client: Start) -> None:
    """Attempts on a port that nobody listens on end when the whole call may take no longer, as the last error says."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = make_client(retries=1000, total_timeout_seconds=0.3)
        with pytest.raises(OpenApiException, match="the host accepts no connection") as caught:
            client.request("GET", f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert isinstance(caught.value, ApiException)
    assert sum(caught.value.waits) < 0.3
