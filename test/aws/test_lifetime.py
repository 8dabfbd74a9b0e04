"""How long keys live and how urgent a renewal is, by readings of both clocks."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime

import numpy as np
import pytest

from openapi_client import ApiTypeError, ApiValueError
from openapi_client.aws.lifetime import (
    Life,
    Reading,
    SystemClock,
    Urgency,
    bounded,
    is_disputed,
    left_at,
    retry_seconds,
    seconds_of,
    unchanged_seconds,
)

LENGTHS = [timedelta(minutes=10), 600, 600.0, Decimal(600), np.int64(600), np.float32(600)]


@pytest.mark.parametrize("length", LENGTHS, ids=lambda length: type(length).__name__)
def test_length_of_time_is_a_timedelta_or_seconds(length: object) -> None:
    """Numbers of every kind are seconds."""
    assert seconds_of("expires", length) == 600


@pytest.mark.parametrize("length", ["600", None, True, b"6", object, datetime.now(UTC), (10,)])
def test_what_is_no_length_of_time_is_named(length: object) -> None:
    """So is what to give."""
    words = rf"expires is a timedelta or a number of seconds, .* or 600, not {type(length).__name__}$"
    with pytest.raises(ApiTypeError, match=words):
        seconds_of("expires", length)


@pytest.mark.parametrize("length", [float("inf"), float("nan"), 1e300, -(10**400), Decimal("-Infinity")])
def test_length_of_time_is_finite(length: float) -> None:
    """No time is infinite."""
    with pytest.raises(ApiValueError, match=r"expires is .* s: give a finite number of seconds"):
        seconds_of("expires", length)


BEGAN = Reading(1_000_000.0, 50.0)
HOUR = 3600.0


def later(seconds: float) -> Reading:
    """Both clocks some seconds after the beginning."""
    return Reading(BEGAN.wall + seconds, BEGAN.monotonic + seconds)


@pytest.mark.parametrize(
    ("lifetime", "left", "urgency"),
    [
        (8 * HOUR, 22 * 60 + 1, Urgency.FRESH),
        (8 * HOUR, 20 * 60, Urgency.SOON),
        (8 * HOUR, 10 * 60 + 1, Urgency.SOON),
        (8 * HOUR, 10 * 60, Urgency.NOW),
        (8 * HOUR, 0.001, Urgency.NOW),
        (8 * HOUR, 0, Urgency.NOTHING_HELD),
        (HOUR, 22 * 60 + 1, Urgency.FRESH),
        (HOUR, 10 * 60, Urgency.NOW),
        (900, 331, Urgency.FRESH),
        (900, 300, Urgency.SOON),
        (900, 151, Urgency.SOON),
        (900, 150, Urgency.NOW),
        (6, 2.3, Urgency.FRESH),
        (6, 2, Urgency.SOON),
        (6, 1, Urgency.NOW),
    ],
)
def test_windows(lifetime: float, left: float, urgency: Urgency) -> None:
    """20 and 10 minutes; a third and a sixth of lives under an hour; the jitter is 2 minutes, or a thirtieth."""
    assert Life.of(BEGAN, lifetime, lifetime).urgency(later(lifetime - left)) is urgency


def test_jitter_spreads_renewals() -> None:
    """Programs that began together do not all renew at once."""
    moments = {Life.of(BEGAN, 8 * HOUR, 8 * HOUR).fresh_until.monotonic for _ in range(50)}
    assert len(moments) > 1
    assert all(22 * 60 >= later(8 * HOUR).monotonic - moment >= 20 * 60 for moment in moments)


@pytest.mark.parametrize(("wall", "monotonic"), [(HOUR, 0.0), (0.0, HOUR)], ids=["wall", "monotonic"])
def test_remaining_life_is_the_lesser_of_two_clocks(wall: float, monotonic: float) -> None:
    """A wall clock set ahead counts, and so does the time that a wall clock set back does not show."""
    life = Life.of(BEGAN, 2 * HOUR, 2 * HOUR)
    now = Reading(BEGAN.wall + wall, BEGAN.monotonic + monotonic)
    assert life.left_seconds(now) == HOUR
    assert life.urgency(Reading(now.wall + wall * 0.7, now.monotonic + monotonic * 0.7)) is Urgency.SOON


def test_more_life_than_is_left_is_nothing_held() -> None:
    """Keys that are fresh will not do for who needs them longer."""
    life = Life.of(BEGAN, 8 * HOUR, 8 * HOUR)
    assert life.urgency(BEGAN, 8 * HOUR) is Urgency.FRESH
    assert life.urgency(later(1), 8 * HOUR) is Urgency.NOTHING_HELD


def test_life_is_new_only_if_it_never_was_long_enough() -> None:
    """Others would live longer than keys whose life was long enough, or began some time ago."""
    life = Life.of(BEGAN, HOUR, 8 * HOUR)
    assert life.is_new(later(29), 9 * HOUR)
    assert not life.is_new(later(29), 2 * HOUR)
    assert not life.is_new(later(31), 9 * HOUR)


def test_pauses_shrink_with_life() -> None:
    """30 s for an hour and more; half of what is left where nothing lives longer."""
    assert retry_seconds(8 * HOUR) == retry_seconds(HOUR) == 30
    assert retry_seconds(360) == 3
    assert unchanged_seconds(8 * HOUR, 600) == 300
    assert unchanged_seconds(8 * HOUR, 10) == 30


@pytest.mark.parametrize(
    ("date", "took", "left"),
    [
        (None, 2.0, 100.0),
        ("Mon, 12 Jan 1970 13:46:40 GMT", 0.5, 100.0),
        ("Mon, 12 Jan 1970 13:46:39 GMT", 0.5, 100.0),
        ("Mon, 12 Jan 1970 13:46:42 GMT", 2.5, 100.0),
        ("Mon, 12 Jan 1970 13:46:34 GMT", 0.5, 100.0),
        ("Mon, 12 Jan 1970 13:46:33 GMT", 0.5, 100.0),
        ("Mon, 12 Jan 1970 14:46:40 GMT", 0.5, 100.0),
        ("Mon, 12 Jan 1970 12:46:40 GMT", 0.5, 100.0),
        ("Sun, 12 Jan 1969 13:46:40 GMT", 0.5, 100.0),
        ("Mon, 12 Jan 1970 13:46:46 GMT", 0.5, 100.0 - 7),
        ("Mon, 12 Jan 1970 13:56:40 GMT", 0.5, 100.0 - 601),
    ],
    ids=[
        "no date",
        "same second",
        "second before",
        "slow answer",
        "stale date",
        "six seconds behind",
        "registry an hour ahead",
        "registry an hour behind",
        "registry a year behind",
        "six seconds ahead",
        "ten minutes ahead, not in dispute",
    ],
)
def test_lesser_of_date_and_wall_clock_counts(date: str | None, took: float, left: float) -> None:
    """A `Date` that is ahead shortens a life, to the second; one that is behind never lengthens it."""
    moment = None if date is None else parsedate_to_datetime(date)
    expiry = datetime.fromtimestamp(BEGAN.wall + 100, UTC)
    assert left_at(BEGAN, later(took), moment, expiry) == left


@pytest.mark.parametrize(
    ("date_seconds", "left_seconds", "disputed"),
    [
        (0, 100, False),
        (-3600, 100, False),
        (-3600, -100, True),
        (-3600, 0, True),
        (-3600, -3700, False),
        (-899, -100, False),
        (-903, -100, True),
        (3600, 100, True),
        (3600, 7200, False),
        (3600, -100, False),
        (898, 100, False),
        (903, 100, True),
    ],
)
def test_dispute_is_more_than_15_minutes_and_one_clock_alone(
    date_seconds: float, left_seconds: float, disputed: bool
) -> None:
    """Keys are used then; otherwise the lesser counts."""
    answered = later(0.5)
    date = datetime.fromtimestamp(BEGAN.wall + date_seconds, UTC)
    expiry = datetime.fromtimestamp(BEGAN.wall + left_seconds, UTC)
    assert is_disputed(BEGAN, answered, date, expiry) is disputed
    by_date = left_seconds - date_seconds - (1 if date_seconds else 0)
    either = (left_seconds, by_date)
    assert left_at(BEGAN, answered, date, expiry) == (max(either) if disputed else min(either))


EXTREMES = ["9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.999999+00:00", "0001-01-01T00:00:00+05:00"]


@pytest.mark.parametrize("text", EXTREMES)
@pytest.mark.parametrize("hours", [-23, 0, 23])
def test_end_of_the_calendar_has_a_date_everywhere(text: str, hours: int) -> None:
    """A moment that no time zone but the server's can write is replaced by the nearest that each can."""
    moment = bounded(datetime.fromisoformat(text))
    assert moment.astimezone(timezone(timedelta(hours=hours))) == moment
    assert abs(moment - datetime.fromisoformat(text)) < timedelta(days=4)


def test_system_clocks_are_one() -> None:
    """All sources without a clock of their own have the same, and it tells the time."""
    assert SystemClock() == SystemClock() != object()
    assert hash(SystemClock()) == hash(SystemClock())
    assert Reading.of(SystemClock()) <= Reading.of(SystemClock())
