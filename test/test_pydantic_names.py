"""Pydantic's names on models: what they give is what models of the generator's later line give."""

import json
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, cast

import pydantic_core
import pytest

from openapi_client import ApiMissingPropertyError, ApiTypeError, ApiValueError, models
from openapi_client.model_utils import ModelNormal
from openapi_client.models import (
    CredentialResponse,
    Credentials,
    HTTPValidationError,
    S3Location,
    Status,
    ValidationError,
)

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
PLACE = {"bucket_name": "b", "path": "p", "s3_uri": "u"}
STATUS = {"success": True, "details": "ö"}
NAMES = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
KEYS = {**dict.fromkeys(NAMES, "x"), "expiry": TIME}

# The constructors as programs without types call them.
location: Any = S3Location
response: Any = CredentialResponse
status: Any = Status


@pytest.fixture
def answer() -> Any:
    """An answer without the optional property."""
    return response(status(**STATUS), Credentials.from_dict(KEYS))


@pytest.fixture
def refusals() -> Any:
    """A model with a list of models."""
    return HTTPValidationError(detail=[ValidationError(["body", 3], "m", "t"), ValidationError(["body"], "n", "t")])


DUMPS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "all": ({}, {"status": STATUS, "credentials": KEYS, "console_session_url": None}),
    "json": (
        {"mode": "json"},
        {"status": STATUS, "credentials": {**KEYS, "expiry": "2030-01-02T03:04:05Z"}, "console_session_url": None},
    ),
    "by_alias": ({"by_alias": True, "exclude_none": True}, {"status": STATUS, "credentials": KEYS}),
    "exclude_none": ({"exclude_none": True}, {"status": STATUS, "credentials": KEYS}),
    "exclude_unset": ({"exclude_unset": True}, {"status": STATUS, "credentials": KEYS}),
    "exclude_defaults": ({"exclude_defaults": True}, {"status": STATUS, "credentials": KEYS}),
    "include": ({"include": {"status"}}, {"status": STATUS}),
    "include_unknown": ({"include": {"nope"}}, {}),
    "include_within": (
        {"include": {"credentials": {"expiry"}, "status": True}},
        {"status": STATUS, "credentials": {"expiry": TIME}},
    ),
    "include_ellipsis": ({"include": {"credentials": {"expiry": ...}}}, {"credentials": {"expiry": TIME}}),
    "exclude": ({"exclude": {"credentials"}}, {"status": STATUS, "console_session_url": None}),
    "exclude_within": (
        {"exclude": {"credentials": set(NAMES), "console_session_url": True}},
        {"status": STATUS, "credentials": {"expiry": TIME}},
    ),
    "both": ({"include": {"status"}, "exclude": {"status": {"details"}}}, {"status": {"success": True}}),
    "without_effect": (
        {"context": {}, "round_trip": True, "warnings": False, "serialize_as_any": True, "include": ["status"]},
        {"status": STATUS},
    ),
}


@pytest.mark.parametrize(("options", "expected"), DUMPS.values(), ids=DUMPS)
def test_dump_holds_what_is_chosen(answer: Any, options: dict[str, Any], expected: dict[str, Any]) -> None:
    """`model_dump` lists declared properties in the schema's order, with nested models as dictionaries."""
    found = answer.model_dump(**options)
    assert found == expected
    assert [*found] == [*expected]
    if "mode" not in options:
        assert json.loads(answer.model_dump_json(**options)) == answer.model_dump(mode="json", **options)


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        ({"detail": {"__all__": {"msg", "type"}}}, [{"loc": ["body", 3]}, {"loc": ["body"]}]),
        ({"detail": {0: {"msg", "type"}, 1: True}}, [{"loc": ["body", 3]}]),
        ({"detail": {-1, 5}}, [{"loc": ["body", 3], "msg": "m", "type": "t"}]),
        ({"detail": {"__all__": {"loc": {0}, "msg": ..., "type": ...}}}, [{"loc": [3]}, {"loc": []}]),
    ],
    ids=["every_item", "some_items", "indices", "lists_in_lists"],
)
def test_items_of_lists_are_chosen_by_index(refusals: Any, exclude: Any, expected: Any) -> None:
    """`__all__` selects every item of a list, and a negative index counts from the end."""
    assert refusals.model_dump(exclude=exclude) == {"detail": expected}


