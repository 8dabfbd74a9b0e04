"""S3Location.from_uri: a place of its URI, character by character."""

from typing import Any

import pytest

from openapi_client import ApiTypeError, ApiValueError, CredentialsRequest, RegistryCredentialsApi, S3Location

REQUEST = CredentialsRequest(S3Location("b", "p", "s3://b/p"), console_session_required=False)

PLACES = {
    "slash_at_the_end": ("s3://bucket/team/data/", "bucket", "team/data"),
    "no_slash_at_the_end": ("s3://bucket/team/data", "bucket", "team/data"),
    "bucket": ("s3://bucket", "bucket", ""),
    "bucket_and_slash": ("s3://bucket/", "bucket", ""),
    "two_slashes_at_the_end": ("s3://bucket/a//", "bucket", "a/"),
    "empty_part": ("s3://bucket//a/", "bucket", "/a"),
    "dots": ("s3://my.bucket-1/../a/./b", "my.bucket-1", "../a/./b"),
    "percent": ("s3://bucket/a%20b%2F", "bucket", "a%20b%2F"),
    "query_and_fragment": ("s3://bucket/a?b=c#d", "bucket", "a?b=c#d"),
    "space_and_unicode": ("s3://bucket/a b/ünï/😀", "bucket", "a b/ünï/😀"),
    "old_bucket_name": ("s3://My_Bucket/a", "My_Bucket", "a"),
}


@pytest.mark.parametrize(("uri", "bucket_name", "path"), PLACES.values(), ids=PLACES)
def test_uri_names_bucket_and_path(uri: str, bucket_name: str, path: str) -> None:
    """Nothing is decoded, joined or dropped but one slash at the end; the URI is kept as it is."""
    place = S3Location.from_uri(uri)
    assert place == S3Location(bucket_name=bucket_name, path=path, s3_uri=uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "bucket/path",
        "s3:/bucket/path",
        "s3://",
        "s3:///path",
        "S3://bucket/path",
        "https://bucket/path",
        "s3://-bucket/path",
        "s3://user@bucket/path",
        "s3://bucket:80/path",
        "s3://buck et/path",
        " s3://bucket/path",
        "s3://bucket/a\nb",
        "s3://bucket/path\n",
        "s3://bucket\n",
        "s3://bucket/a\x00b",
        "s3://bucket/a\x7fb",
        "s3://bucket?versionId=1",
    ],
)
def test_other_uri_is_refused(uri: str) -> None:
    """The error says which form is expected."""
    with pytest.raises(ApiValueError, match="Expected a URI of the form s3://bucket/path/"):
        S3Location.from_uri(uri)


def test_subclass_makes_its_own_kind() -> None:
    """As a class method should."""

    class Place(S3Location):
        pass

    place: Any = Place.from_uri("s3://bucket/path")
    assert type(place) is Place


@pytest.mark.parametrize("uri", [None, b"s3://bucket/", 5], ids=repr)
def test_what_is_no_text_is_refused(uri: Any) -> None:
    """So is whatever is no text at all."""
    with pytest.raises(ApiValueError, match="s3://bucket/path/"):
        S3Location.from_uri(uri)


@pytest.mark.parametrize("uri", ["s3://bucket/path/", "bucket"])
def test_request_for_a_text_says_how_to_make_a_place(uri: Any) -> None:
    """A text is no place there, in whatever way it is given."""
    for make in (
        lambda: CredentialsRequest(s3_location=uri, console_session_required=False),
        lambda: CredentialsRequest(uri, False),
        lambda: setattr(REQUEST, "s3_location", uri),
        lambda: RegistryCredentialsApi().generate_read_access_credentials(
            {"s3_location": uri, "console_session_required": False}
        ),
    ):
        with pytest.raises(
            ApiTypeError, match=r"Expected S3Location, not str: write S3Location.from_uri\('s3://bucket/path/'\)"
        ):
            make()
    with pytest.raises(ApiTypeError, match="Expected S3Location, not int,"):
        CredentialsRequest(s3_location=5, console_session_required=False)  # type: ignore[arg-type]  # that is the mistake
