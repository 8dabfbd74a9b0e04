"""Places: which of them keys open, and what is said of the others."""

import pytest

from openapi_client import ApiValueError, S3Location
from openapi_client.aws.location import access_of, covers, location_of, require

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


@pytest.mark.parametrize("place", ["bucket/team", "s3://", 5, None])
def test_what_is_no_place_is_an_error(place: object) -> None:
    """Whatever its type."""
    with pytest.raises(ApiValueError, match="s3://bucket/path/"):
        location_of(place)  # type: ignore[arg-type]  # that is the mistake


def test_what_is_no_access_is_an_error() -> None:
    """There are two."""
    assert [access_of("read"), access_of("write")] == ["read", "write"]
    with pytest.raises(ApiValueError, match=r"'admin'.*'read' or 'write'"):
        access_of("admin")


def test_write_with_read_keys_names_both() -> None:
    """And says what to do."""
    words = r"s3://bucket/team/data/x cannot .* s3://bucket/team/data: .*access='write'"
    with pytest.raises(ApiValueError, match=words):
        require(PLACE, "read", location_of("s3://bucket/team/data/x"), "write")


@pytest.mark.parametrize("access", ["read", "write"])
def test_outside_names_both(access: str) -> None:
    """Whether it is to be read or written."""
    with pytest.raises(ApiValueError, match=r"s3://bucket/team/data2/x is outside s3://bucket/team/data,"):
        require(PLACE, "write", location_of("s3://bucket/team/data2/x"), access_of(access))


def test_what_is_covered_is_admitted() -> None:
    """Writing keys read too."""
    for granted, wanted in (("read", "read"), ("write", "read"), ("write", "write")):
        require(PLACE, access_of(granted), location_of("s3://bucket/team/data/x"), access_of(wanted))
