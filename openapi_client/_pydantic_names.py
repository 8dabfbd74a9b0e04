"""PydanticNames: pydantic's methods on models, with pydantic's arguments and results, without pydantic."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, cast

from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiTypeError

if TYPE_CHECKING:
    from typing import Unpack

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

    from openapi_client._pydantic_dump import DumpOptions, Selection, ValidationOptions
    from openapi_client._pydantic_fields import ModelField
    from openapi_client.model_utils import ModelNormal


class _ModelFields:
    """The declared properties of a model, made when they are asked for."""

    def __get__(self, model: object, owner: "type[PydanticNames]") -> "dict[str, ModelField]":
        from openapi_client._pydantic_fields import model_fields  # noqa: PLC0415 - seldom wanted

        return model_fields(cast("type[ModelNormal]", owner))


class PydanticNames:
    """Pydantic's methods, as the generator's later line has them on its models."""

    model_fields: ClassVar[_ModelFields] = _ModelFields()
    """The declared properties by name."""

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the properties that are set, declared and additional ones."""
        return set(self.__dict__["_data_store"])

    @property
    def model_extra(self) -> dict[str, Any]:
        """The additional properties."""
        fields = cast("ModelNormal", self)._fields
        return {name: value for name, value in self.__dict__["_data_store"].items() if name not in fields}

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield each property's name and value, so that `dict(model)` holds them."""
        from openapi_client._pydantic_dump import Dump  # noqa: PLC0415 - seldom wanted

        return iter(Dump().items(cast("ModelNormal", self)))

    @without_inner_frames
    def model_dump(
        self,
        *,
        mode: Literal["python", "json"] | str = "python",  # noqa: PYI051 - as pydantic spells it
        include: "Selection | None" = None,
        exclude: "Selection | None" = None,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        **options: "Unpack[DumpOptions]",
    ) -> dict[str, Any]:
        """Return the properties as a dictionary. Secrets are in it as they are.

        Args:
            mode: `"json"` for values that JSON has; `"python"` keeps times as they are.
            include: The names to keep; all others are left out. A mapping names properties of properties.
            exclude: The names to leave out.
            exclude_unset: Whether to leave out optional properties that are not set.
            exclude_defaults: Whether to leave out optional properties that are None.
            exclude_none: Whether to leave out properties that are None.
            **options: pydantic's other arguments, such as `by_alias`, which change nothing here.

        Raises:
            ApiTypeError: If an option is unknown, or `include` or `exclude` is neither a set nor a mapping.
            ApiValueError: If a value has no form in JSON, or the values are nested too deeply.
        """
        from openapi_client._pydantic_dump import Dump  # noqa: PLC0415 - seldom wanted

        dump = Dump(mode == "json", exclude_unset, exclude_defaults, exclude_none, **options)
        return dump.of(cast("ModelNormal", self), include, exclude)

    @without_inner_frames
    def model_dump_json(
        self,
        *,
        indent: int | None = None,
        ensure_ascii: bool = False,
        include: "Selection | None" = None,
        exclude: "Selection | None" = None,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        **options: "Unpack[DumpOptions]",
    ) -> str:
        """Return the properties as JSON text. Secrets are in it as they are.

        Args:
            indent: How many spaces each level is indented; None for one line.
            ensure_ascii: Whether to escape characters beyond ASCII.
            include: The names to keep; all others are left out. A mapping names properties of properties.
            exclude: The names to leave out.
            exclude_unset: Whether to leave out optional properties that are not set.
            exclude_defaults: Whether to leave out optional properties that are None.
            exclude_none: Whether to leave out properties that are None.
            **options: pydantic's other arguments, such as `by_alias`, which change nothing here.

        Raises:
            ApiTypeError: If an option is unknown, or `include` or `exclude` is neither a set nor a mapping.
            ApiValueError: If a value has no form in JSON, or the values are nested too deeply.
        """
        from openapi_client._pydantic_dump import Dump  # noqa: PLC0415 - seldom wanted

        dump = Dump(True, exclude_unset, exclude_defaults, exclude_none, **options)
        return dump.text(cast("ModelNormal", self), include, exclude, indent, ensure_ascii)

    @classmethod
    @without_inner_frames
    def model_validate(cls, obj: Any, **options: "Unpack[ValidationOptions]") -> Self:
        """Return the model of a mapping, in which texts become times where a time is declared.

        Args:
            obj: The mapping. A model of this class is returned as it is.
            **options: pydantic's other arguments, which change nothing here.

        Raises:
            ApiTypeError: If a value has the wrong type, or an option is unknown.
            ApiMissingPropertyError: If a required property is absent.
            ApiValueError: If a text is not a time where one is declared.
        """
        from openapi_client._pydantic_dump import model_of  # noqa: PLC0415 - seldom wanted

        return cast("Self", model_of(cast("type[ModelNormal]", cls), obj, **options))

    @classmethod
    @without_inner_frames
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: "Unpack[ValidationOptions]") -> Self:
        """Return the model of a JSON text.

        Args:
            json_data: The text, or its bytes in UTF-8.
            **options: pydantic's other arguments, which change nothing here.

        Raises:
            ApiTypeError: If the text is not an object, a value has the wrong type, or an option is unknown.
            ApiMissingPropertyError: If a required property is absent.
            ApiValueError: If the text is not JSON, or a text in it is not a time where one is declared.
        """
        from openapi_client._pydantic_dump import model_of_json  # noqa: PLC0415 - seldom wanted

        return cast("Self", model_of_json(cast("type[ModelNormal]", cls), json_data, **options))

    @without_inner_frames
    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy.

        Args:
            update: Properties to set in the copy. They are checked, as every assignment is.
            deep: Whether to copy the values too.

        Raises:
            ApiTypeError: If an updated value has the wrong type, or `update` is not a mapping.
        """
        from copy import copy, deepcopy  # noqa: PLC0415 - seldom wanted

        if not isinstance(update, Mapping | None):
            raise ApiTypeError(f"Expected a mapping, not {type(update).__name__},", ["update"], (dict,))
        made = deepcopy(self) if deep else copy(self)
        for name, value in (update or {}).items():
            cast("ModelNormal", made)[name] = value
        return made

    @classmethod
    def model_construct(cls, /, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Return a model of values that are trusted: none is checked, and required properties may be absent.

        Args:
            _fields_set: Not used; the properties that are set are those in `values`.
            **values: The properties.
        """
        made = cls.__new__(cls)
        made.__dict__["_data_store"] = values
        return made

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool = True,  # noqa: ARG003 - names in Python are those in JSON
        ref_template: str = "#/$defs/{model}",
        *,
        mode: Literal["validation", "serialization"] = "validation",  # noqa: ARG003 - both have one schema
    ) -> dict[str, Any]:
        """Return the JSON Schema of the model, which is that of the API's document.

        Args:
            by_alias: Not used; names in Python are those in JSON.
            ref_template: How a reference to another schema is written.
            mode: Not used; what is read and what is written have one schema.
        """
        from openapi_client._pydantic_fields import json_schema  # noqa: PLC0415 - seldom wanted

        return json_schema(cast("type[ModelNormal]", cls), ref_template)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Return what pydantic checks and writes values of this model with; pydantic calls it."""
        from openapi_client._pydantic_validation import core_schema  # noqa: PLC0415 - it needs pydantic

        return core_schema(cast("type[ModelNormal]", cls), handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> dict[str, Any]:
        """Return the JSON Schema of this model in a larger one; pydantic calls it."""
        from openapi_client._pydantic_fields import json_schema_in_pydantic  # noqa: PLC0415 - seldom wanted

        return json_schema_in_pydantic(cast("type[ModelNormal]", cls), schema, handler)
