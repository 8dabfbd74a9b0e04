"""Failures of a request are caught by what programs for a generated client catch: urllib3's classes, and Python's."""

import copy
import pickle
import socket
import ssl
from builtins import ConnectionError as BrokenConnection
from builtins import TimeoutError as TookTooLong
from collections.abc import Callable
from typing import Any

import pytest
from urllib3 import Retry
from urllib3 import exceptions as lower
from urllib3.connectionpool import HTTPConnectionPool

from openapi_client import (
    ApiClient,
    ApiConnectionException,
    ApiException,
    ApiTimeoutException,
    ApiValueError,
    AuthenticationException,
    Configuration,
    OpenApiException,
)
from openapi_client.exceptions import ApiTypeError
from openapi_client.rest.errors import translated
from openapi_client.rest.failures import AddressError, Pool
from openapi_client.rest.limits import Limits

Start = Callable[..., Any]

URL = "http://user:hidden@registry.example:8080/path?token=hidden"
POOL: Any = HTTPConnectionPool("registry.example")
EACH: tuple[type[Exception], ...] = (lower.HTTPError, BrokenConnection, OSError, ApiConnectionException)
TIMEOUT: tuple[type[Exception], ...] = (*EACH, lower.TimeoutError, TookTooLong, ApiTimeoutException)
LEAVES: tuple[type[Exception], ...] = (
    *(lower.MaxRetryError, lower.TimeoutError, lower.ConnectTimeoutError, lower.ReadTimeoutError, TookTooLong),
    *(lower.NewConnectionError, lower.NameResolutionError, lower.ProtocolError, lower.IncompleteRead),
    *(lower.SSLError, lower.ProxyError, lower.DecodeError, ApiTimeoutException),
)


def fail(error: Exception, *, retried: bool = False, bare: bool = False) -> Any:
    """Return our error for one that arose well within the limits of a call."""
    return translated(error, "POST", URL, Limits(5, 30, 90, 1000), retried=retried, bare=bare)


# What was raised, and all the leaves that catch what becomes of it.
CAUGHT: dict[str, tuple[Exception, set[type[Exception]]]] = {
    "refused": (lower.NewConnectionError(POOL, "x"), {lower.MaxRetryError}),
    "unknown host": (lower.NameResolutionError("h", POOL, socket.gaierror("x")), {lower.MaxRetryError}),
    "no connection in time": (
        lower.ConnectTimeoutError(POOL, "x"),
        {lower.MaxRetryError, lower.TimeoutError, lower.ConnectTimeoutError, TookTooLong, ApiTimeoutException},
    ),
    "no proxy in time": (
        lower.ProxyError("x", lower.ConnectTimeoutError(POOL, "x")),
        {lower.MaxRetryError, lower.TimeoutError, lower.ConnectTimeoutError, TookTooLong, ApiTimeoutException},
    ),
    "no answer in time": (
        lower.ReadTimeoutError(POOL, "/", "x"),
        {lower.TimeoutError, lower.ReadTimeoutError, TookTooLong, ApiTimeoutException},
    ),
    "no byte in time": (
        TimeoutError("x"),
        {lower.TimeoutError, lower.ReadTimeoutError, TookTooLong, ApiTimeoutException},
    ),
    "not taken in time": (
        lower.ProtocolError("aborted", TimeoutError("x")),
        {lower.TimeoutError, lower.ReadTimeoutError, TookTooLong, ApiTimeoutException},
    ),
    "proxy": (lower.ProxyError("x", OSError()), {lower.MaxRetryError, lower.ProxyError}),
    "certificate": (lower.SSLError("x"), {lower.MaxRetryError, lower.SSLError}),
    "TLS": (ssl.SSLError("x"), {lower.MaxRetryError, lower.SSLError}),
    "reset": (lower.ProtocolError("aborted", ConnectionResetError("x")), {lower.ProtocolError}),
    "reset by the system": (ConnectionResetError("x"), {lower.ProtocolError}),
    "cut off": (lower.IncompleteRead(1, 2), {lower.ProtocolError, lower.IncompleteRead}),
    "cut off in a chunk": (
        lower.ProtocolError("broken", lower.IncompleteRead(1, 2)),
        {lower.ProtocolError, lower.IncompleteRead},
    ),
    "not packed": (lower.DecodeError("x"), {lower.DecodeError}),
    "pool": (lower.EmptyPoolError(POOL, "x"), set()),
    "used up, nobody knows why": (lower.MaxRetryError(POOL, "/"), {lower.MaxRetryError}),
    "used up, refused": (lower.MaxRetryError(POOL, "/", lower.NewConnectionError(POOL, "x")), {lower.MaxRetryError}),
}


