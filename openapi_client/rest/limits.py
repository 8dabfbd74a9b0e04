"""How long a call may take, from what a caller asked for to the limits of each attempt; how large an answer may be."""

from threading import TIMEOUT_MAX
from time import monotonic
from typing import Final

from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError

RequestTimeout = float | tuple[float | None, float | None] | None

_PAIR: Final = 2


class Limits:
    """The limits of one call, running from the moment it is made.

    Attributes:
        connect: Seconds to wait for a connection.
        read: Seconds to wait for the next byte of an answer.
        total: Seconds for the whole call.
        max_bytes: How large an answer may be.
        deadline: When the whole call must have ended, by the monotonic clock.
    """

    __slots__ = ("connect", "deadline", "max_bytes", "read", "total")

    def __init__(self, connect: float, read: float, total: float, max_bytes: int) -> None:
        self.connect: float = connect
        self.read: float = read
        self.total: float = total
        self.max_bytes: int = max_bytes
        self.deadline: float = monotonic() + total

    def again(self) -> "Limits":
        """Return the same limits for a call that begins now."""
        return Limits(self.connect, self.read, self.total, self.max_bytes)

    def remaining(self) -> float:
        """Seconds until the deadline; not above zero once it has passed."""
        return self.deadline - monotonic()


def make_limits(request_timeout: RequestTimeout, configuration: Configuration) -> Limits:
    """The limits of a call that begins now.

    Args:
        request_timeout: Seconds: a number for the whole call, which bounds the other two as well; or a pair, to connect
            and for the next byte, None in it for the configured one; None for what is configured.
        configuration: Where the limits are set that the caller leaves open.

    Raises:
        ApiValueError: One of them is no number of seconds above zero, or more than a clock can count; or
            `max_response_bytes` is no whole number above zero.
    """
    connect: object = configuration.connect_timeout_seconds
    read: object = configuration.read_timeout_seconds
    total: object = configuration.total_timeout_seconds
    if isinstance(request_timeout, (tuple, list)):
        if len(request_timeout) != _PAIR:
            raise ApiValueError("_request_timeout takes a number of seconds, or a pair of them: (connect, read)")
        connect = connect if request_timeout[0] is None else request_timeout[0]
        read = read if request_timeout[1] is None else request_timeout[1]
    elif request_timeout is not None:
        total = request_timeout
    most: object = configuration.max_response_bytes
    return Limits(_seconds("connect", connect), _seconds("read", read), _seconds("total", total), _bytes(most))


def _seconds(which: str, value: object) -> float:
    # The upper bound is what a socket can count to; infinity would be an OverflowError there. A bool is an int to
    # Python, and never meant as a number of seconds.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= TIMEOUT_MAX:
        return float(value)
    raise ApiValueError(f"The {which} timeout must be a number of seconds above 0 and at most {TIMEOUT_MAX:.0f}")


def _bytes(value: object) -> int:
    # A bool is an int to Python, and never meant as a number of bytes.
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ApiValueError("max_response_bytes must be a whole number of bytes above 0")
