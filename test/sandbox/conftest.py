"""The few things that the tests do with a sandbox: log in, ask for credentials, use them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import urllib3
from botocore.config import Config
from botocore.session import Session

from openapi_client.sandbox import Sandbox


class Clock:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False) as pool:
        yield pool


@pytest.fixture(scope="session")
def log_in(http: urllib3.PoolManager) -> Callable[..., urllib3.BaseHTTPResponse]:
    def call(sandbox: Sandbox, **changes: str) -> urllib3.BaseHTTPResponse:
        form = {"grant_type": "password", "username": sandbox.username, "password": sandbox.password, **changes}
        return http.request("POST", f"{sandbox.host}/token", fields=form, encode_multipart=False)

    return call


@pytest.fixture(scope="session")
def post(http: urllib3.PoolManager) -> Callable[..., urllib3.BaseHTTPResponse]:
    """Send a form to a path of a sandbox's registry."""

    def call(
        sandbox: Sandbox, path: str, headers: dict[str, str] | None = None, **form: str
    ) -> urllib3.BaseHTTPResponse:
        return http.request("POST", f"{sandbox.host}{path}", fields=form, headers=headers, encode_multipart=False)

    return call


@pytest.fixture(scope="session")
def ask(
    http: urllib3.PoolManager, log_in: Callable[..., urllib3.BaseHTTPResponse]
) -> Callable[..., urllib3.BaseHTTPResponse]:
    """Ask a sandbox for credentials; `token=None` asks without a bearer token."""

    def call(
        sandbox: Sandbox,
        path: object = "team-a",
        access: str = "read",
        *,
        bucket_name: str | None = None,
        console_session_required: bool = False,
        token: str | None = "",
        more: dict[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        bucket = bucket_name or sandbox.bucket_name
        place = {"bucket_name": bucket, "path": path, "s3_uri": f"s3://{bucket}/{path}"}
        if token == "":
            token = log_in(sandbox).json()["access_token"]
        return http.request(
            "POST",
            f"{sandbox.host}/registry/credentials/generate-{access}-access-credentials",
            json={"s3_location": place, "console_session_required": console_session_required, **(more or {})},
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )

    return call


@pytest.fixture(scope="session")
def aws() -> Session:
    """One session for all clients, since it takes a while to read the descriptions of AWS's services."""
    return Session()


@pytest.fixture
def s3_for(aws: Session, ask: Callable[..., urllib3.BaseHTTPResponse]) -> Iterator[Callable[..., Any]]:
    """Make an S3 client with new credentials for a place, or with given ones."""
    with ExitStack() as clients:

        def call(
            sandbox: Sandbox,
            path: str = "team-a",
            access: str = "read",
            *,
            credentials: dict[str, str] | None = None,
            signature_version: str = "s3v4",  # presigned URLs would have the older one
        ) -> Any:
            chosen = credentials or ask(sandbox, path, access).json()["credentials"]
            client = aws.create_client(
                "s3",
                endpoint_url=sandbox.s3_endpoint_url,
                region_name=sandbox.region,
                aws_access_key_id=chosen["aws_access_key_id"],
                aws_secret_access_key=chosen["aws_secret_access_key"],
                aws_session_token=chosen["aws_session_token"],
                config=Config(
                    signature_version=signature_version,
                    s3={"addressing_style": "path"},
                    retries={"total_max_attempts": 1},
                    proxies={},
                ),
            )
            clients.callback(client.close)
            return client

        yield call
