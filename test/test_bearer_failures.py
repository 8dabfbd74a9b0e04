"""Who is asking: a source that fails is the cause of what is raised, nothing is sent, and no secret shows."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi
from openapi_client.auth import CommandTokenSource
from openapi_client.exceptions import (
    ApiConnectionException,
    ApiException,
    ApiValueError,
    AuthenticationException,
    ClientRefusedException,
    LoginRequiredException,
    UnauthorizedException,
)

SECRET = "token-that-nobody-may-see"
READ_PATH = "/registry/credentials/generate-read-access-credentials"

Form = Callable[[RegistryCredentialsApi, CredentialsRequest], Any]
FORMS: dict[str, Form] = {
    "data": lambda api, body: api.generate_read_access_credentials(body),
    "info": lambda api, body: api.generate_read_access_credentials_with_http_info(body),
    "unread": lambda api, body: api.generate_read_access_credentials_without_preload_content(body),
    "not preloaded": lambda api, body: api.generate_read_access_credentials(body, _preload_content=False),
    "async": lambda api, body: api.generate_read_access_credentials(body, async_req=True).get(30),
}
in_each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@pytest.fixture
def make_api(httpserver: HTTPServer) -> Iterator[Callable[..., RegistryCredentialsApi]]:
    """Makes an API object of a registry that takes no token, with some settings of a Configuration."""
    challenge = {"WWW-Authenticate": "Bearer"}
    httpserver.expect_request(READ_PATH).respond_with_json({"detail": "no"}, status=401, headers=challenge)
    with ApiClient() as client:

        def make(**settings: Any) -> RegistryCredentialsApi:
            client.configuration = Configuration(httpserver.url_for("").rstrip("/"), retries=False, **settings)
            return RegistryCredentialsApi(client)

        yield make


Api = Callable[..., RegistryCredentialsApi]


def fails_with(error: BaseException, *first: str) -> Callable[[], str]:
    """A source that gives some tokens, and from then on raises."""
    tokens = list(first)

    def source() -> str:
        if tokens:
            return tokens.pop(0)
        raise error

    return source


@in_each_form
@pytest.mark.parametrize(
    "error", [ValueError("no"), OSError(2, "no"), ApiConnectionException(0, "no"), ApiValueError("no")], ids=repr
)
def test_what_a_source_raises_is_the_cause(
    httpserver: HTTPServer, make_api: Api, credentials_request: CredentialsRequest, form: Form, error: Exception
) -> None:
    """An AuthenticationException comes of it, whose cause it is, and nothing is sent."""
    with pytest.raises(AuthenticationException, match=type(error).__name__) as caught:
        form(make_api(access_token=fails_with(error)), credentials_request)
    assert caught.value.__cause__ is error
    assert caught.value.status == 0
    assert httpserver.log == []


@in_each_form
def test_what_a_source_raises_when_asked_again_is_the_cause(
    httpserver: HTTPServer, make_api: Api, credentials_request: CredentialsRequest, form: Form
) -> None:
    """After a rejection the registry's words stand, since the token may not be what is wrong."""
    error = ValueError("no")
    api = make_api(access_token=fails_with(error, "rejected"))
    if form is FORMS["unread"]:
        with form(api, credentials_request) as answer:
            assert (answer.status, answer.json()) == (401, {"detail": "no"})
    else:
        with pytest.raises(UnauthorizedException) as caught:
            form(api, credentials_request)
        assert caught.value.data == {"detail": "no"}
        assert isinstance(caught.value.__cause__, AuthenticationException)
        assert caught.value.__cause__.__cause__ is error
        assert error.__context__ is None
    assert len(httpserver.log) == 1


@in_each_form
@pytest.mark.parametrize("token", [None, b"bytes", "", "a b", "a\n", "ä"], ids=repr)
def test_what_is_no_token_is_not_sent(
    httpserver: HTTPServer, make_api: Api, credentials_request: CredentialsRequest, form: Form, token: object
) -> None:
    """A source that gives something else than a token has failed."""
    with pytest.raises(AuthenticationException, match="gave"):
        form(make_api(access_token=lambda: token), credentials_request)
    assert httpserver.log == []


def test_authentication_exception_of_a_source_is_raised_as_it_is(
    httpserver: HTTPServer, make_api: Api, credentials_request: CredentialsRequest
) -> None:
    """One of ours already says what happened, where, and what to do."""
    error = LoginRequiredException(400, "log in")
    with pytest.raises(LoginRequiredException) as caught:
        make_api(access_token=fails_with(error)).generate_read_access_credentials(credentials_request)
    assert caught.value is error
    assert httpserver.log == []


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_interruption_of_a_source_is_none_of_our_errors(
    httpserver: HTTPServer,
    make_api: Api,
    credentials_request: CredentialsRequest,
    interruption: type[BaseException],
) -> None:
    """A user who presses Ctrl-C while a source waits ends the program, not the call."""
    with pytest.raises(interruption):
        make_api(access_token=fails_with(interruption())).generate_read_access_credentials(credentials_request)
    assert httpserver.log == []


@in_each_form
@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, "invalid_grant", LoginRequiredException),
        (401, "invalid_client", ClientRefusedException),
        (503, "unavailable", AuthenticationException),
    ],
)
def test_refused_login_sends_nothing_to_the_registry(
    httpserver: HTTPServer,
    make_api: Api,
    credentials_request: CredentialsRequest,
    form: Form,
    status: int,
    error: str,
    kind: type[AuthenticationException],
) -> None:
    """What the login server refuses is raised as such, and the registry's operation is not called."""
    httpserver.expect_request("/token").respond_with_json({"error": error}, status=status)
    with pytest.raises(kind) as caught:
        form(make_api(username="ada", password="p"), credentials_request)
    assert caught.value.status == status
    assert [request.path for request, _ in httpserver.log] == ["/token"]


