"""The keyword options of the two operations, each under each name of a method."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import (
    ApiTypeError,
    ApiValueError,
    Configuration,
    CredentialsRequest,
    RegistryCredentialsApi,
)

AUTH = {"type": "api_key", "in": "header", "key": "X-Key", "value": "v"}


@pytest.mark.parametrize("timeout", [5, 5.0, (5, 5), [5, 5.0], (None, 5), (5, None), None], ids=repr)
def test_request_timeout_is_taken(method: Callable[..., Any], timeout: Any, credentials_request: Any) -> None:
    """`_request_timeout` is a number of seconds, a pair of them, or None."""
    assert method(credentials_request, _request_timeout=timeout).status.success


@pytest.mark.parametrize(
    ("option", "error"),
    [
        ({"_request_timeout": "5"}, ApiValueError),
        ({"_request_timeout": True}, ApiValueError),
        ({"_request_timeout": ("5", 5)}, ApiValueError),
        ({"_request_timeout": (1, 2, 3)}, ApiValueError),
        ({"_request_timeout": 0}, ApiValueError),
        ({"_host_index": 1}, ApiValueError),
        ({"_host_index": -1}, ApiValueError),
        ({"_host_index": "0"}, ApiTypeError),
        ({"_host_index": True}, ApiTypeError),
        ({"_check_input_type": None}, ApiTypeError),
        ({"_check_return_type": "yes"}, ApiTypeError),
        ({"_spec_property_naming": 1}, ApiTypeError),
        ({"_preload_content": 0}, ApiTypeError),
        ({"_return_http_data_only": 1}, ApiTypeError),
        ({"async_req": 1}, ApiTypeError),
        ({"_content_type": 1}, ApiTypeError),
        ({"_content_type": "text/plain"}, ApiValueError),
        ({"_headers": [("X", "y")]}, ApiTypeError),
        ({"_headers": {"X": None}}, ApiTypeError),
        ({"_headers": {"X": "a\nb"}}, ApiValueError),
        ({"_headers": {"a b": "v"}}, ApiValueError),
        ({"_request_auths": AUTH}, ApiTypeError),
        ({"_request_auths": ["Bearer"]}, ApiTypeError),
        ({"_request_auths": [AUTH | {"value": 1}]}, ApiTypeError),
        ({"_request_auths": [AUTH | {"in": "body"}]}, ApiValueError),
        ({"_request_auth": [AUTH]}, ApiTypeError),
        ({"_request_auth": {"in": "header", "key": "X-Key"}}, ApiValueError),
        ({"nope": 1}, ApiTypeError),
        ({"_request_timeuot": 1}, ApiTypeError),
    ],
    ids=repr,
)
def test_wrong_option_is_refused(
    method: Callable[..., Any], registry: HTTPServer, credentials_request: Any, option: Any, error: type[Exception]
) -> None:
    """An option that there is not, or of the wrong type or value, is one of our errors and nothing is sent."""
    with pytest.raises(error):
        method(credentials_request, **option)
    assert not registry.log


def test_wrong_option_is_named(method: Callable[..., Any], credentials_request: CredentialsRequest) -> None:
    """The error names the option, its type and the types that would have been right."""
    with pytest.raises(ApiTypeError, match=r"^Expected int or None, not str, at \['_host_index'\]$") as caught:
        method(credentials_request, _host_index="0")
    assert (caught.value.path_to_item, caught.value.valid_classes) == (["_host_index"], (int, type(None)))
    with pytest.raises(ApiTypeError, match="has no argument 'nope'"):
        method(credentials_request, nope=1)


@pytest.mark.parametrize("index", [None, 0])
def test_host_index_is_the_configured_host(method: Callable[..., Any], credentials_request: Any, index: Any) -> None:
    """No index and 0 both mean the configured host."""
    assert method(credentials_request, _host_index=index).status.success


def test_unchecked_input_is_sent_as_it_is(method: Callable[..., Any], registry: HTTPServer) -> None:
    """`_check_input_type=False` sends whatever JSON has a form for."""
    method({"anything": [1, None, datetime(2030, 1, 2, tzinfo=UTC)]}, _check_input_type=False)
    assert registry.log[0][0].get_data() == b'{"anything": [1, null, "2030-01-02T00:00:00+00:00"]}'


def test_unchecked_answer_is_taken_as_it_is(
    api: RegistryCredentialsApi, httpserver: HTTPServer, name: str, answer: dict[str, Any], path: str
) -> None:
    """`_check_return_type=False` takes values of the wrong type; otherwise they are an ApiTypeError that says where."""
    answer["status"]["success"] = "yes"
    httpserver.expect_request(path).respond_with_json(answer)
    taken = getattr(api, name)({}, _check_input_type=False, _check_return_type=False)
    assert taken.status.success == "yes"
    with pytest.raises(ApiTypeError, match=r"\['received_data'\]\['status'\]\['success'\]"):
        getattr(api, name)({}, _check_input_type=False)


def test_spec_property_naming_is_taken(
    method: Callable[..., Any], registry: HTTPServer, credentials_request: Any, sent: bytes
) -> None:
    """`_spec_property_naming` changes nothing in a body without times."""
    method(credentials_request.to_dict(), _spec_property_naming=True)
    assert registry.log[0][0].get_data() == sent


def test_content_type(method: Callable[..., Any], registry: HTTPServer, credentials_request: Any, sent: bytes) -> None:
    """`_content_type` is the body's type; any kind of JSON is written."""
    method(credentials_request, _content_type="application/vnd.registry+json")
    assert registry.log[0][0].headers["Content-Type"] == "application/vnd.registry+json"
    assert registry.log[0][0].get_data() == sent


