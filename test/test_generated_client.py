"""Inner names and call forms of the generator's clients on `ApiClient`."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import (
    ApiClient,
    ApiException,
    ApiTypeError,
    ApiValueError,
    Configuration,
    CredentialResponse,
    CredentialsRequest,
    HTTPValidationError,
    RegistryCredentialsApi,
    UnprocessableEntityException,
)
from openapi_client.rest import RESTResponse

if TYPE_CHECKING:
    from collections.abc import Callable

READ = "/registry/credentials/generate-read-access-credentials"
AUTH = ["OAuth2PasswordBearer"]
REFUSAL = {"detail": [{"loc": ["body"], "msg": "m", "type": "t"}]}
TYPES = {"200": "CredentialResponse", "422": "HTTPValidationError"}


def test_later_form_of_a_call(client: ApiClient, registry: HTTPServer, credentials_request: CredentialsRequest) -> None:
    """`param_serialize`, `call_api` and `response_deserialize` together are one call, as the later line has it."""
    client.cookie = "c=1"
    headers = {"X-Own": "1"}
    request = client.param_serialize("POST", READ, {}, [("q", "a b")], headers, credentials_request, [], {}, AUTH)
    method, url, sent, body, fields = request
    assert (method, url[-8:], body, fields) == ("POST", "?q=a%20b", credentials_request.to_dict(), [])
    assert {**headers, "Authorization": sent["Authorization"]} == sent
    assert headers == {"X-Own": "1", "User-Agent": client.user_agent, "Cookie": "c=1"}
    answer = client.call_api(*request, _request_timeout=5)
    answer.read()
    assert isinstance(answer, RESTResponse)
    response = client.response_deserialize(answer, TYPES)
    assert isinstance(response.data, CredentialResponse)
    assert (response.status_code, json.loads(response.raw_data)["status"]["success"]) == (200, True)
    assert client.last_response is answer
    assert registry.log[0][0].headers["Cookie"] == "c=1"


@pytest.mark.parametrize(
    "call",
    [
        lambda client, url: client.call_api("POST", url, {"X": "1"}, {"a": 1}, None, 5),
        lambda client, url: client.call_api("POST", url, header_params={"X": "1"}, body={"a": 1}),
        lambda client, url: client.call_api(method="POST", url=url, header_params={"X": "1"}, body={"a": 1}),
        lambda client, url: client.call_api("POST", url=url, header_params={"X": "1"}, body={"a": 1}, post_params=[]),
    ],
    ids=["by position", "by keyword", "all by keyword", "mixed"],
)
def test_later_form_is_known_by_its_method(client: ApiClient, httpserver: HTTPServer, call: Any) -> None:
    """`call_api` that begins with an HTTP method sends what it is given, and returns the answer whatever its status."""
    httpserver.expect_request("/p", headers={"X": "1"}, json={"a": 1}).respond_with_json(REFUSAL, 422)
    answer = call(client, httpserver.url_for("/p"))
    assert (answer.status, json.loads(answer.data)) == (422, REFUSAL)
    with pytest.raises(UnprocessableEntityException) as caught:
        client.response_deserialize(answer, TYPES)
    assert isinstance(caught.value.data, HTTPValidationError)


def test_later_form_goes_through_what_replaces_a_part(client: ApiClient) -> None:
    """A replaced `rest_client.request` is asked in the later form as well."""
    made = SimpleNamespace(status=200, data=b'"d"', read=lambda: None)
    client.rest_client.request = lambda *args, **_: made if args == ("GET", "u") else None  # type: ignore[assignment, method-assign]
    answer = client.call_api("GET", "u")
    assert answer is made
    assert client.response_deserialize(answer, {"2XX": "str"}).data == "d"


def test_answers_by_type(client: ApiClient, tmp_path: Path) -> None:
    """`response_deserialize` returns bytes, a file's path, or nothing, as its table says."""
    client.configuration.temp_folder_path = str(tmp_path)
    headers = {"Content-Disposition": 'attachment; filename="../a.txt"'}
    made = SimpleNamespace(status=200, data="text", headers=headers)
    assert client.response_deserialize(made, {"200": "bytearray"}).data == b"text"
    assert client.response_deserialize(made).data is None
    path = Path(client.response_deserialize(made, {"200": "file"}).data)
    assert (path.parent, path.read_text()) == (tmp_path, "text")


