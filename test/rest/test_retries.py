"""When a call is tried again, after which wait, and what is said of it in the end."""

import socket
import ssl
import time
from email.utils import formatdate
from typing import Any

import pytest
import urllib3
from urllib3 import exceptions as lower

from openapi_client import ApiTypeError
from openapi_client.rest.retries import DEFAULT, NEVER, after, is_transient, make_policy, wait_seconds

POOL: Any = urllib3.HTTPConnectionPool("registry.example")
BROKEN = lower.ProtocolError("broken", ConnectionResetError())


def answer(status: int, retry_after: str | None = None) -> urllib3.HTTPResponse:
    """An answer with this status, and perhaps the time after which to come back."""
    return urllib3.HTTPResponse(b"", status=status, headers={} if retry_after is None else {"Retry-After": retry_after})


def used_up(policy: urllib3.Retry, times: int) -> urllib3.Retry:
    """The policy after so many attempts that failed."""
    for _ in range(times):
        following = after(policy, "POST", error=BROKEN)
        assert following is not None
        policy = following
    return policy


@pytest.mark.parametrize("value", [None, True], ids=repr)
def test_default_is_three_retries(value: Any) -> None:
    """Without a setting there are three retries, also of a POST, and no fourth."""
    policy = used_up(make_policy(value), 3)
    assert after(policy, "POST", error=BROKEN) is None
    assert len(policy.history) == 3


@pytest.mark.parametrize(("value", "times"), [(0, 0), (1, 1), (5, 5), (-1, 0)])
def test_number_is_how_often(value: int, times: int) -> None:
    """A number is how often to try again, with the default's waits; less than none is none."""
    policy = used_up(make_policy(value), times)
    assert type(policy) is type(DEFAULT)
    assert after(policy, "POST", error=BROKEN) is None


def test_false_is_never() -> None:
    """False tries once."""
    policy = make_policy(False)
    assert policy is NEVER
    assert after(policy, "POST", error=BROKEN) is None
    assert not policy.is_retry("POST", 503, has_retry_after=True)


def test_policy_of_the_user_is_honoured() -> None:
    """A `urllib3.Retry` says itself which methods and statuses it retries, and how often."""
    policy = make_policy(urllib3.Retry(1, status_forcelist=[404]))
    assert after(policy, "POST", error=BROKEN) is None
    assert after(policy, "GET", error=BROKEN) is not None
    assert policy.is_retry("GET", 404)
    assert not policy.is_retry("POST", 404)


@pytest.mark.parametrize("value", ["3", 1.5, [], {}], ids=repr)
def test_what_is_no_policy_is_a_type_error(value: Any) -> None:
    """Anything else is an ApiTypeError that names the setting."""
    with pytest.raises(ApiTypeError, match=r"retries takes a number, a urllib3\.Retry, False or None") as caught:
        make_policy(value)
    assert caught.value.path_to_item == ["retries"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_passing_statuses_are_retried(status: int, method: str) -> None:
    """Throttling and failures of the server are tried again, whatever the method."""
    assert DEFAULT.is_retry(method, status)
    assert after(DEFAULT, method, response=answer(status)) is not None


@pytest.mark.parametrize("status", [200, 201, 301, 307, 400, 401, 403, 404, 409, 413, 422, 501, 505])
@pytest.mark.parametrize("retry_after", [False, True])
def test_other_statuses_are_never_retried(status: int, retry_after: bool) -> None:
    """What would fail the same way is not tried again; but 413 with Retry-After is, as urllib3 has it."""
    assert bool(DEFAULT.is_retry("POST", status, retry_after)) is (status == 413 and retry_after)


def test_waits_are_drawn_below_a_bound_that_doubles() -> None:
    """The bounds are 0.5, 1, 2, 4 s and 8 s from then on; with full jitter a wait is anything between."""
    policy = make_policy(8)
    for bound in (0.5, 1, 2, 4, 8, 8, 8):
        policy = used_up(policy, 1)
        waits = [policy.get_backoff_time() for _ in range(300)]
        assert 0 <= min(waits) < bound / 4
        assert bound * 3 / 4 < max(waits) <= bound


@pytest.mark.parametrize(
    ("asked", "seconds"), [("0", 0), ("7", 7), (" 7 ", 7), ("60", 60), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
)
def test_retry_after_is_honoured(asked: str, seconds: float) -> None:
    """What the server asks for is waited; a date that has passed is no wait."""
    assert wait_seconds(DEFAULT, answer(503, asked)) == seconds


def test_retry_after_as_a_date() -> None:
    """A date is as many seconds as it lies ahead."""
    wait = wait_seconds(DEFAULT, answer(429, formatdate(time.time() + 30, usegmt=True)))
    assert wait is not None
    assert 20 < wait <= 31


@pytest.mark.parametrize("asked", ["61", "1000000000", formatdate(4e9)])
def test_retry_after_that_is_too_long_ends_the_call(asked: str) -> None:
    """A server that asks for more than a minute gets no further attempt."""
    assert wait_seconds(DEFAULT, answer(503, asked)) is None


@pytest.mark.parametrize(
    "asked", ["-5", "1.5", "soon", "", "Mon, 99 Foo 2030 99:99:99 GMT", "9" * 5000, "Mon, 01 Jan 999999999999 00:00:00"]
)
def test_retry_after_that_means_nothing_is_passed_over(asked: str) -> None:
    """A malformed header leaves the wait to the policy."""
    wait = wait_seconds(used_up(DEFAULT, 1), answer(503, asked))
    assert wait is not None
    assert 0 <= wait <= 0.5


def test_policy_that_does_not_honour_retry_after() -> None:
    """A user's policy may pass over what the server asks for."""
    policy = urllib3.Retry(3, backoff_factor=0, respect_retry_after_header=False)
    assert wait_seconds(policy, answer(503, "50")) == 0


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (lower.NewConnectionError(POOL, "x"), True),
        (lower.NameResolutionError("host", POOL, socket.gaierror("x")), True),
        (lower.ConnectTimeoutError(POOL, "x"), True),
        (lower.ReadTimeoutError(POOL, "/", "x"), True),
        (BROKEN, True),
        (lower.IncompleteRead(1, 2), True),
        (lower.ProxyError("x", OSError()), True),
        (lower.SSLError(ssl.SSLEOFError()), True),
        (lower.SSLError("certificate"), False),
        (lower.SSLError(), False),
        (lower.DecodeError("x"), False),
        (lower.InvalidHeader("x"), False),
        (lower.LocationParseError("x"), False),
        (ValueError("x"), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_lost_connection_is_transient(error: Exception, transient: bool) -> None:
    """A lost connection may hold the next time; a bad certificate, header or encoding will not."""
    assert is_transient(error) is transient
