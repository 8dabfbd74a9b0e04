"""The error tree: which class stands for what, what an error tells, what it keeps from whoever prints it."""

import pickle
import traceback
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from urllib3 import HTTPHeaderDict

import openapi_client
from openapi_client import exceptions
from openapi_client.exceptions import (
    ApiAttributeError,
    ApiConnectionException,
    ApiException,
    ApiKeyError,
    ApiMissingPropertyError,
    ApiTimeoutException,
    ApiTypeError,
    ApiValueError,
    AuthenticationException,
    BadRequestException,
    ClientRefusedException,
    ConflictException,
    CredentialsException,
    DeviceLoginException,
    ForbiddenException,
    LoginRequiredException,
    NotFoundException,
    OpenApiException,
    ServiceException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from openapi_client.models import HTTPValidationError, ValidationError


class Answer:
    """An answer, as far as an error reads it."""

    def __init__(self, status: int | None, reason: str | None, data: Any = b"", **headers: str) -> None:
        self.status = status
        self.reason = reason
        self.data = data
        self._headers = HTTPHeaderDict(headers)

    def getheaders(self) -> Mapping[str, str]:
        return self._headers


def error_for(status: int | None, data: Any = b"", **headers: str) -> ApiException:
    """The error for an answer of this status."""
    return ApiException.of_response(http_resp=Answer(status, "Reason", data, **headers))


def with_code(error: AuthenticationException, code: str) -> AuthenticationException:
    """The error with the code that the login server gave."""
    error.error = code
    return error


TREE: dict[type[Exception], tuple[type[Exception], ...]] = {
    OpenApiException: (Exception,),
    ApiTypeError: (OpenApiException, TypeError, ValueError),
    ApiValueError: (OpenApiException, ValueError),
    ApiMissingPropertyError: (ApiTypeError, ApiValueError),
    ApiAttributeError: (OpenApiException, AttributeError),
    ApiKeyError: (OpenApiException, KeyError),
    ApiException: (OpenApiException,),
    BadRequestException: (ApiException,),
    UnauthorizedException: (ApiException,),
    ForbiddenException: (ApiException,),
    NotFoundException: (ApiException,),
    ConflictException: (ApiException,),
    UnprocessableEntityException: (ApiException,),
    ServiceException: (ApiException,),
    AuthenticationException: (ApiException,),
    LoginRequiredException: (AuthenticationException,),
    ClientRefusedException: (AuthenticationException,),
    DeviceLoginException: (AuthenticationException,),
    CredentialsException: (ApiException,),
    ApiConnectionException: (ApiException, ConnectionError),
    ApiTimeoutException: (ApiConnectionException, TimeoutError),
}
PUBLIC = [kind for name, kind in vars(exceptions).items() if isinstance(kind, type) and issubclass(kind, Exception)
          and not name.startswith("_")]  # fmt: skip


def test_tree_is_whole() -> None:
    """Every error of the module is in it, and at the top of the package."""
    assert set(TREE) == set(PUBLIC)
    assert [getattr(openapi_client, kind.__name__) for kind in PUBLIC] == PUBLIC


@pytest.mark.parametrize(("kind", "bases"), TREE.items(), ids=lambda v: getattr(v, "__name__", ""))
def test_error_is_also_python_s_own(kind: type[Exception], bases: tuple[type[Exception], ...]) -> None:
    """A program that catches Python's own error, such as a TypeError, catches ours, such as an ApiTypeError."""
    assert [base for base in bases if not issubclass(kind, base)] == []
    assert issubclass(kind, OpenApiException)


def test_wrong_type_is_not_an_error_about_a_value() -> None:
    """`except ApiValueError` does not catch a wrong type, which `except ValueError` does."""
    assert not issubclass(ApiTypeError, ApiValueError)


def test_docstring_draws_the_tree() -> None:
    """Every error by its name."""
    assert [kind.__name__ for kind in PUBLIC if kind.__name__ not in str(exceptions.__doc__)] == []


@pytest.mark.parametrize("kind", [ApiTypeError, ApiValueError, ApiMissingPropertyError, ApiAttributeError, ApiKeyError])
def test_error_about_an_item_names_its_path(kind: Any) -> None:
    """As Python would write it; without one, the message stands alone, also in a KeyError, which would quote it."""
    error = kind("Wrong", ("a", 0, "b'c"))
    assert str(error) == "Wrong at ['a'][0][\"b'c\"]"
    assert error.path_to_item == ["a", 0, "b'c"]
    assert (str(kind("Wrong")), kind("Wrong").path_to_item) == ("Wrong", None)
    assert (str(kind("Wrong", [])), kind("Wrong", []).path_to_item) == ("Wrong", [])


def test_type_error_says_what_would_be_right() -> None:
    """Positional order is the generator's: message, path, types, whether it is about a key."""
    error = ApiTypeError("Wrong", ["a"], (str, int), True)
    assert (error.valid_classes, error.key_type) == ((str, int), True)
    assert (ApiTypeError("Wrong").valid_classes, ApiTypeError("Wrong").key_type) == (None, None)


STATUSES: dict[int | None, type[ApiException]] = {
    400: BadRequestException,
    401: UnauthorizedException,
    403: ForbiddenException,
    404: NotFoundException,
    409: ConflictException,
    422: UnprocessableEntityException,
    500: ServiceException,
    503: ServiceException,
    599: ServiceException,
    302: ApiException,
    418: ApiException,
    499: ApiException,
    600: ApiException,
    None: ApiException,
}


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_status_has_its_class(status: int | None, kind: type[ApiException]) -> None:
    """And otherwise the common one."""
    assert type(error_for(status)) is kind


def test_class_that_is_asked_for_is_given() -> None:
    """From a subclass of its own, no other class comes."""

    class Own(ApiException):
        pass

    assert type(Own.of_response(http_resp=Answer(404, "Not Found"))) is Own
    assert type(NotFoundException.of_response(http_resp=Answer(404, "Not Found"))) is NotFoundException


def test_error_reads_the_answer() -> None:
    """Status, reason, body and headers, these whatever their case."""
    error = ApiException(http_resp=Answer(404, "Not Found", b"body", Etag="x"))
    assert (error.status, error.reason, error.body, error.data) == (404, "Not Found", b"body", None)
    assert error.headers is not None
    assert error.headers["ETAG"] == "x"
    assert error.args == (404, "Not Found")


def test_what_is_given_goes_before_the_answer() -> None:
    """Beside the answer, for a decoded body."""
    answer = Answer(404, "Not Found", b"body")
    error = ApiException(status=500, reason="Mine", http_resp=answer, body="text", data={"a": 1})
    assert (error.status, error.reason, error.body, error.data) == (500, "Mine", "text", {"a": 1})


ONE = {"X-One": "1"}
FAKES: dict[str, tuple[Any, Any, Mapping[str, str]]] = {
    "headers": (SimpleNamespace(status=404, reason="No", data=b"body", headers=ONE), b"body", ONE),
    "getheaders": (SimpleNamespace(status=404, reason="No", data="body", getheaders=lambda: ONE), "body", ONE),
    "neither": (SimpleNamespace(status=404, reason="No", data=None), None, {}),
    "mock": (Mock(status=404, reason="No", data=b"body", headers=ONE), b"body", ONE),
    "mock with getheaders": (Mock(status=404, reason="No", data=b"", getheaders=lambda: ONE), b"", ONE),
    "no body": (SimpleNamespace(status=404, reason="No"), None, {}),
}


@pytest.mark.parametrize(("answer", "body", "headers"), FAKES.values(), ids=FAKES)
def test_error_reads_what_stands_for_an_answer(answer: Any, body: Any, headers: Mapping[str, str]) -> None:
    """A test may hand in an object with a status and little else; its class is chosen and its text is written."""
    for error in (ApiException(http_resp=answer), ApiException.of_response(http_resp=answer)):
        assert (error.status, error.reason, error.body, error.headers) == (404, "No", body, headers)
        assert str(error).startswith("Status Code: 404\nReason: No\n")
        assert ("HTTP response body: body" in str(error)) == bool(body)
    assert type(ApiException.of_response(http_resp=answer)) is NotFoundException


def test_error_of_an_answer_without_a_status() -> None:
    """Nothing is known of it, and nothing fails."""
    answer: Any = object()
    error = ApiException.of_response(http_resp=answer)
    assert (type(error), error.status, error.reason, error.body, error.headers) == (ApiException, None, None, None, {})


def test_text_begins_as_that_of_the_generator() -> None:
    """Programs look for `Status Code: 404` in it, and split it by lines."""
    assert str(error_for(404, b"body", Etag="x")) == (
        "Status Code: 404\nReason: Reason\nHTTP response headers: {'Etag': 'x'}\nHTTP response body: body\n"
    )


def test_error_without_an_answer() -> None:
    """It has no body and no headers, and says what it knows."""
    error = ApiConnectionException(status=0, reason="refused")
    assert (error.body, error.headers, error.data) == (None, None, None)
    assert str(error) == "Status Code: 0\nReason: refused\n"
    assert str(ApiException()) == "Status Code: None\nReason: None\n"


def test_text_of_an_error_is_status_reason_refusals_headers_body() -> None:
    """In this order, a line each."""
    error = error_for(422, '{"detail": []}', Server="x")
    error.data = HTTPValidationError(
        detail=[
            ValidationError(["body", "s3_location", 0], "field required", "missing"),
            ValidationError([], "no", "no"),
        ]
    )
    assert str(error).splitlines() == [
        "Status Code: 422",
        "Reason: Reason",
        "  body.s3_location.0: field required",
        "  : no",
        "HTTP response headers: {'Server': 'x'}",
        'HTTP response body: {"detail": []}',
    ]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ({"detail": [{"loc": ["body"], "msg": "wrong"}]}, ["  body: wrong"]),
        ({"detail": [{"loc": ["body"]}, {"loc": "body", "msg": "x"}, {"msg": "x"}, "x", None]}, ["  body: None"]),
        ({"detail": "Not found"}, []),
        ({"detail": None}, []),
        (HTTPValidationError(), []),
        (["x"], []),
        ("x", []),
    ],
    ids=["plain", "odd_entries", "text", "null", "model_without_detail", "list", "word"],
)
def test_refusals_are_told_where_the_body_has_them(data: Any, lines: list[str]) -> None:
    """And a body of another shape is no error on top."""
    error = ApiException(422, "Reason", data=data)
    assert str(error).splitlines()[2:] == lines


