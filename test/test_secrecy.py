"""No secret shows in what is printed, logged, raised or pickled, whatever comes of a call."""

import json
import logging
import pickle
import socket
from collections.abc import Callable, Iterator
from pprint import pformat
from types import SimpleNamespace
from typing import Any

import pytest
from urllib3 import Retry

from openapi_client import (
    ApiClient,
    ApiException,
    ApiTimeoutException,
    Configuration,
    Credentials,
    CredentialsRequest,
    OpenApiException,
    RegistryCredentialsApi,
)

Start = Callable[..., Any]
Shown = Callable[..., list[str]]

TOKEN = "token-that-nobody-may-see"
ANSWER = json.dumps(
    {
        "status": {"success": True, "details": "ok"},
        "credentials": {
            "aws_access_key_id": "key-id-that-nobody-may-see",
            "aws_secret_access_key": "key-that-nobody-may-see",
            "aws_session_token": "session-that-nobody-may-see",
            "expiry": "2030-01-02T03:04:05Z",
        },
        "console_session_url": "https://signin.example/?SigninToken=token-that-nobody-may-see",
    }
).encode()
LIMIT = 4096
ECHO = json.dumps({"detail": [{"loc": ["header", 0], "msg": f"Bearer {TOKEN} is bad", "type": "t", "input": TOKEN}]})


