"""Telling a bucket's region in the store's answers."""

import pytest

from openapi_client.sandbox.bucket_region import RegionHeader

ANSWER = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 230\r\n\r\n"
ANNOTATED = b"HTTP/1.1 403 Forbidden\r\nx-amz-bucket-region: eu-west-1\r\nContent-Length: 230\r\n\r\n"


@pytest.mark.parametrize("size", [1, 23, 24, len(ANSWER)])
def test_expected_answer_gets_the_header(size: int) -> None:
    """The header follows the status line, in blocks of any size; answers before and after pass unchanged."""
    header = RegionHeader("eu-west-1")
    assert header.feed(ANSWER) == ANSWER
    header.expect()
    assert b"".join(header.feed(ANSWER[at : at + size]) for at in range(0, len(ANSWER), size)) == ANNOTATED
    assert header.feed(ANSWER) == ANSWER
