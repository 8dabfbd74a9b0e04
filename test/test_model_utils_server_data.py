"""Models of server data: texts become times, optional is nullable, no name does harm, no traceback shows a secret."""

import copy
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from pprint import pformat
from types import MappingProxyType
from typing import Any

import pytest

from openapi_client import ApiTypeError, ApiValueError
from openapi_client._answers import decode
from openapi_client.exceptions import ApiMissingPropertyError
from openapi_client.models import CredentialResponse, Credentials, HTTPValidationError, S3Location, Status

EXPIRY = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
STATUS = {"success": True, "details": "x"}
SECRET = "key-that-nobody-may-see"

# The constructors as programs without types call them.
location: Any = S3Location
credentials: Any = Credentials
response: Any = CredentialResponse

HOSTILE_NAMES = [
    *("to_dict", "get", "openapi_types", "_from_mapping", "_fields", "_plan", "_data_store"),
    *("_check_type", "_path_to_item", "_configuration", "_spec_property_naming", "_visited_composed_classes"),
    *("allowed_values", "validations", "set_attribute", "_nullable", "model_dump", "model_fields", "model_fields_set"),
    *("__get_pydantic_core_schema__", "__iter__", "__getstate__"),
    *("__class__", "__dict__", "__init__", "__getattr__", "__deepcopy__", "__reduce_ex__", "__setstate__", "__array__"),
    *("_repr_html_", "_repr_mimebundle_", "_ipython_display_", "_ipython_canary_method_should_not_exist_"),
    *("", "self", "cls", "obj", "json_str", "not an identifier", "ünï"),
]
OPTIONS = ["_check_type", "_configuration", "_path_to_item", "_spec_property_naming", "_visited_composed_classes"]

MAKERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "from_dict": Status.from_dict,
    "from_json": lambda data: Status.from_json(json.dumps(data)),
    "deserialize": lambda data: decode(json.dumps(data), (Status,), check=True),
    "_from_openapi_data": lambda data: Status._from_openapi_data(**data),
    "model_validate": Status.model_validate,
    "model_validate_json": lambda data: Status.model_validate_json(json.dumps(data)),
    "deserialize_unchecked": lambda data: decode(json.dumps(data), (Status,), check=False),
    "nested": lambda data: CredentialResponse.from_dict({"status": data, "credentials": _keys()}).status,
}


def _keys(expiry: object = "2030-01-02T03:04:05Z") -> dict[str, object]:
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    return {**dict.fromkeys(names, SECRET), "expiry": expiry}


@pytest.mark.parametrize(
    "make",
    [
        Credentials.from_dict,
        lambda data: Credentials.from_dict(MappingProxyType(data)),
        lambda data: Credentials.from_json(json.dumps(data)),
        lambda data: Credentials._from_openapi_data(**data),
        lambda data: Credentials._from_openapi_data(*data.values()),
        lambda data: CredentialResponse._from_openapi_data(status=STATUS, credentials=data).credentials,
        lambda data: decode(json.dumps(data), (Credentials,), check=True),
    ],
    ids=["from_dict", "mapping", "from_json", "_from_openapi_data", "by_position", "nested", "deserialize"],
)
def test_text_becomes_a_time(make: Callable[[dict[str, Any]], Any]) -> None:
    """With an offset always: a naive time in an answer is UTC."""
    assert make(_keys()).expiry == EXPIRY
    assert make(_keys("2030-01-02T03:04:05")).expiry == EXPIRY
    with pytest.raises(ApiValueError, match="Expected a date with a time of day"):
        make(_keys("10"))
    with pytest.raises(ApiTypeError, match="Expected datetime, not int"):
        make(_keys(1893553445))


def test_parsing_can_be_turned_off() -> None:
    """With the option that turns it on elsewhere."""
    with pytest.raises(ApiTypeError, match="Expected datetime, not str"):
        Credentials._from_openapi_data(**_keys(), _spec_property_naming=False)


@pytest.mark.parametrize(
    ("model", "data", "name"),
    [
        (CredentialResponse, {"status": STATUS, "credentials": _keys()}, "console_session_url"),
        (HTTPValidationError, {}, "detail"),
    ],
)
def test_null_optional_property_is_none(model: Any, data: dict[str, Any], name: str) -> None:
    """It is set, None, and in the dictionary; the registry sends it whenever no console session was asked for."""
    for made in (
        model.from_dict({**data, name: None}),
        model.from_json(json.dumps({**data, name: None})),
        model._from_openapi_data(**{**data, name: None}),
    ):
        assert name in made
        assert getattr(made, name) is None
        assert made.to_dict()[name] is None
    assert name not in model.from_dict(data)


@pytest.mark.parametrize("name", ["status", "credentials"])
def test_null_required_property_is_refused(name: str) -> None:
    """Only an optional one may be null."""
    with pytest.raises(ApiTypeError, match="not NoneType"):
        CredentialResponse.from_dict({"status": STATUS, "credentials": _keys(), name: None})


def test_none_gives_none() -> None:
    """As in the generator's later line."""
    assert Status.from_dict(None) is None


@pytest.mark.parametrize("value", [[], "x", 5, True], ids=repr)
def test_what_is_no_mapping_is_refused(value: Any) -> None:
    """The path is that of the root: an empty list."""
    for make in (Status.from_dict, lambda data: Status.from_json(json.dumps(data))):
        with pytest.raises(ApiTypeError, match="Expected Status, not") as caught:
            make(value)
        assert (caught.value.path_to_item, caught.value.valid_classes) == ([], (Status,))


