"""boto3 on a source: real clients on a real store, across expiries, in threads, in pickles, in any environment."""

import gc
import io
import pickle
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from openapi_client import ApiClient, ApiValueError, Configuration, ServiceException
from openapi_client.aws import CredentialSource
from openapi_client.aws.boto3 import client, resource, session
from openapi_client.sandbox import Sandbox

MEGABYTE = 1024 * 1024
PARTS = TransferConfig(multipart_threshold=5 * MEGABYTE, multipart_chunksize=5 * MEGABYTE, max_concurrency=4)
SHORT_SECONDS = 3


@pytest.fixture(autouse=True)
def environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is named by the environment; none of a reader's own settings is."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "nonexistent")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", sandbox.s3_endpoint_url)


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[ApiClient]:
    """A client of the sandbox's registry, whose keys nobody else has."""
    with ApiClient(Configuration(sandbox.host, username=sandbox.username, password=sandbox.password)) as made:
        yield made


@pytest.fixture
def source(sandbox: Sandbox, api: ApiClient) -> CredentialSource:
    """A source for reading and writing."""
    return CredentialSource(f"s3://{sandbox.bucket_name}/boto3/", "write", api)


def opened(s3: object) -> AbstractContextManager[Any]:
    """Closes a client in the end; its operations take what a test unpacks."""
    return closing(cast("Any", s3))


def contents(s3: Any, bucket_name: str, key: str) -> Any:
    """An object's bytes."""
    return s3.get_object(Bucket=bucket_name, Key=key)["Body"].read()


def test_client_resource_and_session_read_and_write(sandbox: Sandbox, source: CredentialSource) -> None:
    """With the store of the environment and the region that it tells; one mint serves all three."""
    before = sandbox.mints["write"]
    place = {"Bucket": sandbox.bucket_name, "Key": "boto3/x"}
    with opened(client(source)) as s3:
        assert s3.meta.region_name == sandbox.region
        assert s3.meta.endpoint_url == sandbox.s3_endpoint_url
        s3.put_object(**place, Body=b"hello")
    with opened(session(source).client("s3")) as s3:
        assert contents(s3, *place.values()) == b"hello"
    things = resource(source)
    assert things.Bucket(sandbox.bucket_name).Object("boto3/x").get()["Body"].read() == b"hello"
    things.meta.client.close()
    assert sandbox.mints["write"] - before == 1


def test_no_keys_are_asked_for_before_they_are_used(sandbox: Sandbox, source: CredentialSource) -> None:
    """Making a client costs no mint."""
    before = sandbox.mints.total()
    client(source).close()
    assert sandbox.mints.total() == before


def test_keys_that_read_do_not_write(sandbox: Sandbox, api: ApiClient) -> None:
    """The error names both places, before a request is sent, in transfers and links too; S3 would refuse the rest."""
    sandbox.put_object("boto3/there", b"x")
    place = f"s3://{sandbox.bucket_name}/boto3"
    refusal = f"{place}/there cannot be written with keys that read {place}: make a source with access='write'"
    where = {"Bucket": sandbox.bucket_name, "Key": "boto3/there"}
    with opened(client(CredentialSource(f"{place}/", "read", api))) as s3:
        assert contents(s3, sandbox.bucket_name, "boto3/there") == b"x"
        with pytest.raises(ApiValueError, match=refusal):
            s3.put_object(**where, Body=b"y")
        with pytest.raises(ApiValueError, match=refusal):
            s3.upload_fileobj(io.BytesIO(b"y"), *where.values())
        with pytest.raises(ApiValueError, match=refusal):
            s3.generate_presigned_url("put_object", Params=where)
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_bucket_tagging(Bucket=sandbox.bucket_name, Tagging={"TagSet": []})


