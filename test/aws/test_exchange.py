"""Keys exchanged with other processes: what these left is taken, and a cache that fails costs a request, no more."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import ForbiddenException, ServiceException
from openapi_client.aws import CredentialSource, exchange
from openapi_client.aws import cache as module
from openapi_client.aws.cache import KeyCache
from openapi_client.aws.cached import CacheKey
from openapi_client.aws.exchange import exchanged
from openapi_client.aws.keys import Keys
from openapi_client.aws.renewal import SharedKeys

KEY = CacheKey("host", "user", "bucket", "path", "read", "")


@pytest.fixture
def make_process(
    make_source: Callable[..., CredentialSource], clock: Any, vault: Any, registry: Any
) -> Callable[[], CredentialSource]:
    """Makes sources that share nothing but a cache, as if each were in a process of its own."""
    assert not registry.requests

    def make() -> CredentialSource:
        source = make_source()
        source._shared = SharedKeys(clock, vault)
        return source

    return make


@pytest.fixture
def make_disk_process(
    make_source: Callable[..., CredentialSource], clock: Any, cache: KeyCache, registry: Any
) -> Callable[[], CredentialSource]:
    """Makes sources that share nothing but the cache on disk."""
    assert not registry.requests

    def make() -> CredentialSource:
        source = make_source()
        source._shared = SharedKeys(clock, cache)
        return source

    return make


def test_processes_ask_once_in_a_lifetime(
    make_process: Callable[..., CredentialSource], registry: Any, clock: Any
) -> None:
    """One asks, the others find what it got."""
    processes = [make_process() for _ in range(8)]
    for lifetime in range(1, 4):
        assert {process().aws_access_key_id for process in processes} == {registry.minted[-1]}
        assert len(registry.requests) == lifetime
        clock.advance(registry.lifetime_seconds - 500)


def test_cached_keys_in_their_window_are_renewed(
    make_process: Callable[..., CredentialSource], registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """They would be asked for again in a moment."""
    first = make_process()().aws_access_key_id
    clock.advance(registry.lifetime_seconds - 1200)
    assert make_process()().aws_access_key_id == registry.minted[1] != first
    assert len(registry.requests) == 2
    settled(make_process())


def test_cached_keys_that_do_not_live_long_enough_are_renewed(
    make_process: Callable[..., CredentialSource], registry: Any, clock: Any
) -> None:
    """For who needs them longer than the process that left them."""
    first = make_process()()
    clock.advance(3600)
    process = make_process()
    assert process(min_life=timedelta(hours=7)) == first
    assert process(min_life=timedelta(hours=7.5)).aws_access_key_id == registry.minted[1]


def test_min_life_is_not_what_another_caller_asked_for(
    make_process: Callable[..., CredentialSource],
    registry: Any,
    clock: Any,
    vault: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who waits for the renewal of others, and is not helped by what they take from the cache, has one for itself."""
    process = make_process()
    process()
    vault.kept.clear()
    clock.advance(2 * 3600)
    make_process()()
    clock.advance(6 * 3600 - 1200)
    given: list[str] = []
    left_by_others = {**vault.kept}
    vault.kept.clear()
    lock, is_wanted = vault.lock(None), threading.Event()

    def wanted(_: CacheKey) -> Any:
        is_wanted.set()
        return lock

    monkeypatch.setattr(vault, "lock", wanted)
    with lock:
        assert process().aws_access_key_id == registry.minted[0]
        assert is_wanted.wait(60)
        vault.kept.update(left_by_others)
        waiting = threading.Thread(target=lambda: given.append(process(min_life=timedelta(hours=3)).aws_access_key_id))
        waiting.start()
    waiting.join(60)
    assert given == registry.minted[2:]


def test_key_of_the_cache_names_all_that_keys_depend_on(
    make_process: Callable[..., CredentialSource], vault: Any, httpserver: Any
) -> None:
    """The registry, the user, the location, the access and the dataset."""
    make_process()()
    ((key, _),) = vault.kept.items()
    assert (key.host, key.bucket_name, key.path) == (httpserver.url_for("").rstrip("/"), "bucket", "team/data")
    assert (key.access, key.dataset_id) == ("read", "")
    assert key.user.startswith('[["token",')


def test_refused_keys_leave_the_cache_once(
    make_process: Callable[..., CredentialSource], registry: Any, clock: Any, vault: Any
) -> None:
    """Of 8 processes whose keys S3 refused, one mints; and none forces a mint of its successor for 30 s."""
    processes = [make_process() for _ in range(8)]
    (refused,) = {process().aws_access_key_id for process in processes}
    assert all(process.invalidate(refused) for process in processes)
    assert not vault.kept
    (successor,) = {process().aws_access_key_id for process in processes}
    assert successor == registry.minted[1]
    late = make_process()
    assert late().aws_access_key_id == successor
    clock.advance(1)
    assert not any(process.invalidate(successor) for process in (*processes, late))
    assert len(registry.requests) == 2
    clock.advance(30)
    assert late.invalidate(successor)


