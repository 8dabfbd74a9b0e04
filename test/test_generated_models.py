"""OpenApiModel: what programs for the generated client read and call on models."""

import copy
import pickle
from typing import Any

import pytest

from openapi_client import ApiAttributeError, ApiTypeError, Configuration, models
from openapi_client._answers import decode
from openapi_client.model_utils import ModelNormal, OpenApiModel
from openapi_client.models import CredentialResponse, S3Location, Status

MODELS: list[type[ModelNormal]] = [getattr(models, name) for name in models.__all__]

# The constructors as programs without types call them.
status: Any = Status
location: Any = S3Location


@pytest.mark.parametrize("model", MODELS)
def test_class_has_the_facts_of_the_generator(model: type[ModelNormal]) -> None:
    """The document has no enumerations, restrictions, read-only, nullable or composed schemas."""
    assert issubclass(model, OpenApiModel)
    assert (model.allowed_values, model.validations, model.read_only_vars, model._composed_schemas) == ({}, {}, {}, {})
    assert model._nullable is False


@pytest.mark.parametrize(
    ("made", "of_server"),
    [
        (status(True, "x"), False),
        (status(True, "x", _spec_property_naming=True), True),
        (Status._from_openapi_data(success=True, details="x"), True),
        (Status._from_openapi_data(success=True, details="x", _spec_property_naming=False), False),
        (Status.from_dict({"success": True, "details": "x"}), True),
        (decode('{"success": true, "details": "x"}', (Status,), check=True), True),
        (decode('{"success": true, "details": "x", "more": 1}', (Status,), check=True), True),
    ],
    ids=[
        "constructor",
        "constructor_told",
        "server_data",
        "server_data_told",
        "from_dict",
        "answer",
        "answer_with_more",
    ],
)
def test_model_knows_whether_a_server_sent_it(made: Any, of_server: bool) -> None:
    """`_spec_property_naming` is true of server data, and the other options have their defaults."""
    assert made._spec_property_naming is of_server
    assert (made._check_type, made._path_to_item, made._configuration) == (True, (), None)
    assert made._visited_composed_classes == (Status,)
    assert {name: made._data_store[name] for name in ("success", "details")} == {"success": True, "details": "x"}


def test_model_keeps_the_options_of_its_constructor() -> None:
    """A model keeps the options of its constructor."""
    configuration, path = Configuration(), ["a", 0]
    made = status(
        True, "x", _check_type=False, _path_to_item=path, _configuration=configuration, _visited_composed_classes=(int,)
    )
    assert (made._check_type, made._path_to_item, made._configuration) == (False, path, configuration)
    assert made._visited_composed_classes == (int, Status)
    assert copy.copy(made)._configuration is configuration
    assert made.to_dict() == {"success": True, "details": "x"}


@pytest.mark.parametrize(
    "make",
    [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],  # noqa: S301 - our own bytes
    ids=["deepcopy", "pickle"],
)
def test_token_of_a_configuration_is_in_no_pickle_of_a_model(make: Any) -> None:
    """A model that was given a Configuration leaves it behind, and keeps the rest."""
    made = status(True, "x", _configuration=Configuration(access_token="secret"), _path_to_item=("a",))
    twin = make(made)
    assert (twin._configuration, twin._path_to_item, twin) == (None, ("a",), made)
    assert b"secret" not in pickle.dumps(made)


def test_error_of_an_assignment_names_the_path_of_the_model() -> None:
    """The error of an assignment names the path of `_path_to_item`, then the property."""
    made = status(True, "x", _path_to_item=["a", 0])
    for name, value in (("success", 5), ("more", {5})):
        with pytest.raises(ApiTypeError, match=rf"at \['a'\]\[0\]\['{name}'\]"):
            made.set_attribute(name, value)


def test_attribute_is_set_by_name() -> None:
    """`set_attribute` is an assignment, of declared and of additional properties."""
    made = location("b", "p", "u")
    made.set_attribute("path", "q")
    made.set_attribute("more", 1)
    assert made.to_dict() == {"bucket_name": "b", "path": "q", "s3_uri": "u", "more": 1}
    with pytest.raises(ApiTypeError):
        made.set_attribute(5, 1)


def test_model_of_server_data_has_the_generator_s_other_name() -> None:
    """`_new_from_openapi_data` takes what `_from_openapi_data` takes."""
    made: Any = CredentialResponse._new_from_openapi_data(
        status={"success": True, "details": "x"},
        credentials={
            **dict.fromkeys(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), "x"),
            "expiry": "2030-01-02T03:04:05Z",
        },
    )
    assert made.credentials.expiry.year == 2030
    assert made.status._spec_property_naming is True


@pytest.mark.parametrize(
    "name",
    ["allowed_values", "set_attribute", "_nullable", "_path_to_item", "model_dump", "model_fields_set", "model_fields"],
)
def test_name_of_the_machinery_is_data_as_an_item_only(name: str) -> None:
    """An assignment of an attribute of such a name is refused, since it would be something else."""
    made = location("b", "p", "u")
    with pytest.raises(ApiAttributeError, match="is set as an item"):
        setattr(made, name, 1)
    made[name] = 1
    assert made.to_dict()[name] == 1


def test_names_show_in_completions() -> None:
    """`dir()` of a model lists the names of both generators."""
    assert {"set_attribute", "allowed_values", "model_dump", "model_fields_set"} <= set(dir(location("b", "p", "u")))
