"""Seams: what a program overrides, replaces or patches between `ApiClient` and the wire is what is asked."""

import functools
import io
import json
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator
from types import MappingProxyType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, Mock, create_autospec, patch

import pytest
import urllib3
import wrapt
from pytest_httpserver import HTTPServer
from urllib3.connection import HTTPConnection

from openapi_client import (
    ApiClient,
    ApiException,
    ApiTypeError,
    Configuration,
    CredentialsRequest,
    HTTPValidationError,
    RegistryCredentialsApi,
    UnprocessableEntityException,
    _seams,
)
from openapi_client.api_client import Endpoint
from openapi_client.rest import RESTClientObject, RESTResponse

Patched = Callable[..., Any]
REFUSAL = b'{"detail": [{"loc": ["body", 1], "msg": "m", "type": "t"}]}'


def sent_headers(registry: HTTPServer) -> list[Any]:
    """The headers of each request that the server got."""
    return [request.headers for request, _ in registry.log]


def test_hook_cannot_change_other_calls(
    configuration: Configuration, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """Headers that an overridden `RESTClientObject.request` adds stay with their call, on whatever thread it runs."""
    of_thread = threading.local()

    class Tenant(RESTClientObject):
        def request(self, *args: Any, **options: Any) -> Any:
            if of_thread.tenant:
                options["headers"]["X-Tenant"] = of_thread.tenant
            options["body"]["tenant"] = of_thread.tenant
            return super().request(*args, **options)

    client = ApiClient(configuration)
    client.rest_client = Tenant(configuration)
    api = RegistryCredentialsApi(client)

    def call(tenant: str) -> None:
        for number in range(20):
            of_thread.tenant = tenant if number % 2 else ""
            api.generate_read_access_credentials(credentials_request)

    threads = [threading.Thread(target=call, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = [(request.headers.get("X-Tenant", ""), request.json["tenant"]) for request, _ in registry.log]
    assert all(header == body for header, body in seen)
    assert sorted(set(seen)) == [("", ""), ("a", "a"), ("b", "b"), ("c", "c")]
    assert credentials_request.to_dict().keys() == {"s3_location", "console_session_required"}


def on_instance(name: str, owner: Callable[[ApiClient], Any]) -> Patched:
    """Replaces a method on an object by one that adds a header, as request signers do."""

    def replace(client: ApiClient) -> Any:
        target = owner(client)
        real = getattr(target, name)

        def signed(*args: Any, **options: Any) -> Any:
            options["headers"]["X-Signed"] = ":".join(args)
            return real(*args, **options)

        return patch.object(target, name, signed)

    return replace


def on_class(kind: type, name: str, wrapper: str) -> Patched:
    """Patches a method of a class by a wrapper of some kind that adds a header."""

    def replace(_: ApiClient) -> Any:
        real = getattr(kind, name)

        def signed(args: Any, options: Any) -> tuple[Any, Any]:
            if "headers" in options:
                return args, {**options, "headers": {**options["headers"], "X-Signed": "yes"}}
            return (*args[:-1], {**args[-1], "X-Signed": "yes"}), options

        def plain(*args: Any, **options: Any) -> Any:
            args, options = signed(args, options)
            return real(*args, **options)

        if wrapper == "wrapt":

            @wrapt.decorator
            def by_wrapt(wrapped: Any, _: Any, args: Any, options: Any) -> Any:
                args, options = signed(args, options)
                return wrapped(*args, **options)

            return patch.object(kind, name, by_wrapt(real))
        return patch.object(kind, name, functools.wraps(real)(plain) if wrapper == "wraps" else plain)

    return replace


REPLACED = {
    "client.request": on_instance("request", lambda client: client),
    "rest_client.request": on_instance("request", lambda client: client.rest_client),
    "rest_client.POST": on_instance("POST", lambda client: client.rest_client),
    "pool_manager.request": on_instance("request", lambda client: client.rest_client.pool_manager),
    "pool_manager.urlopen": on_instance("urlopen", lambda client: client.rest_client.pool_manager),
    **{
        f"{kind.__name__}.{name} {wrapper}": on_class(kind, name, wrapper)
        for kind, name in (
            (ApiClient, "request"),
            (RESTClientObject, "request"),
            (RESTClientObject, "POST"),
            (urllib3.PoolManager, "request"),
            (urllib3.PoolManager, "urlopen"),
            (urllib3.HTTPConnectionPool, "urlopen"),
            (HTTPConnection, "request"),
        )
        for wrapper in ("plain", "wraps", "wrapt")
    },
}


@pytest.mark.parametrize("replace", REPLACED.values(), ids=REPLACED)
def test_what_replaces_a_part_is_asked(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest, replace: Patched
) -> None:
    """A replaced part is asked while the patch is in place, before and after other calls of the same client."""
    for number in range(2):
        api.generate_read_access_credentials(credentials_request)
        with replace(api.api_client):
            api.generate_read_access_credentials(credentials_request)
        assert ["X-Signed" in headers for headers in sent_headers(registry)] == [False, True] * (number + 1)


@pytest.mark.parametrize("replace", REPLACED.values(), ids=REPLACED)
def test_replaced_part_is_asked_for_unread_answers(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest, replace: Patched
) -> None:
    """A call in the later line's unread form goes through a replaced part too."""
    with replace(api.api_client):
        answer = api.generate_read_access_credentials_without_preload_content(credentials_request)
        assert (answer.status, json.loads(answer.data)["status"]["success"]) == (200, True)
    assert "X-Signed" in sent_headers(registry)[0]


PARTS = (
    "urllib3.PoolManager.request",
    "urllib3.PoolManager.urlopen",
    "urllib3.HTTPConnectionPool.urlopen",
)


@pytest.mark.parametrize("part", PARTS)
def test_patch_from_before_the_first_import_is_asked(part: str, run_python: Callable[..., str]) -> None:
    """A patch that was in place before `openapi_client.rest` was imported is asked, and no longer once it is undone."""
    script = (
        "import sys, urllib3; from unittest.mock import patch\n"
        'fake = urllib3.HTTPResponse(body=b\'{"success": true, "details": "d"}\', status=200)\n'
        f"with patch({part!r}, return_value=fake) as patched:\n"
        "    import openapi_client\n"
        "    client = openapi_client.ApiClient(openapi_client.Configuration('http://localhost:9', retries=False))\n"
        "    print(client.call_api('/p', 'GET', response_type=(openapi_client.Status,))[0].details)\n"
        "try: client.call_api('/p', 'GET')\n"
        "except openapi_client.ApiConnectionException: print(patched.call_count)\n"
    )
    assert run_python(script).split() == ["d", "1"]


Answer = namedtuple("Answer", ("status", "data", "getheader", "getheaders"))  # noqa: PYI024 - as old programs have it
FAKES = {
    "mock": lambda body: Mock(status=200, data=body),
    "mock with text": lambda body: Mock(status=200, data=body.decode()),
    "namespace": lambda body: SimpleNamespace(status=200, data=body),
    "named tuple": lambda body: Answer(200, body, lambda *_: "application/json", dict),
    "preloaded": lambda body: urllib3.HTTPResponse(body=body, status=200, headers={"Content-Type": "application/json"}),
    "unread": lambda body: urllib3.HTTPResponse(body=io.BytesIO(body), status=200, preload_content=False),
    "response over text": lambda body: RESTResponse(
        Mock(spec=urllib3.HTTPResponse, status=200, reason="OK", data=body.decode(), headers={}),
    ),
}
AT = {
    "client.request": lambda client: patch.object(client, "request"),
    "rest_client.request": lambda client: patch.object(client.rest_client, "request"),
    "rest_client.POST": lambda client: patch.object(client.rest_client, "POST"),
    "rest_client": lambda client: patch.object(client, "rest_client"),
}


@pytest.mark.parametrize("fake", FAKES.values(), ids=FAKES)
@pytest.mark.parametrize("at", AT.values(), ids=AT)
def test_made_up_answer_is_read(
    api: RegistryCredentialsApi, answer: Any, credentials_request: CredentialsRequest, fake: Any, at: Any
) -> None:
    """An answer with a status and data is enough, in whichever form a program makes it up."""
    made = fake(json.dumps(answer).encode())
    with at(api.api_client) as replaced:
        replaced.return_value = replaced.request.return_value = made
        assert api.generate_read_access_credentials(credentials_request).credentials.aws_access_key_id
        info = api.generate_read_access_credentials_with_http_info(credentials_request)
    assert (info.status_code, json.loads(info.raw_data)) == (200, answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"headers": {"X": "1"}},
        {"getheaders": lambda: {"X": "1"}},
        {"getheaders": lambda: [("X", "1")]},
        {"headers": [["X", 1]]},
    ],
    ids=["mapping", "getheaders", "pairs", "list"],
)
def test_made_up_refusal_raises_as_from_the_wire(
    api: RegistryCredentialsApi, credentials_request: CredentialsRequest, headers: Any
) -> None:
    """A made-up answer with an error status is the error of that status, with its parsed body and headers."""
    with (
        patch.object(api.api_client, "request", return_value=SimpleNamespace(status=422, data=REFUSAL, **headers)),
        pytest.raises(UnprocessableEntityException) as caught,
    ):
        api.generate_read_access_credentials(credentials_request)
    assert isinstance(caught.value.data, HTTPValidationError)
    assert (caught.value.headers or {})["x"] == "1"


@pytest.mark.parametrize(
    ("made", "problem"),
    [(Mock(), "status"), (Mock(status=200), "data"), (SimpleNamespace(data=b""), "status"), (None, "status")],
    ids=["bare mock", "no data", "no status", "nothing"],
)
def test_answer_that_cannot_be_read_says_what_it_lacks(
    api: RegistryCredentialsApi, credentials_request: CredentialsRequest, made: Any, problem: str
) -> None:
    """A made-up answer without a status or a body is an error that names what it lacks."""
    with patch.object(api.api_client, "request", return_value=made), pytest.raises(ApiTypeError, match=problem):
        api.generate_read_access_credentials(credentials_request)


def test_error_of_a_mock_keeps_its_type_and_gets_its_text(
    api: RegistryCredentialsApi, credentials_request: CredentialsRequest
) -> None:
    """An error that a mock raises is raised as it is, a body of bytes decoded and parsed."""
    error = ApiException(status=422, reason="R")
    error.body = REFUSAL
    with patch.object(api.api_client, "request", side_effect=error), pytest.raises(ApiException) as caught:
        api.generate_read_access_credentials(credentials_request)
    assert caught.value is error
    assert (error.body, type(error.data)) == (REFUSAL.decode(), HTTPValidationError)


def test_patched_class_is_enough_while_a_client_is_constructed(
    configuration: Configuration, answer: Any, credentials_request: CredentialsRequest
) -> None:
    """`patch("openapi_client.rest.RESTClientObject")` around the constructor replaces the client's for good."""
    with patch("openapi_client.rest.RESTClientObject") as kind:
        client = ApiClient(configuration)
    kind.assert_called_once_with(configuration)
    client.rest_client.request.return_value = Mock(status=200, data=json.dumps(answer))  # type: ignore[attr-defined]
    assert RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request).status.success


