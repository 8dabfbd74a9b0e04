"""Requests whose keys are refused before their time: sent once more, with real boto3, where that is safe."""

import io
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import trustme
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, Configuration, ServiceException
from openapi_client.aws import CredentialSource
from openapi_client.aws._botocore import botocore_session
from openapi_client.aws._replay import Replay, can_be_sent_again
from openapi_client.aws.boto3 import client as client_of
from openapi_client.sandbox import Sandbox
from openapi_client.sandbox.refusal import RevocationCode

REFUSALS: tuple[RevocationCode, ...] = ("ExpiredToken", "InvalidToken", "TokenRefreshRequired")
MEGABYTE = 1024 * 1024

every_refusal = pytest.mark.parametrize("code", REFUSALS)


@pytest.fixture
def source(sandbox: Sandbox) -> Iterator[CredentialSource]:
    """A source of a client of its own, with keys that nobody else has."""
    configuration = Configuration(host=sandbox.host, username=sandbox.username, password=sandbox.password)
    with ApiClient(configuration) as api:
        yield CredentialSource(f"s3://{sandbox.bucket_name}/replay/", "write", api)


@pytest.fixture
def s3(sandbox: Sandbox, source: CredentialSource) -> Iterator[Any]:
    """A client of boto3 on that source."""
    with closing(client_of(source, region=sandbox.region, endpoint_url=sandbox.s3_endpoint_url)) as made:
        yield made


@pytest.fixture
def revoke(sandbox: Sandbox, source: CredentialSource) -> Callable[..., str]:
    """Has the store refuse the keys that the source has now; gives their id."""

    def call(code: RevocationCode = "ExpiredToken") -> str:
        access_key_id: str = source().aws_access_key_id
        sandbox.revoke_keys(access_key_id, code)
        return access_key_id

    return call


@pytest.fixture
def minted(sandbox: Sandbox, source: CredentialSource) -> Callable[[], int]:
    """Counts the mints since the source had its first keys."""
    source()
    before = sandbox.mints.total()
    return lambda: sandbox.mints.total() - before


@every_refusal
def test_refused_request_is_sent_again_with_other_keys(
    sandbox: Sandbox, s3: Any, revoke: Callable[..., str], minted: Callable[[], int], code: RevocationCode
) -> None:
    """Nobody notices: one mint, and no request fails."""
    at = {"Bucket": sandbox.bucket_name, "Key": f"replay/{code}"}
    s3.put_object(**at, Body=b"before")
    revoke(code)
    s3.put_object(**at, Body=b"after")
    assert s3.get_object(**at)["Body"].read() == b"after"
    assert minted() == 1


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("operation", ["get_object", "head_object", "head_bucket", "list_objects_v2", "delete_object"])
def test_every_kind_of_request_is_sent_again_in_every_retry_mode(
    sandbox: Sandbox,
    source: CredentialSource,
    revoke: Callable[..., str],
    minted: Callable[[], int],
    mode: Any,
    operation: str,
) -> None:
    """Even where there is but one attempt; a HEAD too, whose answer names no code."""
    sandbox.put_object("replay/there", b"x")
    key = {} if operation in {"head_bucket", "list_objects_v2"} else {"Key": "replay/there"}
    settings = Config(retries={"mode": mode, "total_max_attempts": 1})
    options: dict[str, Any] = {"region": sandbox.region, "endpoint_url": sandbox.s3_endpoint_url}
    with closing(client_of(source, config=settings, **options)) as s3:
        revoke()
        getattr(s3, operation)(Bucket=sandbox.bucket_name, **key)
    assert minted() == 1


def test_refusals_of_one_moment_cost_one_mint(
    sandbox: Sandbox, s3: Any, revoke: Callable[..., str], minted: Callable[[], int]
) -> None:
    """Of 64 requests on 8 threads."""
    sandbox.put_object("replay/there", b"x")
    revoke()

    def get(_: int) -> Any:
        return s3.get_object(Bucket=sandbox.bucket_name, Key="replay/there")["Body"].read()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(get, range(64))) == {b"x"}
    assert minted() == 1


@pytest.mark.parametrize(
    ("code", "operation", "key"),
    [
        ("AccessDenied", "get_object", "replay/there"),
        ("AccessDenied", "head_object", "replay/there"),
        (None, "get_object", "replay/missing"),
        (None, "head_object", "replay/missing"),
        (None, "get_object", "elsewhere/there"),
    ],
)
def test_other_refusals_ask_for_no_keys(
    sandbox: Sandbox,
    s3: Any,
    revoke: Callable[..., str],
    minted: Callable[[], int],
    code: RevocationCode | None,
    operation: str,
    key: str,
) -> None:
    """Neither what is denied nor what is not there."""
    sandbox.put_object("replay/there", b"x")
    if code:
        revoke(code)
    with pytest.raises(ClientError, match=r"403|404|AccessDenied|NoSuchKey"):
        getattr(s3, operation)(Bucket=sandbox.bucket_name, Key=key)
    assert minted() == 0


