"""Names of the generated client's `model_utils` that only programs written for it use; loaded on first use.

Each name does what the generated code does for this API's document, which has no composed schemas, no simple ones, no
enumerations and no discriminators.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from io import IOBase
from typing import Any, Final, Generic, TypeVar

from openapi_client._conversion import Types, convert, is_model, none_type
from openapi_client._downloads import DownloadSettings, deserialize_file
from openapi_client._forms import to_values
from openapi_client._generated_models import OpenApiModel
from openapi_client._generated_validations import check_allowed_values, check_validations, is_json_validation_enabled
from openapi_client.exceptions import ApiTypeError, ApiValueError, PathItem

__all__ = [
    "PRIMITIVE_TYPES",
    "ModelComposed",
    "ModelSimple",
    "allows_single_value_input",
    "cached_property",
    "change_keys_js_to_python",
    "check_allowed_values",
    "check_validations",
    "composed_model_input_classes",
    "convert_js_args_to_python_args",
    "deserialize_file",
    "deserialize_model",
    "get_possible_classes",
    "get_required_type_classes",
    "get_simple_class",
    "get_type_error",
    "get_valid_classes_phrase",
    "is_json_validation_enabled",
    "is_type_nullable",
    "is_valid_type",
    "model_to_dict",
    "order_response_types",
    "type_error_message",
    "validate_and_convert_types",
    "validate_get_composed_info",
]

T = TypeVar("T")


class ModelSimple(OpenApiModel):
    """The base class of models that are a single value. The document has none."""


class ModelComposed(OpenApiModel):
    """The base class of models that combine others. The document has none."""


class cached_property(Generic[T]):  # noqa: N801 - the generator's name
    """A property of a class, computed once by a function without arguments.

    Args:
        fn: The function.
    """

    result_key: Final = "_results"

    def __init__(self, fn: Callable[[], T]) -> None:
        self._fn = fn

    def __get__(self, instance: object, cls: type | None = None) -> T:
        if self.result_key not in self.__dict__:
            self.__dict__[self.result_key] = self._fn()
        result: T = self.__dict__[self.result_key]
        return result


PRIMITIVE_TYPES: Final[Types] = (list, float, int, bool, datetime, date, str, IOBase)

_MODEL: Final = object()  # every model has one place among the types
_ORDER: Final[Types] = (
    *(ModelComposed, _MODEL, ModelSimple, none_type),
    *(list, dict, float, int, bool, datetime, date, str, IOBase),
)


def model_to_dict(model_instance: OpenApiModel, serialize: bool = True) -> dict[str, Any]:  # noqa: ARG001 - as below
    """Return the properties of a model as a new dictionary, models in it too.

    Args:
        model_instance: The model.
        serialize: Whether to use the names of JSON, which are those of Python in this API.
    """
    values: dict[str, Any] = to_values(model_instance, masked=False)
    return values


def validate_and_convert_types(
    input_value: Any,
    required_types_mixed: Iterable[Any],
    path_to_item: Sequence[PathItem],
    spec_property_naming: bool,  # noqa: ARG001 - as below
    _check_type: bool,
    configuration: DownloadSettings | None = None,
) -> Any:
    """Return the value as one of the types.

    Args:
        input_value: The value.
        required_types_mixed: The types that it may have, in the generator's notation.
        path_to_item: The keys and indices that lead to it, for the error.
        spec_property_naming: Not used; names in Python are those in JSON.
        _check_type: Whether a value in a model is checked.
        configuration: The settings; None turns no text into a time or a file.

    Raises:
        ApiTypeError: If the value has none of the types.
        ApiValueError: If a text is not a time where one is wanted.
    """
    types, path = tuple(required_types_mixed), tuple(path_to_item)
    if configuration is not None and IOBase in types and isinstance(input_value, str) and str not in types:
        return deserialize_file(input_value, configuration)
    # The generated code can leave only the values in models unchecked.
    kinds = [inner for kind in types for inner in (kind if isinstance(kind, list) else [kind])]
    check = _check_type or not any(map(is_model, kinds))
    return convert(input_value, types, path, parse=configuration is not None, check=check)


def deserialize_model(
    model_data: Any,
    model_class: type[OpenApiModel],
    path_to_item: Sequence[PathItem],
    check_type: bool,
    configuration: Any,
    spec_property_naming: bool,
) -> Any:
    """Return the model of data.

    Args:
        model_data: A mapping, or a list of the values in the schema's order.
        model_class: The class of the model.
        path_to_item: The keys and indices that lead to it, for the error.
        check_type: Whether the values are checked.
        configuration: Kept by the model.
        spec_property_naming: Whether the data came from a server.

    Raises:
        ApiTypeError: If a value has the wrong type.
        ApiValueError: If a text is not a time where one is wanted.
    """
    options = {
        "_check_type": check_type,
        "_path_to_item": path_to_item,
        "_configuration": configuration,
        "_spec_property_naming": spec_property_naming,
    }
    if isinstance(model_data, list):
        return model_class._new_from_openapi_data(*model_data, **options)
    if isinstance(model_data, Mapping):
        return model_class._new_from_openapi_data(**{**options, **model_data})
    return model_class._new_from_openapi_data(model_data, **options)


def get_simple_class(input_value: Any) -> type:
    """Return the type by which the generated code checks a value; a class stands for itself."""
    if isinstance(input_value, type):
        return input_value
    kinds = (tuple, list, dict, none_type, IOBase, bool, int, datetime, date, str)  # a bool is an int too
    return next((kind for kind in kinds if isinstance(input_value, kind)), type(input_value))


def order_response_types(required_types: Iterable[Any]) -> list[Any]:
    """Return types in the order in which the generated code tries them: models, None, lists, dictionaries, scalars.

    Raises:
        ApiValueError: If no value can have one of the types.
    """

    def place(kind: Any) -> int:
        simple = type(kind) if isinstance(kind, (list, dict)) else kind
        key = next((base for base in (ModelComposed, ModelSimple) if _is_below(simple, base)), simple)
        key = _MODEL if is_model(key) else key
        if key not in _ORDER:
            raise ApiValueError(f"Unsupported type: {kind}")
        return _ORDER.index(key)

    return sorted(required_types, key=place)


def _is_below(kind: Any, base: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)


def get_possible_classes(cls: type, from_server_context: bool) -> list[type]:  # noqa: ARG001 - no class has others
    """Return the classes that stand for a class: itself, since the document has no discriminators."""
    return [cls]


def composed_model_input_classes(cls: type) -> list[type]:
    """Return the classes whose values a model or a primitive type takes: itself; an empty list for any other class."""
    return [cls] if is_model(cls) or _is_below(cls, ModelSimple) or cls in PRIMITIVE_TYPES else []


def allows_single_value_input(cls: type) -> bool:
    """Return whether a class can be built of one value: a primitive type can, a model of this API cannot."""
    return _is_below(cls, ModelSimple) or cls in PRIMITIVE_TYPES


def get_required_type_classes(
    required_types_mixed: Iterable[Any], spec_property_naming: bool
) -> tuple[tuple[type, ...], dict[type, Any]]:
    """Return the classes of the generator's notation, and for list, tuple and dict the types of what is in them."""
    classes: list[type] = []
    inner: dict[type, Any] = {}
    for kind in required_types_mixed:
        if isinstance(kind, (list, tuple, dict)):
            classes.append(type(kind))
            inner[type(kind)] = kind[str] if isinstance(kind, dict) else kind
        else:
            classes += get_possible_classes(kind, spec_property_naming)
    return tuple(classes), inner


