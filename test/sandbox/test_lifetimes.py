"""Periods, and how answers state them."""

import pytest

from openapi_client.sandbox.lifetimes import Lifetimes, in_whole_seconds


@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_period_must_be_above_zero_and_end(value: float) -> None:
    """A period that cannot be is named."""
    with pytest.raises(ValueError, match=f"^device_interval_seconds is {value}: give a number above 0.$"):
        Lifetimes(device_interval_seconds=value)


def test_defaults_are_the_real_ones() -> None:
    """Without being told, everything lasts as long as with the real registry."""
    assert Lifetimes() == Lifetimes(300, 1800, 36_000, 600, 5)


@pytest.mark.parametrize(
    ("seconds", "stated"), [(300, 300), (300.0, 300), (1799.99, 1799), (1.5, 1), (0.25, 0.25), (0, 0)]
)
def test_period_is_stated_in_whole_seconds(seconds: float, stated: float) -> None:
    """Nothing is said to last longer than it does, and nothing short is said to last no time at all."""
    assert in_whole_seconds(seconds) == stated
    assert isinstance(in_whole_seconds(seconds), float if stated == 0.25 else int)