def test_unfitting_answers(client: ApiClient) -> None:
    """An answer of success that does not fit is an error of its own; a refusal that does not fit stays the refusal."""
    with pytest.raises(ApiTypeError):
        client.response_deserialize(SimpleNamespace(status=200, data=b"{}"), TYPES)
    with pytest.raises(ApiException) as caught:
        client.response_deserialize(SimpleNamespace(status=422, data=b"{"), TYPES)
    assert (caught.value.status, caught.value.body, caught.value.data) == (422, "{", None)


@pytest.fixture(params=["call_api", "param_serialize", "response_deserialize"])
def later_client(request: pytest.FixtureRequest, configuration: Configuration) -> ApiClient:
    """A client of which one part is overridden with the later line's signature; its calls note themselves."""

    class Later(ApiClient):
        calls: list[str]

    def call_api(
        self: Any,
        method: Any,
        url: Any,
        header_params: Any = None,
        body: Any = None,
        post_params: Any = None,
        _request_timeout: Any = None,
    ) -> Any:
        self.calls.append("call_api")
        return ApiClient.call_api(self, method, url, header_params, body, post_params, _request_timeout)

    def param_serialize(self: Any, *args: Any, **options: Any) -> Any:
        self.calls.append("param_serialize")
        return ApiClient.param_serialize(self, *args, **options)

    def response_deserialize(self: Any, response_data: Any, response_types_map: Any = None) -> Any:
        self.calls.append("response_deserialize")
        return ApiClient.response_deserialize(self, response_data, response_types_map)

    setattr(Later, request.param, locals()[request.param])
    client: Any = Later(configuration)
    client.calls = []
    later: ApiClient = client
    return later


def test_overridden_part_of_the_later_line_is_asked(
    later_client: Any, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """Each form of a call goes through a part that is overridden with the later line's signature."""
    api = RegistryCredentialsApi(later_client)
    forms: tuple[Callable[[], Any], ...] = (
        lambda: api.generate_read_access_credentials(credentials_request).status,
        lambda: api.generate_read_access_credentials(credentials_request, async_req=True).get(30).status,
        lambda: api.generate_read_access_credentials(credentials_request, _return_http_data_only=False)[0].status,
        lambda: api.generate_read_access_credentials_with_http_info(credentials_request).data.status,
    )
    assert [form().success for form in forms] == [True] * 4
    assert len(later_client.calls) == 4
    unread = api.generate_read_access_credentials_without_preload_content(credentials_request)
    assert unread.status == 200
    assert [request.headers["Authorization"][:7] for request, _ in registry.log] == ["Bearer "] * 5


def test_later_client_sends_another_token_once_one_is_rejected(
    httpserver: HTTPServer, answer: Any, credentials_request: CredentialsRequest
) -> None:
    """A client of the later line whose token comes from a source asks for another when the registry rejects one."""

    class Later(ApiClient):
        def param_serialize(self, *args: Any, **options: Any) -> Any:
            return super().param_serialize(*args, **options)

    class Source:
        def __call__(self) -> str:
            return "old"

        def renew(self, rejected: str) -> str:
            return f"after-{rejected}"

    challenge = {"WWW-Authenticate": "Bearer"}
    httpserver.expect_ordered_request(READ, headers={"Authorization": "Bearer old"}).respond_with_data(
        "", 401, challenge
    )
    httpserver.expect_ordered_request(READ, headers={"Authorization": "Bearer after-old"}).respond_with_json(answer)
    client = Later(Configuration(httpserver.url_for("").rstrip("/"), access_token=Source(), retries=False))
    assert RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request).status.success
    assert client.param_serialize("GET", "/p", auth_settings=AUTH)[2]["Authorization"] == "Bearer old"