def is_type_nullable(input_type: type) -> bool:
    """Return whether None is a value of a type."""
    return input_type is none_type or bool(getattr(input_type, "_nullable", False))


def is_valid_type(input_class_simple: type, valid_classes: Sequence[type]) -> bool:
    """Return whether a class is among others. Every model may stand where any additional property may."""
    if _is_below(input_class_simple, OpenApiModel) and tuple(valid_classes) == OpenApiModel.additional_properties_type:
        return True
    return input_class_simple in valid_classes


def change_keys_js_to_python(input_dict: Mapping[str, Any], model_class: Any) -> dict[str, Any]:
    """Return a dictionary with the names of JSON replaced by those of Python."""
    names = {theirs: ours for ours, theirs in (getattr(model_class, "attribute_map", None) or {}).items()}
    return {names.get(name, name): value for name, value in input_dict.items()}


def convert_js_args_to_python_args(fn: Callable[..., T]) -> Callable[..., T]:
    """Decorate a method so that it may be given the names of JSON, with `_spec_property_naming=True`."""

    @wraps(fn)
    def renamed(_self: Any, *args: Any, **kwargs: Any) -> T:
        if kwargs.get("_spec_property_naming", False):
            kwargs = change_keys_js_to_python(kwargs, _self)
        return fn(_self, *args, **kwargs)

    return renamed


def get_valid_classes_phrase(input_classes: Iterable[type]) -> str:
    """Return classes in the words of a message: `is str`, `is one of [int, str]`."""
    names = sorted(kind.__name__ for kind in input_classes)
    return f"is {names[0]}" if len(names) == 1 else f"is one of [{', '.join(names)}]"


def type_error_message(
    var_value: Any = None, var_name: Any = None, valid_classes: Iterable[type] = (), key_type: bool | None = None
) -> str:
    """Return the message about a value of the wrong type, which does not show the value."""
    what = "key" if key_type else "value"
    phrase, passed = get_valid_classes_phrase(valid_classes), type(var_value).__name__
    return f"Invalid type for variable {str(var_name)!r}. Required {what} type {phrase} and passed type was {passed}"


def get_type_error(
    var_value: Any, path_to_item: Sequence[PathItem], valid_classes: tuple[type, ...], key_type: bool = False
) -> ApiTypeError:
    """Return the error about a value of the wrong type."""
    message = type_error_message(var_value, path_to_item[-1], valid_classes, key_type)
    return ApiTypeError(message, path_to_item, valid_classes, key_type)


def validate_get_composed_info(
    constant_args: Mapping[str, Any],  # noqa: ARG001 - for the models that a composed one is made of
    model_args: Iterable[str],
    self: OpenApiModel,
) -> list[Any]:
    """Return what a composed model is made of: itself alone, since the document has no composed schemas.

    Args:
        constant_args: The options of the constructor.
        model_args: The properties.
        self: The model.

    Returns:
        The composed models, the models that have each property, those with additional properties, the names discarded.
    """
    return [[], {name: [self] for name in model_args}, [self], set()]
