"""What passes the expiry proxy, and what does not, down to the bytes."""

import base64
import hashlib
import http.client
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from openapi_client.sandbox import Sandbox
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.ports import free_ports
from openapi_client.sandbox.proxy import running_proxy

MEGABYTE = 1024 * 1024


def token_that_ends(at: float) -> str:
    """A session token as far as the proxy reads it."""
    payload = base64.urlsafe_b64encode(json.dumps({"exp": at}).encode()).decode().rstrip("=")
    return f"e30.{payload}.sig"


@pytest.fixture
def presign(sandbox: Sandbox, s3_for: Callable[..., Any]) -> Callable[[str, str], str]:
    """Make a URL with which anybody may do one thing with one object."""
    s3 = s3_for(sandbox, "proxy", "write")

    def call(operation: str, key: str) -> str:
        url: str = s3.generate_presigned_url(operation, Params={"Bucket": sandbox.bucket_name, "Key": key})
        return url

    return call


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[socket.socket]:
    """A bare connection to the proxy."""
    where = urlsplit(sandbox.s3_endpoint_url)
    with socket.create_connection((where.hostname, where.port), timeout=20) as connected:
        yield connected


def target_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def host_of(sandbox: Sandbox) -> str:
    return urlsplit(sandbox.s3_endpoint_url).netloc


def read_answer(connection: socket.socket, method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
    """The next answer on a connection."""
    answer = http.client.HTTPResponse(connection, method=method)
    with closing(answer):
        answer.begin()
        return answer, answer.read()


def test_large_object_comes_back_unchanged(presign: Callable[[str, str], str], http: urllib3.PoolManager) -> None:
    """64 MB go up and come down again as they were."""
    body = os.urandom(MEGABYTE) * 64
    assert http.request("PUT", presign("put_object", "proxy/large"), body=body).status == 200
    with http.request("GET", presign("get_object", "proxy/large"), preload_content=False) as answer:
        received = hashlib.sha256()
        for block in answer.stream(MEGABYTE):
            received.update(block)
    assert received.digest() == hashlib.sha256(body).digest()


def test_many_connections_at_once(presign: Callable[[str, str], str]) -> None:
    """Forty clients that write and read at the same time all get their own object back."""

    def round_trip(number: int) -> bool:
        body, key = bytes([number]) * MEGABYTE, f"proxy/many-{number}"
        urllib3.request("PUT", presign("put_object", key), body=body)
        return urllib3.request("GET", presign("get_object", key)).data == body

    with ThreadPoolExecutor(40) as threads:
        assert all(threads.map(round_trip, range(40)))


def test_connection_is_kept_alive(
    sandbox: Sandbox, presign: Callable[[str, str], str], connection: socket.socket
) -> None:
    """One connection carries a chunked upload that waits for 100 Continue, a HEAD and a GET."""
    host = f"Host: {host_of(sandbox)}\r\n"
    connection.sendall(
        f"PUT {target_of(presign('put_object', 'proxy/kept'))} HTTP/1.1\r\n{host}"
        "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n".encode()
    )
    assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    for piece in (b"3\r\nabc\r\n", b"4\r", b"\ndefg\r\n0", b"\r\n\r\n"):
        connection.sendall(piece)
    assert read_answer(connection)[0].status == 200
    connection.sendall(f"HEAD {target_of(presign('head_object', 'proxy/kept'))} HTTP/1.1\r\n{host}\r\n".encode())
    answer, body = read_answer(connection, "HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "7", b"")
    connection.sendall(f"GET {target_of(presign('get_object', 'proxy/kept'))} HTTP/1.1\r\n{host}\r\n".encode())
    assert read_answer(connection)[1] == b"abcdefg"


def test_head_that_comes_in_pieces(
    sandbox: Sandbox, presign: Callable[[str, str], str], connection: socket.socket
) -> None:
    """A request head may arrive a few bytes at a time."""
    sandbox.put_object("proxy/pieces", b"whole")
    head = f"GET {target_of(presign('get_object', 'proxy/pieces'))} HTTP/1.1\r\nHost: {host_of(sandbox)}\r\n\r\n"
    for start in range(0, len(head), 100):
        connection.sendall(head[start : start + 100].encode())
        time.sleep(0.001)
    assert read_answer(connection)[1] == b"whole"


def test_expired_request_is_found_behind_another(
    sandbox: Sandbox, presign: Callable[[str, str], str], connection: socket.socket
) -> None:
    """Of two requests in one packet the second is looked at as well."""
    good = f"PUT {target_of(presign('put_object', 'proxy/twice'))} HTTP/1.1\r\nHost: {host_of(sandbox)}\r\n"
    late = f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Security-Token: {token_that_ends(1)}\r\n\r\n"
    connection.sendall(f"{good}Content-Length: 2\r\n\r\nhi{late}".encode())
    received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert b"<Code>ExpiredToken</Code>" in received


@pytest.mark.parametrize("name", ["x-amz-security-token", "X-Amz-Security-Token"])
def test_expired_token_in_a_header(sandbox: Sandbox, http: urllib3.PoolManager, name: str) -> None:
    """The answer has AWS's status, code and words, and repeats the token as AWS does."""
    token = token_that_ends(time.time())
    answer = http.request("GET", f"{sandbox.s3_endpoint_url}/b/k", headers={name: token})
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/xml"
    expected = "<Code>ExpiredToken</Code><Message>The provided token has expired.</Message>"
    assert f"{expected}<Token-0>{token}</Token-0>".encode() in answer.data
    assert answer.headers["x-amz-request-id"].encode() in answer.data


def test_expired_token_in_a_presigned_url(sandbox: Sandbox, http: urllib3.PoolManager) -> None:
    """The token is found in a query too."""
    fields = {"X-Amz-Signature": "s", "X-Amz-Security-Token": token_that_ends(1)}
    answer = http.request("GET", f"{sandbox.s3_endpoint_url}/b/k", fields=fields)
    assert (answer.status, b"ExpiredToken" in answer.data) == (400, True)


def test_expired_head_has_no_body(sandbox: Sandbox, connection: socket.socket) -> None:
    """To HEAD the answer is its head alone, and then the connection ends."""
    head = f"HEAD /b/k HTTP/1.1\r\nHost: {host_of(sandbox)}\r\nX-Amz-Security-Token: {token_that_ends(1)}\r\n\r\n"
    connection.sendall(head.encode())
    received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert received.endswith(b"\r\n\r\n")


def test_expired_upload_is_read_to_its_end(sandbox: Sandbox, http: urllib3.PoolManager) -> None:
    """A client that sends all of a large body first still gets the answer, not a reset connection."""
    headers = {"X-Amz-Security-Token": token_that_ends(1)}
    answer = http.request("PUT", f"{sandbox.s3_endpoint_url}/b/k", body=bytes(32 * MEGABYTE), headers=headers)
    assert (answer.status, b"ExpiredToken" in answer.data) == (400, True)


def test_denied_upload_is_answered(presign: Callable[[str, str], str], http: urllib3.PoolManager) -> None:
    """The store answers a large upload that it denies before it has read it, and that answer arrives."""
    for _ in range(5):
        answer = http.request("PUT", presign("put_object", "elsewhere/x"), body=bytes(32 * MEGABYTE))
        assert (answer.status, b"AccessDenied" in answer.data) == (403, True)


def test_expired_upload_that_waits_is_answered_at_once(sandbox: Sandbox, connection: socket.socket) -> None:
    """A client that waits for 100 Continue is refused before it has sent anything."""
    connection.sendall(
        f"PUT /b/k HTTP/1.1\r\nHost: {host_of(sandbox)}\r\nX-Amz-Security-Token: {token_that_ends(1)}\r\n"
        "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n".encode()
    )
    answer, body = read_answer(connection, "PUT")
    assert answer.status == 400
    assert b"<Code>ExpiredToken</Code>" in body


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100_000],
    ids=["tls", "endless-head"],
)
def test_what_is_no_request_is_refused(connection: socket.socket, sent: bytes) -> None:
    """Bytes that are no HTTP request are answered in words and go no further."""
    connection.sendall(sent)
    answer, body = read_answer(connection)
    assert answer.status == 400
    assert b"<Message>This is not an HTTP/1.1 request.</Message>" in body


