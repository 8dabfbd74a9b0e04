"""One call on the wire: attempts until one gives an answer, or until policy or deadline admit no other."""

import logging
import time
from collections.abc import Container, Sequence
from functools import lru_cache
from http.client import RemoteDisconnected
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError

from openapi_client._masking import SecretText, plain
from openapi_client.exceptions import ApiException, OpenApiException
from openapi_client.rest.connection import WholeResponse
from openapi_client.rest.deadline import of_thread
from openapi_client.rest.encoding import origin_of, target_of
from openapi_client.rest.errors import LOWER_ERRORS, innermost, shown_url, too_large, translated
from openapi_client.rest.fake_answers import as_urllib3
from openapi_client.rest.limits import Limits
from openapi_client.rest.logs import hide_every_query
from openapi_client.rest.reading import TooLargeError, read_body
from openapi_client.rest.replacements import is_own
from openapi_client.rest.response import RESTResponse
from openapi_client.rest.retries import NEVER, after, is_transient, wait_seconds
from openapi_client.rest.sent import hide, secret_words

_LOG: Final = logging.getLogger("openapi_client")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FOLLOWED: Final = frozenset({307, 308})
_MOST_REDIRECTS: Final = 5
_LEAST_SECONDS: Final = 0.001
_REQUEST_IDS: Final = ("x-request-id", "x-amzn-requestid", "apigw-requestid")


class Request(NamedTuple):
    """One request, ready to be sent.

    Attributes:
        method: The HTTP method.
        url: The whole address.
        pool: What sends it: the connections to its host, or a proxy.
        target: What to ask the pool for: the path, or for a proxy the whole address.
        headers: The headers.
        body: The body.
        fields: What stands in the query and the form, for the secrets among it.
        replaced: Whether a program has put something else in the place of urllib3's `PoolManager` or of its functions.
    """

    method: str
    url: str
    pool: urllib3.HTTPConnectionPool | urllib3.PoolManager
    target: str
    headers: dict[str, str]
    body: bytes | None
    fields: Sequence[tuple[str, Any]] = ()
    replaced: bool = False

    def secrets(self) -> list[str]:
        """The secrets that are sent, as a server may repeat them."""
        return secret_words((*self.headers.items(), *self.fields))

    def send(self, limits: Limits) -> urllib3.BaseHTTPResponse:
        """Return the answer to one attempt, unread unless a replaced part has read it."""
        remaining = max(limits.remaining(), _LEAST_SECONDS)
        timeout = _timeout(min(limits.connect, remaining), min(limits.read, remaining))
        if self.replaced:
            answer = self._send_by_replacement(timeout)
        else:
            answer = self.pool.urlopen(
                self.method,
                self.target,
                body=self.body,
                headers=self.headers,
                timeout=timeout,
                retries=NEVER,
                redirect=False,
                preload_content=False,
            )
        # The type is compared first, since `isinstance` costs more with urllib3's abstract class.
        if type(answer) is WholeResponse or isinstance(answer, urllib3.BaseHTTPResponse):
            return answer
        # A recorder's answer is not of urllib3's class, but can be streamed like those that are.
        return answer if hasattr(type(answer), "stream") else as_urllib3(answer)

    def _send_by_replacement(self, timeout: urllib3.Timeout) -> Any:
        """The answer of `pool_manager.request`, called as the generator's client calls it."""
        manager: Any = self.pool
        content_type = next((text for name, text in self.headers.items() if name.lower() == "content-type"), "")
        # What takes urllib3's place may save it, as YAML too, whose writers know no subclasses of `str` and `bytes`.
        body = self.body.decode() if self.body is not None and "json" in content_type else plain(self.body)
        headers = {name: plain(value) for name, value in self.headers.items()}
        # A manager of urllib3's would repeat and redirect requests by itself; a replacement may not know these two.
        knows = isinstance(manager, urllib3.PoolManager) and is_own(manager, "request")
        own = {"retries": NEVER, "redirect": False} if knows else {}
        return manager.request(
            self.method, plain(self.url), body=body, headers=headers, preload_content=False, timeout=timeout, **own
        )


@lru_cache(maxsize=16)
def _timeout(connect: float, read: float) -> urllib3.Timeout:
    """urllib3's form of two limits, which mostly are the configured ones; each attempt clones it."""
    return urllib3.Timeout(connect=connect, read=read)


class Outcome(NamedTuple):
    """What became of a call.

    Attributes:
        answer: The answer, read or unread.
        waits: The seconds waited before each further attempt.
        problem: Why a redirect was not followed; empty where there was none.
    """

    answer: RESTResponse | urllib3.BaseHTTPResponse
    waits: tuple[float, ...]
    problem: str