def test_model_is_its_own_model() -> None:
    """`from_dict` of a model gives it."""
    status: Any = Status(True, "x")
    assert Status.from_dict(status) is status


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_missing_property_is_an_error_of_both_kinds(make: Callable[[dict[str, Any]], Any]) -> None:
    """Whatever the way, and with checks off too where a model cannot do without."""
    if make is MAKERS["deserialize_unchecked"]:
        assert make({"success": True}).to_dict() == {"success": True}
        return
    with pytest.raises(ApiMissingPropertyError, match="Status lacks the required 'details'") as caught:
        make({"success": True})
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("text", ["", "no JSON", "[1", b"\xff", bytearray(b"{\xff}")], ids=repr)
def test_text_that_is_not_json_is_our_error(text: Any) -> None:
    """Bytes are UTF-8."""
    with pytest.raises(ApiValueError):
        Status.from_json(text)


@pytest.mark.parametrize(
    ("way", "name"),
    # To `_from_openapi_data` the options are given beside the data, as the generator had it.
    [(way, name) for way in MAKERS for name in HOSTILE_NAMES if way != "_from_openapi_data" or name not in OPTIONS],
)
def test_hostile_name_stays_data(way: str, name: str) -> None:
    """A property that is named like a part of a model does not become that part."""
    data = {**STATUS, name: "value"}
    model = MAKERS[way](data)
    assert type(model) is Status
    assert model.to_dict() == data
    assert (model[name], model.get(name), name in model) == ("value", "value", True)
    assert json.loads(model.to_json()) == data
    assert repr(model) == pformat(data)
    for twin in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):  # noqa: S301 - our own bytes
        assert twin == model


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_name_turns_no_check_off(name: str) -> None:
    """Neither for the data beside it, nor for what is set later."""
    with pytest.raises(ApiTypeError, match="Expected bool"):
        Status.from_dict({"success": 1, "details": "x", name: False})
    model: Any = Status.from_dict({**STATUS, name: False})
    with pytest.raises(ApiTypeError, match="Expected bool"):
        model.success = 1


@pytest.mark.parametrize("name", [n for n in HOSTILE_NAMES if n.startswith(("__", "_repr_", "_ipython_"))])
def test_hook_that_a_server_sent_is_none(name: str) -> None:
    """Python and notebooks look such attributes up: they get what the class has, or nothing."""
    model: Any = Status.from_dict({**STATUS, name: "value"})
    assert getattr(model, name, None) != "value"
    assert dir(model)


FAILURES: dict[str, Callable[[dict[str, Any]], object]] = {
    "constructor_type": lambda a: response(status=5, credentials=a["credentials"]),
    "constructor_secret_of_another_type": lambda a: credentials(**{**a["credentials"], "aws_session_token": b"x"}),
    "constructor_missing": lambda a: response(credentials=a["credentials"]),
    "constructor_surplus": lambda a: credentials(*a["credentials"].values(), SECRET),
    "constructor_unchecked_missing": lambda a: response(credentials=a["credentials"], _check_type=False),
    "from_openapi_data": lambda a: CredentialResponse._from_openapi_data(**{**a, "status": 5}),
    "from_dict_type": lambda a: CredentialResponse.from_dict({**a, "status": 5}),
    "from_dict_missing": lambda a: CredentialResponse.from_dict({"credentials": a["credentials"]}),
    "from_dict_time": lambda a: Credentials.from_dict({**a["credentials"], "expiry": "soon"}),
    "from_json_type": lambda a: CredentialResponse.from_json(json.dumps({**a, "status": 5})),
    "from_json_cut_short": lambda a: CredentialResponse.from_json(json.dumps(a)[:-1]),
    "from_json_encoding": lambda a: CredentialResponse.from_json(json.dumps(a).encode() + b"\xff"),
    "attribute": lambda a: setattr(Credentials.from_dict(a["credentials"]), "aws_session_token", a["credentials"]),
    "item": lambda a: Credentials.from_dict(a["credentials"]).__setitem__("aws_session_token", a["credentials"]),
    "to_json": lambda a: CredentialResponse.from_dict({**a, "more": float("nan")}).to_json(),
    "deserialize": lambda a: decode(json.dumps({**a, "status": 5}), (CredentialResponse,), check=True),
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_error_about_a_model_shows_no_secret(
    fail: Callable[[dict[str, Any]], object], answer: dict[str, Any], secrets_in: Callable[..., list[str]]
) -> None:
    """Neither its text, its attributes and causes, nor the locals of our frames in its traceback."""
    with pytest.raises((ApiTypeError, ApiValueError)) as caught:
        fail(answer)
    assert secrets_in(caught.value) == []


def test_printed_model_shows_no_secret(answer: dict[str, Any], secrets_in: Callable[..., list[str]]) -> None:
    """Alone, in a list and in another model; whoever asks for the value gets it."""
    answer["console_session_url"] = answer["credentials"]["aws_session_token"]
    model = CredentialResponse.from_dict(answer)
    place = location("b", "p", "u", password=SECRET)
    assert secrets_in(model, [model], model.to_str(), f"{model!r:.99}", place) == []
    assert secrets_in(str(model.to_dict())) == secrets_in(str(answer))
