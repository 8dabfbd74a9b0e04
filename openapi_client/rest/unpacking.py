"""Unpacking gzip and deflate, so that a body which is cut off shows: urllib3 takes what there is for the whole."""

import zlib
from typing import Final

from urllib3.exceptions import DecodeError, IncompleteRead

CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})
"""The content codings that are unpacked here (RFC 9110, 8.4.1); others are left to urllib3."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_MEMBER: Final = b"\x1f\x8b"
# zlib copies what it leaves of its input: of small pieces, so that a body of many gzip members takes linear time.
_PIECE_BYTES: Final = 4096


class CutOffError(IncompleteRead):
    """A packed body ends before what is packed in it does."""

    def __init__(self, read: int) -> None:
        # How much is missing is not known.
        super().__init__(read, 1)

    def __str__(self) -> str:
        return f"what is packed in its {self.partial} bytes is cut off"


def unpack(packed: bytes | bytearray, coding: str, most: int, *, whole: bool = True) -> bytearray:
    """What is packed in a body.

    Args:
        packed: The body, not empty.
        coding: One of `CODINGS`.
        most: How many bytes to unpack at the most.
        whole: Whether the body is to be complete.

    Raises:
        CutOffError: It is to be complete, and is not.
        urllib3.exceptions.DecodeError: It is not packed so.
    """
    try:
        if coding != "deflate":
            return _inflated(packed, _GZIP, most, whole)
        try:
            return _inflated(packed, zlib.MAX_WBITS, most, whole)
        except zlib.error:
            # «deflate» is a zlib stream (RFC 1950); some servers send what is in one (RFC 1951) without its frame.
            return _inflated(packed, -zlib.MAX_WBITS, most, whole)
    except zlib.error as error:
        raise DecodeError(f"{coding}: {error}") from error


def _inflated(packed: bytes | bytearray, window_bits: int, most: int, whole: bool) -> bytearray:
    unpacked = bytearray()
    stream = zlib.decompressobj(window_bits)
    position = 0
    while position < len(packed) and len(unpacked) < most:
        if stream.eof:
            # A gzip body may have several members (RFC 1952); whatever else follows is passed over, as by any client.
            if window_bits != _GZIP or not packed.startswith(_MEMBER, position):
                break
            stream = zlib.decompressobj(window_bits)
        piece = packed[position : position + _PIECE_BYTES]
        unpacked += stream.decompress(piece, most - len(unpacked))
        position += len(piece) - len(stream.unconsumed_tail) - len(stream.unused_data)
    if whole and not stream.eof and len(unpacked) < most:
        raise CutOffError(len(packed))
    return unpacked
