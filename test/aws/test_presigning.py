"""Links that work without keys: signed for as long as the keys live, in the right region, at the right store."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from openapi_client import ApiClient, ApiTypeError, ApiValueError, Configuration, S3Location
from openapi_client.aws import CredentialSource, presigning
from openapi_client.sandbox import Sandbox


@pytest.fixture
def sandbox_client(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """A client for the sandbox, whose store the environment names."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    # None of a reader's own settings counts.
    monkeypatch.setenv("AWS_PROFILE", "nonexistent")
    with ApiClient(Configuration.from_environment()) as client:
        yield client


def send(method: str, link: str, body: bytes | None = None) -> bytes:
    """What a link gives."""
    request = urllib.request.Request(link, body, method=method)  # noqa: S310 - of the test's own store
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - of the test's own store
        content: bytes = answer.read()
    return content


def test_link_gets_and_puts_an_object(sandbox: Sandbox, sandbox_client: ApiClient) -> None:
    """Without keys, on a real store; a link to get does not put."""
    place = f"s3://{sandbox.bucket_name}/links/an object with ümläuts"
    writing = CredentialSource(f"s3://{sandbox.bucket_name}/links/", "write", sandbox_client)
    send("PUT", writing.presign(place, timedelta(minutes=5), method="PUT"), b"hello")
    reading = CredentialSource(f"s3://{sandbox.bucket_name}/links/", api=sandbox_client)
    link = reading.presign(place, timedelta(minutes=5))
    assert send("GET", link) == b"hello"
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        send("PUT", link, b"other")
    refused.value.close()


def test_link_is_masked_and_lives_as_long_as_is_said(
    make_source: Callable[..., CredentialSource], registry: Any, clock: Any
) -> None:
    """Keys that do not live so long are renewed first."""
    source = make_source(region="ap-southeast-2")
    place = S3Location("bucket", "team/data/x", "s3://bucket/team/data/x")
    link = source.presign(place, timedelta(hours=3))
    parts = urllib.parse.urlsplit(link)
    assert parts.hostname == "bucket.s3.ap-southeast-2.amazonaws.com"
    query = urllib.parse.parse_qs(parts.query)
    assert query["X-Amz-Expires"] == ["10800"]
    assert query["X-Amz-Credential"][0].startswith(registry.minted[0])
    assert "/ap-southeast-2/s3/aws4_request" in query["X-Amz-Credential"][0]
    assert "that-nobody-may-see" not in repr(link)
    clock.advance(6 * 3600)
    assert registry.minted[0] not in source.presign(place, timedelta(hours=3))
    assert len(registry.requests) == 2


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("http://localhost:9000", "http://localhost:9000/bucket/team/data/x"),
        ("https://s3.example.org", "https://s3.example.org/bucket/team/data/x"),
        (
            "https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com",
            "https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com/bucket/team/data/x",
        ),
        ("https://s3.amazonaws.com", "https://bucket.s3.amazonaws.com/team/data/x"),
        ("https://s3.eu-west-1.amazonaws.com", "https://bucket.s3.eu-west-1.amazonaws.com/team/data/x"),
    ],
)
@pytest.mark.usefixtures("registry")
def test_link_names_the_bucket_in_the_host_on_aws_alone(
    make_source: Callable[..., CredentialSource], monkeypatch: pytest.MonkeyPatch, endpoint: str, address: str
) -> None:
    """Other stores seldom have a host for each bucket; the region stays the bucket's."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    link = make_source(region="eu-west-1").presign("s3://bucket/team/data/x", timedelta(hours=1))
    assert link.startswith(f"{address}?")
    assert "%2Feu-west-1%2Fs3%2Faws4_request" in link


def test_link_works_at_a_host_that_has_a_name(
    sandbox: Sandbox, sandbox_client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a real store."""
    port = urllib.parse.urlsplit(sandbox.s3_endpoint_url).port
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://localhost:{port}")
    sandbox.put_object("links/named", b"hello")
    source = CredentialSource(f"s3://{sandbox.bucket_name}/links/", api=sandbox_client)
    link = source.presign(f"s3://{sandbox.bucket_name}/links/named", timedelta(minutes=5))
    assert send("GET", link) == b"hello"


