"""The login part of a Configuration: a token, a user, and keys with their prefix, alias and hook."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from openapi_client import ApiTypeError, ApiValueError, Configuration

TOKEN = "token-that-nobody-may-see"


def test_auth_settings_are_one_bearer_token() -> None:
    """With a token there is the document's one scheme, exactly as the generator has it."""
    assert Configuration(access_token="t").auth_settings() == {
        "OAuth2PasswordBearer": {"type": "oauth2", "in": "header", "key": "Authorization", "value": "Bearer t"}
    }


def test_auth_settings_without_token_are_empty() -> None:
    """Without a token there is nothing to log in with."""
    assert Configuration().auth_settings() == {}


@pytest.mark.parametrize(
    ("username", "password", "header"),
    [
        ("user", "pass", "Basic dXNlcjpwYXNz"),
        ("Jürgen", "ß", "Basic SvxyZ2VuOt8="),
        ("用户", "€", "Basic 55So5oi3OuKCrA=="),
        (None, None, "Basic Og=="),
    ],
    ids=["ascii", "latin-1", "utf-8", "none"],
)
def test_basic_auth_token(username: str | None, password: str | None, header: str) -> None:
    """The basic authentication header is encoded in Latin-1 where that can be, else in UTF-8."""
    assert Configuration(username=username, password=password).get_basic_auth_token() == header


def test_api_key_with_prefix_alias_and_hook() -> None:
    """A key is found under its name or an alias, after the hook has had a chance to renew it."""
    configuration = Configuration(api_key={"scheme": "k", "other": "o"}, api_key_prefix={"scheme": "Token"})
    assert configuration.get_api_key_with_prefix("scheme") == "Token k"
    assert configuration.get_api_key_with_prefix("absent") is None
    assert configuration.get_api_key_with_prefix("absent", "nor this") is None
    assert configuration.get_api_key_with_prefix("absent", alias="other") == "o"
    configuration.refresh_api_key_hook = lambda own: own.api_key.update(scheme="new")
    assert configuration.get_api_key_with_prefix("scheme") == "Token new"


@pytest.mark.parametrize(
    "written",
    [
        *("t", "Bearer t", "bearer  t", '"t"', "'t'", '"Bearer t"', "'Bearer t'", 'Bearer "t"', "Bearer Bearer t"),
        *("Authorization: Bearer t", " t", "t\n", "t\r\n", "\tBearer t "),
    ],
    ids=repr,
)
def test_token_may_have_something_around_it(written: str) -> None:
    """Quotation marks, `Bearer` and white space are not sent with it, whether a text or a callable gives it."""
    for token in (written, lambda: written):
        assert Configuration(access_token=token).auth_settings()["OAuth2PasswordBearer"]["value"] == "Bearer t"


@pytest.mark.parametrize(
    "written",
    [f"Token {TOKEN}", f"{TOKEN} {TOKEN}", f'"{TOKEN}', f'{TOKEN}"{TOKEN}', f'{{"access_token": "{TOKEN}"}}'],
    ids=["another scheme", "two words", "one mark", "a mark inside", "an answer"],
)
def test_text_that_holds_more_than_a_token_is_refused(written: str, secrets_in: Callable[..., list[str]]) -> None:
    """Before anything is sent, without being shown."""
    with pytest.raises(ApiValueError, match="holds a space or a quotation mark") as caught:
        Configuration(access_token=written).auth_settings()
    assert secrets_in(caught.value) == []


def test_token_that_is_no_text_is_refused() -> None:
    """Bytes, which would be sent as Python writes them, are an ApiTypeError when the token is wanted."""
    configuration = Configuration(access_token=cast("str", b"t"))
    with pytest.raises(ApiTypeError, match="access_token must be str, not bytes"):
        configuration.auth_settings()


def test_auth_settings_ask_a_source() -> None:
    """Each time they are wanted."""
    configuration = Configuration(access_token=iter("ab").__next__)
    values = [configuration.auth_settings()["OAuth2PasswordBearer"]["value"] for _ in range(2)]
    assert values == ["Bearer a", "Bearer b"]


def test_source_of_what_is_no_text_is_refused() -> None:
    """As a token that is none."""
    with pytest.raises(ApiTypeError, match="access_token must be str, not NoneType"):
        Configuration(access_token=cast("Any", lambda: None)).auth_settings()


def test_auth_settings_log_nobody_in() -> None:
    """The source of a name and a password is the client's."""
    assert Configuration("http://127.0.0.1:9", username="ada", password="p").auth_settings() == {}


def test_printed_settings_show_no_token() -> None:
    """The value itself is masked wherever it is shown."""
    assert "t-o-k-e-n" not in repr(Configuration(access_token="t-o-k-e-n").auth_settings())


@pytest.mark.parametrize(
    ("settings", "enough"),
    [
        ({}, False),
        ({"username": "ada"}, False),
        ({"password": "p"}, False),
        ({"username": "ada", "password": "p"}, True),
        ({"username": "", "password": ""}, True),
        ({"token_command": "c"}, True),
        ({"token_command": ""}, False),
        ({"offline_token": "o"}, True),
        ({"issuer": "i"}, False),
        ({"client_id": "c", "client_secret": "s"}, False),
        ({"issuer": "i", "client_id": "c"}, True),
        ({"access_token": "t"}, False),
        ({"access_token": "t", "username": "ada", "password": "p"}, False),
        ({"access_token": lambda: "t"}, True),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_source_is_made_where_there_is_a_way_to_log_in(settings: dict[str, Any], enough: bool) -> None:
    """A text for a token wins over all else, and half of a way is none."""
    assert (Configuration(**settings).login_settings() is not None) is enough


@pytest.mark.parametrize(
    "name", ["username", "password", "token_url", "issuer", "client_id", "client_secret", "offline_token"]
)
def test_change_of_a_setting_is_a_change_of_all(name: str) -> None:
    """So that the source is made anew, which is how a client finds out."""
    configuration = Configuration(username="ada", password="p")
    before = configuration.login_settings()
    assert configuration.login_settings() == before
    setattr(configuration, name, "another")
    assert configuration.login_settings() != before
