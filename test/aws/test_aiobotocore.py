"""aiobotocore on a source: one session for each, which pickles, and credentials that never have the loop wait."""

import asyncio
import copy
import gc
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openapi_client import ApiClient, ApiValueError, Configuration
from openapi_client.aws import CredentialSource, _closing
from openapi_client.aws.aiobotocore import session as session_of
from openapi_client.aws.aiobotocore import session_named
from openapi_client.sandbox import Sandbox


@pytest.fixture
def sandbox_client(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """A client for the sandbox, whose store the environment names; other keys there are nobody's."""
    foreign = {"AWS_ACCESS_KEY_ID": "foreign", "AWS_SECRET_ACCESS_KEY": "foreign", "AWS_PROFILE": "nonexistent"}
    for name, value in {**sandbox.environment(), **foreign}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_REGION")
    with ApiClient(Configuration.from_environment()) as client:
        yield client


def test_client_of_aiobotocore_works(sandbox: Sandbox, sandbox_client: ApiClient) -> None:
    """In the bucket's region, unless another is named; a request with refused keys is repeated."""
    sandbox.put_object("aiobotocore/object", b"hello")
    source = CredentialSource(f"s3://{sandbox.bucket_name}/aiobotocore/", api=sandbox_client)

    async def work() -> tuple[bytes, str, str]:
        session: Any = session_of(source)
        async with session.create_client("s3", "eu-west-1") as other, session.create_client("s3") as client:
            await client.head_object(Bucket=sandbox.bucket_name, Key="aiobotocore/object")
            sandbox.revoke_keys(source().aws_access_key_id)
            answer = await client.get_object(Bucket=sandbox.bucket_name, Key="aiobotocore/object")
            return await answer["Body"].read(), client.meta.region_name, other.meta.region_name

    before = sandbox.mints
    assert asyncio.run(work()) == (b"hello", sandbox.region, "eu-west-1")
    assert (sandbox.mints - before)["read"] == 2


@pytest.mark.parametrize("place", ["s3://bucket/datasets/7/", "hdl:10378.1/7"])
def test_form_to_post_is_guarded(make_source: Callable[..., CredentialSource], registry: Any, place: str) -> None:
    """It is for the place of a dataset too, which is asked for beside the loop."""
    registry.add_dataset("10378.1/7", "datasets/7/")

    async def form(key: str) -> Any:
        source = make_source(place, "write", region="eu-west-1")
        async with session_of(source).create_client("s3") as made:
            return await made.generate_presigned_post("bucket", key)

    with pytest.raises(ApiValueError, match="s3://bucket//datasets/7/x is outside"):
        asyncio.run(form("/datasets/7/x"))
    assert asyncio.run(form("datasets/7/x/"))["fields"]["key"] == "datasets/7/x/"


def test_clients_of_other_services_go_to_their_own_address(sandbox: Sandbox, sandbox_client: ApiClient) -> None:
    """And in the region that they are told: what the store says of buckets is for S3."""
    source = CredentialSource(f"s3://{sandbox.bucket_name}/aiobotocore/", api=sandbox_client)

    async def address() -> str:
        async with session_of(source).create_client("sts", region_name="eu-west-1") as client:
            return str(client.meta.endpoint_url)

    assert asyncio.run(address()) in {"https://sts.eu-west-1.amazonaws.com", "https://sts.amazonaws.com"}


def test_connections_of_a_client_that_nobody_closed_are_closed(sandbox: Sandbox, sandbox_client: ApiClient) -> None:
    """While its loop runs; else they end with their loop."""
    sandbox.put_object("aiobotocore/object", b"hello")
    session: Any = session_of(CredentialSource(f"s3://{sandbox.bucket_name}/aiobotocore/", api=sandbox_client))

    async def forget(*, used: bool) -> Any:
        client = await session.create_client("s3").__aenter__()
        if used:
            await client.head_object(Bucket=sandbox.bucket_name, Key="aiobotocore/object")
        return client

    async def work() -> None:
        (connections,) = (await forget(used=True))._endpoint.http_session._sessions.values()
        gc.collect()
        while not connections.closed:  # noqa: ASYNC110 - aiobotocore tells nobody
            await asyncio.sleep(0.01)

    asyncio.run(work())
    client = asyncio.run(forget(used=False))
    del client
    gc.collect()


def test_connections_that_are_open_are_closed_at_exit(sandbox: Sandbox, sandbox_client: ApiClient) -> None:
    """In their own loop, which runs in another thread; of a loop that has ended there is nothing to close."""
    sandbox.put_object("aiobotocore/object", b"hello")
    session: Any = session_of(CredentialSource(f"s3://{sandbox.bucket_name}/aiobotocore/", api=sandbox_client))
    opened: list[Any] = []
    ready = threading.Event()

    async def work() -> None:
        client = await session.create_client("s3").__aenter__()
        await client.head_object(Bucket=sandbox.bucket_name, Key="aiobotocore/object")
        opened.extend([client, *client._endpoint.http_session._sessions.values()])
        ready.set()
        while not opened[-1].closed:  # noqa: ASYNC110 - aiobotocore tells nobody
            await asyncio.sleep(0.01)

    thread = threading.Thread(target=asyncio.run, args=(work(),))
    thread.start()
    assert ready.wait(60)
    _closing._close_all()
    assert opened[-1].closed
    thread.join(60)


def test_connections_of_a_parent_are_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked child keeps them, whoever uses them no more, since their end would reach the parent's."""
    kept: list[Any] = []
    monkeypatch.setattr(_closing, "_of_parent", kept)
    connections, loop = object(), asyncio.new_event_loop()
    _closing._close(connections, loop, os.getpid() + 1)
    loop.close()
    assert kept == [connections]


def test_there_is_one_session_for_each_source(make_source: Callable[..., CredentialSource], clock: Any) -> None:
    """While it is in use; its name tells clients, places, access, regions, caches and clocks apart."""
    session = session_of(make_source())
    assert session_of(make_source()) is session
    assert session_of(make_source("s3://bucket/team/data")) is session
    assert session_named(session.name) is session
    assert repr(session) == f"<AioSourceSession {session.name}>"
    assert copy.copy(session) is copy.deepcopy(session) is session
    assert pickle.loads(pickle.dumps(session_of(make_source(clock=None)))).source.access == "read"  # noqa: S301 - pickled here
    others = [
        session_of(make_source(access="write")),
        session_of(make_source("s3://bucket/team")),
        session_of(make_source(dataset_id="7")),
        session_of(make_source(region="eu-west-1")),
        session_of(make_source(), region="eu-west-1"),
        session_of(make_source(clock=type(clock)())),
    ]
    assert len({each.name for each in [session, *others]}) == 7
    name = others.pop().name
    gc.collect()
    assert session_named(name) is None


def test_credentials_are_those_of_the_source_in_one_set(source: CredentialSource, registry: Any) -> None:
    """For whoever signs, and for whoever reads them one by one."""
    session = session_of(source)

    async def work() -> Any:
        credentials = await session.get_credentials()
        first = await credentials.get_frozen_credentials()
        assert await credentials.get_frozen_credentials() == first
        assert (credentials.access_key, credentials.secret_key, credentials.token) == first[:3]
        return first

    keys, given = asyncio.run(work()), source()
    assert keys.access_key == given.aws_access_key_id == registry.minted[0]
    assert (keys.secret_key, keys.token) == (given.aws_secret_access_key, given.aws_session_token)
    assert len(registry.requests) == 1
    assert "that-nobody-may-see" not in repr(keys)
