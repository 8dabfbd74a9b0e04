"""What a lower layer raises, as one of our errors."""

import ssl
from collections.abc import Iterable
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from urllib3 import exceptions as urllib3_errors

from openapi_client._display import printable, shown
from openapi_client._masking import name_frames, without_traceback
from openapi_client.exceptions import (
    ApiConnectionException,
    ApiTimeoutException,
    ApiValueError,
    OpenApiException,
)
from openapi_client.rest.limits import Limits
from openapi_client.rest.sent import hide

LOWER_ERRORS: Final = (urllib3_errors.HTTPError, HTTPException, OSError, ValueError)
"""Whatever urllib3, http.client, ssl and socket may raise in a request."""

_EXPLANATIONS: Final[tuple[tuple[type[BaseException], type[ApiConnectionException], str], ...]] = (
    # More special errors stand first: urllib3's NewConnectionError is a ConnectTimeoutError.
    (urllib3_errors.NameResolutionError, ApiConnectionException, "the host is unknown"),
    (urllib3_errors.NewConnectionError, ApiConnectionException, "the host accepts no connection"),
    (urllib3_errors.TimeoutError, ApiTimeoutException, ""),
    (TimeoutError, ApiTimeoutException, ""),
    (urllib3_errors.ProxyError, ApiConnectionException, "the proxy gave no connection"),
    (
        urllib3_errors.SSLError,
        ApiConnectionException,
        "TLS failed: check the host's name, its certificate, and `ssl_ca_cert` if its authority is your own",
    ),
    (ssl.SSLError, ApiConnectionException, "TLS failed"),
    (urllib3_errors.DecodeError, ApiConnectionException, "the body is not compressed as the answer says"),
    (urllib3_errors.IncompleteRead, ApiConnectionException, "the answer ended early"),
    (urllib3_errors.ProtocolError, ApiConnectionException, "the connection broke, or the answer is not HTTP"),
    (HTTPException, ApiConnectionException, "the answer is not HTTP"),
    (ConnectionError, ApiConnectionException, "the connection broke"),
    (OSError, ApiConnectionException, "the network failed"),
    (urllib3_errors.HTTPError, ApiConnectionException, "the request failed"),
)


def translated(
    error: Exception, method: str, url: str, limits: Limits, secrets: Iterable[str] = ()
) -> OpenApiException:
    """Our error for a lower layer's, chained to it.

    The cause keeps no traceback: the frames of lower layers hold the request, token and all, in the clear.

    Args:
        error: What was raised.
        method: The request's method, for the message.
        url: The request's address, for the message; its query is left out, since it may hold a secret.
        limits: How long the call might take, for the message.
        secrets: What was sent and must not show, should the error quote an answer that repeats it.
    """
    cause = innermost(error)
    where = f"{method} {shown_url(url)}"
    ours: OpenApiException
    if isinstance(cause, ValueError) and not isinstance(cause, OSError):
        # An address, a port or a header cannot be sent; what says so quotes it, and it may hold a secret.
        ours = ApiValueError(f"{where}: the address or a header cannot be sent")
        ours.__cause__ = ValueError(f"{type(cause).__name__}, its text withheld")
        # It may be a mistake in this package after all.
        name_frames(error, ours.__cause__)
        return ours
    upper, explanation = next((upper, words) for lower, upper, words in _EXPLANATIONS if isinstance(cause, lower))
    words = str(cause) or type(cause).__name__
    quoted = shown(hide(words, secrets))
    # urllib3 takes a request that could not be sent in time for a broken connection.
    if isinstance(cause, urllib3_errors.ProtocolError) and any(isinstance(part, TimeoutError) for part in cause.args):
        upper = ApiTimeoutException
    if upper is ApiTimeoutException:
        explanation = _exceeded(cause, limits)
    ours = upper(status=0, reason=f"{where}: {explanation} ({quoted})")
    # An error about a broken answer quotes it, be it a whole line with credentials in it.
    if quoted != words:
        cause = HTTPException(f"{type(cause).__name__}, its text withheld")
    ours.__cause__ = without_traceback(cause)
    # So may what lies behind it, whose words a cause repeats where they help; and what it was about.
    cause.__cause__ = cause.__context__ = None
    if isinstance(cause, urllib3_errors.RequestError):
        cause.url = shown_url(str(cause.url))
    cause.args = tuple(
        part if isinstance(part, str | int | OSError) else f"<{type(part).__name__}>" for part in cause.args
    )
    return ours


def too_large(method: str, url: str, max_bytes: int) -> ApiConnectionException:
    """The error about an answer that is larger than a call may read."""
    problem = f"the answer is larger than {max_bytes} bytes (max_response_bytes), and was not read"
    return ApiConnectionException(status=0, reason=f"{method} {shown_url(url)}: {problem}")


def _exceeded(cause: Exception, limits: Limits) -> str:
    """Which limit a call has come to."""
    if limits.remaining() <= 0:
        return f"the whole call took longer than {limits.total:g} s (total_timeout_seconds)"
    if isinstance(cause, urllib3_errors.ConnectTimeoutError):
        return f"no connection within {limits.connect:g} s (connect_timeout_seconds)"
    return f"no byte of an answer for {limits.read:g} s (read_timeout_seconds)"


def innermost(error: Exception) -> Exception:
    """What lies behind urllib3's «Max retries exceeded», whose text repeats the whole address."""
    while isinstance(error, urllib3_errors.MaxRetryError) and error.reason is not None:
        error = error.reason
    # A usual answer is read together with its head, where urllib3 takes its end for that of the connection.
    if isinstance(error, urllib3_errors.ProtocolError) and isinstance(error.args[-1], urllib3_errors.IncompleteRead):
        error = error.args[-1]
    # That a proxy did not answer in time is said of the limit, not of the proxy.
    if (
        isinstance(error, urllib3_errors.ProxyError)
        and type(error.original_error) is urllib3_errors.ConnectTimeoutError
    ):
        error = error.original_error
    return error


def shown_url(url: str) -> str:
    """The address as it may be shown: without user information and query, which may hold secrets, and printable."""
    parts = urlsplit(url)
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
