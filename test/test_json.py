"""JSON text to values and back: what is not JSON is our error, and neither it nor its cause holds the text."""

import codecs
import json
import math
from typing import Any

import pytest

from openapi_client import ApiValueError
from openapi_client._json import decode_text, encode_text, parse_json, stated, text_of, to_json

SECRET = "key-that-nobody-may-see"

BAD_TEXTS = {
    "empty": "",
    "word": SECRET,
    "cut_short": f'{{"aws_secret_access_key": "{SECRET}',
    "nan": "[NaN]",
    "infinity": "[Infinity]",
    "negative_infinity": "[-Infinity]",
    "single_quotes": f"{{'key': '{SECRET}'}}",
    "more_than_one_value": f'"x" "{SECRET}"',
    "byte_order_mark_alone": "\ufeff",
    "byte_order_mark_inside": "[\ufeff1]",
    "byte_order_mark_after_a_space": " \ufeff{}",
    "too_large_for_a_float": "1e400",
    "too_small_for_a_float": '{"a": [-1E+400]}',
    "large_digits_for_a_float": "9" * 400 + ".5",
    "control_character": '"\x00"',
    "deep_lists": "[" * 100_000 + "]" * 100_000,
    "deep_lists_cut_short": "[" * 100_000,
    "deep_objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "huge_integer": "1" * 10_000,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        (' {"a": [1, 2.5, true, "x"]} ', {"a": [1, 2.5, True, "x"]}),
        (r'"\u00e9"', "é"),
        ("12345678901234567890123", 12345678901234567890123),
        ("[1.7e308, -1.7e308, 1e-400]", [1.7e308, -1.7e308, 0.0]),
        ('\ufeff{"a": 1}', {"a": 1}),
        ("\ufeff \r\n[1]", [1]),
        ('"\ufeff"', "\ufeff"),
    ],
    ids=["null", "nested", "escape", "long_integer", "floats", "mark", "mark_and_space", "mark_in_a_text"],
)
def test_json_is_parsed(text: str, value: Any) -> None:
    """What is JSON becomes what Python has for it."""
    assert parse_json(text) == value


def test_last_of_two_equal_names_counts() -> None:
    """RFC 8259 leaves it open; Python and most others take the last."""
    assert parse_json('{"a": 1, "a": 2}') == {"a": 2}


def test_lone_surrogate_survives_there_and_back() -> None:
    """JSON's escapes can write half a character; it is kept, and written as an escape again."""
    value = parse_json(r'"\ud800"')
    assert value == "\ud800"
    assert to_json(value) == r'"\ud800"'


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_text_that_is_not_json_is_our_error(text: str) -> None:
    """Also where Python's own reader would take it, as NaN, or fall over, as deep nesting."""
    with pytest.raises(ApiValueError, match="not JSON that can be read") as caught:
        parse_json(text)
    assert caught.value.__cause__


def test_place_of_the_mistake_is_told() -> None:
    """The line and column help to find it."""
    with pytest.raises(ApiValueError, match="line 2 column 3") as caught:
        parse_json('{\n  "a" 1}'.replace('"a" 1', "a"))
    cause = caught.value.__cause__
    assert isinstance(cause, json.JSONDecodeError)
    assert (cause.lineno, cause.colno) == (2, 3)


@pytest.mark.parametrize("name", ["word", "cut_short", "single_quotes", "more_than_one_value"])
def test_error_about_json_holds_no_text(name: str) -> None:
    """A `JSONDecodeError` keeps the whole document: the one chained is a copy without it, and the only one."""
    with pytest.raises(ApiValueError) as caught:
        parse_json(BAD_TEXTS[name])
    cause = caught.value.__cause__
    assert isinstance(cause, json.JSONDecodeError)
    assert cause.doc == ""
    assert caught.value.__context__ is None
    assert cause.__context__ is None
    assert SECRET not in f"{caught.value!r} {cause!r} {vars(cause)}"


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_cause_has_no_frames(text: str) -> None:
    """The frames of Python's reader hold the text."""
    with pytest.raises(ApiValueError) as caught:
        parse_json(text)
    assert caught.value.__cause__
    assert caught.value.__cause__.__traceback__ is None


