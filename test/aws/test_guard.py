"""Writes that keys do not admit: which operations of boto3 are writes, and what they write."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, EndpointConnectionError

from openapi_client import ApiValueError
from openapi_client.aws import CredentialSource
from openapi_client.aws._guard import Guard

KEY = {"Bucket": "bucket", "Key": "team/data/object"}
COPY = {"CopySource": "elsewhere/object"}
SELECT = {"ExpressionType": "SQL", "Expression": "s", "InputSerialization": {}, "OutputSerialization": {}}


@pytest.fixture
def guarded(make_source: Callable[..., CredentialSource]) -> Iterator[Callable[[str], Any]]:
    """Makes clients of boto3 for a store that nobody runs: what is not refused fails to connect."""
    clients: list[Any] = []

    def make(access: str) -> Any:
        session = boto3.Session("id", "secret", region_name="eu-west-1")
        Guard(make_source(access=access)).register(session.events)
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5)
        clients.append(session.client("s3", endpoint_url="http://127.0.0.1:9", config=config))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


WRITES: list[tuple[str, dict[str, Any]]] = [
    ("put_object", {}),
    ("copy_object", COPY),
    ("delete_object", {}),
    ("create_multipart_upload", {}),
    ("upload_part_copy", {**COPY, "UploadId": "1", "PartNumber": 1}),
    ("complete_multipart_upload", {"UploadId": "1"}),
    ("put_object_tagging", {"Tagging": {"TagSet": []}}),
]


@pytest.mark.parametrize(("operation", "more"), WRITES)
def test_write_needs_keys_that_write_there(guarded: Callable[[str], Any], operation: str, more: dict[str, Any]) -> None:
    """By whole segments, and whatever is read in doing so."""
    with pytest.raises(ApiValueError, match="s3://bucket/team/data/object cannot be written with keys that read"):
        getattr(guarded("read"), operation)(**KEY, **more)
    writing = getattr(guarded("write"), operation)
    with pytest.raises(ApiValueError, match="s3://bucket/team/data2 is outside s3://bucket/team/data,"):
        writing(**{**KEY, "Key": "team/data2"}, **more)
    with pytest.raises(EndpointConnectionError):
        writing(**KEY, **more)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("get_object", {"Bucket": "elsewhere", "Key": "object"}),
        ("head_object", {"Bucket": "elsewhere", "Key": "object"}),
        ("list_objects_v2", {"Bucket": "elsewhere"}),
        ("select_object_content", {**KEY, **SELECT}),
        ("put_object", {"Bucket": "arn:aws:s3:eu-west-1:111122223333:accesspoint/point", "Key": "object"}),
        ("put_object", {"Bucket": "point-1a2b3c-s3alias", "Key": "object"}),
        ("put_object", {"Bucket": "point-1a2b3c-ext-s3alias", "Key": "object"}),
        ("put_object", {"Bucket": "point-1a2b3c--ol-s3", "Key": "object"}),
        ("delete_object", {"Bucket": "point-o01ac5d28a6a--op-s3", "Key": "object"}),
        ("create_bucket", {"Bucket": "elsewhere"}),
    ],
)
def test_all_else_is_left_to_the_store(guarded: Callable[[str], Any], operation: str, params: dict[str, Any]) -> None:
    """What is read, what names no bucket, and what is done to a bucket as a whole."""
    with pytest.raises(EndpointConnectionError):
        getattr(guarded("read"), operation)(**params)


def test_each_object_of_a_list_counts(guarded: Callable[[str], Any]) -> None:
    """One that lies outside spoils the request."""
    delete = guarded("write").delete_objects
    inside, outside = {"Key": "team/data/object"}, {"Key": "team/object"}
    with pytest.raises(EndpointConnectionError):
        delete(Bucket="bucket", Delete={"Objects": [inside, inside]})
    with pytest.raises(ApiValueError, match="s3://bucket/team/object is outside"):
        delete(Bucket="bucket", Delete={"Objects": [inside, outside]})


@pytest.mark.parametrize("params", [{}, {"Bucket": "b", "Key": 7}, {"Bucket": "b", "Delete": {"Objects": 7}}])
def test_what_boto3_does_not_take_is_its_own_error(guarded: Callable[[str], Any], params: dict[str, Any]) -> None:
    """It says what is missing, and of which type it should be."""
    operation = "delete_objects" if "Delete" in params else "put_object"
    with pytest.raises(BotoCoreError):
        cast("Any", getattr(guarded("read"), operation))(**params)


POINTS = ["arn:aws:s3:eu-west-1:111122223333:accesspoint/point", "point-1a-s3alias", "mfzwi23gnjvgw.mrap", "a--xa-s3"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("team/data2/", "s3://bucket/team/data2/ is outside s3://bucket/team/data,"),
        ("/team/data/object", "s3://bucket//team/data/object is outside s3://bucket/team/data,"),
        ("team/data${filename}", r"s3://bucket/team/data\$\{filename\} is outside"),
        ("team/x\x1b[2J", r"s3://bucket/team/x\\x1b\[2J is outside"),
    ],
)
def test_form_to_post_is_guarded_as_links_are(guarded: Callable[[str], Any], key: str, words: str) -> None:
    """A form is for keys that write, at a place that they open; messages show each slash."""
    writing, inside = guarded("write"), "team/data/${filename}"
    with pytest.raises(ApiValueError, match="s3://bucket/team/data/x/ cannot be written with keys that read"):
        guarded("read").generate_presigned_post("bucket", "team/data/x/")
    with pytest.raises(ApiValueError, match=words):
        writing.generate_presigned_post("bucket", key)
    with pytest.raises(ApiValueError, match=words):
        writing.generate_presigned_post(Bucket="bucket", Key=key, ExpiresIn=60)
    with pytest.raises(ApiValueError, match=words):
        writing.generate_presigned_url("put_object", {"Bucket": "bucket", "Key": key})
    assert writing.generate_presigned_post("bucket", inside)["fields"]["key"] == inside
    with pytest.raises(TypeError, match=r"missing .* 'Key'"):
        writing.generate_presigned_post("bucket")


@pytest.mark.parametrize("bucket", POINTS)
def test_form_for_an_access_point_is_left_to_the_store(
    make_source: Callable[..., CredentialSource], bucket: str
) -> None:
    """Its name tells no bucket."""
    asked: dict[str, Any] = {"generate_presigned_post": lambda Bucket, Key: (Bucket, Key)}  # noqa: N803 - boto3's
    Guard(make_source())._guard_forms(asked)
    assert asked["generate_presigned_post"](bucket, "object") == (bucket, "object")
