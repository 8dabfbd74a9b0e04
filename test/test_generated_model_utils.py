"""What only programs for the generated client use of `model_utils`: it does what the generated code does."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import openapi_client.exceptions
from openapi_client import ApiTypeError, ApiValueError, Configuration, model_utils
from openapi_client._generated_model_utils import __all__ as names
from openapi_client.model_utils import ModelComposed, ModelNormal, ModelSimple, OpenApiModel, file_type, none_type
from openapi_client.models import Credentials, S3Location, Status

STATUS = {"success": True, "details": "x"}
TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = "2030-01-02T03:04:05Z"
ANY = (bool, date, datetime, dict, float, int, list, str, none_type)
CONFIGURATION = Configuration()

place: Any = S3Location("b", "p", "u")
status: Any = Status


@pytest.mark.parametrize("name", names)
def test_name_is_there(name: str) -> None:
    """`model_utils` has every name that the generated client's programs use."""
    assert getattr(model_utils, name) is getattr(model_utils, name)


def test_other_name_is_an_attribute_error() -> None:
    """An unknown name of `model_utils` raises AttributeError."""
    with pytest.raises(AttributeError, match=r"^module 'openapi_client.model_utils' has no attribute 'Nope'$"):
        _ = model_utils.Nope  # type: ignore[attr-defined] # that there is none is what is tested


@pytest.mark.parametrize("module", ["model_utils", "model.status", "model.s3_location", "model.credential_response"])
def test_modules_have_the_exceptions_of_the_generator(module: str) -> None:
    """`model_utils` re-exports four exceptions, and a model's module two."""
    found = __import__(f"openapi_client.{module}", fromlist=["x"])
    more = ("ApiKeyError", "ApiValueError") if module == "model_utils" else ()
    for name in ("ApiAttributeError", "ApiTypeError", *more):
        assert getattr(found, name) is getattr(openapi_client.exceptions, name)


def test_every_model_is_a_normal_one() -> None:
    """Every model is a ModelNormal and an OpenApiModel, and none is simple or composed."""
    assert isinstance(place, (ModelNormal, OpenApiModel))
    assert not isinstance(place, (ModelSimple, ModelComposed))
    assert issubclass(ModelSimple, OpenApiModel)
    assert issubclass(ModelComposed, OpenApiModel)


@pytest.mark.parametrize("serialize", [True, False])
def test_model_becomes_a_dictionary(serialize: bool) -> None:
    """`model_to_dict` keeps times and secrets as they are."""
    keys = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), "x")
    made = Credentials.from_dict({**keys, "expiry": TEXT, "more": [{"a": 1}]})
    assert model_utils.model_to_dict(made, serialize=serialize) == {**keys, "expiry": TIME, "more": [{"a": 1}]}


CONVERSIONS: dict[str, tuple[Any, Any, Any, Any]] = {
    "text_to_time": (TEXT, (datetime,), CONFIGURATION, TIME),
    "text_to_date": ("2030-01-02", (date,), CONFIGURATION, date(2030, 1, 2)),
    "mapping_to_model": (STATUS, (Status,), None, status(True, "x")),
    "list": ([1, "a"], ([str, int],), None, [1, "a"]),
    "list_of_models": ([STATUS], [[Status]], None, [status(True, "x")]),
    "dictionary": ({"a": 1}, ({str: (int,)},), None, {"a": 1}),
    "whole_number_to_float": (1, (float,), CONFIGURATION, 1.0),
    "none": (None, (str, none_type), None, None),
    "text": ("a", (file_type, str), CONFIGURATION, "a"),
}


@pytest.mark.parametrize(("value", "types", "configuration", "converted"), CONVERSIONS.values(), ids=CONVERSIONS)
def test_value_is_converted(value: Any, types: Any, configuration: Any, converted: Any) -> None:
    """`validate_and_convert_types` converts what the generated code converts."""
    found = model_utils.validate_and_convert_types(value, types, ["a"], True, True, configuration=configuration)
    assert (found, type(found)) == (converted, type(converted))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("value", "types"),
    [(TEXT, (datetime,)), (5, (str,)), ([1, True], ([str, int],)), ({"a": "x"}, ({str: (int,)},)), (None, (str,))],
    ids=["text_without_configuration", "type", "item", "entry", "null"],
)
def test_value_of_another_type_is_refused(value: Any, types: Any, check: bool) -> None:
    """A value of the wrong type raises ApiTypeError at the given path, whatever `_check_type` says."""
    with pytest.raises(ApiTypeError, match=r"at \['a'\]") as caught:
        model_utils.validate_and_convert_types(value, types, ["a"], True, check)
    assert caught.value.path_to_item is not None
    assert caught.value.path_to_item[0] == "a"


@pytest.mark.parametrize("types", [(Status,), ([Status],)], ids=["model", "list"])
def test_values_in_models_are_unchecked_if_wanted(types: Any) -> None:
    """`_check_type=False` leaves the values in models unchecked."""
    value = {**STATUS, "success": 5}
    found = model_utils.validate_and_convert_types(value if types == (Status,) else [value], types, [], True, False)
    assert (found if types == (Status,) else found[0]).success == 5


