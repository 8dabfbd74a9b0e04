"""Access tokens: issued at log-in and refresh, refused after their lifetime and once they are revoked."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from openapi_client.sandbox.families import Family
from openapi_client.sandbox.json_web_token import json_web_token

_KEY_BYTES: Final = 32


@dataclass(frozen=True)
class _Issued:
    expiry: float
    family: Family
    scopes: tuple[str, ...]


class TokenIssuer:
    """Issues access tokens and knows which of them are still good.

    The tokens are signed JSON Web Tokens, so that clients find in them what real ones hold. What makes one good is
    that it is remembered here: only so can it be revoked.

    Args:
        lifetime_seconds: How long a token is good.
        issuer: The URL that stands in the tokens as `iss`.
        clock: Seconds on a clock that never goes back. The times in the tokens are the system's when the issuer is
            made, and move on with this clock.
    """

    def __init__(self, lifetime_seconds: float, *, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime_seconds = lifetime_seconds
        self._issuer = issuer
        self._clock = clock
        self._epoch_of_clock = time.time() - clock()
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._issued: dict[str, _Issued] = {}

    def issue(self, family: Family, scopes: tuple[str, ...]) -> str:
        """A new token of a family, for these scopes."""
        now = self._clock()
        # The expired ones go, or a sandbox that runs for weeks would grow.
        self._issued = {token: issued for token, issued in self._issued.items() if issued.expiry > now}
        expiry = now + self._lifetime_seconds
        claims = {
            "iss": self._issuer,
            "sub": family.username,
            "azp": family.client_id,
            "scope": " ".join(scopes),
            "iat": int(self._epoch_of_clock + now),
            "exp": int(self._epoch_of_clock + expiry),
            "jti": secrets.token_urlsafe(16),
        }
        token = json_web_token(claims, self._key)
        self._issued[token] = _Issued(expiry, family, scopes)
        return token

    def is_valid(self, token: str) -> bool:
        """Whether this token was issued here, has not expired and was not revoked."""
        issued = self._issued.get(token)
        return issued is not None and self._clock() < issued.expiry and not issued.family.is_over

    def scopes(self, token: str) -> tuple[str, ...]:
        """Return the scopes of a valid token; none for any other."""
        return self._issued[token].scopes if self.is_valid(token) else ()

    def find(self, token: str) -> Family | None:
        """The family that a token belongs to; None if it is unknown."""
        issued = self._issued.get(token)
        return issued.family if issued else None

    def revoke(self, token: str) -> None:
        """End a token; unknown ones are no error."""
        self._issued.pop(token, None)

    def revoke_all(self) -> None:
        """End every token that was issued so far."""
        self._issued.clear()
