"""What the credentials open in the store, and what stays closed."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from openapi_client.sandbox import Sandbox

S3For = Callable[..., Any]
MEGABYTE = 1024 * 1024

KEYS = ["team-a/x", "team-a/deep/y", "team-a-private/x", "team-b/x", "[ab]/x", "a/x", "top"]


@pytest.fixture(scope="module", autouse=True)
def _objects(sandbox: Sandbox) -> None:
    for key in KEYS:
        sandbox.put_object(key, key.encode())


def code_of(call: Callable[..., object], **arguments: object) -> str:
    """The error code with which the store refuses a call."""
    with pytest.raises(ClientError) as refused:
        call(Bucket="sandbox-data", **arguments)
    return str(refused.value.response.get("Error", {}).get("Code"))


@pytest.mark.parametrize("path", ["team-a", "/team-a", "team-a/", "/team-a/"])
@pytest.mark.parametrize("access", ["read", "write"])
def test_objects_at_and_below_the_path_can_be_read(sandbox: Sandbox, s3_for: S3For, path: str, access: str) -> None:
    """Slashes at the ends of the path make no difference."""
    s3 = s3_for(sandbox, path, access)
    for key in ("team-a/x", "team-a/deep/y"):
        assert s3.get_object(Bucket=sandbox.bucket_name, Key=key)["Body"].read() == key.encode()
        assert s3.head_object(Bucket=sandbox.bucket_name, Key=key)["ContentLength"] == len(key)


def test_the_path_itself_can_be_read(sandbox: Sandbox, s3_for: S3For) -> None:
    """A path may name one object."""
    s3 = s3_for(sandbox, "team-a/x")
    assert s3.get_object(Bucket=sandbox.bucket_name, Key="team-a/x")["Body"].read() == b"team-a/x"
    assert code_of(s3.get_object, Key="team-a/deep/y") == "AccessDenied"


def test_the_folder_marker_is_within_the_path(sandbox: Sandbox, s3_for: S3For) -> None:
    """The object that stands for an empty folder can be written and read by whoever may write there."""
    s3 = s3_for(sandbox, "team-m", "write")
    s3.put_object(Bucket=sandbox.bucket_name, Key="team-m/", Body=b"")
    assert s3.get_object(Bucket=sandbox.bucket_name, Key="team-m/")["Body"].read() == b""


@pytest.mark.parametrize("access", ["read", "write"])
def test_the_whole_bucket_can_be_listed(sandbox: Sandbox, s3_for: S3For, access: str) -> None:
    """Listing is bucket-wide, as by the real registry."""
    s3 = s3_for(sandbox, "team-a", access)
    listed = {item["Key"] for item in s3.list_objects_v2(Bucket=sandbox.bucket_name)["Contents"]}
    assert {"team-a/x", "team-b/x", "team-a-private/x"} <= listed


@pytest.mark.parametrize("key", ["team-a-private/x", "team-b/x", "top", "team-a-private"])
@pytest.mark.parametrize("access", ["read", "write"])
def test_neighbours_stay_closed(sandbox: Sandbox, s3_for: S3For, access: str, key: str) -> None:
    """A place whose name begins the same is another place."""
    s3 = s3_for(sandbox, "team-a", access)
    assert code_of(s3.get_object, Key=key) == "AccessDenied"
    assert code_of(s3.put_object, Key=key, Body=b"") == "AccessDenied"
    assert code_of(s3.delete_object, Key=key) == "AccessDenied"


def test_read_credentials_change_nothing(sandbox: Sandbox, s3_for: S3For) -> None:
    """With read credentials every way to write is denied."""
    s3 = s3_for(sandbox, "team-a", "read")
    source = {"Bucket": sandbox.bucket_name, "Key": "team-a/x"}
    tags = {"TagSet": [{"Key": "k", "Value": "v"}]}
    assert code_of(s3.put_object, Key="team-a/new", Body=b"") == "AccessDenied"
    assert code_of(s3.delete_object, Key="team-a/x") == "AccessDenied"
    assert code_of(s3.copy_object, Key="team-a/copy", CopySource=source) == "AccessDenied"
    assert code_of(s3.create_multipart_upload, Key="team-a/new") == "AccessDenied"
    assert code_of(s3.put_object_tagging, Key="team-a/x", Tagging=tags) == "AccessDenied"


def test_write_credentials_write_tag_copy_and_delete(sandbox: Sandbox, s3_for: S3For) -> None:
    """With write credentials an object can be written, tagged, copied and deleted."""
    s3 = s3_for(sandbox, "team-a", "write")
    at = {"Bucket": sandbox.bucket_name, "Key": "team-a/new"}
    copy = {"Bucket": sandbox.bucket_name, "Key": "team-a/copy"}
    s3.put_object(**at, Body=b"new")
    s3.put_object_tagging(**at, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    assert s3.get_object_tagging(**at)["TagSet"] == [{"Key": "k", "Value": "v"}]
    s3.delete_object_tagging(**at)
    s3.copy_object(**copy, CopySource=at)
    s3.delete_object(**at)
    assert s3.get_object(**copy)["Body"].read() == b"new"
    assert code_of(s3.get_object, Key="team-a/new") == "NoSuchKey"
    s3.delete_object(**copy)


def test_large_objects_go_up_in_parts(sandbox: Sandbox, s3_for: S3For) -> None:
    """A multipart upload works with write credentials."""
    s3 = s3_for(sandbox, "team-a", "write")
    at = {"Bucket": sandbox.bucket_name, "Key": "team-a/parts"}
    upload = {**at, "UploadId": s3.create_multipart_upload(**at)["UploadId"]}
    parts = [
        {"PartNumber": number, "ETag": s3.upload_part(**upload, PartNumber=number, Body=bytes(5 * MEGABYTE))["ETag"]}
        for number in (1, 2)
    ]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert s3.head_object(**at)["ContentLength"] == 10 * MEGABYTE
    s3.delete_object(**at)


@pytest.mark.parametrize("path", ["", "/"])
def test_empty_path_is_the_whole_bucket(sandbox: Sandbox, s3_for: S3For, path: str) -> None:
    """Without a path every object can be read."""
    s3 = s3_for(sandbox, path)
    assert s3.get_object(Bucket=sandbox.bucket_name, Key="team-b/x")["Body"].read() == b"team-b/x"
    assert code_of(s3.put_object, Key="team-b/x", Body=b"") == "AccessDenied"


def test_words_of_any_language_work(sandbox: Sandbox, s3_for: S3For) -> None:
    """A path may hold spaces, signs and letters beyond ASCII."""
    key = "\N{LATIN SMALL LETTER E WITH ACUTE} \N{SNOWMAN}+%41&'/x"
    sandbox.put_object(key, b"here")
    s3 = s3_for(sandbox, key.removesuffix("/x"))
    assert s3.get_object(Bucket=sandbox.bucket_name, Key=key)["Body"].read() == b"here"


def test_brackets_are_no_pattern(sandbox: Sandbox, s3_for: S3For) -> None:
    """A path with brackets is that path, not a set of characters."""
    s3 = s3_for(sandbox, "[ab]")
    assert s3.get_object(Bucket=sandbox.bucket_name, Key="[ab]/x")["Body"].read() == b"[ab]/x"
    assert code_of(s3.get_object, Key="a/x") == "AccessDenied"


def test_long_path_works(sandbox: Sandbox, s3_for: S3For) -> None:
    """A long path makes a long session token, which the store and the proxy still take."""
    path = "/".join(["d" * 200] * 4)
    sandbox.put_object(f"{path}/x", b"deep")
    assert s3_for(sandbox, path).get_object(Bucket=sandbox.bucket_name, Key=f"{path}/x")["Body"].read() == b"deep"


def test_other_keys_open_nothing(sandbox: Sandbox, s3_for: S3For, ask: Callable[..., Any]) -> None:
    """A wrong secret, an unknown key and a token that was tampered with are each refused."""
    good = ask(sandbox).json()["credentials"]
    for changes, code in (
        ({"aws_secret_access_key": "wrong"}, "SignatureDoesNotMatch"),
        ({"aws_session_token": good["aws_session_token"][:-8] + "AAAAAAAA"}, "InvalidAccessKeyId"),
        ({"aws_session_token": "no-token"}, "InvalidAccessKeyId"),
    ):
        s3 = s3_for(sandbox, credentials={**good, **changes})
        assert code_of(s3.get_object, Key="team-a/x") == code
