"""Renewals and short actions that no thread waits for in vain: a table of the locks, and who asks in their middle."""

import gc
import logging
import os
import signal
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from openapi_client import ApiClient, Configuration, _private_locks, _single_flight
from openapi_client._single_flight import Exclusive, Renewal, WaitsForItself
from openapi_client._threads import making
from openapi_client.auth import FileTokenStore, PasswordTokenSource, StoreKey
from openapi_client.auth.keep_alive import _Timer
from openapi_client.auth.lease import Lease
from openapi_client.aws import CredentialSource
from openapi_client.exceptions import AuthenticationException, CredentialsException

WAIT_SECONDS = 60.0


@pytest.fixture
def tokens() -> PasswordTokenSource:
    """A token source whose login server is not there."""
    return PasswordTokenSource("ada", "x", token_url="http://127.0.0.1:9/token", configuration=Configuration(retries=0))


@contextmanager
def carried_out_by_another_thread(renewal: Renewal) -> Iterator[threading.Event]:
    """A renewal is in progress until the event is set."""
    began, may_end = threading.Event(), threading.Event()

    def carry_out() -> None:
        renewal.thread_id = threading.get_ident()
        with renewal.carried_out:
            began.set()
            may_end.wait(WAIT_SECONDS)
        renewal.end()

    thread = threading.Thread(target=carry_out)
    thread.start()
    assert began.wait(WAIT_SECONDS)
    try:
        yield may_end
    finally:
        may_end.set()
        thread.join()


def by_call(ask: Callable[[], None]) -> None:
    """As a prompt or a store does."""
    ask()


def by_signal(ask: Callable[[], None]) -> None:
    """As a program that saves what it has when it is told to end."""
    before = signal.signal(signal.SIGTERM, lambda *_: ask())
    os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGTERM, before)


def by_finaliser(ask: Callable[[], None]) -> None:
    """As an object that is garbage, in a cycle."""

    class Garbage:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            ask()

    Garbage()
    gc.collect()


def by_weak_reference(ask: Callable[[], None]) -> None:
    """As whoever is told that an object is gone."""

    class Watched:
        pass

    watched = Watched()
    reference = weakref.ref(watched, lambda _: ask())
    del watched
    assert reference() is None


