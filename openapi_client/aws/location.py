"""Places: an `s3://` URI, an `S3Location` or a dataset's handle, and which of them lies within another."""

import os
import re
from typing import Final, Literal, Protocol, TypeGuard

from openapi_client._display import printable
from openapi_client.aws.handle import bare_handle_in, handle_in
from openapi_client.exceptions import ApiValueError
from openapi_client.model.s3_location import S3Location

Access = Literal["read", "write"]


class _WithUri(Protocol):
    """A path of a library for object stores."""

    def as_uri(self) -> str: ...


Place = S3Location | str | os.PathLike[str] | _WithUri
"""A place in S3 or a dataset.

A place in S3 is an `S3Location`, its `s3://` URI, or a path that prints as one (cloudpathlib, universal_pathlib,
s3path). A dataset is `hdl:10378.1/1234567`, or its address `https://hdl.handle.net/10378.1/1234567`.
"""

_PATH: Final = re.compile(r"(?:s3[an]?:/*|arn:aws[a-z-]*:s3:::)?([A-Za-z0-9][A-Za-z0-9._-]*/.*)", re.IGNORECASE)


def location_of(place: Place) -> S3Location:
    """Return the place in S3 that is meant, as an object of its own.

    Raises:
        ApiValueError: If it is no place in S3.
    """
    if isinstance(place, S3Location):
        return place.__copy__()
    text = _text_of(place)
    if text.startswith("s3://"):
        return S3Location.from_uri(text)
    if handle := bare_handle_in(text):
        raise ApiValueError(
            f"{handle} looks like the handle of a dataset: write it as 'hdl:{handle}', or give dataset_id={handle!r}"
        )
    raise ApiValueError(
        "Expected a place: a URI such as s3://bucket/path/, or a dataset such as hdl:10378.1/1234567,"
        f"{_not(place, text)}"
    )


def _text_of(place: object) -> str:
    """Return a path as its URI, and any other place as it prints; empty if it prints as no place."""
    if isinstance(place, str):
        return place
    text = str(place)
    if "://" in text or not isinstance(place, os.PathLike):
        # The path of another scheme stays as it prints: cloudpathlib downloads the object for its `__fspath__`.
        return text if text.startswith("s3://") else ""
    bucket_name, key = getattr(place, "bucket", None), getattr(place, "key", None)
    if isinstance(bucket_name, str) and isinstance(key, str):
        # s3path's own prints as /bucket/key, and its URI is percent-encoded.
        return f"s3://{bucket_name}/{key}"
    path = os.fspath(place)
    return path if isinstance(path, str) else ""


def _not(place: object, text: str) -> str:
    """Return the words for what was given in place of a place, and how to write it if that can be seen."""
    if text.isprintable() and (match := _PATH.fullmatch(text.strip())) and "?" not in text:
        return f" not {text!r}: write 's3://{match[1]}'"
    return f" not {'another text' if isinstance(place, str) else type(place).__name__}"


def is_place(given: object) -> TypeGuard[Place]:
    """Return whether something is a place by its type: an `S3Location`, a text, or a path that prints as a place."""
    return isinstance(given, S3Location | str) or bool(_text_of(given))


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
    """Return the path that keys for a place open, with all below it; empty for the whole bucket.

    The registry drops the slashes at the end of a path, and no others.
    """
    return location.path.rstrip("/")


def key_of(location: S3Location) -> str:
    """Return the key of the object that a place names, character by character: `path` has lost one slash at the end."""
    key = f"{location.path}/"
    return key if location.s3_uri == f"s3://{location.bucket_name}/{key}" else location.path


def uri_of(location: S3Location) -> str:
    """Return the place as a URI, made of its bucket and path: these are what the registry gives keys for."""
    return f"s3://{location.bucket_name}/{location.path}"


def object_uri_of(location: S3Location) -> str:
    """Return the URI of the object that a place names."""
    return f"s3://{location.bucket_name}/{key_of(location)}"


def name_of(place: Place) -> str:
    """Return the place as a URI, with the slash at its end if it has one; that of a dataset by its handle.

    Raises:
        ApiValueError: If it is no place.
    """
    handle = handle_in(place)
    return printable(object_uri_of(location_of(place))) if handle is None else f"hdl:{handle}"


def covers(whole: S3Location, part: S3Location) -> bool:
    """Whether keys for one place open another: only by whole segments, so that `path` never covers `path2`."""
    root, key = root_of(whole), key_of(part)
    if whole.bucket_name != part.bucket_name:
        return False
    return not root or key == root or key.startswith(f"{root}/")
