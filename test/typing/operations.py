"""What type checkers must say of operations. Lines that end in `expect-error` must be errors, all others must not."""

from collections.abc import Mapping
from multiprocessing.pool import ApplyResult
from typing import Any, TypeAlias, assert_type

from urllib3 import BaseHTTPResponse

from openapi_client import (
    ApiClient,
    ApiException,
    ApiResponse,
    Configuration,
    CredentialResponse,
    CredentialsRequest,
    RegistryCredentialsApi,
    S3Location,
)
from openapi_client.endpoint import Endpoint

Whole: TypeAlias = tuple[CredentialResponse, int, Mapping[str, str]]


def answers(api: RegistryCredentialsApi, request: CredentialsRequest, body: dict[str, Any]) -> None:
    assert_type(api.generate_read_access_credentials(request), CredentialResponse)
    assert_type(api.generate_write_access_credentials(credentials_request=request), CredentialResponse)
    assert_type(api.generate_read_access_credentials(body), CredentialResponse)
    assert_type(
        api.generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post(request),
        CredentialResponse,
    )
    assert_type(
        api.generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post(request),
        CredentialResponse,
    )


def forms(api: RegistryCredentialsApi, request: CredentialsRequest) -> None:
    read = api.generate_read_access_credentials
    assert_type(read(request, _return_http_data_only=True), CredentialResponse)
    assert_type(read(request, _return_http_data_only=False), Whole)
    assert_type(read(request, _preload_content=False), BaseHTTPResponse)
    assert_type(read(request, _preload_content=False, _return_http_data_only=False), BaseHTTPResponse)
    assert_type(read(request, async_req=False), CredentialResponse)
    assert_type(read(request, async_req=True), ApplyResult[CredentialResponse])
    assert_type(read(request, async_req=True, _return_http_data_only=False), ApplyResult[Whole])
    assert_type(read(request, async_req=True, _preload_content=False), ApplyResult[BaseHTTPResponse])
    assert_type(read(request, async_req=True).get(5), CredentialResponse)


def later_line(api: RegistryCredentialsApi, request: CredentialsRequest) -> None:
    response = api.generate_read_access_credentials_with_http_info(request, _request_timeout=5)
    assert_type(response, ApiResponse[CredentialResponse])
    assert_type(response.data, CredentialResponse)
    assert_type(response.status_code, int)
    assert_type(response.raw_data, bytes)
    assert_type(api.generate_write_access_credentials_without_preload_content(request), BaseHTTPResponse)


def endpoints(api: RegistryCredentialsApi) -> None:
    assert_type(api.generate_read_access_credentials_endpoint, Endpoint[CredentialsRequest, CredentialResponse])
    assert_type(api.generate_read_access_credentials_endpoint.settings, dict[str, Any])


def variables(api: RegistryCredentialsApi, request: CredentialsRequest, flag: bool) -> None:
    assert_type(api.generate_read_access_credentials(request, _return_http_data_only=flag), Any)
    assert_type(api.generate_read_access_credentials(request, _preload_content=flag), Any)
    assert_type(api.generate_read_access_credentials(request, async_req=flag), Any)
    assert_type(api.generate_read_access_credentials(request, _check_input_type=flag), CredentialResponse)


def accepted(request: CredentialsRequest) -> None:
    with ApiClient(Configuration(host="http://localhost", access_token="t")) as client:
        api = RegistryCredentialsApi(client)
        try:
            api.generate_read_access_credentials(
                request,
                _request_timeout=(1, 2.5),
                _check_input_type=True,
                _check_return_type=False,
                _spec_property_naming=True,
                _content_type="application/json",
                _host_index=0,
                _headers={"X-Trace": "1"},
                _request_auth={"type": "api_key", "in": "header", "key": "X-Key", "value": "v"},
                _request_auths=None,
            )
        except ApiException as error:
            assert_type(error.status, int | None)
            assert_type(error.reason, str | None)
            assert_type(error.headers, Mapping[str, str] | None)


def mistakes(api: RegistryCredentialsApi, request: CredentialsRequest, location: S3Location) -> None:
    read = api.generate_read_access_credentials
    info = api.generate_read_access_credentials_with_http_info
    read()  # expect-error
    read(location)  # expect-error
    read("bucket")  # expect-error
    read(request, request)  # expect-error
    read(credentials_requests=request)  # expect-error
    read(request, _request_timeouts=5)  # expect-error
    read(request, _request_timeout="5")  # expect-error
    read(request, _check_return_type="no")  # expect-error
    read(request, _headers=[("X-Trace", "1")])  # expect-error
    read(request, async_req="yes")  # expect-error
    info(request, _request_timeouts=5)  # expect-error
    info(request, async_req=True)  # expect-error
    info(location)  # expect-error
    api.generate_read_credentials(request)  # expect-error
    _ = read(request).credential  # expect-error
    _ = read(request, _return_http_data_only=False).credentials  # expect-error
    _ = info(request).credentials  # expect-error
    RegistryCredentialsApi("http://localhost")  # expect-error
    Configuration(hosts="http://localhost")  # expect-error