def test_headers_of_one_call(
    method: Callable[..., Any], registry: HTTPServer, api: RegistryCredentialsApi, credentials_request: Any
) -> None:
    """`_headers` come before the client's own of the same name, whatever the case, and last for one call."""
    api.api_client.set_default_header("X-Own", "default")
    given = {"x-own": "call", "X-More": "more"}
    method(credentials_request, _headers=given)
    method(credentials_request)
    first, second = (request.headers for request, _ in registry.log)
    assert (first.getlist("X-Own"), first["X-More"]) == (["call"], "more")
    assert (second.getlist("X-Own"), second.get("X-More")) == (["default"], None)
    assert given == {"x-own": "call", "X-More": "more"}


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        (AUTH, lambda request: request.headers["X-Key"]),
        (AUTH | {"in": "query", "key": "k"}, lambda request: request.args["k"]),
        (AUTH | {"in": "cookie", "key": "k"}, lambda request: request.cookies["k"]),
    ],
    ids=["header", "query", "cookie"],
)
@pytest.mark.parametrize("option", ["_request_auth", "_request_auths"])
def test_request_auth_replaces_the_configured_one(
    method: Callable[..., Any],
    registry: HTTPServer,
    credentials_request: Any,
    option: str,
    setting: dict[str, str],
    place: Callable[[Any], str],
) -> None:
    """A setting for this call is used, and the configured token is not sent."""
    method(credentials_request, **{option: setting if option == "_request_auth" else [setting]})
    request = registry.log[0][0]
    assert place(request) == "v"
    assert "Authorization" not in request.headers


def test_several_request_auths(method: Callable[..., Any], registry: HTTPServer, credentials_request: Any) -> None:
    """Several settings are all used."""
    bearer = Configuration(access_token="other").auth_settings()["OAuth2PasswordBearer"]
    method(credentials_request, _request_auths=[AUTH, bearer])
    headers = registry.log[0][0].headers
    assert (headers["X-Key"], headers["Authorization"]) == ("v", "Bearer other")


@pytest.mark.parametrize("none", [{"_request_auths": None}, {"_request_auths": []}, {"_request_auth": None}], ids=repr)
def test_no_request_auth_is_the_configured_one(
    method: Callable[..., Any], registry: HTTPServer, credentials_request: Any, none: Mapping[str, Any]
) -> None:
    """None, and no setting, leave the configured token."""
    method(credentials_request, **none)
    assert registry.log[0][0].headers["Authorization"] == "Bearer token-that-nobody-may-see"
