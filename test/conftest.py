"""What many tests need: a registry on the wire, the sandbox, a request, an answer, and the defaults left as they were."""

import json
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi, S3Location
from openapi_client.sandbox import Sandbox

READ_PATH = "/registry/credentials/generate-read-access-credentials"
WRITE_PATH = "/registry/credentials/generate-write-access-credentials"

ACCESS_TOKEN = "token-that-nobody-may-see"
SECRETS = (ACCESS_TOKEN, "key-id-that-nobody-may-see", "key-that-nobody-may-see", "session-that-nobody-may-see")


@pytest.fixture(autouse=True)
def defaults() -> Iterator[None]:
    """Every test begins and ends without a default Configuration or ApiClient."""
    Configuration._default = ApiClient._default = None
    yield
    Configuration._default = ApiClient._default = None


@pytest.fixture
def answer() -> dict[str, Any]:
    """The body of a registry's answer, as JSON has it; its secrets are in `SECRETS`."""
    return {
        "status": {"success": True, "details": "Successfully generated credentials."},
        "credentials": {
            "aws_access_key_id": SECRETS[1],
            "aws_secret_access_key": SECRETS[2],
            "aws_session_token": SECRETS[3],
            "expiry": "2030-01-02T03:04:05+00:00",
        },
        "console_session_url": None,
    }


@pytest.fixture
def credentials_request() -> CredentialsRequest:
    """A request for one place."""
    return CredentialsRequest(
        s3_location=S3Location(bucket_name="bucket", path="team/data", s3_uri="s3://bucket/team/data/"),
        console_session_required=False,
    )


@pytest.fixture
def configuration(httpserver: HTTPServer) -> Configuration:
    """A Configuration for the local HTTP server, with a token."""
    return Configuration(host=httpserver.url_for("").rstrip("/"), access_token=ACCESS_TOKEN)


@pytest.fixture
def client(configuration: Configuration) -> Iterator[ApiClient]:
    """A client for the local HTTP server, closed at the end."""
    with ApiClient(configuration) as client:
        yield client


@pytest.fixture
def api(client: ApiClient) -> RegistryCredentialsApi:
    """The API of the local HTTP server."""
    return RegistryCredentialsApi(client)


@pytest.fixture
def registry(httpserver: HTTPServer, answer: dict[str, Any]) -> HTTPServer:
    """The local HTTP server, which answers both operations with `answer`."""
    for path in (READ_PATH, WRITE_PATH):
        httpserver.expect_request(path, method="POST").respond_with_json(answer)
    return httpserver


@pytest.fixture
def secrets_in() -> Callable[..., list[str]]:
    """Finds which of `SECRETS` the printed forms of some objects hold, errors with the locals of their tracebacks."""

    def printed(shown: object) -> str:
        if not isinstance(shown, BaseException):
            return shown if isinstance(shown, str) else f"{shown!r} {shown}"
        frames = traceback.TracebackException.from_exception(shown, capture_locals=True)
        # The frames of a test hold what the test made: only those of the package are to keep secrets.
        for cause in _with_causes(frames):
            cause.stack = traceback.StackSummary.from_list([f for f in cause.stack if "openapi_client" in f.filename])
        return f"{shown!r} {shown} {''.join(frames.format())} {json.dumps(str(vars(shown)))}"

    def found(*shown: object) -> list[str]:
        text = " ".join(map(printed, shown))
        return [secret for secret in SECRETS if secret in text]

    return found


def _with_causes(error: traceback.TracebackException | None) -> Iterator[traceback.TracebackException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The sandbox, one for all tests."""
    with Sandbox() as running:
        yield running
