"""Refresh and offline tokens: the newest is the one that is used, and the user's own is the last resort."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import Configuration
from openapi_client.auth import RefreshTokenSource, StoredTokens, StoreKey
from openapi_client.exceptions import LoginRequiredException

GIVEN = "given-refresh-token-that-nobody-may-see"


@pytest.fixture
def make(login_server: Any, clock: Any) -> Callable[..., RefreshTokenSource]:
    """Makes sources of the token that the user gives, which is good."""
    login_server.good.add(GIVEN)

    def source(**more: Any) -> RefreshTokenSource:
        return RefreshTokenSource(
            GIVEN,
            token_url=login_server.token_url,
            configuration=Configuration(retries=False),
            clock=clock,
            wall_clock=clock,
            **more,
        )

    return source


def test_form_is_that_of_a_refresh(make: Callable[..., RefreshTokenSource], login_server: Any) -> None:
    """RFC 6749, section 6."""
    assert make(client_id="c", scope="a", audience="registry")() == "access-1-that-nobody-may-see"
    sent = {
        "grant_type": "refresh_token",
        "refresh_token": GIVEN,
        "scope": "a",
        "audience": "registry",
        "client_id": "c",
    }
    assert login_server.requests[0][1] == sent


@pytest.mark.parametrize("rotates", [True, False])
def test_newest_refresh_token_is_used(
    make: Callable[..., RefreshTokenSource], login_server: Any, clock: Any, rotates: bool
) -> None:
    """Where the server replaces it; where it gives no other, the one that is there stays good."""
    login_server.rotates = rotates
    source = make()
    for _ in range(4):
        source()
        clock.now += 300
    sent = [form["refresh_token"] for _, form, _ in login_server.requests]
    newer = [f"refresh-{number}-that-nobody-may-see" for number in (1, 2, 3)]
    assert sent == [GIVEN, *(newer if rotates else [GIVEN] * 3)]


def test_refused_token_means_to_log_in(make: Callable[..., RefreshTokenSource], login_server: Any, clock: Any) -> None:
    """Asked with once, if it is the only one there is; also where the server gave the same one back."""
    login_server.good.clear()
    source = make()
    for requests in (1, 2):
        with pytest.raises(LoginRequiredException, match="invalid_grant"):
            source()
        assert len(login_server.requests) == requests
        clock.now += 5
    login_server.scripted.append(login_server.tokens(refresh_token=GIVEN))
    source()
    clock.now += 300
    with pytest.raises(LoginRequiredException, match="invalid_grant"):
        source()
    assert len(login_server.requests) == 4


def test_given_token_is_the_last_resort(make: Callable[..., RefreshTokenSource], login_server: Any, clock: Any) -> None:
    """When the newest is refused."""
    source = make()
    source()
    clock.now += 300
    login_server.good = {GIVEN}
    login_server.spent.clear()
    assert source() == "access-2-that-nobody-may-see"
    assert [form["refresh_token"][:9] for _, form, _ in login_server.requests] == [
        "given-ref",
        "refresh-1",
        "given-ref",
    ]


def test_stored_descendant_of_the_given_token_is_used(
    make: Callable[..., RefreshTokenSource], login_server: Any, clock: Any, vault: Any
) -> None:
    """And one of another origin is not: the user has a new token."""
    first = make(store=vault)
    first()
    ((key, stored),) = vault.kept.items()
    assert key == StoreKey(login_server.token_url, "", f"sha256:{sha256(GIVEN.encode()).hexdigest()}")
    assert "sha256" not in repr(first)
    assert stored == StoredTokens(
        "access-1-that-nobody-may-see",
        "refresh-1-that-nobody-may-see",
        clock.now + 300,
        clock.now,
        sha256(GIVEN.encode()).hexdigest(),
    )
    clock.now += 300
    assert make(store=vault)() == "access-2-that-nobody-may-see"
    assert login_server.requests[-1][1]["refresh_token"] == "refresh-1-that-nobody-may-see"
    vault.kept[key] = StoredTokens("another's", "another's", None, clock.now, "f" * 64)
    login_server.good.add(GIVEN)
    login_server.spent.clear()
    assert make(store=vault)() == "access-3-that-nobody-may-see"
    assert login_server.requests[-1][1]["refresh_token"] == GIVEN
    assert vault.kept[key].origin == stored.origin


def test_logout_revokes_the_newest_token(
    make: Callable[..., RefreshTokenSource], login_server: Any, clock: Any
) -> None:
    """The given one, if it has not been used."""
    make(revocation_url=f"{login_server.url}/revoke").logout()
    assert login_server.requests[-1][1] == {"token": GIVEN, "token_type_hint": "refresh_token"}
    login_server.good.add(GIVEN)
    source = make(revocation_url=f"{login_server.url}/revoke")
    source()
    source.logout()
    assert login_server.requests[-1][1]["token"] == "refresh-1-that-nobody-may-see"
    with pytest.raises(LoginRequiredException):
        source()
    assert clock.waits == []


def test_newest_token_is_kept_where_the_refusal_has_no_reason(
    make: Callable[..., RefreshTokenSource], login_server: Any, clock: Any, vault: Any
) -> None:
    """It may be a gateway that refused: the token is tried again, and not the one that it came from."""
    source = make(store=vault)
    source()
    clock.now += 300
    login_server.scripted.append(Response("<html>Blocked</html>", 403))
    with pytest.raises(LoginRequiredException, match="no reason is given"):
        source()
    assert len(vault.kept) == 1
    clock.now += 5
    assert source() == "access-2-that-nobody-may-see"
    assert [form["refresh_token"][:9] for _, form, _ in login_server.requests] == [
        "given-ref",
        "refresh-1",
        "refresh-1",
    ]
