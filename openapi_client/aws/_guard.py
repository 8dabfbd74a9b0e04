"""Writes that the keys of a source do not admit, refused before S3 does in fewer words: an event handler of botocore.

What is read is left to S3, since an object may be open to everybody.

No library is imported; the clients of aiobotocore have the same events.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from openapi_client.aws._replay import Events
from openapi_client.model.s3_location import S3Location

if TYPE_CHECKING:
    from openapi_client.aws.source import CredentialSource

_READING: Final = frozenset({"GET", "HEAD"})

# It asks with a body what is in an object.
_READING_BY_POST: Final = frozenset({"SelectObjectContent"})


class Guard:
    """Refuses what an S3 client of botocore's would write with keys that do not admit it.

    Args:
        source: Where the clients' keys come from.
    """

    def __init__(self, source: "CredentialSource") -> None:
        self._source = source

    def register(self, events: Events) -> None:
        """Has all S3 clients of a session do so that are made from now on, or one client.

        Args:
            events: The session's or the client's.
        """
        events.register("before-parameter-build.s3", self._asked)

    def _asked(self, params: dict[str, Any], model: Any, **_more: object) -> None:
        """Looks at an operation before its request is made, or its link.

        Raises:
            ApiValueError: It writes, and the keys do not open the place or only read.
        """
        if model.http["method"] in _READING or model.name in _READING_BY_POST:
            return
        for place in _places(params):
            self._source.require(place, "write")


def _places(params: dict[str, Any]) -> Iterator[S3Location]:
    """The objects that an operation writes; what is done to a bucket as a whole is left to S3, too."""
    match params:
        case {"Bucket": str(bucket)} if bucket.startswith("arn:"):
            # Another way to a bucket, which it does not tell.
            return
        case {"Bucket": str(bucket), "Delete": {"Objects": [*objects]}}:
            for each in objects:
                yield from _places({"Bucket": bucket, **each})
        case {"Bucket": str(bucket), "Key": str(key)}:
            yield S3Location(bucket_name=bucket, path=key, s3_uri=f"s3://{bucket}/{key}")
