"""The thread that renews what is not used: when it does, what it leaves alone, and that it ends with its owner."""

import gc
import pickle
import threading
import weakref
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import Configuration
from openapi_client.auth import PasswordTokenSource
from openapi_client.auth.keep_alive import KeepAlive, _renew_when_due, _Timer, idle_seconds
from openapi_client.exceptions import ApiValueError

OFTEN = timedelta(milliseconds=20)
Until = Callable[[Callable[[], bool]], None]


def threads() -> list[threading.Thread]:
    """The threads that keep something alive."""
    return [thread for thread in threading.enumerate() if thread.name == "token-keep-alive"]


@pytest.fixture
def make(login_server: Any) -> Callable[..., PasswordTokenSource]:
    """Makes sources with a keep-alive."""

    def source(keep_alive: bool | timedelta = OFTEN) -> PasswordTokenSource:
        return PasswordTokenSource(
            "ada",
            "x",
            token_url=login_server.token_url,
            keep_alive=keep_alive,
            configuration=Configuration(retries=False),
        )

    return source


@pytest.mark.parametrize(("lifetime", "idle"), [(None, 900), (1800, 900), (36000, 900), (600, 300), (4, 5), (0, 86400)])
def test_half_of_a_refresh_token_s_life_may_pass(lifetime: float | None, idle: float) -> None:
    """15 minutes at most, which is half of what Keycloak allows; an offline token a day."""
    assert idle_seconds(lifetime) == idle


def test_unused_refresh_token_is_renewed(
    make: Callable[..., PasswordTokenSource], login_server: Any, until: Until
) -> None:
    """By the refresh token, over and over; whoever asks has the newest token."""
    source = make()
    first = source()
    until(lambda: len(login_server.grants) >= 3)
    assert login_server.grants[:3] == ["password", "refresh_token", "refresh_token"]
    assert source() != first
    source.close()
    until(lambda: not threads())


def test_thread_begins_when_there_is_a_refresh_token(
    make: Callable[..., PasswordTokenSource], login_server: Any, until: Until
) -> None:
    """And there is one at most; without a keep-alive none."""
    off, on = make(False), make(True)
    assert threads() == []
    off()
    login_server.issues_refresh_tokens = False
    on()
    assert threads() == []
    login_server.issues_refresh_tokens = True
    for _ in range(3):
        on.renew(on())
    assert len(threads()) == 1
    on.close()
    until(lambda: not threads())


def test_refused_refresh_token_ends_it_without_a_login(
    make: Callable[..., PasswordTokenSource], login_server: Any, until: Until
) -> None:
    """Nobody asked for a login; the next who does has one, and the thread is at it again."""
    source = make()
    source()
    login_server.good.clear()
    until(lambda: source._refresh_token is None)
    assert login_server.grants.count("password") == 1
    source.renew(source())
    until(lambda: login_server.grants[-1] == "refresh_token")
    assert login_server.grants.count("password") == 2
    source.close()
    until(lambda: not threads())


def test_failure_in_passing_is_tried_again_later(
    make: Callable[..., PasswordTokenSource], login_server: Any, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is nobody's error."""
    monkeypatch.setattr("openapi_client.auth.keep_alive._RETRY_SECONDS", 0.01)
    source = make()
    first = source()
    login_server.scripted += [Response(status=503), Response(status=503)]
    until(lambda: source() != first)
    source.close()
    until(lambda: not threads())


def test_thread_ends_with_its_owner(make: Callable[..., PasswordTokenSource], until: Until) -> None:
    """Which it does not keep alive."""
    source = make(True)
    source()
    gone = weakref.ref(source)
    del source
    gc.collect()
    until(lambda: gone() is None and not threads())


def test_thread_that_comes_too_late_ends(make: Callable[..., PasswordTokenSource]) -> None:
    """An owner that is gone when the time has come is not renewed."""
    source = make()
    gone = weakref.ref(source)
    timer = _Timer()
    del source
    gc.collect()
    timer.set(0.0)
    assert timer.is_due()
    _renew_when_due(gone, timer)
    assert gone() is None


def test_renewal_under_way_is_not_doubled(make: Callable[..., PasswordTokenSource], login_server: Any) -> None:
    """There are never two refreshes at once."""
    source = make(True)
    first = source()
    came: list[object] = []

    def answer() -> Response:
        came.append(source._renew_silently())
        tokens: Response = login_server.tokens()
        return tokens

    login_server.scripted.append(answer)
    source.renew(first)
    assert came == [None]
    assert len(login_server.grants) == 2
    source.close()


def test_caller_who_joins_a_silent_renewal_has_what_a_caller_can_have(
    make: Callable[..., PasswordTokenSource], login_server: Any, until: Until
) -> None:
    """Where the refresh token is refused, it logs in."""
    source = make(False)
    first = source()
    came: list[str] = []
    waiting: list[threading.Thread] = []

    def refuse() -> Response:
        waiting.append(threading.Thread(target=lambda: came.append(source.renew(first))))
        waiting[0].start()
        until(lambda: source._held is None)
        return Response('{"error": "invalid_grant"}', 400)

    login_server.scripted.append(refuse)
    assert "invalid_grant" in str(source._renew_silently())
    waiting[0].join(60)
    assert came == ["access-2-that-nobody-may-see"]
    assert login_server.grants == ["password", "refresh_token", "password"]


def test_silent_renewal_without_a_refresh_token_is_refused(
    make: Callable[..., PasswordTokenSource], login_server: Any
) -> None:
    """It would be a login."""
    assert "holds no refresh token: log in" in str(make()._renew_silently())
    assert login_server.requests == []


def test_interval_must_be_one() -> None:
    """Longer than nothing."""
    with pytest.raises(ApiValueError, match="keep_alive must be longer"):
        KeepAlive(timedelta(0))


def test_pickle_has_the_interval_and_no_thread(make: Callable[..., PasswordTokenSource], until: Until) -> None:
    """The twin starts its own when it renews."""
    source = make(True)
    source()
    twin = pickle.loads(pickle.dumps(source))  # noqa: S301 - the test's own
    source.close()
    until(lambda: not threads())
    twin.renew(twin())
    assert len(threads()) == 1
    twin.close()
    until(lambda: not threads())


def test_thread_of_another_process_is_left_to_it(make: Callable[..., PasswordTokenSource], until: Until) -> None:
    """As in a forked child, where the thread is not: the next renewal starts another, and ending touches no lock."""
    source = make(True)
    first = source()
    of_parent = source._keep_alive._timer
    assert of_parent is not None
    own, of_parent.process = of_parent.process, -1
    of_parent.end()
    assert len(threads()) == 1
    source.renew(first)
    assert len(threads()) == 2
    of_parent.process = own
    of_parent.end()
    source.close()
    until(lambda: not threads())


def test_program_ends_at_once(run_python: Callable[..., str], login_server: Any) -> None:
    """Whatever the thread waits for."""
    run_python(
        "from openapi_client.auth import PasswordTokenSource\n"
        f"source = PasswordTokenSource('ada', 'x', token_url={login_server.token_url!r}, keep_alive=True)\n"
        "source()\n"
    )
    assert login_server.issued == 1