def _circle() -> list[Any]:
    circle: list[Any] = []
    circle.append(circle)
    return circle


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, {1}, {(1, 2): 3}, b"x", 10**10_000, _circle()],
    ids=["nan", "infinity", "set", "tuple_as_name", "bytes", "huge_integer", "circle"],
)
def test_value_that_json_has_no_form_for_is_our_error(value: Any) -> None:
    """JSON's writer has four kinds of errors of its own for these."""
    with pytest.raises(ApiValueError, match="no form in JSON") as caught:
        to_json(value)
    assert caught.value.__cause__
    assert caught.value.__cause__.__traceback__ is None


def test_text_is_decoded() -> None:
    """Bytes become text in the encoding that is named."""
    assert decode_text("é".encode(), "utf-8") == "é"
    assert decode_text(b"\xe9", "latin-1") == "é"


@pytest.mark.parametrize("charset", ["utf-8", "ascii", "latin-1", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + '{"a": "é"}'.encode(),
        codecs.BOM_UTF16_LE + '{"a": "é"}'.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + '{"a": "é"}'.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + '{"a": "é"}'.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + '{"a": "é"}'.encode("utf-32-be"),
    ],
    ids=["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"],
)
def test_byte_order_mark_overrides_the_stated_encoding(data: bytes, charset: str) -> None:
    """Windows programs write such marks, and servers state another encoding by habit."""
    assert parse_json(decode_text(data, charset)) == {"a": "é"}
    assert parse_json(text_of(data)) == {"a": "é"}


@pytest.mark.parametrize(
    ("values", "name", "value"),
    [
        ({}, "a", None),
        ({"a": None}, "a", None),
        ({"a": False}, "a", None),
        ({"a": ""}, "a", None),
        ({"a": " \t\n"}, "a", None),
        ({"a": []}, "a", None),
        ({"a": {}}, "a", None),
        ({"a": 0}, "a", 0),
        ({"a": 0.0}, "a", 0.0),
        ({"a": True}, "a", True),
        ({"a": [None]}, "a", [None]),
        ({"a": " x "}, "a", " x "),
    ],
)
def test_empty_optional_member_is_absent(values: dict[str, Any], name: str, value: Any) -> None:
    """Zero is a value, and a text keeps its white space."""
    assert stated(values, name) == value


def test_bytes_in_another_encoding_are_our_error_without_the_bytes() -> None:
    """A `UnicodeDecodeError` keeps the whole object: the one chained is a copy without it, and the only one."""
    with pytest.raises(ApiValueError, match="byte 23 is wrong") as caught:
        decode_text(SECRET.encode() + b"\xff", "utf-8")
    cause = caught.value.__cause__
    assert isinstance(cause, UnicodeDecodeError)
    assert (cause.object, cause.start) == (b"", 23)
    assert caught.value.__context__ is None
    assert cause.__context__ is None
    assert SECRET not in f"{caught.value!r} {cause!r} {vars(cause)}"


@pytest.mark.parametrize("encoding", ["no-such", "hex", "undefined", "utf-8\0"])
def test_encoding_that_texts_are_not_in_is_our_error(encoding: str) -> None:
    """A server may name any; Python knows some that are none for texts, with errors of their own."""
    with pytest.raises(ApiValueError, match="not in the encoding") as caught:
        decode_text((SECRET * 3).encode() + b".x", encoding)
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r} {vars(caught.value)}"


def test_half_of_a_surrogate_pair_is_a_value_error_unseen() -> None:
    """UTF-8 has no form for it; neither the error nor its context holds the text."""
    assert encode_text("ä") == b"\xc3\xa4"
    with pytest.raises(ApiValueError, match="half of a surrogate pair") as caught:
        encode_text("hidden\ud800")
    assert caught.value.__context__ is None