def test_refused_keys_are_not_taken_from_the_cache_again(
    make_process: Callable[..., CredentialSource], registry: Any, vault: Any
) -> None:
    """Not even where they could not be removed."""
    process = make_process()
    refused = process().aws_access_key_id
    vault.broken = {"remove"}
    assert process.invalidate(refused)
    assert process().aws_access_key_id == registry.minted[1]


def test_renewal_keeps_the_memory_of_a_forced_mint(
    make_process: Callable[..., CredentialSource], registry: Any, clock: Any, vault: Any, settled: Callable[..., None]
) -> None:
    """Keys of seconds are renewed within the 30 s."""
    registry.lifetime_seconds = 6.0
    process = make_process()
    process.invalidate(process().aws_access_key_id)
    process()
    forced_at = clock.wall
    clock.advance(5)
    process()
    settled(process)
    ((_, kept),) = vault.kept.items()
    assert kept.aws_access_key_id == registry.minted[2]
    assert kept.forced_at == forced_at


@pytest.mark.parametrize("operation", ["lock", "load", "save", "remove"])
def test_cache_that_fails_costs_no_keys(
    make_process: Callable[..., CredentialSource], vault: Any, registry: Any, caplog: Any, operation: str
) -> None:
    """As on a full disk: it is as if there were none, and a warning says so."""
    vault.broken = {operation}
    process = make_process()
    with caplog.at_level(logging.WARNING, "openapi_client"):
        process.invalidate(process().aws_access_key_id)
        assert process().aws_access_key_id == registry.minted[1]
    assert "The cache of AWS keys " in caplog.text
    assert "No space left on device" in caplog.text


def test_error_of_the_registry_is_not_the_caches(
    make_process: Callable[..., CredentialSource], registry: Any, caplog: Any
) -> None:
    """It goes through, without a warning about a cache."""
    registry.is_down = True
    with pytest.raises(ServiceException):
        make_process()()
    assert "cache" not in caplog.text


def test_who_has_waited_in_vain_keeps_nobody_waiting(vault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the registry answers nobody, all ask at once, as if there were no cache, and none after the others."""
    monkeypatch.setattr(exchange, "VAIN_SECONDS", 0.0)
    all_ask = threading.Barrier(8)

    def fail() -> Keys:
        all_ask.wait(60)
        raise ServiceException(503, "down")

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(exchanged, vault, KEY, lambda _: None, fail) for _ in range(8)]
    assert {type(ask.exception()) for ask in asked} == {ServiceException}


def test_cache_that_stays_locked_costs_one_wait(
    make_disk_process: Callable[[], CredentialSource],
    registry: Any,
    cache: KeyCache,
    caplog: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As by a process that was stopped: one waits, mints and leaves its keys, which the others take without a lock."""
    assert module.LOCK_SECONDS == 15
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.05)
    first, second = make_disk_process(), make_disk_process()
    with cache.lock(first._minter.cache_key(first._minter.user())):
        assert first().aws_access_key_id == registry.minted[0]
        assert second() == first()
    assert len(registry.requests) == 1
    assert caplog.text.count("The cache of AWS keys ") == caplog.text.count("is kept locked: TimeoutError") == 1


@pytest.mark.parametrize("ahead_before", [0.0, 3600.0, -3600.0], ids=["right", "ahead", "behind"])
@pytest.mark.parametrize("jump", [3600.0, -3600.0], ids=["set ahead", "set back"])
def test_clock_that_jumps_leaves_no_ended_keys_in_the_cache(
    make_disk_process: Callable[[], CredentialSource], registry: Any, clock: Any, ahead_before: float, jump: float
) -> None:
    """Processes that begin before and after take what lives, and have one asked in a lifetime, or a little sooner."""
    registry.ahead_seconds = -ahead_before
    for quarter in range(4 * 16):
        if quarter == 12:
            clock.wall += jump
            registry.ahead_seconds -= jump
        credentials = make_disk_process()()
        assert credentials.expiry > datetime.fromtimestamp(clock.wall + registry.ahead_seconds, UTC)
        clock.advance(15 * 60)
    assert 2 <= len(registry.requests) <= 4


def test_refusal_reaches_whoever_shares_the_cache(
    make_process: Callable[..., CredentialSource], registry: Any, clock: Any, vault: Any
) -> None:
    """By a mark beside the keys, which stay there and are taken by nobody."""
    sharing, refused = make_process(), make_process()
    sharing()
    registry.scripted = [Response("no", 403)]
    with pytest.raises(ForbiddenException):
        refused.console_url()
    assert len(vault.marks) == len(vault.kept) == 1
    clock.advance(60)
    assert sharing() == make_process()()
    assert len(registry.requests) == 3
