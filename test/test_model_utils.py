"""Models: how they are built, read, changed, compared and shown."""

from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from openapi_client import ApiAttributeError, ApiTypeError, ApiValueError
from openapi_client.exceptions import ApiMissingPropertyError
from openapi_client.models import (
    CredentialResponse,
    Credentials,
    CredentialsRequest,
    HTTPValidationError,
    S3Location,
    Status,
    ValidationError,
)

EXPIRY = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
PLACE = {"bucket_name": "bucket", "path": "path", "s3_uri": "s3://bucket/path/"}

# The constructors as programs without types call them.
location: Any = S3Location
credentials: Any = Credentials
response: Any = CredentialResponse
request: Any = CredentialsRequest
status: Any = Status
refusal: Any = ValidationError
refusals: Any = HTTPValidationError


@pytest.fixture
def place() -> Any:
    """A place, for programs without types."""
    return location(**PLACE)


@pytest.mark.parametrize(
    "built",
    [
        location("bucket", "path", "s3://bucket/path/"),
        location(bucket_name="bucket", path="path", s3_uri="s3://bucket/path/"),
        location("bucket", s3_uri="s3://bucket/path/", path="path"),
        location("bucket", "path", "s3://bucket/path/", {}),
        location.from_dict(PLACE),
    ],
    ids=["position", "keyword", "both", "empty_surplus", "from_dict"],
)
def test_all_ways_to_build_a_model_are_equal(built: Any) -> None:
    """By position in the schema's order, by keyword, or of a dictionary."""
    assert built == location(**PLACE)
    assert built.to_dict() == PLACE