def test_error_of_the_source_reaches_the_caller(sandbox: Sandbox, source: CredentialSource) -> None:
    """As it is, out of boto3 and out of its transfers."""
    with opened(client(source)) as s3, sandbox.registry_outage():
        source._minter.client.configuration.retries = False
        with pytest.raises(ServiceException):
            s3.list_objects_v2(Bucket=sandbox.bucket_name)
        with pytest.raises(ServiceException):
            s3.upload_fileobj(io.BytesIO(bytes(6 * MEGABYTE)), sandbox.bucket_name, "boto3/x", Config=PARTS)


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else boto3 takes keys from, in files and in variables."""
    wrong = "aws_access_key_id = WRONG\naws_secret_access_key = WRONG\naws_session_token = WRONG\n"
    (tmp_path / "credentials").write_text(f"[default]\n{wrong}[other]\n{wrong}", encoding="utf-8")
    process = (
        f"credential_process = {sys.executable} -c exit(1)\nregion = eu-north-1\ns3 =\n    signature_version = s3\n"
    )
    (tmp_path / "config").write_text(f"[default]\n{process}[profile other]\n{process}", encoding="utf-8")
    for name, value in {
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_ACCESS_KEY_ID": "WRONG",
        "AWS_SECRET_ACCESS_KEY": "WRONG",
        "AWS_SESSION_TOKEN": "WRONG",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/wrong",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "nonexistent",
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/wrong",
        "AWS_BEARER_TOKEN_S3": "WRONG",
        "AWS_AUTH_SCHEME_PREFERENCE": "httpBearerAuth,sigv4a",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("profiles")
@pytest.mark.parametrize("profile", [None, "other", "nonexistent"])
def test_nothing_shadows_the_keys_of_the_source(
    sandbox: Sandbox, source: CredentialSource, monkeypatch: pytest.MonkeyPatch, profile: str | None
) -> None:
    """Neither variables nor profiles, whether they exist or not; nor the region and the signature that they have."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        if profile is not None:
            monkeypatch.setenv(name, profile)
    with opened(client(source)) as s3:
        s3.put_object(Bucket=sandbox.bucket_name, Key="boto3/x", Body=b"mine")
        assert contents(s3, sandbox.bucket_name, "boto3/x") == b"mine"
        assert "/us-east-1/s3/aws4_request".replace("/", "%2F") in s3.generate_presigned_url("list_buckets")


