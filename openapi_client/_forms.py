"""The forms of a model's data: Python values, printed values without secrets, plain JSON values."""

import io
from collections.abc import Mapping
from datetime import date
from types import NoneType
from typing import Any, Final

from openapi_client._conversion import is_model
from openapi_client._masking import MASK, is_secret_name
from openapi_client.exceptions import ApiValueError

_PLAIN: Final = frozenset({str, int, float, bool, NoneType})


def to_values(value: Any, *, masked: bool) -> Any:
    """A value with each model in it as a new dictionary, and if wanted each secret in it masked.

    Raises:
        ApiValueError: The value is nested too deeply.
    """
    try:
        return _to_values(value, masked=masked)
    except RecursionError:
        value = None
    raise ApiValueError("The values are nested too deeply to be copied")


def _to_values(value: Any, *, masked: bool) -> Any:
    if is_model(type(value)):
        fields = type(value)._fields
        return {
            name: _shown(item, fields[name].secret if name in fields else is_secret_name(name), masked=masked)
            for name, item in value.__dict__["_data_store"].items()
        }
    if isinstance(value, Mapping):
        return {name: _shown(item, is_secret_name(name), masked=masked) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_values(item, masked=masked) for item in value]
    return value


def to_plain(value: Any) -> Any:
    """A value as JSON has it: models as dictionaries, times as ISO 8601 texts, an open file as what it holds.

    Raises:
        ApiValueError: The value has no form in JSON, or is nested too deeply.
    """
    try:
        return _to_plain(value)
    except RecursionError:
        value = None
    raise ApiValueError("The values are nested too deeply to be sent")


def _to_plain(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN or isinstance(value, (str, int, float)):
        return value
    if is_model(kind):
        return {name: _to_plain(item) for name, item in value.__dict__["_data_store"].items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _to_plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_plain(item) for item in value]
    if isinstance(value, io.IOBase):
        with value:
            return value.read()
    raise ApiValueError(f"A value of type {type(value).__name__} cannot be sent")


def _shown(value: Any, secret: bool, *, masked: bool) -> Any:
    if masked and secret and value is not None and not isinstance(value, bool):
        return MASK
    return _to_values(value, masked=masked)
