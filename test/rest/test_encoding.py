"""What goes over the wire: addresses, headers and bodies, checked and encoded."""

from datetime import date
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from openapi_client import ApiValueError
from openapi_client.rest.encoding import check_headers, encode_body, encode_url

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("url", "query", "expected"),
    [
        ("http://h/p", [], "http://h/p"),
        ("https://h:8443/p", [("a", "1"), ("a", "2")], "https://h:8443/p?a=1&a=2"),
        ("http://h/p?x=y", [("a b", "c&d")], "http://h/p?x=y&a+b=c%26d"),
        ("http://[::1]:80/p", [("ü", "€")], "http://[::1]:80/p?%C3%BC=%E2%82%AC"),
    ],
)
def test_address_takes_the_query(url: str, query: list[tuple[str, Any]], expected: str) -> None:
    """Names and values are percent-encoded and follow what query the address has."""
    assert encode_url(url, query) == expected


@pytest.mark.parametrize(
    "url",
    [
        *("localhost", "localhost:80", "", "//h/p", "ftp://h", "file:///etc", "http://", "http://:80", "http://h:port"),
        *("http://h:99999", "http://[::1", "https:/h"),
    ],
)
def test_address_of_no_http_server_is_refused(url: str) -> None:
    """An address without a scheme, host or sound port is an ApiValueError that shows what one looks like."""
    with pytest.raises(ApiValueError, match=r"http://localhost or https://host:8443"):
        encode_url(url, [])


@pytest.mark.parametrize("url", ["http://user:hidden@h/p", "http://hidden@h", "https://:hidden@h:1"])
def test_address_with_a_user_is_refused_unseen(url: str) -> None:
    """A user's name and password in an address are refused, and not repeated."""
    with pytest.raises(ApiValueError, match="user name or password") as caught:
        encode_url(url, [])
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("headers", [{}, {"X-Key": "v"}, {"x!#$%&'*+.^_`|~1": ""}, {"X": "\t tab and ü"}], ids=repr)
def test_sound_headers_pass(headers: dict[str, str]) -> None:
    """What RFC 9110 admits in names and values is left alone."""
    check_headers(headers)


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\n", "ü", "(x)"], ids=repr)
def test_unsound_header_name_is_refused(name: str) -> None:
    """A name with a character that none may hold is an ApiValueError."""
    with pytest.raises(ApiValueError, match="name of a header"):
        check_headers({name: "v"})


@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\x7f", "–", "€"], ids=repr)  # noqa: RUF001 - the dash is what is tested
def test_unsound_header_value_is_refused_unseen(character: str) -> None:
    """A value with a line break or a character beyond Latin-1 is refused by its header's name, place and code."""
    with pytest.raises(ApiValueError, match=rf"'X-Key'.*U\+{ord(character):04X}, after 3 others") as caught:
        check_headers({"X-Key": f"hid{character}den"})
    assert "hid" not in str(caught.value).replace("which", "")


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (None, {"a": [1, None, "ü"]}, b'{"a": [1, null, "\\u00fc"]}'),
        ("application/json", "text", b'"text"'),
        ("application/json; charset=utf-8", [], b"[]"),
        ("application/merge-patch+json", {}, b"{}"),
        ("APPLICATION/JSON", 1, b"1"),
        ("application/json", b"[1]", b"[1]"),
        ("text/plain", "täxt", "täxt".encode()),
        ("application/octet-stream", b"\x00\xff", b"\x00\xff"),
    ],
)
def test_body_in_its_type(content_type: str | None, body: Any, expected: bytes) -> None:
    """Values become JSON where the type is JSON; text and bytes are sent as they are under any other."""
    headers = {"Content-Type": content_type} if content_type else {}
    assert encode_body(headers, body, None) == expected
    assert headers == {"Content-Type": content_type or "application/json"}


def test_no_body() -> None:
    """Without a body nothing is encoded and no type is stated."""
    headers: dict[str, str] = {}
    assert encode_body(headers, None, None) is None
    assert headers == {}


@pytest.mark.parametrize("content_type", ["text/plain", "application/jsonp", "application/xml"])
def test_values_in_another_type_are_refused(content_type: str) -> None:
    """Values other than text and bytes can be written as JSON alone."""
    with pytest.raises(ApiValueError, match=f"type dict cannot be written as {content_type}"):
        encode_body({"content-type": content_type}, {}, None)


