"""obstore on a source, on a real store: keys of seconds, refused keys, both interfaces, other processes."""

import asyncio
import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import obstore
import pytest
import zarr.storage
from obstore.exceptions import BaseError
from obstore.store import S3Store

from openapi_client import ApiClient, ApiTypeError, ApiValueError, Configuration
from openapi_client.aws import CredentialSource
from openapi_client.aws.obstore import SourceCredentialProvider, store
from openapi_client.sandbox import Sandbox

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def short_lived() -> Iterator[Sandbox]:
    """A sandbox whose keys live for seconds."""
    with Sandbox(credentials_lifetime_seconds=4) as running:
        yield running


@pytest.fixture
def client(short_lived: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """A client for the sandbox, whose store the environment names; other keys there are nobody's."""
    foreign = {"AWS_ACCESS_KEY_ID": "foreign", "AWS_SECRET_ACCESS_KEY": "foreign", "AWS_SKIP_SIGNATURE": "true"}
    for name, value in {**short_lived.environment(), **foreign, "AWS_METADATA_ENDPOINT": NOBODY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_REGION")
    with ApiClient(Configuration.from_environment()) as client:
        yield client


def test_store_reads_and_writes_across_expiries(
    short_lived: Sandbox, client: ApiClient, until: Callable[[Callable[[], bool]], None]
) -> None:
    """One mint for each life of the keys, while no request fails; the region is the one that the store tells."""
    place = f"s3://{short_lived.bucket_name}/obstore/across/"
    writing, reading = (store(CredentialSource(place, access, client)) for access in ("write", "read"))
    before = short_lived.mints

    def worked_through_two_expiries() -> bool:
        writing.put("object", b"hello")
        assert bytes(reading.get("object").bytes()) == b"hello"
        mints = short_lived.mints - before
        return mints["write"] >= 3 and mints["read"] >= 3

    until(worked_through_two_expiries)
    assert max((short_lived.mints - before).values()) <= 4
    assert [entry["path"] for entries in reading.list() for entry in entries] == ["object"]


def test_store_serves_the_asynchronous_interface(
    short_lived: Sandbox, client: ApiClient, until: Callable[[Callable[[], bool]], None]
) -> None:
    """Many requests at once, across two expiries."""
    there = store(CredentialSource(f"s3://{short_lived.bucket_name}/obstore/async/", "write", client))
    before = short_lived.mints

    async def round_trip(number: int) -> bytes:
        await there.put_async(f"object-{number}", b"%d" % number)
        return bytes(await (await there.get_async(f"object-{number}")).bytes_async())

    async def many() -> list[bytes]:
        return await asyncio.gather(*map(round_trip, range(8)))

    def worked_through_two_expiries() -> bool:
        assert asyncio.run(many()) == [b"%d" % number for number in range(8)]
        return (short_lived.mints - before)["write"] >= 3

    until(worked_through_two_expiries)


def test_refused_keys_are_kept_no_longer_than_the_horizon(
    short_lived: Sandbox, client: ApiClient, until: Callable[[Callable[[], bool]], None]
) -> None:
    """Once the source has dropped them, the store goes on by itself, with one more mint."""
    source = CredentialSource(f"s3://{short_lived.bucket_name}/obstore/refused/", "write", client)
    there = store(source, horizon=timedelta(seconds=2))
    there.put("object", b"hello")
    refused = source()
    short_lived.revoke_keys(refused.aws_access_key_id)
    with pytest.raises(BaseError, match="ExpiredToken"):
        there.get("object")
    assert source.invalidate(refused.aws_access_key_id)

    def recovered() -> bool:
        try:
            return bytes(there.get("object").bytes()) == b"hello"
        except BaseError:
            return False

    until(recovered)


def test_provider_gives_one_set_that_ends_within_the_horizon(short_lived: Sandbox, client: ApiClient) -> None:
    """Or when the keys end, if that is earlier."""
    source = CredentialSource(f"s3://{short_lived.bucket_name}/obstore/", api=client)
    provider = SourceCredentialProvider(source, horizon=timedelta(seconds=1))
    given, keys, now = provider(), source(), datetime.now(UTC)
    assert given["access_key_id"] == keys.aws_access_key_id
    assert given["secret_access_key"] == keys.aws_secret_access_key
    assert given.get("token") == keys.aws_session_token
    assert isinstance(given["expires_at"], datetime)
    assert given["expires_at"] <= now + timedelta(seconds=1)
    later = SourceCredentialProvider(source, horizon=timedelta(hours=1))
    assert later()["expires_at"] == source().expiry
    assert keys.aws_session_token not in repr(provider)
    assert repr(provider) == f"SourceCredentialProvider({source!r})"


def test_store_goes_to_another_process_without_keys(
    short_lived: Sandbox, client: ApiClient, run_python: Callable[..., str]
) -> None:
    """It asks for keys of its own there."""
    source = CredentialSource(f"s3://{short_lived.bucket_name}/obstore/other/", "write", client)
    there = store(source)
    there.put("object", b"hello")
    packed = pickle.dumps(there)
    keys = source()
    for secret in (keys.aws_access_key_id, keys.aws_secret_access_key, keys.aws_session_token):
        assert secret.encode() not in packed
    script = "import pickle, sys; print(bytes(pickle.loads(bytes.fromhex(sys.argv[1])).get('object').bytes()))"
    before = short_lived.mints
    assert run_python(script, packed.hex()) == "b'hello'\n"
    assert (short_lived.mints - before)["write"] >= 1


def test_read_source_does_not_write_and_a_registry_that_is_down_is_an_error(
    short_lived: Sandbox, client: ApiClient
) -> None:
    """Both errors are obstore's own; the first is S3's answer, the second says what the registry's was."""
    short_lived.put_object("obstore/read/object", b"hello")
    reading = store(CredentialSource(f"s3://{short_lived.bucket_name}/obstore/read/", api=client))
    with pytest.raises(BaseError, match="AccessDenied"):
        reading.put("other", b"hello")
    client.configuration.retries = False
    down = store(CredentialSource(f"s3://{short_lived.bucket_name}/obstore/down/", api=client))
    with short_lived.registry_outage(), pytest.raises(BaseError, match="503") as error:
        down.get("object")
    assert short_lived.password not in str(error.value)


def test_region_and_address_are_those_given(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of HTTPS admits no plain HTTP; without an address the store is AWS; options of obstore are kept."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    source = CredentialSource("s3://bucket/", api=client, region="eu-west-1")
    assert addressed(source) == ("eu-west-1", "https://s3.eu-west-1.amazonaws.com")
    assert addressed(source, region="cn-north-1") == ("cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn")
    given = addressed(source, region="eu-north-1", endpoint_url="https://s3.example")
    assert given == ("eu-north-1", "https://s3.example")
    whole = store(source, endpoint_url="https://s3.example", client_options={"timeout": "1 s"})
    assert whole.prefix is None
    assert whole.client_options == {"allow_http": "false", "timeout": "1 s"}


def addressed(source: CredentialSource, **options: str) -> tuple[str | None, str | None]:
    """The region and the address that obstore is told."""
    config = SourceCredentialProvider(source, **options).config  # type: ignore[arg-type]  # none of these is a duration
    return config.get("region"), config.get("endpoint")


@pytest.mark.parametrize(
    "variables",
    [
        {"AWS_ENDPOINT": NOBODY},
        {"AWS_ENDPOINT_URL": NOBODY},
        {"AWS_ENDPOINT_URL_S3": NOBODY},
        {"AWS_ENDPOINT_URL_S3": ""},
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        {"AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true"},
        {"AWS_S3_EXPRESS": "true"},
        {"AWS_BUCKET": "other"},
    ],
    ids=lambda variables: " ".join(f"{name}={value}" for name, value in variables.items()),
)
def test_address_that_is_given_wins_over_the_environment(
    short_lived: Sandbox, client: ApiClient, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    """Where the store is made, and where it is unpickled, whichever of the two has other variables."""
    source = CredentialSource(f"s3://{short_lived.bucket_name}/obstore/given/", "write", client)
    before = pickle.dumps(store(source, endpoint_url=short_lived.s3_endpoint_url))
    with monkeypatch.context() as there:
        for name, value in variables.items():
            there.setenv(name, value)
        made = store(source, endpoint_url=short_lived.s3_endpoint_url)
        made.put("object", b"hello")
        after = pickle.dumps(made)
        assert content(made) == content(unpickled(before)) == content(unpickled(after)) == b"hello"
    assert content(unpickled(after)) == b"hello"


def unpickled(packed: bytes) -> S3Store:
    store: S3Store = pickle.loads(packed)  # noqa: S301 - the test's own
    return store


def content(there: S3Store) -> bytes:
    """Of the object of these tests."""
    return bytes(there.get("object").bytes())


def test_ignored_addresses_are_ignored(
    short_lived: Sandbox, client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By obstore too, which does not know of the variable: the store is AWS."""
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    source = CredentialSource(f"s3://{short_lived.bucket_name}/", api=client, region="eu-west-1")
    link = obstore.sign(store(source), "GET", "object", timedelta(seconds=1))
    assert link.startswith(f"https://s3.eu-west-1.amazonaws.com/{short_lived.bucket_name}/object?")


def test_region_that_nobody_tells_is_an_error(client: ApiClient, short_lived: Sandbox) -> None:
    """Before there is a store."""
    with pytest.raises(ApiValueError, match="give region="):
        store(CredentialSource("s3://bucket/", api=client), endpoint_url=short_lived.host)


def test_zarr_takes_the_store(short_lived: Sandbox, client: ApiClient) -> None:
    """As one of obstore's, and pickles it."""
    source = CredentialSource(f"s3://{short_lived.bucket_name}/obstore/zarr/", "write", client)
    arrays = zarr.storage.ObjectStore(store(source))
    zarr.create_array(arrays, name="array", data=np.arange(3))
    again: Any = pickle.loads(pickle.dumps(arrays))  # noqa: S301 - pickled here
    array: Any = zarr.open_array(again, path="array", mode="r")
    assert list(array[:]) == [0, 1, 2]


def test_store_is_obstores_own(short_lived: Sandbox, client: ApiClient) -> None:
    """So that whoever takes one takes ours."""
    assert isinstance(store(CredentialSource(f"s3://{short_lived.bucket_name}/obstore/", api=client)), S3Store)


def test_horizon_takes_seconds(client: ApiClient) -> None:
    """What is no length of time is named."""
    source = CredentialSource("s3://bucket/a/", api=client, region="eu-west-1")
    assert SourceCredentialProvider(source, horizon=30)._horizon == timedelta(seconds=30)
    with pytest.raises(ApiTypeError, match=r"horizon is a timedelta or a number of seconds, .* not str"):
        store(source, horizon="30")  # type: ignore[arg-type]  # that is the mistake


@pytest.mark.parametrize("path", ["/a", "a//b", "a/../b", "./a"])
def test_place_that_obstore_has_no_name_for_is_an_error(client: ApiClient, path: str) -> None:
    """Its objects would be others."""
    source = CredentialSource(f"s3://bucket/{path}/", api=client, region="eu-west-1")
    with pytest.raises(ApiValueError, match=f"obstore cannot name s3://bucket/{path}: .*Use boto3 or s3fs"):
        store(source)