def http(status: str, body: bytes, headers: str = "", beyond: int = 0) -> bytes:
    """An answer as bytes, whose length may be stated as more than it is."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body) + beyond}\r\n\r\n"
    )
    return head.encode() + body


REFUSALS = {
    f"{status} echo": http(f"{status} no {TOKEN}", ECHO.encode(), f"WWW-Authenticate: Bearer error={TOKEN}\r\n")
    for status in (400, 401, 403, 404, 422, 500, 503)
}
BROKEN = {
    **REFUSALS,
    "redirect": http("302 Found", b"", f"Location: https://elsewhere.example/?token={TOKEN}\r\n"),
    "redirect in a circle": http("307 Again", b"", f"Location: /there?state={TOKEN}&to=/x\r\n"),
    "redirect with a password": http("308 Again", b"", f"Location: http://user:{TOKEN}@elsewhere.example/\r\n"),
    "redirect to no address": http("307 Again", ECHO.encode(), f"Location: http://[{TOKEN}/\r\n"),
    "header that is no number": http("503 no", ECHO.encode(), f"Retry-After: {TOKEN}\r\n"),
    "too large": http("200 OK", ANSWER.ljust(LIMIT + 1)),
    "too large and unstated": http("200 OK", ANSWER.ljust(LIMIT + 1), "Content-Encoding: identity\r\n"),
    "too large a refusal": http("500 no", ECHO.encode().ljust(LIMIT + 1), f"X-Echo: {TOKEN}\r\n"),
    "half a head": http("200 OK", b"", f"X-Echo: {TOKEN}\r\n").partition(b"Content-Length")[0],
    "text that echoes": http("500 no", f"Traceback: headers = {{'Authorization': 'Bearer {TOKEN}'}}".encode()),
    "broken JSON": http("200 OK", ANSWER[:-1]),
    "JSON with more behind it": http("200 OK", ANSWER + b"more"),
    "wrong shape": http("200 OK", ANSWER.replace(b'{"success": true, "details": "ok"}', b'"key-that-nobody-may-see"')),
    "wrong type": http("200 OK", ANSWER.replace(b"true", b'"session-that-nobody-may-see"')),
    "missing property": http("200 OK", ANSWER.replace(b'"status"', b'"else"')),
    "no time": http("200 OK", ANSWER.replace(b"2030-01-02T03:04:05Z", b"key-that-nobody-may-see")),
    "list": http("200 OK", b"[" + ANSWER + b"]"),
    "deep": http("200 OK", ANSWER[:-1] + b', "more": ' + b"[" * 100_000),
    "invalid UTF-8": http("200 OK", ANSWER + b"\xff"),
    "unknown encoding": http("200 OK", ANSWER).replace(b"application/json", b"application/json; charset=nope"),
    "no gzip": http("200 OK", ANSWER, "Content-Encoding: gzip\r\n"),
    "truncated": http("200 OK", ANSWER, beyond=9),
    "no chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + ANSWER + b"\r\n",
    "not HTTP": ANSWER + b"\r\n",
    "no status": b"HTTP/1.1 " + ANSWER + b"\r\n\r\n",
}
AT_ONCE = Retry(2, backoff_factor=0, allowed_methods=None, status_forcelist=[500, 503])
WAYS: dict[str, dict[str, Any]] = {
    "configured": {},
    "header": {"_request_auth": {"type": "api_key", "in": "header", "key": "X-Key", "value": TOKEN}},
    "query": {"_request_auth": {"type": "api_key", "in": "query", "key": "X-Key", "value": TOKEN}},
    "cookie": {"_request_auths": [{"type": "api_key", "in": "cookie", "key": "session", "value": TOKEN}]},
    "headers": {"_headers": {"X-Gateway": TOKEN}},
}


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """All loggers at DEBUG, and the two levels that `debug` sets as they were afterwards."""
    loggers = [logging.getLogger(name) for name in ("openapi_client", "urllib3")]
    levels = [logger.level for logger in loggers]
    with caplog.at_level(logging.DEBUG):
        yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def call(credentials_request: CredentialsRequest) -> Callable[..., Any]:
    """Calls the read operation of a host, and gives the client and the error or the answer."""

    def ask(
        host: str, token: str = TOKEN, form: str = "", *, retries: Any = 0, max_bytes: int = 2**20, **options: Any
    ) -> tuple[ApiClient, Any]:
        configuration = Configuration(
            host, access_token=token, password=TOKEN, retries=retries, debug=True, max_response_bytes=max_bytes
        )
        with ApiClient(configuration, "X-Default", TOKEN, f"session={TOKEN}") as client:
            method = getattr(RegistryCredentialsApi(client), f"generate_read_access_credentials{form}")
            try:
                return client, method(credentials_request, **options)
            except OpenApiException as error:
                return client, error

    return ask


def assert_nothing_shows(secrets_in: Shown, caplog: pytest.LogCaptureFixture, client: ApiClient, came: Any) -> None:
    """Neither what came of a call nor what was logged shows a secret; of an error, its pickle does not either."""
    exceptions = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert caplog.records
    assert secrets_in(came, pformat(came), caplog.text, *exceptions) == []
    assert secrets_in(client.configuration, client.last_response, client.configuration.auth_settings()) == []
    if isinstance(came, BaseException):
        assert secrets_in(pickle.loads(pickle.dumps(came)), str(pickle.dumps(came))) == []  # noqa: S301 - the test's own


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["", "_with_http_info"], ids=["data", "info"])
def test_success_shows_no_secret(
    raw_server: Start, call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, way: str, form: str
) -> None:
    """A call that succeeds prints and logs no secret, however it proves who is asking; the values are there."""
    server = raw_server(http("200 OK", ANSWER))
    client, came = call(server.url, form=form, **WAYS[way])
    assert TOKEN.encode() in server.requests[0]
    data = came.data if form else came
    assert data.credentials.aws_secret_access_key == "key-that-nobody-may-see"
    assert_nothing_shows(secrets_in, caplog, client, came)
    assert_nothing_shows(secrets_in, caplog, client, data.credentials)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_failure_shows_no_secret(
    raw_server: Start, call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, answer: bytes, way: str
) -> None:
    """A call that fails, in whatever way, shows no secret in its error, the causes, their locals, or the log."""
    client, came = call(raw_server(answer).url, max_bytes=LIMIT, **WAYS[way])
    assert isinstance(came, OpenApiException)
    assert_nothing_shows(secrets_in, caplog, client, came)


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_failure_on_a_thread_shows_no_secret(
    raw_server: Start, call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, answer: bytes
) -> None:
    """The error that a handle raises shows no secret either."""
    client, handle = call(raw_server(answer).url, max_bytes=LIMIT, async_req=True)
    with pytest.raises(OpenApiException) as caught:
        handle.get(30)
    assert_nothing_shows(secrets_in, caplog, client, caught.value)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answer", ["500 echo", "503 echo", "header that is no number", "truncated", "half a head"])
def test_retries_show_no_secret(
    raw_server: Start, call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, answer: str, way: str
) -> None:
    """What is said of attempts that failed shows no secret, nor does the error in the end."""
    server = raw_server(BROKEN[answer])
    client, came = call(server.url, retries=AT_ONCE, **WAYS[way])
    assert isinstance(came, ApiException)
    assert len(came.waits) == 2
    assert caplog.text.count("trying again") == 2
    assert_nothing_shows(secrets_in, caplog, client, came)


@pytest.mark.parametrize("way", ["configured", "header", "cookie", "headers"])
def test_redirect_whose_path_holds_a_secret_is_not_followed(
    raw_server: Start, call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    """A path that repeats the token would be in every log: it is not asked for, and not shown."""
    server = raw_server(http("307 Again", b"", f"Location: /there/{TOKEN}/x\r\n"))
    client, came = call(server.url, **WAYS[way])
    assert isinstance(came, ApiException)
    assert "whose path repeats a secret" in str(came)
    assert len(server.requests) == 1
    assert_nothing_shows(secrets_in, caplog, client, came)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("timeout", [0.1, (0.1, 5), (5, 0.1)], ids=["total", "connect", "read"])
def test_timeouts_show_no_secret(
    raw_server: Start, call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, way: str, timeout: Any
) -> None:
    """Each limit that ends a call is named without a secret."""
    server = raw_server(http("200 OK", ANSWER, beyond=9), "hold")
    url = server.url.replace("http:", "https:") if timeout == (0.1, 5) else server.url
    client, came = call(url, _request_timeout=timeout, **WAYS[way])
    assert isinstance(came, ApiTimeoutException)
    assert_nothing_shows(secrets_in, caplog, client, came)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("then", ["hold", "reset"])
def test_silence_and_reset_show_no_secret(
    raw_server: Start, call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, then: str, way: str
) -> None:
    """A server that falls silent or resets the connection brings out no secret."""
    client, came = call(raw_server(http("200 OK", ANSWER, beyond=9), then).url, _request_timeout=0.1, **WAYS[way])
    assert isinstance(came, OpenApiException)
    assert_nothing_shows(secrets_in, caplog, client, came)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "host", ["refused", "http://registry.invalid", "ftp://h", f"http://user:{TOKEN}@h", "http://a b"]
)
def test_unreachable_host_shows_no_secret(
    call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, host: str, way: str
) -> None:
    """A host that cannot be asked brings out no secret, one in its own address included."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}" if host == "refused" else host
        client, came = call(address, **WAYS[way])
    assert isinstance(came, OpenApiException)
    logging.getLogger("openapi_client").debug("there is at least one record")
    assert_nothing_shows(secrets_in, caplog, client, came)


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\0", "–"], ids=repr)  # noqa: RUF001 - the dash is what is tested
@pytest.mark.parametrize("where", ["token", "header", "cookie", "headers", "wrong type", "unknown option"])
def test_what_cannot_be_sent_shows_no_secret(
    call: Start, secrets_in: Shown, caplog: pytest.LogCaptureFixture, where: str, break_: str
) -> None:
    """A secret that cannot be sent, or is given in the wrong place, is refused without being shown."""
    bad = f"{TOKEN}{break_}"
    options: dict[str, dict[str, Any]] = {
        "token": {"token": bad},
        "header": {"_request_auth": {"in": "header", "key": "X-Key", "value": bad}},
        "cookie": {"_request_auth": {"in": "cookie", "key": "session", "value": bad}},
        "headers": {"_headers": {"X-Gateway": bad}},
        "wrong type": {"_request_auths": {"in": "header", "key": "X-Key", "value": bad}},
        "unknown option": {"_request_atuh": {"in": "header", "key": "X-Key", "value": bad}},
    }
    client, came = call("http://registry.invalid", **options[where])
    assert isinstance(came, OpenApiException)
    logging.getLogger("openapi_client").debug("there is at least one record")
    assert_nothing_shows(secrets_in, caplog, client, came)


