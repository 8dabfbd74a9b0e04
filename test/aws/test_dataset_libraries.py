"""Libraries on the source of a dataset, with a registry of the later generation and a real store."""

import asyncio
import pickle
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openapi_client import (
    ApiClient,
    ApiTypeError,
    ApiValueError,
    Configuration,
    Credentials,
    ForbiddenException,
    RegistryCredentialsApi,
    S3Location,
    UnauthorizedException,
)
from openapi_client.aws import CredentialSource
from openapi_client.aws._sources import checked_source
from openapi_client.aws.aiobotocore import session as aio_session
from openapi_client.aws.boto3 import client as s3_client
from openapi_client.aws.obstore import store
from openapi_client.aws.s3fs import S3FileSystem, storage_options
from openapi_client.sandbox import Sandbox

HANDLE = "10378.1/1234567"
PLACE = f"https://hdl.handle.net/{HANDLE}"
PREFIX = "datasets/10378-1-1234567"


class Path:
    """A path that prints as its URI, such as those of cloudpathlib."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def __str__(self) -> str:
        return self._uri


@pytest.fixture(scope="module")
def later() -> Iterator[Sandbox]:
    """A sandbox of the later generation."""
    with Sandbox(generation=2023) as running:
        yield running


@pytest.fixture
def make(later: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., CredentialSource]]:
    """Make sources of one dataset, which holds one object, by a client of the test's own."""
    later.put_object(f"{later.add_dataset(HANDLE, 'Reef')}hello.txt", b"hello")
    for name, value in {**later.environment(), "AWS_PROFILE": "nonexistent"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_REGION")
    with ApiClient(Configuration.from_environment()) as client:
        yield lambda access="read", **more: CredentialSource(PLACE, access, **{"api": client, **more})


@pytest.mark.parametrize("adapt", [s3_client, store, storage_options, S3FileSystem, aio_session])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "not NoneType: give one, or its place, such as 's3://bucket/path/' or 'hdl:10378.1/1234567'"),
        (5, "not int: give one, or its place"),
        (b"s3://bucket/path/", "not bytes: give one, or its place"),
        ({"location": "s3://bucket/path/"}, "not dict: give one, or its place"),
        (CredentialSource, "not type: give one, or its place"),
        (Configuration(), r"not Configuration: make one .*api=ApiClient\(configuration\)"),
        (ApiClient(), "not ApiClient: make one that asks it, .*api=…"),
        (RegistryCredentialsApi(), "not RegistryCredentialsApi: make one that asks it"),
        (Credentials("a", "b", "c", datetime.now(UTC)), "not Credentials: give the source of these credentials"),
    ],
)
def test_neither_source_nor_place_is_an_error(adapt: Callable[[Any], object], given: object, words: str) -> None:
    """Each adapter says what it was given, and what to give."""
    with pytest.raises(ApiTypeError, match=f"source is a CredentialSource, {words}"):
        adapt(given)


@pytest.mark.parametrize("adapt", [s3_client, store, storage_options, S3FileSystem, aio_session])
def test_mistaken_place_is_its_own_error(adapt: Callable[[Any], object]) -> None:
    """An adapter takes places, and so has their errors."""
    with pytest.raises(ApiValueError, match="not 'bucket/x': write 's3://bucket/x'"):
        adapt("bucket/x")


@pytest.mark.parametrize("adapt", [s3_client, store, storage_options, S3FileSystem, aio_session])
def test_access_of_a_source_is_its_own(make: Callable[..., CredentialSource], adapt: Callable[..., object]) -> None:
    """Another one is refused; its own may be named."""
    assert adapt(make("write"), access="write") is not None
    for own, other in (("read", "write"), ("write", "read")):
        with pytest.raises(ApiValueError, match=f"access='{other}' was asked of a source .* access='{own}'"):
            adapt(make(own), access=other)
    with pytest.raises(ApiValueError, match="give 'read' or 'write'"):
        adapt(make(), access="admin")


@pytest.mark.usefixtures("make")
def test_adapters_take_a_place_for_a_source(later: Sandbox) -> None:
    """They make the source from the environment, of the access that is asked for."""
    key = f"{PREFIX}/place.txt"
    s3: Any = s3_client(PLACE, access="write")
    s3.put_object(Bucket=later.bucket_name, Key=key, Body=b"boto3")
    fs = S3FileSystem(PLACE, access="write")
    assert fs is S3FileSystem(PLACE, access="write") is not S3FileSystem(PLACE)
    file: Any
    with fs.open(f"{later.bucket_name}/{key}", "ab") as file:
        file.write(b" s3fs")
    store(PLACE, access="write").put("other.txt", b"obstore")
    assert bytes(store(PLACE).get("place.txt").bytes()) == b"boto3 s3fs"
    fs.rm([f"{later.bucket_name}/{PREFIX}/{name}.txt" for name in ("place", "other")])
    with pytest.raises(ApiValueError, match="cannot be written with keys that read"):
        s3_client(PLACE).put_object(Bucket=later.bucket_name, Key=key, Body=b"")


@pytest.mark.parametrize(
    "place",
    ["s3://bucket/p/", S3Location("bucket", "p/", "s3://bucket/p/"), Path("s3://bucket/p/")],
    ids=["uri", "S3Location", "path"],
)
def test_source_is_made_of_each_form_of_a_place(place: Any) -> None:
    """A path prints as a place."""
    source = checked_source(place)
    assert (source.location.bucket_name, source.location.path.rstrip("/"), source.access) == ("bucket", "p", "read")
    assert storage_options(place, access="write")["session"].source.access == "write"


