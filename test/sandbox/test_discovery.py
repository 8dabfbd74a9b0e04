"""What clients discover."""

from openapi_client.sandbox.discovery import metadata


def test_document_names_the_endpoints_below_the_issuer() -> None:
    """The issuer is taken as it is, each endpoint is an address below it, and nothing is promised that is not there."""
    document = metadata("http://127.0.0.1:1")
    assert document["issuer"] == "http://127.0.0.1:1"
    assert {name: value for name, value in document.items() if name.endswith("_endpoint")} == {
        "token_endpoint": "http://127.0.0.1:1/token",
        "device_authorization_endpoint": "http://127.0.0.1:1/auth/device",
        "revocation_endpoint": "http://127.0.0.1:1/revoke",
    }
    assert "jwks_uri" not in document
    assert document["response_types_supported"] == []
    assert document["scopes_supported"] == ["roles", "offline_access", "openid"]
    assert document["grant_types_supported"] == [
        "password",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ]
