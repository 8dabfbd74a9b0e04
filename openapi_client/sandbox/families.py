"""Refresh tokens: each log-in begins a family, and the tokens of a family end together."""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from openapi_client.sandbox.lifetimes import OFFLINE_IDLE_SECONDS, Lifetimes
from openapi_client.sandbox.oauth_requests import OFFLINE, OAuthError


@dataclass(eq=False)
class Family:
    """All tokens that come from one log-in, whichever was exchanged for which."""

    username: str
    client_id: str
    scopes: tuple[str, ...]
    idle_seconds: float
    ends_at: float
    """On the clock; without end for offline tokens."""
    good_until: float
    """On the clock: when its refresh token ends unless it is used before."""
    newest: str = field(default="", repr=False)
    """The refresh token that was given out last."""
    is_over: bool = False
    """Whether its tokens, access tokens too, were all ended early."""


class Families:
    """Gives out refresh tokens and takes them back.

    Args:
        lifetimes: How long refresh tokens are good.
        rotate: Whether a refresh token is good once. If not, every token of a family stays good as long as the family.
        clock: Seconds on a clock that never goes back.
    """

    def __init__(self, lifetimes: Lifetimes, *, rotate: bool, clock: Callable[[], float]) -> None:
        self._lifetimes = lifetimes
        self._rotate = rotate
        self._clock = clock
        self._family_by_token: dict[str, Family] = {}

    def begin(self, username: str, client_id: str, scopes: tuple[str, ...]) -> Family:
        """A new family, without tokens yet."""
        now = self._clock()
        offline = OFFLINE in scopes
        return Family(
            username=username,
            client_id=client_id,
            scopes=scopes,
            idle_seconds=OFFLINE_IDLE_SECONDS if offline else self._lifetimes.refresh_token_idle_seconds,
            ends_at=math.inf if offline else now + self._lifetimes.refresh_token_lifetime_seconds,
            good_until=now,
        )

    def issue(self, family: Family) -> tuple[str, float]:
        """A new refresh token of a family, and for how many seconds it is good unless it is used.

        If tokens rotate, it is then the family's only good one. For offline tokens the time is 0, as by Keycloak.
        """
        now = self._clock()
        # A used token is remembered as long as its family lives, for its second use must be noticed.
        self._family_by_token = {
            earlier: other
            for earlier, other in self._family_by_token.items()
            if other.good_until > now and not other.is_over
        }
        good_seconds = min(family.idle_seconds, family.ends_at - now)
        family.good_until = now + good_seconds
        family.newest = secrets.token_urlsafe(32)
        self._family_by_token[family.newest] = family
        return family.newest, 0 if OFFLINE in family.scopes else good_seconds

    def find(self, token: str) -> Family | None:
        """The family that a refresh token belongs to, whether the token is good or not; None if it is unknown."""
        return self._family_by_token.get(token)

    def redeem(self, token: str, client_id: str) -> Family:
        """The family of a good refresh token. A token that was used before ends its family.

        One of the two who used it is not the one it was given to, and nobody knows which (RFC 9700, section 4.14.2).

        Args:
            token: The refresh token.
            client_id: Who brings it.

        Raises:
            OAuthError: It is not good, or not this client's.
        """
        family = self.find(token)
        if family is None or family.client_id != client_id:
            raise OAuthError("invalid_grant", "The refresh token is not known, or is another client's.")
        if family.is_over or self._clock() >= family.good_until:
            raise OAuthError("invalid_grant", "The refresh token has expired or was revoked.")
        if self._rotate and token != family.newest:
            family.is_over = True
            raise OAuthError("invalid_grant", "The refresh token was used before; its whole family has ended.")
        return family
