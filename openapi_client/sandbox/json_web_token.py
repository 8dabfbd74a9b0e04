"""Writes signed JSON Web Tokens (RFC 7519)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping


def json_web_token(claims: Mapping[str, object], key: bytes) -> str:
    """The claims in a token, signed with HS256 (RFC 7515).

    Args:
        claims: What the token says; JSON.
        key: What to sign it with.
    """
    parts = ({"alg": "HS256", "typ": "JWT"}, dict(claims))
    signed = ".".join(_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    return f"{signed}.{_encoded(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
