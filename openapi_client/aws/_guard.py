"""Writes that the keys of a source do not admit, refused before S3 does in fewer words: an event handler of botocore.

What is read is left to S3, since an object may be open to everybody.

No library is imported; the clients of aiobotocore have the same events.
"""

import inspect
from collections.abc import Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from openapi_client.aws._replay import Events
from openapi_client.aws.opening import is_located
from openapi_client.model.s3_location import S3Location

if TYPE_CHECKING:
    from openapi_client.aws.source import CredentialSource

_READING: Final = frozenset({"GET", "HEAD"})

# It asks with a body what is in an object.
_READING_BY_POST: Final = frozenset({"SelectObjectContent"})

# The names that S3 gives access points, which stand where a bucket's name does; they are reserved.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_ACCESS_POINTS: Final = ("-s3alias", "--ol-s3", "--op-s3", "--xa-s3", ".mrap")

_PRESIGNED_POST: Final = "generate_presigned_post"


class Guard:
    """Refuses what an S3 client of botocore's would write with keys that do not admit it, and links and forms for it.

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
        # A form to post has no event that names the object.
        events.register_last("creating-client-class.s3", self._guard_forms)

    def _asked(self, params: dict[str, Any], model: Any, **_more: object) -> None:
        """Looks at an operation before its request is made, or its link.

        Raises:
            ApiValueError: It writes, and the keys do not open the place or only read.
        """
        if model.http["method"] in _READING or model.name in _READING_BY_POST:
            return
        self._require(params)

    def _require(self, params: dict[str, Any]) -> None:
        for place in _places(params):
            self._source.require(place, "write")

    def _guard_forms(self, class_attributes: dict[str, Any], **_more: object) -> None:
        """Puts a method in the place of the one that makes forms to post."""
        make = class_attributes[_PRESIGNED_POST]
        signature = inspect.signature(make)

        @wraps(make)
        def made(*arguments: Any, **options: Any) -> Any:
            self._require(signature.bind(*arguments, **options).arguments)
            return make(*arguments, **options)

        @wraps(make)
        async def made_off_the_loop(*arguments: Any, **options: Any) -> Any:
            from openapi_client.aws._off_the_loop import off_the_loop  # noqa: PLC0415 - asyncio, which boto3 lacks

            if not is_located(self._source):
                await off_the_loop(self._require, signature.bind(*arguments, **options).arguments)
            return await made(*arguments, **options)

        class_attributes[_PRESIGNED_POST] = made_off_the_loop if inspect.iscoroutinefunction(make) else made


def _places(params: dict[str, Any]) -> Iterator[S3Location]:
    """The objects that an operation writes; what is done to a bucket as a whole is left to S3, too."""
    match params:
        case {"Bucket": str(bucket)} if bucket.startswith("arn:") or bucket.endswith(_ACCESS_POINTS):
            # Another way to a bucket, which it does not tell.
            return
        case {"Bucket": str(bucket), "Delete": {"Objects": [*objects]}}:
            for each in objects:
                yield from _places({"Bucket": bucket, **each})
        case {"Bucket": str(bucket), "Key": str(key)}:
            yield S3Location(bucket_name=bucket, path=key, s3_uri=f"s3://{bucket}/{key}")