def test_second_refusal_is_the_callers(
    sandbox: Sandbox, s3: Any, source: CredentialSource, revoke: Callable[..., str], minted: Callable[[], int]
) -> None:
    """A request is repeated once; keys that are refused too cost no mint each."""
    sandbox.put_object("replay/there", b"x")
    revoke()
    s3.meta.events.register("needs-retry.s3", lambda **_: sandbox.revoke_keys(source().aws_access_key_id))
    for _ in range(3):
        with pytest.raises(ClientError, match="ExpiredToken"):
            s3.get_object(Bucket=sandbox.bucket_name, Key="replay/there")
    assert minted() == 1


class Unseekable(io.RawIOBase):
    """A body that comes once, as from a pipe; boto3 is told how long it is."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def readinto(self, buffer: Any) -> int:
        return self._rest.readinto(buffer)


@pytest.mark.parametrize("kind", ["bytes", "bytearray", "BytesIO", "file"])
def test_whole_body_is_sent_again(
    sandbox: Sandbox,
    s3: Any,
    revoke: Callable[..., str],
    minted: Callable[[], int],
    tmp_path: Path,
    kind: str,
) -> None:
    """What is stored is what was meant, to the byte."""
    content = bytes(range(256)) * 8 * 1024
    (tmp_path / "content").write_bytes(content)
    at = {"Bucket": sandbox.bucket_name, "Key": f"replay/{kind}"}
    with (tmp_path / "content").open("rb") as file:
        bodies: dict[str, Any] = {
            "bytes": content,
            "bytearray": bytearray(content),
            "BytesIO": io.BytesIO(content),
            "file": file,
        }
        revoke()
        s3.put_object(**at, Body=bodies[kind])
    assert s3.get_object(**at)["Body"].read() == content
    assert minted() == 1


def test_body_from_its_middle_lets_the_refusal_through(
    sandbox: Sandbox, s3: Any, revoke: Callable[..., str], minted: Callable[[], int]
) -> None:
    """Sent again it would be stored from its beginning. Nothing is stored, and the next request has other keys."""
    body = io.BytesIO(bytes(2 * MEGABYTE))
    body.seek(MEGABYTE)
    at = {"Bucket": sandbox.bucket_name, "Key": "replay/middle"}
    revoke()
    with pytest.raises(ClientError, match="ExpiredToken") as refused:
        s3.put_object(**at, Body=body)
    # S3 repeats the session token in its error.
    assert dict(refused.value.response.get("Error", {}))["Token-0"] == "***"
    with pytest.raises(ClientError, match="404"):
        s3.head_object(**at)
    assert minted() == 1


def test_requests_without_keys_of_a_source_are_left_alone(
    sandbox: Sandbox, source: CredentialSource, minted: Callable[[], int]
) -> None:
    """Unsigned ones, as to public buckets."""
    settings = Config(signature_version=UNSIGNED)
    with (
        closing(
            client_of(source, region=sandbox.region, endpoint_url=sandbox.s3_endpoint_url, config=settings)
        ) as public,
        pytest.raises(ClientError),
    ):
        public.head_object(Bucket=sandbox.bucket_name, Key="replay/there")
    assert minted() == 0


def test_call_under_way_is_left_alone(
    sandbox: Sandbox, source: CredentialSource, revoke: Callable[..., str], minted: Callable[[], int]
) -> None:
    """Handlers that are registered in its middle take part from the next call on."""
    sandbox.put_object("replay/there", b"x")
    at = {"Bucket": sandbox.bucket_name, "Key": "replay/there"}
    plain: Any = botocore_session(source).create_client(
        "s3", region_name=sandbox.region, endpoint_url=sandbox.s3_endpoint_url
    )
    with closing(plain) as s3:
        s3.meta.events.register("before-call.s3", lambda **_: Replay(source).register(s3.meta.events), "once")
        revoke()
        with pytest.raises(ClientError, match="ExpiredToken"):
            s3.get_object(**at)
        s3.meta.events.unregister("before-call.s3", unique_id="once")
        assert s3.get_object(**at)["Body"].read() == b"x"
    assert minted() == 1


REFUSED = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"


@pytest.fixture
def tls_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """A server with a certificate, whose authority botocore trusts."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    with HTTPServer("localhost", ssl_context=context) as server:
        yield server


def tls_client(source: CredentialSource, store: HTTPServer) -> Any:
    """A client of boto3 for that server."""
    settings = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return client_of(source, region="eu-west-1", endpoint_url=store.url_for("").rstrip("/"), config=settings)


