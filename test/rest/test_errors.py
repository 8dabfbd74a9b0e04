"""Whatever a lower layer raises becomes one of our errors, chained to it, and shows no secret."""

import http.client
import pickle
import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, cast

import pytest
import urllib3
from urllib3 import exceptions as lower
from urllib3.connectionpool import HTTPConnectionPool

from openapi_client import ApiConnectionException, ApiTimeoutException, ApiValueError, Configuration, OpenApiException
from openapi_client.rest import RESTClientObject
from openapi_client.rest.errors import LOWER_ERRORS, translated
from openapi_client.rest.limits import Limits

URL = "http://registry.example:8080/path"
POOL: Any = HTTPConnectionPool("registry.example")
UNREACHED = "no connection within 5 s (connect_timeout_seconds)"
SILENCE = "no byte of an answer for 30 s (read_timeout_seconds)"


def every(kind: type[Exception]) -> Iterator[type[Exception]]:
    """A class of errors and all that derive from it."""
    yield kind
    for derived in kind.__subclasses__():
        yield from every(derived)


ARGUMENTS: list[tuple[Any, ...]] = [
    ("words",),
    (),
    (POOL, "words"),
    ("host", POOL, socket.gaierror("words")),
    (POOL, "words", OSError("inner")),
    ("words", OSError("inner")),
    (POOL, "/path", "words"),
    (1, 2),
    (urllib3.HTTPResponse(b""), b"2"),
    ([], b""),
    (b"1", 2),
]


def attempt(kind: type[Exception], arguments: tuple[Any, ...]) -> Exception | None:
    """An error of this class that can be printed, or None where it takes other arguments."""
    with suppress(TypeError, AttributeError, IndexError):
        error = kind(*arguments)
        assert isinstance(str(error), str)
        return error
    return None


MODULES = ("urllib3.exceptions", "http.client", "ssl", "socket", "builtins")
ALL = sorted({*every(lower.HTTPError), *every(http.client.HTTPException), *every(OSError)}, key=str)
ALL = [kind for kind in ALL if kind.__module__ in MODULES]


