"""Threads that ask: how much they do, and what is known of it afterwards."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Asked, Load, ask, given_at_the_end
from mint import lifetime_of, running_mint


def test_threads_ask_until_the_keys_were_replaced() -> None:
    """Each thread makes its asks, and all go on until there were other keys; one request was made for each."""
    load = Load(threads=4, asks=50, renewals=1, batch=20)
    with running_mint(life_seconds=1, delay_seconds=0.05) as mint:
        asked = ask(mint.host, load)
        requests = mint.requests()
    assert asked.microseconds.total() >= 4 * 60
    assert asked.microseconds.total() % 20 == 0
    assert requests == len(asked.access_key_ids) == len({*map(lifetime_of, asked.access_key_ids)}) >= 2


def test_cache_is_shared(tmp_path: Path) -> None:
    """Who asks with the cache of somebody else is given the same keys; every ask was counted."""
    load = Load(threads=2, asks=3, renewals=0, batch=1, pause_seconds=0.001)
    with running_mint(life_seconds=3600) as mint:
        first, second = (ask(mint.host, load, str(tmp_path / "cache")) for _ in range(2))
        assert mint.requests() == 1
    assert first.access_key_ids == second.access_key_ids
    assert first.microseconds.total() == second.microseconds.total() == 6


@pytest.mark.parametrize(
    ("percent", "microseconds"), [(50, 3), (90, 3), (91, 8), (99, 8), (99.9, 3000)], ids=lambda value: f"{value}"
)
def test_percentile_is_what_so_many_stay_below(percent: float, microseconds: int) -> None:
    """The answer is the end of the interval that the ask in question falls into."""
    asked = Asked(Counter({2: 900, 7: 90, 2000: 10}), frozenset())
    assert asked.percentile(percent) == microseconds
    assert asked.percent_slow() == 1


def test_nothing_asked_has_no_percentile() -> None:
    """Without a single ask there is no answer."""
    with pytest.raises(ValueError, match="Nothing was asked"):
        Asked(Counter(), frozenset()).percentile(50)


class Renewal(threading.Thread):
    """A thread that ends when somebody waits for it."""

    def __init__(self) -> None:
        self._awaited = threading.Event()
        super().__init__(target=self._awaited.wait)

    def join(self, timeout: float | None = None) -> None:
        self._awaited.set()
        super().join(timeout)


def test_renewal_under_way_is_waited_for() -> None:
    """An ask that has a renewal started is not the last: the keys that it ends in are given, too."""
    before = threading.enumerate()
    renewal = Renewal()

    def asked() -> Iterator[str]:
        renewal.start()
        yield "old"
        assert not renewal.is_alive()
        yield "new"

    asks = asked()
    assert given_at_the_end(lambda: next(asks), before) == {"old", "new"}
