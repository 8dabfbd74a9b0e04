"""ModelNormal: a schema written as annotations becomes a class of checked values with dictionary and JSON forms."""

import io
from collections.abc import Mapping
from datetime import date as date
from datetime import datetime as datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast, dataclass_transform, get_origin, overload

from openapi_client._conversion import Path, check_properties, convert, convert_json, none_type
from openapi_client._decoding import LazyDecoder
from openapi_client._display import also_incomplete
from openapi_client._fields import ConstructorSignature, Field, Secret, optional
from openapi_client._forms import to_values
from openapi_client._generated_models import OpenApiModel
from openapi_client._json import parse_json, text_of, to_json
from openapi_client._masking import without_inner_frames
from openapi_client._pydantic_names import PydanticNames
from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiKeyError as ApiKeyError
from openapi_client.exceptions import ApiMissingPropertyError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.exceptions import ApiValueError as ApiValueError

__all__ = ["ModelNormal", "OpenApiModel", "Secret", "file_type", "none_type", "optional"]

file_type = io.IOBase

_ABSENT: Final = object()
_KEPT: Final = ("_path_to_item", "_configuration", "_visited_composed_classes")
_OPTIONS: Final = frozenset(("_check_type", "_spec_property_naming", *_KEPT))
_HOOKS: Final = ("__", "_repr_", "_ipython_")


@dataclass_transform(field_specifiers=(optional,))
class _Declared:
    """Tells type checkers that a class below takes its annotations as arguments of its constructor."""


