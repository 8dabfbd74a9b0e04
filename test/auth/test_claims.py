"""The life of a JSON Web Token and whose it is, read from the token."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from openapi_client.auth.claims import issued_lifetime, limits_of, remaining_life, subject_of


@pytest.mark.parametrize(
    ("claims", "lifetime"),
    [
        ({"iat": 100, "exp": 400}, 300.0),
        ({"iat": 100.5, "exp": 400}, 299.5),
        ({"iat": 400, "exp": 400}, None),
        ({"exp": 400}, None),
        ({"iat": 100}, None),
        ({"iat": "100", "exp": 400}, None),
        ({"iat": True, "exp": 400}, None),
        ({"iat": 100, "exp": 10**400}, None),
    ],
)
def test_lifetime_is_from_issue_to_end(
    make_jwt: Callable[..., str], claims: dict[str, Any], lifetime: float | None
) -> None:
    """Where both are there and make sense."""
    assert issued_lifetime(make_jwt(**claims)) == lifetime


@pytest.mark.parametrize(
    ("claims", "remaining"),
    [
        ({"exp": 1300}, 300.0),
        ({"iat": 900, "exp": 1300}, 300.0),
        # Here it is too early: no token lives longer than it was issued for.
        ({"iat": 1200, "exp": 1300}, 100.0),
        # It is over, or here it is too late: the registry decides.
        ({"iat": 100, "exp": 999}, None),
        ({"exp": 1000}, None),
        ({}, None),
    ],
)
def test_what_is_left_of_it(make_jwt: Callable[..., str], claims: dict[str, Any], remaining: float | None) -> None:
    """By a clock that may be wrong."""
    assert remaining_life(make_jwt(**claims), 1000.0) == remaining


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "..",
        "é.é.é",
        f"a.{base64.b64encode(b'[1]').decode()}.c",
        f"a.{base64.b64encode(bytes([255, 254])).decode()}.c",
    ],
)
def test_other_tokens_tell_nothing(token: str) -> None:
    """They are no error."""
    assert issued_lifetime(token) is None
    assert remaining_life(token, 0.0) is None


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"iss": "https://login", "sub": "ada"}, "ada"),
        ({"sub": "ada"}, "ada"),
        ({"iss": "https://login"}, None),
        ({"iss": "https://login", "sub": 5}, None),
        ({"sub": ""}, None),
    ],
)
def test_subject_is_a_text(make_jwt: Callable[..., str], claims: dict[str, Any], subject: str | None) -> None:
    """A token with another subject, or none, names nobody; the issuer that it states makes no difference."""
    assert subject_of(make_jwt(**claims)) == subject


@pytest.mark.parametrize(
    ("claims", "limits"),
    [
        ({"sub": "ada"}, {}),
        ({"azp": "tools", "scope": "b a  b"}, {"azp": "tools", "scope": "a b"}),
        ({"client_id": "tools", "scp": ["b", "a"]}, {"client_id": "tools", "scp": "a b"}),
        ({"azp": None, "scope": ""}, {"scope": ""}),
    ],
    ids=["none", "OpenID Connect", "RFC 9068", "empty"],
)
def test_limits_are_client_and_scope(
    make_jwt: Callable[..., str], claims: dict[str, Any], limits: dict[str, str]
) -> None:
    """A scope is a set of words, as a text or as a list."""
    assert limits_of(make_jwt(**claims)) == limits


@pytest.mark.parametrize("value", [5, True, ["a", 5], {"a": "b"}], ids=repr)
def test_limit_of_another_kind_equals_nothing_else(make_jwt: Callable[..., str], value: object) -> None:
    """It differs with each token."""
    assert len({limits_of(make_jwt(azp=value, n=number))["azp"] for number in range(3)}) == 3


def test_other_tokens_have_no_subject() -> None:
    """Whatever they look like."""
    assert [subject_of(token) for token in ("opaque", "a.b.c", "a.bnVsbA.c")] == [None, None, None]