def test_login_server_that_is_not_reached_is_the_cause(make_api: Api, credentials_request: CredentialsRequest) -> None:
    """No connection to it is an ApiConnectionException, which is the cause."""
    api = make_api(username="ada", password="p", token_url="http://127.0.0.1:9/token")
    with pytest.raises(AuthenticationException) as caught:
        api.generate_read_access_credentials(credentials_request)
    assert isinstance(caught.value.__cause__, ApiConnectionException)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"offline_token": SECRET}, "issuer"),
        ({"offline_token": SECRET, "issuer": "https://h", "username": "a", "password": SECRET}, "client_id"),
        ({"username": "a", "password": SECRET, "client_secret": SECRET}, "client_id"),
        ({"username": "a", "password": SECRET, "token_url": f"https://u:{SECRET}@h/"}, "token_url"),
        ({"username": "a", "password": SECRET, "issuer": f"nowhere?{SECRET}"}, "issuer"),
        ({"token_command": f"print '{SECRET}"}, "command"),
        ({"token_command": "  "}, "command"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
@in_each_form
def test_settings_that_cannot_be_meant_are_a_value_error(
    httpserver: HTTPServer,
    make_api: Api,
    credentials_request: CredentialsRequest,
    secrets_in: Callable[..., list[str]],
    form: Form,
    settings: dict[str, str],
    message: str,
) -> None:
    """It names the setting and no secret, and nothing is sent."""
    with pytest.raises(ApiValueError, match=message) as caught:
        form(make_api(**settings), credentials_request)
    assert httpserver.log == []
    assert secrets_in(caught.value) == []


@in_each_form
def test_words_of_an_error_are_repeated_without_their_secrets(
    make_api: Api, credentials_request: CredentialsRequest, secrets_in: Callable[..., list[str]], form: Form
) -> None:
    """What a library says of a token it could not get may hold one, which our own error leaves out."""
    error = ValueError(f"not taken: Bearer {SECRET}, password={SECRET}")
    with pytest.raises(AuthenticationException, match="not taken") as caught:
        form(make_api(access_token=fails_with(error)), credentials_request)
    # The words of the cause are the user's own.
    caught.value.__cause__ = None
    assert secrets_in(caught.value) == []


def echo(status: int, error: str = "invalid_grant") -> Response:
    """A login server's refusal that repeats what was sent."""
    body = {"error": error, "error_description": f"{SECRET} is bad", SECRET: SECRET}
    return Response(json.dumps(body), status, content_type="application/json")


SETTINGS: dict[str, tuple[dict[str, Any], type[ApiException]]] = {
    "text": ({"access_token": SECRET}, UnauthorizedException),
    "callable": ({"access_token": lambda: SECRET}, UnauthorizedException),
    "callable that fails later": (
        {"access_token": fails_with(ValueError("no"), *[SECRET] * 3)},
        ApiException,
    ),
    "callable that gives another thing": ({"access_token": lambda: f"{SECRET}\n"}, AuthenticationException),
    "command": ({"token_command": f"printf {SECRET}"}, AuthenticationException),
    "command of arguments": ({"access_token": CommandTokenSource(["printf", SECRET])}, AuthenticationException),
    "command that fails": ({"token_command": f"sh -c 'echo {SECRET}; exit 1'"}, AuthenticationException),
    "password": ({"username": "ada", "password": SECRET}, AuthenticationException),
    "client": (
        {"username": "ada", "password": SECRET, "client_id": "c", "client_secret": SECRET},
        AuthenticationException,
    ),
    "offline token": (
        {"offline_token": SECRET, "issuer": "{url}", "client_id": "c", "client_secret": SECRET},
        AuthenticationException,
    ),
}


@in_each_form
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(("settings", "kind"), SETTINGS.values(), ids=SETTINGS)
def test_no_secret_shows_however_a_login_ends(
    httpserver: HTTPServer,
    make_api: Api,
    credentials_request: CredentialsRequest,
    secrets_in: Callable[..., list[str]],
    caplog: pytest.LogCaptureFixture,
    form: Form,
    status: int,
    settings: dict[str, Any],
    kind: type[ApiException],
) -> None:
    """Not in errors, in tracebacks with locals, in the log, nor in the client and its Configuration as printed."""
    url = httpserver.url_for("").rstrip("/")
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(
        {"issuer": url, "token_endpoint": f"{url}/token"}
    )
    tokens = {"access_token": SECRET, "refresh_token": SECRET, "expires_in": 300}
    given = Response(json.dumps(tokens), content_type="application/json") if status == 200 else echo(status)
    httpserver.expect_request("/token").respond_with_response(given)
    shown: list[Any] = []
    with caplog.at_level(logging.DEBUG):
        api = make_api(**{name: url if value == "{url}" else value for name, value in settings.items()})
        for _ in range(2):
            try:
                answer = form(api, credentials_request)
            except (kind, UnauthorizedException) as error:
                shown += [error, "".join(traceback.format_exception(error))]
            else:
                with answer:
                    assert answer.status == 401
                    shown.append(answer.read().decode())
    client = api.api_client
    assert secrets_in(*shown, caplog.text, client, vars(client), client.configuration) == []
