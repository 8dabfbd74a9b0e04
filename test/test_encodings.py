"""Encodings undone: what a text reads as, where each character stands, and what that costs."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest

from openapi_client._encodings import LAYERS, encoded_forms, readings

DECODED = {
    "percent": ("%41%2f%2F", "A//"),
    "percent_of_scripts": ("%u0022%U0022", '"%U0022'),
    "percent_that_is_not_one": ("100% %4 %zz", "100% %4 %zz"),
    "html": ("&quot;&amp;&lt;&gt;&#39;&#x27;&sol;&plus;", "\"&<>''/+"),
    "html_without_its_end": ("&#34x&#x22;y", '"x"y'),
    "html_of_no_character": ("&nope; &#0000000; &#1114112;", "&nope; � �"),
    "html_of_two_characters": ("&NotEqualTilde;", "&NotEqualTilde;"),
    "json": (r"\"\\\/\b\f\n\r\t\u0041", '"\\/\b\f\n\r\tA'),
    "python": (r"\'\x41\U0001f600\U00110000", "'A😀\\U00110000"),
    "json_that_is_not_one": ("\\q \\u00 \\", "\\q \\u00 \\"),
}


@pytest.mark.parametrize(("text", "decoded"), DECODED.values(), ids=DECODED)
def test_encoding_is_undone(text: str, decoded: str) -> None:
    """Units of an encoding become their characters; everything else stays."""
    assert decoded in [reading.text for reading in readings(text)]


@pytest.mark.parametrize("outer", [quote, quote_plus, escape, lambda text: json.dumps(text)[1:-1]])
@pytest.mark.parametrize("inner", [quote, quote_plus, escape, lambda text: json.dumps(text)[1:-1]])
def test_two_encodings_are_undone_in_either_order(outer: Callable[[str], str], inner: Callable[[str], str]) -> None:
    """Whichever stands outside; a plus sign that stands for a space stays one."""
    text = """{"a": "b'c<d>&\\/"}"""
    assert text in [reading.text.replace("+", " ") for reading in readings(outer(inner(text)))]


def test_character_leads_back_to_its_place() -> None:
    """A part of a decoded text is the part of the original that encodes it."""
    text = "say %2522na\\u006de%2522 &amp;quot;x"
    (twice,) = [reading for reading in readings(text) if reading.text == 'say "name" "x']
    start, end = twice.span(4, 10)
    assert text[start:end] == "%2522na\\u006de%2522"
    assert twice.span(0, len(twice.text)) == (0, len(text))


def test_plain_text_has_one_reading() -> None:
    """Nothing is to be undone in it."""
    assert [reading.text for reading in readings("plain")] == ["plain"]


def test_readings_are_few_and_no_longer_than_the_text() -> None:
    """The work is at most 21 times that of one reading, whatever a server sends."""
    text = "%2525&amp;amp;\\\\\\\\%26amp;&#37;41\\u0025" * 100
    found = list(readings(text))
    assert 1 < len(found) <= sum(4**layer for layer in range(LAYERS + 1))
    assert all(len(reading.text) <= len(text) for reading in found)


@pytest.mark.parametrize("unit", ["%2525", "&amp;amp;", "\\\\\\\\", "%26quot%3B", "\\u0026#34;", "&", "%", "\\", "&#"])
def test_twice_the_text_takes_twice_the_steps(unit: str) -> None:
    """Steps are counted as calls of functions, which are the same on any machine."""

    def steps(text: str) -> int:
        events: Counter[str] = Counter()
        sys.setprofile(lambda _, event, __: events.update([event]))
        try:
            list(readings(text))
        finally:
            sys.setprofile(None)
        return events["call"] + events["c_call"]

    once, twice = steps(unit * 500), steps(unit * 1000)
    assert once <= twice <= 2 * once


FORMS = {
    "plain": "p/w+ä&'",
    "address": "p/w%2B%C3%A4%26%27",
    "form": "p%2Fw%2B%C3%A4%26%27",
    "form_in_small_letters": "p%2fw%2b%c3%a4%26%27",
    "html": "p/w+ä&amp;&#x27;",
    "json": "p/w+\\u00e4&'",
    "json_with_escaped_slash": "p\\/w+\\u00e4&'",
    "form_in_form": "p%252Fw%252B%25C3%25A4%2526%2527",
    "form_in_form_in_small_letters": "p%252fw%252b%25c3%25a4%2526%2527",
    "html_in_form": "p%2Fw%2B%C3%A4%26amp%3B%26%23x27%3B",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_text_is_known_in_its_encoded_forms(form: str) -> None:
    """In the usual ones, and in two of them on top of each other."""
    assert form in encoded_forms("p/w+ä&'")


def test_plain_word_has_one_form() -> None:
    """No encoding changes letters and digits."""
    assert encoded_forms("abc-123._~") == {"abc-123._~"}
