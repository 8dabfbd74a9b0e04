"""Places: an `s3://` URI, an `S3Location` or a dataset's handle, and which of them lies within another."""

from typing import Literal

from openapi_client.aws.handle import bare_handle_in, handle_in
from openapi_client.exceptions import ApiValueError
from openapi_client.model.s3_location import S3Location

Access = Literal["read", "write"]
Place = S3Location | str
"""A place: in S3, as an `S3Location` or its `s3://` URI, or a dataset, `hdl:10378.1/1234567` or its address
`https://hdl.handle.net/10378.1/1234567`."""


def location_of(place: Place) -> S3Location:
    """Return the place in S3 that is meant, as an object of its own.

    Raises:
        ApiValueError: If it is neither an `S3Location` nor an `s3://` URI.
    """
    if isinstance(place, S3Location):
        return place.__copy__()
    if isinstance(place, str) and place.startswith("s3://"):
        return S3Location.from_uri(place)
    if handle := bare_handle_in(place):
        raise ApiValueError(
            f"{handle} looks like the handle of a dataset: write it as 'hdl:{handle}', or give dataset_id={handle!r}"
        )
    raise ApiValueError("Expected a place: a URI such as s3://bucket/path/, or a dataset such as hdl:10378.1/1234567")


def access_of(access: str) -> Access:
    """Return the access that is meant.

    Raises:
        ApiValueError: If there is no such access.
    """
    if access == "read":
        return "read"
    if access == "write":
        return "write"
    raise ApiValueError(f"access is {access!r}: give 'read' or 'write'")


def root_of(location: S3Location) -> str:
    """Return the path that keys for a place open, with all below it; empty for the whole bucket."""
    return location.path.strip("/")


def uri_of(location: S3Location) -> str:
    """Return the place as a URI, made of its bucket and path: these are what the registry gives keys for."""
    return f"s3://{location.bucket_name}/{location.path.lstrip('/')}"


def name_of(place: Place) -> str:
    """Return the place as a URI, that of a dataset by its handle.

    Raises:
        ApiValueError: If it is no place.
    """
    handle = handle_in(place)
    return uri_of(location_of(place)) if handle is None else f"hdl:{handle}"


def covers(whole: S3Location, part: S3Location) -> bool:
    """Whether keys for one place open another: only by whole segments, so that `path` never covers `path2`."""
    root = root_of(whole)
    if whole.bucket_name != part.bucket_name:
        return False
    return not root or part.path == root or part.path.startswith(f"{root}/")
