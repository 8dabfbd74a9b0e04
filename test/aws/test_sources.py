"""A callable that gives credentials, in the place of a source."""

import asyncio
import copy
import pickle
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from openapi_client import ApiClient, ApiTypeError, ApiValueError, Configuration, Credentials
from openapi_client.aws import CredentialSource
from openapi_client.aws._sources import CallableSource, checked_source
from openapi_client.aws.aiobotocore import session as aio_session
from openapi_client.aws.boto3 import client as s3_client
from openapi_client.aws.obstore import SourceCredentialProvider, store
from openapi_client.aws.s3fs import S3FileSystem, storage_options
from openapi_client.sandbox import Sandbox


@pytest.fixture
def source(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[CredentialSource]:
    """A source that writes, whose store the environment names."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    with ApiClient(Configuration.from_environment()) as client:
        yield CredentialSource(f"s3://{sandbox.bucket_name}/callable/", "write", client)


def not_credentials() -> Any:
    """A wrong answer."""
    return {}


def test_adapters_take_a_callable(sandbox: Sandbox, source: CredentialSource) -> None:
    """What it gives signs; what that opens is left to S3."""
    key = "callable/object"

    def give() -> Credentials:
        return source()

    s3: Any = s3_client(give)
    s3.put_object(Bucket=sandbox.bucket_name, Key=key, Body=b"hello")
    fs = S3FileSystem(give)
    assert fs is S3FileSystem(give)
    assert fs.cat(f"{sandbox.bucket_name}/{key}") == b"hello"
    assert SourceCredentialProvider(give)()["access_key_id"] == source().aws_access_key_id
    sandbox.revoke_keys(source().aws_access_key_id)
    with pytest.raises(Exception, match=r"InvalidAccessKeyId|AccessDenied|InvalidToken|ExpiredToken"):
        s3.get_object(Bucket=sandbox.bucket_name, Key=key)

    async def form() -> Any:
        async with aio_session(give).create_client("s3") as made:
            return await made.generate_presigned_post("elsewhere", "x")

    assert asyncio.run(form())["fields"]["key"] == "x"


@pytest.mark.parametrize("adapt", [s3_client, store, storage_options, S3FileSystem, aio_session])
def test_callable_has_no_access_and_no_place(adapt: Callable[..., object]) -> None:
    """The error says what to give."""
    with pytest.raises(ApiTypeError, match="access= is for a place"):
        adapt(not_credentials, access="write")
    with pytest.raises(ApiTypeError, match="The callable not_credentials does not tell a place: give region="):
        checked_source(not_credentials).location  # noqa: B018 - it raises
    asked: list[Callable[[CredentialSource], object]] = [
        lambda whole: whole.access,
        lambda whole: whole.covers("s3://b/"),
        lambda whole: whole.console_url(),
        lambda whole: whole.open_console(),
    ]
    for ask in asked:
        with pytest.raises(ApiTypeError, match="The callable not_credentials does not tell a"):
            ask(checked_source(not_credentials))


def test_callable_that_gives_something_else_is_named(source: CredentialSource) -> None:
    """So are credentials that end too early."""
    with pytest.raises(ApiTypeError, match=r"^not_credentials gave dict, not Credentials$"):
        checked_source(not_credentials)()
    whole = checked_source(source.__call__)
    assert whole(min_life=60) == whole(min_life=timedelta(minutes=1))
    with pytest.raises(ApiValueError, match="gave credentials that live less than 864000 s"):
        whole(min_life=timedelta(days=10))


def test_source_of_a_callable_pickles_by_it() -> None:
    """It prints by its name."""
    whole = checked_source(not_credentials)
    assert repr(whole) == "<CallableSource not_credentials>"
    twin = pickle.loads(pickle.dumps(whole))  # noqa: S301 - our own
    assert isinstance(twin, CallableSource)
    assert twin._name == whole._name
    assert copy.copy(whole) is whole
    assert twin.dataset_id is None
