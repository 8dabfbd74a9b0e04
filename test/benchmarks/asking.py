"""Threads that share one source and ask it again and again: how long an ask takes, and which keys they are given."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from time import perf_counter_ns
from typing import NamedTuple

from candidates import ACCESS_TOKEN

from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource

URI = "s3://bucket/team/data/"
MILLISECOND = 1000
"""In microseconds."""


class Load(NamedTuple):
    """How much is asked.

    Attributes:
        threads: How many threads ask.
        asks: How many asks each makes at least.
        renewals: How many times at least the keys are replaced meanwhile.
        batch: How many asks follow each other without a pause.
        pause_seconds: How long a thread pauses then.
    """

    threads: int
    asks: int
    renewals: int
    batch: int = 100
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it.

    Attributes:
        microseconds: How many asks took so long, in whole microseconds; from a millisecond on, in whole milliseconds.
        access_key_ids: Which keys were given.
    """

    microseconds: Counter[int]
    access_key_ids: frozenset[str]

    def percentile(self, percent: float) -> int:
        """The microseconds that so many of the asks took at most."""
        left = self.microseconds.total() * percent / 100
        for least, count in sorted(self.microseconds.items()):
            left -= count
            if left <= 0:
                return least + (1 if least < MILLISECOND else MILLISECOND)
        raise ValueError("Nothing was asked")

    def percent_slow(self) -> float:
        """The share of asks that took a millisecond or more."""
        slow = sum(count for least, count in self.microseconds.items() if least >= MILLISECOND)
        return 100 * slow / self.microseconds.total()


def ask(host: str, load: Load, cache: str | None = None) -> Asked:
    """Has the threads ask until all of them have asked enough, and no renewal is under way.

    Args:
        host: The address of a mint.
        load: How much is asked.
        cache: The folder of a cache that other processes have, too.
    """
    before = frozenset(threading.enumerate())
    seen: set[str] = set()
    with ApiClient(Configuration(host=host, access_token=ACCESS_TOKEN)) as client:
        source = CredentialSource(URI, api=client, cache=cache or False)
        with ThreadPoolExecutor(load.threads) as executor:
            futures = [executor.submit(_of_one_thread, source, load, seen) for _ in range(load.threads)]
            microseconds = sum((future.result() for future in futures), Counter[int]())
        seen |= given_at_the_end(lambda: source().aws_access_key_id, before)
    return Asked(microseconds, frozenset(seen))


def _of_one_thread(source: CredentialSource, load: Load, seen: set[str]) -> Counter[int]:
    # A list of all times would not fit into memory, and what is done with a time here delays all threads' asks.
    counts: Counter[int] = Counter()
    # How long it takes to have keys at all is the registry's time, and not of interest.
    credentials = source()
    made = 0
    while made < load.asks or len(seen) <= load.renewals:
        for _ in repeat(None, load.batch):
            began = perf_counter_ns()
            credentials = source()
            took = (perf_counter_ns() - began) // 1000
            counts[took if took < MILLISECOND else took // MILLISECOND * MILLISECOND] += 1
        made += load.batch
        seen.add(credentials.aws_access_key_id)
        if load.pause_seconds:
            time.sleep(load.pause_seconds)
    return counts


def given_at_the_end(asked: Callable[[], str], before: Collection[threading.Thread]) -> set[str]:
    """The keys that are given when no renewal is under way, which might end in keys that nobody has been given.

    Args:
        asked: Asks once more, for the id of the keys.
        before: The threads that there were before any renewal.
    """
    seen = set()
    while True:
        _join(_others(before))
        seen.add(asked())
        if not _others(before):
            return seen


def _others(threads: Collection[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in threads]


def _join(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join()
