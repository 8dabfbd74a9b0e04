"""S3's own answers to requests that it refuses before it looks at what they ask for."""

import base64
import secrets
from email.utils import formatdate
from http import HTTPStatus
from typing import Final, Literal, get_args
from xml.sax.saxutils import escape

from openapi_client.sandbox.bucket_region import REGION_HEADER

RevocationCode = Literal["ExpiredToken", "InvalidToken", "TokenRefreshRequired", "AccessDenied"]
"""What S3 says of keys that it takes no longer."""

REVOCATION_CODES: Final[tuple[RevocationCode, ...]] = get_args(RevocationCode)

_MESSAGES: Final = {
    "ExpiredToken": "The provided token has expired.",
    "InvalidToken": "The provided token is malformed or otherwise invalid.",
    "TokenRefreshRequired": "The provided token must be refreshed.",
    "AccessDenied": "Access Denied",
    "BadRequest": "This is not an HTTP/1.1 request.",
    "InvalidHost": "The store is called 127.0.0.1 or localhost; the Host header names another.",
}
"""https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""


def refusal(
    code: RevocationCode | Literal["BadRequest", "InvalidHost"],
    *,
    token: str | None = None,
    region: str | None = None,
    head: bool,
) -> bytes:
    """A whole answer, after which the connection ends, as after S3's 400.

    Args:
        code: S3's error code, which decides on status and message.
        token: The request's session token. S3 repeats it in the error, secret though it is, unless access is denied.
        region: The bucket's region, which S3 tells in a header to whoever asks for the bucket with HEAD.
        head: Whether the request is a HEAD: the answer then has no body, and so no code.
    """
    status = HTTPStatus.FORBIDDEN if code == "AccessDenied" else HTTPStatus.BAD_REQUEST
    request_id, host_id = secrets.token_hex(8).upper(), base64.b64encode(secrets.token_bytes(56)).decode()
    repeated = f"<Token-0>{escape(token)}</Token-0>" if token and code != "AccessDenied" else ""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{_MESSAGES[code]}</Message>{repeated}"
        f"<RequestId>{request_id}</RequestId><HostId>{host_id}</HostId></Error>"
    ).encode()
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"x-amz-request-id: {request_id}",
        f"x-amz-id-2: {host_id}",
        *([f"{REGION_HEADER}: {region}"] if region else []),
        "Content-Type: application/xml",
        f"Content-Length: {len(body)}",
        f"Date: {formatdate(usegmt=True)}",
        "Connection: close",
        "\r\n",
    ]
    return "\r\n".join(lines).encode() + (b"" if head else body)
