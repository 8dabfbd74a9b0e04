"""ApiClient: its headers, its defaults, its connections, and the values it reads and writes."""

import io
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
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
    HTTPValidationError,
    RegistryCredentialsApi,
    S3Location,
)

JSON = "application/json"


def test_default_headers_and_cookie_are_sent(registry: HTTPServer, configuration: Configuration) -> None:
    """The constructor's header and cookie, the user agent and later default headers go with every request."""
    with ApiClient(configuration, "X-One", "1", "session=abc") as client:
        client.set_default_header("X-Two", "2")
        client.user_agent = "notebook/1"
        for _ in range(2):
            RegistryCredentialsApi(client).generate_read_access_credentials({}, _check_input_type=False)
    for request, _ in registry.log:
        given = {name: request.headers[name] for name in ("X-One", "X-Two", "Cookie", "User-Agent")}
        assert given == {"X-One": "1", "X-Two": "2", "Cookie": "session=abc", "User-Agent": "notebook/1"}


def test_header_name_without_value_is_an_empty_header() -> None:
    """A header that is given no value is there, and empty."""
    assert ApiClient(header_name="X-One").default_headers["X-One"] == ""


def test_constructor_by_position() -> None:
    """The parameters stand in the generator's order."""
    configuration = Configuration("http://h")
    client = ApiClient(configuration, "X", "v", "c=d", 3)
    assert client.configuration is configuration
    assert (client.default_headers["X"], client.cookie, client.pool_threads) == ("v", "c=d", 3)
    assert client.user_agent == client.default_headers["User-Agent"]
    assert client.last_response is None


def test_client_without_configuration_takes_a_copy_of_the_default() -> None:
    """Each client without a Configuration has its own copy of the default."""
    Configuration.set_default(Configuration("http://default"))
    first, second = ApiClient().configuration, ApiClient().configuration
    assert (first.host, first is second) == ("http://default", False)


def test_default_client_is_one_object() -> None:
    """`get_default` makes a client once, and API objects use it; it follows the default Configuration."""
    client = ApiClient.get_default()
    assert ApiClient.get_default() is client is RegistryCredentialsApi().api_client
    assert client.configuration is Configuration.get_default()


def test_default_client_is_made_anew_with_another_default_configuration() -> None:
    """A client that `get_default` made is left once another default Configuration is set; one that was set is kept."""
    client = ApiClient.get_default()
    Configuration.set_default(Configuration("http://other"))
    assert RegistryCredentialsApi().api_client is not client
    assert ApiClient.get_default() is not client
    assert ApiClient.get_default().configuration.host == "http://other"
    ApiClient.set_default(client)
    Configuration.set_default(Configuration("http://third"))
    assert ApiClient.get_default() is client


def test_api_without_a_default_client_has_one_of_its_own() -> None:
    """Without a default client, each API object makes a client of its own."""
    assert RegistryCredentialsApi().api_client is not RegistryCredentialsApi().api_client
    client = ApiClient()
    ApiClient.set_default(client)
    assert RegistryCredentialsApi().api_client is client
    ApiClient.set_default(None)
    assert RegistryCredentialsApi().api_client is not client


def test_close_is_idempotent_and_the_client_stays_usable(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """A client can be closed at any time and any number of times, and then opens new connections and threads."""
    client = api.api_client
    client.close()
    for _ in range(2):
        assert api.generate_read_access_credentials(credentials_request).status.success
        assert api.generate_read_access_credentials(credentials_request, async_req=True).get(30).status.success
        client.close()
        client.close()
    assert len(registry.log) == 4


def test_close_waits_for_calls_on_threads(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """Calls that are under way when a client is closed come to their end."""
    handles = [api.generate_write_access_credentials(credentials_request, async_req=True) for _ in range(5)]
    api.api_client.close()
    assert all(handle.ready() and handle.successful() for handle in handles)
    assert len(registry.log) == 5


def test_last_response_is_of_the_calling_thread(api: RegistryCredentialsApi, registry: HTTPServer) -> None:
    """Each thread sees the last answer that it got itself."""
    seen: list[Any] = []

    def call() -> None:
        seen.append(api.api_client.last_response)
        api.generate_read_access_credentials({}, _check_input_type=False)
        seen.append(api.api_client.last_response)

    call()
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    assert [response and response.status for response in seen] == [None, 200, None, 200]
    assert seen[1] is api.api_client.last_response is not seen[3]
    assert len(registry.log) == 2


def test_rest_client_is_made_when_wanted_and_can_be_replaced() -> None:
    """What sends requests is made once, from the Configuration as it is then, and can be another."""
    client = ApiClient()
    client.configuration.connection_pool_maxsize = 2
    made = client.rest_client
    assert made is client.rest_client
    assert made.pool_manager.connection_pool_kw["maxsize"] == 2
    other = ApiClient().rest_client
    client.rest_client = other
    assert client.rest_client is other


def test_client_that_nobody_closes_leaves_no_warning(registry: HTTPServer, run_python: Callable[..., str]) -> None:
    """A client with threads that is never closed ends with the interpreter, or before it, without a word."""
    script = """
import gc, sys
from openapi_client import ApiClient, Configuration, RegistryCredentialsApi
for _ in range(2):
    api = RegistryCredentialsApi(ApiClient(Configuration(sys.argv[1])))
    options = {"_check_input_type": False, "async_req": True}
    print(api.generate_read_access_credentials({}, **options).get(30).status.success)
    gc.collect()
"""
    assert run_python(script, registry.url_for("")).split() == ["True", "True"]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        ("text", "text"),
        (datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), "2030-01-02T03:04:05+00:00"),
        (date(2030, 1, 2), "2030-01-02"),
        ([1, (2, {"a": date(2030, 1, 2)})], [1, [2, {"a": "2030-01-02"}]]),
        (S3Location("b", "p", "u", more=[1]), {"bucket_name": "b", "path": "p", "s3_uri": "u", "more": [1]}),  # type: ignore[call-arg] # an additional property
    ],
    ids=lambda value: type(value).__name__,
)
def test_sanitize_for_serialization(value: Any, plain: Any) -> None:
    """Values become plain JSON values, called on the class and on an object."""
    assert ApiClient.sanitize_for_serialization(value) == plain
    assert ApiClient().sanitize_for_serialization(value) == plain