@pytest.mark.parametrize(
    ("place", "expires", "options", "words"),
    [
        ("s3://bucket/team/data/x", timedelta(hours=9), {}, "9:00:00 was asked for, and the newest have 8:00:00 left"),
        (
            "s3://bucket/team/data2/x",
            timedelta(hours=1),
            {},
            "s3://bucket/team/data2/x is outside s3://bucket/team/data",
        ),
        ("s3://bucket/team/data/x", timedelta(hours=1), {"method": "PUT"}, "cannot be written with keys that read"),
        ("s3://bucket/team/data/x", timedelta(0), {}, "works for 1 s or more"),
        ("s3://bucket/team/data/x", 0.5, {}, "works for 1 s or more, not s3://bucket/team/data/x for 0.5 s"),
        ("s3://bucket/team/data/x", -600, {}, "works for 1 s or more"),
        ("s3://bucket/team/data2/", 600, {}, "s3://bucket/team/data2/ is outside s3://bucket/team/data"),
    ],
    ids=["too long", "outside", "put", "no time", "too short", "negative", "slash"],
)
def test_link_that_would_not_work_is_an_error(
    make_source: Callable[..., CredentialSource],
    registry: Any,
    place: str,
    expires: timedelta,
    options: dict[str, Any],
    words: str,
) -> None:
    """Before it is handed out."""
    source = make_source(region="ap-southeast-2")
    assert not registry.requests
    with pytest.raises(ApiValueError, match=words):
        source.presign(place, expires, **options)


@pytest.mark.parametrize("expires", [600, 600.9, timedelta(minutes=10)])
@pytest.mark.usefixtures("registry")
def test_link_takes_seconds(make_source: Callable[..., CredentialSource], expires: Any) -> None:
    """A part of a second is dropped; what is no length of time is named."""
    source = make_source(region="ap-southeast-2")
    assert "X-Amz-Expires=600&" in source.presign("s3://bucket/team/data/x", expires)
    with pytest.raises(ApiTypeError, match="expires is a timedelta or a number of seconds"):
        source.presign("s3://bucket/team/data/x", "10m")  # type: ignore[arg-type]  # that is the mistake


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(
    ("root", "key", "path"),
    [
        ("s3://bucket/p/", "p/folder/", "/p/folder/"),
        ("s3://bucket/p/", "p/folder", "/p/folder"),
        ("s3://bucket/p/", "p//folder//", "/p//folder//"),
        ("s3://bucket//test/", "/test/x", "//test/x"),
        ("s3://bucket", "/", "//"),
        ("s3://bucket/p/", "p/ü %20", "/p/%C3%BC%20%2520"),
    ],
)
@pytest.mark.usefixtures("registry")
def test_link_is_to_the_key_character_by_character(
    make_source: Callable[..., CredentialSource], method: Any, root: str, key: str, path: str
) -> None:
    """A slash at an end is a part of the key, for both methods and in both forms of the place."""
    source = make_source(root, "write", region="ap-southeast-2")
    uri = f"s3://bucket/{key}"
    for place in (uri, S3Location.from_uri(uri)):
        link = source.presign(place, timedelta(hours=1), method=method)
        assert urllib.parse.urlsplit(link).path == path


def test_link_needs_a_method_and_an_object(make_source: Callable[..., CredentialSource]) -> None:
    """Of those that there are."""
    whole = make_source("s3://bucket", "write", region="ap-southeast-2")
    with pytest.raises(ApiValueError, match="one object"):
        whole.presign("s3://bucket", timedelta(hours=1))
    with pytest.raises(ApiValueError, match="'DELETE': give 'GET' or 'PUT'"):
        whole.presign("s3://bucket/x", timedelta(hours=1), method="DELETE")  # type: ignore[arg-type]  # that is the mistake


@pytest.mark.usefixtures("registry")
def test_region_that_nobody_gave_is_found(
    make_source: Callable[..., CredentialSource], monkeypatch: pytest.MonkeyPatch, raw_server: Callable[..., Any]
) -> None:
    """The store tells it, signed or not."""
    store = raw_server(b"HTTP/1.1 403 Forbidden\r\nx-amz-bucket-region: eu-central-1\r\nContent-Length: 0\r\n\r\n")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", store.url)
    link = make_source().presign("s3://bucket/team/data/x", timedelta(hours=1))
    assert "%2Feu-central-1%2Fs3%2Faws4_request" in link


@pytest.mark.usefixtures("registry")
def test_links_of_a_region_and_a_store_are_signed_by_one_client(
    make_source: Callable[..., CredentialSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with the keys of its own source, in any number of threads; the latest clients are kept."""
    signers = presigning.Signers()
    monkeypatch.setattr(presigning, "_signers", signers)
    monkeypatch.setattr(presigning, "_LATEST_SIGNERS", 1)
    signer = signers.signer("eu-west-1", None)
    sources = [make_source(f"s3://bucket/{number}/", region="eu-west-1") for number in range(4)]

    def is_signed_with_own_keys(source: CredentialSource) -> bool:
        link = source.presign(f"{source.location.s3_uri}x", 600)
        return source().aws_access_key_id in urllib.parse.unquote(link)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(is_signed_with_own_keys, sources * 8))
    signers.after_fork()
    assert signers.signer("eu-west-1", None) is signer
    assert signers.signer("eu-west-1", "http://localhost:9").meta.endpoint_url == "http://localhost:9"
    assert signers.signer("eu-west-1", None) is not signer
