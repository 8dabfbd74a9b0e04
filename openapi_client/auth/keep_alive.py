"""A thread that has a source renew its tokens before the refresh token would end for want of use."""

import os
import threading
import weakref
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from openapi_client.auth.renewal import RenewedTokenSource
from openapi_client.exceptions import ApiValueError, LoginRequiredException

_USUAL_SECONDS: Final = 15 * 60.0
_OFFLINE_SECONDS: Final = 24 * 3600.0
_LEAST_SECONDS: Final = 5.0
_RETRY_SECONDS: Final = 30.0
_LONGEST_WAIT_SECONDS: Final = 3600.0
_NEVER: Final = float("inf")


def idle_seconds(refresh_lifetime_seconds: float | None) -> float:
    """How long a refresh token may go unused: half of its life, 15 minutes at most; an offline token a day.

    Args:
        refresh_lifetime_seconds: How long it lives unused; 0 for an offline token, None where it is not known.
    """
    if refresh_lifetime_seconds is None:
        return _USUAL_SECONDS
    if not refresh_lifetime_seconds:
        return _OFFLINE_SECONDS
    return max(_LEAST_SECONDS, min(_USUAL_SECONDS, refresh_lifetime_seconds / 2))


class KeepAlive:
    """Has its owner renew when its refresh token has gone unused for long; ends with its owner.

    The thread knows its owner weakly, does not keep the program from ending, and is not inherited by a forked process,
    where the next renewal starts another.

    Args:
        interval: How long a refresh token may go unused; True for what `idle_seconds` says; False for no thread.

    Raises:
        ApiValueError: The interval is not above zero.
    """

    def __init__(self, interval: bool | timedelta) -> None:
        if isinstance(interval, timedelta) and interval <= timedelta(0):
            raise ApiValueError("keep_alive must be longer than nothing")
        self._interval = interval
        self._timer: _Timer | None = None

    def reset(self, owner: RenewedTokenSource, refresh_lifetime_seconds: float | None, *, start: bool) -> None:
        """Counts anew from now: the refresh token has been used, or is new.

        Args:
            owner: Whose refresh token it is.
            refresh_lifetime_seconds: How long it lives unused, as `idle_seconds` takes it.
            start: Whether to start a thread where there is none.
        """
        timer = self._timer
        if not self._interval or (timer is None and not start):
            return
        seconds = (
            self._interval.total_seconds()
            if isinstance(self._interval, timedelta)
            else idle_seconds(refresh_lifetime_seconds)
        )
        if timer is None or timer.process != os.getpid():
            timer = self._timer = _Timer()
            weakref.finalize(owner, timer.end)
            threading.Thread(
                target=_renew_when_due, args=(weakref.ref(owner), timer), name="token-keep-alive", daemon=True
            ).start()
        timer.set(seconds)

    def end(self) -> None:
        """Ends the thread, if there is one; a later `reset` starts another."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.end()

    def __reduce__(self) -> tuple[Any, ...]:
        return KeepAlive, (self._interval,)


class _Timer:
    """When a thread is next due, which others may set or end."""

    def __init__(self) -> None:
        self.process: int = os.getpid()
        # Taken by itself: an interrupt could come between a Condition's `with` statement and its lock.
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._due_at: float | None = _NEVER

    def set(self, seconds: float) -> None:
        self._change(monotonic() + seconds)

    def end(self) -> None:
        # In a forked process a thread of the parent may hold the lock for ever, and there is nothing to end.
        if self.process == os.getpid():
            self._change(None)

    def is_due(self) -> bool:
        """Waits; True once it is due, False once it has been ended."""
        with self._lock:
            while self._due_at is not None and (remaining := self._due_at - monotonic()) > 0:
                self._changed.wait(min(remaining, _LONGEST_WAIT_SECONDS))
            return self._due_at is not None

    def _change(self, due_at: float | None) -> None:
        with self._lock:
            if self._due_at is not None:
                self._due_at = due_at
            self._changed.notify()


def _renew_when_due(owner: Callable[[], RenewedTokenSource | None], timer: _Timer) -> None:
    while timer.is_due():
        source = owner()
        if source is None:
            return
        # Unless the renewal itself sets another time.
        timer.set(_RETRY_SECONDS)
        if isinstance(source._renew_silently(), LoginRequiredException):
            timer.set(_NEVER)
        # Waiting, the thread must not keep its owner alive.
        del source
