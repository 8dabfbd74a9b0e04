"""Connections of aiobotocore's clients that nobody closes: closed when nobody uses them any more, or at exit.

s3fs leaves it to whoever made an asynchronous file system to close it, and libraries such as zarr make some and do not.
"""

import asyncio
import atexit
import concurrent.futures
import os
import weakref
from typing import Any, Final

_EXIT_SECONDS: Final = 2.0

_open: Final[set[Any]] = set()
_of_parent: Final[list[Any]] = []


def close_at_the_latest(client: Any) -> None:
    """Closes the connections of a client of the running loop once nobody has the client any more, or Python ends.

    Args:
        client: A client of aiobotocore.
    """
    connections, loop = client._endpoint.http_session, asyncio.get_running_loop()
    closer = weakref.finalize(client, _close, connections, loop, os.getpid())
    closer.atexit = False
    _open.difference_update([other for other in list(_open) if not other.alive])
    _open.add(closer)
    # Before the exit of those libraries that were imported by now, which may stop their loops.
    atexit.unregister(_close_all)
    atexit.register(_close_all)


def _close(
    connections: Any, loop: asyncio.AbstractEventLoop, process_id: int
) -> "concurrent.futures.Future[None] | None":
    """Has the loop close connections, if it still runs."""
    if process_id != os.getpid():
        # They are those of the parent, and so is what their loop listens to: not even their end may touch it.
        _of_parent.append(connections)
        return None
    if not loop.is_running():
        return None
    return asyncio.run_coroutine_threadsafe(connections.__aexit__(None, None, None), loop)


def _close_all() -> None:
    closing = [closer() for closer in list(_open)]
    concurrent.futures.wait([each for each in closing if each is not None], _EXIT_SECONDS)
