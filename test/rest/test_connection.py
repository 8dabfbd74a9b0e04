"""Connections: a request leaves in one piece, as urllib3 would word it, and a usual answer is read in one go."""

import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from urllib3.util import SKIP_HEADER

from openapi_client import __version__
from openapi_client.rest.connection import WholeResponse, with_deadline

Start = Callable[..., Any]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
OURS = f"openapi-client/{__version__}/python"


def test_pool_classes_are_made_once() -> None:
    """Each class of pools has one with a deadline, which goes by the same name and whose connections do too."""
    made = with_deadline(urllib3.HTTPSConnectionPool)
    assert with_deadline(urllib3.HTTPSConnectionPool) is made
    assert issubclass(made, urllib3.HTTPSConnectionPool)
    pool = made("registry.example")
    assert (made.__name__, pool.ConnectionCls.__name__) == ("HTTPSConnectionPool", "HTTPSConnection")
    base: Any = urllib3.HTTPSConnectionPool.ConnectionCls
    assert issubclass(pool.ConnectionCls, base)
    assert pool.ConnectionCls is made("other.example").ConnectionCls


def parts_of(request: bytes) -> tuple[str, set[str], str]:
    """A request's first line, its headers in any order with their names in small letters, and its body."""
    first, *headers, body = request.decode("latin-1").split("\n")
    return first, {header.partition(":")[0].lower() + header.partition(":")[2] for header in headers}, body


REQUESTS: dict[str, tuple[str, dict[str, str], Any]] = {
    "with a body": ("POST", {"Content-Type": "application/json", "User-Agent": "mine"}, {"a": "é"}),
    "without one where one is expected": ("POST", {"User-Agent": "mine"}, None),
    "without one": ("GET", {"User-Agent": "mine", "X-Latin": "é"}, None),
    "packed": ("GET", {"User-Agent": "mine", "Accept-Encoding": "gzip"}, None),
    "for another host": ("GET", {"User-Agent": "mine", "Host": "virtual.example"}, None),
    "of stated length": ("POST", {"User-Agent": "mine", "content-length": "8"}, {"a": 1}),
    "without what urllib3 adds": ("GET", {"User-Agent": "mine", "Accept-Encoding": SKIP_HEADER}, None),
}


@pytest.mark.parametrize(("method", "headers", "body"), REQUESTS.values(), ids=REQUESTS)
def test_request_is_worded_as_by_urllib3(
    wire: Start, make_client: Start, caplog: pytest.LogCaptureFixture, method: str, headers: Any, body: Any
) -> None:
    """What is sent is what urllib3's own connection sends, whichever way it goes, and nothing is complained about."""
    server = wire(OK)
    make_client().request(method, f"{server.url}/p", headers=headers, body=body)
    with urllib3.HTTPConnectionPool("127.0.0.1", server.server_address[1]) as pool:
        data = parts_of(server.requests[0])[2].encode() or None
        sent = headers if body is None else {"Content-Type": "application/json", **headers}
        pool.urlopen(method, "/p", body=data, headers=sent, timeout=30)
    ours, theirs = server.requests
    assert parts_of(ours) == parts_of(theirs)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_request_says_who_asks(wire: Start, make_client: Start) -> None:
    """Without a User-Agent of the caller's the package names itself."""
    server = wire(OK)
    make_client().request("GET", server.url)
    assert f"user-agent {OURS}" in parts_of(server.requests[0])[1]


def test_request_leaves_in_one_piece(wire: Start, make_client: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Head and body are one call of the system."""
    pieces: list[bytes] = []
    sendall = socket.socket.sendall

    def send(sock: socket.socket, data: bytes) -> None:
        pieces.append(data)
        sendall(sock, data)

    server, client = wire(OK), make_client()
    monkeypatch.setattr(socket.socket, "sendall", send)
    client.request("POST", server.url, body={"a": 1})
    (piece,) = [piece for piece in pieces if piece.startswith(b"POST")]
    assert piece.endswith(b'{"a": 1}')


def test_headers_of_each_request_are_its_own(wire: Start, make_client: Start) -> None:
    """A connection that is used again sends the headers of this request, not of the last one."""
    server, client = wire(OK), make_client()
    for value in ("1", "1", "2"):
        client.request("GET", server.url, headers={"X-Own": value})
    sent = [sorted(header for header in parts_of(request)[1] if "own" in header) for request in server.requests]
    assert sent == [["x-own 1"], ["x-own 1"], ["x-own 2"]]
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (OK, True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}", False),
    ],
    ids=["usual", "old", "chunks", "packed"],
)
def test_usual_answer_is_read_with_its_head(wire: Start, make_client: Start, answer: bytes, whole: bool) -> None:
    """A body of stated length that is not packed is read at once, any other by urllib3; then it is free."""
    server, client = wire(answer), make_client()
    for _ in range(2):
        response = client.request("GET", server.url)
        assert response.data == b"{}"
        assert isinstance(response.urllib3_response, WholeResponse) is whole
        assert response.urllib3_response.version_string in ("HTTP/1.1", "HTTP/1.0")
    assert server.connections == (1 if b"HTTP/1.1" in answer else 2)


def test_pools_serve_a_program_s_own_requests(wire: Start, make_client: Start) -> None:
    """Through the client's `pool_manager` a program may ask by urllib3's own means."""
    server = wire(OK)
    response = make_client().pool_manager.request("GET", server.url, headers={"X-Own": "v"})
    assert (response.status, response.data) == (200, b"{}")
    assert "x-own v" in parts_of(server.requests[0])[1]
