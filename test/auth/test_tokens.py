"""Answers of a token endpoint as values: what may be in them, what must be, and what never shows."""

from typing import Any

import pytest

from openapi_client.auth import StoredTokens
from openapi_client.auth.tokens import Tokens
from openapi_client.exceptions import ApiValueError

SECRET = "token-that-nobody-may-see"


@pytest.mark.parametrize(
    ("more", "lifetime", "refresh_lifetime"),
    [
        ({}, None, None),
        ({"token_type": "bearer", "expires_in": 300, "refresh_expires_in": 1800}, 300.0, 1800.0),
        ({"token_type": "BEARER", "expires_in": "3599", "refresh_expires_in": 0}, 3599.0, 0.0),
        ({"expires_in": 0.5, "refresh_expires_in": None}, 0.5, None),
        ({"expires_in": 0}, None, None),
        ({"expires_in": -1}, None, None),
        ({"expires_in": 10**400}, 315_360_000.0, None),
        ({"expires_in": "9" * 400}, 315_360_000.0, None),
        ({"expires_in": "9" * 9000}, 315_360_000.0, None),
        ({"expires_in": " 300 ", "refresh_expires_in": "1800.0"}, 300.0, 1800.0),
        ({"expires_in": "299.5", "refresh_expires_in": "+60"}, 299.5, 60.0),
        ({"expires_in": "-5", "refresh_expires_in": "0"}, None, 0.0),
    ],
    ids=repr,
)
def test_lifetimes_are_read(more: dict[str, Any], lifetime: float | None, refresh_lifetime: float | None) -> None:
    """As numbers, or as the text that some servers make of them; none is one that is not known."""
    tokens = Tokens.from_answer({"access_token": SECRET, **more})
    assert (tokens.access_token, tokens.refresh_token) == (SECRET, None)
    assert (tokens.lifetime_seconds, tokens.refresh_lifetime_seconds) == (lifetime, refresh_lifetime)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({}, "gave no token but NoneType, as its access_token"),
        ({"access_token": 5}, "gave no token but int"),
        ({"access_token": ""}, "gave an empty token"),
        ({"access_token": f"{SECRET}\n"}, r"that none may hold \(U\+000A\), as its access_token"),
        ({"access_token": "x" * 70_000}, "access_token is longer than 65536"),
        ({"access_token": SECRET, "token_type": "mac"}, "token_type is not 'Bearer'"),
        ({"access_token": SECRET, "token_type": 5}, "token_type is not 'Bearer'"),
    ],
)
def test_answer_of_another_shape_is_refused(answer: dict[str, Any], problem: str) -> None:
    """Each part that is needed."""
    with pytest.raises(ApiValueError, match=problem) as caught:
        Tokens.from_answer(answer)
    assert SECRET not in str(caught.value)


EMPTY: dict[str, object] = {
    "null": None,
    "false": False,
    "empty_text": "",
    "blank_text": " \n",
    "empty_list": [],
    "empty_object": {},
}


@pytest.mark.parametrize("name", ["refresh_token", "expires_in", "refresh_expires_in", "token_type"])
@pytest.mark.parametrize("empty", EMPTY.values(), ids=EMPTY)
def test_empty_optional_field_is_absent(name: str, empty: object, caplog: pytest.LogCaptureFixture) -> None:
    """An access token is good whatever way a server has to write that it says no more."""
    assert Tokens.from_answer({"access_token": SECRET, name: empty}) == Tokens(SECRET, None, None, None)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("refresh_token", ["x"]),
        ("refresh_token", 5),
        ("refresh_token", True),
        ("refresh_token", f"{SECRET}\n"),
        ("refresh_token", "x" * 70_000),
        ("expires_in", "soon"),
        ("expires_in", "1e3"),
        ("expires_in", "٣"),
        ("expires_in", True),
        ("expires_in", [300]),
        ("refresh_expires_in", {"seconds": 5}),
        ("refresh_expires_in", "never"),
    ],
)
def test_unusable_optional_field_costs_no_access_token(
    name: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    """A warning names the field and does not show its value."""
    assert Tokens.from_answer({"access_token": SECRET, name: value}) == Tokens(SECRET, None, None, None)
    assert caplog.messages == [
        f"The login server's answer has a {name} that cannot be used; the access token is used without it"
    ]


def test_tokens_do_not_show() -> None:
    """Neither those of an answer nor those in a store."""
    tokens = Tokens.from_answer({"access_token": SECRET, "refresh_token": f"refresh-{SECRET}"})
    stored = StoredTokens(SECRET, f"refresh-{SECRET}", 5.0, 4.0, "")
    assert SECRET not in f"{tokens} {tokens!r} {stored} {stored!r} {tokens.access_token!r} {tokens.refresh_token!r}"
    assert stored == StoredTokens(SECRET, f"refresh-{SECRET}", 5.0, 4.0, "")
