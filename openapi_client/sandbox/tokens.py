"""Bearer tokens: issued at log-in, refused after their lifetime."""

import secrets
import time
from collections.abc import Callable


class TokenIssuer:
    """Issues random bearer tokens and knows which of them are still good.

    Args:
        lifetime_seconds: How long a token is good.
        clock: Seconds on a clock that never goes back.
    """

    def __init__(self, lifetime_seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.lifetime_seconds = lifetime_seconds
        self._clock = clock
        self._expiry_by_token: dict[str, float] = {}

    def issue(self) -> str:
        """A new token."""
        now = self._clock()
        # A copy, since several threads issue tokens; the expired ones go, or a sandbox that runs for weeks would grow.
        alive = {token: expiry for token, expiry in self._expiry_by_token.copy().items() if expiry > now}
        token = secrets.token_urlsafe(32)
        self._expiry_by_token = {**alive, token: now + self.lifetime_seconds}
        return token

    def is_valid(self, token: str) -> bool:
        """Whether this token was issued here and has not expired."""
        expiry = self._expiry_by_token.get(token)
        return expiry is not None and self._clock() < expiry