def test_boto3_reads_and_writes_a_dataset(later: Sandbox, make: Callable[..., CredentialSource]) -> None:
    """The place is asked for once, though client, guard and keys need it; a pickled client finds it again."""
    before = later.lookups
    source = make("write")
    s3: Any = s3_client(source)
    objects: dict[str, Any] = {"Bucket": source.location.bucket_name, "Key": f"{source.location.path}/new.txt"}
    s3.put_object(**objects, Body=b"new")
    again = pickle.loads(pickle.dumps(s3))  # noqa: S301 - our own
    assert again.get_object(**objects)["Body"].read() == b"new"
    with pytest.raises(ApiValueError, match=f"is outside s3://{later.bucket_name}/{PREFIX}, .* hdl:{HANDLE} 'Reef'"):
        s3.put_object(Bucket=later.bucket_name, Key="elsewhere", Body=b"")
    later.revoke_keys(source().aws_access_key_id)
    s3.delete_object(**objects)
    assert (later.lookups - before)[HANDLE] == 1
    with pytest.raises(ApiValueError, match=f"cannot be written with keys that read hdl:{HANDLE}"):
        s3_client(make()).delete_object(**objects)


def test_link_to_an_object_of_a_dataset_works(make: Callable[..., CredentialSource]) -> None:
    """Without keys, on a real store."""
    source = make()
    link = source.presign(f"{source.location.s3_uri}hello.txt", timedelta(minutes=5))
    with urllib.request.urlopen(link, timeout=30) as answer:  # noqa: S310 - of the test's own store
        assert answer.read() == b"hello"


def test_s3fs_reads_and_writes_a_dataset(later: Sandbox, make: Callable[..., CredentialSource]) -> None:
    """With file systems of ours, and fsspec's own by the options of a source."""
    source = make("write")
    fs = pickle.loads(pickle.dumps(S3FileSystem(source)))  # noqa: S301 - our own
    assert fs is S3FileSystem(source)
    place = f"{later.bucket_name}/{PREFIX}"
    assert storage_options(source)["session"].source is source
    assert fs.cat(f"{place}/hello.txt") == b"hello"
    fs.pipe(f"{place}/table.csv", b"a,b\n")
    assert fs.ls(place, refresh=True) == [f"{place}/hello.txt", f"{place}/table.csv"]
    with pytest.raises(ApiValueError, match="is outside"):
        fs.pipe(f"{later.bucket_name}/elsewhere", b"")
    fs.rm(f"{place}/table.csv")
    fs.close()


def test_obstore_has_the_dataset_as_its_root(make: Callable[..., CredentialSource]) -> None:
    """Paths begin at the dataset's own place."""
    data = pickle.loads(pickle.dumps(store(make("write"))))  # noqa: S301 - our own
    assert bytes(data.get("hello.txt").bytes()) == b"hello"


def test_event_loop_never_waits_for_the_place(later: Sandbox, make: Callable[..., CredentialSource]) -> None:
    """Whoever asks first, for the region or for the guard: it is asked for in another thread."""
    threads: list[int] = []

    async def put(source: CredentialSource, region: str | None) -> None:
        threads.append(threading.get_ident())
        token = source._client.configuration.access_token or source._client._bearer._source(
            source._client.configuration
        )

        def told() -> str:
            threads.append(threading.get_ident())
            return str(token() if callable(token) else token)

        source._client.configuration.access_token = told
        async with aio_session(source, region=region).create_client("s3") as client:
            for _ in range(2):
                await client.put_object(Bucket=later.bucket_name, Key=f"{PREFIX}/aio", Body=b"aio")
            with pytest.raises(ApiValueError, match="is outside"):
                await client.put_object(Bucket=later.bucket_name, Key="aio", Body=b"aio")
            await client.delete_object(Bucket=later.bucket_name, Key=f"{PREFIX}/aio")

    for region in (None, later.region):
        threads.clear()
        with ApiClient(Configuration.from_environment()) as client:
            asyncio.run(put(make("write", api=client), region))
        assert len(threads) > 1
        assert threads[0] not in threads[1:]


FORKING = """
import os, warnings
warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
from openapi_client.aws import CredentialSource

source, unasked = (CredentialSource("hdl:10378.1/1234567", access) for access in ("read", "write"))
source()
child = os.fork()
if not child:
    places = {source.location.path, unasked.location.path}
    os._exit(0 if places == {"datasets/10378-1-1234567"} and source.covers("hdl:10378.1/1234567") else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_forked_child_has_the_place(
    later: Sandbox, make: Callable[..., CredentialSource], run_python: Callable[..., str]
) -> None:
    """It is in memory, like the keys; one that nobody has asked for yet is asked for there."""
    assert make()
    before = later.lookups
    assert run_python(FORKING) == "0\n"
    assert (later.lookups - before)[HANDLE] == 2


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"roles": ["metadata-read", "dataset-data-read"]}, UnauthorizedException, "roles there are metadata-read"),
        ({"roles": []}, UnauthorizedException, "grants you no access"),
        ({"locked": True}, UnauthorizedException, "locked"),
        ({"released": True}, ForbiddenException, "in review or released"),
    ],
    ids=["role", "no role", "lock", "release"],
)
def test_write_that_the_registry_refuses_is_told(
    later: Sandbox,
    make: Callable[..., CredentialSource],
    settings: dict[str, Any],
    error: type[Exception],
    words: str,
) -> None:
    """In its own words, or by the roles that it told; nothing was minted."""
    later.add_dataset(HANDLE, **settings)
    before = later.mints
    with pytest.raises(error, match=words):
        make("write")()
    assert later.mints == before