def test_names_of_both_lines_for_parameters(client: ApiClient) -> None:
    """Parameters become pairs, the text of a query, and fields for files, by the generator's names."""
    pairs = [("a b", [1, "x y", True]), ("flag", True), ("d", {"k": 1}), ("n", None)]
    common = "&flag=true&d=%7B%22k%22%3A%201%7D&n=None"
    forms = {"csv": "1,x%20y,true", "ssv": "1%20x%20y%20true", "pipes": "1|x%20y|true", "tsv": "1%09x%20y%09true"}
    for kind, text in forms.items():
        assert client.parameters_to_url_query(pairs, {"a b": kind}) == f"a%20b={text}{common}"
    assert client.parameters_to_url_query(pairs[:1], {"a b": "multi"}) == "a%20b=1&a%20b=x%20y&a%20b=true"
    assert client.parameters_to_url_query({"l": [1]}) == "l=%5B1%5D"
    assert client.parameters_to_tuples({"a": [1, 2]}, {"a": "csv"}) == [("a", "1,2")]


def test_files_in_each_form(client: ApiClient, tmp_path: Path) -> None:
    """A file is given open, by its path, as bytes, or with a name; a list holds several."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    expected = ("f", ("a.txt", b"x", "text/plain"))
    assert client.files_parameters({"f": str(path)}) == [expected]
    assert client.files_parameters({"f": ("a.txt", b"x")}) == [expected]
    assert client.files_parameters({"f": [path.open("rb"), None, str(path)]}) == [expected, expected]
    assert client.files_parameters({"f": b"x"}) == [("f", ("f", b"x", "application/octet-stream"))]
    with pytest.raises(ApiTypeError, match="not int, at"):
        client.files_parameters({"f": 5})  # type: ignore[dict-item]
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(ApiValueError, match="closed"):
        client.files_parameters({"f": closed})
    fields = client.param_serialize("POST", "/{p}", {"p": "x"}, post_params={"a": 1}, files={"f": b"x"})
    assert (fields[1][-2:], fields[4][0]) == ("/x", ("a", 1))


def test_update_params_for_auth_of_both_lines(client: ApiClient) -> None:
    """What proves who is asking is added for the earlier line's settings, the later line's setting, and the default."""
    setting = {"type": "api_key", "in": "query", "key": "k", "value": "v"}
    queries: list[tuple[str, Any]] = []
    client.update_params_for_auth({}, queries, AUTH, "/p", "GET", None, request_auths=[setting])
    client.update_params_for_auth({}, queries, AUTH, "/p", "GET", None, request_auth=setting)
    assert queries == [("k", "v")] * 2
    headers: dict[str, str] = {}
    client.update_params_for_auth(headers, None, AUTH)
    client.update_params_for_auth({}, None, [])
    assert headers["Authorization"].startswith("Bearer ")
    assert client.client_side_validation is True


def test_values_of_a_multipart_form(client: ApiClient) -> None:
    """Dictionaries, or values of the types that are named, become parts with JSON; a cookie's value is quoted."""
    fields = [("a", {"b": 1}), ("c", "d"), ("e", [1])]
    assert client.parameters_to_multipart(fields)[:2] == [("a", (None, '{"b": 1}', "application/json")), ("c", "d")]
    assert client.parameters_to_multipart(fields, list)[2] == ("e", (None, "[1]", "application/json"))
    headers: dict[str, str] = {}
    cookie = {"type": "api_key", "in": "cookie", "key": "k", "value": "a b="}
    client.update_params_for_auth(headers, None, AUTH, request_auth=cookie)
    assert headers["Cookie"] == "k=a%20b="
