"""When a call is tried again, and how long to wait before; what was tried is written on the error in the end."""

import random
import ssl
from typing import Final

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    InvalidHeader,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from openapi_client.exceptions import ApiTypeError

RETRIES: Final = 3
STATUSES: Final = frozenset({429, 500, 502, 503, 504})
"""Throttled, or failed in passing: STS, a cold start, the gateway."""

_FIRST_WAIT_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 8.0
_LONGEST_RETRY_AFTER_SECONDS: Final = 60.0
_TRANSIENT: Final = (ConnectTimeoutError, IncompleteRead, ReadTimeoutError, ProtocolError, ProxyError)


class DefaultRetry(urllib3.Retry):
    """Three retries of any method, since minting twice is harmless, after waits that double and are drawn by chance.

    With «full jitter» a wait is anything between nothing and its bound, so that clients that failed together do not
    come back together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
    """

    def get_backoff_time(self) -> float:
        """Seconds to wait before the next attempt."""
        bound = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** max(0, len(self.history) - 1))
        return random.uniform(0, bound)  # noqa: S311 - no secret hangs on it


DEFAULT: Final = DefaultRetry(RETRIES, allowed_methods=None, status_forcelist=STATUSES, redirect=0)
NEVER: Final = urllib3.Retry(False)


def make_policy(retries: object) -> urllib3.Retry:
    """The policy that a Configuration's `retries` stands for: a number, a policy, False for none, None for the default.

    Raises:
        ApiTypeError: It is something else.
    """
    if retries is None or retries is True:
        return DEFAULT
    if retries is False:
        return NEVER
    if isinstance(retries, int):
        return DEFAULT.new(total=max(0, retries))
    if isinstance(retries, urllib3.Retry):
        return retries
    raise ApiTypeError(
        f"retries takes a number, a urllib3.Retry, False or None, not {type(retries).__name__}", ["retries"], (int,)
    )


def is_transient(error: Exception) -> bool:
    """Whether a failure may be gone the next time: a lost connection is, a certificate that does not hold is not."""
    if isinstance(error, SSLError):
        return bool(error.args) and isinstance(error.args[0], (ssl.SSLEOFError, ssl.SSLZeroReturnError))
    return isinstance(error, _TRANSIENT)


def after(
    policy: urllib3.Retry,
    method: str,
    *,
    error: HTTPError | None = None,
    response: urllib3.BaseHTTPResponse | None = None,
) -> urllib3.Retry | None:
    """The policy with one attempt used up, or None where it admits no other."""
    try:
        return policy.increment(method, None, response=response, error=error)
    except HTTPError:
        return None


def wait_seconds(policy: urllib3.Retry, response: urllib3.BaseHTTPResponse | None) -> float | None:
    """How long to wait before the next attempt; None if the server asks for longer than it is worth to wait."""
    if response is not None and policy.respect_retry_after_header:
        try:
            asked = policy.get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):
            asked = None
        if asked is not None:
            return asked if asked <= _LONGEST_RETRY_AFTER_SECONDS else None
    return policy.get_backoff_time()