def test_client_that_leaves_is_no_trouble(
    sandbox: Sandbox, presign: Callable[[str, str], str], http: urllib3.PoolManager
) -> None:
    """Clients that go away in the middle of a request, an upload or a download leave the proxy as it was."""
    where = urlsplit(sandbox.s3_endpoint_url)
    sandbox.put_object("proxy/left", bytes(32 * MEGABYTE))
    host = f"Host: {where.netloc}\r\n"
    for sent in (
        "",
        "GET / HT",
        f"PUT {target_of(presign('put_object', 'proxy/half'))} HTTP/1.1\r\n{host}Content-Length: 1000\r\n\r\nhalf",
        f"GET {target_of(presign('get_object', 'proxy/left'))} HTTP/1.1\r\n{host}\r\n",
    ):
        with socket.create_connection((where.hostname, where.port), timeout=20) as leaving:
            leaving.sendall(sent.encode())
            # Closing with bytes unread resets the connection, as a killed client does.
            time.sleep(0.05)
    assert http.request("GET", presign("get_object", "proxy/left")).status == 200


def test_early_answer_reaches_a_client_that_still_sends() -> None:
    """If the store answers and hangs up in the middle of an upload, the client can go on sending and reads it all."""
    answer = b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 6\r\n\r\ndenied"
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        running_proxy(listener.getsockname()[1], "bucket", KeyLedger()) as port,
    ):
        listener.settimeout(20)
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(b"PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000000\r\n\r\n")
            store, _ = listener.accept()
            with store:
                assert store.recv(4096).endswith(b"\r\n\r\n")
                store.sendall(answer)
                store.shutdown(socket.SHUT_WR)
                received = b"".join(iter(lambda: client.recv(4096), b""))
            for _ in range(100):
                client.sendall(bytes(MEGABYTE))
    assert received == answer


def test_store_that_is_gone_ends_the_connection() -> None:
    """Without a store behind it the proxy closes the connection, which clients take for a failure to retry."""
    with (
        running_proxy(free_ports(1)[0], "bucket", KeyLedger()) as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as client,
    ):
        assert client.recv(1) == b""


def test_proxy_stops_with_connections_open(sandbox: Sandbox) -> None:
    """Idle and busy connections do not hold up the end."""
    where = urlsplit(sandbox.s3_endpoint_url)
    assert where.port
    sandbox.put_object("proxy/open", bytes(32 * MEGABYTE))
    with running_proxy(where.port, "bucket", KeyLedger()) as port:
        idle = socket.create_connection(("127.0.0.1", port), timeout=20)
        # A store that never answers, for a client that never reads.
        busy = socket.create_connection(("127.0.0.1", port), timeout=20)
        busy.sendall(b"PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n")
        began = time.monotonic()
    assert time.monotonic() - began < 5
    for client in (idle, busy):
        # Whether the proxy still gets to say goodbye is a matter of timing: a reset ends a connection too.
        with client, suppress(ConnectionResetError):
            assert client.recv(4096)[:9] in (b"", b"HTTP/1.1 ")
