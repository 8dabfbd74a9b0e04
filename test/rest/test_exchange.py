"""A call on the wire: its attempts, the waits between them, redirects, and what is said of them."""

import gzip
import logging
import re
import threading
import time
import zlib
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest
import urllib3

from openapi_client import ApiConnectionException, ApiException, ApiTimeoutException, ServiceException
from openapi_client.rest.deadline import of_thread

Start = Callable[..., Any]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
TOKEN = {"Authorization": "Bearer token"}


def answer(status: int, headers: str = "", body: bytes = b"why") -> bytes:
    """An answer whose connection is kept."""
    return f"HTTP/1.1 {status} Words\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def end(data: bytes) -> Callable[[Any, Any], object]:
    """Some bytes, and then the end of the connection."""
    return lambda connection, _: connection.sendall(data)


def at_once(times: int = 3, **settings: Any) -> urllib3.Retry:
    """A policy without waits."""
    statuses = [429, 500, 502, 503, 504]
    return urllib3.Retry(times, backoff_factor=0, allowed_methods=None, status_forcelist=statuses, **settings)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_failure_in_passing_is_tried_again(wire: Start, make_client: Start, status: int) -> None:
    """A failure that may pass costs an attempt, over the same connection, with the same body and headers."""
    server = wire(answer(status, "Retry-After: 0\r\n"), OK)
    assert make_client(retries=None).request("POST", server.url, headers=dict(TOKEN), body={"a": 1}).status == 200
    assert len(server.requests) == 2
    assert server.requests[0] == server.requests[1]
    assert b"Bearer token" in server.requests[0]
    assert server.connections == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_refusal_is_never_tried_again(wire: Start, make_client: Start, status: int) -> None:
    """A refusal is final, Retry-After or not."""
    server = wire(answer(status, "Retry-After: 0\r\n"), OK)
    with pytest.raises(ApiException) as caught:
        make_client(retries=None).request("POST", server.url, body={})
    assert (caught.value.status, caught.value.body, caught.value.waits) == (status, "why", ())
    assert len(server.requests) == 1


