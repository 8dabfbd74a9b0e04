"""What people are shown: nothing in it acts on a terminal or a page, whoever wrote it and wherever it is shown."""

import logging
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from openapi_client import (
    ApiAttributeError,
    ApiException,
    ApiKeyError,
    ApiTypeError,
    ApiValueError,
    Configuration,
    OpenApiException,
    exceptions,
)
from openapi_client._display import also_incomplete, printable, shown
from openapi_client.rest import RESTClientObject

Start = Callable[..., Any]

ESCAPED = {
    "escape sequence": ("a\x1b[2Jb", r"a\x1b[2Jb"),
    "window title": ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
    "C1 control": ("\x9b2J\x85", r"\x9b2J\x85"),
    "null": ("\0", r"\x00"),
    "backspace and delete": ("a\b\x7f", r"a\x08\x7f"),
    "carriage return": ("a\rb", r"a\rb"),
    "line break": ("a\nb\r\nc\td", r"a\nb\r\nc\td"),
    "right to left": ("\u202egpj.exe", r"\u202egpj.exe"),
    "isolates": ("\u2066a\u2069\u200e\u200f\u061c", r"\u2066a\u2069\u200e\u200f\u061c"),
    "separators": ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
    "invisible": ("a\u200bb\u200dc\u2060d\ufeffe\xadf", r"a\u200bb\u200dc\u2060d\ufeffe\xadf"),
    "tags": ("\U000e0041", r"\U000e0041"),
    "annotations": ("\ufff9", r"\ufff9"),
    "half of a pair": ("\ud800", r"\ud800"),
    "no character": ("\uffff\U0010ffff", r"\uffff\U0010ffff"),
    "private": ("\ue000", r"\ue000"),
}
UNCHANGED = ["plain", "ä ß é 漢字 עברית 😀", "a\xa0b\u2003c\u3000d", "e\u0301", r"\x1b \u202e", ""]


@pytest.mark.parametrize(("text", "escaped"), ESCAPED.values(), ids=ESCAPED)
def test_what_could_act_is_written_out(text: str, escaped: str) -> None:
    """As Python writes it, so that a reader sees what was there."""
    assert printable(text) == shown(text) == escaped
    assert printable(escaped) == escaped


@pytest.mark.parametrize("text", UNCHANGED)
def test_text_for_people_is_unchanged(text: str) -> None:
    """Scripts, accents, pictures and spaces of any width do nothing but stand there."""
    assert printable(text) == printable(text, lines=True) == text


def test_every_character_that_acts_is_written_out() -> None:
    """What is left of all of Unicode prints, or is a space."""
    left = printable("".join(map(chr, range(sys.maxunicode + 1))))
    assert all(character.isprintable() or character.isspace() for character in left)
    assert not {"\n", "\r", "\t", "\x0b", "\x1c", "\x85", "\u2028"} & set(left)


@pytest.mark.parametrize("character", ["x", "\0", "\U000e0041"])
def test_what_is_shown_is_bounded(character: str) -> None:
    """However much longer it becomes where it is written out."""
    for length in (1999, 2001, 100_000):
        assert len(shown(character * length)) <= 2040


def test_lines_stay_where_they_are_wanted() -> None:
    """Line breaks of any system become one, tabs stay, and everything else is written out."""
    assert printable("a\r\nb\n\tc\rd\x1b", lines=True) == "a\nb\n\tc\\rd\\x1b"
    assert shown("a\n\x1btoken=hidden", lines=True) == "a\n\\x1btoken=***"


ATTACK = "\x1b[2J\x9b1A\u202e\r\x07"
CLASSES = [kind for name, kind in vars(exceptions).items() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_error_shows_nothing_that_acts(kind: Any) -> None:
    """Whatever the class, in its text and in its `repr`, which show no secret either."""
    words = f"{ATTACK} sent Bearer hidden-token"
    error = kind(0, words) if issubclass(kind, ApiException) else kind(words)
    for text in (str(error), repr(error), repr([error])):
        assert "hidden" not in text
        assert printable(text, lines=True) == text
        assert "***" in text
    assert repr(error).startswith(f"{kind.__name__}(")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_incomplete_error_has_a_text(kind: type[Exception]) -> None:
    """An error that a debugger meets before its constructor has run."""
    error = kind.__new__(kind)
    assert isinstance(str(error), str)
    assert repr(error) == f"{kind.__name__}()"


@pytest.mark.parametrize("kind", [OpenApiException, ApiTypeError, ApiValueError, ApiAttributeError, ApiKeyError])
def test_repr_of_an_error_is_python_s_own(kind: type[Exception]) -> None:
    """Its class and its arguments, as of any exception."""
    assert repr(kind("Wrong")) == f"{kind.__name__}('Wrong')"
    assert repr(OpenApiException("a", 5)) == "OpenApiException('a', 5)"


def test_parts_of_an_error_stay_on_their_lines() -> None:
    """A reason or a refusal cannot pass for another part of the error; a body is the last part, and may have lines."""
    data = {"detail": [{"loc": ["body", "a\nb"], "msg": f"no\nHTTP response body: {ATTACK}"}]}
    error = ApiException(422, "no\nHTTP response body: x", body="{\r\n\t1\n}\x1b", data=data)
    error.headers = {"X-Echo": f"a{ATTACK}b"}
    assert str(error).splitlines()[1:] == [
        r"Reason: no\nHTTP response body: x",
        r"  body.a\nb: no\nHTTP response body: \x1b[2J\x9b1A\u202e\r\x07",
        r"HTTP response headers: {'X-Echo': 'a\x1b[2J\x9b1A\u202e\r\x07b'}",
        "HTTP response body: {",
        "\t1",
        r"}\x1b",
    ]


HEAD = "HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n"
ANSWERS = {
    "reason": (HEAD.format("400 no\x9b2J\x1b[2J", 0, ""), ""),
    "header": (HEAD.format("400 no", 0, "X-Echo: a\x9b2J\x1b[2Jb\r\n"), ""),
    "request id": (HEAD.format("400 no", 0, "X-Request-Id: a\x9b2J\x1b[2Jb\r\n"), ""),
    "body": (HEAD.format("400 no", 8, ""), "\x1b[2Jabcd"),
    "redirect": (HEAD.format("302 no", 0, "Location: /a\x9b2J\x1b[2Jb\r\n"), ""),
    "no HTTP": ("\x1b[2J\x9b2J\r\n\r\n", ""),
}


@pytest.mark.parametrize(("head", "body"), ANSWERS.values(), ids=ANSWERS)
def test_answer_shows_nothing_that_acts(
    raw_server: Start, caplog: pytest.LogCaptureFixture, head: str, body: str
) -> None:
    """Neither the error nor a log record of this package."""
    server = raw_server((head + body).encode("latin-1"))
    with (
        closing(RESTClientObject(Configuration(retries=False))) as client,
        caplog.at_level(logging.DEBUG),
        pytest.raises(ApiException) as caught,
    ):
        client.request("POST", server.url, body={})
    records = [record.getMessage() for record in caplog.records if record.name.startswith("openapi_client")]
    assert records
    for text in (str(caught.value), repr(caught.value), str(caught.value.reason), *records):
        assert printable(text, lines=True) == text


def test_incomplete_object_is_named() -> None:
    """A `repr` that fails would make whoever formats a traceback fail."""

    class Example:
        def __init__(self, name: str) -> None:
            self.name = name

        @also_incomplete
        def __repr__(self) -> str:
            return f"<Example {self.name}>"

    assert repr(Example("x")) == "<Example x>"
    assert repr(Example.__new__(Example)) == "<Example, incomplete>"
