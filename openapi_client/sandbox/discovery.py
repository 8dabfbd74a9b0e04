"""Where the authorization server's endpoints are and what they can do, for clients to read."""

from typing import Final

from openapi_client.sandbox.clients import DEVICE, PASSWORD, REFRESH
from openapi_client.sandbox.oauth_requests import SCOPES

METADATA_PATH: Final = "/.well-known/openid-configuration"
TOKEN_PATH: Final = "/token"  # noqa: S105 - a path
DEVICE_AUTHORIZATION_PATH: Final = "/auth/device"
DEVICE_PAGE_PATH: Final = "/device"
REVOCATION_PATH: Final = "/revoke"

_AUTHENTICATION: Final = ["none", "client_secret_basic", "client_secret_post"]


def metadata(issuer: str) -> dict[str, object]:
    """The document at `METADATA_PATH`: OpenID Connect Discovery's, with the names of RFC 8414 and RFC 8628, section 4.

    It names no keys, since only the server itself checks its tokens, and no response types, since it has no page to
    which a browser is sent for a code.

    Args:
        issuer: The server's URL.
    """
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}{TOKEN_PATH}",
        "device_authorization_endpoint": f"{issuer}{DEVICE_AUTHORIZATION_PATH}",
        "revocation_endpoint": f"{issuer}{REVOCATION_PATH}",
        "grant_types_supported": [PASSWORD, REFRESH, DEVICE],
        "token_endpoint_auth_methods_supported": _AUTHENTICATION,
        "revocation_endpoint_auth_methods_supported": _AUTHENTICATION,
        "scopes_supported": list(SCOPES),
        "response_types_supported": [],
        "subject_types_supported": ["public"],
    }
