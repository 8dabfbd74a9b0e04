"""A registry that is down, and one that is slow."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
import urllib3

from openapi_client.sandbox import Sandbox

Call = Callable[..., urllib3.BaseHTTPResponse]


@pytest.fixture(scope="module")
def ailing() -> Iterator[Sandbox]:
    """A sandbox that the tests may break."""
    with Sandbox() as running:
        yield running


def test_outage_of_the_credential_endpoints(ailing: Sandbox, ask: Call, log_in: Call) -> None:
    """During an outage, also within another one, whoever asks gets a 503; tokens there are, and keys go on working."""
    with ailing.registry_outage():
        with ailing.registry_outage():
            assert ask(ailing, access="write").status == 503
        answer = ask(ailing)
        assert (answer.status, answer.json()) == (503, {"detail": "The registry has an outage."})
        assert ask(ailing, token="never-issued").status == 503
        assert log_in(ailing).status == 200
    assert ask(ailing).status == 200


def test_error_in_an_outage_ends_it(ailing: Sandbox, ask: Call) -> None:
    """An outage is over even if its block fails."""
    with pytest.raises(KeyError), ailing.registry_outage():
        raise KeyError
    assert ask(ailing).status == 200


def test_outage_can_begin_before_the_sandbox(ask: Call) -> None:
    """A registry can be down from its start on, and be up later."""
    late = Sandbox()
    with late.registry_outage(), late:
        assert ask(late).status == 503
    with late:
        assert ask(late).status == 200


def test_mints_count_what_was_handed_out(ailing: Sandbox, ask: Call) -> None:
    """Credentials count by access; requests that were refused do not."""
    before = ailing.mints
    ask(ailing, access="read")
    ask(ailing, access="write")
    ask(ailing, access="write")
    ask(ailing, token=None)
    ask(ailing, bucket_name="elsewhere")
    with ailing.registry_outage():
        ask(ailing)
    before.update(read=1, write=2)
    assert ailing.mints == before


def test_slow_registry_delays_many_requests_at_once(ailing: Sandbox, ask: Call, log_in: Call) -> None:
    """Each request waits as long as was set, and none waits for another; log-ins do not wait."""
    token = log_in(ailing).json()["access_token"]
    ailing.registry_delay_seconds = 0.5
    assert ailing.registry_delay_seconds == 0.5
    began = time.monotonic()
    with ThreadPoolExecutor(60) as threads:
        answers = list(threads.map(lambda _: (ask(ailing, token=token).status, time.monotonic() - began), range(60)))
    ailing.registry_delay_seconds = 0
    assert {status for status, _ in answers} == {200}
    assert min(seconds for _, seconds in answers) >= 0.5
    # One after another they would take 30.
    assert max(seconds for _, seconds in answers) < 15


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan")])
def test_delay_that_cannot_be_is_refused(ailing: Sandbox, seconds: float) -> None:
    """A delay below 0 or without an end is a ValueError, and the delay stays as it was."""
    with pytest.raises(ValueError, match=f"^registry_delay_seconds is {seconds}: give a number, 0 or more"):
        ailing.registry_delay_seconds = seconds
    assert ailing.registry_delay_seconds == 0


def test_delay_does_not_hold_up_the_stop(ask: Call, log_in: Call) -> None:
    """A sandbox stops while a request still waits for its answer."""
    slow = Sandbox()
    slow.registry_delay_seconds = 3600
    with ThreadPoolExecutor(1) as threads, slow:
        waiting = threads.submit(ask, slow, token=log_in(slow).json()["access_token"])
        assert wait([waiting], timeout=0.3).not_done
        slow.stop()
        # How it ends, with a 500 or with the connection, is a matter of timing.
        assert wait([waiting], timeout=20).done