def test_text_is_masked() -> None:
    """In the reason, the refusals, the headers and the body."""
    error = error_for(
        401,
        b'{"access_token": "hidden", "detail": "token expired"}',
        Authorization="Bearer hidden",
        Location="https://x/?token=hidden",
        **{"Set-Cookie": "session=hidden", "WWW-Authenticate": 'Bearer realm="registry"', "X-Api-Key": "hidden"},
    )
    error.reason = "sent Bearer hidden"
    error.data = {"detail": [{"loc": ["header"], "msg": "no such token=hidden"}]}
    text = str(error)
    assert "hidden" not in text
    assert '"detail": "token expired"' in text
    assert 'Bearer realm="registry"' in text
    assert error.body == b'{"access_token": "hidden", "detail": "token expired"}'


@pytest.mark.parametrize("body", [b"x" * 10**6, bytearray(b"x" * 10**6), "x" * 10**6], ids=["bytes", "array", "text"])
def test_text_is_bounded(body: Any) -> None:
    """However long the reason, the refusals, the headers and the body are."""
    error = error_for(422, body, **{f"x-{i}": "y" * 1000 for i in range(100)})
    error.reason = "r" * 10**5
    error.data = {"detail": [{"loc": ["body", i], "msg": "m" * 1000} for i in range(1000)]}
    assert len(str(error)) < 9000
    assert "(1000000 characters in all)" in str(error)


