"""How long keys live, and how urgent it is to renew them: decisions alone, on readings of clocks that others take.

Keys of an hour or more are renewed in the background from 20 minutes before they end, and up to 2 minutes earlier by
chance, so that programs that began together do not ask together. From 10 minutes before they end on, callers wait for
the renewal. Shorter lives have all of this in proportion.

What is left of a life is the lesser of what two clocks say. The wall clock may be set, and the monotonic clock may
stand still while a machine sleeps: neither alone would do.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from time import monotonic as system_monotonic
from time import time as system_time
from typing import Final, NamedTuple, Protocol, Self, SupportsFloat

from openapi_client._display import printable
from openapi_client.exceptions import ApiTypeError, ApiValueError

ADVISORY_SECONDS: Final = 20 * 60.0
MANDATORY_SECONDS: Final = 10 * 60.0
JITTER_SECONDS: Final = 2 * 60.0
RETRY_SECONDS: Final = 30.0
_FULL_SECONDS: Final = 3600.0
"""The shortest life that has the windows at their full length."""
_STALE_SECONDS: Final = 5.0
"""How much older than its answer a `Date` may be."""
_DISPUTE_SECONDS: Final = 15 * 60.0
"""How far two clocks may differ while both are believed; S3 admits no more from a machine."""
_EARLIEST: Final = datetime(1, 1, 3, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 29, tzinfo=UTC)


def seconds_of(name: str, given: object) -> float:
    """Return a length of time in seconds.

    Args:
        name: The name of the argument, for the error.
        given: A `timedelta`, or a number of seconds.

    Raises:
        ApiTypeError: If it is neither.
        ApiValueError: If it is not finite.
    """
    if isinstance(given, timedelta):
        return given.total_seconds()
    if isinstance(given, bool) or not isinstance(given, SupportsFloat):
        raise ApiTypeError(
            f"{name} is a timedelta or a number of seconds, such as timedelta(minutes=10) or 600,"
            f" not {type(given).__name__}"
        )
    try:
        seconds = float(given)
        timedelta(seconds=seconds)
    except (OverflowError, ValueError) as error:
        raise ApiValueError(f"{name} is {printable(str(given))} s: give a finite number of seconds") from error
    return seconds


class Clock(Protocol):
    """What time it is. The default is the system's; tests have one that they move."""

    def time(self) -> float:
        """Seconds of Unix time."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...


class SystemClock:
    """The clocks of the system; all instances are equal."""

    __slots__ = ()

    @staticmethod
    def time() -> float:
        """Unix time."""
        return system_time()

    @staticmethod
    def monotonic() -> float:
        """Seconds on a clock that never goes back."""
        return system_monotonic()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SystemClock)

    def __hash__(self) -> int:
        return hash(SystemClock)

    def __repr__(self) -> str:
        return "SystemClock()"


class Reading(NamedTuple):
    """Both clocks at one moment."""

    wall: float
    monotonic: float

    @classmethod
    def of(cls, clock: Clock) -> Self:
        """Both clocks now."""
        return cls(clock.time(), clock.monotonic())


class Urgency(IntEnum):
    """What a caller who wants keys is to do."""

    FRESH = 0
    """Take the keys that are held."""
    SOON = 1
    """Take them, and have them renewed meanwhile."""
    NOW = 2
    """Have them renewed and wait a little; take them if that does not help."""
    NOTHING_HELD = 3
    """Have them renewed and wait: those that are held will not do."""


def retry_seconds(lifetime_seconds: float) -> float:
    """How long after a renewal that failed the next is tried."""
    return RETRY_SECONDS * _scale(lifetime_seconds)


def unchanged_seconds(lifetime_seconds: float, left_seconds: float) -> float:
    """How long after a renewal that gave nothing that lives longer the next is tried."""
    return max(retry_seconds(lifetime_seconds), left_seconds / 2)


def _scale(lifetime_seconds: float) -> float:
    return min(1.0, lifetime_seconds / _FULL_SECONDS)


@dataclass(frozen=True, slots=True)
class Life:
    """When keys were asked for, how long they live from then on, and when both clocks will have them end.

    Attributes:
        began: Both clocks when the keys were asked for, or came from elsewhere.
        ends: Both clocks when they end, as far as was known then.
        lifetime_seconds: How long they live from their beginning.
        fresh_until: Both clocks when they are to be renewed, jitter included.
    """

    began: Reading
    ends: Reading
    lifetime_seconds: float
    fresh_until: Reading = field(init=False)

    def __post_init__(self) -> None:
        jitter = random.random() * JITTER_SECONDS  # noqa: S311 - no secret hangs on it
        early = (ADVISORY_SECONDS + jitter) * _scale(self.lifetime_seconds)
        object.__setattr__(self, "fresh_until", Reading(self.ends.wall - early, self.ends.monotonic - early))

    @classmethod
    def of(cls, began: Reading, left_seconds: float, lifetime_seconds: float) -> Self:
        """A life that has so much left at a moment, of a whole that may have begun before."""
        ends = Reading(began.wall + left_seconds, began.monotonic + left_seconds)
        return cls(began, ends, lifetime_seconds)

    @property
    def usable_until(self) -> Reading:
        """Both clocks when callers are to wait for a renewal."""
        return Reading(self.ends.wall - self._mandatory_seconds, self.ends.monotonic - self._mandatory_seconds)

    @property
    def _mandatory_seconds(self) -> float:
        return MANDATORY_SECONDS * _scale(self.lifetime_seconds)

    def left_seconds(self, now: Reading) -> float:
        """What is left: the lesser of what the two clocks say; 0 or less where nothing is."""
        return min(self.ends.wall - now.wall, self.ends.monotonic - now.monotonic)

    def is_new(self, now: Reading, min_life_seconds: float) -> bool:
        """Whether keys have just begun a life shorter than is asked for, so that others would live no longer."""
        age = now.monotonic - self.began.monotonic
        return self.lifetime_seconds < min_life_seconds and age < retry_seconds(self.lifetime_seconds)

    def urgency(self, now: Reading, min_life_seconds: float = 0.0) -> Urgency:
        """What a caller is to do who wants keys that live so long at least."""
        left = self.left_seconds(now)
        if left <= 0 or left < min_life_seconds:
            return Urgency.NOTHING_HELD
        if left <= self._mandatory_seconds:
            return Urgency.NOW
        if now.wall >= self.fresh_until.wall or now.monotonic >= self.fresh_until.monotonic:
            return Urgency.SOON
        return Urgency.FRESH


def bounded(moment: datetime) -> datetime:
    """Return a moment, or the nearest one that has a date in every time zone.

    Args:
        moment: A moment with its offset from UTC; any server can state one at the very end of the calendar.
    """
    return min(max(moment, _EARLIEST), _LATEST)


def left_at(asked: Reading, answered: Reading, date: datetime | None, expiry: datetime) -> float:
    """Return the seconds from a request for keys to their end: the lesser of what two clocks say.

    The clocks are this machine's and the registry's, by the `Date` of its answer. Where they are in dispute, the one
    that does not call the keys ended counts.

    Args:
        asked: Both clocks of this machine before the request.
        answered: Both clocks of this machine after the answer.
        date: The answer's `Date`, or None.
        expiry: When the keys end.
    """
    left = _left_by_clocks(asked, answered, date, expiry)
    return max(left) if is_disputed(asked, answered, date, expiry) else min(left)


def is_disputed(asked: Reading, answered: Reading, date: datetime | None, expiry: datetime) -> bool:
    """Whether two clocks differ by more than 15 minutes, and one of them alone calls keys ended.

    Args:
        asked: Both clocks of this machine before the request.
        answered: Both clocks of this machine after the answer.
        date: The answer's `Date`, or None.
        expiry: When the keys end.
    """
    took = answered.monotonic - asked.monotonic
    by_machine, by_registry = _left_by_clocks(asked, answered, date, expiry)
    is_far_apart = abs(by_machine - by_registry) > _DISPUTE_SECONDS
    return is_far_apart and (by_machine <= took) != (by_registry <= took)


def _left_by_clocks(asked: Reading, answered: Reading, date: datetime | None, expiry: datetime) -> tuple[float, float]:
    """Return the seconds from a request to the keys' end by this machine's clock, and by the registry's.

    A `Date` is a whole second between the request and the answer. Where this machine's clock agrees with it, that clock
    is the more precise of the two. A `Date` a few seconds old agrees: servers renew it once a second, and under load
    less often. Otherwise the difference is the most that the answer admits.
    """
    by_machine = expiry.timestamp() - asked.wall
    if date is None:
        return by_machine, by_machine
    took = answered.monotonic - asked.monotonic
    least = date.timestamp() - (asked.wall + took)
    most = date.timestamp() + 1.0 - asked.wall
    agree = least <= 0.0 <= most + _STALE_SECONDS
    return by_machine, by_machine if agree else by_machine - most
