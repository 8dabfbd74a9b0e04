"""What an answer says: its values, and the reasons in an error's body."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import (
    ApiClient,
    ApiTypeError,
    ApiValueError,
    Configuration,
    CredentialsException,
    CredentialsRequest,
    RegistryCredentialsApi,
    S3Location,
)
from openapi_client._answers import add_data, decode
from openapi_client.exceptions import ApiException, ApiMissingPropertyError, UnprocessableEntityException
from openapi_client.models import CredentialResponse, HTTPValidationError, Status, ValidationError

READ_PATH = "/registry/credentials/generate-read-access-credentials"
DETAIL = {"detail": [{"loc": ["body", "s3_location", 0], "msg": "field required", "type": "missing"}]}


@pytest.mark.parametrize("data", ["text", b"bytes"])
@pytest.mark.parametrize("as_json", [True, False])
def test_answer_becomes_what_is_wanted(data: str | bytes, as_json: bool) -> None:
    """A text that is no JSON stands for itself where text is wanted, and is a plain `str`."""
    text = data if isinstance(data, str) else data.decode()
    value = decode(json.dumps(text) if as_json else data, (str,), check=True)
    assert value == text
    assert type(value) is str


def test_answer_becomes_a_model(answer: dict[str, Any]) -> None:
    """Whose texts are times where these are wanted."""
    for data in (json.dumps(answer), json.dumps(answer).encode()):
        model = decode(data, (CredentialResponse,), check=True)
        assert type(model) is CredentialResponse
        assert model.credentials.expiry == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert model.console_session_url is None


def test_answer_becomes_lists_and_dictionaries() -> None:
    """In the generator's notation."""
    data = '[{"success": true, "details": "x"}]'
    assert decode(data, ([Status],), check=True) == [Status(True, "x")]
    assert decode('{"a": 1}', ({str: (int,)},), check=True) == {"a": 1}
    assert decode("null", (Status, type(None)), check=True) is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("[]", ApiTypeError),
        ("{}", ApiMissingPropertyError),
        ('{"success": 1, "details": "x"}', ApiTypeError),
        ("no JSON", ApiValueError),
        ("", ApiValueError),
        (b"\xff", ApiValueError),
    ],
)
def test_answer_that_is_something_else_is_our_error(data: str | bytes, kind: type[Exception]) -> None:
    """Its path begins with the answer."""
    with pytest.raises(kind) as caught:
        decode(data, (Status,), check=True)
    path = getattr(caught.value, "path_to_item", None)
    assert path is None or path[0] == "received_data"


def test_wrong_values_are_taken_without_checks() -> None:
    """As they are, in a model whose checks stay off."""
    model = decode('{"success": 1}', (Status,), check=False)
    assert (type(model), model.to_dict()) == (Status, {"success": 1})
    model.details = 5
    assert decode("[]", (Status,), check=False) == []


@pytest.mark.parametrize(
    "body", [json.dumps(DETAIL), json.dumps({**DETAIL, "more": 1})], ids=["as_declared", "and_more"]
)
def test_refusal_becomes_a_model(body: str) -> None:
    """Its `loc` holds texts and whole numbers."""
    error = ApiException(422, body=body)
    add_data(error, {422: HTTPValidationError})
    assert type(error.data) is HTTPValidationError
    assert error.data.detail == [ValidationError(["body", "s3_location", 0], "field required", "missing")]
    assert "  body.s3_location.0: field required" in str(error)


@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_body_of_bytes_becomes_text(kind: type[bytes] | type[bytearray]) -> None:
    """An error that a test raises may hold bytes, as one of the wire never does."""
    error = UnprocessableEntityException(422, body=kind(json.dumps(DETAIL).encode()))
    add_data(error, {422: HTTPValidationError})
    assert type(error) is UnprocessableEntityException
    assert error.body == json.dumps(DETAIL)
    assert type(error.data) is HTTPValidationError


