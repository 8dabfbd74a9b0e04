"""The login part of a Configuration: a token, a user, and keys with their prefix, alias and hook."""

from typing import cast

import pytest

from openapi_client import ApiTypeError, Configuration


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


def test_token_that_is_no_text_is_refused() -> None:
    """Bytes, which would be sent as Python writes them, are an ApiTypeError when the token is wanted."""
    configuration = Configuration(access_token=cast("str", b"t"))
    with pytest.raises(ApiTypeError, match="access_token must be str, not bytes"):
        configuration.auth_settings()
