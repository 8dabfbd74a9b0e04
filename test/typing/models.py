"""What type checkers must say of models. Lines that end in `expect-error` must be errors, all others must not."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, assert_type

from openapi_client import (
    CredentialResponse,
    Credentials,
    CredentialsRequest,
    HTTPValidationError,
    LocationInner,
    S3Location,
    Status,
    ValidationError,
)
from openapi_client.model_utils import (
    ApiTypeError,
    ModelSimple,
    OpenApiModel,
    cached_property,
    check_allowed_values,
    datetime as generated_datetime,
    deserialize_file,
    model_to_dict,
)


def attributes(response: CredentialResponse, request: CredentialsRequest, error: HTTPValidationError) -> None:
    assert_type(response.status, Status)
    assert_type(response.status.success, bool)
    assert_type(response.credentials.expiry, datetime)
    assert_type(response.credentials.aws_session_token, str)
    assert_type(response.console_session_url, str | None)
    assert_type(request.s3_location.path, str)
    assert_type(request.console_session_required, bool)
    assert_type(error.detail, list[ValidationError] | None)
    for refusal in error.detail or ():
        assert_type(refusal.loc, list[str | int])
    assert_type(response["status"], Any)
    assert_type(response.get("status"), Any)
    assert_type("status" in response, bool)


def forms(location: S3Location, data: Mapping[str, Any]) -> None:
    assert_type(S3Location.from_dict(data), S3Location)
    assert_type(S3Location.from_dict({"path": "p"}), S3Location)
    assert_type(S3Location.from_dict(None), None)
    assert_type(S3Location.from_json("{}"), S3Location)
    assert_type(S3Location.from_json(b"{}"), S3Location)
    assert_type(S3Location._from_openapi_data(**data), S3Location)
    assert_type(S3Location.from_uri("s3://bucket/path/"), S3Location)
    assert_type(location.to_dict(), dict[str, Any])
    assert_type(location.to_json(), str)
    assert_type(location.to_str(), str)
    assert_type(location == location, bool)  # noqa: PLR0124 - its type is what is shown


def pydantic_forms(location: S3Location, data: Mapping[str, Any]) -> None:
    assert_type(location.model_dump(), dict[str, Any])
    assert_type(location.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"path"}), dict[str, Any])
    assert_type(location.model_dump(include={"path": {"a", "b"}}, exclude={0: True}, warnings="none"), dict[str, Any])
    assert_type(location.model_dump_json(indent=2, exclude_unset=True), str)
    assert_type(location.model_copy(update=data, deep=True), S3Location)
    assert_type(location.model_fields_set, set[str])
    assert_type(location.model_extra, dict[str, Any])
    assert_type(dict(location), dict[str, Any])
    assert_type(S3Location.model_validate(data, strict=True), S3Location)
    assert_type(S3Location.model_validate_json(b"{}"), S3Location)
    assert_type(S3Location.model_construct(path="p"), S3Location)
    assert_type(S3Location.model_json_schema(), dict[str, Any])
    assert_type(S3Location.model_fields["path"].is_required(), bool)
    assert_type(S3Location.model_fields["path"].description, str | None)
    assert_type(S3Location.model_fields["path"].alias, None)


def generated_forms(location: S3Location, data: Mapping[str, Any]) -> None:
    assert_type(S3Location._new_from_openapi_data(**data), S3Location)
    assert_type(S3Location.allowed_values, dict[tuple[str, ...], dict[str, Any]])
    assert_type(S3Location._nullable, bool)
    assert_type(model_to_dict(location, serialize=False), dict[str, Any])
    assert_type(LocationInner("body").actual_instance, str | int | None)
    assert_type(LocationInner.from_json("3"), LocationInner)
    assert_type(generated_datetime(2030, 1, 2), datetime)
    model: OpenApiModel = location
    model.set_attribute("path", "p")
    check_allowed_values({}, ("path",), ApiTypeError)
    _ = cached_property, deserialize_file, isinstance(model, ModelSimple)


def class_facts() -> None:
    assert_type(S3Location.openapi_types, dict[str, tuple[Any, ...]])
    assert_type(S3Location.attribute_map, dict[str, str])
    assert_type(S3Location.required_properties, frozenset[str])
    assert_type(S3Location.discriminator, None)


def accepted(location: S3Location, credentials: Credentials, status: Status, texts: dict[str, str]) -> None:
    S3Location(**texts)
    S3Location("bucket", "path", "s3://bucket/path/")
    S3Location("bucket", path="path", s3_uri="s3://bucket/path/", _check_type=False)
    CredentialsRequest(location, console_session_required=True, _spec_property_naming=True)
    CredentialResponse(status, credentials)
    CredentialResponse(status, credentials, console_session_url="link")
    CredentialResponse(status=status, credentials=credentials, console_session_url=None, _path_to_item=["a", 0])
    HTTPValidationError()
    HTTPValidationError(detail=[ValidationError(["body", 0], "m", "t")])
    location.path = "other"
    location["dataset_id"] = "an additional property, the typed way"


def mistakes(location: S3Location, credentials: Credentials, status: Status) -> None:
    S3Location(bucket_name="b", pth="p", s3_uri="u")  # expect-error
    S3Location(bucket_name="b", path="p")  # expect-error
    S3Location("b", "p")  # expect-error
    S3Location("b", "p", 5)  # expect-error
    S3Location("b", "p", None)  # expect-error
    S3Location("b", "p", "u", "v")  # expect-error
    S3Location("b", "p", "u", dataset_id="x")  # expect-error
    S3Location("b", "p", "u", _check_types=False)  # expect-error
    CredentialsRequest(location, console_session_required="yes")  # expect-error
    CredentialsRequest(status, console_session_required=True)  # expect-error
    CredentialsRequest(console_session_required=True)  # expect-error
    CredentialResponse(status, credentials, "link")  # expect-error
    Credentials("i", "k", "t", "2030-01-02T03:04:05Z")  # expect-error
    Credentials("i", "k", "t", date(2030, 1, 2))  # expect-error
    HTTPValidationError([])  # expect-error
    ValidationError(["body", 1.5], "m", "t")  # expect-error
    _ = location.pth  # expect-error
    _ = credentials.aws_secret_key  # expect-error
    location.pth = "p"  # expect-error
    location.path = 5  # expect-error
    location.path = None  # expect-error
    status.success = "yes"  # expect-error
    credentials.expiry = "2030-01-02T03:04:05Z"  # expect-error
    S3Location.from_dict("text")  # expect-error
    S3Location.from_dict({1: "b"})  # expect-error
    S3Location.from_json({})  # expect-error
    S3Location.from_url("s3://bucket")  # expect-error
    location.model_dump(exclude_nonee=True)  # expect-error
    location.model_dump(include=5)  # expect-error
    location.model_dump("json")  # expect-error
    location.model_dump_json(indent="2")  # expect-error
    location.model_copy({"path": "p"})  # expect-error
    location.model_fields_set = {"path"}  # expect-error
    S3Location.model_validate_json({})  # expect-error
    S3Location.model_validate({}, stric=True)  # expect-error
    LocationInner(1.5)  # expect-error
    model_to_dict({})  # expect-error
