"""The threads of `async_req`: made once, ended when their calls are done, and not inherited by a forked process."""

import atexit
import logging
import os
import threading
import weakref
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from openapi_client.exceptions import ApiValueError

if TYPE_CHECKING:
    from multiprocessing.pool import ThreadPool

making: Final = threading.RLock()
"""Held while a client makes what it makes when first wanted.

A signal handler or a finaliser may make the same thing in the middle of that.
"""


def is_making() -> bool:
    """Return whether the calling thread holds `making`."""
    held: bool = making._is_owned()  # type: ignore[attr-defined] # the standard library's Condition asks for it too
    return held


_pools: Final["weakref.WeakKeyDictionary[ThreadPool, int]"] = weakref.WeakKeyDictionary()
# What the threads of a pool have to show that they are of it.
_badges: Final["weakref.WeakKeyDictionary[ThreadPool, object]"] = weakref.WeakKeyDictionary()
_of_thread: Final = threading.local()


def thread_pool(threads: int, owner: object) -> "ThreadPool":
    """Threads that end once their owner is gone, or the program ends, and their calls are done.

    Args:
        threads: How many.
        owner: Whose they are.

    Raises:
        ApiValueError: There are to be none.
    """
    if threads < 1:
        raise ApiValueError(f"pool_threads must be 1 or more, not {threads}")
    badge = object()
    pool = _pool_class()(threads, setattr, (_of_thread, "badge", badge))
    made: ThreadPool = pool
    _pools[made], _badges[made] = os.getpid(), badge
    # Not `terminate`, which would throw calls under way away; and who drops the owner last may be one of the threads,
    # which cannot wait for itself.
    pool.of_owner = weakref.finalize(owner, pool.close)
    pool.of_owner.atexit = False
    return made


@cache
def _pool_class() -> Any:
    """Return the class of thread pools, made when first wanted: few programs want it, and its import takes long."""
    from multiprocessing.pool import ThreadPool  # noqa: PLC0415 - loaded when first wanted

    # After what multiprocessing registers when it is imported, so that it runs before: that would terminate the pool.
    # Once, since Python keeps the place of a function that has been unregistered.
    atexit.register(_finish)

    class Threads(ThreadPool):
        """A thread pool that nothing but its users keeps once it is closed."""

        of_owner: "weakref.finalize[..., object]"

        def close(self) -> None:
            super().close()
            self.of_owner.detach()

    return Threads


def finish(pool: "ThreadPool") -> None:
    """Have threads end, and wait for their calls under way, each of which has its deadline.

    Args:
        pool: The threads. One of them, as in a callback, does not wait, since its own call would not end.
    """
    pool.close()
    # The threads of a forked process's parent are not there to be waited for.
    if _pools[pool] == os.getpid() and getattr(_of_thread, "badge", None) is not _badges[pool]:
        pool.join()


def _finish() -> None:
    """At the end of the program, wait for all calls under way."""
    for pool in list(_pools):
        finish(pool)


# A fork takes locks in the reverse order of their registration. What is made under `making` may wait for the lock of
# logging, which registers when it is imported: that has to be before, for a fork to take the two in the same order.
_registered: Final = logging

if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    # A lock that another thread held at the fork would stay locked in the child.
    os.register_at_fork(before=making.acquire, after_in_parent=making.release, after_in_child=making.release)
