"""What the sandbox itself asks of the store, with the store's own keys.

These are three requests, signed with botocore and sent with urllib3. boto3's clients would read the user's AWS profile,
endpoints and proxies, and at level DEBUG they log the credentials that STS answers.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import urllib3
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningKeys

from openapi_client.sandbox.errors import SandboxError
from openapi_client.sandbox.keys import AdminKeys
from openapi_client.sandbox.schemas import Credentials
from openapi_client.sandbox.store_settings import ROLE_ARN

REGION: Final = "us-east-1"
"""The store takes any region in a signature; this is the one that AWS libraries take for S3 by themselves."""

_STS_VERSION: Final = "2011-06-15"
_TIMEOUT_SECONDS: Final = 30


class StoreClient:
    """A client for the store at one port; SeaweedFS answers STS where it answers S3."""

    def __init__(self, pool: urllib3.HTTPConnectionPool, keys: AdminKeys) -> None:
        self._pool = pool
        self._keys = SigningKeys(keys.access_key_id, keys.secret_access_key)

    def create_bucket(self, bucket_name: str) -> None:
        """Make a bucket.

        Raises:
            SandboxError: The store does not answer, or refuses.
        """
        self._send("PUT", f"/{bucket_name}", b"", S3SigV4Auth(self._keys, "s3", REGION))

    def put_object(self, bucket_name: str, key: str, body: bytes) -> None:
        """Write one object.

        Raises:
            SandboxError: The store does not answer, or refuses.
        """
        self._send("PUT", f"/{bucket_name}/{quote(key, safe='/~')}", body, S3SigV4Auth(self._keys, "s3", REGION))

    def assume_role(self, session_policy: str) -> Credentials:
        """Mint credentials for the registry's role, narrowed by a session policy.

        They live as long as the store was told at its start: STS takes no shorter time than 900 s from a request.
        https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

        Raises:
            SandboxError: The store does not answer, or refuses.
        """
        form = {
            "Action": "AssumeRole",
            "Version": _STS_VERSION,
            "RoleArn": ROLE_ARN,
            "RoleSessionName": "registry",
            "Policy": session_policy,
        }
        answer = self._send("POST", "/", urlencode(form).encode(), SigV4Auth(self._keys, "sts", REGION))
        document = ET.fromstring(answer)  # noqa: S314 - the answer of our own store
        values = {
            name: document.findtext(f".//{{*}}{name}", "")
            for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
        }
        return Credentials(
            aws_access_key_id=values["AccessKeyId"],
            aws_secret_access_key=values["SecretAccessKey"],
            aws_session_token=values["SessionToken"],
            expiry=datetime.fromisoformat(values["Expiration"]),
        )

    def _send(self, method: str, target: str, body: bytes, signer: SigV4Auth) -> bytes:
        url = f"http://{self._pool.host}:{self._pool.port}{target}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
        request = AWSRequest(method, url, headers, body)
        signer.add_auth(request)
        try:
            answer = self._pool.urlopen(method, target, body, dict(request.headers.items()))
        except urllib3.exceptions.HTTPError as error:
            raise SandboxError(f"The S3 store does not answer ({type(error).__name__}).") from error
        if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
            code = re.search(rb"<Code>(\w+)</Code>", answer.data)
            raise SandboxError(f"The S3 store answers {answer.status} {code[1].decode() if code else ''}.")
        return answer.data


@contextmanager
def store_client(port: int, keys: AdminKeys) -> Generator[StoreClient]:
    """A client for the store at this port of 127.0.0.1, whose connections are closed in the end."""
    # As many connections as the registry has threads, so that none is thrown away with a warning.
    with urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=40, retries=False, timeout=_TIMEOUT_SECONDS) as pool:
        yield StoreClient(pool, keys)
