"""Who asks: the same user is the same in every login, another user is another, and no text is a secret."""

from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import ApiClient, AuthenticationException, Configuration
from openapi_client.auth import PasswordTokenSource
from openapi_client.auth.renewal import Lease
from openapi_client.aws.identity import login_of, user_of


def client_with(**settings: Any) -> ApiClient:
    """A client that logs in so."""
    return ApiClient(Configuration(host="http://localhost:9", **settings))


def password_source(token: str, user: str = "ada") -> PasswordTokenSource:
    """A source that holds a token already."""
    source = PasswordTokenSource(user, "a password", token_url="http://localhost:9/token", client_id="tools")
    source._held = Lease.since(source._clock(), token, 300.0)
    return source


def test_user_of_a_web_token_is_its_issuer_and_subject(make_jwt: Callable[..., str]) -> None:
    """Whatever else it says, and wherever it comes from."""
    text = make_jwt(iss="https://login", sub="ada", n=1)
    other = make_jwt(iss="https://login", sub="ada", n=2)
    clients = [
        client_with(access_token=text),
        client_with(access_token=other),
        client_with(access_token=lambda: other),
        client_with(access_token=password_source(text, "somebody")),
    ]
    assert {user_of(client) for client in clients} == {'["subject", "https://login", "ada"]'}


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://login"}, {"sub": "ada"}, {"iss": 5, "sub": "ada"}, {"iss": "https://login", "sub": None}],
)
def test_web_token_that_names_no_user_is_hashed(make_jwt: Callable[..., str], claims: dict[str, Any]) -> None:
    """As any other token."""
    assert user_of(client_with(access_token=make_jwt(**claims))).startswith('["token",')


def test_user_of_an_opaque_token_is_that_of_its_source() -> None:
    """The login server, the client and the name; a new token of the same user makes no difference."""
    users = [user_of(client_with(access_token=password_source(token))) for token in ("one", "two")]
    assert users == ['["login", "http://localhost:9/token", "tools", "ada"]'] * 2


def test_user_of_an_opaque_token_alone_is_its_hash() -> None:
    """Of a text, and of a source that names no user."""
    texts = [user_of(client_with(access_token=token)) for token in ("opaque", "opaque", "other")]
    assert texts[0] == texts[1] != texts[2]
    assert user_of(client_with(access_token=lambda: "opaque")) == texts[0]
    assert user_of(client_with(access_token=password_source("opaque", user=""))) == texts[0]
    assert "opaque" not in texts[0]


def test_without_a_token_there_is_no_user() -> None:
    """The registry will say what it thinks of that."""
    assert user_of(client_with()) == ""


def test_source_without_a_token_is_an_error() -> None:
    """Its own."""
    with pytest.raises(AuthenticationException, match="gave no token but NoneType"):
        user_of(client_with(access_token=lambda: None))


def test_login_changes_with_what_it_is_made_of() -> None:
    """The address, the token, and what a source of tokens is made of."""
    client = client_with(username="ada", password="hunter2")
    before = login_of(client)
    assert login_of(client) == before
    assert "hunter2" not in repr(before)
    for name, value in (("password", "other"), ("access_token", "text"), ("host", "http://localhost:8")):
        setattr(client.configuration, name, value)
        assert login_of(client) != before
        before = login_of(client)