def test_sanitize_reads_a_file_to_its_end() -> None:
    """An open file stands for what it holds, and is closed."""
    file = io.BytesIO(b"content")
    assert ApiClient.sanitize_for_serialization(file) == b"content"
    assert file.closed


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j], ids=lambda value: type(value).__name__)
def test_sanitize_refuses_what_json_has_no_form_for(value: object) -> None:
    """A value of another type is an ApiValueError that names the type."""
    with pytest.raises(ApiValueError, match=type(value).__name__):
        ApiClient.sanitize_for_serialization([value])


@pytest.mark.parametrize(
    ("data", "types", "value"),
    [
        ('{"detail": []}', (HTTPValidationError,), HTTPValidationError(detail=[])),
        (b'{"detail": []}', (HTTPValidationError,), HTTPValidationError(detail=[])),
        ('"2030-01-02T03:04:05Z"', (datetime,), datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ('"2030-01-02"', (date,), date(2030, 1, 2)),
        ("[1, 2]", ([int],), [1, 2]),
        ('{"a": 1}', ({str: (int,)},), {"a": 1}),
        ("null", (str, type(None)), None),
        ("no JSON", (str,), "no JSON"),
        ('"text"', (str,), "text"),
    ],
    ids=["text", "bytes", "datetime", "date", "list", "dict", "null", "no JSON", "JSON text"],
)
def test_deserialize(data: str | bytes, types: Any, value: Any) -> None:
    """Any object whose `data` is text or bytes is read as the given types."""
    assert ApiClient().deserialize(SimpleNamespace(data=data), types, True) == value


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ('{"status": {}, "credentials": {}}', ApiTypeError),
        ('{"status": 1, "credentials": {}}', ApiTypeError),
        ("[]", ApiTypeError),
        ("no JSON", ApiValueError),
        ("", ApiValueError),
        (b"\xff", ApiValueError),
    ],
)
def test_deserialize_refuses(data: str | bytes, error: type[Exception]) -> None:
    """What is not of the wanted type is an ApiTypeError, what is no JSON an ApiValueError."""
    with pytest.raises(error):
        ApiClient().deserialize(SimpleNamespace(data=data), (CredentialResponse,), _check_type=True)


def test_deserialize_unchecked_takes_values_as_they_are(answer: dict[str, Any]) -> None:
    """Without the check values of the wrong type are taken as they are."""
    answer["status"]["success"] = "yes"
    data = SimpleNamespace(
        data=CredentialResponse.from_dict(answer | {"status": {"success": True, "details": ""}}).to_json()
    )
    assert ApiClient().deserialize(data, (CredentialResponse,), False).status.success is True
    assert ApiClient().deserialize(SimpleNamespace(data="1"), (str,), False) == 1


@pytest.mark.parametrize(
    ("types", "chosen"),
    [([], None), ([JSON], JSON), (["text/plain", "Application/JSON"], JSON), (["a/b", "C/d"], "a/b, c/d")],
    ids=repr,
)
def test_select_header_accept(types: list[str], chosen: str | None) -> None:
    """JSON is chosen where it is offered, otherwise all are named."""
    assert ApiClient().select_header_accept(types) == chosen


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (([],), None),
        (([JSON, "a/b"],), JSON),
        ((["*/*"],), JSON),
        ((["A/b", "c/d"],), "a/b"),
        ((["application/json-patch+json", JSON], "PATCH", []), "application/json-patch+json"),
        ((["application/json-patch+json", JSON], "PATCH", {}), JSON),
        ((["application/json-patch+json", JSON], "POST", []), JSON),
    ],
    ids=repr,
)
def test_select_header_content_type(arguments: Any, chosen: str | None) -> None:
    """JSON is chosen where it is taken, a patch for a list under PATCH, otherwise the first."""
    assert ApiClient().select_header_content_type(*arguments) == chosen


def test_who_asks_is_settled_when_a_call_is_made(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """What is configured after a call has been handed to a thread is for later calls: no token goes to another host."""
    held, client = threading.Event(), api.api_client
    token = client.configuration.access_token
    client.pool.apply_async(held.wait, (30,))
    handle = api.generate_read_access_credentials(credentials_request, async_req=True)
    client.configuration.access_token, client.configuration.host = "another", "http://another.invalid"
    client.set_default_header("X-Later", "later")
    held.set()
    assert handle.get(30).status.success
    ((request, _),) = registry.log
    assert request.headers["Authorization"] == f"Bearer {token}"
    assert "X-Later" not in request.headers


def test_settings_that_a_caller_changes_are_not_those_of_the_last_call(client: ApiClient, registry: HTTPServer) -> None:
    """The settings given with a call are the ones that it is sent with, though the list is the same."""
    setting = {"in": "header", "key": "Authorization", "value": "Bearer one"}
    path = RegistryCredentialsApi.generate_read_access_credentials_endpoint.path
    for value in ("Bearer one", "Bearer two"):
        setting["value"] = value
        client.call_api(path, "POST", auth_settings=["OAuth2PasswordBearer"], _request_auths=[setting])
    assert [request.headers["Authorization"] for request, _ in registry.log] == ["Bearer one", "Bearer two"]
