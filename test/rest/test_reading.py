"""The body of an answer, read whole and no further than it may be long."""

import gzip
import io
import zlib
from typing import Any

import pytest
import urllib3

from openapi_client.rest.reading import TooLargeError, read_body

LIMIT = 1000


def answer(body: bytes, status: int = 200, **headers: str) -> urllib3.HTTPResponse:
    """An answer, unread, whose headers are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib3.HTTPResponse(io.BytesIO(body), headers=named, status=status, preload_content=False)


PACKED = gzip.compress(bytes(LIMIT))
FITTING: dict[str, Any] = {
    "stated": {"Content_Length": "1000"},
    "unstated": {},
    "no number": {"Content_Length": "many"},
    "too long a number": {"Content_Length": "9" * 5000},
    "negative": {"Content_Length": "-1"},
    "twice": {"Content_Length": "1000, 1000"},
}


@pytest.mark.parametrize("headers", FITTING.values(), ids=FITTING)
@pytest.mark.parametrize("status", [200, 500])
def test_body_that_fits_is_read_whole(headers: Any, status: int) -> None:
    """A body that is as long as it may be is given, whatever is said of its length."""
    assert read_body(answer(bytes(LIMIT), status, **headers), LIMIT) == bytes(LIMIT)


@pytest.mark.parametrize(
    ("packed", "encoding"), [(PACKED, "gzip"), (zlib.compress(bytes(LIMIT)), "deflate"), (bytes(LIMIT), "identity")]
)
def test_packed_body_is_unpacked(packed: bytes, encoding: str) -> None:
    """The limit is that of the body unpacked."""
    headers: Any = {"Content_Encoding": encoding, "Content_Length": str(len(packed))}
    assert read_body(answer(packed, **headers), LIMIT) == bytes(LIMIT)
    with pytest.raises(TooLargeError):
        read_body(answer(packed, **headers), LIMIT - 1)


LARGE: dict[str, tuple[bytes, Any]] = {
    "stated": (bytes(LIMIT + 1), {"Content_Length": "1001"}),
    "stated alone": (b"", {"Content_Length": "1001"}),
    "unstated": (bytes(LIMIT + 1), {}),
    "unpacked": (gzip.compress(bytes(LIMIT + 1)), {"Content_Encoding": "gzip"}),
    "packed, stated": (gzip.compress(bytes(9)), {"Content_Encoding": "gzip", "Content_Length": "1001"}),
}


@pytest.mark.parametrize(("body", "headers"), LARGE.values(), ids=LARGE)
def test_body_that_is_too_large_is_refused(body: bytes, headers: Any) -> None:
    """An answer of success that has more than it may, or says so, is refused."""
    with pytest.raises(TooLargeError):
        read_body(answer(body, 201, **headers), LIMIT)


def test_first_part_of_a_refusal_is_given() -> None:
    """Of an answer without success that has more, the first part is given, and the rest is not waited for."""
    response = answer(bytes(LIMIT + 1), 503, Content_Length="1001")
    assert read_body(response, LIMIT) == bytes(LIMIT)
    assert response.closed


def test_empty_body() -> None:
    """No body is an empty one, also where none is allowed."""
    assert read_body(answer(b""), LIMIT) == read_body(answer(b""), 0) == b""


def test_body_shows_nothing() -> None:
    """The body may hold secrets, and its printed form shows none of it, whole or cut."""
    for status, size in ((200, 3), (200, LIMIT), (500, LIMIT + 1)):
        assert repr(read_body(answer(b"x" * size, status), LIMIT)) == "'***'"
    assert repr(read_body(answer(b"xyz", Content_Length="3"), LIMIT)) == "'***'"
