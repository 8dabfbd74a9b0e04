"""The forms of a model's data: Python values, printed values without secrets, plain JSON values."""

import io
from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import ModuleType, NoneType
from typing import Any, Final

from openapi_client._conversion import is_model
from openapi_client._masking import MASK, SecretBytes, SecretText, is_secret_name
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
            # A debugger may print a model whose constructor is still at work.
            for name, item in value.__dict__.get("_data_store", {}).items()
        }
    if isinstance(value, Mapping):
        return {name: _shown(item, is_secret_name(name), masked=masked) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_values(item, masked=masked) for item in value]
    return value


def to_plain(value: Any) -> Any:
    """Return a value as it is sent: models as dictionaries, times as ISO 8601 texts, an open file as what it holds.

    An Enum becomes its value, a UUID or Decimal its text, a tuple a list, pydantic's secrets what they hold. Other
    objects become what their `to_dict()` gives, or else their attributes. Bytes stay bytes, for the parts of a form.

    Raises:
        ApiValueError: If the value has none of these forms, or is nested too deeply.
    """
    try:
        return _to_plain(value)
    except RecursionError:
        value = None
    raise ApiValueError("The values are nested too deeply to be sent")


def _to_plain(value: Any) -> Any:
    kind = type(value)
    plain = value
    if kind in _PLAIN:
        pass
    elif is_model(kind):
        plain = {name: _to_plain(item) for name, item in value.__dict__["_data_store"].items()}
    elif isinstance(value, Enum):
        plain = value.value
    elif isinstance(value, Mapping):
        plain = {name: _to_plain(item) for name, item in value.items()}
    elif isinstance(value, (list, tuple)):
        plain = [_to_plain(item) for item in value]
    elif isinstance(value, date):
        plain = value.isoformat()
    elif isinstance(value, io.IOBase):
        with value:
            plain = value.read()
    elif not isinstance(value, (str, int, float, bytes)):
        plain = _of_other(value)
    return plain


def _of_other(value: Any) -> Any:
    # Loaded here: dear to import, and loaded already if the value is one of these.
    from decimal import Decimal  # noqa: PLC0415 - loaded when first wanted
    from uuid import UUID  # noqa: PLC0415 - loaded when first wanted

    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if not callable(value) and not isinstance(value, ModuleType):
        if callable(reveal := getattr(value, "get_secret_value", None)):
            secret = reveal()
            return SecretBytes(secret) if isinstance(secret, bytes) else SecretText(secret)
        if callable(as_dict := getattr(value, "to_dict", None)):
            return _to_plain(as_dict())
        names = getattr(value, "__dataclass_fields__", None) or getattr(value, "__dict__", None)
        if names is not None:
            return {name: _to_plain(getattr(value, name)) for name in names}
    raise ApiValueError(f"A value of type {type(value).__name__} cannot be sent")


def _shown(value: Any, secret: bool, *, masked: bool) -> Any:
    if masked and secret and value is not None and not isinstance(value, bool):
        return MASK
    return _to_values(value, masked=masked)