@pytest.mark.parametrize("headers", [{}, {"content-type": FORM}], ids=["default", "given"])
def test_form_is_urlencoded(headers: dict[str, str]) -> None:
    """Fields are a urlencoded form unless another type is asked for."""
    assert encode_body(headers, None, [("a", "1 2"), ("ü", "&")]) == b"a=1+2&%C3%BC=%26"
    assert list(headers.values()) == [FORM]


def test_multipart_form_has_files_texts_and_values() -> None:
    """A multipart form has each field in its own part: files with name and type, values as JSON."""
    headers = {"content-type": "multipart/form-data"}
    fields = {"file": ("a.txt", b"content", "text/plain"), "text": "plain", "bytes": b"\xff", "value": {"a": 1}}
    encoded = encode_body(headers, None, fields)
    assert encoded is not None
    boundary = headers["content-type"].removeprefix("multipart/form-data; boundary=").encode()
    parts = [part.strip(b"\r\n").split(b"\r\n\r\n") for part in encoded.split(b"--" + boundary)[1:-1]]
    assert parts == [
        [b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain', b"content"],
        [b'Content-Disposition: form-data; name="text"', b"plain"],
        [b'Content-Disposition: form-data; name="bytes"', b"\xff"],
        [b'Content-Disposition: form-data; name="value"\r\nContent-Type: application/json', b'{"a": 1}'],
    ]


class Word(Enum):
    RED = "red"


PARTS: dict[str, tuple[Any, bytes]] = {
    "bytes": (b"\xff", b"\r\n\r\n\xff\r\n"),
    "file": (("a.bin", b"\xff"), b'; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n\xff\r\n'),
    "file of text": (("a.txt", "x"), b'; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nx\r\n'),
    "enum": (Word.RED, b"\r\n\r\nred\r\n"),
    "UUID": (UUID(int=1), b"\r\n\r\n00000000-0000-0000-0000-000000000001\r\n"),
    "decimal": (Decimal("1.50"), b"\r\n\r\n1.50\r\n"),
    "date": (date(2030, 1, 2), b"\r\n\r\n2030-01-02\r\n"),
    "open file": (BytesIO(b"\xff"), b"\r\n\r\n\xff\r\n"),
    "tuple": ((1, 2), b"\r\nContent-Type: application/json\r\n\r\n[1, 2]\r\n"),
    "long tuple": (("a", "b", "c", "d"), b'\r\nContent-Type: application/json\r\n\r\n["a", "b", "c", "d"]\r\n'),
    "list": ([Word.RED], b'\r\nContent-Type: application/json\r\n\r\n["red"]\r\n'),
}


@pytest.mark.parametrize(("value", "part"), PARTS.values(), ids=PARTS)
def test_part_of_a_form_is_written_as_what_it_is(value: Any, part: bytes) -> None:
    """What JSON would write as a text is text, a file is a file, and other values are JSON."""
    encoded = encode_body({"Content-Type": "multipart/form-data"}, None, {"field": value})
    assert encoded is not None
    assert b'name="field"' + part in encoded


@pytest.mark.parametrize(
    ("value", "content_type"), [(("a", b"x"), "multipart/form-data"), ((1, 2), FORM)], ids=["file", "tuple"]
)
def test_form_with_a_file_is_a_multipart_form(value: Any, content_type: str) -> None:
    """Unless a type is asked for, a file among the fields decides on it, and other tuples do not."""
    headers: dict[str, str] = {}
    encode_body(headers, None, {"field": value})
    assert headers["Content-Type"].startswith(content_type)


def test_form_in_another_type_is_refused() -> None:
    """Fields can be written as one of the two form types alone."""
    with pytest.raises(ApiValueError, match="Form fields cannot be written as application/json"):
        encode_body({"Content-Type": "application/json"}, None, {"a": "1"})


def test_body_and_form_at_once_are_refused() -> None:
    """A request has one body: values or fields."""
    with pytest.raises(ApiValueError, match="not both"):
        encode_body({}, {}, {"a": "1"})
