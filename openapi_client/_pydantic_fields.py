"""ModelField and JSON Schema: the declared properties of a model, as pydantic describes those of its own."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from openapi_client._conversion import Types, is_model, none_type
from openapi_client._display import also_incomplete

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

    from openapi_client._fields import Field
    from openapi_client.model_utils import ModelNormal

_PLAIN: Final[dict[Any, dict[str, Any]]] = {
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    dict: {"type": "object"},
    float: {"type": "number"},
    int: {"type": "integer"},
    list: {"type": "array", "items": {}},
    str: {"type": "string"},
    none_type: {"type": "null"},
}
_NULL: Final = _PLAIN[none_type]


class _Undefined:
    """The default of a required property, where pydantic is not loaded."""

    def __repr__(self) -> str:
        return "PydanticUndefined"


_UNDEFINED: Final = _Undefined()


class ModelField:
    """One declared property, with the attributes of pydantic's `FieldInfo`.

    Attributes:
        annotation: The type, as in the class.
        description: The description in the API's document, or None.
        alias: None: the name in Python is the one in JSON.
        title: None.
        default_factory: None.
    """

    alias: None = None
    title: None = None
    default_factory: None = None

    def __init__(self, field: "Field", annotation: Any, description: str | None) -> None:
        self.annotation = annotation
        self.description = description
        self._required = field.required

    @property
    def default(self) -> Any:
        """None for an optional property; for a required one, pydantic's mark of a missing default."""
        if not self._required:
            return None
        loaded = sys.modules.get("pydantic_core")
        return loaded.PydanticUndefined if loaded else _UNDEFINED

    def get_default(self, *, call_default_factory: bool = False) -> Any:  # noqa: ARG002 - as pydantic has it
        """Return the default."""
        return self.default

    def is_required(self) -> bool:
        """Return whether the property must be there."""
        return self._required

    @also_incomplete
    def __repr__(self) -> str:
        kind = self.annotation
        shown = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else repr(kind)
        default = "" if self._required else ", default=None"
        description = f", description={self.description!r}" if self.description else ""
        return f"ModelField(annotation={shown}, required={self._required}{default}{description})"


def model_fields(model: "type[ModelNormal]") -> dict[str, ModelField]:
    """Return the declared properties of a model by name."""
    annotations, descriptions = get_type_hints(model), _descriptions(model)
    return {name: ModelField(field, annotations[name], descriptions.get(name)) for name, field in model._fields.items()}


def json_schema(model: "type[ModelNormal]", ref_template: str) -> dict[str, Any]:
    """Return the JSON Schema of a model, with those of the models in it under `$defs`."""
    found: dict[str, dict[str, Any]] = {}

    def reference(other: "type[ModelNormal]") -> dict[str, Any]:
        name = other.__name__
        if name not in found:
            found[name] = {}
            found[name] = schema_of(other)
        return {"$ref": ref_template.format(model=name)}

    def schema_of(other: "type[ModelNormal]") -> dict[str, Any]:
        return _object(other, lambda field: _alternatives([_one(kind, reference) for kind in field.types]))

    schema = schema_of(model)
    return {"$defs": _sorted(found), **schema} if found else schema


def json_schema_in_pydantic(
    model: "type[ModelNormal]", schema: "CoreSchema", handler: "GetJsonSchemaHandler"
) -> dict[str, Any]:
    """Return the JSON Schema of a model, in which pydantic chose the references."""
    made = handler(schema)
    whole = handler.resolve_ref_schema(made)
    properties = whole["properties"]
    own = _object(model, lambda field: _without_null(properties[field.name]))
    whole.clear()
    whole.update(own)
    return made


def _object(model: "type[ModelNormal]", of_field: "Callable[[Field], dict[str, Any]]") -> dict[str, Any]:
    """Return the schema of a model, given those of its properties."""
    descriptions, properties = _descriptions(model), {}
    for name, field in model._fields.items():
        schema = of_field(field)
        if "$ref" not in schema:
            schema = {**schema, "title": name.title().replace("_", " ")}
            if name in descriptions:
                schema["description"] = descriptions[name]
        properties[name] = _sorted(schema)
    whole: dict[str, Any] = {"title": model.__name__, "type": "object", "properties": properties}
    if model.__doc__:
        whole["description"] = inspect.cleandoc(model.__doc__)
    if required := [name for name, field in model._fields.items() if field.required]:
        whole["required"] = required
    return _sorted(whole)


def _sorted(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with its keywords in the order in which pydantic has them."""
    return dict(sorted(schema.items()))


def _one(kind: Any, reference: "Callable[[type[ModelNormal]], dict[str, Any]]") -> dict[str, Any]:
    """Return the schema of one type."""
    if isinstance(kind, list):
        return {"type": "array", "items": _alternatives([_one(item, reference) for item in kind])}
    if isinstance(kind, dict):
        values: Types = next(iter(kind.values()))
        return {"type": "object", "additionalProperties": _alternatives([_one(item, reference) for item in values])}
    return reference(kind) if is_model(kind) else _PLAIN.get(kind, {})


def _alternatives(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an optional property as the document has it: it may be absent, and is otherwise a value."""
    if "anyOf" not in schema:
        return schema
    return _alternatives([part for part in schema["anyOf"] if part != _NULL])


def _read_descriptions(model: type) -> dict[str, str]:
    """Return the texts below the properties in the source; those of a class without source are missing."""
    inherited: dict[str, str] = {}
    for base in reversed(model.__mro__[1:]):
        if is_model(base):
            inherited |= _descriptions(base)
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return inherited
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for statement, below in pairwise(body):
        match statement, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                inherited[name] = inspect.cleandoc(text)
    return inherited


_descriptions: Final[Callable[[type], dict[str, str]]] = cache(_read_descriptions)
