"""JSON Web Tokens as others read them."""

import base64
import hashlib
import hmac
import json

from openapi_client.sandbox.json_web_token import json_web_token
from openapi_client.sandbox.session_token import expiry_of


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "===")


def test_token_holds_its_claims_and_a_signature() -> None:
    """Header, claims and signature are base64url without padding, as RFC 7515 has them."""
    token = json_web_token({"sub": "user", "exp": 17}, b"key")
    header, claims, signature = token.split(".")
    assert json.loads(decoded(header)) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(decoded(claims)) == {"sub": "user", "exp": 17}
    assert decoded(signature) == hmac.new(b"key", f"{header}.{claims}".encode(), hashlib.sha256).digest()
    assert "=" not in token


def test_token_is_read_by_what_reads_session_tokens() -> None:
    """The sandbox's own reader finds the expiry."""
    assert expiry_of(json_web_token({"exp": 17}, b"key")) == 17
