"""The body of an answer, read whole and no further than it may be long."""

import gzip
import io
import random
import zlib
from typing import Any

import pytest
import urllib3

from openapi_client.rest.reading import TooLargeError, read_body

LIMIT = 1000
NOISE = random.Random(0).randbytes(200_000)  # noqa: S311 - no secret


def answer(body: bytes, status: int = 200, **headers: str) -> urllib3.HTTPResponse:
    """An answer, unread, whose headers are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib3.HTTPResponse(io.BytesIO(body), headers=named, status=status, preload_content=False)


PACKED = gzip.compress(bytes(LIMIT), mtime=0)
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
    ("packed", "encoding"),
    [(PACKED, "gzip"), (zlib.compress(bytes(LIMIT)), "deflate"), (bytes(LIMIT), "identity")],
    ids=["gzip", "deflate", "identity"],
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
    "packed": (gzip.compress(b"", mtime=0) * 51, {"Content_Encoding": "gzip"}),
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


@pytest.mark.parametrize("body", [NOISE, bytes(9 * LIMIT)], ids=["packed too", "unpacked"])
def test_first_part_of_a_packed_refusal_is_given(body: bytes) -> None:
    """What the part that may be read unpacks to is given, though the end of what is packed is not seen."""
    response = answer(gzip.compress(body), 503, Content_Encoding="gzip")
    found = read_body(response, LIMIT)
    assert body.startswith(found)
    assert LIMIT - 50 < len(found) <= LIMIT
    assert response.closed


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("HEAD", 500), ("GET", 204), ("GET", 304)])
@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_length_of_what_has_no_body_does_not_count(method: str, status: int, coding: str) -> None:
    """An answer to HEAD, and one without content, states a length, and a coding, that it has not."""
    headers = {"Content-Length": "9" * 12} | ({"Content-Encoding": coding} if coding else {})
    response = urllib3.HTTPResponse(
        io.BytesIO(), headers=headers, status=status, preload_content=False, request_method=method
    )
    assert read_body(response, LIMIT) == b""


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("coding", ["gzip", "X-GZip ", "deflate"])
def test_packed_body_that_is_cut_off_is_an_error(status: int, coding: str) -> None:
    """What is packed must end, though the body is as long as the answer says."""
    packed = (zlib if coding == "deflate" else gzip).compress(b"x" * 99)[:-3]
    response = answer(packed, status, Content_Encoding=coding, Content_Length=str(len(packed)))
    with pytest.raises(urllib3.exceptions.IncompleteRead, match="is cut off"):
        read_body(response, LIMIT)


def test_codings_on_one_another_are_unpacked() -> None:
    """Of several codings the last is undone first."""
    packed = gzip.compress(zlib.compress(bytes(LIMIT)))
    assert read_body(answer(packed, Content_Encoding="deflate, gzip"), LIMIT) == bytes(LIMIT)


def test_body_in_many_pieces_is_read_whole() -> None:
    """A body of more than is read at once, and a limit beyond any memory."""
    assert read_body(answer(NOISE), 10**30) == read_body(answer(NOISE, Content_Length="200000"), 10**30) == NOISE


def test_empty_body() -> None:
    """No body is an empty one, also where none is allowed."""
    assert read_body(answer(b""), LIMIT) == read_body(answer(b""), 0) == b""


def test_body_shows_nothing() -> None:
    """The body may hold secrets, and its printed form shows none of it, whole or cut."""
    for status, size in ((200, 3), (200, LIMIT), (500, LIMIT + 1)):
        assert repr(read_body(answer(b"x" * size, status), LIMIT)) == "'***'"
    assert repr(read_body(answer(b"xyz", Content_Length="3"), LIMIT)) == "'***'"