def test_text_becomes_a_file_where_one_is_wanted(tmp_path: Path) -> None:
    """A text becomes a file in the Configuration's temporary folder."""
    configuration = Configuration()
    configuration.temp_folder_path = str(tmp_path)
    with model_utils.validate_and_convert_types("x", (file_type,), [], True, True, configuration=configuration) as file:
        assert (file.read(), Path(file.name).parent) == (b"x", tmp_path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(STATUS, status(True, "x")), ([True, "x"], status(True, "x"))],
    ids=["mapping", "list"],
)
def test_data_becomes_a_model(data: Any, expected: Any) -> None:
    """`deserialize_model` builds a model that keeps the given options."""
    made = model_utils.deserialize_model(data, Status, ["a"], True, CONFIGURATION, True)
    assert made == expected
    assert (made._path_to_item, made._configuration, made._spec_property_naming) == (["a"], CONFIGURATION, True)


def test_what_is_no_data_of_a_model_is_refused() -> None:
    """`deserialize_model` raises ApiTypeError for a text."""
    with pytest.raises(ApiTypeError):
        model_utils.deserialize_model("x", Status, ["a"], True, None, True)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Status, Status),
        (True, bool),
        (1, int),
        (1.5, float),
        ("x", str),
        (TIME, datetime),
        (TIME.date(), date),
        (None, none_type),
        ((), tuple),
        ([], list),
        ({}, dict),
        (io.BytesIO(), file_type),
        (place, S3Location),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_value_has_a_simple_class(value: Any, kind: type) -> None:
    """`get_simple_class` tells a bool from an int, and a datetime from a date."""
    assert model_utils.get_simple_class(value) is kind


def test_types_are_ordered_as_they_are_tried() -> None:
    """`order_response_types` puts models before lists, and numbers before texts."""
    types = (str, int, Status, [str], none_type, {str: (int,)}, file_type, ModelSimple, ModelComposed)
    assert model_utils.order_response_types(types) == [
        *(ModelComposed, Status, ModelSimple, none_type, [str], {str: (int,)}, int, str, file_type),
    ]
    with pytest.raises(ApiValueError, match="Unsupported type"):
        model_utils.order_response_types((set,))


def test_classes_are_told_from_the_notation() -> None:
    """`get_required_type_classes` tells classes from the types of items."""
    types = ([str, int], Status, none_type, {str: (int,)}, (str,))
    assert model_utils.get_required_type_classes(types, True) == (
        (list, Status, none_type, dict, tuple),
        {list: [str, int], dict: (int,), tuple: (str,)},
    )


def test_class_stands_for_itself_alone() -> None:
    """A class stands for itself alone, without discriminators and composed schemas."""
    assert model_utils.get_possible_classes(Status, False) == [Status]
    assert model_utils.composed_model_input_classes(Status) == [Status]
    assert model_utils.composed_model_input_classes(str) == [str]
    assert model_utils.composed_model_input_classes(ModelComposed) == []
    assert model_utils.allows_single_value_input(str)
    assert not model_utils.allows_single_value_input(Status)
    assert (model_utils.is_type_nullable(none_type), model_utils.is_type_nullable(Status)) == (True, False)


@pytest.mark.parametrize(
    ("kind", "classes", "valid"),
    [(str, (str,), True), (Status, (str,), False), (Status, ANY, True), (none_type, (str, none_type), True)],
)
def test_class_is_valid_among_others(kind: type, classes: tuple[type, ...], valid: bool) -> None:
    """A model may stand where any additional property may."""
    assert model_utils.is_valid_type(kind, classes) is valid


def test_keys_are_renamed_as_the_model_says() -> None:
    """`change_keys_js_to_python` renames keys by the class's `attribute_map`."""

    class Renamed:
        attribute_map = {"ours": "theirs"}  # noqa: RUF012 - as generated code has it

    assert model_utils.change_keys_js_to_python({"theirs": 1, "b": 2}, Renamed) == {"ours": 1, "b": 2}
    assert model_utils.change_keys_js_to_python({**STATUS, "b": 2}, Status) == {**STATUS, "b": 2}
    assert model_utils.change_keys_js_to_python({"b": 2}, int) == {"b": 2}


def test_arguments_are_renamed_for_server_data() -> None:
    """`convert_js_args_to_python_args` renames arguments if `_spec_property_naming` is true."""

    class Renamed:
        attribute_map = {"ours": "theirs"}  # noqa: RUF012 - as generated code has it

        @model_utils.convert_js_args_to_python_args
        def method(self, **kwargs: Any) -> Any:
            """Return what arrives."""
            return kwargs

    assert Renamed().method(theirs=1) == {"theirs": 1}
    assert Renamed().method(theirs=1, _spec_property_naming=True) == {"ours": 1, "_spec_property_naming": True}
    assert Renamed.method.__doc__ == "Return what arrives."


def test_property_is_computed_once() -> None:
    """`cached_property` computes one value for a class and its objects."""

    class Generated:
        @model_utils.cached_property
        def types() -> list[int]:
            """Return what is computed."""
            return [1]

    assert Generated.types == [1]
    assert Generated.types is Generated().types is Generated().types


def test_message_names_types_and_no_value() -> None:
    """The error of a wrong type has the generator's words, and does not show the value."""
    error = model_utils.get_type_error("secret", ["a"], (str, int))
    assert str(error) == (
        "Invalid type for variable 'a'. Required value type is one of [int, str] and passed type was str at ['a']"
    )
    assert (error.path_to_item, error.valid_classes, error.key_type) == (["a"], (str, int), False)
    assert "Required key type is str" in model_utils.type_error_message(1, 1, (str,), key_type=True)


def test_model_is_made_of_itself() -> None:
    """`validate_get_composed_info` returns the model alone."""
    assert model_utils.validate_get_composed_info({}, {"path": "p"}, place) == [[], {"path": [place]}, [place], set()]
