"""How long a call may take: numbers, pairs, defaults, and what is no time at all."""

from typing import Any

import pytest

from openapi_client import ApiValueError, Configuration
from openapi_client.rest.limits import make_limits

CONFIGURATION = Configuration(connect_timeout_seconds=4, read_timeout_seconds=20, total_timeout_seconds=60)


def test_default_limits() -> None:
    """Without any setting a connection may take 5 s, the next byte 30 s, and the whole call 90 s."""
    limits = make_limits(None, Configuration())
    assert (limits.connect, limits.read, limits.total) == (5, 30, 90)


@pytest.mark.parametrize(
    ("given", "connect", "read", "total"),
    [
        (None, 4, 20, 60),
        (2, 4, 20, 2),
        (0.5, 4, 20, 0.5),
        ((1, 2), 1, 2, 60),
        ([1, 2.5], 1, 2.5, 60),
        ((None, 2), 4, 2, 60),
        ((1, None), 1, 20, 60),
        ((None, None), 4, 20, 60),
    ],
    ids=repr,
)
def test_request_timeout(given: Any, connect: float, read: float, total: float) -> None:
    """A number is the limit of the whole call, a pair the other two; what is left open is as configured."""
    limits = make_limits(given, CONFIGURATION)
    assert (limits.connect, limits.read, limits.total) == (connect, read, total)
    assert 0 < limits.remaining() <= total


@pytest.mark.parametrize(
    "given",
    [0, -1, float("nan"), float("inf"), 1e300, 10**400, (1,), (1, 2, 3), (), (0, 1), (1, -1), "5", True, (1, "2"), {}],
    ids=repr,
)
def test_no_time_is_a_value_error(given: Any) -> None:
    """Whatever is no number of seconds above zero, or no pair of them, is an ApiValueError."""
    with pytest.raises(ApiValueError, match=r"timeout"):
        make_limits(given, CONFIGURATION)


def test_configured_time_is_checked_too() -> None:
    """A Configuration's own limit that is none is refused when it is used."""
    with pytest.raises(ApiValueError, match="read timeout"):
        make_limits(None, Configuration(read_timeout_seconds=0))


@pytest.mark.parametrize("limit", [1, 16 * 2**20, 10**30])
def test_number_of_bytes(limit: int) -> None:
    """Any whole number above zero bounds the size of an answer."""
    assert make_limits(None, Configuration(max_response_bytes=limit)).max_bytes == limit


@pytest.mark.parametrize("limit", [0, -1, "5", True, None, 1.5, float("nan"), float("inf"), [1]], ids=repr)
def test_no_number_of_bytes_is_a_value_error(limit: Any) -> None:
    """Whatever is no whole number above zero is an ApiValueError that names the setting."""
    with pytest.raises(ApiValueError, match="max_response_bytes must be"):
        make_limits(None, Configuration(max_response_bytes=limit))
