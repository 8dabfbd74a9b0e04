"""Where buckets are: asked for once, and told even to whoever may not see them."""

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import ApiConnectionException, ApiValueError
from openapi_client.aws._region import bucket_region, endpoint_of_environment
from openapi_client.sandbox import Sandbox

HEADERS = {"x-amz-bucket-region": "ap-southeast-2"}


@pytest.mark.parametrize("status", [200, 301, 400, 403])
def test_region_is_told_whatever_the_status(httpserver: HTTPServer, status: int) -> None:
    """Once for each bucket and store."""
    httpserver.expect_oneshot_request(f"/bucket-{status}", method="HEAD").respond_with_data("", status, headers=HEADERS)
    for end in ("", "/"):
        assert bucket_region(f"bucket-{status}", httpserver.url_for("").rstrip("/") + end) == "ap-southeast-2"
    assert len(httpserver.log) == 1
    assert "Authorization" not in httpserver.log[0][0].headers


@pytest.mark.parametrize("status", [200, 404])
def test_store_that_does_not_tell_is_an_error(httpserver: HTTPServer, status: int) -> None:
    """It says what to do; another try asks again."""
    httpserver.expect_request("/untold", method="HEAD").respond_with_data("", status)
    for _ in range(2):
        with pytest.raises(
            ApiValueError, match=rf"untold is not known.*status {status}.*give region=, or set AWS_REGION"
        ):
            bucket_region("untold", httpserver.url_for(""))
    assert len(httpserver.log) == 2


def test_store_that_cannot_be_reached_is_an_error() -> None:
    """The package's own."""
    with pytest.raises(ApiConnectionException):
        bucket_region("bucket", "http://127.0.0.1:9")


def test_sandbox_tells_its_region(sandbox: Sandbox) -> None:
    """As S3 does."""
    assert bucket_region(sandbox.bucket_name, sandbox.s3_endpoint_url) == sandbox.region


@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        ({}, None),
        ({"AWS_ENDPOINT_URL": "http://all"}, "http://all"),
        ({"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_S3": "http://s3"}, "http://s3"),
        ({"AWS_ENDPOINT_URL_S3": "http://s3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"}, None),
    ],
    ids=["none", "all services", "S3", "ignored"],
)
def test_endpoint_is_that_of_boto3s_variables(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], endpoint: str | None
) -> None:
    """The one for S3 comes first."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert endpoint_of_environment() == endpoint
