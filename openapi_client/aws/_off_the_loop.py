"""What takes its time, done beside an event loop: by a thread of its own, which nobody has to wait for.

The threads that a loop lends are few, so that a slow registry would hold up whatever else needs one; and a program that
is to end waits for them.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def off_the_loop(function: Callable[..., T], *arguments: Any) -> T:
    """What a function gives or raises, while the running loop goes on.

    Args:
        function: What takes its time.
        arguments: Its arguments.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def land(result: T | None, failure: BaseException | None) -> None:
        if outcome.done():
            # Whoever waited was cancelled.
            return
        if failure is None:
            outcome.set_result(result)  # type: ignore[arg-type]  # None only where there is a failure, or it is one
        else:
            outcome.set_exception(failure)

    def work() -> None:
        result, failure = None, None
        try:
            result = function(*arguments)
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            failure = error
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(land, result, failure)

    threading.Thread(target=work, name="openapi_client off the event loop", daemon=True).start()
    return await outcome
