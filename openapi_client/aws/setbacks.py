"""What the last renewal came to, if it did not help, and how long that keeps callers from the next."""

from datetime import timedelta
from typing import Final

from openapi_client.auth.renewal import own
from openapi_client.aws.denials import is_lasting
from openapi_client.aws.lifetime import RETRY_SECONDS, Life, Reading, retry_seconds, unchanged_seconds
from openapi_client.exceptions import ApiValueError, OpenApiException

DENIAL_SECONDS: Final = 60.0
WITHOUT_KEYS_SECONDS: Final = 5.0
_NEVER: Final = float("-inf")


class Setbacks:
    """The memory of renewals that did not help.

    A denial, or a dataset that does not exist, is remembered for 60 s. Any other failure keeps from the next attempt
    for 30 s while there are keys, for 5 s where there are none and callers have the failure at once; both are less in
    proportion for short lives. Keys that live no longer than those that are held keep from the next attempt for half of
    what these have left.

    Attributes:
        failure: The failure of the last renewal, or None.
    """

    __slots__ = ("_quiet_until", "_retry_seconds", "_since", "failure")

    def __init__(self) -> None:
        self._retry_seconds = RETRY_SECONDS
        self.forget()

    def forget(self) -> None:
        """There was none."""
        self.failure: OpenApiException | None = None
        self._since = self._quiet_until = _NEVER

    def failed(self, failure: OpenApiException, now: Reading) -> None:
        """A renewal failed."""
        self.failure, self._since = failure, now.monotonic

    def succeeded(self, life: Life) -> None:
        """A renewal gave keys with such a life."""
        self.forget()
        self._retry_seconds = retry_seconds(life.lifetime_seconds)

    def unchanged(self, life: Life, now: Reading) -> None:
        """A renewal gave nothing that lives longer than the keys that are held, which have such a life."""
        self.forget()
        self._quiet_until = now.monotonic + unchanged_seconds(life.lifetime_seconds, life.left_seconds(now))

    def denial(self, now: Reading) -> OpenApiException | None:
        """Return the denial that is remembered, or the like of it, or None."""
        return self.failure if is_lasting(self.failure) and now.monotonic < self._since + DENIAL_SECONDS else None

    def hold_off(self, now: Reading, life: Life | None, min_life_seconds: float, *, will_do: bool) -> bool:
        """Whether the keys that are held are to do for now, and no renewal is to be tried yet.

        Args:
            now: Both clocks now.
            life: That of the keys that are held, if there are any.
            min_life_seconds: How long the caller wants keys to live.
            will_do: Whether those that are held live that long.

        Raises:
            OpenApiException: No renewal is to be tried yet, nor will the keys do.
        """
        left = 0.0 if life is None else life.left_seconds(now)
        if self.failure is not None:
            if now.monotonic >= self._since + self._pause_seconds(with_keys=will_do):
                return False
            if not will_do:
                raise own(self.failure)
            return True
        is_quiet = now.monotonic < self._quiet_until
        # What was minted just now and never lived long enough has no successor that would.
        if not will_do and left > 0 and (is_quiet or (life is not None and life.is_new(now, min_life_seconds))):
            raise too_short(left, min_life_seconds)
        return will_do and is_quiet

    def _pause_seconds(self, *, with_keys: bool) -> float:
        if is_lasting(self.failure):
            return DENIAL_SECONDS
        return self._retry_seconds if with_keys else min(self._retry_seconds, WITHOUT_KEYS_SECONDS)


def too_short(left_seconds: float, min_life_seconds: float) -> ApiValueError:
    """The error for keys that do not live as long as was asked for."""
    left, wanted = (timedelta(seconds=round(seconds)) for seconds in (left_seconds, min_life_seconds))
    return ApiValueError(f"No keys live that long: {wanted} was asked for, and the newest have {left} left")