MANAGERS = {
    "patched_class": lambda: patch("urllib3.PoolManager"),
    "patched_class_by_a_plain_mock": lambda: patch("urllib3.PoolManager", Mock()),
}


@pytest.mark.parametrize("patched", MANAGERS.values(), ids=MANAGERS)
def test_patched_manager_is_enough_while_a_client_is_constructed(
    configuration: Configuration, answer: Any, credentials_request: CredentialsRequest, patched: Callable[[], Any]
) -> None:
    """A patch of `urllib3.PoolManager` replaces the client's manager for good, and is asked meanwhile."""
    with patched() as kind:
        kind.return_value.request.return_value = Mock(status=200, data=json.dumps(answer))
        client = ApiClient(configuration)
        api = RegistryCredentialsApi(client)
        assert api.generate_read_access_credentials(credentials_request).status.success
    assert api.generate_read_access_credentials(credentials_request).status.success
    assert kind.return_value.request.call_count == 2
    client.close()


@pytest.mark.parametrize(
    "manager",
    [MagicMock(spec=urllib3.PoolManager), create_autospec(urllib3.PoolManager, instance=True)],
    ids=["spec", "autospec"],
)
def test_mock_with_a_specification_is_a_manager(
    client: ApiClient, answer: Any, credentials_request: CredentialsRequest, manager: Any
) -> None:
    """A mock that says that it is a `PoolManager` is asked as any other, without options of this package."""
    manager.request.return_value = Mock(status=200, data=json.dumps(answer))
    client.rest_client.pool_manager = manager
    assert RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request).status.success
    assert manager.request.call_args.kwargs.keys() == {"body", "headers", "preload_content", "timeout"}