class ModelNormal(OpenApiModel, PydanticNames, _Declared):
    """A model: its properties are its annotations, its values are checked whenever they are set.

    Properties are given by position in the schema's order, or by keyword; any other keyword becomes an additional
    property. They are read and written as attributes or as items.

    Args:
        _check_type: Whether values of the wrong type are errors.
        _spec_property_naming: Whether a text becomes a time where one is wanted, as in data from a server.
        _path_to_item: The keys and indices that lead to this model, for error messages.
        _configuration: Kept by the model, and not needed.
        _visited_composed_classes: Kept by the model, and not needed.

    Raises:
        ApiTypeError: A value is of the wrong type, or there are too many.
        ApiMissingPropertyError: A required property is left out.
    """

    _fields: ClassVar[dict[str, Field]] = {}
    _plan: ClassVar[tuple[tuple[str, type | None, Field], ...]] = ()
    _decode: ClassVar[LazyDecoder] = LazyDecoder()

    def __init_subclass__(cls) -> None:
        fields = dict(cls._fields)
        for name, annotation in cls.__annotations__.items():
            if ClassVar in (annotation, get_origin(annotation)):
                continue
            fields[name] = Field(name, annotation, required=name not in cls.__dict__)
            setattr(cls, name, fields[name])
        cls._fields = fields
        cls._plan = tuple((name, field.exact, field) for name, field in fields.items())
        cls._decode = LazyDecoder()
        required = [name for name, field in fields.items() if field.required]
        cls._declare({name: field.types for name, field in fields.items()}, required)

    if TYPE_CHECKING:
        # What a constructor takes beside the properties; of any type, so that checkers accept `S3Location(**values)`.
        _check_type: Any = optional(default=True, kw_only=True)
        _spec_property_naming: Any = optional(default=False, kw_only=True)
        _path_to_item: Any = optional(default=(), kw_only=True)
        _configuration: Any = optional(default=None, kw_only=True)
        _visited_composed_classes: Any = optional(default=None, kw_only=True)
    else:
        __signature__ = ConstructorSignature()

        @without_inner_frames
        def __init__(self, /, *args: Any, **kwargs: Any) -> None:
            self._fill(args, kwargs, parse=False)

        def __getattr__(self, name: str) -> Any:
            # Python and notebooks look their hooks up by such names: what a server sent must not be taken for one.
            if not name.startswith(_HOOKS):
                value = self.__dict__.get("_data_store", {}).get(name, _ABSENT)
                if value is not _ABSENT:
                    return value
            raise ApiAttributeError(f"{type(self).__name__} has no attribute {name!r}", [name])

        @without_inner_frames
        def __setattr__(self, name: str, value: Any) -> None:
            if name not in self._fields and any(name in vars(kind) for kind in type(self).__mro__):
                raise ApiAttributeError(
                    f"{name!r} belongs to the class {type(self).__name__}; a property of that name is set as an item"
                )
            self[name] = value

    @classmethod
    @without_inner_frames
    def _from_openapi_data(cls, /, *args: Any, **kwargs: Any) -> Self:
        """A model of data from a server, given as to the constructor; texts become times where these are wanted."""
        model = cls.__new__(cls)
        model._fill(args, kwargs, parse=True)
        return model

    @classmethod
    def _from_mapping(cls, data: Mapping[str, Any], path: Path, *, parse: bool, check: bool) -> Self:
        """A model of a mapping, in which every key is data."""
        model = cls.__new__(cls)
        model.__dict__["_data_store"] = cls._checked(dict(data), path, parse=parse, check=check)
        if not check:
            model.__dict__["_check_type"] = False
        if not parse:
            model.__dict__["_spec_property_naming"] = False
        return model

    def _fill(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, parse: bool) -> None:
        """Takes the arguments of a constructor as this model's data."""
        check, path = True, ()
        state = self.__dict__
        if not _OPTIONS.isdisjoint(kwargs):
            check = kwargs.pop("_check_type", True)
            parse = kwargs.pop("_spec_property_naming", parse)
            path = tuple(kwargs.get("_path_to_item") or ())
            state |= {name: value for name in _KEPT if (value := kwargs.pop(name, None)) is not None}
        if not parse:
            state["_spec_property_naming"] = False
        data = self._arguments(args, kwargs, path) if args else kwargs
        if not check:
            state["_check_type"] = False
            self._require(data, path)
        state["_data_store"] = self._checked(data, path, parse=parse, check=check)

    @classmethod
    def _arguments(cls, args: tuple[Any, ...], kwargs: dict[str, Any], path: Path) -> dict[str, Any]:
        """Positional and keyword arguments as one mapping."""
        names = [name for name, field in cls._fields.items() if field.required]
        data = dict(zip(names, args, strict=False))
        surplus = args[len(names) :]
        if len(surplus) > 1 or not all(isinstance(extra, dict) for extra in surplus):
            raise ApiTypeError(
                f"{cls.__name__} takes {len(names)} properties by position, and one dict with more, but got {len(args)}"
                " arguments",
                path,
            )
        for more in (*surplus, kwargs):
            if twice := data.keys() & more.keys():
                raise ApiTypeError(f"{cls.__name__} got more than one value", (*path, min(twice)))
            data.update(more)
        return data

    @classmethod
    def _checked(cls, data: dict[str, Any], path: Path, *, parse: bool, check: bool) -> dict[str, Any]:
        """The data with each value converted to its declared type, in place."""
        present = len(data)
        for name, exact, field in cls._plan:
            value = data.get(name, _ABSENT)
            kind = type(value)
            if kind is exact:
                continue
            if value is not _ABSENT:
                data[name] = convert(value, field.accepted, (*path, name), parse=parse, check=check)
            elif not field.required:
                present += 1
            elif check:
                cls._require(data, path)
        if check and present > len(cls._plan):
            additional = {name: value for name, value in data.items() if name not in cls._fields}
            check_properties(additional, cls.additional_properties_type, path)
        return data

    @classmethod
    def _require(cls, data: Mapping[str, Any], path: Path) -> None:
        missing = [name for name, field in cls._fields.items() if field.required and name not in data]
        if missing:
            names = ", ".join(map(repr, missing))
            raise ApiMissingPropertyError(
                f"{cls.__name__} lacks the required {names},", (*path, missing[0]), cls.openapi_types[missing[0]]
            )

    def __getitem__(self, name: str) -> Any:
        try:
            return self.__dict__["_data_store"][name]
        except KeyError:
            raise ApiAttributeError(f"{type(self).__name__} has no {name!r} set", [name]) from None

    @without_inner_frames
    def __setitem__(self, name: str, value: object) -> None:
        field = self._fields.get(name)
        if field:
            value = convert(value, field.accepted, (*self._path_to_item, name), check=self._check_type)
        elif self._check_type:
            check_properties({name: value}, self.additional_properties_type, tuple(self._path_to_item))
        self.__dict__["_data_store"][name] = value

    def __contains__(self, name: object) -> bool:
        return name in self.__dict__["_data_store"]

    def get(self, name: str, default: Any = None) -> Any:
        """The property's value, or the default where it is not set."""
        return self.__dict__["_data_store"].get(name, default)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return bool(self.__dict__["_data_store"] == other.__dict__["_data_store"])

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # equal by value, and its values change

    def __copy__(self) -> Self:
        copy = type(self).__new__(type(self))
        state = copy.__dict__
        state |= self.__dict__
        state["_data_store"] = state["_data_store"].copy()
        return copy

    def __dir__(self) -> list[str]:
        names = (
            name for name in self.__dict__.get("_data_store", ()) if name.isidentifier() and not name.startswith(_HOOKS)
        )
        return sorted({*super().__dir__(), *names})

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.__dict__["_data_store"])

    @also_incomplete
    def __repr__(self) -> str:
        return self.to_str()

    def to_str(self) -> str:
        """The properties as a pretty-printed dictionary, in which secrets are masked."""
        from pprint import pformat  # noqa: PLC0415 - dear to import, and not wanted by a program that prints no model

        try:
            return pformat(to_values(self, masked=True))
        except (ApiValueError, RecursionError):  # pformat goes deeper than the copy
            return f"<{type(self).__name__}, nested too deeply to be shown>"

    def to_dict(self) -> dict[str, Any]:
        """The properties as a new dictionary, models in it too; times stay times, secrets are given plainly."""
        return cast("dict[str, Any]", to_values(self, masked=False))

    def to_json(self) -> str:
        """Return the properties as JSON text, times in ISO 8601 with `Z` for UTC, secrets plainly.

        Raises:
            ApiValueError: If an additional property has no form in JSON.
        """
        from openapi_client._pydantic_dump import Dump  # noqa: PLC0415 - loaded when first wanted

        return to_json(Dump(as_json=True, exclude_unset=True).of(self, None, None))

    @overload
    @classmethod
    def from_dict(cls, obj: None) -> None: ...
    @overload
    @classmethod
    def from_dict(cls, obj: Mapping[str, Any]) -> Self: ...
    @classmethod
    @without_inner_frames
    def from_dict(cls, obj: Mapping[str, Any] | None) -> Self | None:
        """The model of a dictionary, in which texts become times where these are wanted; None for None.

        Raises:
            ApiTypeError: A value is of the wrong type.
            ApiMissingPropertyError: A required property is absent.
            ApiValueError: A text is no time where one is wanted.
        """
        return None if obj is None else cast("Self", convert(obj, (cls,), (), parse=True))

    @classmethod
    @without_inner_frames
    def from_json(cls, json_str: str | bytes | bytearray) -> Self:
        """The model of a JSON text.

        Raises:
            ApiTypeError: It stands for no object, or a value is of the wrong type.
            ApiMissingPropertyError: A required property is absent.
            ApiValueError: It is no JSON, or a text is no time where one is wanted.
        """
        return cast("Self", convert_json(parse_json(text_of(json_str)), (cls,), ()))


if TYPE_CHECKING:
    from openapi_client._generated_model_utils import *  # noqa: F403 - all of them are public here
else:

    def __getattr__(name: str) -> object:
        if not name.startswith("_"):  # Python asks for names such as `__path__` in every import
            from openapi_client import _generated_model_utils as generated  # noqa: PLC0415 - for old programs alone

            if name in generated.__all__:
                return getattr(generated, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