UNTIMELY = ANSWER.decode().replace("2030-01-02", "someday")
KEYS: Any = json.loads(UNTIMELY)["credentials"]
REFUSED: dict[str, Callable[[ApiClient], Any]] = {
    "deserialize": lambda client: client.deserialize(UNTIMELY, "CredentialResponse", "application/json"),
    "deserialize, no JSON": lambda client: client.deserialize(UNTIMELY[:-5], "CredentialResponse"),
    "response_deserialize": lambda client: client.response_deserialize(
        SimpleNamespace(status=200, data=UNTIMELY), {"200": "CredentialResponse"}
    ),
    "param_serialize": lambda client: client.param_serialize("POST", "/x", body=[TOKEN, object()]),
    "update_params_for_auth": lambda client: client.update_params_for_auth(
        {}, [], ["x"], request_auth={"in": "nowhere", "key": "Authorization", "value": TOKEN}
    ),
    "_new_from_openapi_data": lambda _: Credentials._new_from_openapi_data(**KEYS),
    "set_attribute": lambda _: Credentials.model_construct(**KEYS).set_attribute("aws_session_token", [TOKEN]),
    "call_with_http_info": lambda client: RegistryCredentialsApi(
        client
    ).generate_read_access_credentials_endpoint.call_with_http_info(credentials_request=KEYS),
}


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_part_that_fails_shows_no_secret(
    configuration: Configuration, secrets_in: Shown, call: Callable[[ApiClient], Any]
) -> None:
    """An error of a part that old programs call shows none of its arguments, in a traceback with locals either."""
    with ApiClient(configuration) as client, pytest.raises(OpenApiException) as caught:
        call(client)
    assert secrets_in(caught.value) == []


def test_unfinished_model_prints() -> None:
    """A model whose constructor is still at work, or failed, prints as one without properties."""
    assert repr(Credentials.__new__(Credentials)) == "{}"
