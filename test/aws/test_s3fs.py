"""s3fs on a source, on a real store: what fsspec's users do, keys of seconds, refused keys, other processes."""

import asyncio
import gc
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

import fsspec.config  # type: ignore[import-untyped]  # it has no types
import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # it has no types
import pytest
import s3fs  # type: ignore[import-untyped]  # it has no types
import xarray
import zarr.storage

from openapi_client import (
    ApiClient,
    ApiConnectionException,
    ApiTypeError,
    ApiValueError,
    Configuration,
    UnauthorizedException,
)
from openapi_client.aws import CredentialSource, sharing
from openapi_client.aws.s3fs import S3FileSystem, storage_options
from openapi_client.sandbox import Sandbox

CONFIGURED = fsspec.config.conf


@pytest.fixture(scope="module")
def short_lived() -> Iterator[Sandbox]:
    """A sandbox whose keys live for seconds."""
    with Sandbox(credentials_lifetime_seconds=4) as running:
        yield running


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Sandbox], ApiClient]]:
    """Makes a client for a sandbox, whose store the environment names; other keys there are nobody's."""
    monkeypatch.setitem(CONFIGURED, "s3", {"key": "foreign", "secret": "foreign", "profile": "foreign"})
    for name, value in {"AWS_ACCESS_KEY_ID": "foreign", "AWS_SECRET_ACCESS_KEY": "foreign"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_PROFILE", "nonexistent")
    clients = []

    def connected(sandbox: Sandbox) -> ApiClient:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_REGION")
        clients.append(ApiClient(Configuration.from_environment()))
        return clients[-1]

    yield connected
    for cls in (S3FileSystem, s3fs.S3FileSystem):
        cls.clear_instance_cache()
    for client in clients:
        client.close()
    # What nobody uses any more closes its connections now rather than in another test.
    gc.collect()


@pytest.fixture
def client(sandbox: Sandbox, connect: Callable[[Sandbox], ApiClient]) -> ApiClient:
    """A client for the sandbox that all tests share, whose keys live for hours."""
    return connect(sandbox)


def test_file_system_reads_and_writes_across_expiries(
    short_lived: Sandbox, connect: Callable[[Sandbox], ApiClient], until: Callable[[Callable[[], bool]], None]
) -> None:
    """Two sources at once, in their own places; one mint for each life of the keys, while no request fails."""
    client = connect(short_lived)
    root = f"{short_lived.bucket_name}/s3fs/across"
    writing = S3FileSystem(CredentialSource(f"s3://{root}/", "write", client))
    reading = S3FileSystem(CredentialSource(f"s3://{root}/", "read", client))
    before = short_lived.mints

    def worked_through_two_expiries() -> bool:
        writing.pipe(f"{root}/object", b"hello")
        assert reading.cat(f"{root}/object") == b"hello"
        mints = short_lived.mints - before
        return bool(mints["write"] >= 3 and mints["read"] >= 3)

    until(worked_through_two_expiries)
    assert max((short_lived.mints - before).values()) <= 4
    with pytest.raises(ApiValueError, match="cannot be written with keys that read"):
        reading.pipe(f"{root}/object", b"other")
    with pytest.raises(ApiValueError, match="is outside"):
        writing.pipe(f"{root}-beside/object", b"other")


def test_large_file_is_written_in_parts_while_keys_are_revoked(sandbox: Sandbox, client: ApiClient) -> None:
    """Nobody notices but the registry, which is asked once more; each part is whole."""
    path = f"{sandbox.bucket_name}/s3fs/parts/object"
    fs = S3FileSystem(CredentialSource(f"s3://{path}", "write", client))
    body = b"".join(bytes([number]) * 2**20 for number in range(12))
    before = sandbox.mints
    file: Any
    with fs.open(path, "wb", block_size=5 * 2**20) as file:
        file.write(body[: 6 * 2**20])
        sandbox.revoke_keys(fs.source().aws_access_key_id)
        file.write(body[6 * 2**20 :])
    assert fs.cat(path) == body
    assert (sandbox.mints - before)["write"] == 2


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidToken", "TokenRefreshRequired"])
def test_request_with_refused_keys_is_repeated_once(sandbox: Sandbox, client: ApiClient, code: Any) -> None:
    """Many at once cost one mint; the answer to a HEAD has no code, and is understood nevertheless."""
    root = f"{sandbox.bucket_name}/s3fs/refused/{code}"
    fs = S3FileSystem(CredentialSource(f"s3://{root}/", "write", client), use_listings_cache=False)
    objects = {f"{root}/{number}": b"%d" % number for number in range(20)}
    fs.pipe(objects)
    before = sandbox.mints
    sandbox.revoke_keys(fs.source().aws_access_key_id, code)
    assert fs.info(f"{root}/7")["size"] == 1
    assert fs.cat(list(objects)) == objects
    assert (sandbox.mints - before)["write"] == 1


def test_there_is_one_file_system_for_each_source(sandbox: Sandbox, client: ApiClient) -> None:
    """However often it is made, and whatever time has passed; another for another place, access, client or option."""
    place = f"s3://{sandbox.bucket_name}/s3fs/one/"
    source = CredentialSource(place, api=client)
    fs = S3FileSystem(source)
    before = repr(source)
    source()
    assert repr(source) != before
    assert S3FileSystem(source) is fs
    assert S3FileSystem(CredentialSource(place, api=client)) is fs
    assert pickle.loads(pickle.dumps(fs)) is fs  # noqa: S301 - pickled here
    with ApiClient(client.configuration) as other_client:
        others = [
            S3FileSystem(CredentialSource(place, "write", client)),
            S3FileSystem(CredentialSource(f"{place}below", api=client)),
            S3FileSystem(CredentialSource(place, api=other_client)),
            S3FileSystem(source, region="eu-west-1"),
            S3FileSystem(source, use_listings_cache=False, max_concurrency=3),
            S3FileSystem(source, skip_instance_cache=True),
        ]
    assert len({id(each) for each in [fs, *others]}) == 7
    assert S3FileSystem(source, max_concurrency=3, use_listings_cache=False) is others[4]
    assert fs.source is source
    assert not any("foreign" in repr(each.storage_options) for each in [fs, *others])


def test_only_the_latest_file_systems_are_held(sandbox: Sandbox, client: ApiClient) -> None:
    """Whoever uses an older one keeps it."""
    root = f"s3://{sandbox.bucket_name}/s3fs/latest"
    first, second = (S3FileSystem(CredentialSource(f"{root}/{name}", api=client)) for name in ("first", "second"))
    for number in range(63):
        S3FileSystem(CredentialSource(f"{root}/{number}", api=client))
        assert S3FileSystem(CredentialSource(f"{root}/second", api=client)) is second
    assert len(S3FileSystem._cache) == 64
    assert S3FileSystem(CredentialSource(f"{root}/first", api=client)) is not first


def test_file_system_closes_and_opens_again(sandbox: Sandbox, client: ApiClient) -> None:
    """Also before it was used."""
    path = f"{sandbox.bucket_name}/s3fs/close/object"
    fs = S3FileSystem(CredentialSource(f"s3://{path}", "write", client))
    fs.close()
    fs.pipe(path, b"hello")
    fs.close()
    assert fs.cat(path) == b"hello"
    fs.connect(refresh=True)
    assert fs.cat(path) == b"hello"


def test_asynchronous_file_system_never_waits_in_its_loop(sandbox: Sandbox, client: ApiClient) -> None:
    """While the registry takes its time, one thread waits for it, and the loop goes on; then all have the same keys."""
    path = f"{sandbox.bucket_name}/s3fs/loop/object"
    sandbox.put_object("s3fs/loop/object", b"hello")
    source = CredentialSource(f"s3://{path}", api=client)
    before = sandbox.mints

    async def work() -> None:
        fs = S3FileSystem(source, asynchronous=True)
        session = await fs.set_session()
        assert await fs.set_session() is session
        reading = [asyncio.ensure_future(fs._cat_file(path)) for _ in range(20)]
        await asyncio.sleep(0)
        reading[0].cancel()
        turns, waiting, others = 0, 0, set(threading.enumerate())
        while not all(each.done() for each in reading):
            turns += 1
            threads = [each for each in set(threading.enumerate()) - others if each.name.startswith("asyncio_")]
            waiting = max(waiting, len(threads) if source._shared.keys is None else 0)
            await asyncio.sleep(0.001)
        assert turns > 20
        assert waiting <= 1
        assert await asyncio.gather(*reading[1:]) == [b"hello"] * 19
        await fs.aclose()

    sandbox.registry_delay_seconds = 1.0
    try:
        asyncio.run(work())
    finally:
        sandbox.registry_delay_seconds = 0
    assert (sandbox.mints - before)["read"] == 1


def test_registry_that_is_down_is_an_error_of_ones_own(sandbox: Sandbox, client: ApiClient) -> None:
    """Each of those who wait has one; those who wait no longer leave none behind."""
    path = f"{sandbox.bucket_name}/s3fs/down/object"
    client.configuration.retries = False
    source = CredentialSource(f"s3://{path}", api=client)

    async def work() -> list[Any]:
        fs = S3FileSystem(source, asynchronous=True)
        await fs.set_session()
        results = await asyncio.gather(*(fs._cat_file(path) for _ in range(3)), return_exceptions=True)
        await fs.aclose()
        return results

    with sandbox.registry_outage():
        failures = asyncio.run(work())
    assert [failure.status for failure in failures] == [503] * 3
    assert len({id(failure) for failure in failures}) == 3


def test_registry_that_does_not_answer_in_time_is_an_error_of_ours(sandbox: Sandbox, client: ApiClient) -> None:
    """The error is ours, at once: fsspec replaces every TimeoutError by one of its own, and s3fs retries after one."""
    path = f"{sandbox.bucket_name}/s3fs/late/object"
    client.configuration.retries = False
    client.configuration.read_timeout_seconds = 0.2
    fs = S3FileSystem(CredentialSource(f"s3://{path}", api=client))
    sandbox.registry_delay_seconds = 1.0
    before = sandbox.mints
    try:
        with pytest.raises(ApiConnectionException, match=r"no byte of an answer for 0\.2 s") as caught:
            fs.cat_file(path)
    finally:
        sandbox.registry_delay_seconds = 0
        fs.close()
    assert isinstance(caught.value.__cause__, Exception)
    assert (sandbox.mints - before)["read"] <= 1


def test_keys_that_nobody_waits_for_any_more_leave_no_complaint(
    sandbox: Sandbox, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    """When a loop ends meanwhile, asyncio has nothing to say."""
    source = CredentialSource(f"s3://{sandbox.bucket_name}/s3fs/gone/", api=client)
    client.configuration.retries = False

    async def leave() -> None:
        fs = S3FileSystem(source, asynchronous=True)
        await fs.set_session()
        reading = asyncio.ensure_future(fs._cat_file(f"{sandbox.bucket_name}/s3fs/gone/object"))
        session: Any = fs.session
        credentials = await session.get_credentials()
        while not credentials._asking:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        reading.cancel()
        await fs.aclose()

    sandbox.registry_delay_seconds = 2.0
    try:
        asyncio.run(leave())
    finally:
        sandbox.registry_delay_seconds = 0
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_pandas_reads_and_writes(sandbox: Sandbox, client: ApiClient) -> None:
    """With the file system, and with options for fsspec's own."""
    root = f"{sandbox.bucket_name}/s3fs/pandas"
    source = CredentialSource(f"s3://{root}/", "write", client)
    fs, options = S3FileSystem(source), storage_options(source)
    table = pd.DataFrame({"day": [1, 2], "celsius": [14.5, 14.9]})
    table.to_parquet(f"s3://{root}/table.parquet", storage_options=options)
    assert pd.read_parquet(f"{root}/table.parquet", filesystem=fs).equals(table)
    assert pd.read_parquet(f"s3://{root}/table.parquet", storage_options=options).equals(table)
    table.to_csv(f"s3://{root}/table.csv", index=False, storage_options=options)
    with fs.open(f"{root}/table.csv") as file:
        assert pd.read_csv(file).equals(table)
    assert pickle.loads(pickle.dumps(options)) == options  # noqa: S301 - pickled here


def test_xarray_and_zarr_read_and_write(sandbox: Sandbox, client: ApiClient) -> None:
    """Through a mapper, an address with options, and a store of zarr's."""
    root = f"{sandbox.bucket_name}/s3fs/xarray/data.zarr"
    source = CredentialSource(f"s3://{root}", "write", client)
    fs = S3FileSystem(source)
    whole = xarray.Dataset({"celsius": ("day", np.arange(10.0))})
    whole.to_zarr(fs.get_mapper(root), consolidated=False)
    asynchronous = S3FileSystem(source, asynchronous=True, use_listings_cache=False)
    for place, options in (
        (fs.get_mapper(root), None),
        (f"s3://{root}", storage_options(source)),
        (zarr.storage.FsspecStore(asynchronous, path=root), None),
    ):
        with xarray.open_zarr(place, storage_options=options, consolidated=False) as read:
            assert read.load().equals(whole)


def test_json_names_the_source_in_this_process_alone(sandbox: Sandbox, client: ApiClient) -> None:
    """That is how zarr makes an asynchronous file system of another; the name is no secret."""
    source = CredentialSource(f"s3://{sandbox.bucket_name}/s3fs/json/", api=client)
    fs = S3FileSystem(source, max_concurrency=3)
    text = fs.to_json()
    assert fsspec.AbstractFileSystem.from_json(text) is fs
    assert sandbox.password not in text
    with pytest.raises(ApiValueError, match="not in this process"):
        S3FileSystem("another")
    with pytest.raises(ApiTypeError, match="source is a CredentialSource, not NoneType"):
        S3FileSystem(None)  # type: ignore[arg-type]  # that is the mistake


def test_wrong_arguments_are_errors_at_once(sandbox: Sandbox, client: ApiClient) -> None:
    """A text that is no place is refused, and an option that there is not would be passed over."""
    for place in ("bucket/x", "https://bucket.example/x"):
        with pytest.raises(ApiValueError, match="Expected a place: a URI such as s3://bucket/path/"):
            S3FileSystem(place)
    source = CredentialSource(f"s3://{sandbox.bucket_name}/s3fs/", api=client)
    with pytest.raises(ApiTypeError, match="S3FileSystem has no option endpont_url"):
        S3FileSystem(source, endpont_url="http://127.0.0.1:9")


def test_unpickled_file_system_is_that_of_its_login(sandbox: Sandbox, client: ApiClient, access_token: str) -> None:
    """A worker that has one of an earlier login does not take it for the newer one's."""
    path = f"{sandbox.bucket_name}/s3fs/login/object"
    sandbox.put_object("s3fs/login/object", b"hello")
    source = CredentialSource(f"s3://{path}", api=client)
    tasks = []
    for token in ("token-that-was-revoked", access_token):
        client.configuration.access_token = token
        tasks.append(pickle.dumps((S3FileSystem(source), storage_options(source))))
    # As in a process that has not seen the client.
    sharing._clients.clear()
    for task in tasks:
        fs, options = pickle.loads(task)  # noqa: S301 - pickled here
        if task is tasks[0]:
            with pytest.raises(UnauthorizedException):
                fs.cat(path)
        else:
            assert fs.cat(path) == fsspec.filesystem("s3", **options).cat(path) == b"hello"


def test_asynchronous_file_system_that_was_closed_serves_another_loop(sandbox: Sandbox, client: ApiClient) -> None:
    """Of the same thread, for many requests at once."""
    path = f"{sandbox.bucket_name}/s3fs/loops/object"
    sandbox.put_object("s3fs/loops/object", b"hello")
    source = CredentialSource(f"s3://{path}", api=client)

    async def work() -> Any:
        fs = S3FileSystem(source, asynchronous=True)
        try:
            return await asyncio.gather(*(fs._cat_file(path) for _ in range(8)))
        finally:
            await fs.aclose()

    assert [asyncio.run(work()) for _ in range(3)] == [[b"hello"] * 8] * 3


FORKS = """
import gc, multiprocessing, sys
from openapi_client.aws import CredentialSource
from openapi_client.aws.s3fs import S3FileSystem

path = sys.argv[1]

def read():
    # Longer than this program may take: the connection that a child spoils is never answered.
    options = {"use_listings_cache": False, "config_kwargs": {"read_timeout": 300}}
    return S3FileSystem(CredentialSource(f"s3://{path}"), **options).cat(path)

read()
for _ in range(2):
    child = multiprocessing.get_context("fork").Process(target=gc.collect)
    child.start()
    child.join()
    assert child.exitcode == 0
    print(read())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forked_child_leaves_the_connections_of_its_parent_alone(
    sandbox: Sandbox, client: ApiClient, run_python: Callable[..., str]
) -> None:
    """Fsspec drops the file systems there; the parent reads on, and nobody complains."""
    assert client.configuration.host
    sandbox.put_object("s3fs/forks/object", b"hello")
    script = 'import warnings; warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)\n' + FORKS
    assert run_python(script, f"{sandbox.bucket_name}/s3fs/forks/object") == "b'hello'\n" * 2


def test_file_system_goes_to_another_process_without_keys(
    sandbox: Sandbox, client: ApiClient, run_python: Callable[..., str]
) -> None:
    """There is one there too, with one mint, however often it is unpickled; zarr leaves nothing open at the end."""
    root = f"{sandbox.bucket_name}/s3fs/other"
    source = CredentialSource(f"s3://{root}/", "write", client)
    fs = S3FileSystem(source)
    fs.pipe(f"{root}/object", b"hello")
    zarr.create_array(fs.get_mapper(f"{root}/array.zarr"), data=np.arange(3))
    packed = pickle.dumps((fs, source))
    keys = source()
    for secret in (keys.aws_access_key_id, keys.aws_secret_access_key, keys.aws_session_token):
        assert secret.encode() not in packed
    script = """
import pickle, sys, zarr
from openapi_client.aws.s3fs import S3FileSystem
packed, root = bytes.fromhex(sys.argv[1]), sys.argv[2]
every = [fs for _ in range(10) for fs in (pickle.loads(packed)[0], S3FileSystem(pickle.loads(packed)[1]))]
print(len(set(map(id, every))), every[0].cat(root + "/object"), zarr.open(every[0].get_mapper(root + "/array.zarr"))[:])
"""
    before = sandbox.mints
    assert run_python(script, packed.hex(), root) == "1 b'hello' [0 1 2]\n"
    assert (sandbox.mints - before)["write"] == 1


def test_whoever_pickles_keys_gives_them_along(sandbox: Sandbox, client: ApiClient) -> None:
    """Only if the source was told so."""
    source = CredentialSource(f"s3://{sandbox.bucket_name}/s3fs/keys/", api=client, pickle_keys=True)
    secret = source().aws_secret_access_key
    assert secret.encode() in pickle.dumps(S3FileSystem(source))


def test_address_and_region_are_those_given(
    sandbox: Sandbox, client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In preference to those of the environment; an address in the configuration of fsspec counts, there and here."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
    path = f"{sandbox.bucket_name}/s3fs/address/object"
    sandbox.put_object("s3fs/address/object", b"hello")
    source = CredentialSource(f"s3://{path}", api=client)
    fs = S3FileSystem(source, region="eu-west-1", endpoint_url=sandbox.s3_endpoint_url)
    assert fs.cat(path) == b"hello"
    connected: Any = fs.s3
    assert (connected.meta.region_name, connected.meta.endpoint_url) == ("eu-west-1", sandbox.s3_endpoint_url)
    options = storage_options(source, region="eu-west-1", endpoint_url=sandbox.s3_endpoint_url)
    assert fsspec.filesystem("s3", **options).cat(path) == b"hello"
    monkeypatch.setitem(CONFIGURED, "s3", {"endpoint_url": sandbox.s3_endpoint_url})
    configured = S3FileSystem(source)
    assert configured.cat(path) == b"hello"
    connected = configured.s3
    assert connected.meta.region_name == sandbox.region
    assert fsspec.filesystem("s3", **storage_options(source)).cat(path) == b"hello"
    monkeypatch.delitem(CONFIGURED, "s3")
    unpickled = pickle.loads(pickle.dumps(configured))  # noqa: S301 - pickled here
    assert unpickled.endpoint_url == sandbox.s3_endpoint_url
    assert "X-Amz-Security-Token" in str(configured.sign(path))
