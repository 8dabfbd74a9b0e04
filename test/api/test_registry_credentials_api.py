"""The two operations, under each of their names: what arrives on the wire, and what is given in which form."""

import copy
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import urllib3
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import (
    ApiClient,
    ApiResponse,
    ApiTypeError,
    Configuration,
    CredentialResponse,
    CredentialsRequest,
    RegistryCredentialsApi,
)

READ = "generate_read_access_credentials"
WRITE = "generate_write_access_credentials"
LONG_READ = "generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post"
LONG_WRITE = "generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post"


def test_request_as_it_arrives(
    method: Callable[..., Any],
    registry: HTTPServer,
    credentials_request: CredentialsRequest,
    path: str,
    sent: bytes,
) -> None:
    """One POST with the JSON body, byte for byte, the bearer token and the documented headers."""
    method(credentials_request)
    ((request, _),) = registry.log
    assert (request.method, request.path, request.query_string) == ("POST", path, b"")
    assert request.get_data() == sent
    assert request.headers["Authorization"] == "Bearer token-that-nobody-may-see"
    assert request.headers["Content-Type"] == request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"].startswith("openapi-client/")


def test_answer_is_a_model(method: Callable[..., Any], credentials_request: CredentialsRequest) -> None:
    """The answer is the model with its times as times and an unset link as None."""
    response = method(credentials_request)
    assert isinstance(response, CredentialResponse)
    assert response.status.success is True
    assert response.credentials.aws_access_key_id == "key-id-that-nobody-may-see"
    assert response.credentials.expiry == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert response.console_session_url is None


@pytest.mark.parametrize("form", ["position", "keyword", "dict", "dict by keyword"])
def test_body_by_position_keyword_and_as_a_dict(
    method: Callable[..., Any], registry: HTTPServer, credentials_request: CredentialsRequest, form: str, sent: bytes
) -> None:
    """The body is given by position or keyword, as a model or a dict of the same shape, which is left as it was."""
    body = credentials_request.to_dict() if "dict" in form else credentials_request
    before = copy.deepcopy(body)
    method(credentials_request=body) if "keyword" in form else method(body)
    assert registry.log[0][0].get_data() == sent
    assert body == before


def test_missing_body_is_a_type_error(method: Callable[..., Any]) -> None:
    """A call without a body, or with two, is refused as Python refuses it."""
    with pytest.raises(TypeError, match="credentials_request"):
        method()
    with pytest.raises(TypeError):
        method({}, credentials_request={})


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (None, ["credentials_request"]),
        ("text", ["credentials_request"]),
        ({"console_session_required": True}, ["credentials_request", "s3_location"]),
        ({"s3_location": {}, "console_session_required": True}, ["credentials_request", "s3_location", "bucket_name"]),
        (
            {"s3_location": {"bucket_name": 1, "path": "", "s3_uri": ""}, "console_session_required": True},
            ["credentials_request", "s3_location", "bucket_name"],
        ),
    ],
)
def test_wrong_body_is_refused_before_it_is_sent(
    method: Callable[..., Any], registry: HTTPServer, body: Any, path: list[str]
) -> None:
    """A body of another type or shape is an ApiTypeError that says where; nothing is sent, on a thread either."""
    for options in ({}, {"async_req": True}):
        with pytest.raises(ApiTypeError) as caught:
            method(body, **options)
        assert caught.value.path_to_item == path
    assert not registry.log


def test_status_and_headers_beside_the_data(
    method: Callable[..., Any], credentials_request: CredentialsRequest, answer: dict[str, Any]
) -> None:
    """`_return_http_data_only=False` gives data, status and headers, which ignore case."""
    data, status, headers = method(credentials_request, _return_http_data_only=False)
    assert data == CredentialResponse.from_dict(answer)
    assert (status, headers["content-TYPE"]) == (200, "application/json")


@pytest.mark.parametrize("options", [{}, {"_return_http_data_only": False}, {"_check_return_type": False}])
def test_unread_answer(method: Callable[..., Any], credentials_request: CredentialsRequest, options: Any) -> None:
    """`_preload_content=False` gives urllib3's answer unread, whatever the other options say."""
    response = method(credentials_request, _preload_content=False, **options)
    assert isinstance(response, urllib3.BaseHTTPResponse)
    assert json.loads(response.read())["status"]["success"] is True
    response.release_conn()


def test_with_http_info(
    api: RegistryCredentialsApi, registry: HTTPServer, name: str, credentials_request: CredentialsRequest, sent: bytes
) -> None:
    """`_with_http_info` gives the data with the status, headers and raw bytes beside it."""
    response = getattr(api, f"{name}_with_http_info")(credentials_request)
    assert isinstance(response, ApiResponse)
    assert isinstance(response.data, CredentialResponse)
    assert response.status_code == 200
    assert response.headers is not None
    assert response.headers["CONTENT-type"] == "application/json"
    assert CredentialResponse.from_json(response.raw_data) == response.data
    assert registry.log[0][0].get_data() == sent


def test_async_req_gives_a_handle(
    method: Callable[..., Any], credentials_request: CredentialsRequest, answer: dict[str, Any]
) -> None:
    """`async_req=True` gives a handle to wait on, which has the answer in the form that was asked for."""
    handle = method(credentials_request, async_req=True, _return_http_data_only=False)
    data, status, _ = handle.get(30)
    handle.wait()
    assert handle.ready()
    assert handle.successful()
    assert (data, status) == (CredentialResponse.from_dict(answer), 200)


def test_async_calls_run_at_once(answer: dict[str, Any]) -> None:
    """As many calls as `pool_threads` are under way at the same time."""
    together = threading.Barrier(3, timeout=30)

    def meet(_: Request) -> Response:
        together.wait()
        return Response(json.dumps(answer), content_type="application/json")

    with HTTPServer(threaded=True) as server, ApiClient(Configuration(server.url_for("")), pool_threads=3) as client:
        server.expect_request("/registry/credentials/generate-read-access-credentials").respond_with_handler(meet)
        call = RegistryCredentialsApi(client).generate_read_access_credentials
        handles = [call({}, _check_input_type=False, async_req=True) for _ in range(3)]
        assert [handle.get(30).status.success for handle in handles] == [True] * 3


def test_short_and_long_names_are_one_method() -> None:
    """The generator's names and the short ones are the same functions."""
    for short, long in ((READ, LONG_READ), (WRITE, LONG_WRITE)):
        for suffix in ("", "_with_http_info", "_without_preload_content", "_endpoint"):
            assert getattr(RegistryCredentialsApi, short + suffix) is getattr(RegistryCredentialsApi, long + suffix)


def test_api_keeps_its_client(configuration: Configuration) -> None:
    """The API object keeps the client it is given, takes the default one, or makes its own."""
    client = ApiClient(configuration)
    assert RegistryCredentialsApi(client).api_client is client
    assert RegistryCredentialsApi(api_client=client).api_client is client
    assert RegistryCredentialsApi().api_client is not RegistryCredentialsApi().api_client
    ApiClient.set_default(client)
    assert RegistryCredentialsApi().api_client is client


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Configuration(), r"not Configuration: give ApiClient\(configuration\)"),
        ("http://localhost", r"not str: give ApiClient\(Configuration\(host=…\)\)"),
    ],
    ids=["configuration", "address"],
)
def test_what_is_no_client_is_an_error_at_once(given: Any, words: str) -> None:
    """The message shows how to make one of it."""
    with pytest.raises(ApiTypeError, match=f"api_client is an ApiClient, {words}"):
        RegistryCredentialsApi(given)
