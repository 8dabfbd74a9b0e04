"""All seven models: where they are found, what their classes say, and that data goes through them unchanged."""

import copy
import importlib
import json
import pickle
from datetime import datetime
from typing import Any

import pytest

import openapi_client
from openapi_client import ApiTypeError, models
from openapi_client.exceptions import ApiMissingPropertyError
from openapi_client.model_utils import ModelNormal
from openapi_client.models import (
    CredentialResponse,
    Credentials,
    CredentialsRequest,
    HTTPValidationError,
    S3Location,
    Status,
    ValidationError,
)

MODULES: dict[type[ModelNormal], str] = {
    CredentialResponse: "credential_response",
    Credentials: "credentials",
    CredentialsRequest: "credentials_request",
    HTTPValidationError: "http_validation_error",
    S3Location: "s3_location",
    Status: "status",
    ValidationError: "validation_error",
}
TYPES: dict[type[ModelNormal], dict[str, tuple[Any, ...]]] = {
    CredentialResponse: {"status": (Status,), "credentials": (Credentials,), "console_session_url": (str,)},
    Credentials: {
        "aws_access_key_id": (str,),
        "aws_secret_access_key": (str,),
        "aws_session_token": (str,),
        "expiry": (datetime,),
    },
    CredentialsRequest: {"s3_location": (S3Location,), "console_session_required": (bool,)},
    HTTPValidationError: {"detail": ([ValidationError],)},
    S3Location: {"bucket_name": (str,), "path": (str,), "s3_uri": (str,)},
    Status: {"success": (bool,), "details": (str,)},
    ValidationError: {"loc": ([str, int],), "msg": (str,), "type": (str,)},
}
OPTIONAL = {CredentialResponse: {"console_session_url"}, HTTPValidationError: {"detail"}}
STATUS = {"success": True, "details": "x"}
PLACE = {"bucket_name": "b", "path": "p", "s3_uri": "u"}
KEYS = {
    "aws_access_key_id": "i",
    "aws_secret_access_key": "k",
    "aws_session_token": "t",
    "expiry": "2030-01-02T03:04:05+00:00",
}
REFUSAL = {"loc": ["body", 0], "msg": "m", "type": "t"}
DATA: dict[type[ModelNormal], dict[str, Any]] = {
    CredentialResponse: {"status": STATUS, "credentials": KEYS, "console_session_url": "link"},
    Credentials: KEYS,
    CredentialsRequest: {"s3_location": PLACE, "console_session_required": False},
    HTTPValidationError: {"detail": [REFUSAL, REFUSAL]},
    S3Location: PLACE,
    Status: STATUS,
    ValidationError: REFUSAL,
}

pytestmark = pytest.mark.parametrize("model", MODULES, ids=lambda model: model.__name__)


def test_model_is_one_class_under_all_its_paths(model: type[ModelNormal]) -> None:
    """Those of both lines of the generator, and the short ones."""
    name = model.__name__
    paths = (f"model.{MODULES[model]}", f"models.{MODULES[model]}", "models")
    found = [getattr(importlib.import_module(f"openapi_client.{path}"), name) for path in paths]
    assert [*found, getattr(openapi_client, name)] == [model] * 4
    assert name in models.__all__
    assert len(models.__all__) == len(MODULES)


def test_class_says_its_types(model: type[ModelNormal]) -> None:
    """In the schema's order, which is that of the positional arguments."""
    assert model.openapi_types == TYPES[model]
    assert list(model.openapi_types) == list(TYPES[model])
    assert model.attribute_map == {name: name for name in TYPES[model]}
    assert model.required_properties == TYPES[model].keys() - OPTIONAL.get(model, set())
    assert model.discriminator is None
    assert model.additional_properties_type == ModelNormal.additional_properties_type


def test_data_goes_through_unchanged(model: type[ModelNormal]) -> None:
    """With an additional property, too."""
    data = {**DATA[model], "more": [None, {"a": 1.5}]}
    made = model.from_dict(data)
    assert json.loads(made.to_json().replace('Z"', '+00:00"')) == data
    assert model.from_json(json.dumps(data)) == made
    assert model._from_openapi_data(**data) == made
    assert model(**made.to_dict()) == made


def test_copies_are_equal(model: type[ModelNormal]) -> None:
    """Shallow, deep and pickled."""
    made = model.from_dict(DATA[model])
    assert copy.copy(made) == copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own


def test_required_properties_are_required(model: type[ModelNormal]) -> None:
    """Each alone is missed by its name."""
    for name in model.required_properties:
        data = {key: value for key, value in DATA[model].items() if key != name}
        with pytest.raises(ApiMissingPropertyError, match=f"{model.__name__} lacks the required '{name}'"):
            model.from_dict(data)


def test_each_property_is_checked(model: type[ModelNormal]) -> None:
    """No property of any model is a complex number."""
    for name in TYPES[model]:
        with pytest.raises(ApiTypeError) as caught:
            model.from_dict({**DATA[model], name: 1j})
        assert caught.value.path_to_item == [name]
