"""RESTResponse: an answer that has been read."""

import pytest
from urllib3 import HTTPResponse

from openapi_client import ApiValueError
from openapi_client.rest import RESTResponse


def answer(body: bytes = b"", content_type: str | None = None) -> RESTResponse:
    headers = {"X-One": "1"} | ({"Content-Type": content_type} if content_type else {})
    return RESTResponse(HTTPResponse(body, headers=headers, status=200, reason="OK"))


def test_parts_of_an_answer() -> None:
    """Status, reason, body and headers are those of urllib3's answer, headers in any case."""
    response = answer(b"{}")
    assert (response.status, response.reason, response.data, response.read()) == (200, "OK", b"{}", b"{}")
    assert response.getheader("x-one") == response.getheaders()["X-ONE"] == response.headers["x-One"] == "1"
    assert response.getheader("absent") is None
    assert response.getheader("absent", "default") == "default"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é€".encode(), None, "é€"),
        ("é€".encode(), "application/json", "é€"),
        (b"\xe9", "application/json; charset=latin-1", "é"),
        (b"\xe9", 'application/json; Charset="ISO-8859-1"', "é"),
        ("é".encode("utf-16"), "text/plain;charset=UTF-16", "é"),
        (b"ok", "text/plain; charset=", "ok"),
    ],
)
def test_text_is_in_the_stated_encoding(body: bytes, content_type: str | None, text: str) -> None:
    """The body is read in the encoding that its type states, in UTF-8 where it states none."""
    assert answer(body, content_type).text() == text


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [(b"ab\xff", None, "byte 2 is wrong"), (b"ok", "text/plain; charset=nope", "no such encoding")],
)
def test_text_in_no_encoding_is_a_value_error(body: bytes, content_type: str | None, message: str) -> None:
    """Bytes that are not in the encoding, and an encoding that there is not, are ApiValueErrors."""
    with pytest.raises(ApiValueError, match=message):
        answer(body, content_type).text()


def test_lenient_text_replaces_what_is_wrong() -> None:
    """For people, what cannot be read is replaced."""
    assert answer(b"ab\xff").lenient_text() == "ab\ufffd"
    assert answer(b"ok", "text/plain; charset=nope").lenient_text() == "ok"
    assert answer("é".encode()).lenient_text() == "é"


def test_text_that_was_decoded_stays() -> None:
    """A body that was replaced with text is that text, whatever the type states."""
    response = answer(b"\xff", "text/plain; charset=nope")
    response.data = "text"
    assert response.text() == response.lenient_text() == response.read() == "text"


def test_body_does_not_show_in_repr() -> None:
    """The body, which holds credentials, prints masked, as bytes and as text."""
    response = answer(b"hidden")
    assert repr(response.data) == repr(response.text()) == repr(answer(b"hidden\xff").lenient_text()) == "'***'"