def test_additional_properties_are_dumped_too() -> None:
    """Additional properties follow the declared ones, and `exclude_none` leaves dictionaries alone."""
    made = status(True, "x", when=TIME, none=None, more={"a": None, "b": {"c": 1}}, pairs=[(1, TIME)])
    more = {"when": TIME, "none": None, "more": {"a": None, "b": {"c": 1}}, "pairs": [[1, TIME]]}
    assert made.model_dump() == {"success": True, "details": "x", **more}
    assert made.model_dump(exclude_none=True, include={"none", "more"}) == {"more": {"a": None, "b": {"c": 1}}}
    assert made.model_dump(include={"more": {"b": {"c"}}}) == {"more": {"b": {"c": 1}}}
    assert made.model_extra == {**more, "pairs": [(1, TIME)]}
    assert made.model_fields_set == {"success", "details", *more}


TIMES = {
    "utc": (TIME, "2030-01-02T03:04:05Z"),
    "microseconds": (TIME.replace(microsecond=1200), "2030-01-02T03:04:05.001200Z"),
    "offset": (TIME.astimezone(timezone(timedelta(hours=10))), "2030-01-02T13:04:05+10:00"),
    "naive": (TIME.replace(tzinfo=None), "2030-01-02T03:04:05"),
    "date": (date(2030, 1, 2), "2030-01-02"),
}


@pytest.mark.parametrize(("time", "text"), TIMES.values(), ids=TIMES)
def test_times_in_json_are_written_as_pydantic_writes_them(time: date, text: str) -> None:
    """`mode="json"` writes UTC as Z and every other offset in full."""
    assert status(True, "x", when=time).model_dump(mode="json")["when"] == text


def test_json_text_is_compact_or_indented() -> None:
    """`model_dump_json` writes one compact line unless `indent` is given."""
    made = status(**STATUS, more=[])
    assert made.model_dump_json() == '{"success":true,"details":"ö","more":[]}'
    assert made.model_dump_json(ensure_ascii=True, exclude={"more"}) == '{"success":true,"details":"\\u00f6"}'
    assert made.model_dump_json(indent=2) == '{\n  "success": true,\n  "details": "ö",\n  "more": []\n}'


@pytest.mark.parametrize("method", ["model_dump", "model_dump_json"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"include": 5}, "Expected a set or a mapping, not int, as include"),
        ({"exclude": "status"}, "Expected a set or a mapping, not str, as exclude"),
        ({"exclude": {"status": False}}, "Expected a set or a mapping, not bool, as exclude"),
        ({"exclude_nonee": True}, "There is no option 'exclude_nonee'"),
    ],
    ids=["include", "exclude", "within", "unknown"],
)
def test_choice_that_is_none_is_refused(answer: Any, method: str, options: dict[str, Any], message: str) -> None:
    """A selection of the wrong type and an unknown option raise ApiTypeError."""
    with pytest.raises(ApiTypeError, match=message):
        getattr(answer, method)(**options)


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()], ids=["nan", "set", "object"])
def test_value_without_json_form_is_our_error(value: object) -> None:
    """`model_dump_json` raises ApiValueError for a value that JSON lacks."""
    with pytest.raises(ApiValueError):
        status(True, "x", more=value, _check_type=False).model_dump_json()


def test_values_that_are_nested_too_deeply_are_our_error() -> None:
    """`model_dump` and `model_dump_json` raise ApiValueError for data of 10,000 levels."""
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    made = status(True, "x", more=deep)
    for dump in (made.model_dump, made.model_dump_json):
        with pytest.raises(ApiValueError, match="too deeply"):
            dump()


def test_model_is_iterated_as_pydantic_s_are(answer: Any) -> None:
    """`dict(model)` holds the values unconverted, as the encoders of frameworks expect."""
    assert dict(answer) == {"status": answer.status, "credentials": answer.credentials, "console_session_url": None}
    assert dict(status(True, "x", more=1)) == {"success": True, "details": "x", "more": 1}


def test_set_properties_are_told_from_absent_ones(answer: Any) -> None:
    """`model_fields_set` names a property that was set to None."""
    assert answer.model_fields_set == {"status", "credentials"}
    answer.console_session_url = None
    assert answer.model_fields_set == {"status", "credentials", "console_session_url"}
    assert answer.model_extra == {}


