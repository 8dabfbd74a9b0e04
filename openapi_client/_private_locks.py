"""Locks in files, each held by one process and one thread at a time, however that ends.

Written here, since the core works without extras: what it would use of filelock is these few lines.
"""

import os
import sys
import threading
import time
import weakref
from contextlib import AbstractContextManager, suppress
from io import FileIO
from pathlib import Path
from typing import Final

from openapi_client._private_files import POLL_SECONDS, make_private, opener, patiently, private_folder

LOCK_TIMEOUT_SECONDS: Final = 100.0
"""How long a lock is waited for: longer than a call may take, all attempts included, so that the holder ends first."""

_opening: Final = threading.RLock()
# Weak references, read and changed in one step: a signal handler may want a lock in the middle of anything.
_locks: Final["set[weakref.ref[_Lock]]"] = set()


def locked(path: Path, timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> AbstractContextManager[None]:
    """Return a context in which no other process, and no other thread of this one, has a lock.

    The lock ends with the block, or with the process, however that ends. A process that is forked meanwhile does not
    have it, nor does a process that is started. Not reentrant. Linux and macOS have it as `flock`, Windows as a locked
    byte; on a network's file system it holds as far as that has such locks.

    Args:
        path: The lock's own file, made where it is missing; its folder is seen to. Only who has the lock may remove it:
            who waits for it notices, and makes another.
        timeout_seconds: How long to wait for it.

    Raises:
        ApiValueError: On entry: the file or its folder cannot be trusted, as of `private_folder`.
        TimeoutError: On entry: somebody else had the lock all the time; or, at once, this thread itself has it.
        OSError: On entry: the file is a link or cannot be made, or its file system has no locks.
    """
    return _Lock(path, timeout_seconds)


class _Lock(FileIO):
    """The file of a lock: open from the beginning of a `with` block to its end, whatever interrupts it.

    `FileIO` closes it in one step, as a method in Python could not: an interrupt may come at the beginning of that.
    """

    def __init__(self, path: Path, timeout_seconds: float) -> None:
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._thread_id = 0
        self._descriptor = -1

    def __enter__(self) -> None:  # type: ignore[override] # nobody reads a lock
        private_folder(self._path.parent)
        deadline = time.monotonic() + self._timeout_seconds
        try:
            while True:
                self._open()
                while not _taken(self):
                    self._wait(deadline)
                if _is_at(self._path, self.fileno()):
                    return
                self.close()
        except BaseException:
            self.close()
            raise

    def _wait(self, deadline: float) -> None:
        if time.monotonic() >= deadline:
            raise TimeoutError(f"{self._path} was locked by another program for {self._timeout_seconds:g} seconds")
        time.sleep(POLL_SECONDS)

    def _open(self) -> None:
        """Open the file, in one step for a fork, which would leave the child a file that it does not know of."""
        with _opening:
            self._thread_id = threading.get_ident()
            if any(lock is not self and lock._is_of(self._path, self._thread_id) for lock in _all()):
                raise TimeoutError(f"{self._path} is locked by this thread itself, which would wait for ever")
            _locks.add(weakref.ref(self, _locks.discard))
            patiently(lambda: super(_Lock, self).__init__(self._path, "r+", opener=opener(os.O_RDWR | os.O_CREAT)))
            self._descriptor = self.fileno()
            make_private(self._path, self, os.O_CREAT)

    def _is_of(self, path: Path, thread_id: int) -> bool:
        is_own = not self.closed and self._path == path and self._thread_id == thread_id
        return is_own and _is_at(path, self.fileno())

    def close_copy(self) -> None:
        """Close the copy of a forked process, which would keep the lock when the parent is gone."""
        self.close()
        # The parent may have been about to close it.
        with suppress(OSError):
            if _is_at(self._path, self._descriptor):
                os.close(self._descriptor)

    if sys.platform == "win32":  # pragma: no cover - Windows

        def close(self) -> None:
            # Windows by itself gives the lock of a closed file back later.
            if not self.closed:
                with suppress(OSError):
                    msvcrt.locking(self.fileno(), msvcrt.LK_UNLCK, 1)
            super().close()


def _all() -> "list[_Lock]":
    return [lock for reference in list(_locks) if (lock := reference()) is not None]


def _is_at(path: Path, descriptor: int) -> bool:
    """Return whether others that look for an open file there find it; on Windows nobody can have removed it."""
    with suppress(FileNotFoundError):
        return sys.platform == "win32" or os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False


if sys.platform == "win32":  # pragma: no cover - Windows
    import msvcrt

    def _taken(file: FileIO) -> bool:
        with suppress(PermissionError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False

else:
    import fcntl

    def _taken(file: FileIO) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False


def _after_fork_in_child() -> None:
    for lock in _all():
        lock.close_copy()
    _locks.clear()
    _opening.release()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_after_fork_in_child)
