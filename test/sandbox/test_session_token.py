"""Finding a request's session token and reading its expiry."""

import base64
import json

import pytest

from openapi_client.sandbox.session_token import expiry_of, session_token


def encoded(claims: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("target", "headers", "expected"),
    [
        pytest.param("/b/k", [("host", "h"), ("x-amz-security-token", "t")], "t", id="header"),
        pytest.param("/b/k?X-Amz-Security-Token=a%2Bb&x=1", [("host", "h")], "a+b", id="query"),
        pytest.param("/b/k?x-amz-security-token=t", [], "t", id="query-of-the-older-signature"),
        pytest.param("/b/k?x=1", [("host", "h")], None, id="none"),
    ],
)
def test_token_is_found(target: str, headers: list[tuple[str, str]], expected: str | None) -> None:
    """The token stands in a header, or in the query of a presigned URL."""
    assert session_token(target, headers) == expected


@pytest.mark.parametrize("expiry", [1, 1.5, 1795545280])
def test_expiry_is_read(expiry: float) -> None:
    """The expiry is the `exp` claim, whatever the length of the unpadded text."""
    for extra in ("", "a", "ab", "abc"):
        assert expiry_of(f"h.{encoded({'exp': expiry, 'x': extra})}.s") == expiry


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b",
        "a.!.c",
        "a.a.c",
        f"a.{encoded([1])}.c",
        f"a.{encoded({})}.c",
        f"a.{encoded({'exp': 'soon'})}.c",
        f"a.{encoded({'exp': None})}.c",
        "a.\N{SNOWMAN}.c",
    ],
)
def test_other_tokens_have_no_expiry(token: str) -> None:
    """A token that is no JSON Web Token, or has no expiry, is left to the store."""
    assert expiry_of(token) is None
