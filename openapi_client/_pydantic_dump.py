"""Dump: a model as a dictionary or JSON text, with pydantic's choices of what to leave out; and the way back."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypedDict, Unpack

from openapi_client._conversion import convert, is_model
from openapi_client._forms import to_plain
from openapi_client._json import to_json
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from openapi_client.model_utils import ModelNormal

Selection: TypeAlias = Collection[str] | Collection[int] | Mapping[str, Any] | Mapping[int, Any]
"""Names of properties, or indices of a list; a mapping says what of each: everything (True), or a selection again."""

_ALL: Final = "__all__"
_EVERYTHING: Final = (True, ...)


class DumpOptions(TypedDict, total=False):
    """The arguments of pydantic's `model_dump` that change nothing here."""

    by_alias: bool | None
    context: Any
    exclude_computed_fields: bool
    fallback: Callable[[Any], Any] | None
    round_trip: bool
    serialize_as_any: bool
    warnings: bool | Literal["none", "warn", "error"]


class ValidationOptions(TypedDict, total=False):
    """The arguments of pydantic's `model_validate` that change nothing here."""

    by_alias: bool | None
    by_name: bool | None
    context: Any
    extra: Literal["allow", "ignore", "forbid"] | None
    strict: bool | None


def model_of(model: "type[ModelNormal]", obj: Any, **options: Unpack[ValidationOptions]) -> "ModelNormal":
    """Return the model of a mapping.

    Raises:
        ApiTypeError: If it is not a mapping, a value has the wrong type, or an option is unknown.
        ApiMissingPropertyError: If a required property is absent.
        ApiValueError: If a text is not a time where one is declared.
    """
    _check_options(options, ValidationOptions)
    made: ModelNormal = convert(obj, (model,), (), parse=True)
    return made


def model_of_json(
    model: "type[ModelNormal]", json_data: str | bytes | bytearray, **options: Unpack[ValidationOptions]
) -> "ModelNormal":
    """Return the model of a JSON text.

    Raises:
        ApiTypeError: If the text is not an object, a value has the wrong type, or an option is unknown.
        ApiMissingPropertyError: If a required property is absent.
        ApiValueError: If the text is not JSON, or a text in it is not a time where one is declared.
    """
    _check_options(options, ValidationOptions)
    return model.from_json(json_data)


class Dump:
    """How to write models as dictionaries.

    Args:
        as_json: Whether values are those that JSON has.
        exclude_unset: Whether to leave out optional properties that are not set.
        exclude_defaults: Whether to leave out optional properties that are None.
        exclude_none: Whether to leave out properties that are None.
        **options: pydantic's other arguments, which change nothing.

    Raises:
        ApiTypeError: If an option is unknown.
    """

    def __init__(
        self,
        as_json: bool = False,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        **options: Unpack[DumpOptions],
    ) -> None:
        _check_options(options, DumpOptions)
        self._as_json = as_json
        self._exclude_unset = exclude_unset
        self._exclude_defaults = exclude_defaults
        self._exclude_none = exclude_none

    def of(self, model: "ModelNormal", include: Selection | None, exclude: Selection | None) -> dict[str, Any]:
        """Return the properties of a model as a dictionary.

        Raises:
            ApiTypeError: If a selection is neither a collection nor a mapping.
            ApiValueError: If a value has no form in JSON, or the values are nested too deeply.
        """
        try:
            return self._chosen(self.items(model), include, exclude)
        except RecursionError:
            del model
        raise ApiValueError("The values are nested too deeply to be copied")

    @without_inner_frames
    def text(
        self,
        model: "ModelNormal",
        include: Selection | None,
        exclude: Selection | None,
        indent: int | None,
        ensure_ascii: bool,
    ) -> str:
        """Return the properties of a model as JSON text.

        Raises:
            ApiTypeError: If a selection is neither a collection nor a mapping.
            ApiValueError: If a value has no form in JSON, or the values are nested too deeply.
        """
        values = self.of(model, include, exclude)
        to_json(values)  # refuses what is not JSON, such as NaN, with an error of ours
        separators = (",", ":") if indent is None else (",", ": ")
        return json.dumps(values, ensure_ascii=ensure_ascii, indent=indent, separators=separators)

    def items(self, model: "ModelNormal") -> Iterator[tuple[str, Any]]:
        """Yield the name and value of each property: declared ones in the schema's order, then additional ones."""
        data, fields = model.__dict__["_data_store"], model._fields
        for name, field in fields.items():
            if name not in data and (field.required or self._exclude_unset):
                continue  # a required property is absent from a model that was constructed without checks
            value = data.get(name)
            if value is None and (self._exclude_none or (self._exclude_defaults and not field.required)):
                continue
            yield name, value
        for name, value in data.items():
            if name not in fields and not (value is None and self._exclude_none):
                yield name, value

    def _chosen(
        self, items: Iterator[tuple[str, Any]], include: Selection | None, exclude: Selection | None
    ) -> dict[str, Any]:
        chosen = {}
        for name, value in items:
            keep, inner_include, inner_exclude = _selected(name, include, exclude)
            if keep:
                chosen[name] = self._value(value, inner_include, inner_exclude)
        return chosen

    def _value(self, value: Any, include: Selection | None, exclude: Selection | None) -> Any:
        if is_model(type(value)):
            return self._chosen(self.items(value), include, exclude)
        if isinstance(value, Mapping):
            return self._chosen(iter(value.items()), include, exclude)
        if isinstance(value, (list, tuple)):
            made = []
            for index, item in enumerate(value):
                names = (index, index - len(value), _ALL)
                keep, inner_include, inner_exclude = _selected(index, include, exclude, names)
                if keep:
                    made.append(self._value(item, inner_include, inner_exclude))
            return made
        if not self._as_json:
            return value
        return _json_date(value) if isinstance(value, date) else to_plain(value)


def _json_date(value: date) -> str:
    text = value.isoformat()
    # As pydantic writes UTC.
    if isinstance(value, datetime) and value.utcoffset() == timedelta(0):
        return text.removesuffix("+00:00") + "Z"
    return text


def _selected(
    name: str | int, include: Selection | None, exclude: Selection | None, names: tuple[Any, ...] = ()
) -> tuple[bool, Selection | None, Selection | None]:
    """Return whether to keep an item, and what to include and exclude within it."""
    inner_include = inner_exclude = None
    if include is not None:
        found, inner_include = _entry(include, "include", names or (name, _ALL))
        if not found:
            return False, None, None
    if exclude is not None:
        found, inner_exclude = _entry(exclude, "exclude", names or (name, _ALL))
        if found and inner_exclude is None:
            return False, None, None
    return True, inner_include, inner_exclude


def _entry(selection: Any, argument: str, names: tuple[Any, ...]) -> tuple[bool, Selection | None]:
    """Return whether a selection holds any of the names, and what it selects within; None for everything."""
    if not isinstance(selection, Collection) or isinstance(selection, (str, bytes)):
        raise ApiTypeError(f"Expected a set or a mapping, not {type(selection).__name__}, as {argument}")
    name = next((name for name in names if name in selection), None)
    if name is None or not isinstance(selection, Mapping):
        return name is not None, None
    inner = selection[name]
    return True, None if any(inner is everything for everything in _EVERYTHING) else inner


def _check_options(options: Mapping[str, Any], known: type) -> None:
    for name in options:
        if name not in known.__annotations__:
            raise ApiTypeError(f"There is no option {name!r}", [name])