def test_body_that_is_no_utf_8_is_shown_as_far_as_it_goes() -> None:
    """An error about an error would hide the first."""
    assert "HTTP response body: a\ufffdb" in str(error_for(500, b"a\xffb"))


ERRORS: dict[str, OpenApiException] = {
    "type": ApiTypeError("Wrong", ["a", 0], (str, [int]), False),
    "value": ApiValueError("Wrong", ["a"]),
    "missing": ApiMissingPropertyError("Wrong", ["a"], (str,), None),
    "attribute": ApiAttributeError("Wrong", ["a"]),
    "key": ApiKeyError("Wrong", ["a"]),
    "root": OpenApiException("Wrong"),
    "timeout": ApiTimeoutException(status=0, reason="late"),
    "authentication": with_code(LoginRequiredException(400, "log in again"), "invalid_grant"),
    "answer": error_for(422, "body", Server="x"),
    "with_data": ApiException.of_response(
        http_resp=Answer(422, "Reason"),
        body="text",
        data=HTTPValidationError(detail=[ValidationError(["body"], "m", "t")]),
    ),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_error_pickles_with_its_attributes(error: OpenApiException) -> None:
    """As it crosses from one process to another."""
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(twin) is type(error)
    assert vars(twin) == vars(error)
    assert (str(twin), twin.args) == (str(error), error.args)


def test_uncaught_error_shows_its_text() -> None:
    """The last line of a traceback is where most people read it."""
    shown = "".join(traceback.format_exception_only(error_for(404, "there is none")))
    assert shown.startswith("openapi_client.exceptions.NotFoundException: Status Code: 404\nReason: Reason\n")
    assert "there is none" in shown


def test_error_of_a_login_is_none_of_the_registry() -> None:
    """Whoever catches a 401 of the registry does not catch the login server's; without a code there is None."""
    assert not issubclass(LoginRequiredException, (UnauthorizedException, BadRequestException))
    assert AuthenticationException(0, "no token").error is None
