"""OpenApiModel: what programs written for the generated client read and call on models, beside their properties."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from openapi_client._conversion import Types, none_type
from openapi_client._masking import without_inner_frames

if TYPE_CHECKING:
    from openapi_client.model_utils import ModelNormal


class OpenApiModel:
    """The generator's base class of every model; `ModelNormal` is the one that this API's models have.

    An object that was decoded from an answer has the defaults of the attributes below, wherever it was in the answer.

    Attributes:
        _check_type: Whether values of the wrong type are errors.
        _spec_property_naming: True if the data came from a server, False if a constructor got it.
        _path_to_item: The keys and indices that the constructor was given, for error messages.
        _configuration: The `Configuration` that the constructor was given. Neither pickled nor copied deeply.
        _visited_composed_classes: The classes that the constructor was given, and this one.
    """

    openapi_types: ClassVar[dict[str, Types]] = {}
    """The types of each property, in the generator's notation."""
    attribute_map: ClassVar[dict[str, str]] = {}
    """The JSON name of each property."""
    required_properties: ClassVar[frozenset[str]] = frozenset()
    """The names of the required properties."""
    additional_properties_type: ClassVar[Types] = (bool, date, datetime, dict, float, int, list, str, none_type)
    """The types that an additional property may have."""
    allowed_values: ClassVar[dict[tuple[str, ...], dict[str, Any]]] = {}
    """Empty: the document has no enumerations."""
    validations: ClassVar[dict[tuple[str, ...], dict[str, Any]]] = {}
    """Empty: the document restricts no value further than its type."""
    read_only_vars: ClassVar[dict[str, Any]] = {}
    """Empty: the document has no read-only properties."""
    discriminator: ClassVar[None] = None
    """None: the document derives no schema from another."""

    _composed_schemas: ClassVar[dict[str, Any]] = {}
    _nullable: ClassVar[bool] = False

    if not TYPE_CHECKING:  # a type checker would take them for arguments of the constructor
        _check_type = True
        _spec_property_naming = True
        _path_to_item = ()
        _configuration = None

        @property
        def _visited_composed_classes(self) -> tuple[type, ...]:
            return (*(self.__dict__.get("_visited_composed_classes") or ()), type(self))

    @classmethod
    def _declare(cls, types: dict[str, Types], required: list[str]) -> None:
        """Set what the class says of its properties, given the types of all and the names of the required ones."""
        cls.openapi_types = types
        cls.attribute_map = {name: name for name in types}
        cls.required_properties = frozenset(required)

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__
        # A Configuration holds tokens, which belong in no pickle of a model.
        return {name: state[name] for name in state if name != "_configuration"}

    @without_inner_frames
    def set_attribute(self, name: str, value: object) -> None:
        """Set a property, declared or additional.

        Args:
            name: The name of the property.
            value: The value.

        Raises:
            ApiTypeError: If the name is not a text, or the value has the wrong type.
        """
        cast("ModelNormal", self)[name] = value

    @classmethod
    @without_inner_frames
    def _new_from_openapi_data(cls, /, *args: Any, **kwargs: Any) -> Self:
        """Return a model of data from a server, given as to the constructor."""
        return cast("Self", cast("type[ModelNormal]", cls)._from_openapi_data(*args, **kwargs))
