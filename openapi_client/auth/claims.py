"""How long a JSON Web Token lives and whose it is, read from the token itself.

Its signature is not checked: that is for the registry to do, and who sends a forged token gains nothing from how long
this program keeps it.
"""

import base64
from contextlib import suppress
from typing import Any, Final, cast

from openapi_client._json import parse_json
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiValueError

_LATEST: Final = 2.0**53


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


def subject_of(token: str) -> tuple[str, str] | None:
    """A token's issuer and subject (RFC 7519: `iss`, `sub`), which together name one user; None where it names none."""
    issuer, subject = _claim(token, "iss"), _claim(token, "sub")
    return (issuer, subject) if isinstance(issuer, str) and isinstance(subject, str) else None


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
