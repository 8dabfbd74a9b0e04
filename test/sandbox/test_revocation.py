"""Keys that S3 refuses before their time, as boto3 and bare connections see it."""

import http.client
import io
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import urllib3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from openapi_client.sandbox import Sandbox
from openapi_client.sandbox.refusal import REVOCATION_CODES, RevocationCode

MEGABYTE = 1024 * 1024

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def revoking() -> Iterator[Sandbox]:
    """A sandbox whose keys the tests may revoke all at once."""
    with Sandbox() as running:
        running.put_object("team-a/x", b"x")
        yield running


@pytest.fixture
def keys(revoking: Sandbox, ask: Call) -> dict[str, str]:
    """New write credentials."""
    credentials: dict[str, str] = ask(revoking, "team-a", "write").json()["credentials"]
    return credentials


@pytest.fixture
def s3(revoking: Sandbox, s3_for: Call, keys: dict[str, str]) -> Any:
    """A client with these credentials."""
    return s3_for(revoking, credentials=keys)


def error_of(call: Call, **arguments: Any) -> dict[str, Any]:
    """What botocore makes of a refusal."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    response: dict[str, Any] = {**refused.value.response}
    return response


@pytest.mark.parametrize("code", REVOCATION_CODES)
def test_every_request_is_refused_with_the_code(
    revoking: Sandbox, s3: Any, keys: dict[str, str], code: RevocationCode
) -> None:
    """From the revocation on, whatever boto3 asks is answered with AWS's status, code and words, over one client."""
    at = {"Bucket": revoking.bucket_name, "Key": "team-a/x"}
    assert s3.get_object(**at)["Body"].read() == b"x"
    revoking.revoke_keys(keys["aws_access_key_id"], code)
    for call, arguments in (
        (s3.get_object, at),
        (s3.put_object, {**at, "Body": b"late"}),
        (s3.put_object, {**at, "Body": io.BytesIO(bytes(8 * MEGABYTE))}),
        (s3.delete_object, at),
        (s3.list_objects_v2, {"Bucket": revoking.bucket_name}),
        (s3.create_multipart_upload, at),
    ):
        answer = error_of(call, **arguments)
        status = 403 if code == "AccessDenied" else 400
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
        assert answer["Error"]["Code"] == code
        assert answer["Error"].get("Token-0") == (None if code == "AccessDenied" else keys["aws_session_token"])
        assert answer["ResponseMetadata"]["RequestId"]
        assert answer["ResponseMetadata"]["HostId"]
        assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/xml"


@pytest.mark.parametrize("code", REVOCATION_CODES)
def test_head_says_the_status_alone(revoking: Sandbox, s3: Any, keys: dict[str, str], code: RevocationCode) -> None:
    """A HEAD's answer has no body, so botocore knows the status alone; the bucket's still says the region."""
    revoking.revoke_keys(keys["aws_access_key_id"], code)
    status = "403" if code == "AccessDenied" else "400"
    assert error_of(s3.head_object, Bucket=revoking.bucket_name, Key="team-a/x")["Error"]["Code"] == status
    answer = error_of(s3.head_bucket, Bucket=revoking.bucket_name)
    assert answer["Error"]["Code"] == status
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == revoking.region


@pytest.mark.parametrize("signature_version", ["s3v4", "s3"])
def test_presigned_urls_are_refused(
    revoking: Sandbox, s3_for: Call, keys: dict[str, str], http: urllib3.PoolManager, signature_version: str
) -> None:
    """A link that was made before the revocation works no longer, in either version of the signature."""
    client = s3_for(revoking, credentials=keys, signature_version=signature_version)
    url = client.generate_presigned_url("get_object", Params={"Bucket": revoking.bucket_name, "Key": "team-a/x"})
    revoking.revoke_keys(keys["aws_access_key_id"], "TokenRefreshRequired")
    answer = http.request("GET", url)
    assert (answer.status, b"<Code>TokenRefreshRequired</Code>" in answer.data) == (400, True)


def test_keys_minted_later_are_good(revoking: Sandbox, s3_for: Call, s3: Any) -> None:
    """Revoking all keys ends those that were handed out so far, of either access, and no others."""
    at = {"Bucket": revoking.bucket_name, "Key": "team-a/x"}
    reader = s3_for(revoking)
    revoking.revoke_keys()
    assert error_of(s3.get_object, **at)["Error"]["Code"] == "ExpiredToken"
    assert error_of(reader.get_object, **at)["Error"]["Code"] == "ExpiredToken"
    assert s3_for(revoking).get_object(**at)["Body"].read() == b"x"


def test_one_key_is_revoked_and_not_the_others(revoking: Sandbox, s3_for: Call, s3: Any, keys: dict[str, str]) -> None:
    """Another key for the same place goes on working."""
    at = {"Bucket": revoking.bucket_name, "Key": "team-a/x"}
    other = s3_for(revoking)
    revoking.revoke_keys(keys["aws_access_key_id"])
    assert error_of(s3.get_object, **at)["Error"]["Code"] == "ExpiredToken"
    assert other.get_object(**at)["Body"].read() == b"x"


