"""Models in pydantic: how pydantic checks them, writes them, and reports what is wrong without showing a secret.

This module is loaded when pydantic or FastAPI meets a model: as a field, a body or an answer.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_args

from pydantic_core import PydanticCustomError, PydanticKnownError, ValidationError
from pydantic_core import core_schema as cs

from openapi_client._conversion import Types, is_model, none_type, parse_datetime
from openapi_client._forms import to_values
from openapi_client._masking import MASK, is_secret_name, without_secrets
from openapi_client._pydantic_dump import Dump
from openapi_client.exceptions import ApiValueError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema, InitErrorDetails

    from openapi_client.model_utils import ModelNormal

_STRICT: dict[Any, Callable[..., "CoreSchema"]] = {bool: cs.bool_schema, int: cs.int_schema, str: cs.str_schema}
_HARMLESS = (bool, date, float, int)
_KNOWN_ERRORS = frozenset(get_args(cs.ErrorType)) - {"value_error", "assertion_error"}


def core_schema(model: "type[ModelNormal]", handler: "GetCoreSchemaHandler") -> "CoreSchema":
    """Return the schema by which pydantic makes models of mappings, takes models as they are, and writes them."""
    fields = {
        name: cs.typed_dict_field(_alternatives(field.accepted, handler), required=field.required)
        for name, field in model._fields.items()
    }
    extra = cs.no_info_after_validator_function(_additional(model.additional_properties_type), cs.any_schema())

    def check(value: Any, inner: Callable[[Any], Any]) -> "ModelNormal":
        if isinstance(value, model):
            return value
        try:
            return model._from_mapping(inner(value), (), parse=False, check=True)
        except ValidationError as error:
            failure = _without_secrets(error, model)
        del value
        raise failure

    def write(value: Any, info: Any) -> Any:
        if not isinstance(value, model):
            return value
        dump = Dump(info.mode == "json", info.exclude_unset, info.exclude_defaults, info.exclude_none)
        return dump.of(value, info.include, info.exclude)

    return cs.no_info_wrap_validator_function(
        check,
        cs.typed_dict_schema(fields, extras_schema=extra, extra_behavior="allow"),
        ref=f"{model.__module__}.{model.__qualname__}:{id(model)}",
        serialization=cs.plain_serializer_function_ser_schema(write, info_arg=True),
    )


def _alternatives(types: Types, handler: "GetCoreSchemaHandler") -> "CoreSchema":
    choices = [_one(kind, handler) for kind in types if kind is not none_type]
    schema = choices[0] if len(choices) == 1 else cs.union_schema(list(choices))
    return cs.nullable_schema(schema) if none_type in types else schema


def _one(kind: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
    """Return the schema of one type; a type that JSON has is never made of another, such as a bool of 1."""
    if isinstance(kind, list):
        return cs.list_schema(_alternatives(tuple(kind), handler), strict=True)
    if isinstance(kind, dict):
        return cs.dict_schema(cs.str_schema(strict=True), _alternatives(next(iter(kind.values())), handler))
    if kind is datetime:
        return cs.no_info_before_validator_function(_time, cs.datetime_schema(strict=True))
    return _STRICT[kind](strict=True) if kind in _STRICT else handler.generate_schema(kind)


def _time(value: Any) -> Any:
    """Return the time that a text names; any other value is left for pydantic to check."""
    if not isinstance(value, str):
        return value
    try:
        return parse_datetime(value)
    except ApiValueError:
        pass
    raise PydanticKnownError("datetime_parsing", {"error": "expected a date with a time of day, as in ISO 8601"})


def _additional(types: Types) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if isinstance(value, types):
            return value
        raise PydanticCustomError("additional_property_type", "Input should be a value that JSON has, or a time")

    return check


def _without_secrets(error: ValidationError, model: "type[ModelNormal]") -> ValidationError:
    """Return the error with every secret in what it says of the input masked."""
    details: list[InitErrorDetails] = []
    for found in error.errors(include_url=False):
        kind, path = found["type"], found["loc"]
        detail: InitErrorDetails = {
            "type": kind if kind in _KNOWN_ERRORS else _custom(kind, found["msg"]),
            "loc": path,
            "input": _shown(found["input"], path[:-1] if kind == "missing" else path, model),
        }
        if "ctx" in found:
            detail["ctx"] = found["ctx"]
        details.append(detail)
    return ValidationError.from_exception_data(error.title, details)


def _custom(kind: Any, message: Any) -> PydanticCustomError:
    return PydanticCustomError(kind, message)


def _shown(value: Any, path: tuple[int | str, ...], model: "type[ModelNormal]") -> Any:
    """Return the input at a path of a model's data as it may be shown."""
    try:
        return _masked(value, path, model)
    except (ApiValueError, RecursionError):
        return f"<{type(value).__name__}, nested too deeply to be shown>"


def _masked(value: Any, path: tuple[int | str, ...], model: "type[ModelNormal]") -> Any:
    if path and (_is_secret(path[0], model) or any(map(is_secret_name, path[1:]))):
        return value if value is None or isinstance(value, bool) else MASK
    if isinstance(value, Mapping):
        return {name: _masked(item, (name,), model) for name, item in value.items()}
    if path and isinstance(value, str):
        return without_secrets(value)
    if is_model(type(value)) or (path and isinstance(value, list)):
        return to_values(value, masked=True)
    if value is None or (path and isinstance(value, _HARMLESS)):
        return value
    # What stands in the place of a model may be a secret, and an object of another kind may hold one.
    return f"<{type(value).__name__}>"


def _is_secret(name: object, model: "type[ModelNormal]") -> bool:
    field = model._fields.get(name) if isinstance(name, str) else None
    return is_secret_name(name) if field is None else field.secret
