"""The registry that mints: other keys for each request, and what it says of the requests."""

import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3
from mint import Mint, lifetime_of, running_mint, serve
from nginx import ANSWER, READ_PATH

Started = Callable[..., Mint]


@pytest.fixture
def started() -> Iterator[Started]:
    """Starts mints in threads of this process, which end when the test does."""
    with ExitStack() as stack:

        def start(life_seconds: float, delay_seconds: float = 0.0) -> Mint:
            ours, theirs = multiprocessing.Pipe()
            thread = threading.Thread(target=serve, args=(theirs, life_seconds, delay_seconds))
            thread.start()
            stack.callback(thread.join)
            return Mint(stack.enter_context(ours))

        yield start


def asked(host: str, times: int = 2) -> list[dict[str, Any]]:
    """The answers to some requests on one connection."""
    with urllib3.connection_from_url(host) as pool:
        answers = [pool.urlopen("POST", READ_PATH, body=b"{}").json() for _ in range(times)]
        assert pool.num_connections == 1
    return answers


def ids_of(answers: list[dict[str, Any]]) -> list[str]:
    """The ids of the keys in some answers."""
    return [answer["credentials"]["aws_access_key_id"] for answer in answers]


def test_each_request_is_given_other_keys_and_counted(started: Started) -> None:
    """Keys differ in their id, live as long as was said, and are otherwise those of nginx's answer."""
    mint = started(life_seconds=3600, delay_seconds=0.01)
    assert mint.requests() == 0
    latest = datetime.now(UTC)
    first, second = answers = asked(mint.host)
    assert mint.requests() == 2
    assert len({*ids_of(answers)}) == 2
    assert latest <= datetime.fromisoformat(second["credentials"]["expiry"]) - timedelta(hours=1) <= datetime.now(UTC)
    as_nginx = json.loads(ANSWER)
    for answer in (first, second, as_nginx):
        del answer["credentials"]["aws_access_key_id"], answer["credentials"]["expiry"]
    assert first == second == as_nginx


@pytest.mark.parametrize(
    ("life_seconds", "lifetimes"), [(3600, [1, 1, 1]), (0, [1, 2, 3])], ids=["while they live", "when they have ended"]
)
def test_request_without_need_begins_no_lifetime(started: Started, life_seconds: float, lifetimes: list[int]) -> None:
    """Keys tell by their id whether those before them were still good."""
    assert [*map(lifetime_of, ids_of(asked(started(life_seconds).host, 3)))] == lifetimes


def test_mint_is_a_process_that_ends_with_the_block() -> None:
    """It answers meanwhile, and afterwards nobody does."""
    before = multiprocessing.active_children()
    with running_mint(3600) as mint:
        assert len(asked(mint.host)) == mint.requests() == 2
        assert len(multiprocessing.active_children()) == len(before) + 1
    assert multiprocessing.active_children() == before
    with pytest.raises(urllib3.exceptions.MaxRetryError), urllib3.PoolManager(retries=0) as pool:
        pool.request("POST", mint.host + READ_PATH)
