"""Unpacking gzip and deflate: whole bodies, bodies that are cut off anywhere, and no more than is wanted."""

import gzip
import pickle
import random
import zlib
from typing import Any

import pytest
from urllib3.exceptions import DecodeError

from openapi_client.rest.unpacking import CODINGS, CutOffError, unpack

BODY = random.Random(0).randbytes(9_000) + bytes(9_000)  # noqa: S311 - no secret
MEMBERS = (gzip.compress(BODY[:7_000]), gzip.compress(b""), gzip.compress(BODY[7_000:]))


def raw_deflate(data: bytes) -> bytes:
    """A deflate stream without a frame."""
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


PACKED: dict[str, tuple[bytes, str]] = {
    "gzip": (gzip.compress(BODY), "gzip"),
    "x-gzip": (gzip.compress(BODY), "x-gzip"),
    "gzip of several members": (b"".join(MEMBERS), "gzip"),
    "zlib": (zlib.compress(BODY), "deflate"),
    "raw deflate": (raw_deflate(BODY), "deflate"),
}


@pytest.mark.parametrize(("packed", "coding"), PACKED.values(), ids=PACKED)
def test_whole_body_is_unpacked(packed: bytes, coding: str) -> None:
    """A whole body is unpacked, however close the bound is above it."""
    assert coding in CODINGS
    assert unpack(packed, coding, len(BODY) + 1) == unpack(packed, coding, 10**9) == BODY


@pytest.mark.parametrize(("packed", "coding"), PACKED.values(), ids=PACKED)
def test_no_more_is_unpacked_than_wanted(packed: bytes, coding: str) -> None:
    """The first bytes are given, as many as are wanted."""
    for most in (1, 5_000, 12_000, len(BODY)):
        assert unpack(packed, coding, most) == BODY[:most]


@pytest.mark.parametrize(("packed", "coding"), PACKED.values(), ids=PACKED)
def test_body_that_is_cut_off_is_an_error(packed: bytes, coding: str) -> None:
    """Wherever a body is cut, within its head, its data or its trailer, it is not taken for whole."""
    lengths = {*range(1, 40), *range(40, len(packed) - 40, 97), *range(len(packed) - 40, len(packed))}
    # Where a member ends the body might end too, and a byte more does not yet tell another member.
    lengths -= {end + more for end in (len(MEMBERS[0]), len(MEMBERS[0] + MEMBERS[1])) for more in (0, 1)}
    for length in lengths:
        with pytest.raises(CutOffError, match=f"packed in its {length} bytes is cut off"):
            unpack(packed[:length], coding, 10**9)
        assert BODY.startswith(unpack(packed[:length], coding, 10**9, whole=False))


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (b"no gzip", "gzip"),
        (zlib.compress(BODY), "gzip"),
        (gzip.compress(BODY), "deflate"),
        (b"no deflate", "deflate"),
        (gzip.compress(BODY)[:-8] + bytes(8), "gzip"),
        (gzip.compress(BODY) + gzip.compress(BODY)[:-8] + bytes(8), "gzip"),
        (zlib.compress(BODY)[:-4] + bytes(4), "deflate"),
    ],
    ids=["text", "zlib", "gzip", "text for deflate", "wrong sum", "wrong sum of a later member", "wrong sum of zlib"],
)
def test_body_that_is_packed_otherwise_is_an_error(packed: bytes, coding: str) -> None:
    """What is not packed as it is said to be, or whose sum does not fit, is an error that names the coding."""
    with pytest.raises(DecodeError, match=f"{coding}: Error -3"):
        unpack(packed, coding, 10**9)


@pytest.mark.parametrize("rest", [b"\x00" * 5_000, b"garbage", b"\x1f"], ids=["padding", "garbage", "half a sign"])
@pytest.mark.parametrize("name", ["gzip", "zlib", "raw deflate"])
def test_what_follows_the_end_is_passed_over(name: str, rest: bytes) -> None:
    """Behind the end of what is packed there may be anything."""
    packed, coding = PACKED[name]
    assert unpack(packed + rest, coding, 10**9) == BODY


@pytest.mark.parametrize("name", ["zlib", "raw deflate"])
def test_gzip_behind_deflate_is_passed_over(name: str) -> None:
    """Of gzip alone there are several members."""
    packed, coding = PACKED[name]
    assert unpack(packed + gzip.compress(BODY), coding, 10**9) == BODY


def test_bytearray_is_unpacked_too() -> None:
    """A body in the form that reading collects it in."""
    assert unpack(bytearray(gzip.compress(BODY)), "gzip", 10**9) == BODY


def test_many_members_are_unpacked_in_linear_time() -> None:
    """What zlib is given, and copies, is in proportion to the body, however many members it has."""

    class Counted(bytes):
        """A body that counts what is taken of it."""

        taken = 0

        def __getitem__(self, key: Any) -> Any:
            piece = super().__getitem__(key)
            self.taken += len(piece)
            return piece

    once, twice = (Counted(gzip.compress(b"x", mtime=0) * members) for members in (2_000, 4_000))
    assert unpack(once, "gzip", 10**9) + unpack(twice, "gzip", 10**9) == b"x" * 6_000
    assert len(once) < once.taken < twice.taken < 2.2 * once.taken


def test_error_pickles() -> None:
    """What is raised of a body that is cut off survives the way to another process."""
    error = pickle.loads(pickle.dumps(CutOffError(5)))  # noqa: S301 - the test's own
    assert str(error) == str(CutOffError(5))
