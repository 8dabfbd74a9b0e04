"""LocationInner: one step of a `loc`, in the style of the generator's later line."""

import copy
import json
import pickle
from typing import Any

import pytest

import openapi_client
from openapi_client import ApiTypeError, ApiValueError, HTTPValidationError, LocationInner, ValidationError, models
from openapi_client.models import location_inner


def test_class_is_one_under_all_its_paths() -> None:
    """The package, `models` and the module of its own have the same class."""
    assert models.LocationInner is location_inner.LocationInner is openapi_client.LocationInner
    with pytest.raises(AttributeError, match="has no attribute 'Nope'"):
        _ = models.Nope  # type: ignore[attr-defined] # that there is none is what is tested


@pytest.mark.parametrize("value", ["body", "", 0, 7, None], ids=repr)
@pytest.mark.parametrize(
    "make",
    [
        LocationInner,
        lambda value: LocationInner(actual_instance=value),
        LocationInner.from_dict,
        lambda value: LocationInner.from_json(json.dumps(value)),
        lambda value: LocationInner.from_json(json.dumps(value).encode()),
        lambda value: copy.deepcopy(LocationInner(value)),
        lambda value: pickle.loads(pickle.dumps(LocationInner(value))),  # noqa: S301 - our own bytes
    ],
    ids=["position", "keyword", "from_dict", "from_json", "from_bytes", "deepcopy", "pickle"],
)
def test_step_holds_its_value(make: Any, value: Any) -> None:
    """Every way to build a step gives an equal one, whose forms are those of the value."""
    step = make(value)
    assert step.actual_instance == step.to_dict() == value
    assert step == LocationInner(value)
    assert (step.to_json(), step.to_str(), repr(step)) == (json.dumps(value), repr(value), f"LocationInner({value!r})")


@pytest.mark.parametrize("value", [True, 1.5, b"x", [], {}], ids=repr)
def test_other_value_is_refused(value: Any) -> None:
    """A step is a text or a whole number, when it is built and when it is changed."""
    with pytest.raises(ApiTypeError, match="Expected str or int"):
        LocationInner(value)
    step = LocationInner("body")
    with pytest.raises(ApiTypeError, match="Expected str or int"):
        step.actual_instance = value
    step.actual_instance = 3
    assert step.to_dict() == 3


def test_text_that_is_not_json_is_an_error() -> None:
    """`from_json` raises ApiValueError for a text that is not JSON."""
    with pytest.raises(ApiValueError):
        LocationInner.from_json("body")


def test_step_equals_only_steps() -> None:
    """A step does not equal its value."""
    assert LocationInner("body") != "body"
    assert LocationInner.any_of_schemas == {"int", "str"}


def test_validation_error_takes_steps() -> None:
    """`ValidationError` takes steps, and its `loc` holds their values."""
    refusal: Any = ValidationError
    made = refusal(loc=[LocationInner("body"), LocationInner(0)], msg="m", type="t")
    assert made.loc == ["body", 0]
    assert HTTPValidationError(detail=[made]).to_dict() == {"detail": [{"loc": ["body", 0], "msg": "m", "type": "t"}]}
    with pytest.raises(ApiTypeError, match=r"Expected str or int, not NoneType, at \['loc'\]\[0\]"):
        refusal(loc=[LocationInner()], msg="m", type="t")
