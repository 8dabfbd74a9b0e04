"""Device codes: a program without a browser waits until a person approves it elsewhere (RFC 8628)."""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.oauth_requests import OAuthError

_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""Of user codes, as RFC 8628, section 6.1 advises: no vowels, so no words; nothing that looks like something else."""

_HALF_LETTERS: Final = 4

_SLOWER_SECONDS: Final = 5
"""What a device that asks too early must wait longer from then on (RFC 8628, section 3.5)."""

_REMEMBERED_SECONDS: Final = 24 * 3600
"""How long an expired code is still told from one that never was."""


@dataclass(eq=False)
class DeviceRequest:
    """A program that waits for a person."""

    client_id: str
    scopes: tuple[str, ...]
    user_code: str = field(repr=False)
    """What the person types, such as `BCDF-GHJK`."""
    expires_at: float
    interval_seconds: float
    next_poll_at: float = -math.inf
    state: Literal["waiting", "approved", "denied", "used"] = "waiting"


class Devices:
    """Gives out device codes and knows what became of them.

    Args:
        lifetimes: How long a code is good, and how often a device may ask.
        clock: Seconds on a clock that never goes back.
    """

    def __init__(self, lifetimes: Lifetimes, *, clock: Callable[[], float]) -> None:
        self._lifetimes = lifetimes
        self._clock = clock
        self._by_device_code: dict[str, DeviceRequest] = {}

    def begin(self, client_id: str, scopes: tuple[str, ...]) -> tuple[str, DeviceRequest]:
        """A new device code and what it stands for."""
        now = self._clock()
        self._by_device_code = {
            code: request
            for code, request in self._by_device_code.items()
            if request.expires_at + _REMEMBERED_SECONDS > now
        }
        device_code = secrets.token_urlsafe(32)
        halves = ("".join(secrets.choice(_LETTERS) for _ in range(_HALF_LETTERS)) for _ in range(2))
        request = DeviceRequest(
            client_id=client_id,
            scopes=scopes,
            user_code="-".join(halves),
            expires_at=now + self._lifetimes.device_code_lifetime_seconds,
            interval_seconds=self._lifetimes.device_interval_seconds,
        )
        self._by_device_code[device_code] = request
        return device_code, request

    def decide(self, user_code: str, *, approved: bool) -> None:
        """Approve or deny the device that shows this code.

        Args:
            user_code: As a person types it: case, spaces and hyphens make no difference.
            approved: Whether the device is to get tokens.

        Raises:
            ValueError: No device waits for this code.
        """
        wanted, now = _letters(user_code), self._clock()
        for request in self._by_device_code.values():
            if _letters(request.user_code) == wanted and request.state == "waiting" and now < request.expires_at:
                request.state = "approved" if approved else "denied"
                return
        raise ValueError("No device waits for this code: it is mistyped, has expired or was used already.")

    def redeem(self, device_code: str, client_id: str) -> DeviceRequest:
        """What an approved device code stands for; it is good once.

        A device that asks too early is told to slow down whatever was decided, as by Keycloak.

        Args:
            device_code: The code.
            client_id: Who brings it.

        Raises:
            OAuthError: The code is not good, or not yet; the error is one of RFC 8628, section 3.5.
        """
        request = self._by_device_code.get(device_code)
        if request is None or request.client_id != client_id or request.state == "used":
            raise OAuthError("invalid_grant", "The device code is not known, is another client's or was used already.")
        now = self._clock()
        if now >= request.expires_at:
            raise OAuthError("expired_token", "The device code has expired. Ask for another one.")
        is_early = now < request.next_poll_at
        request.interval_seconds += _SLOWER_SECONDS if is_early else 0
        request.next_poll_at = now + request.interval_seconds
        if is_early:
            raise OAuthError("slow_down", "This was too early. Wait 5 seconds longer between requests.")
        if request.state == "denied":
            raise OAuthError("access_denied", "The user has denied this device.")
        if request.state == "waiting":
            raise OAuthError("authorization_pending", "The user has not decided yet.")
        request.state = "used"
        return request


def _letters(user_code: str) -> str:
    return "".join(filter(str.isalnum, user_code.upper()))
