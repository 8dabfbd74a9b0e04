"""One renewal for many callers, in which no thread waits for itself.

A signal handler or a finaliser runs in the middle of anything that its thread does; a log handler or a prompt runs in
the middle of a renewal. Such code may ask for the very thing that its thread renews. `Exclusive` and `Renewal` raise
`WaitsForItself` then, rather than wait for ever.

An interrupt can end any call, those in a `finally` block too. The `with` statement of a lock is the exception: nothing
comes between the end of its block and the release. So a renewal is in progress as long as a thread is in the `with`
block of its lock, and whatever ends the thread's work ends the renewal.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final, TypeVar

# The text of an error needs it. An import in the middle of a renewal could meet itself, in code that interrupts it.
import openapi_client._encodings  # noqa: F401
from openapi_client._threads import is_making

T = TypeVar("T")

_CHECK_SECONDS: Final = 0.25
"""How often a waiting thread looks whether the renewal is still in progress, should nobody wake it."""
_NESTED_SECONDS: Final = 0.1
"""How long code that interrupted one action waits for the end of another thread's."""

# Where a thread is that holds, or waits for, the lock of a log handler.
_HANDLE: Final = logging.Handler.handle.__code__
_ACQUIRE: Final = logging.Handler.acquire.__code__

_entered: Final[dict[int, tuple["Exclusive", ...]]] = {}
_waiting: Final[dict[int, "Renewal"]] = {}


class WaitsForItself(Exception):
    """A thread asks for something that cannot end before this thread goes on."""


class Exclusive:
    """Runs short actions one at a time, in the calling thread."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def run(self, action: Callable[[], T]) -> T:
        """Return what an action returns, which no other action runs beside.

        Args:
            action: The action; it waits for nothing.

        Raises:
            WaitsForItself: If the calling code interrupted an action of this thread.
        """
        thread_id = threading.get_ident()
        entered = _entered.get(thread_id, ())
        if self in entered:
            raise WaitsForItself
        try:
            _entered[thread_id] = (*entered, self)
            if not entered:
                with self._lock:
                    return action()
            # Two threads, each interrupted in the action that the other one asks for, must not wait for each other.
            [is_free] = map(self._lock.acquire, [True], [_NESTED_SECONDS])
            if not is_free:
                raise WaitsForItself
            try:
                return action()
            finally:
                self._lock.release()
        finally:
            # Without a call of a function, at whose beginning an interrupt could come.
            if entered:
                _entered[thread_id] = entered
            else:
                _entered.pop(thread_id, None)


class Renewal:
    """A renewal that one thread carries out and others wait for.

    Attributes:
        carried_out: The lock whose `with` block the thread is in that starts or carries out the renewal.
        thread_id: That thread.
        has_ended: Whether the renewal has an outcome.
    """

    __slots__ = ("_thread", "_waiters", "carried_out", "has_ended", "thread_id")

    def __init__(self) -> None:
        self.carried_out: Final = threading.Lock()
        self.thread_id: int = threading.get_ident()
        self.has_ended: bool = False
        self._thread: threading.Thread | None = None
        self._waiters: list[threading.Lock] = []

    @property
    def in_progress(self) -> bool:
        """Whether an outcome is still to come: False also after an interrupt."""
        if self.has_ended:
            return False
        return self.carried_out.locked() or (self._thread is not None and self._thread.is_alive())

    def start_thread(self, action: Callable[[], None], name: str) -> None:
        """Start a thread that carries out the renewal.

        Args:
            action: What the thread does.
            name: The name of the thread.

        Raises:
            RuntimeError: If the interpreter is about to end, or the system has no thread left.
        """

        def carry_out() -> None:
            self.thread_id = threading.get_ident()
            action()

        thread = self._thread = threading.Thread(target=carry_out, name=name, daemon=True)
        # Until it has started, its end depends on the calling thread.
        thread.start()
        self.thread_id = thread.ident or self.thread_id

    def end(self) -> None:
        """Wake all waiting threads."""
        self.has_ended = True
        while self._waiters:
            # A thread may give up at this moment.
            with suppress(IndexError):
                self._waiters.pop().release()

    def wait(self, timeout_seconds: float | None = None) -> None:
        """Wait until the renewal is no longer in progress.

        Args:
            timeout_seconds: The longest time; None for as long as it takes.

        Raises:
            WaitsForItself: If the renewal cannot end before the calling thread goes on.
        """
        thread_id = threading.get_ident()
        before = _waiting.get(thread_id)
        try:
            # Noted first: of two threads that begin to wait for each other, the later one sees it.
            _waiting[thread_id] = self
            self._wait(thread_id, timeout_seconds)
        finally:
            if before is not None:
                _waiting[thread_id] = before
            else:
                _waiting.pop(thread_id, None)

    def _wait(self, thread_id: int, timeout_seconds: float | None) -> None:
        waiter = threading.Lock()
        waiter.acquire()
        ends_at = None if timeout_seconds is None else monotonic() + timeout_seconds
        try:
            self._waiters.append(waiter)
            while self.in_progress:
                if self._depends_on(thread_id):
                    raise WaitsForItself
                remaining = _CHECK_SECONDS if ends_at is None else min(_CHECK_SECONDS, ends_at - monotonic())
                if remaining <= 0:
                    return
                waiter.acquire(timeout=remaining)
        finally:
            with suppress(ValueError):
                self._waiters.remove(waiter)

    def _depends_on(self, thread_id: int) -> bool:
        """Return whether a thread must go on before the renewal can end."""
        if _entered.get(thread_id) or is_making():
            # The thread that renews may need what this one has locked.
            return True
        handlers = _log_handlers()
        renewal: Renewal | None = self
        seen: set[int] = set()
        while renewal is not None and renewal.in_progress and renewal.thread_id not in seen:
            if renewal.thread_id == thread_id or _waits_to_log(renewal.thread_id, handlers):
                return True
            seen.add(renewal.thread_id)
            renewal = _waiting.get(renewal.thread_id)
        return False


def _log_handlers() -> list[object]:
    """Return the log handlers in the middle of which the calling thread is, and whose locks it has."""
    handlers: list[object] = []
    frame = sys._getframe().f_back
    while frame is not None:
        if frame.f_code is _HANDLE:
            handlers.append(frame.f_locals["self"])
        frame = frame.f_back
    return handlers


def _waits_to_log(thread_id: int, handlers: list[object]) -> bool:
    """Return whether a thread waits for the lock of one of some log handlers."""
    frame = sys._current_frames().get(thread_id) if handlers else None
    if frame is None or frame.f_code not in (_HANDLE, _ACQUIRE):
        return False
    wanted = frame.f_locals.get("self")
    return any(handler is wanted for handler in handlers)


def _forget_other_threads() -> None:
    """In a forked child, forget the threads that are not there any more."""
    thread_id = threading.get_ident()
    for other in (_entered.keys() | _waiting.keys()) - {thread_id}:
        _entered.pop(other, None)
        _waiting.pop(other, None)


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_forget_other_threads)
