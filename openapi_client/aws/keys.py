"""Keys: one set of AWS credentials that never changes, and how long it lives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self

from openapi_client.auth.asking import problem_with
from openapi_client.aws.cached import CachedKeys, Watched, this_machine
from openapi_client.aws.dataset import Dataset
from openapi_client.aws.lifetime import Life, Reading, bounded
from openapi_client.model.credentials import Credentials

CHECK_SECONDS: Final = 20.0
"""How long keys that other processes share are served without a look for refusals of their token."""

_SECRETS: Final = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
_ALWAYS: Final = Reading(float("inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class Keys:
    """One set of AWS credentials; the key, its id and the token are never of two sets.

    Attributes:
        life: How long they live.
        user: Who asked for them, as `identity` tells users apart; empty where that is not certain.
        forced_at: When keys were last asked for because S3 refused others, in Unix time; None for never.
        dataset: The dataset whose place they open; None where the place itself was named.
        watched: The marks of refusals that were there when they were requested.
        checked_until: Until when those marks need no other look.
        credentials: Gives the credentials as an object of one's own: what a caller does to it, no other caller sees.
        fresh_until_wall: Until when callers take them and do no more, by the wall clock.
        fresh_until_monotonic: The same, by the other clock.
    """

    _credentials: Credentials = field(repr=False)
    life: Life
    user: str
    forced_at: float | None = None
    dataset: Dataset | None = None
    watched: Watched = ()

    checked_until: Reading = field(init=False, repr=False)
    credentials: Callable[[], Credentials] = field(init=False, repr=False)
    fresh_until_wall: float = field(init=False, repr=False)
    fresh_until_monotonic: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # At hand, since keys are asked for more often than all else happens to them.
        object.__setattr__(self, "credentials", self._credentials.__copy__)
        object.__setattr__(self, "checked_until", _ALWAYS)
        self.are_checked(self.life.began)

    def are_checked(self, now: Reading) -> None:
        """Note that the marks were looked at, after which callers take the keys and do no more for a while."""
        if self.watched:
            soon = Reading(now.wall + CHECK_SECONDS, now.monotonic + CHECK_SECONDS)
            object.__setattr__(self, "checked_until", soon)
        self._take_until(self.life.fresh_until)

    def are_being_renewed(self, *, is_so: bool) -> None:
        """Whether somebody is at it, so that other callers take them, and no lock, until they are to wait for it."""
        self._take_until(self.life.usable_until if is_so else self.life.fresh_until)

    def _take_until(self, moment: Reading) -> None:
        checked = self.checked_until
        object.__setattr__(self, "fresh_until_wall", min(moment.wall, checked.wall))
        object.__setattr__(self, "fresh_until_monotonic", min(moment.monotonic, checked.monotonic))

    @property
    def access_key_id(self) -> str:
        """Which keys they are."""
        return self._credentials.aws_access_key_id

    @property
    def expiry(self) -> datetime:
        """The moment from which AWS refuses them."""
        return self._credentials.expiry

    def cached(self) -> CachedKeys:
        """What a cache keeps of them."""
        credentials = self._credentials
        return CachedKeys(
            aws_access_key_id=credentials.aws_access_key_id,
            aws_secret_access_key=credentials.aws_secret_access_key,
            aws_session_token=credentials.aws_session_token,
            expiry=credentials.expiry,
            minted_at=self.life.began.wall,
            forced_at=self.forced_at,
            clock_offset_seconds=credentials.expiry.timestamp() - self.life.ends.wall,
            booted_at=self.life.began.wall - self.life.began.monotonic,
            machine=this_machine(),
            dataset=self.dataset,
            watched=self.watched,
        )

    @classmethod
    def of_cached(cls, cached: CachedKeys, now: Reading, user: str, at_most_seconds: float | None = None) -> Self:
        """Keys that another process minted.

        Args:
            cached: What is kept of them.
            now: Both clocks now.
            user: Who asks.
            at_most_seconds: How much life they can have left, where that is known.
        """
        lifetime = cached.ends_at - cached.minted_at
        left = min(cached.left_seconds(now), lifetime if at_most_seconds is None else at_most_seconds)
        credentials = with_offset(
            Credentials(
                aws_access_key_id=cached.aws_access_key_id,
                aws_secret_access_key=cached.aws_secret_access_key,
                aws_session_token=cached.aws_session_token,
                expiry=cached.expiry,
            )
        )
        life = Life.of(now, left, lifetime)
        return cls(credentials, life, user, cached.forced_at, cached.dataset, cached.watched)


@dataclass(frozen=True, slots=True)
class PackedKeys:
    """Keys in a pickle, for a machine whose clocks may say something else.

    Attributes:
        cached: The keys.
        user: Who asked for them.
        left_seconds: What was left of their life.
        packed_at: When, in Unix time.
    """

    cached: CachedKeys
    user: str
    left_seconds: float
    packed_at: float

    @classmethod
    def of(cls, keys: Keys, now: Reading) -> Self:
        """Keys as they are now."""
        return cls(keys.cached(), keys.user, keys.life.left_seconds(now), now.wall)

    def unpacked(self, now: Reading) -> Keys:
        """The keys, here and now."""
        at_most = self.left_seconds - max(0.0, now.wall - self.packed_at)
        return Keys.of_cached(self.cached, now, self.user, at_most)


def with_offset(credentials: Credentials) -> Credentials:
    """Return the credentials; their expiry is in UTC where the registry does not say, and has a date everywhere."""
    expiry = credentials.expiry
    credentials.expiry = bounded(expiry if expiry.tzinfo else expiry.replace(tzinfo=UTC))
    return credentials


def unusable_part(credentials: Credentials) -> str | None:
    """Return the name of a part that no request can carry: an empty one, or one with blanks or control characters."""
    return next((name for name in _SECRETS if problem_with(credentials[name])), None)