def test_mapping_is_validated() -> None:
    """`model_validate` parses times, and returns a model of the class itself."""
    made = Credentials.model_validate({**KEYS, "expiry": "2030-01-02T03:04:05Z"}, strict=True, context=None)
    assert made.expiry == TIME
    assert Credentials.model_validate(made) is made
    assert Credentials.model_validate_json(made.model_dump_json(), strict=None) == made
    assert Credentials.model_validate_json(made.model_dump_json().encode()) == made


@pytest.mark.parametrize("value", [None, 5, "x", [], status(True, "x")], ids=repr)
def test_what_is_no_mapping_is_refused(value: Any) -> None:
    """`model_validate` refuses None, which `from_dict` returns."""
    with pytest.raises(ApiTypeError, match="Expected S3Location, not "):
        S3Location.model_validate(value)


def test_wrong_data_is_refused() -> None:
    """`model_validate` and `model_validate_json` raise the errors of `from_dict` and `from_json`."""
    with pytest.raises(ApiMissingPropertyError):
        S3Location.model_validate({"path": "p"})
    with pytest.raises(ApiTypeError, match=r"\['path'\]"):
        S3Location.model_validate_json('{"bucket_name": "b", "path": 5, "s3_uri": "u"}')
    with pytest.raises(ApiValueError):
        S3Location.model_validate_json("no JSON")
    for validate in (S3Location.model_validate, S3Location.model_validate_json):
        with pytest.raises(ApiTypeError, match="There is no option 'nope'"):
            validate("{}", nope=1)  # type: ignore[call-arg] # what is tested


@pytest.mark.parametrize("deep", [False, True])
def test_copy_is_equal_and_apart(answer: Any, deep: bool) -> None:
    """`model_copy` shares the values unless `deep` is true."""
    twin = answer.model_copy(deep=deep)
    assert twin == answer
    assert (twin.status is answer.status) is not deep
    twin.console_session_url = "link"
    assert "console_session_url" not in answer


def test_copy_is_updated() -> None:
    """`model_copy(update=…)` sets and checks declared and additional properties."""
    place = location(**PLACE)
    assert place.model_copy(update={"path": "q", "more": 1}).to_dict() == {**PLACE, "path": "q", "more": 1}
    assert place.to_dict() == PLACE
    with pytest.raises(ApiTypeError, match="Expected str, not int"):
        place.model_copy(update={"path": 5})
    with pytest.raises(ApiTypeError, match="Expected a mapping, not list, at \\['update'\\]"):
        place.model_copy(update=cast("Any", [("path", "q")]))


def test_construction_checks_nothing() -> None:
    """`model_construct` checks no value, and later assignments are checked."""
    made: Any = S3Location.model_construct({"path"}, path=5, cls=1)
    assert made.model_dump() == {"path": 5, "cls": 1}
    assert made.model_fields_set == {"path", "cls"}
    assert S3Location.model_construct(_fields_set=None, **PLACE) == location(**PLACE)
    with pytest.raises(ApiTypeError):
        made.bucket_name = 5


@pytest.mark.parametrize("model", [getattr(models, name) for name in models.__all__])
def test_fields_are_the_declared_properties(model: type[ModelNormal]) -> None:
    """`model_fields` lists the declared properties with the attributes of pydantic's `FieldInfo`."""
    assert [*model.model_fields] == [*model.openapi_types]
    for name, field in model.model_fields.items():
        assert field.is_required() is (name in model.required_properties)
        assert (field.alias, field.title, field.default_factory) == (None, None, None)
        assert field.description is None or field.description.endswith(".")


def test_field_shows_its_annotation() -> None:
    """A field's annotation and `repr` look like pydantic's."""
    fields = CredentialResponse.model_fields
    assert fields["status"].annotation is Status
    assert fields["console_session_url"].annotation == str | None
    assert fields["console_session_url"].default is fields["console_session_url"].get_default() is None
    assert repr(fields["status"]) == "ModelField(annotation=Status, required=True)"
    detail = HTTPValidationError.model_fields["detail"]
    assert "list[openapi_client.model.validation_error.ValidationError]" in repr(detail)
    assert repr(detail).endswith(
        "required=False, default=None, description='One entry for each thing that was refused.')"
    )
    assert repr(ValidationError.model_fields["loc"]).startswith("ModelField(annotation=list[str | int], required=True")


