"""How long to wait: from what a caller asked for to urllib3's Timeout."""

from threading import TIMEOUT_MAX
from typing import Final

from urllib3 import Timeout

from openapi_client.exceptions import ApiTypeError, ApiValueError

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
"""The registry answers within 29 s or not at all: its gateway's limit."""

RequestTimeout = float | tuple[float | None, float | None] | None


def make_timeout(request_timeout: RequestTimeout) -> Timeout:
    """The limits of one attempt.

    Args:
        request_timeout: Seconds: for the whole attempt, or a pair of them, to connect and between two reads; None, also
            in a pair, for the default.

    Raises:
        ApiTypeError: It is neither a number nor a pair of them.
        ApiValueError: A number is not positive, or more than a clock can count.
    """
    if request_timeout is None:
        return Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if isinstance(request_timeout, (tuple, list)):
        if len(request_timeout) != 2:  # noqa: PLR2004 - a pair
            raise ApiValueError("_request_timeout takes a number of seconds, or a pair of them: (connect, read)")
        connect, read = request_timeout
        return Timeout(
            connect=CONNECT_SECONDS if connect is None else _seconds(connect),
            read=READ_SECONDS if read is None else _seconds(read),
        )
    total = _seconds(request_timeout)
    return Timeout(total=total, connect=min(total, CONNECT_SECONDS), read=total)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ApiTypeError(
            f"_request_timeout takes numbers of seconds, not {type(value).__name__}",
            ["_request_timeout"],
            (int, float),
        )
    # The upper bound is what a socket can count to; infinity would be an OverflowError there.
    if not 0 < value <= TIMEOUT_MAX:
        raise ApiValueError(f"_request_timeout must be above 0 s and at most {TIMEOUT_MAX:.0f} s", ["_request_timeout"])
    return float(value)
