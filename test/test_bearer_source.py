"""Who is asking: the source that a client asks, made once of what its Configuration says, and anew if that changes."""

import copy
import json
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, cast

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, ApiTypeError, Configuration, CredentialsRequest, RegistryCredentialsApi
from openapi_client.auth import PasswordTokenSource
from openapi_client.auth.configured import configured_source

Ask = Callable[[ApiClient], str]


@pytest.fixture
def logins(registry: HTTPServer) -> list[dict[str, str]]:
    """The forms that the registry's `/token` was given; it answers the first with the token `issued-1`, and so on."""
    forms: list[dict[str, str]] = []

    def log_in(request: Request) -> Response:
        forms.append(request.form.to_dict())
        body = {"access_token": f"issued-{len(forms)}", "expires_in": 300}
        return Response(json.dumps(body), content_type="application/json")

    registry.expect_request("/token", method="POST").respond_with_handler(log_in)
    return forms


@pytest.fixture
def user(registry: HTTPServer, configuration: Configuration) -> Configuration:
    """A Configuration with a name and a password, and no token."""
    assert registry
    configuration.access_token = None
    configuration.username, configuration.password = "ada", "one"
    return configuration


@pytest.fixture
def ask(registry: HTTPServer, credentials_request: CredentialsRequest) -> Iterator[Ask]:
    """Makes a call, and gives the token that came with it; closes the clients at the end."""
    with ExitStack() as stack:

        def call(client: ApiClient) -> str:
            stack.enter_context(client)
            assert RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request).status.success
            request, _ = registry.log[-1]
            return request.headers["Authorization"].removeprefix("Bearer ")

        yield call


def test_name_and_password_are_enough(user: Configuration, ask: Ask, logins: list[dict[str, str]]) -> None:
    """The document's password flow works out of the box, at its `token`, which is asked once for many calls."""
    client = ApiClient(user)
    assert [ask(client), ask(client)] == ["issued-1", "issued-1"]
    assert logins == [{"grant_type": "password", "username": "ada", "password": "one"}]


@pytest.mark.parametrize(
    ("host", "token_url", "path"),
    [
        ("", "token", "/token"),
        ("/", "token", "/token"),
        ("/base", "token", "/base/token"),
        ("/base/", "auth/login?realm=x", "/base/auth/login"),
        ("/base", "/login", "/login"),
        ("/base", "{url}/elsewhere", "/elsewhere"),
    ],
)
def test_token_url_is_relative_to_the_host(
    httpserver: HTTPServer, answer: dict[str, Any], host: str, token_url: str, path: str
) -> None:
    """It is the document's `token` unless given, below the host, at the host's root, or elsewhere."""
    url = httpserver.url_for("").rstrip("/")
    httpserver.expect_request(path).respond_with_json({"access_token": "issued", "expires_in": 300})
    httpserver.expect_request(
        f"{host.rstrip('/')}/registry/credentials/generate-read-access-credentials"
    ).respond_with_json(answer)
    settings: dict[str, Any] = {} if token_url == "token" else {"token_url": token_url.format(url=url)}
    with ApiClient(Configuration(url + host, username="a", password="p", retries=False, **settings)) as client:
        RegistryCredentialsApi(client).generate_read_access_credentials({}, _check_input_type=False)
    assert httpserver.log[0][0].path == path
    assert httpserver.log[1][0].headers["Authorization"] == "Bearer issued"


def test_changed_setting_asks_for_another_source(user: Configuration, ask: Ask, logins: list[dict[str, str]]) -> None:
    """A password that is set afterwards is the one that is used; the same one again is no change."""
    client = ApiClient(user)
    assert ask(client) == "issued-1"
    user.password = "two"
    assert ask(client) == "issued-2"
    user.password = "".join("two")
    assert ask(client) == "issued-2"
    assert [login["password"] for login in logins] == ["one", "two"]


def test_access_token_that_is_set_afterwards_wins(user: Configuration, ask: Ask, logins: list[dict[str, str]]) -> None:
    """A text, then a source, then another one, and none again: each call goes by what is set then."""
    client = ApiClient(user)
    came = [ask(client)]
    for token in ("text", lambda: "first", lambda: "second", None):
        user.access_token = token
        came.append(ask(client))
    assert came == ["issued-1", "text", "first", "second", "issued-2"]
    assert len(logins) == 2


def test_another_host_is_logged_in_to_anew(user: Configuration, ask: Ask, logins: list[dict[str, str]]) -> None:
    """The token of one registry is not sent to another, and the other's own `token` is asked."""
    client = ApiClient(user)
    assert ask(client) == "issued-1"
    user.host = f"http://127.0.0.1:{user.host.rpartition(':')[2]}"
    assert ask(client) == "issued-2"
    assert len(logins) == 2


