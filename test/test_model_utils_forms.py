"""Models: equality, copies, their dictionary, JSON and printed forms, and the facts of their classes."""

import ast
import copy
import json
import pickle
from datetime import UTC, date, datetime
from pprint import pformat
from typing import Any

import pytest

from openapi_client import ApiAttributeError, ApiTypeError, ApiValueError
from openapi_client.model_utils import ModelNormal, file_type, none_type
from openapi_client.models import CredentialResponse, Credentials, CredentialsRequest, LocationInner, S3Location, Status

EXPIRY = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
PLACE = {"bucket_name": "bucket", "path": "path", "s3_uri": "s3://bucket/path/"}

location: Any = S3Location


@pytest.fixture
def response() -> Any:
    """An answer with a model in each property, and with an additional property."""
    built: Any = CredentialResponse
    return built(
        Status(True, "x"),
        Credentials("id", "key", "token", EXPIRY),
        console_session_url="https://link",
        more={"list": [1, 2.5, None]},
    )


def test_models_of_one_class_and_equal_data_are_equal() -> None:
    """How they were built does not matter, nor does the order of their properties."""
    assert location("b", "p", "u", a=1) == location(a=1, s3_uri="u", path="p", bucket_name="b")
    assert location("b", "p", "u") == location("b", "p", "u", _check_type=False)


@pytest.mark.parametrize(
    "other",
    [location("b", "p", "v"), location("b", "p", "u", a=1), {"bucket_name": "b", "path": "p", "s3_uri": "u"}, None],
    ids=["other_value", "additional_property", "dict", "none"],
)
def test_other_models_and_other_things_are_unequal(other: object) -> None:
    """A dictionary is no model."""
    assert location("b", "p", "u") != other


def test_subclass_has_the_properties_of_its_parent() -> None:
    """It stands where the parent is wanted, and is unequal to it."""

    class Place(S3Location):
        region: str

        def name(self) -> str:
            return f"{self.region}/{self.bucket_name}"

    place = Place("b", "p", "u", "here")
    assert place.name() == "here/b"
    assert Place.required_properties == {"bucket_name", "path", "s3_uri", "region"}
    assert S3Location.required_properties == {"bucket_name", "path", "s3_uri"}
    assert CredentialsRequest(place, True).s3_location is place
    assert location("b", "p", "u", region="here") != place
    with pytest.raises(ApiTypeError, match="Expected str, not int"):
        place["region"] = 5


def test_models_are_not_hashable() -> None:
    """Their values change."""
    with pytest.raises(TypeError, match="unhashable"):
        hash(location(**PLACE))


def test_to_dict_converts_models_and_keeps_times(response: Any) -> None:
    """Secrets are given plainly."""
    assert response.to_dict() == {
        "status": {"success": True, "details": "x"},
        "credentials": {
            "aws_access_key_id": "id",
            "aws_secret_access_key": "key",
            "aws_session_token": "token",
            "expiry": EXPIRY,
        },
        "console_session_url": "https://link",
        "more": {"list": [1, 2.5, None]},
    }


def test_to_dict_is_the_caller_s_own(response: Any) -> None:
    """What is done to it does not reach the model."""
    given = response.to_dict()
    given["status"]["success"] = False
    given["more"]["list"].clear()
    assert response.status.success is True
    assert response.more == {"list": [1, 2.5, None]}


def test_repr_is_the_pretty_printed_dictionary() -> None:
    """Of a model without secrets it is a literal of its `to_dict()`."""
    place = location("bucket" * 5, "path" * 10, "s3://" * 10, a=[1, None])
    assert repr(place) == str(place) == place.to_str() == pformat(place.to_dict())
    assert ast.literal_eval(repr(place)) == place.to_dict()


def test_repr_masks_secrets(response: Any) -> None:
    """Whole, and pretty-printed all the same."""
    shown = response.to_dict()
    shown["credentials"] |= dict.fromkeys(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), "***")
    shown["console_session_url"] = "***"
    assert repr(response) == str(response) == pformat(shown) == pformat(response)


def test_json_there_and_back(response: Any) -> None:
    """Times are ISO 8601 in between."""
    text = response.to_json()
    assert json.loads(text)["credentials"]["expiry"] == "2030-01-02T03:04:05Z"
    assert CredentialResponse.from_json(text) == response
    assert CredentialResponse.from_json(text.encode()) == response
    assert CredentialResponse.from_json(bytearray(text.encode())) == response
    assert CredentialResponse.from_dict(response.to_dict()) == response


