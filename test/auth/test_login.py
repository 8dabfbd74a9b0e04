"""Log in once, refresh from then on: across programs with a store, to the end with a logout."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import Configuration
from openapi_client.auth import PasswordTokenSource, StoredTokens, StoreKey
from openapi_client.exceptions import (
    ApiConnectionException,
    AuthenticationException,
    ClientRefusedException,
    LoginRequiredException,
)


@pytest.fixture
def make(login_server: Any, clock: Any, password: str) -> Callable[..., PasswordTokenSource]:
    """Makes sources of one user, as in several programs."""

    def source(**more: Any) -> PasswordTokenSource:
        return PasswordTokenSource(
            "ada",
            password,
            token_url=login_server.token_url,
            configuration=Configuration(retries=False),
            clock=clock,
            wall_clock=clock,
            client_id="c",
            **more,
        )

    return source


@pytest.fixture
def key(login_server: Any) -> StoreKey:
    """What the tokens of these sources are kept under."""
    return StoreKey(login_server.token_url, "c", "ada")


def test_failed_refresh_other_than_a_refusal_keeps_the_refresh_token(
    make: Callable[..., PasswordTokenSource], login_server: Any, clock: Any, refusal_of: Callable[..., Any]
) -> None:
    """It is still good: the server was away, or does not know the client today."""
    source = make()
    source()
    clock.now += 300
    login_server.scripted.append(refusal_of("invalid_client", 401))
    with pytest.raises(ClientRefusedException):
        source()
    clock.now += 5
    source()
    assert login_server.grants == ["password", "refresh_token", "refresh_token"]


def test_other_program_takes_the_stored_token(
    make: Callable[..., PasswordTokenSource], login_server: Any, clock: Any, vault: Any
) -> None:
    """While it lives beyond its early window; then it refreshes with the stored refresh token."""
    first, second = make(store=vault), make(store=vault)
    token = first()
    clock.now += 100
    assert second() == token
    clock.now += 169
    assert second() == token
    clock.now += 2
    assert second() != token
    assert first() == second()
    assert login_server.grants == ["password", "refresh_token"]


def test_rejected_token_is_not_taken_from_the_store(
    make: Callable[..., PasswordTokenSource], login_server: Any, vault: Any
) -> None:
    """But one that another program has fetched since is."""
    first, second = make(store=vault), make(store=vault)
    token = first()
    assert second() == token
    newer = first.renew(token)
    assert second.renew(token) == newer
    assert login_server.grants == ["password", "refresh_token"]


@pytest.mark.parametrize(
    ("expires_in", "age", "taken"),
    [(300, 0, True), (300, 269, True), (300, 271, False), (300, -1, False), (None, 10**6, True)],
    ids=["new", "old", "due", "from the future", "without an end"],
)
def test_stored_token_is_taken_by_its_age(
    make: Callable[..., PasswordTokenSource],
    clock: Any,
    vault: Any,
    key: StoreKey,
    expires_in: float | None,
    age: float,
    taken: bool,
) -> None:
    """Which the machine's date tells, if it makes sense."""
    saved_at = clock.now - age
    expires_at = None if expires_in is None else saved_at + expires_in
    source = make(store=vault)
    vault.kept[key] = StoredTokens("stored-token", None, expires_at, saved_at, source._lineage())
    assert (source() == "stored-token") is taken


@pytest.mark.parametrize("token", ["", "stored token", "stored-token\n", "störed-token", "stored\x7ftoken"])
def test_stored_token_that_no_header_can_carry_is_not_taken(
    make: Callable[..., PasswordTokenSource], vault: Any, key: StoreKey, token: str
) -> None:
    """Its refresh token may yet be good, and the next save replaces it."""
    source = make(store=vault)
    source()
    vault.kept[key] = replace(vault.kept[key], access_token=token)
    other = make(store=vault)
    assert other() == vault.kept[key].access_token
    assert "token" not in other()


@pytest.mark.parametrize("origin", ["", "pbkdf2:made-up"])
def test_stored_token_of_an_unknown_password_is_not_taken(
    make: Callable[..., PasswordTokenSource],
    login_server: Any,
    clock: Any,
    vault: Any,
    key: StoreKey,
    origin: str,
) -> None:
    """Whoever names a user need not be that user."""
    vault.kept[key] = StoredTokens("stored-token", "stored-refresh-token", clock.now + 300, clock.now, origin)
    assert make(store=vault)() != "stored-token"
    assert login_server.grants == ["password"]


def test_wrong_password_gets_no_stored_token(
    make: Callable[..., PasswordTokenSource],
    login_server: Any,
    vault: Any,
    key: StoreKey,
    refusal_of: Callable[..., Any],
) -> None:
    """It is for the login server to judge, and what is kept for the right one stays."""
    token = make(store=vault)()
    kept = vault.kept[key]
    forger = PasswordTokenSource(key.user, "wrong", token_url=login_server.token_url, client_id="c", store=vault)
    assert forger._key == key
    login_server.scripted.append(refusal_of("invalid_grant"))
    with pytest.raises(LoginRequiredException):
        forger()
    assert vault.kept[key] == kept
    assert make(store=vault)() == token
    assert login_server.grants == ["password", "password"]


