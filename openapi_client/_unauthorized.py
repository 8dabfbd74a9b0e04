"""The meaning of a 401: a rejected token, a missing role, or no permission."""

import re
from collections.abc import Mapping
from typing import Any, Final

from openapi_client._json import parse_json
from openapi_client.exceptions import ApiException, ApiValueError, UnauthorizedException

_CHALLENGE: Final = re.compile(r"(?:^|,)\s*bearer\b", re.IGNORECASE)

# The registry's own words. The first ends a message from the service behind it that met an expired token.
_NOT_VALID: Final = re.compile(r"Could not validate credentials\.?\s*\Z")
_NO_ROLE: Final = re.compile(r"the correct role\b|Token had incorrect structure")
_NO_ROLES: Final = "Token had incorrect structure"

_ADVICE: Final = "the token names no roles: ask the login server for the scope 'roles'"


def is_about_the_token(headers: Mapping[str, str] | None, body: object) -> bool:
    """Return whether a 401 rejects the token, so that another one may help.

    Args:
        headers: The answer's headers. A challenge asks for another token (RFC 6750, section 3).
        body: The answer's body.
    """
    challenge = (headers or {}).get("WWW-Authenticate", "")
    return _CHALLENGE.search(challenge) is not None or _NOT_VALID.search(_detail(body)) is not None


def lacks_role(error: BaseException | None) -> bool:
    """Return whether the registry knows the user, and finds a role missing in the token."""
    return isinstance(error, UnauthorizedException) and _NO_ROLE.search(_detail(error.body)) is not None


def lacks_all_roles(error: BaseException | None) -> bool:
    """Return whether the registry finds no roles in the token at all."""
    return isinstance(error, UnauthorizedException) and _NO_ROLES in _detail(error.body)


def add_advice(error: ApiException) -> None:
    """Add what the user can do to the reason of a 401 whose words do not say it."""
    if lacks_all_roles(error):
        error.reason = f"{error.reason}; {_ADVICE}"
        error.args = (error.status, error.reason)


def _detail(body: object) -> str:
    """Return the `detail` of an error's body; empty where the body has none."""
    if not isinstance(body, (str, bytes)):
        return ""
    try:
        value: Any = parse_json(body if isinstance(body, str) else body.decode("utf-8", "replace"))
    except ApiValueError:
        return ""
    detail = value.get("detail") if isinstance(value, dict) else None
    return detail if isinstance(detail, str) else ""
