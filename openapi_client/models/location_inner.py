"""LocationInner: one step of a `loc`, as the generator's later line has it."""

from typing import Any, ClassVar, Self

from openapi_client._conversion import convert
from openapi_client._display import also_incomplete
from openapi_client._json import parse_json, text_of, to_json

__all__ = ["LocationInner"]


class LocationInner:
    """A text or a whole number: a key or an index in the `loc` of a `ValidationError`.

    `ValidationError` takes it for such a step; its `loc` holds the text or the number itself.

    Args:
        actual_instance: The text or the number; None for neither.

    Raises:
        ApiTypeError: If the value is of another type.
    """

    any_of_schemas: ClassVar[set[str]] = {"int", "str"}
    """The names of the types that a step may have."""

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # equal by value, and its value changes

    def __init__(self, actual_instance: str | int | None = None) -> None:
        self.actual_instance = actual_instance

    @property
    def actual_instance(self) -> str | int | None:
        """The text or the number."""
        return self._actual_instance

    @actual_instance.setter
    def actual_instance(self, value: str | int | None) -> None:
        self._actual_instance: str | int | None = None if value is None else convert(value, (str, int), ())

    def __eq__(self, other: object) -> bool:
        return self._actual_instance == other._actual_instance if isinstance(other, LocationInner) else NotImplemented

    @also_incomplete
    def __repr__(self) -> str:
        return f"LocationInner({self._actual_instance!r})"

    @classmethod
    def from_dict(cls, obj: Any) -> Self:
        """Return the step of a text or a number.

        Raises:
            ApiTypeError: If the value is of another type.
        """
        return cls(obj)

    @classmethod
    def from_json(cls, json_str: str | bytes | bytearray) -> Self:
        """Return the step of a JSON text.

        Raises:
            ApiTypeError: If it stands for something else.
            ApiValueError: If it is not JSON.
        """
        return cls(parse_json(text_of(json_str)))

    def to_dict(self) -> str | int | None:
        """Return the text or the number."""
        return self._actual_instance

    def to_json(self) -> str:
        """Return the text or the number as JSON."""
        return to_json(self._actual_instance)

    def to_str(self) -> str:
        """Return the text or the number as Python writes it."""
        return repr(self._actual_instance)
