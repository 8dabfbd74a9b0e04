"""Declared properties: what annotations say of them, and what help, editors and notebooks show."""

import inspect
import pydoc
import re
from datetime import datetime
from types import NoneType
from typing import Annotated, Any, Optional, Union

import pytest

from openapi_client import ApiAttributeError, ApiTypeError
from openapi_client._fields import Field, Secret
from openapi_client.models import CredentialResponse, Credentials, HTTPValidationError, S3Location, Status
from openapi_client.models.validation_error import ValidationError

ANNOTATIONS: dict[str, tuple[Any, tuple[Any, ...], bool]] = {
    "plain": (str, (str,), False),
    "model": (Status, (Status,), False),
    "secret": (Secret, (str,), True),
    "alternatives": (str | int, (str, int), False),
    "union": (Union[str, int], (str, int), False),  # noqa: UP007 - the older spelling is what is tested
    "list": (list[str], ([str],), False),
    "list_of_alternatives": (list[str | int], ([str, int],), False),
    "list_of_secrets": (list[Secret], ([str],), True),
    "other_mark": (Annotated[int, "minutes"], (int,), False),
}


@pytest.mark.parametrize(("annotation", "types", "secret"), ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_annotation_says_types_and_secrecy(annotation: Any, types: tuple[Any, ...], secret: bool) -> None:
    """In the generator's notation."""
    field = Field("x", annotation, required=True)
    assert (field.types, field.accepted, field.secret) == (types, types, secret)


@pytest.mark.parametrize(
    ("annotation", "types", "secret"),
    [
        (str | None, (str,), False),
        (Optional[str], (str,), False),  # noqa: UP045 - the older spelling is what is tested
        (Secret | None, (str,), True),
        (list[Status] | None, ([Status],), False),
    ],
    ids=["union", "optional", "secret", "list"],
)
def test_optional_property_accepts_none(annotation: Any, types: tuple[Any, ...], secret: bool) -> None:
    """Though its types, which are the document's, do not name it."""
    field = Field("x", annotation, required=False)
    assert (field.types, field.accepted, field.secret) == (types, (*types, NoneType), secret)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (S3Location._fields["path"], "Required."),
        (Credentials._fields["aws_session_token"], "Required, a secret."),
        (HTTPValidationError._fields["detail"], "Optional."),
        (CredentialResponse._fields["console_session_url"], "Optional, a secret."),
    ],
    ids=["required", "required_secret", "optional", "optional_secret"],
)
def test_field_describes_itself(field: Field, words: str) -> None:
    """For help()."""
    assert field.__doc__ == words


def test_class_attribute_is_the_field() -> None:
    """Where there is no model, there is no value."""
    assert vars(S3Location)["path"] is S3Location._fields["path"]
    assert getattr(S3Location, "path") is S3Location._fields["path"]  # noqa: B009 - typed as str, as of an instance


def test_unset_property_is_an_attribute_error() -> None:
    """So that hasattr() and getattr() with a default work."""
    with pytest.raises(ApiAttributeError, match="has no attribute 'detail'") as caught:
        _ = HTTPValidationError().detail
    assert caught.value.path_to_item == ["detail"]
    assert not hasattr(HTTPValidationError(), "detail")


def test_value_is_checked_even_if_set_past_the_model() -> None:
    """`object.__setattr__` puts no unchecked value in the way."""
    location = S3Location("bucket", "path", "uri")
    object.__setattr__(location, "path", "other")
    assert location.to_dict()["path"] == "other"
    with pytest.raises(ApiTypeError):
        object.__setattr__(location, "path", 5)


@pytest.mark.parametrize(
    ("model", "signature"),
    [
        (S3Location, "(bucket_name: str, path: str, s3_uri: str)"),
        (Status, "(success: bool, details: str)"),
        (HTTPValidationError, "(*, detail: list[ValidationError] | None = None)"),
        (ValidationError, "(loc: list[str | int], msg: str, type: str)"),
        (
            CredentialResponse,
            "(status: Status, credentials: Credentials, *, console_session_url: str | None = None)",
        ),
    ],
)
def test_signature_shows_the_properties(model: type, signature: str) -> None:
    """Required ones by position or keyword, optional ones by keyword, with their types."""
    shown = re.sub(r"openapi_client\.model\.\w+\.", "", str(inspect.signature(model)))
    # Python 3.14 shows the older spelling as the newer one.
    assert re.sub(r"Optional\[(\w+)\]", r"\1 | None", shown) == signature


def test_signature_is_that_of_the_subclass() -> None:
    """A subclass has the properties of its parent, then its own."""

    class Place(S3Location):
        region: str

    assert list(inspect.signature(Place).parameters) == ["bucket_name", "path", "s3_uri", "region"]


@pytest.mark.parametrize("model", [S3Location, Credentials, CredentialResponse])
def test_help_shows_the_properties(model: Any) -> None:
    """Under their names, each with what it is."""
    text = pydoc.plain(pydoc.render_doc(model))
    for name, field in model._fields.items():
        assert f" |  {name}\n |      {field.__doc__}\n" in text
    # Parameter by parameter, since newer versions of Python put each of a long signature on a line of its own.
    parameters = map(str, inspect.signature(model).parameters.values())
    assert [parameter for parameter in parameters if parameter.replace("'", "") not in text.replace("'", "")] == []


def test_dir_shows_the_properties() -> None:
    """Declared ones whether set or not, and additional ones that can be attributes."""
    error = HTTPValidationError.from_dict({"extra": 1, "not an identifier": 2, "__hook": 3})
    assert {"detail", "extra", "to_dict"} <= set(dir(error))
    assert not {"not an identifier", "__hook"} & set(dir(error))
    assert {"bucket_name", "path", "s3_uri", "from_uri"} <= set(dir(S3Location))


def test_notebook_completes_keys() -> None:
    """`model["` offers what is set."""
    error = HTTPValidationError.from_dict({"not an identifier": 2})
    assert error._ipython_key_completions_() == ["not an identifier"]


def test_time_is_declared_as_such() -> None:
    """The one property of a type that JSON lacks."""
    assert Credentials._fields["expiry"].exact is datetime
