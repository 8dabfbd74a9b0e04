"""The schema S3Location."""

from typing import Self

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.model_utils import ModelNormal


class S3Location(ModelNormal):
    """One place in S3: a bucket and a path in it."""

    bucket_name: str
    """The name of the bucket."""
    path: str
    """The path in the bucket, as a key prefix."""
    s3_uri: str
    """The same place as one URI, `s3://bucket/path/`."""

    @classmethod
    def from_uri(cls, uri: str) -> Self:
        """Return the place that `s3://bucket/path/` names, character by character; otherwise, raise ApiValueError."""
        from openapi_client._s3_uri import parse_s3_uri  # noqa: PLC0415 - a pattern that few programs need

        return cls(*parse_s3_uri(uri), uri)
