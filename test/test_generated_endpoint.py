"""Endpoint values as the generator's 6.x client has them: their tables, and changes that take effect."""

from typing import Any
from unittest.mock import Mock

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import ApiClient, ApiTypeError, CredentialsRequest, RegistryCredentialsApi

LONG = "generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post"
NAMES = ("generate_read_access_credentials", LONG)


@pytest.mark.parametrize("name", NAMES, ids=["short", "long"])
def test_changed_settings_take_effect_for_that_object(
    api: RegistryCredentialsApi, httpserver: HTTPServer, credentials_request: CredentialsRequest, name: str
) -> None:
    """Changes of an endpoint's `settings` hold for its methods, under each of their names, and for no other object."""
    other = httpserver.url_for("/mirror").rstrip("/")
    httpserver.expect_request("/mirror/elsewhere", method="PUT").respond_with_json({"any": "thing"})
    endpoint = getattr(api, f"{name}_endpoint")
    endpoint.settings.update(
        response_type=(dict,), endpoint_path="/elsewhere", http_method="PUT", servers=[{"url": other}]
    )
    for each in NAMES:
        assert getattr(api, each)(credentials_request) == {"any": "thing"}
        assert getattr(api, f"{each}_endpoint") is endpoint
    assert endpoint(credentials_request) == {"any": "thing"}
    untouched = RegistryCredentialsApi(api.api_client)
    assert untouched.generate_read_access_credentials_endpoint.path.endswith("read-access-credentials")
    assert RegistryCredentialsApi.generate_read_access_credentials_endpoint.http_method == "POST"
    endpoint.settings["auth"].clear()
    assert untouched.generate_read_access_credentials_endpoint.auth == ("OAuth2PasswordBearer",)
    api.generate_read_access_credentials(credentials_request)
    assert ["Authorization" in request.headers for request, _ in httpserver.log] == [True, True, True, False]


def test_tables_of_an_endpoint(api: RegistryCredentialsApi) -> None:
    """An endpoint has the tables of the generator's."""
    endpoint = api.generate_read_access_credentials_endpoint
    assert endpoint.params_map["required"] == ["credentials_request"]
    assert endpoint.params_map["nullable"] == ["_request_timeout"]
    assert endpoint.params_map["all"] == [*endpoint.openapi_types]
    assert endpoint.openapi_types["credentials_request"] == (CredentialsRequest,)
    assert endpoint.location_map == {"credentials_request": "body"}
    assert (endpoint.attribute_map, endpoint.collection_format_map) == ({}, {})
    assert (endpoint.allowed_values, endpoint.validations, endpoint.callable) == ({}, {}, None)
    assert endpoint.api_client is api.api_client


def test_changed_headers_map_takes_effect(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """Another media type in `headers_map` is sent, unless the call has a header of its own."""
    endpoint = api.generate_read_access_credentials_endpoint
    endpoint.headers_map["accept"] = ["application/vnd.x+json"]
    endpoint.headers_map["content_type"] = []
    api.generate_read_access_credentials(credentials_request)
    api.generate_read_access_credentials(
        credentials_request, _headers={"accept": "a/b"}, _content_type="application/x+json"
    )
    sent = [(request.headers["Accept"], request.headers["Content-Type"]) for request, _ in registry.log]
    assert sent == [("application/vnd.x+json", "application/json"), ("a/b", "application/x+json")]


def test_call_with_http_info(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """`call_with_http_info` takes the body and all options by keyword; without a body it is an error."""
    endpoint = api.generate_read_access_credentials_endpoint
    options = {"_host_index": None, "_check_input_type": True, "_return_http_data_only": False}
    data, status, _ = endpoint.call_with_http_info(credentials_request=credentials_request, **options)
    assert (data.status.success, status, len(registry.log)) == (True, 200, 1)
    with pytest.raises(ApiTypeError, match="Missing the required parameter 'credentials_request'"):
        endpoint.call_with_http_info()
    with pytest.raises(ApiTypeError, match="no argument 'nope'"):
        endpoint.call_with_http_info(credentials_request=credentials_request, nope=1)


@pytest.mark.parametrize("where", [*(f"{name}_endpoint" for name in NAMES), "call_with_http_info"])
def test_replaced_endpoint_is_asked(client: ApiClient, credentials_request: CredentialsRequest, where: str) -> None:
    """What a program has put in the place of an endpoint or of its `call_with_http_info` gets the generator's call."""
    api: Any = RegistryCredentialsApi(client)
    fake = Mock(return_value="made up")
    if where == "call_with_http_info":
        api.generate_read_access_credentials_endpoint.call_with_http_info = fake
    else:
        setattr(api, where, Mock(call_with_http_info=fake))
    for name in NAMES:
        assert getattr(api, name)(credentials_request, _request_timeout=5) == "made up"
    options = fake.call_args.kwargs
    assert options["credentials_request"] is credentials_request
    assert (options["_request_timeout"], options["_preload_content"], options["_host_index"]) == (5, True, None)
