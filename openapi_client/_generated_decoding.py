"""Texts to values by the names of types, `"List[Status]"`, as the generator's 7.x client does: for old programs."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from openapi_client._conversion import convert_json, is_model, parse_datetime
from openapi_client._json import parse_json, text_of
from openapi_client.exceptions import ApiException, ApiTypeError, ApiValueError

PRIMITIVE_TYPES: Final = (float, bool, bytes, str, int)

_JSON: Final = re.compile(r"application/(?:json|[\w!#$&.+^-]+\+json)\s*(?:;|$)", re.IGNORECASE)
_TEXT: Final = re.compile(r"text/[a-z.+-]+\s*(?:;|$)", re.IGNORECASE)
_GENERIC: Final = re.compile(r"(Optional|List|Dict)\[(?:str, )?(.*)\]")
_STATUSES: Final = range(100, 600)
_PATH: Final = ("received_data",)


@cache
def native_types() -> dict[str, type]:
    """Return the types that a type's name may stand for, beside the models, by that name."""
    # Dear to import, and seldom wanted.
    import decimal  # noqa: PLC0415 - loaded when first wanted
    import uuid  # noqa: PLC0415 - loaded when first wanted

    return {
        "int": int,
        "long": int,
        "float": float,
        "str": str,
        "bool": bool,
        "date": date,
        "datetime": datetime,
        "decimal": decimal.Decimal,
        "UUID": uuid.UUID,
        "object": object,
    }


def deserialize_text(text: str | bytes, type_name: Any, content_type: str | None = None) -> Any:
    """Return the values that a text stands for.

    Args:
        text: JSON, or a text that stands for itself.
        type_name: The type's name, such as `"CredentialResponse"` or `"List[str]"`; or a class.
        content_type: The media type of the text; None for JSON if it can be read as such.

    Raises:
        ApiException: If the media type is neither JSON nor text; its status is 0.
        ApiTypeError: If a value is of the wrong type, or no type has this name.
        ApiValueError: If the text is not JSON, or not a time where one is wanted.
    """
    readable = text_of(text)
    values: Any = readable
    if content_type is None:
        try:
            values = parse_json(readable)
        except ApiValueError:
            values = readable
    elif _JSON.match(content_type):
        values = parse_json(readable) if readable else ""
    elif not _TEXT.match(content_type):
        raise ApiException(status=0, reason=f"Unsupported content type: {content_type}")
    return _value(values, type_name)


def _value(value: Any, kind: Any) -> Any:
    if value is None or kind in ("object", object):
        return value
    if isinstance(kind, str) and (generic := _GENERIC.fullmatch(kind)):
        return _generic_value(value, *generic.groups())
    kind = _type_named(kind) if isinstance(kind, str) else kind
    if is_model(kind):
        return convert_json(value, (kind,), _PATH)
    return _moment(value, day=kind is date) if kind in (date, datetime) else _converted(value, kind)


def _generic_value(value: Any, kind: str, inner: str) -> Any:
    if kind == "Optional":
        return _value(value, inner)
    wanted: type = list if kind == "List" else dict
    if not isinstance(value, wanted):
        raise ApiTypeError(f"Expected {wanted.__name__}, not {type(value).__name__},", _PATH, (wanted,))
    items: Any = value
    if kind == "List":
        return [_value(item, inner) for item in items]
    return {name: _value(item, inner) for name, item in items.items()}


def _moment(value: Any, *, day: bool) -> Any:
    if not isinstance(value, str):
        raise ApiTypeError(f"Expected a text, not {type(value).__name__},", _PATH, (str,))
    if day and len(value) == len("2030-01-02"):
        return convert_json(value, (date,), _PATH)
    moment = parse_datetime(value, _PATH)
    return moment.date() if day else moment


def _converted(value: Any, kind: Any) -> Any:
    try:
        return kind(value)
    except (ArithmeticError, TypeError, ValueError) as error:
        if kind in PRIMITIVE_TYPES and isinstance(error, TypeError):
            return value
    # Raised here, outside the handler, since the original error, which may quote the value, would stay its context.
    raise ApiValueError(f"Expected a value of type {kind.__name__}, not another one,", _PATH)


def _type_named(name: str) -> type:
    if name in native_types():
        return native_types()[name]
    from openapi_client import models  # noqa: PLC0415 - loaded when first wanted

    kind: Any = getattr(models, name, None)
    if kind is None:
        raise ApiTypeError(f"No model and no basic type is called {name!r}")
    model: type = kind
    return model


def response_type_of(status: int, types: Mapping[str, Any]) -> Any:
    """Return the type that a table states for a status: under its number, a group such as `2XX`, or `default`."""
    group = [f"{status // 100}XX"] if status in _STATUSES else []
    names = [str(status), *group, "default"]
    return next((types[name] for name in names if name in types), None)
