"""Times side by side: candidates take turns in every round, and the middle of the rounds' ratios is what counts."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from statistics import median, quantiles
from typing import Literal

MICROSECONDS = 1e6
"""In a second."""

# Neither pytest-benchmark nor pyperf lets candidates take turns: each measures one to its end before the next begins,
# so that what else the machine does meanwhile, or a processor that slows down, would change the ratio.


@dataclass(frozen=True, slots=True)
class Target:
    """What a comparison or a figure is to come to.

    Attributes:
        kind: On which side of the bound it is to stay.
        bound: The bound, of a ratio, or of a difference or a figure in its unit.
    """

    kind: Literal["≤", "≥"]
    bound: float

    def holds(self, value: float) -> bool:
        """Whether a value stays on this side."""
        return value <= self.bound if self.kind == "≤" else value >= self.bound


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same rounds of two candidates.

    Attributes:
        what: What was measured.
        unit: Of the numbers.
        floor: A number for each round.
        ours: Those of the other candidate, round by round.
        target: What the comparison is to come to; None if it stands there for information.
        difference: Whether the one is to be taken off the other, and not divided by it.
    """

    what: str
    unit: str
    floor: Sequence[float]
    ours: Sequence[float]
    target: Target | None = None
    difference: bool = False

    @property
    def rounds(self) -> list[float]:
        """What each round comes to: the ratio, or the difference."""
        pairs = zip(self.ours, self.floor, strict=True)
        return [own - floor if self.difference else own / floor for own, floor in pairs]

    @property
    def result(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The bounds of the middle half of the rounds."""
        if len(self.rounds) == 1:
            return self.rounds[0], self.rounds[0]
        first, _, third = quantiles(self.rounds, method="inclusive")
        return first, third


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is told without a floor.

    Attributes:
        what: What was measured.
        value: The number.
        unit: Of the number, and of its target's bound.
        target: What it is to come to; None if it stands there for information.
    """

    what: str
    value: float
    unit: str
    target: Target | None = None


def take_turns(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    calls: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """The seconds that a call of each candidate takes, round by round; the order changes with every round.

    Args:
        candidates: What to call, by name.
        rounds: How many rounds there are.
        calls: How often a candidate is called in a round.
        clock: What tells the seconds; unless given, the CPU time of this process.
    """
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for call in candidates.values():
        for _ in repeat(None, calls):
            call()
    # What exists by now is no candidate's: the collector, which runs as it does for users, need not look at it.
    gc.collect()
    gc.freeze()
    try:
        order = list(candidates.items())
        for _ in range(rounds):
            order.append(order.pop(0))
            for name, call in order:
                began = clock()
                for _ in repeat(None, calls):
                    call()
                seconds[name].append((clock() - began) / calls)
    finally:
        gc.unfreeze()
    return seconds
