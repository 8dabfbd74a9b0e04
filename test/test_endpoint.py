"""Endpoint: what the document says of one operation, as a value that can be called."""

from types import MappingProxyType
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import (
    ApiClient,
    ApiTypeError,
    ApiValueError,
    Configuration,
    CredentialResponse,
    CredentialsRequest,
    RegistryCredentialsApi,
)

PATHS = {kind: f"/registry/credentials/generate-{kind}-access-credentials" for kind in ("read", "write")}
LONG = "generate_{0}_access_credentials_registry_credentials_generate_{0}_access_credentials_post"


@pytest.fixture(params=PATHS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two operations."""
    text: str = request.param
    return text


def test_settings_are_the_operation_in_the_generator_terms(kind: str) -> None:
    """`settings` is the generator's dictionary, of the class and of an object, under both names."""
    expected = {
        "response_type": (CredentialResponse,),
        "auth": ["OAuth2PasswordBearer"],
        "endpoint_path": PATHS[kind],
        "operation_id": LONG.format(kind),
        "http_method": "POST",
        "servers": None,
    }
    for owner in (RegistryCredentialsApi, RegistryCredentialsApi()):
        for name in (f"generate_{kind}_access_credentials", LONG.format(kind)):
            assert getattr(owner, f"{name}_endpoint").settings == expected


def test_endpoint_of_an_api_object_is_called_like_the_method(
    api: RegistryCredentialsApi, registry: HTTPServer, kind: str, credentials_request: CredentialsRequest
) -> None:
    """An endpoint takes the body by position or keyword, and the options."""
    endpoint = getattr(api, f"generate_{kind}_access_credentials_endpoint")
    assert endpoint.api_client is api.api_client
    first = endpoint(credentials_request)
    second, status, _ = endpoint(credentials_request=credentials_request, _return_http_data_only=False)
    assert (first, status) == (second, 200)
    assert [request.path for request, _ in registry.log] == [PATHS[kind]] * 2


@pytest.mark.parametrize("arguments", [((), {}), (({}, {}), {}), (({},), {"credentials_request": {}})], ids=repr)
def test_endpoint_takes_one_body(api: RegistryCredentialsApi, arguments: Any) -> None:
    """No body and more than one are an ApiTypeError that names the argument."""
    args, options = arguments
    with pytest.raises(ApiTypeError, match="takes one body, 'credentials_request'"):
        api.generate_read_access_credentials_endpoint(*args, **options)


def test_endpoint_of_the_class_has_no_client() -> None:
    """An endpoint that belongs to no API object cannot be called, and says so."""
    with pytest.raises(ApiTypeError, match="as an attribute of an API object"):
        RegistryCredentialsApi.generate_read_access_credentials_endpoint({})


def test_server_of_an_operation_is_the_configured_host(
    registry: HTTPServer, configuration: Configuration, credentials_request: CredentialsRequest, kind: str
) -> None:
    """`server_operation_index` may be 0 for an operation; the document names no other server."""
    configuration.server_operation_index = {LONG.format(kind): 0}
    with ApiClient(configuration) as client:
        api = RegistryCredentialsApi(client)
        call = getattr(api, f"generate_{kind}_access_credentials")
        assert call(credentials_request).status.success
        configuration.server_operation_index = {LONG.format(kind): 1}
        with pytest.raises(ApiValueError, match="no host 1"):
            call(credentials_request)
        assert call(credentials_request, _host_index=0).status.success
    assert len(registry.log) == 2


def test_options_of_a_read_only_mapping_are_left(api: RegistryCredentialsApi, registry: HTTPServer, kind: str) -> None:
    """`Endpoint.call` takes options out of a dict, so that no traceback shows them, and leaves any other mapping."""
    endpoint = getattr(RegistryCredentialsApi, f"generate_{kind}_access_credentials_endpoint")
    taken: dict[str, Any] = {"_check_input_type": False}
    assert endpoint.call(api, {}, MappingProxyType(dict(taken))).status.success
    assert endpoint.call(api, {}, taken).status.success
    assert taken == {}
    assert registry.log[0][0].get_data() == b"{}"
