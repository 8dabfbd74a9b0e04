"""Which key an S3 request is signed with, whatever the version of the signature and wherever it stands.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html and, for presigned URLs,
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html. The older version, in which boto3 still
presigns URLs, names the key alone: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

_IN_HEADER: Final = re.compile(r"AWS4-\S+\s.*?\bCredential=([^/,\s]+)/|AWS ([^:\s]+):")

_IN_QUERY: Final = ("x-amz-credential", "awsaccesskeyid")


def access_key_id(target: str, headers: Iterable[tuple[str, str]]) -> str | None:
    """The id of the key that a request is signed with; None if it is not signed.

    Args:
        target: The request's path and query.
        headers: The request's header names and values.
    """
    for name, value in headers:
        if name.lower() == "authorization" and (found := _IN_HEADER.match(value)):
            return found[1] or found[2]
    for name, value in parse_qsl(urlsplit(target).query):
        if name.lower() in _IN_QUERY:
            return value.partition("/")[0]
    return None
