"""What takes its time, done beside an event loop: by a thread of its own, which nobody has to wait for.

The threads that a loop lends are few, so that a slow registry would hold up whatever else needs one; and a program that
is to end waits for them.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
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

    def land(deliver: Callable[[], None]) -> None:
        # Unless whoever waited was cancelled.
        if not outcome.done():
            deliver()

    def work() -> None:
        deliver: Callable[[], None]
        try:
            deliver = partial(outcome.set_result, function(*arguments))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for: nobody waits for ever
            deliver = partial(outcome.set_exception, error)
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(land, deliver)

    threading.Thread(target=work, name="openapi_client off the event loop", daemon=True).start()
    return await outcome