@pytest.mark.parametrize(("error", "leaves"), CAUGHT.values(), ids=CAUGHT)
def test_failure_is_caught_by_what_it_is(error: Exception, leaves: set[type[Exception]]) -> None:
    """Every failure is an HTTPError and a ConnectionError; a leaf catches what it stands for, and nothing else."""
    ours = fail(error)
    assert [kind for kind in EACH if not isinstance(ours, kind)] == []
    assert {kind for kind in LEAVES if isinstance(ours, kind)} == leaves


@pytest.mark.parametrize(("error", "leaves"), CAUGHT.values(), ids=CAUGHT)
def test_failure_after_retries_is_also_a_max_retry_error(error: Exception, leaves: set[type[Exception]]) -> None:
    """Where the call was tried again, whatever ended it means that the retries are used up."""
    ours = fail(error, retried=True)
    assert {kind for kind in LEAVES if isinstance(ours, kind)} == {*leaves, lower.MaxRetryError}


def test_connection_that_is_refused_without_retries_has_the_class_of_urllib3() -> None:
    """With retries switched off urllib3 raises what happened, as does this; its class counts as a timeout there."""
    assert isinstance(fail(CAUGHT["refused"][0], bare=True), lower.NewConnectionError)
    assert isinstance(fail(CAUGHT["unknown host"][0], bare=True), lower.NameResolutionError)
    assert not isinstance(fail(CAUGHT["refused"][0], bare=True), TookTooLong)


@pytest.mark.parametrize(("error", "_"), CAUGHT.values(), ids=CAUGHT)
@pytest.mark.parametrize("retried", [False, True], ids=["once", "retried"])
def test_failure_has_the_attributes_of_both(error: Exception, _: object, retried: bool) -> None:
    """`reason` is a text, `url` and `pool` say where, without a secret, and nothing of the system's errors shows."""
    ours = fail(error, retried=retried)
    assert isinstance(ours.reason, str)
    assert ours.url == "http://registry.example:8080/path"
    assert ours.pool == Pool("http", "registry.example", 8080)
    assert (ours.status, ours.body, ours.data, ours.conn, ours.errno, ours.strerror) == (
        0,
        None,
        None,
        None,
        None,
        None,
    )
    assert str(ours) == f"Status Code: 0\nReason: {ours.reason}\n"
    assert ours.args == (0, ours.reason)
    assert ours.original_error is ours.__cause__
    assert "hidden" not in f"{ours!r}{vars(ours)}"


def test_answer_that_ended_early_says_how_much_had_come() -> None:
    """As urllib3's error and http.client's do."""
    ours = fail(lower.IncompleteRead(1, 2))
    assert (ours.partial, ours.expected) == (1, 2)


TWINS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda error: pickle.loads(pickle.dumps(error)),  # noqa: S301 - pickled here
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("twin_of", TWINS.values(), ids=TWINS)
@pytest.mark.parametrize(("error", "leaves"), CAUGHT.values(), ids=CAUGHT)
def test_failure_travels(error: Exception, leaves: set[type[Exception]], twin_of: Callable[[Any], Any]) -> None:
    """A pickled or copied failure is of the same classes and says the same."""
    ours = fail(error)
    ours.waits, ours.my_own = (0.5,), "note"
    twin = twin_of(ours)
    assert type(twin) is type(ours)
    assert vars(twin) == vars(ours)
    assert (str(twin), twin.args, twin.waits) == (str(ours), ours.args, (0.5,))
    assert {kind for kind in LEAVES if isinstance(twin, kind)} == leaves


@pytest.mark.parametrize(("error", "leaves"), CAUGHT.values(), ids=CAUGHT)
def test_failure_travels_with_its_cause(
    error: Exception, leaves: set[type[Exception]], through_tblib: Callable[[BaseException], Any]
) -> None:
    """A failure in a worker of dask is caught in its client by the same classes."""
    ours = fail(error)
    twin = through_tblib(ours)
    assert (type(twin), vars(twin), twin.args) == (type(ours), vars(ours), ours.args)
    assert {kind for kind in LEAVES if isinstance(twin, kind)} == leaves
    assert type(twin.__cause__) is type(ours.__cause__)


