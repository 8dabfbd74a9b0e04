"""S3's own answers, byte for byte."""

import re
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from openapi_client.sandbox.refusal import REVOCATION_CODES, RevocationCode, refusal


@pytest.mark.parametrize("code", REVOCATION_CODES)
def test_answer_is_written_as_aws_writes_it(code: RevocationCode) -> None:
    """Status, headers and XML are AWS's; the token is repeated in full, but not where access is denied."""
    head, _, body = refusal(code, token="a<b>&c", head=False).decode().partition("\r\n\r\n")
    status_line, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert status_line == ("HTTP/1.1 403 Forbidden" if code == "AccessDenied" else "HTTP/1.1 400 Bad Request")
    assert headers["Content-Type"] == "application/xml"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Connection"] == "close"
    assert parsedate_to_datetime(headers["Date"]).tzinfo
    assert re.fullmatch("[0-9A-F]{16}", headers["x-amz-request-id"])
    assert "x-amz-bucket-region" not in headers
    assert body.startswith(f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>')
    error = {element.tag: element.text for element in ET.fromstring(body)}  # noqa: S314 - our own document
    assert error.pop("Message")
    token = {} if code == "AccessDenied" else {"Token-0": "a<b>&c"}
    ids = {"RequestId": headers["x-amz-request-id"], "HostId": headers["x-amz-id-2"]}
    assert error == {"Code": code, **token, **ids}


def test_answer_to_head_is_its_head() -> None:
    """The answer to HEAD says how long the body would be, and has none."""
    answer = refusal("ExpiredToken", region="eu-west-1", head=True)
    assert answer.endswith(b"\r\n\r\n")
    assert b"\r\nx-amz-bucket-region: eu-west-1\r\n" in answer
    assert re.search(rb"\r\nContent-Length: [1-9]", answer)


def test_without_a_token_none_is_repeated() -> None:
    """A request without a session token is refused without one."""
    assert b"Token-0" not in refusal("InvalidToken", head=False)
