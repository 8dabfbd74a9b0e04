"""The body of an answer, read whole and no further than it may be long."""

from typing import Final

import urllib3
from urllib3.exceptions import DecodeError

from openapi_client._masking import SecretBytes
from openapi_client.rest.connection import WholeResponse
from openapi_client.rest.unpacking import CODINGS, unpack

SUCCESS: Final = range(200, 300)

_PIECE_BYTES: Final = 64 * 1024


class TooLargeError(Exception):
    """An answer is larger than a call may read."""


def read_body(response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    """The body, unpacked.

    Args:
        response: The answer, unread.
        limit: How many bytes it may have, packed and unpacked. Of an answer without success that has more, the first
            are given.

    Raises:
        TooLargeError: An answer of success has more.
        urllib3.exceptions.HTTPError: It broke off, or is not packed as it says.
    """
    if isinstance(response, WholeResponse):
        response.release_conn()
        return response.data or b""
    preloaded = _preloaded(response)
    if preloaded is not None:
        if len(preloaded) > limit and response.status in SUCCESS:
            raise TooLargeError
        return SecretBytes(preloaded[:limit])
    # None for chunks, or where none that counts is stated; 0 for what has no body, as the answer to HEAD.
    length = response.length_remaining
    success = response.status in SUCCESS
    if success and length is not None and length > limit:
        raise TooLargeError
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    data = _read(response, limit + 1, unpacking=coding not in CODINGS)
    too_large = len(data) > limit
    if data and coding in CODINGS:
        try:
            data = unpack(data, coding, limit + 1, whole=not too_large)
        except DecodeError:
            # A recorder keeps the header of a body that it has unpacked.
            if isinstance(response, urllib3.BaseHTTPResponse):
                raise
        too_large |= len(data) > limit
    if too_large and success:
        raise TooLargeError
    if too_large:
        response.close()
    return SecretBytes(memoryview(data)[:limit])


def _preloaded(response: urllib3.BaseHTTPResponse) -> bytes | None:
    """The body of an answer that was read before it came here, as those of patched functions are; otherwise None."""
    body: object = getattr(response, "_body", None)
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None


def _read(response: urllib3.BaseHTTPResponse, most: int, *, unpacking: bool) -> bytearray:
    """The body, no more than so many bytes of it, in pieces, so that memory is taken for what has come alone."""
    data = bytearray()
    while len(data) < most:
        piece = response.read(min(_PIECE_BYTES, most - len(data)), decode_content=unpacking)
        if not piece:
            break
        data += piece
    return data
