"""The schema S3Location."""

import re
from typing import Self

from openapi_client.exceptions import ApiValueError
from openapi_client.model_utils import ModelNormal

_URI = re.compile(r"s3://([A-Za-z0-9][A-Za-z0-9._-]*)(?:/([^\x00-\x1f\x7f]*))?")


class S3Location(ModelNormal):
    """One place in S3: a bucket and a path in it."""

    bucket_name: str
    path: str
    s3_uri: str

    @classmethod
    def from_uri(cls, uri: str) -> Self:
        """The place that `s3://bucket/path/` names, character by character; otherwise an ApiValueError."""
        if not (match := _URI.fullmatch(uri) if isinstance(uri, str) else None):
            raise ApiValueError("Expected a URI of the form s3://bucket/path/, with a bucket and no control characters")
        return cls(match[1], (match[2] or "").removesuffix("/"), uri)
