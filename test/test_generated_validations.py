"""The generated client's checks of values against enumerations and restrictions."""

import re
from typing import Any

import pytest

from openapi_client import ApiValueError, Configuration
from openapi_client.model_utils import check_allowed_values, check_validations, is_json_validation_enabled

PATH = ("a",)
ALLOWED = {PATH: {"X": "x", "Y": "y"}}


@pytest.mark.parametrize("value", ["x", ["x", "y"], [], {"x": 1}], ids=repr)
def test_value_of_an_enumeration_passes(value: Any) -> None:
    """`check_allowed_values` passes a list by its items, and a dictionary by its keys."""
    check_allowed_values(ALLOWED, PATH, value)


@pytest.mark.parametrize("value", ["secret", ["x", "secret"], {"secret": 1}, None, [["x"]]], ids=repr)
def test_other_value_is_refused(value: Any) -> None:
    """The error says what is allowed, and does not show the value."""
    with pytest.raises(ApiValueError, match=r"^Invalid value for `a`, must be one of \[x, y\]$"):
        check_allowed_values(ALLOWED, PATH, value)


@pytest.mark.parametrize("check", [check_allowed_values, check_validations])
def test_path_without_restrictions_is_a_key_error(check: Any) -> None:
    """A path without restrictions raises KeyError."""
    with pytest.raises(KeyError):
        check({}, PATH, "x")


RESTRICTIONS: dict[str, tuple[str, dict[str, Any], Any, Any]] = {
    "multiple_of": ("multipleOf", {"multiple_of": 0.5}, 1.5, 1.2),
    "max_length": ("maxLength", {"max_length": 2}, "xx", "xxx"),
    "min_length": ("minLength", {"min_length": 2}, "xx", "x"),
    "max_items": ("maxItems", {"max_items": 1}, [1], [1, 2]),
    "min_items": ("minItems", {"min_items": 1}, [1], []),
    "exclusive_maximum": ("exclusiveMaximum", {"exclusive_maximum": 2}, 1, 2),
    "inclusive_maximum": ("maximum", {"inclusive_maximum": 2}, 2, 3),
    "exclusive_minimum": ("exclusiveMinimum", {"exclusive_minimum": 2}, 3, 2),
    "inclusive_minimum": ("minimum", {"inclusive_minimum": 2}, 2, 1),
    "of_a_list": ("maximum", {"inclusive_maximum": 2}, [1, 2], [1, 3]),
    "of_a_dictionary": ("minimum", {"inclusive_minimum": 2}, {"b": 2}, {"b": 1}),
    "regex": ("pattern", {"regex": {"pattern": "^a"}}, "ab", "b"),
    "regex_with_flags": ("pattern", {"regex": {"pattern": "^a", "flags": re.IGNORECASE}}, "Ab", "b"),
}


@pytest.mark.parametrize(("keyword", "limits", "right", "wrong"), RESTRICTIONS.values(), ids=RESTRICTIONS)
def test_restriction_holds_unless_it_is_turned_off(
    keyword: str, limits: dict[str, Any], right: Any, wrong: Any
) -> None:
    """A broken restriction raises ApiValueError unless `disabled_client_side_validations` names it."""
    validations = {PATH: limits}
    check_validations(validations, PATH, right)
    check_validations(validations, PATH, None)
    with pytest.raises(ApiValueError, match="Invalid value for `a`, must be "):
        check_validations(validations, PATH, wrong, Configuration())
    check_validations(validations, PATH, wrong, Configuration(disabled_client_side_validations=keyword))


def test_text_is_a_multiple_of_everything() -> None:
    """`multiple_of` restricts numbers alone."""
    check_validations({PATH: {"multiple_of": 2}}, PATH, "x")


def test_restriction_of_items_names_the_limit() -> None:
    """The error of a broken pattern shows the pattern."""
    with pytest.raises(ApiValueError, match="must be a match of `\\^a`"):
        check_validations({PATH: {"regex": {"pattern": "^a"}}}, PATH, "b")


@pytest.mark.parametrize(
    ("configuration", "enabled"),
    [
        (None, True),
        (object(), True),
        (Configuration(), True),
        (Configuration(disabled_client_side_validations="maxLength,pattern"), False),
    ],
    ids=["none", "other", "default", "disabled"],
)
def test_check_is_on_unless_turned_off(configuration: object, enabled: bool) -> None:
    """`is_json_validation_enabled` takes any object or None for a Configuration."""
    assert is_json_validation_enabled("maxLength", configuration) is enabled
