"""What a lower layer raises, as one of our errors."""

import ssl
from collections.abc import Iterable
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from urllib3 import exceptions as lower

from openapi_client._display import printable, shown
from openapi_client._masking import name_frames, without_traceback
from openapi_client.exceptions import ApiConnectionException, ApiTimeoutException, OpenApiException
from openapi_client.rest.failures import AddressError, Kinds, failure
from openapi_client.rest.limits import Limits
from openapi_client.rest.sent import hide

LOWER_ERRORS: Final = (lower.HTTPError, HTTPException, OSError, ValueError)
"""Whatever urllib3, http.client, ssl and socket may raise in a request."""

_MADE_NO_CONNECTION: Final = (lower.MaxRetryError,)
_BROKEN: Final = (lower.ProtocolError,)
_CONNECT_TIMEOUT: Final = (lower.MaxRetryError, lower.ConnectTimeoutError)
_READ_TIMEOUT: Final = (lower.ReadTimeoutError,)
_TLS: Final = (lower.MaxRetryError, lower.SSLError)

_CAUSES: Final[tuple[tuple[type[BaseException], Kinds, str], ...]] = (
    # What was raised; the classes of urllib3 that a program may catch it by; what it says, nothing for a timeout.
    # More special errors stand first: urllib3's NewConnectionError is a ConnectTimeoutError.
    (lower.NameResolutionError, _MADE_NO_CONNECTION, "the host is unknown"),
    (lower.NewConnectionError, _MADE_NO_CONNECTION, "the host accepts no connection"),
    (lower.ConnectTimeoutError, _CONNECT_TIMEOUT, ""),
    (lower.TimeoutError, _READ_TIMEOUT, ""),
    (TimeoutError, _READ_TIMEOUT, ""),
    (lower.ProxyError, (lower.MaxRetryError, lower.ProxyError), "the proxy gave no connection"),
    (
        lower.SSLError,
        _TLS,
        "TLS failed: check the host's name, its certificate, and `ssl_ca_cert` if its authority is your own",
    ),
    (ssl.SSLError, _TLS, "TLS failed"),
    (lower.DecodeError, (lower.DecodeError,), "the body is not compressed as the answer says"),
    (lower.IncompleteRead, (lower.ProtocolError, lower.IncompleteRead), "the answer ended early"),
    (lower.ProtocolError, _BROKEN, "the connection broke, or the answer is not HTTP"),
    (HTTPException, _BROKEN, "the answer is not HTTP"),
    (ConnectionError, _BROKEN, "the connection broke"),
    (OSError, _BROKEN, "the network failed"),
    (lower.MaxRetryError, _MADE_NO_CONNECTION, "the request failed"),
    (lower.HTTPError, (lower.HTTPError,), "the request failed"),
)

_NOT_PICKLABLE: Final = (lower.HeaderParsingError, lower.InvalidChunkLength)
"""Errors that do not unpickle, as causes of ours, in libraries that pickle causes, such as dask."""


def translated(
    error: Exception,
    method: str,
    url: str,
    limits: Limits,
    secrets: Iterable[str] = (),
    *,
    retried: bool = False,
    bare: bool = False,
) -> OpenApiException:
    """Return our error for a lower layer's, chained to it.

    The cause keeps no traceback: the frames of lower layers hold the request, token and all, in the clear.

    Args:
        error: What was raised.
        method: The request's method, for the message.
        url: The request's address, for the message; its query is left out, since it may hold a secret.
        limits: How long the call might take, for the message.
        secrets: What was sent and must not show, should the error quote an answer that repeats it.
        retried: Whether this was not the first attempt, so that the error is also urllib3's for used up retries.
        bare: Whether retries are switched off, for which urllib3 raises the error of a connection as it is.
    """
    cause = innermost(error)
    where = f"{method} {shown_url(url)}"
    if isinstance(cause, ValueError) and not isinstance(cause, OSError):
        # An address, a port or a header cannot be sent; what says so quotes it, and it may hold a secret.
        unsendable = AddressError(f"{where}: the address or a header cannot be sent")
        unsendable.__cause__ = ValueError(f"{type(cause).__name__}, its text withheld")
        # It may be a mistake in this package after all.
        name_frames(error, unsendable.__cause__)
        return unsendable
    kind, also, explanation = next(row for row in _CAUSES if isinstance(cause, row[0]))
    words = str(cause) or type(cause).__name__
    quoted = shown(hide(words, secrets))
    # urllib3 takes a request that could not be sent in time for a broken connection.
    if isinstance(cause, lower.ProtocolError) and any(isinstance(part, TimeoutError) for part in cause.args):
        also, explanation = _READ_TIMEOUT, ""
    if bare and issubclass(kind, lower.NewConnectionError):
        also = (*also, kind)
    if retried and lower.MaxRetryError not in also:
        also = (lower.MaxRetryError, *also)
    upper = ApiConnectionException if explanation else ApiTimeoutException
    ours = failure(upper, also, f"{where}: {explanation or _exceeded(cause, limits)} ({quoted})", shown_url(url))
    if isinstance(cause, lower.IncompleteRead):
        ours.partial, ours.expected = cause.partial, cause.expected
    # An error about a broken answer quotes it, be it a whole line with credentials in it.
    if quoted != words or isinstance(cause, _NOT_PICKLABLE):
        cause = HTTPException(f"{type(cause).__name__}, its text withheld")
    ours.__cause__ = without_traceback(cause)
    # So may what lies behind it, whose words a cause repeats where they help; and what it was about.
    cause.__cause__ = cause.__context__ = None
    if isinstance(cause, lower.RequestError):
        cause.url = shown_url(str(cause.url))
    cause.args = tuple(
        part if isinstance(part, str | int | OSError) else f"<{type(part).__name__}>" for part in cause.args
    )
    return ours


def too_large(method: str, url: str, max_bytes: int) -> ApiConnectionException:
    """The error about an answer that is larger than a call may read."""
    problem = f"the answer is larger than {max_bytes} bytes (max_response_bytes), and was not read"
    return failure(ApiConnectionException, (lower.HTTPError,), f"{method} {shown_url(url)}: {problem}", shown_url(url))


def _exceeded(cause: Exception, limits: Limits) -> str:
    """Which limit a call has come to."""
    if limits.remaining() <= 0:
        return f"the whole call took longer than {limits.total:g} s (total_timeout_seconds)"
    if isinstance(cause, lower.ConnectTimeoutError):
        return f"no connection within {limits.connect:g} s (connect_timeout_seconds)"
    return f"no byte of an answer for {limits.read:g} s (read_timeout_seconds)"


def innermost(error: Exception) -> Exception:
    """What lies behind urllib3's «Max retries exceeded», whose text repeats the whole address."""
    # A test may raise an error of urllib3's with a text for its reason, or with no arguments.
    while isinstance(error, lower.MaxRetryError) and isinstance(error.reason, Exception):
        error = error.reason
    # A usual answer is read together with its head, where urllib3 takes its end for that of the connection.
    if isinstance(error, lower.ProtocolError) and error.args and isinstance(error.args[-1], lower.IncompleteRead):
        error = error.args[-1]
    # That a proxy did not answer in time is said of the limit, not of the proxy.
    if isinstance(error, lower.ProxyError) and type(error.original_error) is lower.ConnectTimeoutError:
        error = error.original_error
    return error


def shown_url(url: str) -> str:
    """The address as it may be shown: without user information and query, which may hold secrets, and printable."""
    parts = urlsplit(url)
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
