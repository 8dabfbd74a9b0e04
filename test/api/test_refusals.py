"""What the registry refuses becomes an error with the reasons that it gave."""

import json

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import (
    ApiException,
    HTTPValidationError,
    NotFoundException,
    RegistryCredentialsApi,
    UnauthorizedException,
    UnprocessableEntityException,
)


def test_error_status_of_an_unread_answer(
    api: RegistryCredentialsApi, httpserver: HTTPServer, name: str, path: str
) -> None:
    """With `_preload_content=False` an error status still raises; `_without_preload_content` gives it."""
    httpserver.expect_request(path).respond_with_json({"detail": "no"}, status=401)
    with pytest.raises(UnauthorizedException) as caught:
        getattr(api, name)({}, _check_input_type=False, _preload_content=False)
    assert caught.value.data == {"detail": "no"}
    response = getattr(api, f"{name}_without_preload_content")({}, _check_input_type=False)
    assert (response.status, json.loads(response.read())) == (401, {"detail": "no"})
    response.release_conn()


def test_async_error_comes_from_get(api: RegistryCredentialsApi, httpserver: HTTPServer, name: str, path: str) -> None:
    """An error of a call on a thread is raised by `get`."""
    httpserver.expect_request(path).respond_with_json({}, status=404)
    handle = getattr(api, name)({}, _check_input_type=False, async_req=True)
    handle.wait(30)
    assert not handle.successful()
    with pytest.raises(NotFoundException):
        handle.get()


REAL_422 = {"detail": [{"loc": ["body", "s3_location", 0], "msg": "Field required", "type": "missing"}]}


@pytest.mark.parametrize(
    ("status", "body", "data"),
    [
        (422, json.dumps(REAL_422), HTTPValidationError.from_dict(REAL_422)),
        (422, '{"detail": "text"}', {"detail": "text"}),
        (422, "[1]", [1]),
        (422, "{}", HTTPValidationError.from_dict({})),
        (400, '{"detail": "text"}', {"detail": "text"}),
        (500, json.dumps(REAL_422), REAL_422),
        (500, "Internal Server Error", None),
        (502, "", None),
        (418, "NaN", None),
        (400, "[" * 100_000, None),
    ],
    ids=["422", "422 of another shape", "422 list", "422 empty", "400", "500", "text", "nothing", "NaN", "deep"],
)
def test_error_data(
    api: RegistryCredentialsApi, httpserver: HTTPServer, name: str, status: int, body: str, data: object, path: str
) -> None:
    """`data` is the parsed body: of a 422 the model, of another shape the plain JSON, of no JSON None."""
    httpserver.expect_request(path).respond_with_data(body, status=status, content_type="application/json")
    with pytest.raises(ApiException) as caught:
        getattr(api, name)({}, _check_input_type=False)
    assert caught.value.status == status
    assert caught.value.data == data
    assert type(caught.value.data) is type(data)
    assert caught.value.body == body


def test_422_says_what_was_refused(api: RegistryCredentialsApi, httpserver: HTTPServer, name: str, path: str) -> None:
    """The printed error of a 422 names each part of the request and the reason."""
    httpserver.expect_request(path).respond_with_json(REAL_422, status=422)
    with pytest.raises(UnprocessableEntityException) as caught:
        getattr(api, name)({}, _check_input_type=False)
    lines = str(caught.value).splitlines()
    assert lines[:3] == ["Status Code: 422", "Reason: UNPROCESSABLE ENTITY", "  body.s3_location.0: Field required"]
