"""One set of keys: masked, immutable, and on the way to other machines."""

import dataclasses
import pickle
from datetime import UTC, datetime

import pytest

from openapi_client import Credentials
from openapi_client.aws.keys import Keys, PackedKeys, with_offset
from openapi_client.aws.lifetime import Life, Reading

NOW = Reading(1_000_000.0, 50.0)
EXPIRY = datetime.fromtimestamp(NOW.wall + 1000, UTC)


def keys() -> Keys:
    """Keys that live 1000 s."""
    secrets = Credentials("id-that-nobody-may-see", "key-that-nobody-may-see", "token-that-nobody-may-see", EXPIRY)
    return Keys(secrets, Life.of(NOW, 1000, 1000), "ada", 999_990.0)


def test_keys_show_no_secret() -> None:
    """Neither they nor what a cache or a pickle has of them."""
    for shown in (keys(), keys().cached(), PackedKeys.of(keys(), NOW)):
        assert "that-nobody-may-see" not in f"{shown!r} {shown}"


def test_keys_do_not_change() -> None:
    """What callers have is theirs."""
    held = keys()
    given = held.credentials()
    given.aws_secret_access_key = "spoilt"
    assert held.credentials().aws_secret_access_key == "key-that-nobody-may-see"
    with pytest.raises(dataclasses.FrozenInstanceError):
        held.user = "grace"  # type: ignore[misc]  # that is the mistake


def test_cached_keys_come_back() -> None:
    """With what is left of their life, by either clock."""
    later = Reading(NOW.wall + 600, 7.0)
    back = Keys.of_cached(keys().cached(), later, "ada")
    assert back.credentials() == keys().credentials()
    assert (back.user, back.forced_at) == ("ada", 999_990.0)
    assert back.life.left_seconds(later) == 400
    assert back.life.lifetime_seconds == 1000


@pytest.mark.parametrize("behind", [-3600.0, 0.0, 3600.0])
def test_cached_keys_end_by_the_registry_s_clock(behind: float) -> None:
    """Where this machine's clock is wrong, another process that takes the keys from the cache knows it too."""
    secrets = Credentials("a", "b", "c", EXPIRY)
    minted = Reading(EXPIRY.timestamp() - 1000 - behind, NOW.monotonic)
    cached = Keys(secrets, Life.of(minted, 1000, 1000), "ada").cached()
    later = Reading(minted.wall + 600, minted.monotonic + 600)
    assert Keys.of_cached(cached, later, "ada").life.left_seconds(later) == 400


WORKDAY, HALF = 28_800.0, 14_400.0


@pytest.mark.parametrize(
    ("ahead", "ahead_later", "since_boot", "machine", "lost"),
    [
        (3600, 0, HALF, "here", 0),
        (7200, 3600, HALF, "here", 3600),
        (0, -3600, HALF, "here", 0),
        (0, 3600, HALF, "here", 3600),
        (-3600, 0, HALF, "here", 3600),
        (3600, 0, 10, "here", 0),
        (3600, 3600, 10, "here", 3600),
        (3600, 0, HALF - 1000, "here", 0),
        (3600, 0, HALF, "elsewhere", 0),
        (3600, 3600, HALF, "elsewhere", 3600),
        (0, 0, HALF + 9000, "elsewhere", 0),
    ],
    ids=[
        *("set right", "set back in part", "set back", "set ahead", "behind and set right"),
        *("set right in a restart", "restarted", "set right in a restart soon after the mint"),
        *("elsewhere right", "elsewhere as wrong", "elsewhere started before"),
    ],
)
def test_cached_keys_end_no_later_whatever_became_of_the_clock(
    ahead: float, ahead_later: float, since_boot: float, machine: str, lost: float
) -> None:
    """Half a life later, they have no more left than in truth; nor do they lose more than the clock was off."""
    secrets = Credentials("a", "b", "c", EXPIRY)
    minted = Reading(EXPIRY.timestamp() - WORKDAY + ahead, NOW.monotonic)
    cached = Keys(secrets, Life.of(minted, WORKDAY, WORKDAY), "ada").cached()
    if machine == "elsewhere":
        cached = dataclasses.replace(cached, machine=machine)
    later = Reading(EXPIRY.timestamp() - HALF + ahead_later, NOW.monotonic + since_boot)
    assert Keys.of_cached(cached, later, "ada").life.left_seconds(later) == HALF - lost


def test_clock_set_back_does_not_lengthen_a_life() -> None:
    """Cached keys have no more left than they had at first."""
    earlier = Reading(NOW.wall - 5000, 7.0)
    assert Keys.of_cached(keys().cached(), earlier, "ada").life.left_seconds(earlier) == 1000


@pytest.mark.parametrize(
    ("wall", "left"),
    [(100.0, 300.0), (-3600.0, 400.0), (3600.0, -3200.0)],
    ids=["some time later", "where the clock is an hour behind", "where the clock is an hour ahead"],
)
def test_packed_keys_end_no_later_elsewhere(wall: float, left: float) -> None:
    """Whatever the clock of another machine says."""
    packed: PackedKeys = pickle.loads(pickle.dumps(PackedKeys.of(keys(), Reading(NOW.wall, 650.0))))  # noqa: S301 - our own
    there = Reading(NOW.wall + wall, 3.0)
    assert packed.unpacked(there).life.left_seconds(there) == left


def test_naive_expiry_is_utc() -> None:
    """As the registry means it."""
    credentials = Credentials("a", "b", "c", EXPIRY.replace(tzinfo=None))
    assert with_offset(credentials).expiry == EXPIRY
    assert with_offset(Credentials("a", "b", "c", EXPIRY)).expiry is EXPIRY
