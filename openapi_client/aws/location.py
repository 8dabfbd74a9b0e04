"""Places in S3: which a source opens, and what is said of those that it does not."""

from typing import Literal

from openapi_client.exceptions import ApiValueError
from openapi_client.model.s3_location import S3Location

Access = Literal["read", "write"]
Place = S3Location | str
"""A place in S3, or its `s3://` URI."""


def location_of(place: Place) -> S3Location:
    """The place that is meant, as an object of one's own.

    Raises:
        ApiValueError: It is neither an `S3Location` nor an `s3://` URI.
    """
    return place.__copy__() if isinstance(place, S3Location) else S3Location.from_uri(place)


def access_of(access: str) -> Access:
    """The access that is meant.

    Raises:
        ApiValueError: There is no such access.
    """
    if access == "read":
        return "read"
    if access == "write":
        return "write"
    raise ApiValueError(f"access is {access!r}: give 'read' or 'write'")


def root_of(location: S3Location) -> str:
    """The path that keys for a place open, with all below it; empty for the whole bucket."""
    return location.path.strip("/")


def uri_of(location: S3Location) -> str:
    """The place as a URI, made of its bucket and path: these are what the registry gives keys for."""
    return f"s3://{location.bucket_name}/{location.path.lstrip('/')}"


def covers(whole: S3Location, part: S3Location) -> bool:
    """Whether keys for one place open another: only by whole segments, so that `path` never covers `path2`."""
    root = root_of(whole)
    if whole.bucket_name != part.bucket_name:
        return False
    return not root or part.path == root or part.path.startswith(f"{root}/")


def require(whole: S3Location, granted: Access, part: S3Location, wanted: Access) -> None:
    """Refuses what keys do not admit, before S3 does in fewer words.

    Raises:
        ApiValueError: They are for reading and it is a write, or they do not open the place.
    """
    if wanted == "write" and granted != "write":
        raise ApiValueError(
            f"{uri_of(part)} cannot be written with keys that read {uri_of(whole)}: make a source with access='write'"
        )
    if not covers(whole, part):
        raise ApiValueError(f"{uri_of(part)} is outside {uri_of(whole)}, which is all that these keys open")
