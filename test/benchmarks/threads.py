"""Calls a second of eight threads that share one client, against as many that share one `PoolManager`."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

from candidates import Call, client, floor
from measure import Comparison, Target, take_turns

THREADS = 8


def compare(host: str, rounds: int = 40, calls: int = 50) -> list[Comparison]:
    """Eight threads at once.

    Args:
        host: The address of the server.
        rounds: How many rounds there are.
        calls: How many calls each thread makes in a round.
    """
    # A PoolManager keeps one connection unless told otherwise, and the floor is not to open one for every other call.
    with (
        ThreadPoolExecutor(THREADS) as executor,
        floor(host, connections=THREADS) as first,
        client(host) as second,
    ):
        candidates = {"floor": _by_all(executor, first, calls), "ours": _by_all(executor, second, calls)}
        seconds = take_turns(candidates, rounds=rounds, calls=1, clock=time.perf_counter)
    rates = {name: [THREADS * calls / each for each in times] for name, times in seconds.items()}
    return [Comparison(f"{THREADS} threads", "calls/s", rates["floor"], rates["ours"], Target("≥", 1.1))]


def _by_all(executor: ThreadPoolExecutor, call: Call, calls: int) -> Callable[[], None]:
    """What has every thread make its calls, and waits for them all."""

    def of_one_thread() -> None:
        for _ in repeat(None, calls):
            call()

    def of_all() -> None:
        for future in [executor.submit(of_one_thread) for _ in range(THREADS)]:
            future.result()

    return of_all
