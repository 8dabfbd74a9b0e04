"""Which bytes pass on, however they are cut."""

import base64
import json
import re
import time

import pytest

from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.request_filter import RefusedError, RequestFilter


def head(method: str, more: str = "", *, path: str = "/b/k", ends: float | None = None) -> bytes:
    """A request head; `ends` is when its session token expires."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": ends}).encode()).decode()
    token = f"X-Amz-Security-Token: e30.{claims}.sig\r\n" if ends else ""
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{token}{more}\r\n".encode()


def new_filter(ledger: KeyLedger | None = None) -> RequestFilter:
    return RequestFilter("b", ledger or KeyLedger())


STREAM = (
    head("GET")
    + head("PUT", "Content-Length: 5\r\n")
    + b"12345"
    + head("PUT", "Transfer-Encoding: chunked\r\n")
    + b"3;x=y\r\nabc\r\n0\r\nX-Trailer: t\r\n\r\n"
    + head("GET", "Upgrade: h2c\r\nConnection: Upgrade\r\n")
    + head("HEAD", ends=time.time() + 3600)
)


@pytest.mark.parametrize("size", [1, 7, 64, len(STREAM)])
def test_bytes_pass_unchanged(size: int) -> None:
    """Heads, bodies, chunks and trailers pass as they came, in blocks of any size."""
    requests = new_filter()
    assert b"".join(requests.feed(STREAM[at : at + size]) for at in range(0, len(STREAM), size)) == STREAM


def test_head_is_held_until_it_is_whole() -> None:
    """Nothing of a head passes before its last byte; bodies pass as they come."""
    requests = new_filter()
    start = head("PUT", "Content-Length: 5\r\n")
    assert requests.feed(start[:-1]) == b""
    assert requests.feed(start[-1:] + b"12") == start + b"12"
    assert requests.feed(b"34") == b"34"


@pytest.mark.parametrize("ends", [1, time.time() - 1], ids=["long-ago", "just-now"])
def test_expired_session_is_refused(ends: float) -> None:
    """From its expiry on, a session's requests are refused with AWS's code and words."""
    with pytest.raises(RefusedError, match=r"^ExpiredToken$") as refused:
        new_filter().feed(head("GET", ends=ends))
    assert b"<Code>ExpiredToken</Code>" in refused.value.answer


def test_head_request_is_refused_without_a_body() -> None:
    """The answer to HEAD is a head, which says how long the body would be."""
    with pytest.raises(RefusedError) as refused:
        new_filter().feed(head("HEAD", ends=1))
    assert re.search(rb"\r\nContent-Length: [1-9]", refused.value.answer)
    assert refused.value.answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"x" * 70_000])
def test_what_is_no_request_is_refused(sent: bytes) -> None:
    """No HTTP, no Host header, or no end of the head: such bytes do not pass."""
    with pytest.raises(RefusedError) as refused:
        new_filter().feed(sent)
    assert b"<Code>BadRequest</Code>" in refused.value.answer


SIGNED = "Authorization: AWS4-HMAC-SHA256 Credential=ASIA1/20261124/us-east-1/s3/aws4_request, SignedHeaders=host\r\n"


def test_revocation_goes_before_expiry() -> None:
    """A revoked key is refused as it was revoked, though its session has expired too; another key is not."""
    ledger = KeyLedger()
    ledger.record("ASIA1", "read")
    requests = new_filter(ledger)
    assert requests.feed(head("GET", SIGNED)) == head("GET", SIGNED)
    ledger.revoke(None, "InvalidToken")
    other = SIGNED.replace("ASIA1", "ASIA2")
    assert requests.feed(head("GET", other)) == head("GET", other)
    with pytest.raises(RefusedError, match=r"^InvalidToken$") as refused:
        requests.feed(head("GET", SIGNED, ends=1))
    assert b"<Code>InvalidToken</Code>" in refused.value.answer
    assert b"x-amz-bucket-region" not in refused.value.answer


@pytest.mark.parametrize(
    ("method", "path", "annotated"),
    [
        ("HEAD", "/b", True),
        ("HEAD", "/b/", True),
        ("HEAD", "/b?x-id=HeadBucket", True),
        ("HEAD", "http://h/b", True),
        ("HEAD", "/b/k", False),
        ("HEAD", "/bb", False),
        ("GET", "/b", False),
    ],
)
def test_region_belongs_to_the_bucket_s_head(method: str, path: str, annotated: bool) -> None:
    """Only to HEAD of the bucket itself the region is told, whether the request passes or is refused."""
    requests = new_filter()
    answer = b"HTTP/1.1 200 OK\r\n\r\n"
    requests.feed(head(method, path=path))
    assert (requests.region_header.feed(answer) != answer) is annotated
    with pytest.raises(RefusedError) as refused:
        requests.feed(head(method, path=path, ends=1))
    assert (b"\r\nx-amz-bucket-region: us-east-1\r\n" in refused.value.answer) is annotated
