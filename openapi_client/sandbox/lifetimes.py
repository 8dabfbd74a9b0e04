"""How long what the authorization server gives out is good."""

import math
from dataclasses import dataclass, fields
from typing import Final

OFFLINE_IDLE_SECONDS: Final = 30 * 24 * 3600
"""How long an offline refresh token is good without being used, as Keycloak has it; it has no other end."""


@dataclass(frozen=True)
class Lifetimes:
    """Periods in seconds, each above 0; the defaults are the real registry's.

    Raises:
        ValueError: One of them is not above 0, or has no end.
    """

    token_lifetime_seconds: float = 300
    """An access token's, from when it is given out."""
    refresh_token_idle_seconds: float = 1800
    """A refresh token's, from when it is given out."""
    refresh_token_lifetime_seconds: float = 36_000
    """That of all refresh tokens of one log-in, from the log-in."""
    device_code_lifetime_seconds: float = 600
    """A device code's, from when it is given out."""
    device_interval_seconds: float = 5
    """How long a device waits before it asks again."""

    def __post_init__(self) -> None:
        for period in fields(self):
            value: float = getattr(self, period.name)
            if not 0 < value < math.inf:
                raise ValueError(f"{period.name} is {value!r}: give a number above 0.")


def in_whole_seconds(seconds: float) -> float:
    """A period as answers state it: never longer than it is, and in whole seconds, as RFC 6749 has them.

    What is shorter than a second is stated as it is: 0 would mean something else, and short periods are for tests.
    """
    return int(seconds) if seconds >= 1 else seconds