@pytest.mark.parametrize("kind", [Status, LocationInner], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("value", [None, 5, {}, memoryview(b"{}")], ids=lambda value: type(value).__name__)
def test_what_is_neither_text_nor_bytes_is_no_json(kind: Any, value: object) -> None:
    """`from_json` says what it wants in place of a number, a dictionary or None."""
    with pytest.raises(ApiTypeError, match=f"Expected a JSON text, not {type(value).__name__}"):
        kind.from_json(value)


@pytest.mark.parametrize("value", [[{1}], {"a": b"x"}, float("nan")], ids=["set", "bytes", "nan"])
def test_additional_property_without_json_form_is_our_error(value: object) -> None:
    """When it is to become JSON; Python's JSON would write NaN, which no JSON is."""
    with pytest.raises(ApiValueError, match=r"cannot be sent|no form in JSON"):
        location(**PLACE, more=value).to_json()


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301 - our own
def test_copy_is_equal_and_apart(response: Any, make: Any) -> None:
    """What is set in the copy is not set in the original."""
    twin: Any = make(response)
    assert twin == response
    assert isinstance(twin, CredentialResponse)
    twin.console_session_url = "other"
    assert response.console_session_url == "https://link"
    with pytest.raises(ApiTypeError):
        twin["status"] = 5


def test_only_deep_copies_are_apart_all_the_way_down(response: Any) -> None:
    """As for lists and dictionaries."""
    assert copy.copy(response).status is response.status
    deep = copy.deepcopy(response)
    deep.status.details = "other"
    deep.more["list"].clear()
    assert (response.status.details, response.more) == ("x", {"list": [1, 2.5, None]})


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301 - our own
def test_copy_of_an_unchecked_model_stays_unchecked(make: Any) -> None:
    """It could not hold its values otherwise."""
    twin = make(location(1, "p", "u", _check_type=False))
    twin.path = 2
    twin.more = {3}
    assert twin.to_dict() == {"bucket_name": 1, "path": 2, "s3_uri": "u", "more": {3}}


def test_unchecked_model_takes_what_it_is_given() -> None:
    """Only mappings still become models, unchecked ones."""
    request: Any = CredentialsRequest
    asked = request({**PLACE, "path": 5}, "yes", _check_type=False)
    assert asked.s3_location == location("bucket", 5, "s3://bucket/path/", _check_type=False)
    asked.s3_location.path = 6
    assert asked.to_dict() == {"s3_location": {**PLACE, "path": 6}, "console_session_required": "yes"}


def test_generator_s_other_options_are_accepted() -> None:
    """They change nothing, and are no properties."""
    assert location(**PLACE, _configuration=None, _visited_composed_classes=(S3Location,)).to_dict() == PLACE


@pytest.mark.parametrize("name", ["to_dict", "openapi_types", "_fields", "__class__", "_from_mapping"])
def test_name_of_the_class_is_set_as_an_item_only(name: str) -> None:
    """An assignment that looks like an attribute must not be something else; as an item it is data."""
    place = location(**PLACE)
    with pytest.raises(ApiAttributeError, match="is set as an item"):
        setattr(place, name, "x")
    place[name] = "x"
    assert place[name] == "x"
    assert place.to_dict() == {**PLACE, name: "x"}


def test_class_facts_are_readable_without_an_instance() -> None:
    """As the generator had them, of the class whose properties are none too."""
    assert S3Location.discriminator is None
    assert S3Location.additional_properties_type == (bool, date, datetime, dict, float, int, list, str, none_type)
    assert S3Location.attribute_map == {"bucket_name": "bucket_name", "path": "path", "s3_uri": "s3_uri"}
    assert (ModelNormal.openapi_types, ModelNormal.attribute_map) == ({}, {})
    assert ModelNormal.required_properties == frozenset()
    assert issubclass(S3Location, ModelNormal)
    assert isinstance(None, none_type)
    with open(__file__, "rb") as file:  # noqa: PTH123 - any open file
        assert isinstance(file, file_type)


def test_answer_that_is_nested_too_deeply_can_be_shown() -> None:
    """Its `repr` says so, and `to_dict` refuses with one of our errors."""
    status = Status.from_json('{"success": true, "details": "", "more": ' + "[" * 900 + "]" * 900 + "}")
    assert repr(status) == "<Status, nested too deeply to be shown>"
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    status["more"] = deep
    with pytest.raises(ApiValueError, match="too deeply"):
        status.to_dict()