def test_presigned_link_is_of_version_4(sandbox: Sandbox, source: CredentialSource) -> None:
    """In the classic regions too, where boto3's own default is version 2; it works without keys."""
    sandbox.put_object("boto3/linked", b"linked")
    where = {"Bucket": sandbox.bucket_name, "Key": "boto3/linked"}
    with opened(client(source, config=Config(connect_timeout=5))) as s3:
        link = s3.generate_presigned_url("get_object", Params=where)
        form = s3.generate_presigned_post(**where)
    with urllib.request.urlopen(link, timeout=30) as answer:  # noqa: S310 - of the test's own store
        assert answer.read() == b"linked"
    assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_settings_of_the_caller_win(
    source: CredentialSource, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Region, endpoint and configuration, whatever the environment and the source say."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    with opened(client(source)) as s3:
        assert s3.meta.region_name == "eu-west-1"
    given: dict[str, Any] = {"region": "eu-west-2", "endpoint_url": "http://127.0.0.1:9"}
    with opened(client(source, config=Config(signature_version="s3", max_pool_connections=3), **given)) as s3:
        assert (s3.meta.region_name, s3.meta.endpoint_url) == tuple(given.values())
        assert (s3.meta.config.signature_version, s3.meta.config.max_pool_connections) == ("s3", 3)
    whole = session(source, **given)
    # Positional, as boto3 takes them.
    with opened(whole.client("s3", "eu-west-3", None, True, None, sandbox.s3_endpoint_url)) as s3:
        assert (s3.meta.region_name, s3.meta.endpoint_url) == ("eu-west-3", sandbox.s3_endpoint_url)
    # The store's address is not that of other services, nor is S3's kind of signature theirs.
    with opened(whole.client("sts")) as sts:
        assert "127.0.0.1" not in sts.meta.endpoint_url
        assert sts.meta.config.signature_version == "v4"


# --- pickling


def again(thing: Any) -> Any:
    """What comes out of a pickle of it, which holds no keys."""
    pickled = pickle.dumps(thing)
    assert b"ASIA" not in pickled
    return pickle.loads(pickled)  # noqa: S301 - made here


def test_what_is_handed_out_pickles_by_its_source(
    sandbox: Sandbox, source: CredentialSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Session, client, resource and what the resource gives; region, endpoint and settings come along, keys do not."""
    before = sandbox.mints["write"]
    key = {"Bucket": sandbox.bucket_name, "Key": "boto3/x"}
    with opened(client(source, config=Config(max_pool_connections=3))) as s3:
        s3.put_object(**key, Body=b"hello")
        # A worker's environment need not name the store.
        monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
        with closing(again(s3)) as copy, closing(deepcopy(s3)) as second:
            assert contents(copy, *key.values()) == contents(second, *key.values()) == b"hello"
            assert copy.meta.config.max_pool_connections == 3
            assert again(copy).meta.endpoint_url == sandbox.s3_endpoint_url
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", sandbox.s3_endpoint_url)
    whole = again(session(source))
    assert whole.region_name == sandbox.region
    things = resource(source, config=Config(max_pool_connections=3))
    assert again(things).meta.client.meta.config.max_pool_connections == 3
    for thing in (things.Object(*key.values()), things.ObjectSummary(*key.values())):
        copied = again(thing)
        assert copied == thing
        assert copied.get()["Body"].read() == b"hello"
        copied.meta.client.close()
    assert again(things.Bucket(sandbox.bucket_name)).name == sandbox.bucket_name
    assert sandbox.mints["write"] - before == 1


def test_worker_makes_a_session_once(source: CredentialSource) -> None:
    """However often, and in however many threads, it is handed the session, or a client of it."""
    whole = session(source)
    with opened(whole.client("s3")) as s3:
        pickled = pickle.dumps((whole, s3))
    assert pickle.loads(pickled)[0] is whole  # noqa: S301 - made here
    del whole, s3
    gc.collect()
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(pickle.loads, [pickled] * 8))
    assert len({id(whole) for whole, _ in made}) == 1
    assert len({id(s3) for _, s3 in made}) == 8


WORKER = """
import pickle, sys
s3, key = pickle.loads(sys.stdin.buffer.read())
print(s3.get_object(**key)["Body"].read().decode())
s3.close()
"""


def test_client_works_in_another_process(sandbox: Sandbox, source: CredentialSource) -> None:
    """Which has nothing of this one's memory, nor of its environment."""
    sandbox.put_object("boto3/elsewhere", b"hello")
    with opened(client(source)) as s3:
        pickled = pickle.dumps((s3, {"Bucket": sandbox.bucket_name, "Key": "boto3/elsewhere"}))
    ended = subprocess.run(  # noqa: S603 - the test's own
        [sys.executable, "-W", "error", "-c", WORKER],
        input=pickled,
        capture_output=True,
        timeout=60,
        check=False,
        env={},
    )
    assert (ended.stdout, ended.stderr) == (b"hello\n", b"")


# --- across expiries


@pytest.fixture(scope="module")
def short() -> Iterator[Sandbox]:
    """A sandbox whose keys live for seconds."""
    with Sandbox(credentials_lifetime_seconds=SHORT_SECONDS) as running:
        yield running


@pytest.fixture
def short_api(short: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """A client of its registry."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", short.s3_endpoint_url)
    with ApiClient(Configuration(short.host, username=short.username, password=short.password)) as made:
        yield made


@pytest.fixture
def writing(short: Sandbox, short_api: ApiClient) -> CredentialSource:
    """A source of keys that live for seconds."""
    return CredentialSource(f"s3://{short.bucket_name}/boto3/", "write", short_api)


@pytest.fixture
def outlive(until: Callable[..., None]) -> Callable[[CredentialSource], None]:
    """Waits until the keys that a source has now have ended."""

    def call(source: CredentialSource) -> None:
        expiry = source().expiry
        until(lambda: datetime.now(UTC) > expiry)

    return call


def test_eight_threads_go_on_across_expiries(
    short: Sandbox, short_api: ApiClient, writing: CredentialSource, outlive: Callable[..., None]
) -> None:
    """Reading with one source and writing with another, no request fails, and there is about one mint a lifetime."""
    reading = CredentialSource(f"s3://{short.bucket_name}/boto3/", "read", short_api)
    before = short.mints
    enough = threading.Event()

    def work(s3_read: Any, s3_write: Any, number: int) -> int:
        done = 0
        key = {"Bucket": short.bucket_name, "Key": f"boto3/{number}"}
        while done < 5 or not enough.is_set():
            s3_write.put_object(**key, Body=b"%d" % done)
            s3_read.head_object(**key)
            assert contents(s3_read, *key.values()) == b"%d" % done
            done += 1
        return done

    with opened(client(reading)) as s3_read, opened(client(writing)) as s3_write, ThreadPoolExecutor(8) as threads:
        working = [threads.submit(work, s3_read, s3_write, number) for number in range(8)]
        try:
            for source in (writing, reading, writing, reading):
                outlive(source)
                source()
        finally:
            enough.set()
        operations = 3 * sum(future.result() for future in working)
    for access in ("read", "write"):
        assert 3 <= short.mints[access] - before[access] < operations / 8


class SlowFile(io.BytesIO):
    """A file, reading or writing which takes longer than keys live, twice."""

    def __init__(self, content: bytes, pause: Callable[[], None]) -> None:
        super().__init__(content)
        self._pause = pause
        self._pauses_after = [6 * MEGABYTE, 12 * MEGABYTE]

    def read(self, size: int | None = -1) -> bytes:
        self._stop_for_a_while()
        return super().read(size)

    def write(self, content: Any) -> int:
        self._stop_for_a_while()
        return super().write(content)

    def _stop_for_a_while(self) -> None:
        if self._pauses_after and self.tell() > self._pauses_after[0]:
            del self._pauses_after[0]
            self._pause()


def test_transfers_of_many_parts_and_slow_bodies_go_on_across_expiries(
    short: Sandbox, writing: CredentialSource, outlive: Callable[..., None]
) -> None:
    """An upload and a download in parts, and one body that is read slowly, each over two expiries."""
    content = bytes(range(256)) * 4 * 1024 * 18
    key = {"Bucket": short.bucket_name, "Key": "boto3/parts"}
    with opened(client(writing)) as s3:
        before = short.mints["write"]
        s3.upload_fileobj(SlowFile(content, lambda: outlive(writing)), *key.values(), Config=PARTS)
        assert short.mints["write"] - before >= 3
        assert s3.head_object(**key)["ContentLength"] == len(content)
        assert "-4" in s3.head_object(**key)["ETag"]
        target = SlowFile(b"", lambda: outlive(writing))
        s3.download_fileobj(*key.values(), target, Config=PARTS)
        assert target.getvalue() == content
        body = s3.get_object(**key)["Body"]
        pieces = [body.read(MEGABYTE)]
        for _ in range(2):
            outlive(writing)
            pieces.append(body.read(MEGABYTE))
        assert b"".join([*pieces, body.read()]) == content


def test_transfer_goes_on_when_keys_are_revoked_in_its_middle(sandbox: Sandbox, source: CredentialSource) -> None:
    """No part fails; one mint more."""
    content = bytes(18 * MEGABYTE)
    key = (sandbox.bucket_name, "boto3/revoked")
    revoked: list[str] = []

    def revoke(_: int) -> None:
        if not revoked:
            revoked.append(source().aws_access_key_id)
            sandbox.revoke_keys(revoked[0], "InvalidToken")

    with opened(client(source)) as s3:
        before = sandbox.mints["write"]
        s3.upload_fileobj(io.BytesIO(content), *key, Config=PARTS, Callback=revoke)
        assert s3.head_object(Bucket=key[0], Key=key[1])["ContentLength"] == len(content)
        assert sandbox.mints["write"] - before == 2