BROKEN: dict[str, Any] = {
    "nothing": end(b""),
    "half a head": end(b"HTTP/1.1 200 OK\r\nConten"),
    "half a body": end(OK[:-1]),
    "half a chunk": end(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"),
    "half of what is packed": end(answer(200, "Content-Encoding: gzip\r\n", gzip.compress(b"{}")[:-1])),
    "half of what is packed, in chunks": end(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"4\r\n" + zlib.compress(b"{}")[:4] + b"\r\n0\r\n\r\n"
    ),
    "silence": lambda _, released: released.wait(60),
    "silence in the body": lambda connection, released: (connection.sendall(OK[:-1]), released.wait(60)),
}


@pytest.mark.parametrize("step", BROKEN.values(), ids=BROKEN)
def test_half_read_answer_is_tried_again(wire: Start, make_client: Start, step: Any) -> None:
    """An answer that breaks off or falls silent is asked for again."""
    server = wire(step, OK)
    client = make_client(retries=at_once(), read_timeout_seconds=0.2)
    assert client.request("POST", server.url, body={}).data == b"{}"
    assert len(server.requests) == 2


UNFIT: dict[str, bytes] = {
    "larger than it may be": answer(200, body=b"x" * 101),
    "larger, in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + b"x" * 255 + b"\r\n0\r\n\r\n",
    "no chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT)
def test_connection_is_used_again_unless_its_answer_broke(wire: Start, make_client: Start, unfit: bytes) -> None:
    """After whole answers a connection serves on, also a refusal's; where bytes may be left in it, another is made."""
    server = wire(answer(200), answer(403), answer(200), unfit, answer(200), answer(200))
    client = make_client(max_response_bytes=100)
    client.request("POST", server.url, body={})
    with pytest.raises(ApiException, match="403"):
        client.request("POST", server.url, body={})
    client.request("POST", server.url, body={})
    assert server.connections == 1
    with pytest.raises(ApiConnectionException):
        client.request("POST", server.url, body={})
    assert [client.request("POST", server.url, body={}).data for _ in range(2)] == [b"why", b"why"]
    assert (len(server.requests), server.connections) == (6, 2)


@pytest.mark.parametrize(("retries", "attempts"), [(2, 3), (0, 1), (False, 1)])
def test_attempts_and_waits_are_on_the_final_error(
    wire: Start, make_client: Start, retries: Any, attempts: int
) -> None:
    """The last answer is the error, with the seconds waited before each further attempt."""
    server = wire(answer(503, "Retry-After: 0\r\n", b"first"), answer(503, "Retry-After: 0\r\n", b"later"))
    with pytest.raises(ServiceException) as caught:
        make_client(retries=retries).request("POST", server.url, body={})
    assert caught.value.waits == (0,) * (attempts - 1)
    assert caught.value.body == ("first" if attempts == 1 else "later")
    assert len(server.requests) == attempts


def test_waits_are_on_a_connection_error_too(wire: Start, make_client: Start) -> None:
    """What was tried is on the error where no whole answer came at all."""
    server = wire(end(b""))
    with pytest.raises(ApiConnectionException) as caught:
        make_client(retries=at_once(2)).request("POST", server.url, body={})
    assert list(caught.value.waits) == [0, 0]
    assert len(server.requests) == 3


def test_method_that_a_policy_does_not_retry(wire: Start, make_client: Start) -> None:
    """A user's own policy says which methods may be repeated: urllib3's default has no POST among them."""
    server = wire(end(b""), OK)
    with pytest.raises(ApiConnectionException):
        make_client(retries=urllib3.Retry(3, backoff_factor=0)).request("POST", server.url, body={})
    assert len(server.requests) == 1


def test_default_policy_waits_at_random(wire: Start, make_client: Start) -> None:
    """Without a word of the server's the waits are drawn below their bounds."""
    with pytest.raises(ServiceException) as caught:
        make_client(retries=1).request("POST", wire(answer(500)).url, body={})
    (wait,) = caught.value.waits
    assert 0 < wait < 0.5


@pytest.mark.parametrize("asked", ["1", formatdate(time.time() + 2, usegmt=True)], ids=["seconds", "date"])
def test_retry_after_is_waited(wire: Start, make_client: Start, asked: str) -> None:
    """What a throttling server asks for is waited: a second, or until a date."""
    began = time.monotonic()
    server = wire(answer(429, f"Retry-After: {asked}\r\n"), OK)
    assert make_client(retries=1).request("POST", server.url, body={}).status == 200
    assert len(server.requests) == 2
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("asked", ["61", "1000000000"])
def test_retry_after_that_is_not_worth_it_ends_the_call(wire: Start, make_client: Start, asked: str) -> None:
    """A server that asks for more than a minute has its answer given as it is."""
    server = wire(answer(503, f"Retry-After: {asked}\r\n"), OK)
    with pytest.raises(ServiceException) as caught:
        make_client(retries=3).request("POST", server.url, body={})
    assert (caught.value.waits, len(server.requests)) == ((), 1)


def test_wait_beyond_the_deadline_ends_the_call(wire: Start, make_client: Start) -> None:
    """A wait that would not end in time is not begun: the answer at hand is the error."""
    server = wire(answer(503, "Retry-After: 30\r\n"), OK)
    began = time.monotonic()
    with pytest.raises(ServiceException):
        make_client(retries=3, total_timeout_seconds=20).request("POST", server.url, body={})
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("asked", ["-1", "soon", "9" * 5000])
def test_malformed_retry_after_is_passed_over(wire: Start, make_client: Start, asked: str) -> None:
    """A header that means nothing leaves the wait to the policy."""
    server = wire(answer(503, f"Retry-After: {asked}\r\n"), OK)
    assert make_client(retries=at_once()).request("POST", server.url, body={}).status == 200


def test_deadline_is_that_of_all_attempts(wire: Start, make_client: Start) -> None:
    """Silence is tried again until the whole call may take no longer."""
    server = wire(lambda _, released: released.wait(60))
    with pytest.raises(ApiTimeoutException, match=r"took longer than 0\.7 s \(total_timeout_seconds\)") as caught:
        make_client(retries=at_once(99), read_timeout_seconds=0.2, total_timeout_seconds=0.7).request("GET", server.url)
    assert 3 <= len(caught.value.waits) + 1 == len(server.requests) <= 5


def test_connection_that_the_server_closed_costs_nothing(wire: Start, make_client: Start) -> None:
    """An idle connection that the server closed, before or just as it is used again, is replaced without a wait."""
    closing = threading.Event()

    def close_later(connection: Any, _: Any) -> None:
        connection.sendall(OK)
        closing.wait(60)

    server = wire(close_later, end(b""), OK)
    client = make_client(retries=None)
    assert client.request("GET", server.url).status == 200
    closing.set()
    began = time.monotonic()
    assert client.request("GET", server.url).status == 200
    assert time.monotonic() - began < 5
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("location", ["/there?x=1", "there?x=1", "{url}/there?x=1", "?x=1", "//{host}/there?x=1#part"])
def test_redirect_at_the_same_origin_is_followed(wire: Start, make_client: Start, status: int, location: str) -> None:
    """A 307 or 308 is followed with the same method, body and token, without costing a retry."""
    server = wire(OK)
    named = location.format(url=server.url, host=server.url.removeprefix("http://"))
    server.steps = (answer(status, f"Location: {named}\r\n"), OK)
    assert make_client().request("POST", f"{server.url}/here", headers=dict(TOKEN), body={"a": 1}).status == 200
    first, second = server.requests
    path = b"/here" if location == "?x=1" else b"/there"
    assert second == first.replace(b"POST /here ", b"POST " + path + b"?x=1 ")
    assert b"Bearer token" in second


@pytest.mark.parametrize(
    ("status", "location", "why"),
    [
        (307, "http://elsewhere.example/p?token=hidden", "to http://elsewhere.example/p, at another origin"),
        (308, "https://127.0.0.1/p", "to https://127.0.0.1/p, at another origin"),
        (307, "//elsewhere.example", "to http://elsewhere.example, at another origin"),
        (307, "http://user:hidden@elsewhere.example/", "to http://elsewhere.example/, at another origin"),
        (307, "javascript:alert(1)", "at another origin"),
        (307, "http://[bad", "to what is no address"),
        (307, "http://127.0.0.1:99999/", "at another origin"),
        *((status, "/there", "which would turn the request into another one") for status in (301, 302, 303)),
    ],
)
def test_other_redirect_is_an_error(wire: Start, make_client: Start, status: int, location: str, why: str) -> None:
    """A redirect elsewhere, or that turns POST to GET, is an error with what came, and says where it led and why."""
    server = wire(answer(status, f"Location: {location}\r\n"), OK)
    with pytest.raises(ApiException) as caught:
        make_client(retries=3).request("POST", f"{server.url}/here", headers=dict(TOKEN), body={})
    error = caught.value
    assert (error.status, error.body, len(server.requests)) == (status, "why", 1)
    assert re.fullmatch(rf"redirected .*{re.escape(why)}.*: not followed", str(error.reason))
    assert error.headers is not None
    assert error.headers["Location"] == location
    assert "hidden" not in str(error.reason)


def test_redirects_in_a_circle_end(wire: Start, make_client: Start) -> None:
    """After five redirects the sixth is an error."""
    server = wire(answer(307, "Location: /\r\n"))
    with pytest.raises(ApiException, match="after 5 others: not followed"):
        make_client().request("POST", server.url, body={})
    assert len(server.requests) == 6


@pytest.mark.parametrize("status", [304, 307])
def test_redirect_that_leads_nowhere_is_an_error(wire: Start, make_client: Start, status: int) -> None:
    """An answer of this kind without an address is an error like any other."""
    with pytest.raises(ApiException) as caught:
        make_client().request("GET", wire(answer(status, body=b"")).url)
    assert (caught.value.status, caught.value.reason) == (status, "Words")


def test_redirect_is_followed_through_a_proxy(wire: Start, make_client: Start) -> None:
    """A proxy is asked for the whole address of the place that a redirect leads to."""
    server = wire(answer(307, "Location: /there\r\n"), OK)
    client = make_client(proxy=server.url)
    assert client.request("POST", "http://registry.invalid/here", body={}).status == 200
    lines = [request.partition(b"\n")[0] for request in server.requests]
    assert lines == [b"POST http://registry.invalid/%s HTTP/1.1" % place for place in (b"here", b"there")]


def test_each_attempt_is_logged(wire: Start, make_client: Start, caplog: pytest.LogCaptureFixture) -> None:
    """Each attempt is a DEBUG record, with the request's id if the server sent one, and each retry a WARNING."""
    server = wire(end(b""), answer(503, "X-Amzn-RequestId: id-1\r\n"), OK)
    with caplog.at_level(logging.DEBUG, "openapi_client"):
        make_client(retries=at_once()).request("POST", f"{server.url}/p", {"q": "hidden"}, body={})
    where = re.escape(f"POST {server.url}/p: ")
    expected = [
        ("DEBUG", r"ProtocolError in attempt 1 after \d+ ms"),
        ("WARNING", r"trying again in 0\.0 s, after ProtocolError"),
        ("DEBUG", r"503 in attempt 2 after \d+ ms, request id-1"),
        ("WARNING", r"trying again in 0\.0 s, after status 503"),
        ("DEBUG", r"200 in attempt 3 after \d+ ms"),
    ]
    records = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "openapi_client"]
    for (level, message), (expected_level, words) in zip(records, expected, strict=True):
        assert level == expected_level
        assert re.fullmatch(where + words, message)


@pytest.mark.parametrize(
    "location", ["http://evil.invalid\\@{host}/x", "http://{host}\t.evil.invalid/", "//evil.invalid\\@{host}/x"]
)
def test_redirect_that_two_libraries_read_differently_is_not_followed(
    wire: Start, make_client: Start, location: str
) -> None:
    """Neither directly nor through a proxy, which urllib3 would lead by its own reading."""
    for proxied in (False, True):
        server = wire(OK)
        host = "registry.invalid" if proxied else server.url.removeprefix("http://")
        server.steps = (answer(307, f"Location: {location.format(host=host)}\r\n"), OK)
        client = make_client(**({"proxy": server.url} if proxied else {}))
        with pytest.raises(ApiException, match="at another origin"):
            client.request("POST", f"http://{host}/here", headers=dict(TOKEN), body={})
        assert len(server.requests) == 1


def test_call_within_a_call_leaves_its_limits(wire: Start, make_client: Start) -> None:
    """A log handler that makes a call of its own, as one that ships records, takes nothing from the call under way."""
    inner, quiet = wire(OK), make_client()

    class Ship(logging.Handler):
        """Ships the first record, by a call."""

        def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - what the base class names it
            log.removeHandler(self)
            seen.append(of_thread.limits)
            quiet.request("POST", f"{inner.url}/inner", body={})
            seen.append(of_thread.limits)

    seen: list[Any] = []
    log, handler = logging.getLogger("urllib3.connectionpool"), Ship()
    log.addHandler(handler)
    level = log.level
    log.setLevel(logging.DEBUG)
    try:
        make_client().request("POST", wire(OK).url, body={})
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
    before, after = seen
    assert before is after is not None
    assert of_thread.limits is None