def test_patched_endpoint_class_is_asked(api: RegistryCredentialsApi, credentials_request: CredentialsRequest) -> None:
    """A patch of `Endpoint.call_with_http_info` is asked in place of the registry."""
    with patch.object(Endpoint, "call_with_http_info", return_value="patched") as call:
        assert api.generate_read_access_credentials(credentials_request) == "patched"
    assert call.call_args.kwargs["credentials_request"] is credentials_request


def test_later_request_gives_an_unread_answer(
    client: ApiClient, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """A `request` with the later line's signature is asked for unread answers too, without `_preload_content`."""
    assert registry
    send = client.rest_client.request

    def request(
        method: str, url: str, headers: Any = None, body: Any = None, post_params: Any = None, _request_timeout: Any = 0
    ) -> Any:
        return send(method, url, headers=headers, body=body, post_params=post_params, _request_timeout=_request_timeout)

    client.rest_client.request = request  # type: ignore[assignment,method-assign]
    api = RegistryCredentialsApi(client)
    answer = api.generate_read_access_credentials(credentials_request, _preload_content=False)
    assert (answer.status, json.loads(answer.data)["status"]["success"]) == (200, True)


def test_function_without_a_signature_takes_every_argument() -> None:
    """A replaced `request` whose signature cannot be read is called with every argument."""
    assert _seams.takes(type, "_preload_content")


@pytest.mark.parametrize("verb", ["GET", "HEAD", "DELETE", "OPTIONS", "PATCH", "POST", "PUT"])
def test_replaced_verb_is_called_as_the_generator_calls_it(client: ApiClient, verb: str) -> None:
    """A replaced method of `RESTClientObject` gets the address by position and what applies to it by keyword."""
    fake = Mock(return_value=Mock(status=200, data=b"{}"))
    setattr(client.rest_client, verb, fake)
    client.call_api("/p", verb, query_params=[("q", 1)])
    ((url,), options) = fake.call_args
    assert url.endswith("/p")
    common = {"headers", "query_params", "_preload_content", "_request_timeout"}
    body = {"DELETE": {"body"}, "GET": set(), "HEAD": set()}.get(verb, {"body", "post_params"})
    assert options.keys() == common | body
    assert options["query_params"] == [("q", 1)]


@pytest.mark.parametrize("verb", ["GET", "DELETE", "OPTIONS", "PATCH", "POST", "PUT"])
def test_verb_sends_a_request(client: ApiClient, httpserver: HTTPServer, verb: str) -> None:
    """A method that is named like an HTTP method takes headers by position and sends a request."""
    httpserver.expect_request("/p", method=verb, headers={"X": "1"}).respond_with_json({})
    answer = getattr(client.rest_client, verb)(httpserver.url_for("/p"), {"X": "1"}, _request_timeout=5)
    assert (answer.status, answer.data) == (200, b"{}")


def test_rest_client_is_handed_what_both_lines_have(client: ApiClient) -> None:
    """`rest_client.request` gets method and address by position, and optional keywords only where they are needed."""
    with patch.object(client.rest_client, "request", return_value=Mock(status=200, data=b"{}")) as fake:
        client.call_api("/p", "POST", body={"a": 1})
        client.call_api("/p", "POST", query_params={"q": "1"}, _preload_content=False)
    (method, url), options = fake.call_args_list[0]
    assert (method, url.endswith("/p")) == ("POST", True)
    assert options.keys() == {"headers", "body", "post_params", "_request_timeout"}
    assert fake.call_args_list[1].kwargs.keys() - options.keys() == {"query_params", "_preload_content"}


class Manager:
    """A manager of a program's own, with the signature of those that the generator's clients call."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls: list[Any] = []

    def request(self, method: str, url: str, body: Any, preload_content: bool, timeout: Any, headers: Any) -> Any:
        self.calls.append((method, url, body, headers, preload_content, timeout))
        return self.answer


def test_assigned_pool_manager_is_asked(
    api: RegistryCredentialsApi, answer: Any, credentials_request: CredentialsRequest, registry: HTTPServer
) -> None:
    """An assigned `pool_manager` gets the call that the generator's client makes, a JSON body as text."""
    rest_client = api.api_client.rest_client
    manager = Manager(Mock(status=200, data=json.dumps(answer).encode()))
    rest_client.pool_manager = manager
    assert api.generate_read_access_credentials(credentials_request).status.success
    ((method, url, body, headers, _, _),) = manager.calls
    assert (method, url.split("/")[-1], type(json.loads(body))) == ("POST", "generate-read-access-credentials", dict)
    assert isinstance(body, str)
    assert headers["Authorization"].startswith("Bearer ")
    api.api_client.close()
    del rest_client.pool_manager
    assert api.generate_read_access_credentials(credentials_request).status.success
    assert len(registry.log) == 1


def test_manager_of_urllib3_neither_repeats_nor_redirects_by_itself(client: ApiClient, httpserver: HTTPServer) -> None:
    """A `PoolManager` of the program's own is told to leave retries and redirects to this package."""
    httpserver.expect_request("/p").respond_with_data(status=302, headers={"Location": "/other"})
    with urllib3.PoolManager() as manager:
        client.rest_client.pool_manager = manager
        with pytest.raises(ApiException, match="not followed"):
            client.call_api("/p", "GET", body="x", _content_type="text/plain")
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("wrapper", ["plain", "wraps", "wrapt"])
def test_patched_request_does_not_follow_redirects(client: ApiClient, httpserver: HTTPServer, wrapper: str) -> None:
    """A patched `PoolManager.request`, which is called as the generator calls it, follows no redirect either."""
    httpserver.expect_request("/p").respond_with_data(status=302, headers={"Location": "/other"})
    with on_class(urllib3.PoolManager, "request", wrapper)(client), pytest.raises(ApiException, match="not followed"):
        client.call_api("/p", "GET")
    assert len(httpserver.log) == 1


def test_preloaded_answer_of_a_patched_part_is_bounded(client: ApiClient) -> None:
    """A preloaded answer that is larger than a call may read is an error; of a refusal the first bytes are given."""
    client.configuration.max_response_bytes = 4
    answers = [urllib3.HTTPResponse(body=body, status=status) for body, status in ((b"12345", 200), (b"123456", 400))]
    with patch.object(urllib3.PoolManager, "request", side_effect=answers):
        with pytest.raises(ApiException, match="larger than 4 bytes"):
            client.call_api("/p", "GET")
        with pytest.raises(ApiException) as caught:
            client.call_api("/p", "GET")
    assert caught.value.body == "1234"


@pytest.fixture
def overridden() -> Iterator[list[Any]]:
    """The arguments that an override of `call_api` with exactly the signature of 6.0.1 was called with."""
    calls: list[Any] = []
    real = ApiClient.call_api

    def call_api(
        self: Any,
        resource_path: Any,
        method: Any,
        path_params: Any = None,
        query_params: Any = None,
        header_params: Any = None,
        body: Any = None,
        post_params: Any = None,
        files: Any = None,
        response_type: Any = None,
        auth_settings: Any = None,
        async_req: Any = None,
        _return_http_data_only: Any = None,
        collection_formats: Any = None,
        _preload_content: Any = True,
        _request_timeout: Any = None,
        _host: Any = None,
        _check_type: Any = None,
        _request_auths: Any = None,
    ) -> Any:
        calls.append((resource_path, method, path_params, query_params, dict(header_params)))
        header_params["X-Own"] = "1"
        given = {name: value for name, value in locals().items() if name not in ("self", "calls", "real")}
        return real(self, **given)

    with patch.object(ApiClient, "call_api", call_api):
        yield calls


@pytest.mark.parametrize("async_req", [False, True])
def test_override_with_the_exact_earlier_signature_works(
    overridden: list[Any],
    api: RegistryCredentialsApi,
    registry: HTTPServer,
    credentials_request: CredentialsRequest,
    async_req: bool,
) -> None:
    """The override gets what 6.0.1 hands it, a dict of headers to add to among it, and no further keyword."""
    answer: Any = api.generate_read_access_credentials(credentials_request, async_req=async_req)
    assert (answer.get(30) if async_req else answer).status.success
    (path, method, *parameters, headers) = overridden[0]
    assert (path.split("/")[-1], method, parameters) == ("generate-read-access-credentials", "POST", [{}, []])
    assert headers == {"Accept": "application/json", "Content-Type": "application/json"}
    assert sent_headers(registry)[0]["X-Own"] == "1"


def test_refusal_through_an_override_has_its_model(
    overridden: list[Any], api: RegistryCredentialsApi, httpserver: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """A 422 that passes through an override of `call_api` has its body as a model."""
    httpserver.expect_request("/registry/credentials/generate-read-access-credentials").respond_with_data(REFUSAL, 422)
    with pytest.raises(UnprocessableEntityException) as caught:
        api.generate_read_access_credentials(credentials_request, _content_type="application/json")
    assert isinstance(caught.value.data, HTTPValidationError)
    assert len(overridden) == 1


def test_caller_s_headers_are_filled_but_for_the_token(client: ApiClient, httpserver: HTTPServer) -> None:
    """The dict that a program passes as `header_params` holds the client's headers afterwards, and never the token."""
    httpserver.expect_request("/p").respond_with_json({})
    client.cookie = "session=1"
    client.set_default_header("X-Default", "d")
    headers = {"x-default": "own"}
    client.call_api("/p", "GET", header_params=headers, auth_settings=["OAuth2PasswordBearer"])
    assert headers == {"x-default": "own", "User-Agent": client.user_agent, "Cookie": "session=1"}
    assert "Authorization" in sent_headers(httpserver)[0]
    assert sent_headers(httpserver)[0]["X-Default"] == "own"
    empty: dict[str, str] = {}
    client.call_api("/p", "GET", header_params=empty)
    assert empty == {}


@pytest.mark.parametrize("in_later_form", [False, True])
def test_overridden_update_params_for_auth_is_asked(
    configuration: Configuration, registry: HTTPServer, credentials_request: CredentialsRequest, in_later_form: bool
) -> None:
    """An override of `update_params_for_auth` proves who is asking, also for settings of one call."""

    class Signing(ApiClient):
        def update_params_for_auth(
            self, headers: Any, queries: Any, auth_settings: Any, *rest: Any, **named: Any
        ) -> None:
            super().update_params_for_auth(headers, queries, auth_settings, *rest, **named)
            headers["X-Signed"] = f"{rest[1]} {rest[0].split('/')[-1]}"

    class Later(Signing):
        def update_params_for_auth(  # type: ignore[override]
            self,
            headers: Any,
            queries: Any,
            auth_settings: Any,
            path: Any,
            method: Any,
            body: Any,
            request_auth: Any = None,
        ) -> None:
            super().update_params_for_auth(
                headers, queries, auth_settings, path, method, body, request_auth=request_auth
            )

    api = RegistryCredentialsApi((Later if in_later_form else Signing)(configuration))
    api.generate_read_access_credentials(credentials_request)
    own = {"type": "api_key", "in": "query", "key": "k", "value": "v"}
    api.generate_read_access_credentials(credentials_request, _request_auth=own)
    first, second = (request for request, _ in registry.log)
    assert first.headers["X-Signed"] == second.headers["X-Signed"] == "POST generate-read-access-credentials"
    assert (first.headers["Authorization"][:7], dict(second.args)) == ("Bearer ", {"k": "v"})


def test_override_that_replaces_authentication_sees_no_token(
    configuration: Configuration, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """An override of `update_params_for_auth` that adds a signature of its own sends no token."""

    class Signing(ApiClient):
        def update_params_for_auth(self, headers: Any, *_: Any, **__: Any) -> None:
            headers["X-Signed"] = ",".join(sorted(headers))

    RegistryCredentialsApi(Signing(configuration)).generate_read_access_credentials(credentials_request)
    assert sent_headers(registry)[0]["X-Signed"] == "Accept,Content-Type,User-Agent"
    assert "Authorization" not in sent_headers(registry)[0]


def test_mock_of_a_client_is_called(credentials_request: CredentialsRequest) -> None:
    """An API object on a mock of a client calls its `call_api` and returns what that returns."""
    for mock in (Mock(), MagicMock(), Mock(spec=ApiClient)):
        mock.configuration = Configuration()
        mock.call_api.return_value = "made up"
        api = RegistryCredentialsApi(mock)
        made: object = api.generate_read_access_credentials(credentials_request)
        assert made == "made up"
        assert mock.call_api.call_args.args[1] == "POST"


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("per_call", [False, True])
def test_authorization_header_counts_as_a_login(
    registry: HTTPServer, credentials_request: CredentialsRequest, name: str, per_call: bool
) -> None:
    """With an `Authorization` header the client does not log in by itself; a token that is set replaces the header."""
    configuration = Configuration(registry.url_for("").rstrip("/"), username="u", password="p")
    client = ApiClient(configuration) if per_call else ApiClient(configuration, name, "Basic own")
    api: Any = RegistryCredentialsApi(client)
    options = {"_headers": {name: "Basic own"}} if per_call else {}
    api.generate_read_access_credentials(credentials_request, **options)
    assert [(r.path[-6:], r.headers["Authorization"]) for r, _ in registry.log] == [("ntials", "Basic own")]
    configuration.access_token = "token"
    api.generate_read_access_credentials(credentials_request, **options)
    setting = {"type": "oauth2", "in": "header", "key": "Authorization", "value": "Bearer other"}
    api.generate_read_access_credentials(credentials_request, _request_auths=[setting], **options)
    assert [headers["Authorization"] for headers in sent_headers(registry)[1:]] == ["Bearer token", "Bearer other"]


class Foreign:
    """A REST client of a program's own, with nothing but `request`."""

    def request(self, method: str, url: str, **options: Any) -> Any:
        return SimpleNamespace(status=200, data=f'"{method} {url[-2:]} {sorted(options)}"')


def test_foreign_rest_client_is_asked(client: ApiClient) -> None:
    """A REST client that is not derived from `RESTClientObject` needs nothing but `request`."""
    foreign: Any = Foreign()
    client.rest_client = foreign
    text = "GET /p ['_request_timeout', 'body', 'headers', 'post_params']"
    assert client.call_api("/p", "GET", response_type=(str,), _return_http_data_only=True) == text
    assert client.call_api("/p", "GET", _form="unread").status == 200
    assert client.call_api("/p", "GET", header_params=MappingProxyType({"X": "1"}))[1] == 200


def test_callable_whose_signature_is_unknown_counts_as_the_earlier_line(
    client: ApiClient, credentials_request: CredentialsRequest
) -> None:
    """A `call_api` whose signature cannot be read is called as the earlier line calls it."""

    class Unreadable:
        __signature__ = "none"

        def __call__(self, path: str, method: str, *_: Any, **__: Any) -> str:
            return f"{method} {path.rsplit('/', maxsplit=1)[-1]}"

    client.call_api = Unreadable()  # type: ignore[method-assign, assignment]
    made: object = RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
    assert made == "POST generate-read-access-credentials"


def test_overridden_auth_settings_are_asked_at_each_call(
    registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """A Configuration with `auth_settings` of its own is asked for them at every call."""

    class Counting(Configuration):
        calls = 0

        def auth_settings(self) -> dict[str, dict[str, str]]:
            Counting.calls += 1
            value = f"Bearer {Counting.calls}"
            return {"OAuth2PasswordBearer": {"type": "oauth2", "in": "header", "key": "Authorization", "value": value}}

    api = RegistryCredentialsApi(ApiClient(Counting(registry.url_for("").rstrip("/"))))
    for _ in range(2):
        api.generate_read_access_credentials(credentials_request)
    assert [headers["Authorization"] for headers in sent_headers(registry)] == ["Bearer 1", "Bearer 2"]
