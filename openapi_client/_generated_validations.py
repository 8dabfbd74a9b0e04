"""The generated client's checks of values: enumerations and restrictions. This API's document has neither."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from openapi_client.exceptions import ApiValueError

_BOUNDS: Final = ("exclusive_maximum", "inclusive_maximum", "exclusive_minimum", "inclusive_minimum")


def check_allowed_values(
    allowed_values: Mapping[tuple[Any, ...], Mapping[str, Any]], input_variable_path: tuple[Any, ...], input_values: Any
) -> None:
    """Check that a value is one of an enumeration, or that a list or the keys of a dictionary are.

    Args:
        allowed_values: The enumerations by path.
        input_variable_path: The path of the value.
        input_values: The value.

    Raises:
        ApiValueError: If it is not.
    """
    allowed = list(allowed_values[input_variable_path].values())
    values = list(input_values) if isinstance(input_values, (list, dict)) else [input_values]
    if any(value not in allowed for value in values):
        shown = ", ".join(map(str, allowed))
        raise ApiValueError(f"Invalid value for `{input_variable_path[0]}`, must be one of [{shown}]")


def is_json_validation_enabled(schema_keyword: str, configuration: object = None) -> bool:
    """Return whether a `Configuration` leaves a check on.

    Args:
        schema_keyword: The name of the check in JSON Schema, such as `maxLength`.
        configuration: The `Configuration`; None leaves every check on.
    """
    return schema_keyword not in getattr(configuration, "_disabled_client_side_validations", ())


def check_validations(
    validations: Mapping[tuple[Any, ...], Mapping[str, Any]],
    input_variable_path: tuple[Any, ...],
    input_values: Any,
    configuration: object = None,
) -> None:
    """Check a value against the restrictions of its schema.

    Args:
        validations: The restrictions by path.
        input_variable_path: The path of the value.
        input_values: The value; None passes.
        configuration: The `Configuration`, which may turn checks off.

    Raises:
        ApiValueError: If the value breaks a restriction.
    """
    if input_values is None:
        return
    limits = validations[input_variable_path]
    largest = smallest = input_values
    if isinstance(input_values, (list, dict)) and any(name in limits for name in _BOUNDS):
        numbers = input_values.values() if isinstance(input_values, dict) else input_values
        largest, smallest = max(numbers), min(numbers)
    regex = limits.get("regex", {})
    checks: tuple[tuple[str, str, str, Callable[[Any], bool]], ...] = (
        ("multipleOf", "multiple_of", "a multiple of", lambda limit: _is_multiple(input_values, limit)),
        ("maxLength", "max_length", "no longer than", lambda limit: len(input_values) <= limit),
        ("minLength", "min_length", "no shorter than", lambda limit: len(input_values) >= limit),
        ("maxItems", "max_items", "of no more items than", lambda limit: len(input_values) <= limit),
        ("minItems", "min_items", "of no fewer items than", lambda limit: len(input_values) >= limit),
        ("exclusiveMaximum", "exclusive_maximum", "less than", lambda limit: largest < limit),
        ("maximum", "inclusive_maximum", "less than or equal to", lambda limit: largest <= limit),
        ("exclusiveMinimum", "exclusive_minimum", "greater than", lambda limit: smallest > limit),
        ("minimum", "inclusive_minimum", "greater than or equal to", lambda limit: smallest >= limit),
        ("pattern", "regex", "a match of", lambda _: _matches(regex, input_values)),
    )
    for keyword, name, words, holds in checks:
        if name in limits and is_json_validation_enabled(keyword, configuration) and not holds(limits[name]):
            limit = regex["pattern"] if name == "regex" else limits[name]
            raise ApiValueError(f"Invalid value for `{input_variable_path[0]}`, must be {words} `{limit}`")


def _is_multiple(value: Any, limit: Any) -> bool:
    return not isinstance(value, (int, float)) or (float(value) / limit).is_integer()


def _matches(regex: Mapping[str, Any], text: Any) -> bool:
    return re.search(regex["pattern"], text, flags=regex.get("flags", 0)) is not None
