"""What takes its time beside an event loop: however much of it there is, and whoever no longer waits."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from openapi_client.aws._off_the_loop import off_the_loop


def test_what_a_function_gives_or_raises_is_had() -> None:
    """With its arguments."""
    assert asyncio.run(off_the_loop(int, "7")) == 7
    with pytest.raises(ValueError, match="seven"):
        asyncio.run(off_the_loop(int, "seven"))


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError])
def test_interrupt_in_the_thread_leaves_nobody_waiting(kind: type[BaseException]) -> None:
    """It comes out where it is waited for."""

    def interrupted() -> None:
        raise kind

    with pytest.raises(kind):
        asyncio.run(off_the_loop(interrupted))


def test_slow_ones_delay_no_other() -> None:
    """More of them than threads that a loop lends."""

    async def work() -> int:
        slow = [asyncio.ensure_future(off_the_loop(held_back.wait)) for _ in range(100)]
        try:
            return await off_the_loop(int, "7")
        finally:
            held_back.set()
            assert all(await asyncio.gather(*slow))

    held_back = threading.Event()
    assert asyncio.run(work()) == 7


def test_loop_ends_without_those_that_nobody_waits_for(until: Callable[..., None]) -> None:
    """A function that goes on gives what it gives to nobody, whether the loop still runs or not."""

    async def leave(*, runs_on: bool) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(off_the_loop(held_back.wait), 0.01)
        if runs_on:
            held_back.set()
            await off_the_loop(until, lambda: not working())
            await asyncio.sleep(0)

    def working() -> list[threading.Thread]:
        others = [threading.current_thread()]
        return [each for each in threading.enumerate() if "off the event loop" in each.name and each not in others]

    for runs_on in (True, False):
        held_back = threading.Event()
        asyncio.run(leave(runs_on=runs_on))
        held_back.set()
        until(lambda: not working())
