"""Finding the key that a request is signed with."""

import pytest

from openapi_client.sandbox.access_key import access_key_id

SCOPE = "20261124/us-east-1/s3/aws4_request"


@pytest.mark.parametrize(
    ("target", "headers", "expected"),
    [
        pytest.param(
            "/b/k",
            [("host", "h"), ("authorization", f"AWS4-HMAC-SHA256 Credential=ASIA1/{SCOPE}, SignedHeaders=host, Sig")],
            "ASIA1",
            id="header",
        ),
        pytest.param(
            "/b/k",
            [("Authorization", f"AWS4-ECDSA-P256-SHA256 SignedHeaders=host,Credential=ASIA1/{SCOPE},Signature=s")],
            "ASIA1",
            id="header-in-another-order",
        ),
        pytest.param("/b/k", [("Authorization", "AWS ASIA1:c2ln")], "ASIA1", id="header-of-the-older-signature"),
        pytest.param(f"/b/k?X-Amz-Date=d&X-Amz-Credential=ASIA1/{SCOPE}", [], "ASIA1", id="query"),
        pytest.param("/b/k?X-Amz-Credential=ASIA1%2F2026%2Fus", [("host", "h")], "ASIA1", id="encoded-query"),
        pytest.param("/b/k?AWSAccessKeyId=ASIA1&Signature=s", [], "ASIA1", id="query-of-the-older-signature"),
        pytest.param(
            "/b/k?AWSAccessKeyId=ASIA2", [("Authorization", "Bearer eyJ")], "ASIA2", id="query-beside-another-scheme"
        ),
        pytest.param("/b/k?x=Credential=ASIA1/", [("x-credential", "Credential=ASIA1/")], None, id="none"),
    ],
)
def test_key_is_found(target: str, headers: list[tuple[str, str]], expected: str | None) -> None:
    """The key's id stands in the header Authorization, or in the query of a presigned URL."""
    assert access_key_id(target, headers) == expected