def exchange(request: Request, limits: Limits, policy: urllib3.Retry, unread: Container[int]) -> Outcome:
    """The answer, and what it took.

    Args:
        request: What to send.
        limits: How long the call may take.
        policy: When to try again.
        unread: The statuses whose answers are given unread.

    Raises:
        ApiConnectionException: No whole answer came.
        ApiValueError: The request cannot be sent.
    """
    waits: list[float] = []
    redirects = 0
    problem = ""
    while True:
        answer, failure, lower = _attempt(request, limits, unread, len(waits) + 1)
        response = answer.urllib3_response if isinstance(answer, RESTResponse) else answer
        if response is not None and response.status in _REDIRECTS and response.status not in unread:
            redirects += 1
            following_request, problem = _redirected(request, response, redirects)
            if following_request is not None:
                request = following_request
                continue
        following = _following(policy, request, response, lower)
        wait = None if following is None else _wait(following, response, lower, waits)
        if following is None or wait is None or wait >= limits.remaining():
            if answer is not None:
                return Outcome(answer, tuple(waits), problem)
            break
        _LOG.warning(
            "%s %s: trying again in %.1f s, after %s",
            request.method,
            shown_url(request.url),
            wait,
            f"status {response.status}" if response is not None else type(lower).__name__,
        )
        if response is not None:
            response.close()
        time.sleep(wait)
        waits.append(wait)
        policy = following
    # It may quote the answer, which a traceback would show.
    lower = None
    assert failure is not None  # noqa: S101 - an attempt gives an answer or a failure
    if isinstance(failure, ApiException):
        failure.waits = tuple(waits)
    try:
        raise failure
    finally:
        # A traceback that holds a frame that holds the error would live until the next garbage collection.
        del failure


def _attempt(
    request: Request, limits: Limits, unread: Container[int], attempt: int
) -> tuple[RESTResponse | urllib3.BaseHTTPResponse | None, OpenApiException | None, Exception | None]:
    """An answer, or our error with the lower layer's that it was made of."""
    began = time.monotonic()
    response: urllib3.BaseHTTPResponse | None = None
    # A log handler may make a call of its own while this one is under way.
    before = of_thread.limits, of_thread.unread
    of_thread.limits, of_thread.unread = limits, unread
    try:
        response = request.send(limits)
        answer = (
            response if response.status in unread else RESTResponse(response, read_body(response, limits.max_bytes))
        )
    except TooLargeError:
        failure: OpenApiException = too_large(request.method, request.url, limits.max_bytes)
        lower: Exception = failure
    except LOWER_ERRORS as error:
        failure = translated(error, request.method, request.url, limits, request.secrets())
        lower = innermost(error)
    else:
        _log(request, response, began, attempt)
        return answer, None, None
    finally:
        of_thread.limits, of_thread.unread = before
    if response is not None:
        response.close()
    _LOG.debug(
        "%s %s: %s in attempt %d after %.0f ms",
        request.method,
        shown_url(request.url),
        type(lower).__name__,
        attempt,
        1000 * (time.monotonic() - began),
    )
    return None, failure, lower


def _log(request: Request, response: urllib3.BaseHTTPResponse, began: float, attempt: int) -> None:
    if _LOG.isEnabledFor(logging.DEBUG):
        ids = [response.headers[name] for name in _REQUEST_IDS if name in response.headers]
        _LOG.debug(
            "%s %s: %d in attempt %d after %.0f ms%s",
            request.method,
            shown_url(request.url),
            response.status,
            attempt,
            1000 * (time.monotonic() - began),
            f", request {hide(ids[0], request.secrets())}" if ids else "",
        )


def _following(
    policy: urllib3.Retry, request: Request, response: urllib3.BaseHTTPResponse | None, lower: Exception | None
) -> urllib3.Retry | None:
    """The policy after this attempt, or None where the call is not to be tried again."""
    if response is not None:
        if not policy.is_retry(request.method, response.status, "Retry-After" in response.headers):
            return None
        return after(policy, request.method, response=response)
    if not isinstance(lower, HTTPError) or not is_transient(lower):
        return None
    return after(policy, request.method, error=lower)


def _wait(
    policy: urllib3.Retry, response: urllib3.BaseHTTPResponse | None, lower: Exception | None, waits: list[float]
) -> float | None:
    # The server closed an idle connection just as it was used again: nothing was overloaded, nothing is to wait for.
    idle = isinstance(lower, ProtocolError) and isinstance(lower.args[-1], (RemoteDisconnected, ConnectionResetError))
    return 0.0 if idle and not waits else wait_seconds(policy, response)


def _redirected(request: Request, response: urllib3.BaseHTTPResponse, redirects: int) -> tuple[Request | None, str]:
    """The request at the address that an answer of the same origin names, or why it is not to be sent there."""
    location = response.headers.get("Location")
    if not location:
        return None, ""
    try:
        target = SecretText(urljoin(request.url, location))
        shown = shown_url(target)
    except ValueError:
        return None, "redirected to what is no address: not followed"
    if response.status not in _FOLLOWED:
        problem = "which would turn the request into another one"
    elif origin_of(target) != origin_of(request.url):
        problem = "at another origin, which the token is not meant for"
    elif any(word in urlsplit(target).path for word in request.secrets()):
        problem = "whose path repeats a secret that was sent, for logs to keep"
    elif redirects > _MOST_REDIRECTS:
        problem = f"after {_MOST_REDIRECTS} others"
    else:
        # It may hold a secret of the server's, which urllib3's log would repeat.
        if urlsplit(target).query:
            hide_every_query()
        path = target_of(target)
        if isinstance(request.pool, urllib3.PoolManager):
            # Of the address that is known, since a proxy is led by urllib3's reading of it.
            here = urlsplit(request.url)
            path = SecretText(f"{here.scheme}://{here.netloc}{path}")
        return request._replace(url=target, target=path), ""
    return None, f"redirected to {shown}, {problem}: not followed"
