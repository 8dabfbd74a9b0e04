"""Declared properties: from a schema's annotations to the table that everything about a model is computed from."""

from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Self,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from openapi_client._conversion import Types, is_model
from openapi_client.exceptions import ApiAttributeError

if TYPE_CHECKING:
    from inspect import Signature

    from openapi_client.model_utils import ModelNormal

_SECRET: Final = "secret"  # noqa: S105 - a marker

Secret: TypeAlias = Annotated[str, _SECRET]
"""Text that is masked wherever a model is printed."""


def optional(*, default: Any = None, kw_only: bool = False) -> Any:  # noqa: ARG001 - type checkers read `kw_only`
    """Declares that a property may be absent, and is given by keyword; a server may also send it as null."""
    return default


class Field:
    """One declared property of a model, read and written through the model's data.

    Attributes:
        name: The property's name, in Python and in JSON.
        types: The types that it may have, in the generator's notation.
        required: Whether it must be there.
        secret: Whether its value is masked wherever the model is printed.
        accepted: What conversion accepts: the types, and None where the property is optional.
        exact: The one type whose values need no conversion, or None.
        model: The one model that a mapping becomes, or None.
    """

    def __init__(self, name: str, annotation: Any, *, required: bool) -> None:
        kinds, self.secret = _types(annotation)
        self.name = name
        self.required = required
        self.types: Types = tuple(kind for kind in kinds if kind is not NoneType)
        self.accepted: Types = self.types if required else (*self.types, NoneType)
        only = self.types[0] if len(self.types) == 1 else None
        self.exact: type | None = only if isinstance(only, type) else None
        self.model: Any = only if is_model(only) else None
        self.__doc__ = ("Required" if required else "Optional") + (", a secret." if self.secret else ".")

    @overload
    def __get__(self, model: None, owner: type) -> Self: ...
    @overload
    def __get__(self, model: "ModelNormal", owner: type) -> Any: ...
    def __get__(self, model: "ModelNormal | None", owner: type) -> Any:
        if model is None:
            return self
        try:
            return model.__dict__["_data_store"][self.name]
        except KeyError:
            raise ApiAttributeError(f"{owner.__name__} has no {self.name!r} set", [self.name]) from None

    def __set__(self, model: "ModelNormal", value: object) -> None:
        model[self.name] = value


class ConstructorSignature:
    """The constructor's signature, made when somebody asks: help(), an editor, a notebook."""

    def __get__(self, model: object, owner: "type[ModelNormal]") -> "Signature":
        from inspect import Parameter, Signature  # noqa: PLC0415 - dear to import, and seldom wanted

        annotations = get_type_hints(owner)
        return Signature(
            [
                Parameter(
                    field.name,
                    Parameter.POSITIONAL_OR_KEYWORD if field.required else Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if field.required else None,
                    annotation=annotations[field.name],
                )
                for field in owner._fields.values()
            ]
        )


def _types(annotation: Any) -> tuple[Types, bool]:
    """The types that an annotation admits, and whether it marks a secret."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        types, secret = _types(inner)
        return types, secret or _SECRET in marks
    if origin in (Union, UnionType):
        parts = [_types(part) for part in get_args(annotation)]
        return tuple(kind for types, _ in parts for kind in types), any(secret for _, secret in parts)
    if origin is list:
        (item,) = get_args(annotation)
        types, secret = _types(item)
        return ([*types],), secret
    return (annotation,), False
