"""S3 URIs: the bucket and the path in one."""

import re
from typing import Any, Final

from openapi_client.exceptions import ApiValueError

_URI: Final = re.compile(r"s3://([A-Za-z0-9][A-Za-z0-9._-]*)(?:/([^\x00-\x1f\x7f]*))?")


def parse_s3_uri(uri: Any) -> tuple[str, str]:
    """Return the bucket and the path of `s3://bucket/path/`, character by character.

    Raises:
        ApiValueError: If it is not such a URI.
    """
    if not (match := _URI.fullmatch(uri) if isinstance(uri, str) else None):
        raise ApiValueError("Expected a URI of the form s3://bucket/path/, with a bucket and no control characters")
    return match[1], (match[2] or "").removesuffix("/")