@pytest.mark.parametrize("kind", ["bytes", "BytesIO"])
def test_body_in_chunks_with_a_trailer_is_sent_again(
    make_source: Callable[..., CredentialSource], registry: Any, tls_store: HTTPServer, kind: str
) -> None:
    """As boto3 sends bodies by TLS, with a checksum at their end."""
    bodies: list[bytes] = []

    def answer(request: Request) -> Response:
        bodies.append(request.get_data())
        return Response(REFUSED, 400) if len(bodies) == 1 else Response()

    tls_store.expect_request("/bucket/team/data/x", method="PUT").respond_with_handler(answer)
    content = b"0123456789abcdef" * 4096
    body: Any = content if kind == "bytes" else io.BytesIO(content)
    with closing(tls_client(make_source(access="write"), tls_store)) as s3:
        s3.put_object(Bucket="bucket", Key="team/data/x", Body=body, ChecksumAlgorithm="SHA256")
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert content in bodies[0]
    assert len(registry.minted) == 2


def test_unseekable_body_lets_the_refusal_through(
    make_source: Callable[..., CredentialSource], registry: Any, tls_store: HTTPServer
) -> None:
    """boto3 sends such bodies by TLS alone; the request after it has other keys."""
    tls_store.expect_ordered_request("/bucket/team/data/x").respond_with_data(REFUSED, 400)
    tls_store.expect_ordered_request("/bucket/team/data/x").respond_with_data("")
    put: dict[str, Any] = {"Bucket": "bucket", "Key": "team/data/x", "ChecksumAlgorithm": "SHA256"}
    with closing(tls_client(make_source(access="write"), tls_store)) as s3:
        with pytest.raises(ClientError, match="ExpiredToken"):
            s3.put_object(**put, Body=Unseekable(b"abc"))
        s3.put_object(**put, Body=Unseekable(b"abc"))
    tls_store.check_assertions()
    assert len(registry.minted) == 2


def test_head_in_the_wrong_region_asks_for_no_keys(
    make_source: Callable[..., CredentialSource], registry: Any, tls_store: HTTPServer
) -> None:
    """S3's answer is the one to refused keys; boto3 goes on to the region that it names."""
    elsewhere = {"x-amz-bucket-region": "ap-southeast-2"}
    tls_store.expect_ordered_request("/bucket", method="HEAD").respond_with_data("", 400, headers=elsewhere)
    tls_store.expect_ordered_request("/bucket", method="HEAD").respond_with_data("", 200, headers=elsewhere)
    with closing(tls_client(make_source(), tls_store)) as s3:
        s3.head_bucket(Bucket="bucket")
    tls_store.check_assertions()
    assert len(registry.minted) == 1


def test_source_that_cannot_be_asked_again_says_so(
    make_source: Callable[..., CredentialSource], registry: Any, tls_store: HTTPServer
) -> None:
    """Its error reaches the caller as it is."""
    tls_store.expect_request("/bucket/team/data/x").respond_with_data(REFUSED, 400)
    source = make_source()
    source()
    registry.is_down = True
    with closing(tls_client(source, tls_store)) as s3, pytest.raises(ServiceException):
        s3.get_object(Bucket="bucket", Key="team/data/x")


def test_store_that_cannot_be_reached_is_no_refusal(
    make_source: Callable[..., CredentialSource], registry: Any
) -> None:
    """The keys stay."""
    settings = Config(retries={"total_max_attempts": 1})
    with (
        closing(client_of(make_source(), region="eu-west-1", endpoint_url="http://127.0.0.1:9", config=settings)) as s3,
        pytest.raises(EndpointConnectionError),
    ):
        s3.list_buckets()
    assert len(registry.minted) == 1


class Odd(io.BytesIO):
    """A file whose methods fail."""

    def seekable(self) -> bool:
        raise RuntimeError("closed by somebody")


class Bare:
    """What boto3's own transfers send: a file that does not say that it can be rewound."""

    seek = tell = int


def moved() -> io.BytesIO:
    """A file that stands in its middle."""
    body = io.BytesIO(b"abc")
    body.seek(1)
    return body


@pytest.mark.parametrize(
    ("body", "can"),
    [
        (None, True),
        (b"x", True),
        (bytearray(b"x"), True),
        (io.BytesIO(b"x"), True),
        (Bare(), True),
        (moved(), False),
        (Unseekable(b"x"), False),
        (Odd(), False),
        (iter([b"x"]), False),
        (memoryview(b"x"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_body_can_be_sent_again_if_it_is_rewound_to_what_it_was(body: object, can: bool) -> None:
    """Bytes can, and files at their beginning; nothing else can."""
    assert can_be_sent_again(body) is can
