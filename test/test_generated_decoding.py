"""Texts to values by the names of types, as the generator's 7.x client has them."""

import datetime as dt
import decimal
import uuid
from typing import Any

import pytest

from openapi_client import ApiClient, ApiException, ApiTypeError, ApiValueError, Status
from openapi_client._generated_decoding import deserialize_text, response_type_of

STATUS = '{"success": true, "details": "d"}'
VALUES = {
    "model": (STATUS, "Status", Status(success=True, details="d")),
    "class": (STATUS, Status, Status(success=True, details="d")),
    "list": (f"[{STATUS}]", "List[Status]", [Status(success=True, details="d")]),
    "dict": (f'{{"a": {STATUS}}}', "Dict[str, Status]", {"a": Status(success=True, details="d")}),
    "optional": ("[1, 2]", "Optional[List[int]]", [1, 2]),
    "null": ("null", "Status", None),
    "nothing in a list": ("[null]", "List[str]", [None]),
    "object": ('{"a": [1]}', "object", {"a": [1]}),
    "int": ('"5"', "int", 5),
    "long": ("5", "long", 5),
    "float": ("5", "float", 5.0),
    "bool": ("true", "bool", True),
    "str": ("plain text", "str", "plain text"),
    "number as text": ("5", "str", "5"),
    "list as number": ("[5]", "int", [5]),
    "date": ('"2030-01-02T03:04:05Z"', "date", dt.date(2030, 1, 2)),
    "day": ('"2030-01-02"', "date", dt.date(2030, 1, 2)),
    "time": ('"2030-01-02T03:04:05Z"', "datetime", dt.datetime(2030, 1, 2, 3, 4, 5, tzinfo=dt.UTC)),
    "decimal": ('"1.50"', "decimal", decimal.Decimal("1.50")),
    "UUID": (f'"{uuid.UUID(int=1)}"', "UUID", uuid.UUID(int=1)),
}


@pytest.mark.parametrize(("text", "kind", "value"), VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("binary", [False, True], ids=["text", "bytes"])
def test_text_becomes_a_value_of_the_named_type(text: str, kind: Any, value: Any, binary: bool) -> None:
    """A text becomes a value of the type, which is named as the generator names it or given as a class."""
    assert ApiClient().deserialize(text.encode() if binary else text, kind, None) == value


def test_media_type_decides_how_a_text_is_read() -> None:
    """JSON is parsed, text stands for itself, and an empty JSON text for the empty text."""
    client = ApiClient()
    assert client.deserialize("5", "object", "application/problem+json; charset=utf-8") == 5
    assert client.deserialize("5", "object", content_type="text/plain") == "5"
    assert client.deserialize("", "str", "application/json") == ""


BAD = {
    "media type": ("x", "str", "image/png", ApiException, "Unsupported content type: image/png"),
    "not JSON": ("{", "object", "application/json", ApiValueError, "not JSON"),
    "not a list": ("{}", "List[str]", None, ApiTypeError, "Expected list, not dict"),
    "not a dict": ("[]", "Dict[str, str]", None, ApiTypeError, "Expected dict, not list"),
    "not a number": ('"x"', "int", None, ApiValueError, "a value of type int"),
    "not a UUID": ('"x"', "UUID", None, ApiValueError, "a value of type UUID"),
    "not a decimal": ('"x"', "decimal", None, ApiValueError, "a value of type Decimal"),
    "not a time": ('"x"', "datetime", None, ApiValueError, "Expected a date"),
    "a number for a time": ("5", "datetime", None, ApiTypeError, "Expected a text, not int"),
    "unknown type": ("5", "Nothing", None, ApiTypeError, "called 'Nothing'"),
    "wrong model": ('{"success": 1}', "Status", None, ApiTypeError, "success"),
}


@pytest.mark.parametrize(("text", "kind", "media_type", "error", "words"), BAD.values(), ids=BAD)
def test_text_that_does_not_fit_is_an_error_that_shows_no_value(
    text: str, kind: str, media_type: str | None, error: type[Exception], words: str
) -> None:
    """What does not fit is an error of ours, without the value and without an error that quotes it behind."""
    with pytest.raises(error, match=words) as caught:
        deserialize_text(text, kind, media_type)
    assert caught.value.__context__ is None or isinstance(caught.value.__context__, ApiValueError)


@pytest.mark.parametrize(
    ("status", "name"), [(200, "exact"), (201, "2XX"), (500, "default"), (99, "default"), (404, None)], ids=str
)
def test_type_is_found_for_a_status(status: int, name: str | None) -> None:
    """The type of an answer stands under its status, under its group, or under `default`."""
    types = {"200": "exact", "2XX": "2XX", "default": "default"} if name else {"200": "exact"}
    assert response_type_of(status, types) == name


def test_native_types_are_an_attribute_of_the_class() -> None:
    """`ApiClient` names primitive and native types as the generator's client does."""
    assert ApiClient.NATIVE_TYPES_MAPPING["decimal"] is decimal.Decimal
    assert set(ApiClient.PRIMITIVE_TYPES) == {float, bool, bytes, str, int}
