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