def test_model_has_its_fields_too() -> None:
    """`model_fields` works on a model as well as on its class."""
    assert [*location(**PLACE).model_fields] == [*PLACE]


def test_default_of_a_required_property_is_pydantic_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """A required field's default is `PydanticUndefined`, or a stand-in where pydantic is not loaded."""
    field = Status.model_fields["success"]
    monkeypatch.setitem(sys.modules, "pydantic_core", pydantic_core)
    assert field.default is field.get_default() is pydantic_core.PydanticUndefined
    monkeypatch.delitem(sys.modules, "pydantic_core")
    assert repr(field.default) == "PydanticUndefined"


def test_schema_of_a_subclass_has_what_it_inherits() -> None:
    """A subclass's schema describes inherited and own properties of every type."""

    class Place(S3Location):
        region: str
        """The region of the bucket."""
        replicas: list[S3Location]
        origin: S3Location
        size: float
        when: date
        tags: dict  # type: ignore[type-arg] # as additional properties have it
        other: complex

    schema = Place.model_json_schema()
    assert schema["properties"]["path"] == S3Location.model_json_schema()["properties"]["path"]
    assert schema["properties"]["region"]["description"] == "The region of the bucket."
    assert schema["properties"]["replicas"] == {
        "items": {"$ref": "#/$defs/S3Location"},
        "title": "Replicas",
        "type": "array",
    }
    assert schema["properties"]["origin"] == {"$ref": "#/$defs/S3Location"}
    assert schema["$defs"] == {"S3Location": S3Location.model_json_schema()}
    assert [schema["properties"][name].get("type") for name in ("size", "when", "tags", "other")] == [
        *("number", "string", "object", None)
    ]
    assert "description" not in schema


def test_schema_of_a_class_without_source_has_no_descriptions() -> None:
    """A class made by `exec` has no descriptions of its own in its schema."""
    names: dict[str, Any] = {"S3Location": S3Location}
    exec("class Place(S3Location):\n    'A place.'\n    region: str\n    'The region.'", names)  # noqa: S102 - no source
    schema = names["Place"].model_json_schema()
    assert schema["description"] == "A place."
    assert "description" not in schema["properties"]["region"]
    assert "description" in schema["properties"]["path"]


def test_schema_of_a_dictionary_names_its_values() -> None:
    """`{str: (int, str)}` in the generator's notation becomes `additionalProperties`."""
    from openapi_client._pydantic_fields import _one  # noqa: PLC0415 - of this test alone

    assert _one({str: (int, str)}, lambda _: {}) == {
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    }


def test_keywords_of_a_schema_are_in_pydantic_s_order() -> None:
    """A schema's keywords have the order in which pydantic writes them."""
    schema = CredentialResponse.model_json_schema()
    assert [*schema] == ["$defs", "description", "properties", "required", "title", "type"]
    assert [*schema["$defs"]] == ["Credentials", "Status"]
    assert [*schema["properties"]["console_session_url"]] == ["description", "title", "type"]


@pytest.mark.parametrize("name", ["model_dump", "model_validate", "model_fields", "model_extra", "__iter__"])
def test_property_of_such_a_name_is_data(name: str) -> None:
    """A property named like a method stays data, from whichever side it came."""
    made: Any = Status.model_validate({**STATUS, name: "x"})
    assert made.model_dump() == made.to_dict() == {**STATUS, name: "x"}
    assert Status.model_validate_json(made.model_dump_json()) == made
    assert made.model_extra == {name: "x"}


def test_failing_dump_shows_no_secret(secrets_in: Any) -> None:
    """The traceback of a failed dump holds no secret, local variables included."""
    made: Any = Credentials.from_dict({**dict.fromkeys(NAMES, "key-that-nobody-may-see"), "expiry": TIME})
    made = made.model_copy()
    made.__dict__["_data_store"]["more"] = object()
    for dump in (made.model_dump_json, lambda: made.model_dump(mode="json")):
        with pytest.raises(ApiValueError) as caught:
            dump()
        assert secrets_in(caught.value) == []