def test_refused_refresh_token_leaves_the_store(
    make: Callable[..., PasswordTokenSource], login_server: Any, clock: Any, vault: Any, refusal_of: Callable[..., Any]
) -> None:
    """Even if the login fails afterwards, nobody tries it again."""
    source = make(store=vault)
    source()
    clock.now += 300
    login_server.scripted += [refusal_of("invalid_grant"), refusal_of("invalid_grant")]
    with pytest.raises(LoginRequiredException):
        source()
    assert vault.kept == {}


def test_token_that_cannot_be_stored_is_still_used(
    make: Callable[..., PasswordTokenSource],
    login_server: Any,
    clock: Any,
    vault: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With its refresh token, which is the only one that is good, until it can be stored."""
    source = make(store=vault)
    source()
    for broken in (OSError("disk full; token=abc"), None):
        clock.now += 300
        vault.broken = broken
        source()
    clock.now += 300
    source()
    assert login_server.grants == ["password", *["refresh_token"] * 3]
    (record,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "tokens are not stored: OSError: disk full; token=***" in record.getMessage()


def test_store_that_cannot_be_read_is_an_error(
    make: Callable[..., PasswordTokenSource], login_server: Any, vault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is asked, since the refresh token may be in it."""

    def broken(_: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(vault, "load", broken)
    with pytest.raises(AuthenticationException, match="No token could be had: PermissionError: no") as caught:
        make(store=vault)()
    assert isinstance(caught.value.__cause__, PermissionError)
    assert login_server.requests == []


def test_logout_forgets_and_revokes(make: Callable[..., PasswordTokenSource], login_server: Any, vault: Any) -> None:
    """Here, in the store, and at the server; asked again, the source logs in again."""
    source = make(store=vault, revocation_url=f"{login_server.url}/revoke")
    source()
    source.logout()
    assert vault.kept == {}
    path, form, _ = login_server.requests[-1]
    assert (path, form) == (
        "/revoke",
        {"token": "refresh-1-that-nobody-may-see", "token_type_hint": "refresh_token", "client_id": "c"},
    )
    source()
    assert login_server.grants == ["password", "password"]


def test_logout_of_another_program_revokes_what_is_stored(
    make: Callable[..., PasswordTokenSource], login_server: Any, vault: Any
) -> None:
    """It need not have asked for a token itself."""
    make(store=vault)()
    make(store=vault, revocation_url=f"{login_server.url}/revoke").logout()
    assert login_server.requests[-1][1]["token"] == "refresh-1-that-nobody-may-see"


def test_logout_revokes_the_access_token_where_there_is_no_other(
    make: Callable[..., PasswordTokenSource], login_server: Any
) -> None:
    """And nothing where there is none at all."""
    login_server.issues_refresh_tokens = False
    source = make(revocation_url=f"{login_server.url}/revoke")
    source.logout()
    assert login_server.requests == []
    source()
    source.logout()
    assert login_server.requests[-1][1]["token_type_hint"] == "access_token"
    assert login_server.requests[-1][1]["token"] == "access-1-that-nobody-may-see"


def test_failed_revocation_is_an_error_after_the_tokens_are_gone(
    make: Callable[..., PasswordTokenSource],
    login_server: Any,
    vault: Any,
    refusal_of: Callable[..., Any],
    raw_server: Callable[..., Any],
) -> None:
    """Refused, or not reached."""
    source = make(store=vault, revocation_url=f"{login_server.url}/revoke")
    source()
    login_server.scripted.append(refusal_of("unsupported_token_type"))
    with pytest.raises(AuthenticationException, match="cannot be revoked, and lives until it expires"):
        source.logout()
    assert vault.kept == {}
    unreachable = make(store=vault, revocation_url=raw_server(b"").url)
    unreachable()
    with pytest.raises(ApiConnectionException):
        unreachable.logout()
    assert vault.kept == {}


def test_store_that_cannot_forget_leaves_memory_empty(
    make: Callable[..., PasswordTokenSource], login_server: Any, vault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is an error."""

    def broken(_: object) -> None:
        raise PermissionError("no")

    source = make(store=vault, revocation_url=f"{login_server.url}/revoke")
    source()
    monkeypatch.setattr(vault, "remove", broken)
    with pytest.raises(PermissionError):
        source.logout()
    assert (source._held, source._refresh_token) == (None, None)


def test_logout_without_a_revocation_endpoint_forgets(
    make: Callable[..., PasswordTokenSource], login_server: Any
) -> None:
    """Which is all that can be done."""
    source = make()
    source()
    source.logout()
    source()
    assert login_server.grants == ["password", "password"]


def test_repr_names_server_client_and_user(make: Callable[..., PasswordTokenSource], login_server: Any) -> None:
    """And nothing that is secret."""
    assert repr(make()) == f"PasswordTokenSource({login_server.token_url!r}, client_id='c', user='ada')"
    assert repr(PasswordTokenSource("", "x", token_url="http://h/t?k=x")) == "PasswordTokenSource('http://h/t')"


def test_refusal_without_a_reason_means_to_log_in(
    make: Callable[..., PasswordTokenSource], login_server: Any, clock: Any
) -> None:
    """As of servers that say nothing of a refresh token that has ended."""
    source = make()
    source()
    clock.now += 300
    login_server.scripted.append(Response("", 400))
    assert source() == "access-2-that-nobody-may-see"
    assert login_server.grants == ["password", "refresh_token", "password"]
