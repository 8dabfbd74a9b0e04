"""Access tokens and their lifetime, on a clock that the test moves."""

import base64
import json
import time
from typing import Any

from openapi_client.sandbox.families import Family
from openapi_client.sandbox.tokens import TokenIssuer

FAMILY = Family(username="user", client_id="tool", scopes=("roles",), idle_seconds=10, ends_at=1000, good_until=1000)


def issuer(lifetime_seconds: float, clock: Any) -> TokenIssuer:
    return TokenIssuer(lifetime_seconds, issuer="http://host", clock=clock)


def claims_of(token: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==="))


def test_token_is_good_until_its_lifetime_is_over(clock: Any) -> None:
    """A token is refused from the moment its lifetime ends."""
    tokens = issuer(5, clock)
    token = tokens.issue(FAMILY, ("roles",))
    clock.now += 4.9
    assert tokens.is_valid(token)
    clock.now += 0.1
    assert not tokens.is_valid(token)


def test_token_says_whose_it_is_and_how_long(clock: Any) -> None:
    """The claims name issuer, user, client and scopes; the times are the system's, moved on by the clock."""
    tokens = issuer(5, clock)
    made = time.time()
    clock.now += 1000
    claims = claims_of(tokens.issue(FAMILY, ("roles", "offline_access")))
    assert claims["exp"] - claims["iat"] == 5
    assert abs(claims["iat"] - made - 1000) < 60
    assert len(claims.pop("jti")) > 20
    del claims["exp"], claims["iat"]
    assert claims == {"iss": "http://host", "sub": "user", "azp": "tool", "scope": "roles offline_access"}


def test_tokens_are_different_and_unknown_ones_refused() -> None:
    """Every token is its own, and one that was not issued here is not good, however well it looks."""
    tokens, others = (TokenIssuer(5, issuer="http://host") for _ in range(2))
    token = tokens.issue(FAMILY, ())
    assert token != tokens.issue(FAMILY, ())
    assert tokens.is_valid(token)
    assert not others.is_valid(token)
    assert others.find(token) is None
    assert not tokens.is_valid("other")
    assert tokens.scopes("other") == ()


def test_revoked_token_is_refused_alone(clock: Any) -> None:
    """One token can be ended, or all of them; later ones are good again."""
    tokens = issuer(5, clock)
    one, other = (tokens.issue(FAMILY, ()) for _ in range(2))
    tokens.revoke(one)
    tokens.revoke("unknown")
    assert not tokens.is_valid(one)
    assert tokens.is_valid(other)
    assert tokens.find(other) is FAMILY
    tokens.revoke_all()
    assert not tokens.is_valid(other)
    assert tokens.is_valid(tokens.issue(FAMILY, ()))


def test_token_ends_with_its_family(clock: Any) -> None:
    """When a family is over, so are its access tokens."""
    family = Family("user", "tool", (), idle_seconds=10, ends_at=1000, good_until=1000)
    tokens = issuer(5, clock)
    token, other = tokens.issue(family, ()), tokens.issue(FAMILY, ())
    family.is_over = True
    assert not tokens.is_valid(token)
    assert tokens.is_valid(other)


def test_expired_tokens_are_forgotten(clock: Any) -> None:
    """The memory of tokens does not grow for ever, and forgets none that is good."""
    tokens = issuer(5, clock)
    tokens.issue(FAMILY, ())
    clock.now += 3
    kept = tokens.issue(FAMILY, ())
    clock.now += 3
    tokens.issue(FAMILY, ())
    assert len(tokens._issued) == 2
    assert tokens.is_valid(kept)
