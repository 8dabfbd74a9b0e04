"""The body of an answer, read whole and no further than it may be long."""

from typing import Final

import urllib3

from openapi_client._masking import SecretBytes
from openapi_client.rest.connection import WholeResponse

SUCCESS: Final = range(200, 300)

_MOST_DIGITS: Final = 20


class TooLargeError(Exception):
    """An answer is larger than a call may read."""


def read_body(response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    """The body, unpacked.

    Args:
        response: The answer, unread.
        limit: How many bytes it may have. Of an answer without success that has more, the first are given.

    Raises:
        TooLargeError: An answer of success has more.
        urllib3.exceptions.HTTPError: It broke off, or is not packed as it says.
    """
    if isinstance(response, WholeResponse):
        response.release_conn()
        return response.data or b""
    stated = response.headers.get("Content-Length", "")
    # Chunks set a stated length aside; a number that no length has is none, and may be more than int takes.
    counts = stated.isdecimal() and len(stated) < _MOST_DIGITS and "Transfer-Encoding" not in response.headers
    length = int(stated) if counts else None
    success = response.status in SUCCESS
    if length is not None and length <= limit and "Content-Encoding" not in response.headers:
        # The length is enforced below, so that no more than this comes.
        return SecretBytes(response.read())
    if length is not None and length > limit and success:
        raise TooLargeError
    data = response.read(limit + 1)
    if len(data) <= limit:
        return SecretBytes(data)
    if success:
        raise TooLargeError
    response.close()
    return SecretBytes(data[:limit])
