"""Places: which of them keys open, and what is said of the others."""

from pathlib import PurePosixPath
from typing import Any
from unittest.mock import Mock

import pytest

from openapi_client import ApiValueError, S3Location
from openapi_client.aws.location import access_of, covers, key_of, location_of, name_of

PLACE = S3Location("bucket", "team/data", "s3://bucket/team/data/")


@pytest.mark.parametrize(
    ("root", "uri", "covered"),
    [
        ("team/data", "s3://bucket/team/data", True),
        ("team/data", "s3://bucket/team/data/", True),
        ("team/data", "s3://bucket/team/data/x", True),
        ("team/data", "s3://bucket/team/data//x", True),
        ("team/data", "s3://bucket/team/data2", False),
        ("team/data", "s3://bucket/team/data2/x", False),
        ("team/data", "s3://bucket/team", False),
        ("team/data", "s3://bucket", False),
        ("team/data", "s3://other/team/data/x", False),
        ("team/data", "s3://bucket/Team/data/x", False),
        ("team/data/", "s3://bucket/team/data/x", True),
        ("/team/data/", "s3://bucket//team/data/x", True),
        ("/team/data/", "s3://bucket/team/data/x", False),
        ("team/data", "s3://bucket//team/data/x", False),
        ("team//data", "s3://bucket/team//data/x", True),
        ("team//data", "s3://bucket/team/data/x", False),
        ("team/data//", "s3://bucket/team/data/x", True),
        ("", "s3://bucket/anything", True),
        ("", "s3://other/anything", False),
    ],
)
def test_covers_by_whole_segments(root: str, uri: str, covered: bool) -> None:
    """`path` opens itself and what is below it, and never `path2`."""
    assert covers(S3Location("bucket", root, "s3://bucket/"), location_of(uri)) is covered


def test_location_is_a_copy() -> None:
    """What a caller does to a place afterwards changes nothing."""
    location = location_of(PLACE)
    assert location == PLACE
    assert location is not PLACE


OWN = [
    "s3://b",
    "s3://b/",
    "s3://b//",
    "s3://b/p",
    "s3://b/p/",
    "s3://b/p//",
    "s3://b//test/",
    "s3://b///a//b/",
    "s3://b/ /",
]


@pytest.mark.parametrize("uri", OWN)
def test_place_covers_itself(uri: str) -> None:
    """So does it where slashes lead or repeat, in every form of it."""
    place = S3Location.from_uri(uri)
    in_full = S3Location(bucket_name="b", path=uri.removeprefix("s3://b").removeprefix("/"), s3_uri=uri)
    for whole in (place, in_full):
        assert all(covers(whole, part) for part in (place, in_full, location_of(f"{uri.rstrip('/')}/x")))


KEYS = ["p/folder", "p/folder/", "p/folder//", "/p", "//p//q/", "/", "p/./q/../r", "p/%20 +?a=b#c", "ümläut/"]


@pytest.mark.parametrize("key", KEYS)
def test_key_is_taken_character_by_character(key: str) -> None:
    """So is it from every form of a place."""
    uri = f"s3://bucket/{key}"
    for place in (uri, S3Location.from_uri(uri), S3Location("bucket", key, uri)):
        assert key_of(location_of(place)) == key
        assert name_of(place) == uri


def test_path_that_differs_from_its_uri_is_the_key() -> None:
    """The registry goes by the path."""
    assert key_of(S3Location("bucket", "a", "s3://bucket/b/")) == "a"
    assert key_of(S3Location("bucket", "", "s3://bucket/")) == ""


