"""A credential source: an ask from memory, a link, threads and renewals, many sources, and processes with one cache."""

import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import NamedTuple

from asking import MILLISECOND, URI, Asked, Load, ask
from candidates import ACCESS_TOKEN, Call
from holding import hold
from measure import MICROSECONDS, Comparison, Figure, Target, take_turns
from mint import lifetime_of, running_mint

from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource

THREADS = 64
PROCESSES = 8
_WORKDAY_SECONDS = 8 * 3600.0
_LINK_SECONDS = 600


class Crowd(NamedTuple):
    """Threads that ask, and the keys that they are given.

    Attributes:
        load: How much each process asks.
        life_seconds: How long keys live.
        delay_seconds: How long the registry takes for all keys but the first.
    """

    load: Load
    life_seconds: float
    delay_seconds: float


class Extent(NamedTuple):
    """How much is measured.

    Attributes:
        rounds: How many rounds there are of single asks.
        calls: How many asks in a round.
        crowd: The threads of one process.
        sources: How many sources there are at once.
        crowds: The threads of each of several processes.
    """

    rounds: int
    calls: int
    crowd: Crowd
    sources: int
    crowds: Crowd


FULL = Extent(
    rounds=200,
    calls=2000,
    crowd=Crowd(Load(THREADS, asks=1_000_000, renewals=10), life_seconds=18, delay_seconds=2),
    sources=10_000,
    crowds=Crowd(Load(THREADS, asks=1, renewals=5, batch=1, pause_seconds=0.02), life_seconds=4, delay_seconds=0.05),
)
QUICK = Extent(
    rounds=1,
    calls=1,
    crowd=Crowd(Load(THREADS, asks=100, renewals=1), life_seconds=1.5, delay_seconds=0.05),
    sources=10,
    crowds=Crowd(Load(THREADS, asks=1, renewals=1, batch=1, pause_seconds=0.02), life_seconds=1.5, delay_seconds=0.05),
)


def compare(extent: Extent = FULL) -> list[Comparison | Figure]:
    """All that a source costs.

    Args:
        extent: How much is measured.
    """
    return [
        _one_ask(extent.rounds, extent.calls),
        _one_link(extent.rounds),
        *_of_threads(extent.crowd),
        *_of_sources(extent.sources),
        _of_processes(extent.crowds),
    ]


class _Floor:
    """The least that a call of an object which keeps something can be."""

    def __init__(self) -> None:
        self.kept = None

    def __call__(self) -> None:
        return self.kept


def _one_ask(rounds: int, calls: int) -> Comparison:
    with (
        running_mint(_WORKDAY_SECONDS) as mint,
        ApiClient(Configuration(host=mint.host, access_token=ACCESS_TOKEN)) as client,
    ):
        candidates: dict[str, Call] = {"floor": _Floor(), "ours": CredentialSource(URI, api=client)}
        seconds = take_turns(candidates, rounds=rounds, calls=calls)
    micro = {name: [MICROSECONDS * each for each in times] for name, times in seconds.items()}
    what = "a source asked for keys that it has, CPU"
    return Comparison(what, "µs", micro["floor"], micro["ours"], Target("≤", 1), difference=True)


def _one_link(rounds: int) -> Figure:
    with (
        running_mint(_WORKDAY_SECONDS) as mint,
        ApiClient(Configuration(host=mint.host, access_token=ACCESS_TOKEN)) as client,
    ):
        source = CredentialSource(URI, api=client, region="eu-west-1")
        # The first link makes botocore's client.
        source.presign(f"{URI}object", _LINK_SECONDS)
        milliseconds = []
        for _ in range(rounds):
            began = process_time_ns()
            source.presign(f"{URI}object", _LINK_SECONDS)
            milliseconds.append((process_time_ns() - began) / 1e6)
    return Figure("a link to an object, after the first, CPU", median(milliseconds), "ms", Target("≤", 1))


def _of_threads(crowd: Crowd) -> list[Figure]:
    with running_mint(crowd.life_seconds, crowd.delay_seconds) as mint, _processes(1) as executor:
        asked = executor.submit(ask, mint.host, crowd.load).result()
        requests = mint.requests()
    return [
        _requests(f"{THREADS} threads ask without a pause: requests, one a lifetime", requests, [asked]),
        Figure("the same: 99.9th percentile of an ask", asked.percentile(99.9), "µs", Target("≤", MILLISECOND)),
        Figure("the same: asks of 1 ms and more", asked.percent_slow(), "%"),
    ]


def _of_sources(count: int) -> list[Figure]:
    with running_mint(_WORKDAY_SECONDS) as mint, _processes(1) as executor:
        held = executor.submit(hold, mint.host, count).result()
    return [
        Figure("each of many sources, before it is asked", held.bytes_without_keys, "bytes"),
        Figure("each of many sources, with keys", held.bytes_with_keys, "bytes"),
        Figure("threads of many sources", held.threads, "threads", Target("≤", 0)),
    ]


def _of_processes(crowd: Crowd) -> Figure:
    with (
        running_mint(crowd.life_seconds, crowd.delay_seconds) as mint,
        tempfile.TemporaryDirectory() as folder,
        _processes(PROCESSES) as executor,
    ):
        cache = str(Path(folder, "cache"))
        futures = [executor.submit(ask, mint.host, crowd.load, cache) for _ in range(PROCESSES)]
        asked = [future.result() for future in futures]
        what = f"{PROCESSES} processes of {THREADS} threads, one cache: requests, one a lifetime"
        return _requests(what, mint.requests(), asked)


def _processes(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def _requests(what: str, requests: int, asked: Sequence[Asked]) -> Figure:
    """How many requests there were, beside how many lifetimes of keys were seen."""
    lifetimes = {lifetime_of(access_key_id) for each in asked for access_key_id in each.access_key_ids}
    return Figure(what, requests, "requests", Target("≤", len(lifetimes)))