def test_another_configuration_is_logged_in_with_anew(
    user: Configuration, ask: Ask, logins: list[dict[str, str]]
) -> None:
    """A client whose Configuration is replaced logs in by the new one, though it says the same of user and password."""
    client = ApiClient(user)
    assert ask(client) == "issued-1"
    other = copy.deepcopy(user)
    other.host = f"http://127.0.0.1:{user.host.rpartition(':')[2]}"
    client.configuration = other
    assert ask(client) == "issued-2"
    assert len(logins) == 2


@pytest.mark.parametrize("more", [{}, {"username": "ada", "password": "p"}, {"token_command": "printf t"}], ids=repr)
def test_token_that_is_no_text_is_refused_before_anything_is_sent(registry: HTTPServer, more: dict[str, Any]) -> None:
    """Bytes for a token are an ApiTypeError, and no other way to log in takes their place."""
    configuration = Configuration(registry.url_for(""), access_token=cast("str", b"t"), **more)
    api = RegistryCredentialsApi(ApiClient(configuration))
    with pytest.raises(ApiTypeError, match="access_token must be str, not bytes"):
        api.generate_read_access_credentials({}, _check_input_type=False)
    assert registry.log == []


@pytest.mark.parametrize(
    "settings",
    [{}, {"username": "a"}, {"password": "p"}, {"issuer": "http://h"}, {"client_id": "c", "client_secret": "s"}],
    ids=lambda settings: "-".join(settings) or "nothing",
)
def test_half_of_what_is_needed_sends_no_token(registry: HTTPServer, settings: dict[str, Any]) -> None:
    """It is as good as nothing: the registry decides."""
    with ApiClient(Configuration(registry.url_for(""), **settings)) as client:
        RegistryCredentialsApi(client).generate_read_access_credentials({}, _check_input_type=False)
    ((request, _),) = registry.log
    assert "Authorization" not in request.headers


def test_source_is_shared_by_copies_of_a_configuration(
    user: Configuration, ask: Ask, logins: list[dict[str, str]]
) -> None:
    """Clients by copies of one Configuration, as of the default, ask one source: one login for all."""
    user.access_token = PasswordTokenSource("ada", "p", token_url=f"{user.host}/token", configuration=user)
    Configuration.set_default(user)
    assert [ask(ApiClient()), ask(ApiClient()), ask(ApiClient(copy.deepcopy(user)))] == ["issued-1"] * 3
    assert len(logins) == 1


def test_clients_that_log_in_alike_share_a_source(user: Configuration, ask: Ask, logins: list[dict[str, str]]) -> None:
    """Clients of equal settings, copied or pickled ones too, log in once; a source in the Configuration goes along."""
    client = ApiClient(user)
    assert ask(client) == "issued-1"
    assert ask(ApiClient(copy.deepcopy(user))) == "issued-1"
    assert ask(copy.copy(client)) == "issued-1"
    assert ask(pickle.loads(pickle.dumps(client))) == "issued-1"  # noqa: S301 - the test's own
    user.verify_ssl = False
    assert ask(ApiClient(user)) == "issued-2"
    user.access_token = PasswordTokenSource("ada", "p", token_url=f"{user.host}/token", configuration=user)
    assert ask(client) == "issued-3"
    assert ask(pickle.loads(pickle.dumps(client))) == "issued-3"  # noqa: S301 - the test's own
    assert len(logins) == 3


class Alike:
    """A source that is compared with the next one by two threads at once, before either goes on."""

    def __init__(self) -> None:
        self._both = threading.Barrier(2)

    def __call__(self) -> str:
        return "alike"

    def __eq__(self, other: object) -> bool:
        self._both.wait(30)
        return False

    __hash__ = None  # type: ignore[assignment] # never asked for


def test_threads_that_find_a_change_together_make_one_source(
    user: Configuration, ask: Ask, logins: list[dict[str, str]]
) -> None:
    """Two threads that both see that the settings have changed log in once."""
    user.access_token = Alike()
    client = ApiClient(user)
    assert ask(client) == "alike"
    user.access_token = None
    tokens: list[str] = []
    threads = [threading.Thread(target=lambda: tokens.append(ask(client))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert tokens == ["issued-1"] * 2
    assert len(logins) == 1


def test_proxy_credentials_are_not_another_s(user: Configuration) -> None:
    """Who logs in alike but through a proxy of other credentials has a source of its own."""
    other = copy.deepcopy(user)
    other.proxy_headers = {"Proxy-Authorization": "Basic b3RoZXI="}
    first = configured_source(user)
    assert configured_source(copy.deepcopy(user)) is first
    assert configured_source(other) is not first
