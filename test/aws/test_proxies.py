"""The environment that a sandbox prints, where it names a proxy too: no adapter reaches this machine through it."""

from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource
from openapi_client.aws.boto3 import client
from openapi_client.aws.obstore import store
from openapi_client.aws.s3fs import S3FileSystem
from openapi_client.sandbox import Sandbox

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
READERS: dict[str, Callable[[CredentialSource, str], Any]] = {
    "boto3": lambda source, bucket: client(source).get_object(Bucket=bucket, Key="proxies/x")["Body"].read(),
    "s3fs": lambda source, bucket: S3FileSystem(source, skip_instance_cache=True).cat_file(f"{bucket}/proxies/x"),
    "obstore": lambda source, _: bytes(store(source).get("x").bytes()),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_adapter_reaches_the_sandbox_past_a_proxy(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, read: Callable[[CredentialSource, str], Any]
) -> None:
    """Nor does the client, told to use the proxy of the environment."""
    sandbox.put_object("proxies/x", b"hello")
    for name, value in {**dict.fromkeys(NAMES, "http://127.0.0.1:9"), **sandbox.environment()}.items():
        monkeypatch.setenv(name, value)
    configuration = Configuration.from_environment()
    configuration.proxy = "environment"
    with ApiClient(configuration) as api:
        source = CredentialSource(f"s3://{sandbox.bucket_name}/proxies/", api=api)
        assert read(source, sandbox.bucket_name) == b"hello"