def test_surplus_dict_is_taken_as_keywords() -> None:
    """After the required properties, additional and optional ones in one dict; beside it, keywords."""
    assert location("b", "p", "u", {"a": 1}, b=2).to_dict() == {
        "bucket_name": "b",
        "path": "p",
        "s3_uri": "u",
        "a": 1,
        "b": 2,
    }
    assert refusals({"detail": []}).detail == []
    answer = response(status(True, "x"), credentials("i", "k", "t", EXPIRY), {"console_session_url": "link"})
    assert answer.console_session_url == "link"


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        (("b", "p", "u", 5), {}),
        (("b", "p", "u", {}, {}), {}),
        (("b", "p", "u", {}, 5), {}),
        (("b",), {"bucket_name": "c"}),
        (("b", "p", "u", {"path": "q"}), {}),
        (("b", "p", "u", {"a": 1}), {"a": 2}),
    ],
    ids=["no_dict", "two_dicts", "dict_and_more", "position_and_keyword", "position_and_dict", "dict_and_keyword"],
)
def test_arguments_that_cannot_be_placed_are_refused(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Rather than dropped, or put over others."""
    with pytest.raises(ApiTypeError, match=r"takes 3 properties by position|more than one value"):
        location(*args, **kwargs)


def test_argument_given_twice_is_named() -> None:
    """As Python names it for a function."""
    with pytest.raises(ApiTypeError, match="more than one value") as caught:
        location("b", path="p", s3_uri="u", bucket_name="c")
    assert caught.value.path_to_item == ["bucket_name"]


@pytest.mark.parametrize("base", [TypeError, ValueError, ApiTypeError, ApiValueError])
def test_missing_property_is_an_error_of_both_kinds(base: type[Exception]) -> None:
    """The generator's earlier line had a TypeError here, its later line a ValueError."""
    with pytest.raises(base, match="lacks the required 'path', 's3_uri', at") as caught:
        location("b")
    assert isinstance(caught.value, ApiMissingPropertyError)
    assert caught.value.path_to_item == ["path"]
    assert caught.value.valid_classes == (str,)


def test_missing_property_stays_one_without_checks() -> None:
    """A model lacks no required property."""
    with pytest.raises(ApiMissingPropertyError):
        location("b", _check_type=False)


def test_path_of_an_error_is_named() -> None:
    """Through models in models."""
    with pytest.raises(ApiTypeError, match=r"Expected str, not int, at \['s3_location'\]\['path'\]") as caught:
        request({**PLACE, "path": 5}, True)
    assert caught.value.path_to_item == ["s3_location", "path"]
    assert caught.value.valid_classes == (str,)


def test_path_begins_where_the_caller_says() -> None:
    """With `_path_to_item`."""
    with pytest.raises(ApiTypeError, match=r"at \['a'\]\[0\]\['path'\]"):
        location("b", 5, "u", _path_to_item=("a", 0))
    with pytest.raises(ApiMissingPropertyError, match=r"at \['a'\]\[0\]\['path'\]"):
        location("b", _path_to_item=["a", 0])


@pytest.mark.parametrize("value", [1, 0, "true", None], ids=repr)
def test_bool_is_nothing_else(value: object) -> None:
    """Neither 1 nor "true" is True."""
    with pytest.raises(ApiTypeError, match="Expected bool"):
        status(value, "x")


def test_int_is_no_bool() -> None:
    """`loc` holds texts and whole numbers, and True is none."""
    assert refusal(["body", 1], "m", "t").loc == ["body", 1]
    with pytest.raises(ApiTypeError, match="Expected str or int, not bool") as caught:
        refusal(["body", True], "m", "t")
    assert caught.value.path_to_item == ["loc", 1]
    assert caught.value.valid_classes == (str, int)


@pytest.mark.parametrize("mapping", [PLACE, MappingProxyType(PLACE)], ids=["dict", "mapping"])
def test_mapping_becomes_a_model_where_one_is_wanted(mapping: Any) -> None:
    """In constructors, in lists and in assignments."""
    asked: Any = request(mapping, True)
    assert asked.s3_location == location(**PLACE)
    asked.s3_location = {**mapping, "path": "other"}
    assert asked["s3_location"] == location(**{**PLACE, "path": "other"})
    assert refusals(detail=[{"loc": [], "msg": "m", "type": "t"}]).detail == [refusal([], "m", "t")]


@pytest.mark.parametrize("value", ["2030-01-02T03:04:05Z", date(2030, 1, 2), 1893553445, None], ids=repr)
def test_only_a_datetime_is_one(value: object) -> None:
    """Neither constructors nor assignments parse, nor do they guess an hour."""
    with pytest.raises(ApiTypeError, match="Expected datetime"):
        credentials("i", "k", "t", value)
    made = credentials("i", "k", "t", EXPIRY)
    with pytest.raises(ApiTypeError, match="Expected datetime"):
        made.expiry = value
    assert made.expiry == EXPIRY


def test_naive_time_given_to_a_constructor_stays_naive() -> None:
    """It is the caller's."""
    naive = EXPIRY.replace(tzinfo=None)
    assert credentials("i", "k", "t", naive).expiry is naive


def test_texts_are_parsed_with_spec_property_naming() -> None:
    """Also in models that are made of dictionaries."""
    parsed = credentials("i", "k", "t", "2030-01-02T03:04:05Z", _spec_property_naming=True)
    assert parsed.expiry == EXPIRY
    keys = {**parsed.to_dict(), "expiry": "2030-01-02T03:04:05Z"}
    assert response(status(True, "x"), keys, _spec_property_naming=True).credentials.expiry == EXPIRY
    with pytest.raises(ApiTypeError, match="Expected datetime, not str"):
        response(status(True, "x"), keys)


def test_additional_property_is_kept(place: Any) -> None:
    """By keyword, as attribute or as item; strings in it are never parsed."""
    place.attribute = EXPIRY
    place["an item"] = [1, {"a": None}]
    given = location(**PLACE, keyword="2030-01-02T03:04:05Z")
    assert given.keyword == given["keyword"] == "2030-01-02T03:04:05Z"
    assert place["attribute"] is place.attribute is EXPIRY
    assert place.to_dict() == {**PLACE, "attribute": EXPIRY, "an item": [1, {"a": None}]}


@pytest.mark.parametrize(
    "value", [True, date(2030, 1, 2), EXPIRY, {"a": {1}}, 1.5, 1, [(1,)], "x", None], ids=lambda v: type(v).__name__
)
def test_additional_property_may_be_of_these_types(place: Any, value: object) -> None:
    """What they hold in turn is not looked at."""
    place.more = value
    assert location(**PLACE, more=value) == place


@pytest.mark.parametrize("value", [{1}, (1,), b"x", object(), Status(True, "x")], ids=lambda v: type(v).__name__)
def test_additional_property_of_another_type_is_refused(place: Any, value: object) -> None:
    """Wherever it comes from, with the types it may have."""
    for attempt in (
        lambda: location(**PLACE, more=value),
        lambda: location.from_dict({**PLACE, "more": value}),
        lambda: setattr(place, "more", value),
        lambda: place.__setitem__("more", value),
    ):
        with pytest.raises(ApiTypeError, match=r"Expected bool or date or .* at \['more'\]") as caught:
            attempt()
        assert caught.value.path_to_item == ["more"]
        assert caught.value.valid_classes == location.additional_properties_type
    assert place == location(**PLACE)


@pytest.mark.parametrize("name", [3, None, ("a",)], ids=repr)
def test_name_of_a_property_is_a_text(place: Any, name: object) -> None:
    """The error is one about the key, as its `key_type` says."""
    numbered: Any = {name: 1}
    attempts: tuple[Any, ...] = (
        lambda: place.__setitem__(name, 1),
        lambda: location.from_dict(PLACE | numbered),
    )
    for attempt in attempts:
        with pytest.raises(ApiTypeError, match="Expected str, not") as caught:
            attempt()
        assert (caught.value.path_to_item, caught.value.valid_classes) == ([name], (str,))
        assert caught.value.key_type is True


def test_attributes_and_items_are_the_same(place: Any) -> None:
    """Reading and writing."""
    place.path = "by attribute"
    assert place["path"] == "by attribute"
    place["path"] = "by item"
    assert place.path == place.get("path") == "by item"


@pytest.mark.parametrize("write", [setattr, lambda model, name, value: model.__setitem__(name, value)])
def test_assignments_are_checked(place: Any, write: Any) -> None:
    """And leave the model as it was where they fail."""
    with pytest.raises(ApiTypeError, match=r"Expected str, not int, at \['path'\]"):
        write(place, "path", 5)
    with pytest.raises(ApiTypeError, match="Expected str, not NoneType"):
        write(place, "path", None)
    assert place.to_dict() == PLACE


def test_missing_attribute_or_item_is_our_error(place: Any) -> None:
    """An AttributeError for both, as the generator had it."""
    with pytest.raises(ApiAttributeError, match="S3Location has no attribute 'nope'") as caught:
        _ = place.nope
    assert caught.value.path_to_item == ["nope"]
    with pytest.raises(ApiAttributeError, match="S3Location has no 'nope' set") as caught:
        _ = place["nope"]
    assert caught.value.path_to_item == ["nope"]
    assert place.get("nope") is None
    assert place.get("nope", 5) == 5
    assert "nope" not in place
    assert "path" in place


def test_unset_optional_property_is_absent_until_set() -> None:
    """It is neither None nor in the dictionary."""
    answer = response(status(True, "x"), credentials("i", "k", "t", EXPIRY))
    assert "console_session_url" not in answer
    assert "console_session_url" not in answer.to_dict()
    assert answer.get("console_session_url", "none") == "none"
    assert not hasattr(answer, "console_session_url")
    answer.console_session_url = "link"
    assert "console_session_url" in answer
    assert answer.console_session_url == answer.to_dict()["console_session_url"] == "link"


def test_class_variable_of_a_subclass_is_no_property() -> None:
    """What a subclass declares for the class is left as it is."""

    class Mine(S3Location):
        """A location with a note."""

        note: ClassVar[str] = "mine"
        shelf: str

    assert Mine.note == "mine"
    assert list(Mine.openapi_types) == ["bucket_name", "path", "s3_uri", "shelf"]


def test_name_of_the_metaclass_is_free_for_a_property() -> None:
    """`mro` belongs to the class's class, not to the class: it can be set, and read."""
    location: Any = S3Location("b", "p", "u")
    location.mro = "data"
    assert location["mro"] == location.mro == "data"