def test_traceback_names_the_documented_class() -> None:
    """The name in a traceback is one that a program can import and catch."""
    for error, _ in CAUGHT.values():
        ours = fail(error)
        documented = ApiTimeoutException if isinstance(ours, ApiTimeoutException) else ApiConnectionException
        assert (type(ours).__name__, type(ours).__module__) == (documented.__name__, documented.__module__)
        assert type(ours).__doc__ == documented.__doc__


# --- on the wire


def closed_port() -> str:
    """Return the address of a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def failed(make_client: Start, url: str, **settings: Any) -> Any:
    """Return what a request to this address raises."""
    with pytest.raises(OpenApiException) as caught:
        make_client(**settings).request("POST", url, body={})
    return caught.value


@pytest.mark.parametrize("retries", [False, 0, Retry(0)], ids=["off", "none", "policy"])
def test_refused_connection(make_client: Start, retries: Any) -> None:
    """A connection that could not be made is a MaxRetryError, whether or not it was tried again."""
    error = failed(make_client, closed_port(), retries=retries)
    assert isinstance(error, lower.MaxRetryError)
    assert isinstance(error, BrokenConnection)
    assert isinstance(error, lower.NewConnectionError) == (retries is False)


@pytest.mark.parametrize(
    ("retries", "is_used_up"), [(False, False), (0, False), (Retry(1, allowed_methods=None), True)], ids=str
)
def test_silence(raw_server: Start, make_client: Start, retries: Any, is_used_up: bool) -> None:
    """A timeout of the answer is a ReadTimeoutError, and a MaxRetryError once the call was tried again in vain."""
    error = failed(make_client, raw_server(b"", "hold").url, retries=retries, read_timeout_seconds=0.1)
    assert len(error.waits) == is_used_up
    assert [kind for kind in (*TIMEOUT, lower.ReadTimeoutError) if not isinstance(error, kind)] == []
    assert isinstance(error, lower.MaxRetryError) == is_used_up


def test_handshake_without_an_answer(raw_server: Start, make_client: Start) -> None:
    """A timeout while connecting is a ConnectTimeoutError and a MaxRetryError."""
    url = raw_server(b"", "hold").url.replace("http:", "https:")
    error = failed(make_client, url, connect_timeout_seconds=0.1)
    assert isinstance(error, lower.ConnectTimeoutError)
    assert isinstance(error, lower.MaxRetryError)
    assert isinstance(error, TookTooLong)


def test_certificate_that_nobody_trusts(raw_server: Start, make_client: Start, tls: Start) -> None:
    """A failure of TLS is all that generated clients make of it: two errors of urllib3, and status 0."""
    error = failed(make_client, raw_server(b"", tls=tls("localhost")).url)
    kinds = (lower.MaxRetryError, lower.SSLError, ApiException)
    assert error.status == 0
    assert [kind for kind in kinds if not isinstance(error, kind)] == []


def test_reset_connection(raw_server: Start, make_client: Start) -> None:
    """A connection that breaks is a ProtocolError and a ConnectionError."""
    error = failed(make_client, raw_server(b"", then="reset").url)
    assert isinstance(error, lower.ProtocolError)
    assert isinstance(error, BrokenConnection)
    assert not isinstance(error, lower.MaxRetryError)


def test_login_server_that_is_away_is_still_an_error_of_the_login() -> None:
    """The error of a login keeps its class, and its cause is the failure of the connection."""
    configuration = Configuration(closed_port(), username="u", password="p", retries=False)
    with pytest.raises(AuthenticationException) as caught, ApiClient(configuration) as client:
        client.call_api("/path", "GET", auth_settings=["OAuth2PasswordBearer"])
    assert not isinstance(caught.value, lower.HTTPError)
    assert isinstance(caught.value.__cause__, lower.MaxRetryError)


ADDRESSES = ["ftp://host", "//host", "http://", "http://[::1", "http://ho st/", "http://user:word@host", "http://a..b/"]


@pytest.mark.parametrize("url", ADDRESSES)
def test_address_that_cannot_be_asked_is_also_an_error_of_urllib3(make_client: Start, url: str) -> None:
    """A wrong address is an ApiValueError that urllib3's classes for one catch, and quotes nothing of it."""
    error = failed(make_client, url)
    assert type(error) is AddressError
    kinds = (ApiValueError, ValueError, lower.LocationValueError, lower.LocationParseError, lower.URLSchemeUnknown)
    assert [kind for kind in kinds if not isinstance(error, kind)] == []
    assert not isinstance(error, ApiTypeError)
    assert (error.location, error.scheme) == ("", "")
    assert "Failed to parse" not in str(error)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here
    assert (str(twin), vars(twin)) == (str(error), vars(error))
