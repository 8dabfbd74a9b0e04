"""Renewals that something comes between: an interrupt, another login, keys that are asked for on the way."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from openapi_client import ApiClient, ApiException
from openapi_client.aws import CredentialSource
from openapi_client.aws.renewal import SharedKeys

LIFETIME = 8 * 3600.0


def interrupted(*_: object) -> None:
    """What Ctrl-C does."""
    raise KeyboardInterrupt


def key_of(source: CredentialSource) -> str:
    """Which keys a source gives."""
    return source().aws_access_key_id


def test_interrupt_before_the_request_leaves_nobody_waiting(source: CredentialSource, registry: Any) -> None:
    """Whoever asks next asks the registry."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SharedKeys, "_take_off", interrupted)
        with pytest.raises(KeyboardInterrupt):
            source()
    assert key_of(source) == registry.minted[0]


def test_interrupt_before_the_thread_leaves_the_keys_to_the_next(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """Who has a thread renew them."""
    first = key_of(source)
    clock.advance(LIFETIME - 20 * 60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", interrupted)
        with pytest.raises(KeyboardInterrupt):
            source()
    assert key_of(source) == first
    settled(source)
    assert key_of(source) == registry.minted[1]


def test_interrupt_after_the_thread_began_leaves_the_renewal_to_it(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """Which is carried out once."""
    first = key_of(source)
    clock.advance(LIFETIME - 20 * 60)
    start = threading.Thread.start

    def start_and_interrupt(thread: threading.Thread) -> None:
        start(thread)
        raise KeyboardInterrupt

    with registry.held_back():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(threading.Thread, "start", start_and_interrupt)
            with pytest.raises(KeyboardInterrupt):
                source()
        assert key_of(source) == first
    settled(source)
    assert key_of(source) == registry.minted[1]
    assert len(registry.requests) == 2


def test_interrupt_of_one_who_waits_is_no_business_of_the_renewal(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """It is another thread's."""
    key_of(source)
    clock.advance(LIFETIME - 10 * 60)
    with registry.held_back():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SharedKeys, "_awaited", interrupted)
            with pytest.raises(KeyboardInterrupt):
                source()
        assert registry.asked.wait(60)
        assert source._shared._flight is not None
    settled(source)
    assert key_of(source) == registry.minted[1]


def test_keys_asked_for_in_their_own_renewal(
    make_source: Callable[..., CredentialSource], registry: Any, client: ApiClient, clock: Any
) -> None:
    """A token that needs them cannot be had without; those that live are given, without waiting."""
    given: list[str] = []

    def token() -> str:
        given.append(key_of(source))
        return "a-token"

    source = make_source()
    client.configuration.access_token = token
    with pytest.raises(ApiException, match="Keys were asked for in the middle of their own renewal"):
        source()
    assert not registry.requests
    client.configuration.access_token = lambda: token() if source._shared.keys else "a-token"
    first = key_of(source)
    given.clear()
    clock.advance(LIFETIME - 10 * 60)
    assert key_of(source) == registry.minted[1]
    assert set(given) == {first}


def test_login_that_changes_meanwhile_leaves_nothing_in_the_cache(
    make_source: Callable[..., CredentialSource],
    registry: Any,
    client: ApiClient,
    tmp_path: Path,
    make_jwt: Callable[..., str],
) -> None:
    """Of keys that another user may have got, nobody knows whose they are."""
    ada, grace = (make_jwt(iss="https://login", sub=name) for name in ("ada", "grace"))
    source = make_source(cache=tmp_path)
    client.configuration.access_token = ada
    given: list[str] = []
    waiting = threading.Thread(target=lambda: given.append(key_of(source)))
    with registry.held_back():
        waiting.start()
        assert registry.asked.wait(60)
        client.configuration.access_token = grace
    waiting.join(60)
    assert given == registry.minted[1:]
    for token, expected in ((ada, None), (grace, registry.minted[1])):
        user = ApiClient(client.configuration)
        user.configuration.access_token = token
        count = len(registry.requests)
        found = key_of(make_source(cache=tmp_path, api=user))
        assert found == (expected or registry.minted[-1])
        assert len(registry.requests) == count + (expected is None)
        user.close()


def test_another_user_has_refusals_of_his_own(source: CredentialSource, registry: Any, client: ApiClient) -> None:
    """That the one's keys were replaced just now keeps nobody from replacing the other's."""
    assert source.invalidate(key_of(source))
    key_of(source)
    client.configuration.access_token = "another-token"
    assert source.invalidate(key_of(source))
    assert key_of(source) == registry.minted[3]


def test_keys_of_another_process_that_are_refused_too_are_replaced(
    make_source: Callable[..., CredentialSource],
    registry: Any,
    clock: Any,
    tmp_path: Path,
    client: ApiClient,
) -> None:
    """At once, since nobody was asked for them: all keys were revoked, in memory and on disk."""
    source = make_source(cache=tmp_path)
    first = key_of(source)
    clock.advance(60)
    with ApiClient(client.configuration) as other:
        make_source(cache=tmp_path, api=other)(min_life=timedelta(seconds=LIFETIME - 30))
    assert source.invalidate(first)
    assert key_of(source) == registry.minted[1]
    assert source.invalidate(registry.minted[1])
    assert key_of(source) == registry.minted[2]
    assert not source.invalidate(registry.minted[2])


@pytest.mark.parametrize("setting", ["username", "password", "client_id", "issuer", "host", "offline_token"])
def test_any_change_of_the_login_is_seen(
    source: CredentialSource, registry: Any, client: ApiClient, setting: str
) -> None:
    """Memory has nothing at hand until it is known who logs in."""
    source()
    assert source.at_hand() is not None
    setattr(client.configuration, setting, getattr(client.configuration, setting))
    assert source.at_hand() is None
    assert source() is not None
    assert source.at_hand() is not None
    assert len(registry.requests) == 1
