"""`AWS_CA_BUNDLE`, which every adapter trusts for S3."""

import pickle
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_httpserver import HTTPServer

from openapi_client import ApiConnectionException, ApiValueError
from openapi_client.aws import CredentialSource
from openapi_client.aws._region import authorities_of_environment, bucket_region, require_authorities
from openapi_client.aws.boto3 import client as boto3_client
from openapi_client.aws.obstore import _TAKES_AUTHORITIES, store
from openapi_client.aws.s3fs import S3FileSystem

TLS = "https://localhost:1"
HEADERS = {
    "ETag": '"e"',
    "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT",
    "x-amz-bucket-region": "eu-west-1",
}


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that `AWS_CA_BUNDLE` names."""
    path = tmp_path / "authority.pem"
    monkeypatch.setenv("AWS_CA_BUNDLE", str(path))
    return path


@pytest.fixture
def s3(bundle: Path) -> Iterator[HTTPServer]:
    """A store with one object and a certificate, whose authority the environment names."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(bundle))
    with HTTPServer("localhost", ssl_context=context) as server:
        server.expect_request("/bucket/team/data/x").respond_with_data(b"hello", headers=HEADERS)
        server.expect_request("/bucket").respond_with_data(b"", headers=HEADERS)
        yield server


def by_boto3(source: CredentialSource, endpoint: str) -> Any:
    """What boto3 reads."""
    there = boto3_client(source, region="eu-west-1", endpoint_url=endpoint)
    return there.get_object(Bucket="bucket", Key="team/data/x")["Body"].read()


def by_s3fs(source: CredentialSource, endpoint: str) -> Any:
    """What s3fs reads."""
    return S3FileSystem(source, region="eu-west-1", endpoint_url=endpoint).cat_file("bucket/team/data/x")


def by_obstore(source: CredentialSource, endpoint: str) -> Any:
    """What obstore reads, by a store from a pickle."""
    pickled = pickle.dumps(store(source, region="eu-west-1", endpoint_url=endpoint))
    assert b"CERTIFICATE" not in pickled
    return bytes(pickle.loads(pickled).get("x").bytes())  # noqa: S301 - the test's own


OLD_OBSTORE = pytest.mark.skipif(not _TAKES_AUTHORITIES, reason="obstore takes authorities from 0.11 on")


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("read", [by_boto3, by_s3fs, pytest.param(by_obstore, marks=OLD_OBSTORE)])
def test_every_adapter_trusts_the_bundle(
    make_source: Callable[..., CredentialSource], s3: HTTPServer, read: Callable[..., bytes]
) -> None:
    """A store with a certificate of an authority of its own is read."""
    assert read(make_source(), s3.url_for("").rstrip("/")) == b"hello"


@pytest.mark.parametrize("form", ["file", "folder"])
def test_region_is_asked_for_with_the_bundle(
    s3: HTTPServer, bundle: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """And with requests' bundle where there is none."""
    place = str(bundle if form == "file" else bundle.parent)
    monkeypatch.setenv("AWS_CA_BUNDLE", place)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    assert bucket_region("bucket", s3.url_for("")) == "eu-west-1"
    monkeypatch.delenv("AWS_CA_BUNDLE")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", place)
    assert authorities_of_environment() is None
    assert bucket_region("bucket", s3.url_for("/")) == "eu-west-1"


@pytest.mark.parametrize("read", [by_boto3, by_s3fs])
@pytest.mark.parametrize("place", ["", "none.pem"], ids=["folder", "missing"])
def test_bundle_that_is_no_file_is_named(
    make_source: Callable[..., CredentialSource],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[..., bytes],
    place: str,
) -> None:
    """By the adapters on botocore, which takes no folder."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / place))
    with pytest.raises(
        ApiValueError, match=f"There is no file '{tmp_path / place}', which AWS_CA_BUNDLE names for TLS"
    ):
        read(make_source(), TLS)
    require_authorities("http://localhost:1")
    require_authorities(TLS, verify=False)


def test_bundle_that_is_not_there_is_named(make_source: Callable[..., CredentialSource], bundle: Path) -> None:
    """Before anything is asked with TLS; a store without TLS needs none."""
    problem = f"There is no file '{bundle}', nor a folder, which AWS_CA_BUNDLE names for TLS"
    by_store: list[Callable[[], Any]] = [lambda: by_obstore(make_source(), TLS)] if _TAKES_AUTHORITIES else []
    for ask in (lambda: bucket_region("untold", "https://localhost:1"), *by_store):
        with pytest.raises(ApiValueError, match=problem):
            ask()
    assert store(make_source(), region="eu-west-1", endpoint_url="http://localhost:1").prefix == "team/data"
    with pytest.raises(ApiConnectionException):
        bucket_region("untold", "http://127.0.0.1:9")