def translate(error: Exception, method: str, url: str) -> OpenApiException:
    """Our error for one that arose well within the limits of a call."""
    return translated(error, method, url, Limits(5, 30, 90, 1000))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_every_lower_error_is_translated(
    kind: type[Exception], through_tblib: Callable[[BaseException], Exception]
) -> None:
    """Each error of urllib3, http.client and the system has one of ours, chained, which pickles with its cause."""
    error = next(filter(None, [attempt(kind, arguments) for arguments in ARGUMENTS]))
    assert isinstance(error, LOWER_ERRORS)
    ours = translate(error, "POST", URL)
    assert isinstance(ours, ApiConnectionException | ApiValueError)
    assert isinstance(ours, lower.HTTPError)
    assert isinstance(ours, ConnectionError) == isinstance(ours, ApiConnectionException)
    assert isinstance(ours.__cause__, Exception)
    assert f"POST {URL}" in str(ours)
    assert str(pickle.loads(pickle.dumps(ours))) == str(ours)  # noqa: S301 - the test's own
    assert type(through_tblib(ours).__cause__) is type(ours.__cause__)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (lower.NameResolutionError("host", POOL, socket.gaierror("x")), ApiConnectionException, "the host is unknown"),
        (lower.NewConnectionError(POOL, "x"), ApiConnectionException, "the host accepts no connection"),
        (
            lower.ConnectTimeoutError(POOL, "x"),
            ApiTimeoutException,
            UNREACHED,
        ),
        (lower.ReadTimeoutError(POOL, "/", "x"), ApiTimeoutException, SILENCE),
        (TimeoutError("x"), ApiTimeoutException, SILENCE),
        (lower.ProxyError("x", OSError()), ApiConnectionException, "the proxy gave no connection"),
        (lower.SSLError("x"), ApiConnectionException, "TLS failed: check the host's name, its certificate"),
        (ssl.SSLError("x"), ApiConnectionException, "TLS failed"),
        (lower.DecodeError("x"), ApiConnectionException, "the body is not compressed as the answer says"),
        (lower.IncompleteRead(1, 2), ApiConnectionException, "the answer ended early"),
        (lower.ProtocolError("x"), ApiConnectionException, "the connection broke, or the answer is not HTTP"),
        (http.client.BadStatusLine("x"), ApiConnectionException, "the answer is not HTTP"),
        (ConnectionResetError("x"), ApiConnectionException, "the connection broke"),
        (OSError("x"), ApiConnectionException, "the network failed"),
        (lower.PoolError(POOL, "x"), ApiConnectionException, "the request failed"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_error_says_what_happened(error: Exception, kind: type[OpenApiException], words: str) -> None:
    """The message names the request and what went wrong; the status is 0, since there was no answer."""
    ours = translate(error, "POST", URL)
    assert isinstance(ours, ApiConnectionException)
    assert isinstance(ours, ApiTimeoutException) == (kind is ApiTimeoutException)
    assert ours.status == 0
    assert ours.reason is not None
    assert ours.reason.startswith(f"POST {URL}: {words}")
    assert ours.__cause__ is error


def test_retries_that_ran_out_are_looked_through() -> None:
    """Behind urllib3's «Max retries exceeded», which repeats the whole address, stands what happened."""
    inner = lower.NewConnectionError(POOL, "refused")
    error = lower.MaxRetryError(POOL, "/path?key=hidden", lower.MaxRetryError(POOL, "/path?key=hidden", inner))
    ours = translate(error, "POST", f"{URL}?key=hidden")
    assert ours.__cause__ is inner
    assert "hidden" not in f"{ours!r} {ours}"


def test_limit_is_said_of_a_proxy_that_is_not_reached() -> None:
    """A proxy that accepts no connection in time is a timeout; one that refuses is an error of the proxy's."""
    late, refused = lower.ConnectTimeoutError(POOL, "x"), lower.NewConnectionError(POOL, "x")
    assert UNREACHED in str(translate(lower.ProxyError("x", late), "GET", URL))
    assert "the proxy gave no connection" in str(translate(lower.ProxyError("x", refused), "GET", URL))


def test_request_that_is_not_taken_in_time_is_a_timeout() -> None:
    """urllib3 takes it for a broken connection."""
    ours = translate(lower.ProtocolError("aborted", TimeoutError("timed out")), "POST", URL)
    assert isinstance(ours, ApiTimeoutException)


def test_retries_without_a_reason_stand_for_themselves() -> None:
    """A «Max retries exceeded» with nothing behind it, or with a text, is translated as it is."""
    for reason in (None, "refused"):
        ours = translate(lower.MaxRetryError(POOL, "/p", cast("Any", reason)), "GET", URL)
        assert isinstance(ours, ApiConnectionException)


def test_error_without_words_shows_its_class() -> None:
    """An error whose text is empty is named by its class."""
    assert "(TimeoutError)" in str(translate(TimeoutError(), "GET", URL))


def test_what_cannot_be_sent_is_a_value_error_unseen() -> None:
    """An error that quotes an address or a header is an ApiValueError without the quotation."""
    ours = translate(lower.LocationParseError("hidden"), "GET", URL)
    assert isinstance(ours, ApiValueError)
    assert str(ours) == f"GET {URL}: the address or a header cannot be sent"
    assert "hidden" not in "".join(traceback.format_exception(ours))


@pytest.mark.parametrize(
    "error",
    [
        lower.ProtocolError(
            "Connection broken", lower.InvalidChunkLength(urllib3.HTTPResponse(b""), b'{"token": "hid')
        ),
        http.client.BadStatusLine('{"aws_secret_access_key": "hidden"}'),
        lower.ProtocolError("aborted", http.client.BadStatusLine('{"aws_session_token": "hidden"}')),
    ],
    ids=["chunk length", "status line", "status line within"],
)
def test_quoted_answer_shows_no_secret(error: Exception) -> None:
    """Where the lower layer's error quotes the answer, neither ours nor its cause shows a secret in it."""
    ours = translate(error, "POST", URL)
    assert "hid" not in "".join([repr(ours), *traceback.format_exception(ours)])


def test_cause_keeps_no_traceback(raw_server: Callable[..., Any]) -> None:
    """The frames of lower layers, which hold the request in the clear, are cut off the cause."""
    url = raw_server(b"", then="reset").url
    with pytest.raises(ApiConnectionException) as caught:
        RESTClientObject(Configuration(url, retries=0)).request("POST", url, body={})
    cause = caught.value.__cause__
    assert cause is not None
    assert cause.__traceback__ is None
    assert cause.__context__ is None or cause.__context__.__traceback__ is None
