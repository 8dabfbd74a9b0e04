"""The token source that a Configuration's settings stand for: which of them, and that it asks what they say."""

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import ApiValueError, Configuration
from openapi_client.auth import (
    CommandTokenSource,
    DeviceTokenSource,
    PasswordTokenSource,
    RefreshTokenSource,
    configured_source,
)
from openapi_client.exceptions import AuthenticationException, ClientRefusedException

EVERYTHING = {
    "access_token": lambda: "given",
    "token_command": "printf printed",
    "offline_token": "offline-that-nobody-may-see",
    "username": "ada",
    "password": "pass word",
    "issuer": "{url}",
    "client_id": "c",
}
WAYS: list[tuple[str, type]] = [
    ("access_token", type(EVERYTHING["access_token"])),
    ("token_command", CommandTokenSource),
    ("offline_token", RefreshTokenSource),
    ("password", PasswordTokenSource),
    ("issuer", DeviceTokenSource),
]


@pytest.fixture
def url(login_server: Any, httpserver: HTTPServer) -> str:
    """The login server's address, where its endpoints are discovered."""
    address: str = login_server.url
    document = {
        "issuer": address,
        "token_endpoint": f"{address}/token",
        "device_authorization_endpoint": f"{address}/device",
    }
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(document)
    return address


@pytest.mark.parametrize("first", range(len(WAYS)), ids=[name for name, _ in WAYS])
def test_first_way_that_is_set_is_taken(url: str, first: int) -> None:
    """Without those before it, each way goes before all that follow."""
    without = [name for name, _ in WAYS[:first]]
    settings: dict[str, Any] = {
        name: url if value == "{url}" else value for name, value in EVERYTHING.items() if name not in without
    }
    source = configured_source(Configuration(url, **settings))
    assert type(source) is WAYS[first][1]


def test_source_that_is_given_is_the_source() -> None:
    """A callable is asked itself."""
    assert configured_source(Configuration(access_token=(given := lambda: "t"))) is given


def test_command_is_run(url: str) -> None:
    """What the command prints is the token."""
    assert configured_source(Configuration(url, token_command="printf %s 'a'"))() == "a"


def test_offline_token_is_taken_to_the_issuer(url: str, login_server: Any) -> None:
    """With the client that it was given to, which shows its secret."""
    login_server.good.add("offline")
    settings: dict[str, Any] = {"offline_token": "offline", "issuer": url, "client_id": "c", "client_secret": "s"}
    assert configured_source(Configuration("http://h", **settings))() == "access-1-that-nobody-may-see"
    ((path, form, headers),) = login_server.requests
    assert (path, form) == ("/token", {"grant_type": "refresh_token", "refresh_token": "offline"})
    assert headers["Authorization"] == "Basic Yzpz"


@pytest.mark.parametrize("missing", ["issuer", "client_id"])
def test_offline_token_alone_is_not_enough(missing: str) -> None:
    """Whose it is must be said; a password beside it does not take its place."""
    settings: dict[str, Any] = {
        "offline_token": "o",
        "issuer": "http://h",
        "client_id": "c",
        "username": "a",
        "password": "p",
    }
    del settings[missing]
    with pytest.raises(ApiValueError, match="needs the issuer and the client_id"):
        configured_source(Configuration(**settings))


@pytest.mark.parametrize(
    ("settings", "client"),
    [({}, None), ({"client_id": "c"}, "c"), ({"issuer": "{url}", "client_id": "c"}, "c")],
    ids=["host", "host and client", "issuer"],
)
def test_password_is_taken_to_the_host_or_the_issuer(
    url: str, login_server: Any, settings: dict[str, str], client: str | None
) -> None:
    """At the issuer's token endpoint where there is one, else at the host's own."""
    host = "http://h" if settings.get("issuer") else url
    given: dict[str, Any] = {name: value.format(url=url) for name, value in settings.items()}
    source = configured_source(Configuration(host, username="ada", password="p", **given))
    assert source() == "access-1-that-nobody-may-see"
    ((path, form, _),) = login_server.requests
    user = {"username": "ada", "password": "p"}
    assert (path, form) == ("/token", {"grant_type": "password", **user, **({"client_id": client} if client else {})})


def test_issuer_and_client_log_in_with_a_browser(url: str, login_server: Any, refusal_of: Any) -> None:
    """A login begins where the issuer has it begin, for the client."""
    login_server.scripted.append(refusal_of("unauthorized_client"))
    with pytest.raises(ClientRefusedException):
        configured_source(Configuration("http://h", issuer=url, client_id="client"))()
    ((path, form, _),) = login_server.requests
    assert (path, form) == ("/device", {"client_id": "client"})


def test_settings_of_the_wire_are_those_of_the_configuration(url: str, login_server: Any, refusal_of: Any) -> None:
    """As retries: a login by this Configuration makes as many attempts as its calls."""
    configuration = Configuration(url, username="ada", password="p", retries=False)
    source = configured_source(configuration)
    login_server.scripted += [refusal_of("temporarily_unavailable", 503) for _ in range(2)]
    with pytest.raises(AuthenticationException, match="503"):
        source()
    assert len(login_server.requests) == 1