@pytest.mark.parametrize(("body", "text"), [(b"a\xffb", "a\ufffdb"), (b"", "")], ids=["not UTF-8", "empty"])
def test_body_of_bytes_that_is_not_json_becomes_text(body: bytes, text: str) -> None:
    """What is not UTF-8 is replaced, since an error about an error would hide the first."""
    error = ApiException(500, body=body)
    add_data(error, {})
    assert (error.body, error.data) == (text, None)


def test_data_of_an_error_without_a_body_stays() -> None:
    """An error may have its data from whoever raised it."""
    error = ApiException(422, data={"detail": "no"})
    add_data(error, {422: HTTPValidationError})
    assert (error.body, error.data) == (None, {"detail": "no"})


@pytest.mark.parametrize(
    ("status", "body", "data"),
    [
        (422, '{"detail": "no"}', {"detail": "no"}),
        (422, '{"detail": [{"loc": [true]}]}', {"detail": [{"loc": [True]}]}),
        (422, "[1]", [1]),
        (422, "not JSON", None),
        (500, '{"detail": "no"}', {"detail": "no"}),
        (500, "", None),
        (502, "<html>", None),
        (500, None, None),
        (None, "{}", {}),
        (500, "[" * 100_000, None),
    ],
    ids=["text", "bool_in_loc", "list", "no_json", "500", "empty", "html", "no_body", "no_status", "deep"],
)
def test_other_body_is_left_as_it_is(status: int | None, body: str | None, data: Any) -> None:
    """Parsed where it is JSON: never an error on top of the error."""
    error = ApiException(status, body=body)
    add_data(error, {422: HTTPValidationError})
    assert error.data == data
    assert type(error.data) is type(data)
    assert error.body == body


