"""When an S3 request's session token expires, read from the token itself.

The store's session tokens are JSON Web Tokens. Their signature is not checked here: the store does that, and a forged
token gains nothing from being called expired.
"""

import base64
import json
from collections.abc import Iterable
from typing import cast
from urllib.parse import parse_qsl, urlsplit

_NAME = "x-amz-security-token"


def session_token(target: str, headers: Iterable[tuple[str, str]]) -> str | None:
    """The session token of a request, from its headers or from its presigned URL.

    Args:
        target: The request's path and query.
        headers: The request's header names and values.
    """
    for name, value in (*headers, *parse_qsl(urlsplit(target).query)):
        if name.lower() == _NAME:
            return value
    return None


def expiry_of(token: str) -> float | None:
    """The token's `exp` claim in seconds since 1970 (RFC 7519), or None if it has none or is no such token."""
    try:
        _header, payload, _signature = token.split(".")
        claims: object = json.loads(base64.urlsafe_b64decode(payload + "==="))
    except ValueError:
        return None
    if not isinstance(claims, dict):
        return None
    expiry = cast("dict[str, object]", claims).get("exp")
    return float(expiry) if isinstance(expiry, int | float) else None
