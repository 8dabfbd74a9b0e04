"""RESTResponse: an answer that has been read."""

import gc
import io
import json
from collections import namedtuple
from traceback import format_exception
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

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
    [
        (b"ab\xff", None, "byte 2 is wrong"),
        (b"ok", "text/plain; charset=nope", "no such encoding"),
        (b"ok", "text/plain; charset=\x1b[2J", "no such encoding"),
    ],
    ids=["byte", "name", "name with an escape sequence"],
)
def test_text_in_no_encoding_is_a_value_error(body: bytes, content_type: str | None, message: str) -> None:
    """Bytes that are not in the encoding, and an unknown encoding; nothing in the traceback acts on a terminal."""
    with pytest.raises(ApiValueError, match=message) as caught:
        answer(body, content_type).text()
    assert "".join(format_exception(caught.value)).replace("\n", "").isprintable()


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


# --- what programs for a generated client do with it


def test_answer_is_a_file_of_python_s_that_stays_open() -> None:
    """It is an `io.IOBase`, and can be closed and used in a `with` statement; what was read stays readable."""
    with answer(b"{}") as response:
        assert isinstance(response, io.IOBase)
        assert [response.closed] == [False]
    assert [response.closed] == [True]
    assert (response.read(), response.data) == (b"{}", b"{}")


def test_answer_is_read_by_lines_and_as_json() -> None:
    """A file that is iterated over gives lines, here those of the body, whether it was decoded or not."""
    response = answer(b"[1,\n2]")
    assert list(response) == [b"[1,\n", b"2]"]
    file: Any = response
    assert json.load(file) == [1, 2]
    response.data = response.text()
    assert list(response) == [b"[1,\n", b"2]"]


def test_answer_has_the_answer_of_urllib3_by_both_its_names() -> None:
    """The generator's earlier line calls it `urllib3_response`, its later line `response`."""
    theirs = HTTPResponse(b"{}", status=200)
    response = RESTResponse(theirs)
    assert response.response is response.urllib3_response is theirs


def test_answer_takes_further_attributes() -> None:
    """Programs attach what they measure."""
    response: Any = answer()
    response.seconds = 1.5
    assert response.seconds == 1.5


def test_answer_that_nobody_closes_ends_in_silence() -> None:
    """Nothing is warned of, closed or kept."""
    before = gc.get_count()[0]
    for _ in range(10):
        answer(b"{}")
    assert gc.get_count()[0] - before < 100


Fake = namedtuple("Fake", "status data reason getheaders getheader")  # noqa: PYI024 - as old programs make them
JSON = {"content-type": "application/json"}
FAKES: dict[str, Any] = {
    "mock": Mock(status=200, data=b"{}", reason="OK", headers=JSON),
    "mock of text": Mock(status=200, data="{}", reason="OK", headers=JSON),
    "namespace": SimpleNamespace(status=200, data=b"{}", reason="OK", headers=JSON),
    "namespace of pairs": SimpleNamespace(status=200, data=bytearray(b"{}"), reason="OK", headers=list(JSON.items())),
    "namedtuple": Fake(200, b"{}", "OK", lambda: JSON, JSON.get),
    "answer": RESTResponse(HTTPResponse(b"{}", headers=JSON, status=200, reason="OK")),
}


@pytest.mark.parametrize("fake", FAKES.values(), ids=FAKES)
def test_answer_is_made_of_what_stands_for_one(fake: Any) -> None:
    """Status, reason, text and headers are those of the object, the headers in any case."""
    response = RESTResponse(fake)
    assert (response.status, response.reason, response.text(), response.lenient_text()) == (200, "OK", "{}", "{}")
    assert response.getheader("Content-Type") == response.headers["CONTENT-TYPE"] == "application/json"
    assert repr(response.data) == "'***'"


@pytest.mark.parametrize("data", [None, "", b""], ids=repr)
def test_answer_is_made_of_status_and_body_alone(data: object) -> None:
    """A reason and headers are not needed, nor is anything in the body."""
    bare: Any = SimpleNamespace(status=204, data=data)
    response = RESTResponse(bare)
    assert (response.reason, dict(response.headers), response.text()) == (None, {}, "")
