"""Places: which of them keys open, and what is said of the others."""

import pytest

from openapi_client import ApiValueError, S3Location
from openapi_client.aws.location import access_of, covers, location_of, name_of

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
        ("/team/data/", "s3://bucket/team/data/x", True),
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
        (PLACE, "s3://bucket/team/data"),
        ("s3://bucket/team/data/", "s3://bucket/team/data"),
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
