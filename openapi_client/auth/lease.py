"""A token, how long it may be used, and why another one is fetched."""

from typing import Final, NamedTuple

from openapi_client._masking import SecretText

EARLY_SECONDS: Final = 30.0

_FOREVER: Final = float("inf")


def early_seconds(lifetime_seconds: float) -> float:
    """How long before its end a token is renewed."""
    return min(EARLY_SECONDS, lifetime_seconds / 10)


class Lease(NamedTuple):
    """A token, and how long it may be used, by the source's clock."""

    token: str
    renew_at: float
    expires_at: float

    @classmethod
    def since(cls, asked_at: float, token: str, lifetime_seconds: float | None) -> "Lease":
        """A token that lives from the moment it was asked for; without an end that is known, until it is rejected."""
        if lifetime_seconds is None:
            return cls(SecretText(token), _FOREVER, _FOREVER)
        expires_at = asked_at + lifetime_seconds
        return cls(SecretText(token), expires_at - early_seconds(lifetime_seconds), expires_at)


class Need(NamedTuple):
    """Why a token is fetched.

    Attributes:
        unwanted: The tokens that will not do: the one that is held, the one that the registry rejected.
        rejected: The token that the registry rejected, or None.
        remaining_seconds: How long the held token lives on; 0 where there is none.
        silent: Whether nobody waits for it, so that only a refresh will do.
    """

    unwanted: frozenset[str]
    rejected: str | None
    remaining_seconds: float
    silent: bool

    @property
    def patience_seconds(self) -> float | None:
        """How long it may take while the held token lives: half of what is left, so that there is another attempt."""
        return max(1.0, min(self.remaining_seconds, EARLY_SECONDS) / 2) if self.remaining_seconds > 0 else None
