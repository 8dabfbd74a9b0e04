"""Refresh tokens, on a clock that the test moves."""

from typing import Any

import pytest

from openapi_client.sandbox.families import Families, Family
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.oauth_requests import OAuthError

LIFETIMES = Lifetimes(refresh_token_idle_seconds=10, refresh_token_lifetime_seconds=25)


def begin(families: Families, *scopes: str) -> Family:
    return families.begin("user", "tool", scopes or ("roles",))


def refusal(families: Families, token: str, client_id: str = "tool") -> str:
    """Why a token is refused."""
    with pytest.raises(OAuthError) as refused:
        families.redeem(token, client_id)
    assert refused.value.error == "invalid_grant"
    assert token not in str(refused.value)
    return str(refused.value)


def test_token_leads_to_its_family(clock: Any) -> None:
    """A token that was given out is redeemed, and says how long it is good."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    family = begin(families)
    token, seconds = families.issue(family)
    assert seconds == 10
    assert families.redeem(token, "tool") is family
    assert families.find(token) is family


def test_used_token_ends_its_family_alone(clock: Any) -> None:
    """The second use of a token that rotated ends everything of its log-in, and nothing of another."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    family, other = begin(families), begin(families)
    first, _ = families.issue(family)
    second, _ = families.issue(family)
    untouched, _ = families.issue(other)
    assert first != second
    assert "used before" in refusal(families, first)
    assert family.is_over
    assert "revoked" in refusal(families, second)
    assert families.redeem(untouched, "tool") is other


def test_without_rotation_every_token_stays_good(clock: Any) -> None:
    """A server that does not rotate gives new tokens and takes the old ones too."""
    families = Families(LIFETIMES, rotate=False, clock=clock)
    family = begin(families)
    first, _ = families.issue(family)
    second, _ = families.issue(family)
    assert first != second
    assert families.redeem(first, "tool") is families.redeem(second, "tool") is family


def test_unused_token_expires(clock: Any) -> None:
    """A token that is not used in time is refused from that moment."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    token, _ = families.issue(begin(families))
    clock.now += 9.9
    families.redeem(token, "tool")
    clock.now += 0.1
    assert "expired" in refusal(families, token)


def test_family_ends_however_often_it_is_used(clock: Any) -> None:
    """Use puts the end off, but not beyond the longest time after the log-in."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    family = begin(families)
    token, seconds = families.issue(family)
    for expected in (10, 9, 1):
        clock.now += 8
        families.redeem(token, "tool")
        token, seconds = families.issue(family)
        assert seconds == expected
    clock.now += 1
    assert "expired" in refusal(families, token)


def test_offline_token_lives_on(clock: Any) -> None:
    """An offline token states no end, and has none but for 30 days without use."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    family = begin(families, "roles", "offline_access")
    token, seconds = families.issue(family)
    for _ in range(3):
        assert seconds == 0
        clock.now += 30 * 24 * 3600 - 1
        assert families.redeem(token, "tool") is family
        token, seconds = families.issue(family)
    clock.now += 30 * 24 * 3600
    assert "expired" in refusal(families, token)


def test_token_of_another_client_is_refused_and_stays_good(clock: Any) -> None:
    """Who brings another client's token gets nothing, and does that client no harm."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    family = begin(families)
    used, _ = families.issue(family)
    token, _ = families.issue(family)
    assert "another client's" in refusal(families, token, "thief")
    assert "another client's" in refusal(families, used, "thief")
    assert families.redeem(token, "tool") is family


def test_unknown_token_is_refused(clock: Any) -> None:
    """A token that was never given out belongs to no family."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    assert "not known" in refusal(families, "never-issued")
    assert families.find("never-issued") is None


def test_ended_families_are_forgotten(clock: Any) -> None:
    """The memory of tokens does not grow for ever, but keeps the used tokens of families that live."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    expired, revoked, alive = (begin(families) for _ in range(3))
    families.issue(expired)
    clock.now += 5
    revoked_token, _ = families.issue(revoked)
    used, _ = families.issue(alive)
    revoked.is_over = True
    clock.now += 5
    families.issue(alive)
    assert len(families._family_by_token) == 2
    assert families.find(revoked_token) is None
    assert families.find(used) is alive


def test_family_shows_no_token(clock: Any) -> None:
    """A token is not in the representation of its family."""
    families = Families(LIFETIMES, rotate=True, clock=clock)
    family = begin(families)
    token, _ = families.issue(family)
    assert token not in repr(family)