def test_answer_that_is_neither_text_nor_bytes_is_a_type_error() -> None:
    """As that of an object whose `data` was never filled."""
    nothing: Any = None
    with pytest.raises(ApiTypeError, match="Expected text or bytes, not NoneType"):
        decode(nothing, (dict,), check=True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_before_an_answer_is_read(
    httpserver: HTTPServer, answer: dict[str, Any], encoding: str
) -> None:
    """A registry's answer, its refusal, and a page in its place."""
    body = json.dumps(answer).encode(encoding)
    assert decode(body, (CredentialResponse,), check=True) == CredentialResponse.from_json(json.dumps(answer))
    assert CredentialResponse.from_json(body) == CredentialResponse.from_json(json.dumps(answer))
    api = RegistryCredentialsApi(ApiClient(Configuration(host=httpserver.url_for(""), access_token="t", retries=False)))
    request = CredentialsRequest(S3Location("b", "p", "s3://b/p"), False)
    httpserver.expect_oneshot_request(READ_PATH).respond_with_data(body, content_type="application/json")
    assert api.generate_read_access_credentials(request).status.success
    refusal = json.dumps(DETAIL).encode(encoding)
    httpserver.expect_oneshot_request(READ_PATH).respond_with_data(refusal, 422, content_type="application/json")
    with pytest.raises(UnprocessableEntityException) as caught:
        api.generate_read_access_credentials(request)
    assert isinstance(caught.value.data, HTTPValidationError)
    with pytest.raises(ApiValueError, match="a login or proxy page"):
        decode("<html>".encode(encoding), (CredentialResponse,), check=True)


def test_number_too_large_for_a_float_is_refused_where_it_is_read(answer: dict[str, Any]) -> None:
    """A model that held infinity would be an error only once it is written."""
    text = json.dumps({**answer, "more": 5}).replace('"more": 5', '"more": 1e400')
    for read in (CredentialResponse.from_json, lambda text: decode(text, (CredentialResponse,), check=True)):
        with pytest.raises(ApiValueError, match="a number is too large for a float"):
            read(text)


def test_page_in_place_of_an_answer_is_named_and_not_quoted() -> None:
    """A login or proxy page is said to be one; nothing of it is in the error, its cause or its context."""
    with pytest.raises(ApiValueError, match="a login or proxy page") as caught:
        decode("\n<html>hidden</html>", (CredentialResponse,), check=True)
    assert isinstance(caught.value.__cause__, json.JSONDecodeError)
    assert "hidden" not in f"{caught.value!r}{caught.value.__cause__!r}{vars(caught.value.__cause__)}"
    assert caught.value.__context__ is None


FAILED = {"success": False, "details": "Dataset is not known."}
WITHOUT_KEYS: dict[str, dict[str, Any]] = {
    "null": {"status": FAILED, "credentials": None, "console_session_url": None},
    "absent": {"status": FAILED},
    "empty": {"status": FAILED, "credentials": {}},
    "another kind": {"status": FAILED, "credentials": "none"},
    "an expiry that is none": {"status": FAILED, "credentials": {"expiry": ""}},
    "more": {"status": {**FAILED, "code": 5}, "credentials": None},
}


FORMS: dict[str, Callable[[RegistryCredentialsApi, CredentialsRequest], object]] = {
    "data": lambda api, body: api.generate_read_access_credentials(body),
    "info": lambda api, body: api.generate_read_access_credentials_with_http_info(body),
    "async": lambda api, body: api.generate_read_access_credentials(body, async_req=True).get(30),
}


@pytest.mark.parametrize("body", WITHOUT_KEYS.values(), ids=WITHOUT_KEYS)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_stated_failure_goes_before_the_shape(
    api: RegistryCredentialsApi,
    httpserver: HTTPServer,
    credentials_request: CredentialsRequest,
    body: dict[str, Any],
    form: Callable[[RegistryCredentialsApi, CredentialsRequest], object],
) -> None:
    """An answer without keys has another shape, which is the cause of the error and hides no reason."""
    httpserver.expect_request(READ_PATH).respond_with_json(body)
    with pytest.raises(CredentialsException) as caught:
        form(api, credentials_request)
    assert str(caught.value) == "Status Code: 200\nReason: The registry gave no credentials: Dataset is not known.\n"
    assert isinstance(caught.value.__cause__, (ApiTypeError, ApiValueError))
    assert caught.value.__cause__.path_to_item
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        (None, "it states no reason"),
        ("", "it states no reason"),
        (" ", "it states no reason"),
        (5, "5"),
        (["Not yours", "Ask Ada"], '["Not yours", "Ask Ada"]'),
        ({"why": "Not yours"}, '{"why": "Not yours"}'),
    ],
    ids=repr,
)
def test_reason_of_any_shape_is_told(details: object, reason: str) -> None:
    """A reason of the wrong type, and a failure without a reason."""
    data = json.dumps({"status": {"success": False, "details": details}, "credentials": None})
    with pytest.raises(CredentialsException) as caught:
        decode(data, (CredentialResponse,), check=True)
    assert caught.value.reason == f"The registry gave no credentials: {reason}"


def test_failure_of_the_documented_shape_is_an_answer(answer: dict[str, Any]) -> None:
    """As documented; whoever uses its keys looks at the status."""
    model = decode(json.dumps({**answer, "status": FAILED}), (CredentialResponse,), check=True)
    assert (model.status.success, model.status.details) == (False, "Dataset is not known.")


@pytest.mark.parametrize(
    "status", [{"success": True, "details": "x"}, {"success": 0}, {"success": "false"}, {}, None, "no", False], ids=repr
)
def test_other_answer_without_keys_is_an_error_of_its_shape(status: object) -> None:
    """It does not state that there is no success."""
    with pytest.raises((ApiTypeError, ApiValueError)):
        decode(json.dumps({"status": status, "credentials": None}), (CredentialResponse,), check=True)


def test_failure_is_taken_as_it_is_without_checks() -> None:
    """Values of another type are no errors then."""
    data = json.dumps(WITHOUT_KEYS["null"])
    assert decode(data, (CredentialResponse,), check=False)["credentials"] is None


def test_error_body_that_states_a_failure_stays_the_error_that_it_is() -> None:
    """Though it is not of the shape that its status has."""
    error = ApiException(422, body=json.dumps({"status": FAILED, "detail": "no"}))
    add_data(error, {422: HTTPValidationError})
    assert error.data == {"status": FAILED, "detail": "no"}
