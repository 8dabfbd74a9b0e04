"""JSON text to values and back: what is not JSON is our error, and neither it nor its cause holds the text."""

import json
import math
from typing import Any

import pytest

from openapi_client import ApiValueError
from openapi_client._json import decode_text, encode_text, parse_json, to_json

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
    "byte_order_mark": "\ufeff{}",
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
    ],
    ids=["null", "nested", "escape", "long_integer"],
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
