"""The harness: turns are fair, ratios are those of one round, the median counts."""

import gc
from itertools import count

import pytest
from measure import Comparison, Target, take_turns


def test_candidates_take_turns_in_an_order_that_changes() -> None:
    """Each candidate is warmed, called as often as the others, and no candidate always follows the same one."""
    called: list[str] = []
    candidates = {name: lambda name=name: called.append(name) for name in "abc"}
    take_turns(candidates, rounds=2, calls=1)
    assert called == [*"abc", *"bca", *"cab"]


def test_time_is_that_of_one_call() -> None:
    """The clock's difference is divided by the calls; the collector is as it was."""
    clock = count(step=3)
    seconds = take_turns({"a": int, "b": int}, rounds=2, calls=6, clock=lambda: float(next(clock)))
    assert seconds == {"a": [0.5, 0.5], "b": [0.5, 0.5]}
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_failure_is_not_hidden() -> None:
    """A candidate that fails ends the measurement, and leaves the collector as it was."""
    answers = iter([1])
    with pytest.raises(StopIteration):
        take_turns({"a": lambda: next(answers)}, rounds=1, calls=1)
    assert gc.get_freeze_count() == 0


def test_ratio_is_the_median_of_the_rounds() -> None:
    """Each round has its ratio; the middle one counts, and the middle half is the spread."""
    comparison = Comparison("x", "µs", floor=[10, 20, 40, 10, 10], ours=[5, 20, 60, 20, 500])
    assert comparison.rounds == [0.5, 1, 1.5, 2, 50]
    assert comparison.result == 1.5
    assert comparison.spread == (1, 2)


def test_difference_is_in_the_unit_of_the_numbers() -> None:
    """A difference is ours less the floor; a single round is its own spread."""
    comparison = Comparison("x", "ms", floor=[10], ours=[12], difference=True)
    assert comparison.result == 2
    assert comparison.spread == (2, 2)


@pytest.mark.parametrize(
    ("kind", "value", "holds"), [("≤", 0.9, True), ("≤", 0.91, False), ("≥", 0.9, True), ("≥", 0.89, False)]
)
def test_target_includes_its_bound(kind: str, value: float, holds: bool) -> None:
    """A target holds on its side of the bound, and at the bound."""
    assert Target("≤" if kind == "≤" else "≥", 0.9).holds(value) is holds