def test_multipart_upload_is_refused_in_its_middle(revoking: Sandbox, s3_for: Call, ask: Call, s3: Any) -> None:
    """Parts that are sent after the revocation are refused; new keys go on where the old ones stopped."""
    at = {"Bucket": revoking.bucket_name, "Key": "team-a/parts"}
    body = bytes(5 * MEGABYTE)
    upload = {**at, "UploadId": s3.create_multipart_upload(**at)["UploadId"]}
    parts = [{"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=body)["ETag"]}]
    revoking.revoke_keys(code="InvalidToken")
    assert error_of(s3.upload_part, **upload, PartNumber=2, Body=body)["Error"]["Code"] == "InvalidToken"
    newer = s3_for(revoking, credentials=ask(revoking, "team-a", "write").json()["credentials"])
    parts.append({"PartNumber": 2, "ETag": newer.upload_part(**upload, PartNumber=2, Body=body)["ETag"]})
    newer.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert newer.head_object(**at)["ContentLength"] == 2 * len(body)


def test_transfer_of_boto3_is_refused_in_its_middle(revoking: Sandbox, keys: dict[str, str]) -> None:
    """A transfer of many parts whose keys are revoked while the first one goes out ends with the code."""
    session = boto3.Session(
        keys["aws_access_key_id"], keys["aws_secret_access_key"], keys["aws_session_token"], revoking.region
    )
    transfer = TransferConfig(multipart_threshold=5 * MEGABYTE, multipart_chunksize=5 * MEGABYTE, use_threads=False)
    with closing(session.client("s3", endpoint_url=revoking.s3_endpoint_url)) as client:
        answer = error_of(
            client.upload_fileobj,
            Fileobj=io.BytesIO(bytes(15 * MEGABYTE)),
            Bucket=revoking.bucket_name,
            Key="team-a/transfer",
            Callback=lambda _: revoking.revoke_keys(keys["aws_access_key_id"], "TokenRefreshRequired"),
            Config=transfer,
        )
    assert answer["Error"]["Code"] == "TokenRefreshRequired"


@pytest.fixture
def connection(revoking: Sandbox) -> Iterator[socket.socket]:
    """A bare connection to the store."""
    where = urlsplit(revoking.s3_endpoint_url)
    with socket.create_connection((where.hostname, where.port), timeout=20) as connected:
        yield connected


def request_head(revoking: Sandbox, s3: Any, operation: str, method: str, more: str = "") -> bytes:
    """The head of a presigned request for one object."""
    url = urlsplit(
        s3.generate_presigned_url(operation, Params={"Bucket": revoking.bucket_name, "Key": "team-a/upload"})
    )
    return f"{method} {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n{more}\r\n".encode()


def read_answer(connection: socket.socket, method: str) -> tuple[int, bytes]:
    """The status and body of the next answer."""
    answer = http.client.HTTPResponse(connection, method=method)
    with closing(answer):
        answer.begin()
        return answer.status, answer.read()


def test_upload_that_has_begun_is_finished(revoking: Sandbox, s3: Any, connection: socket.socket) -> None:
    """A chunked upload that S3 has let in goes on after the revocation; the connection's next request is refused."""
    chunked = "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
    connection.sendall(request_head(revoking, s3, "put_object", "PUT", chunked))
    assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"3\r\nabc\r\n")
    revoking.revoke_keys()
    connection.sendall(b"4\r\ndefg\r\n0\r\n\r\n")
    assert read_answer(connection, "PUT")[0] == 200
    connection.sendall(request_head(revoking, s3, "get_object", "GET"))
    status, body = read_answer(connection, "GET")
    assert (status, b"<Code>ExpiredToken</Code>" in body) == (400, True)
    assert connection.recv(1) == b""


@pytest.mark.parametrize("framing", ["Content-Length: 1000000000\r\n", "Transfer-Encoding: chunked\r\n"])
def test_upload_that_waits_is_refused_at_once(
    revoking: Sandbox, s3: Any, connection: socket.socket, framing: str
) -> None:
    """A client that waits for 100 Continue gets the refusal in its place, before it has sent anything."""
    revoking.revoke_keys()
    connection.sendall(request_head(revoking, s3, "put_object", "PUT", f"{framing}Expect: 100-continue\r\n"))
    status, body = read_answer(connection, "PUT")
    assert (status, b"<Code>ExpiredToken</Code>" in body) == (400, True)


def test_large_upload_that_does_not_wait_is_answered(
    revoking: Sandbox, s3: Any, http: urllib3.PoolManager, keys: dict[str, str]
) -> None:
    """A client that sends all of its body first still gets the answer, not a reset connection."""
    revoking.revoke_keys(keys["aws_access_key_id"], "AccessDenied")
    url = s3.generate_presigned_url("put_object", Params={"Bucket": revoking.bucket_name, "Key": "team-a/large"})
    answer = http.request("PUT", url, body=io.BytesIO(bytes(32 * MEGABYTE)))
    assert (answer.status, b"<Code>AccessDenied</Code>" in answer.data) == (403, True)


def test_region_is_found_by_whoever_asks(
    revoking: Sandbox, s3: Any, s3_for: Call, keys: dict[str, str], http: urllib3.PoolManager
) -> None:
    """HEAD of the bucket tells the region: to good keys, to wrong ones, and without any."""
    assert s3.head_bucket(Bucket=revoking.bucket_name)["BucketRegion"] == revoking.region
    wrong = s3_for(revoking, credentials={**keys, "aws_secret_access_key": "wrong"})
    answer = error_of(wrong.head_bucket, Bucket=revoking.bucket_name)
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == revoking.region
    for authorization in ({}, {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/s3, SignedHeaders=host"}):
        unsigned = http.request("HEAD", f"{revoking.s3_endpoint_url}/{revoking.bucket_name}", headers=authorization)
        assert unsigned.status in {400, 403}
        assert unsigned.headers.getlist("x-amz-bucket-region") == [revoking.region]
    assert "x-amz-bucket-region" not in http.request("HEAD", f"{revoking.s3_endpoint_url}/elsewhere").headers