class Printed:
    """A path that prints as its URI, such as those of cloudpathlib and universal_pathlib."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def __str__(self) -> str:
        return self._uri


class Downloading(Printed):
    """A path of cloudpathlib: as a file, it would be downloaded."""

    __fspath__ = Mock(side_effect=AssertionError)


class FileSystemPath:
    """A path that is known to `os.fspath` alone."""

    def __init__(self, path: Any) -> None:
        self._path = path

    def __fspath__(self) -> Any:
        return self._path


class BucketAndKey(PurePosixPath):
    """A path of s3path, which prints as /bucket/key."""

    bucket = "bucket"
    key = "a %20/x"


@pytest.mark.parametrize(
    ("place", "uri"),
    [
        (Printed("s3://bucket/a%20b/"), "s3://bucket/a%20b/"),
        (Downloading("s3://bucket//a"), "s3://bucket//a"),
        (FileSystemPath("s3://bucket/a/"), "s3://bucket/a/"),
        (BucketAndKey("/bucket/a %20/x"), "s3://bucket/a %20/x"),
    ],
    ids=["printed", "cloudpathlib", "fspath", "s3path"],
)
def test_path_of_another_library_is_a_place(place: Any, uri: str) -> None:
    """It is taken as it prints."""
    assert name_of(place) == uri
    assert location_of(place) == S3Location.from_uri(uri)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("bucket/x", "not 'bucket/x': write 's3://bucket/x'"),
        ("bucket/x/", "not 'bucket/x/': write 's3://bucket/x/'"),
        ("S3://bucket/x", "write 's3://bucket/x'"),
        ("s3a://bucket/x", "write 's3://bucket/x'"),
        (" s3://bucket/x ", "write 's3://bucket/x'"),
        ("s3:/bucket/x", "write 's3://bucket/x'"),
        (PurePosixPath("s3://bucket/x"), "not 's3:/bucket/x': write 's3://bucket/x'"),
        ("arn:aws:s3:::bucket/x", "write 's3://bucket/x'"),
        ("https://bucket.s3.amazonaws.com/x?X-Amz-Signature=a", "not another text$"),
        ("bucket/x?X-Amz-Signature=a", "not another text$"),
        ("bucket/\x1b[2J", "not another text$"),
        (5, "not int$"),
        (b"s3://bucket/x", "not bytes$"),
        (FileSystemPath(b"s3://bucket/x"), "not FileSystemPath$"),
        (Downloading("gs://bucket/x"), "not Downloading$"),
        (object(), "not object$"),
    ],
)
def test_mistaken_place_is_named(place: Any, words: str) -> None:
    """The message names what was given, and how to write it."""
    with pytest.raises(ApiValueError, match=words):
        location_of(place)


@pytest.mark.parametrize("place", ["bucket/team", "s3://", "S3://bucket/", " s3://bucket/", "", 5, None])
def test_what_is_no_place_is_an_error(place: object) -> None:
    """The message shows the form of a place, whatever the type of what was given."""
    with pytest.raises(ApiValueError, match="s3://bucket/path/"):
        location_of(place)  # type: ignore[arg-type]  # that is the mistake


@pytest.mark.parametrize("place", ["10378.1/1234567", " 10378.1/1234567\n", "10378.1%2F1234567", "102.100.100/12.a-b"])
def test_bare_handle_is_told_how_to_be_written(place: str) -> None:
    """A text that looks like a handle is an error that shows both spellings that work."""
    handle = place.strip().replace("%2F", "/")
    with pytest.raises(ApiValueError, match=f"looks like .*'hdl:{handle}', or give dataset_id='{handle}'"):
        location_of(place)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (PLACE, "s3://bucket/team/data/"),
        ("s3://bucket/team/data/", "s3://bucket/team/data/"),
        ("s3://bucket/team/data", "s3://bucket/team/data"),
        ("https://hdl.handle.net/10378.1/1234567", "hdl:10378.1/1234567"),
    ],
)
def test_place_has_one_name(place: S3Location | str, name: str) -> None:
    """Messages name a place by its URI."""
    assert name_of(place) == name


def test_what_is_no_access_is_an_error() -> None:
    """There are two."""
    assert [access_of("read"), access_of("write")] == ["read", "write"]
    with pytest.raises(ApiValueError, match=r"'admin'.*'read' or 'write'"):
        access_of("admin")
