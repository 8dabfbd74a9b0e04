"""What a lower layer raises, as one of our errors."""

import ssl
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from urllib3 import exceptions as urllib3_errors

from openapi_client._masking import without_secrets, without_traceback
from openapi_client.exceptions import (
    ApiConnectionException,
    ApiTimeoutException,
    ApiValueError,
    OpenApiException,
)

LOWER_ERRORS: Final = (urllib3_errors.HTTPError, HTTPException, OSError, ValueError)
"""Whatever urllib3, http.client, ssl and socket may raise in a request."""

_EXPLANATIONS: Final[tuple[tuple[type[BaseException], type[ApiConnectionException], str], ...]] = (
    # More special errors stand first: urllib3's NewConnectionError is a ConnectTimeoutError.
    (urllib3_errors.NameResolutionError, ApiConnectionException, "the host is unknown"),
    (urllib3_errors.NewConnectionError, ApiConnectionException, "the host accepts no connection"),
    (urllib3_errors.ConnectTimeoutError, ApiTimeoutException, "no connection in time"),
    (urllib3_errors.TimeoutError, ApiTimeoutException, "no answer in time"),
    (TimeoutError, ApiTimeoutException, "no answer in time"),
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


def translated(error: Exception, method: str, url: str) -> OpenApiException:
    """Our error for a lower layer's, chained to it.

    The cause keeps no traceback: the frames of lower layers hold the request, token and all, in the clear.

    Args:
        error: What was raised.
        method: The request's method, for the message.
        url: The request's address, for the message; its query is left out, since it may hold a secret.
    """
    cause = _innermost(error)
    where = f"{method} {_shown(url)}"
    ours: OpenApiException
    if isinstance(cause, ValueError) and not isinstance(cause, OSError):
        # An address, a port or a header cannot be sent; what says so quotes it, and it may hold a secret.
        ours = ApiValueError(f"{where}: the address or a header cannot be sent")
        ours.__cause__ = ValueError(f"{type(cause).__name__}, its text withheld")
        return ours
    upper, explanation = next((upper, words) for lower, upper, words in _EXPLANATIONS if isinstance(cause, lower))
    words = str(cause) or type(cause).__name__
    shown = without_secrets(words)
    ours = upper(status=0, reason=f"{where}: {explanation} ({shown})")
    # An error about a broken answer quotes it, be it a whole line with credentials in it.
    if shown != words:
        cause = HTTPException(f"{type(cause).__name__}, its text withheld")
    ours.__cause__ = without_traceback(cause)
    # So may what lies behind it, whose words a cause repeats where they help.
    cause.__cause__ = cause.__context__ = None
    return ours


def _innermost(error: Exception) -> Exception:
    """What lies behind urllib3's «Max retries exceeded», whose text repeats the whole address."""
    while isinstance(error, urllib3_errors.MaxRetryError) and error.reason is not None:
        error = error.reason
    return error


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
