"""The claims of a JSON Web Token, read from the token itself: its life, its subject, its client and scope.

The signature is not checked; the registry does that. The subject counts only in a token that a login server has just
given. Anybody can write a token that names another user.
"""

import base64
import hashlib
from contextlib import suppress
from typing import Any, Final, cast

from openapi_client._json import parse_json
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiValueError

_LATEST: Final = 2.0**53

# The client, and the scope: of OpenID Connect, of RFC 9068, and of servers that write the scope as a list.
_LIMITS: Final = ("azp", "client_id", "scope", "scp")


def issued_lifetime(token: str) -> float | None:
    """The seconds from a token's issue to its end (RFC 7519: `iat`, `exp`), which hang on no clock of this machine.

    None where it is no such token, does not say, or contradicts itself.
    """
    issued, expires = _time(token, "iat"), _time(token, "exp")
    if issued is None or expires is None or expires <= issued:
        return None
    return expires - issued


def remaining_life(token: str, now: float) -> float | None:
    """The seconds from a moment, in Unix time, to a token's end; no more than it was issued for.

    None where it is no such token, does not say, or is over: then this machine's clock may be wrong, and the registry
    is the judge.
    """
    expires, issued = _time(token, "exp"), issued_lifetime(token)
    if expires is None or expires <= now:
        return None
    return expires - now if issued is None else min(expires - now, issued)


def subject_of(token: str) -> str | None:
    """Return a token's subject (RFC 7519: `sub`), which names one user of its login server; None if there is none."""
    subject = _claim(token, "sub")
    return subject if isinstance(subject, str) and subject else None


def limits_of(token: str) -> dict[str, str]:
    """Return the claims by which two tokens of one user may open different things: their client and their scope."""
    limits: dict[str, str] = {}
    for name in _LIMITS:
        value = _claim(token, name)
        words = value.split() if isinstance(value, str) else value
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            limits[name] = " ".join(sorted(set(words)))
        elif words is not None:
            # A form that no login server gives: equal to nothing but itself.
            limits[name] = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return limits


@without_inner_frames
def _claim(token: str, name: str) -> Any:
    with suppress(ValueError, ApiValueError):
        _header, payload, _signature = token.split(".")
        claims: object = parse_json(base64.urlsafe_b64decode(payload + "===").decode())
        return cast("dict[str, Any]", claims).get(name) if isinstance(claims, dict) else None
    return None


def _time(token: str, claim: str) -> float | None:
    value = _claim(token, claim)
    # Bounded, since JSON admits whole numbers that no float holds.
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _LATEST
    return float(value) if known else None