def by_log_handler(ask: Callable[[], None]) -> None:
    """As a handler that writes to S3."""

    class Asking(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            assert record
            ask()

    logger = logging.Logger("of the test")  # noqa: LOG001 - nobody else logs there
    logger.addHandler(Asking())
    logger.warning("something")


ASKING = [by_call, by_signal, by_finaliser, by_weak_reference, by_log_handler]


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("where", ["renewal", "lock"])
def test_token_asked_for_in_the_middle_of_its_renewal(
    tokens: PasswordTokenSource, monkeypatch: pytest.MonkeyPatch, asked: Any, held: bool, where: str
) -> None:
    """The held token is given if it is still good; else there is an error, and the renewal goes on."""
    came: list[str] = []

    def ask() -> None:
        try:
            came.append(tokens())
        except AuthenticationException as error:
            came.append(str(error.reason))

    def fetch(_: object) -> Lease:
        asked(ask)
        return Lease.since(tokens._clock(), "new", 300)

    now = tokens._clock()
    tokens._held = Lease("old", now - 1, now + 300) if held else None
    monkeypatch.setattr(tokens, "_fetch", fetch)
    if where == "renewal":
        assert tokens() == "new"
    else:
        tokens._exclusive.run(lambda: asked(ask))
    if held:
        assert came == ["old"]
    else:
        assert len(came) == 1
        assert came[0].endswith(": a token was asked for in the middle of its own renewal")
    assert tokens() == "new"


def test_logout_in_the_middle_of_a_renewal_is_refused(
    tokens: PasswordTokenSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clearly, and the renewal goes on; of another thread's renewal the logout waits for the end."""

    def fetch(_: object) -> Lease:
        with pytest.raises(AuthenticationException, match="cannot do this in the middle of its own renewal"):
            tokens.logout()
        began.set()
        assert may_end.wait(WAIT_SECONDS)
        return Lease.since(tokens._clock(), "new", 300)

    began, may_end = threading.Event(), threading.Event()
    monkeypatch.setattr(tokens, "_fetch", fetch)
    monkeypatch.setattr(type(tokens._endpoint), "revoke", lambda *_: None)
    renewing = threading.Thread(target=tokens)
    renewing.start()
    assert began.wait(WAIT_SECONDS)
    leaving = threading.Thread(target=tokens.logout)
    leaving.start()
    may_end.set()
    renewing.join(WAIT_SECONDS)
    leaving.join(WAIT_SECONDS)
    assert tokens.logouts == 1
    assert tokens._held is None


@pytest.mark.parametrize("asked", ASKING)
def test_keys_asked_for_in_the_middle_of_their_lock(asked: Any) -> None:
    """There is an error where none are held; what else may be asked does no harm."""
    source = CredentialSource("s3://bucket/path/", api=ApiClient(Configuration("http://127.0.0.1:9", access_token="x")))
    came: list[object] = []

    def ask() -> None:
        with pytest.raises(CredentialsException, match="Keys were asked for in the middle of their own renewal"):
            source()
        came.append(source.invalidate("id"))

    source._shared._exclusive.run(lambda: asked(ask))
    assert came == [False]


@pytest.mark.parametrize("asked", ASKING)
def test_things_are_made_in_the_middle_of_making(asked: Any) -> None:
    """A client is made while its thread makes another one."""
    made: list[object] = []
    with making:
        asked(lambda: made.append(ApiClient(Configuration("http://127.0.0.1:9")).rest_client))
    assert len(made) == 1


def by_opening(action: Callable[[], None]) -> None:
    """While a lock's file is opened."""
    with _private_locks._opening:
        action()


def by_timer(action: Callable[[], None]) -> None:
    """While the time of a keep-alive is set."""
    timer = _Timer()
    with timer._lock:
        action()
        timer.set(1.0)
        timer.end()
    assert not timer.is_due()


@pytest.mark.parametrize("locked", [by_opening, by_timer])
@pytest.mark.parametrize("asked", ASKING)
def test_stores_are_used_in_the_middle_of_other_locks(locked: Any, asked: Any, tmp_path: Path) -> None:
    """Whatever holds them, their thread has them again."""
    store, key = FileTokenStore(tmp_path / "tokens"), StoreKey("https://login", "client", "ada")

    def use() -> None:
        with store.lock(key):
            found.append(store.load(key))

    found: list[object] = []
    locked(lambda: asked(use))
    assert found == [None]


def test_actions_run_one_at_a_time() -> None:
    """Each gives what it returns or raises."""
    exclusive = Exclusive()
    assert exclusive.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        exclusive.run(lambda: 1 // 0)
    assert exclusive.run(lambda: 8) == 8


def test_action_in_the_middle_of_another_lock_s_action() -> None:
    """It is run, unless another thread has that lock: then two threads could wait for each other."""
    one, other = Exclusive(), Exclusive()
    assert one.run(lambda: other.run(lambda: 7)) == 7
    with other._lock, pytest.raises(WaitsForItself):
        one.run(lambda: other.run(lambda: 7))
    assert other.run(lambda: one.run(lambda: 7)) == 7
    assert not _single_flight._entered


def test_waiting_ends_with_the_renewal() -> None:
    """Or with the time, or at once where there is nothing to wait for."""
    renewal = Renewal()
    renewal.wait()
    with carried_out_by_another_thread(renewal) as may_end:
        renewal.wait(0.01)
        renewal.wait(0)
        waiting = threading.Thread(target=renewal.wait)
        waiting.start()
        may_end.set()
        waiting.join(WAIT_SECONDS)
    assert not renewal.in_progress
    assert not renewal._waiters


def test_renewal_whose_thread_was_interrupted_is_over(until: Callable[[Callable[[], bool]], None]) -> None:
    """Though nobody was told: who waits looks now and then."""
    renewal = Renewal()
    began = threading.Event()

    def interrupted() -> None:
        renewal.thread_id = threading.get_ident()
        with renewal.carried_out:
            began.set()
            until(lambda: bool(renewal._waiters))

    thread = threading.Thread(target=interrupted)
    thread.start()
    assert began.wait(WAIT_SECONDS)
    renewal.wait()
    thread.join()
    assert not renewal.has_ended
    assert not renewal.in_progress


def test_thread_does_not_wait_for_its_own_renewal() -> None:
    """Nor in the middle of an action or of making, since the one who renews may need what this thread has locked."""
    renewal = Renewal()
    with renewal.carried_out, pytest.raises(WaitsForItself):
        renewal.wait()
    with carried_out_by_another_thread(renewal):
        with pytest.raises(WaitsForItself):
            Exclusive().run(renewal.wait)
        with making, pytest.raises(WaitsForItself):
            renewal.wait()
        assert not _single_flight._waiting


def test_two_threads_do_not_wait_for_each_other(until: Callable[[Callable[[], bool]], None]) -> None:
    """The later of two that would is told; it may be in the middle of a wait for a third."""
    mine, other, third = Renewal(), Renewal(), Renewal()
    ended: list[str] = []

    def renew_other() -> None:
        other.thread_id = threading.get_ident()
        with other.carried_out:
            mine.wait()
        other.end()
        ended.append("other")

    with carried_out_by_another_thread(third), mine.carried_out:
        thread = threading.Thread(target=renew_other)
        thread.start()
        until(lambda: bool(mine._waiters))
        with pytest.raises(WaitsForItself):
            other.wait()
        _single_flight._waiting[threading.get_ident()] = third
        with pytest.raises(WaitsForItself):
            other.wait()
        assert _single_flight._waiting.pop(threading.get_ident()) is third
    mine.end()
    thread.join(WAIT_SECONDS)
    assert ended == ["other"]


def test_log_handler_does_not_wait_for_one_who_logs() -> None:
    """Whoever renews logs something, and the handler, which asks for what is renewed, has its lock."""
    renewal = Renewal()
    came: list[str] = []

    class Asking(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.msg == "ask":
                asking.set()
                with pytest.raises(WaitsForItself):
                    renewal.wait()
            came.append(record.msg)

    logger = logging.Logger("of the test")  # noqa: LOG001 - nobody else logs there
    logger.addHandler(Asking())
    asking = threading.Event()

    def renew() -> None:
        renewal.thread_id = threading.get_ident()
        with renewal.carried_out:
            began.set()
            assert asking.wait(WAIT_SECONDS)
            logger.warning("renewing")
        renewal.end()

    began = threading.Event()
    thread = threading.Thread(target=renew)
    thread.start()
    assert began.wait(WAIT_SECONDS)
    logger.warning("ask")
    thread.join(WAIT_SECONDS)
    assert came == ["ask", "renewing"]


def test_thread_that_renews_is_in_progress_from_its_start() -> None:
    """Until it ends, whether or not it says so."""
    renewal = Renewal()
    began, may_end = threading.Event(), threading.Event()

    def renew() -> None:
        began.set()
        may_end.wait(WAIT_SECONDS)

    renewal.start_thread(renew, "of the test")
    assert renewal.in_progress
    assert began.wait(WAIT_SECONDS)
    assert renewal.thread_id != threading.get_ident()
    renewal.wait(0.01)
    may_end.set()
    renewal.wait()
    assert not renewal.in_progress


def test_forked_child_knows_its_own_thread_alone() -> None:
    """What other threads of the parent waited for is nobody's there."""
    _single_flight._entered[-1] = (Exclusive(),)
    _single_flight._waiting[-2] = Renewal()
    Exclusive().run(_single_flight._forget_other_threads)
    assert not _single_flight._entered
    assert not _single_flight._waiting
