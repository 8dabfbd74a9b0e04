"""Failures of a request: errors of this package that also are the errors of urllib3 that mean the same.

A generated client lets urllib3's errors through, so programs written for one catch those. Each failure therefore has a
class of its own, made of the documented class whose name it bears, such as `ApiTimeoutException`, and of classes of
urllib3, such as `ReadTimeoutError`.
"""

from functools import cache
from typing import Any, ClassVar, NamedTuple, cast
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError, URLSchemeUnknown

from openapi_client.exceptions import ApiConnectionException, ApiValueError

Kinds = tuple[type[Exception], ...]


class AddressError(ApiValueError, LocationParseError, URLSchemeUnknown):
    """The address of a request is not one that a request can be sent to."""

    location: str = ""
    scheme: str = ""


class Pool(NamedTuple):
    """The address of urllib3's connection pool for the request, without any connection.

    Attributes:
        scheme: The scheme of the address.
        host: The host's name.
        port: The port, or None if the address states none.
    """

    scheme: str
    host: str | None
    port: int | None


class Failure(ApiConnectionException):
    """A failure of a request, with the attributes of urllib3's errors.

    Attributes:
        url: The address without user information and query, which may hold secrets.
        pool: The scheme, host and port of the address.
        partial: Of an answer that ended early, how many bytes had come.
        expected: Of an answer that ended early, how many bytes were missing.
    """

    made_of: ClassVar[tuple[type[ApiConnectionException], Kinds]]

    url: str | None = None
    pool: Pool | None = None
    conn: None = None
    partial: int | None = None
    expected: int | None = None

    @property
    def original_error(self) -> BaseException | None:
        """The cause."""
        return self.__cause__

    # urllib3's errors pickle by arguments of their own.
    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (*self.made_of, *self.args), self.__dict__


def failure(kind: type[ApiConnectionException], also: Kinds, reason: str, url: str) -> "Failure":
    """Return an error of a documented class that is also an error of the given classes.

    Args:
        kind: The documented class.
        also: Classes of urllib3.
        reason: What happened.
        url: The address, without user information and query.
    """
    made = cast("Failure", _made(kind, also, 0, reason))
    parts = urlsplit(url)
    made.url, made.pool = url, Pool(parts.scheme, parts.hostname, parts.port)
    return made


def _made(kind: type[ApiConnectionException], also: Kinds, status: int, reason: str) -> ApiConnectionException:
    return _class(cast("Any", kind), also)(status, reason)


@cache
def _class(kind: Any, also: Kinds) -> type[ApiConnectionException]:
    """Return the class made of these classes; tracebacks show it as the documented one."""
    shown = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
    return type(kind.__name__, (Failure, kind, *also), {**shown, "made_of": (kind, also)})
