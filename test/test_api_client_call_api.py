"""`ApiClient.call_api`: parameters of every kind as they arrive on the wire, hosts, authentication, answers."""

import io
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

from openapi_client import ApiClient, ApiException, ApiResponse, ApiTypeError, ApiValueError, Configuration, Status
from openapi_client.model_utils import file_type

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def echo(httpserver: HTTPServer) -> HTTPServer:
    """A server that answers anything with an empty JSON object."""
    httpserver.expect_request("/path").respond_with_json({})
    return httpserver


def received(server: HTTPServer) -> Request:
    """The one request that arrived."""
    ((request, _),) = server.log
    return request


@pytest.mark.parametrize(
    ("value", "formats", "safe", "path"),
    [
        ("a b", None, "", "/x/a%20b"),
        ("a/b?c=d", None, "", "/x/a%2Fb%3Fc%3Dd"),
        ("a/b", None, "/", "/x/a/b"),
        (7, None, "", "/x/7"),
        ([1, 2], {"p": "csv"}, "", "/x/1%2C2"),
        ([1, 2], {"p": "csv"}, ",", "/x/1,2"),
        ("{q}", None, "", "/x/%7Bq%7D"),
    ],
)
def test_path_parameters(
    httpserver: HTTPServer, client: ApiClient, value: Any, formats: Any, safe: str, path: str
) -> None:
    """A path parameter takes the place of its name, percent-encoded but for the configured safe characters."""
    client.configuration.safe_chars_for_path_param = safe
    with pytest.raises(ApiException):
        client.call_api("/x/{p}", "GET", {"p": value, "q": "other"}, collection_formats=formats)
    assert received(httpserver).environ["RAW_URI"] == path


@pytest.mark.parametrize(
    ("query", "formats", "sent"),
    [
        ({"a": "1 2", "b": "ü&"}, None, b"a=1+2&b=%C3%BC%26"),
        ([("a", 1), ("a", 2)], None, b"a=1&a=2"),
        ({"a": [1, 2]}, {"a": "multi"}, b"a=1&a=2"),
        ({"a": [1, 2]}, {"a": "csv"}, b"a=1%2C2"),
        ({"a": [1, 2]}, {"a": "ssv"}, b"a=1+2"),
        ({"a": [1, 2]}, {"a": "tsv"}, b"a=1%092"),
        ({"a": [1, 2], "b": "x"}, {"a": "pipes"}, b"a=1%7C2&b=x"),
    ],
    ids=["encoded", "pairs", "multi", "csv", "ssv", "tsv", "pipes"],
)
def test_query_parameters(echo: HTTPServer, client: ApiClient, query: Any, formats: Any, sent: bytes) -> None:
    """Query parameters are percent-encoded, lists in their collection format."""
    client.call_api("/path", "GET", query_params=query, collection_formats=formats)
    assert received(echo).query_string == sent


def test_header_parameters(echo: HTTPServer, client: ApiClient) -> None:
    """Header parameters are sent, lists in their collection format, in place of default headers in any case."""
    client.set_default_header("X-Default", "default")
    headers = {"X-List": [1, 2], "x-default": "own", "accept": "text/plain"}
    client.call_api("/path", "GET", header_params=headers, collection_formats={"X-List": "csv"})
    sent = received(echo).headers
    assert [sent.getlist(name) for name in ("X-List", "X-Default", "Accept")] == [["1,2"], ["own"], ["text/plain"]]


def test_header_that_is_no_text_is_refused(client: ApiClient) -> None:
    """A header's value is text; anything else is an ApiTypeError that names the header."""
    with pytest.raises(ApiTypeError, match="'X-List'"):
        client.call_api("/path", "GET", header_params={"X-List": [1, 2]})


def test_form_parameters(echo: HTTPServer, client: ApiClient) -> None:
    """Form fields are urlencoded, lists in their collection format."""
    fields = {"a": "1 2", "list": ["x", "y"]}
    client.call_api("/path", "POST", header_params=FORM, post_params=fields, collection_formats={"list": "multi"})
    assert received(echo).get_data() == b"a=1+2&list=x&list=y"
    assert received(echo).headers["Content-Type"] == FORM["Content-Type"]


def test_multipart_form_with_files(echo: HTTPServer, client: ApiClient, tmp_path: Path) -> None:
    """Open files are sent with their name and type, and closed; fields stand beside them."""
    names = ("a.txt", "b.unknown")
    for name in names:
        (tmp_path / name).write_bytes(b"content of " + name.encode())
    opened = [(tmp_path / name).open("rb") for name in names]
    client.call_api(
        "/path",
        "POST",
        post_params={"field": "value", "status": Status(success=True, details="d")},
        files={"file": [*opened, None], "none": None},
        _content_type="multipart/form-data",
    )
    request = received(echo)
    files = [(file.filename, file.content_type, file.read()) for file in request.files.getlist("file")]
    assert files == [
        ("a.txt", "text/plain", b"content of a.txt"),
        ("b.unknown", "application/octet-stream", b"content of b.unknown"),
    ]
    assert request.form.to_dict() == {"field": "value", "status": '{"success": true, "details": "d"}'}
    assert all(file.closed for file in opened)
    request.close()


def test_closed_file_is_refused(client: ApiClient) -> None:
    """A file that is closed already is an ApiValueError that names the parameter."""
    file = io.BytesIO()
    file.close()
    with pytest.raises(ApiValueError, match="'file'"):
        client.call_api("/path", "POST", files={"file": [file]}, _content_type="multipart/form-data")


def test_file_as_the_body(echo: HTTPServer, client: ApiClient) -> None:
    """An open file as the body is sent as its bytes."""
    client.call_api("/path", "PUT", body=io.BytesIO(b"\x00\xff"), _content_type="application/octet-stream")
    assert received(echo).get_data() == b"\x00\xff"


@pytest.mark.parametrize("name", ["Content-Type", "content-type"])
def test_content_type_of_the_call_beats_its_header(echo: HTTPServer, client: ApiClient, name: str) -> None:
    """`_content_type` says how the body is written, whatever a header of the same call says."""
    client.call_api("/path", "POST", header_params={name: "application/json"}, body="text", _content_type="text/plain")
    request = received(echo)
    assert request.headers.getlist("Content-Type") == ["text/plain"]
    assert request.get_data() == b"text"


def test_defaults_of_a_request(echo: HTTPServer, client: ApiClient) -> None:
    """Without anything else a request has no body, the JSON headers, and no token unless its scheme is named."""
    assert client.call_api("/path", "get")[:2] == (None, 200)
    request = received(echo)
    assert (request.method, request.get_data(), request.headers["Accept"]) == ("GET", b"", "application/json")
    assert "Authorization" not in request.headers


@pytest.mark.parametrize(
    ("schemes", "auths", "sent"),
    [
        (["OAuth2PasswordBearer"], None, "Bearer token-that-nobody-may-see"),
        (["Other", "OAuth2PasswordBearer"], None, "Bearer token-that-nobody-may-see"),
        (["Other"], None, None),
        ([], [{"in": "header", "key": "Authorization", "value": "x"}], None),
        (["Other"], [{"in": "header", "key": "authorization", "value": "x"}], "x"),
    ],
    ids=["named", "one of two", "not configured", "none wanted", "given"],
)
def test_authentication(echo: HTTPServer, client: ApiClient, schemes: Any, auths: Any, sent: str | None) -> None:
    """An operation that names a scheme gets the configured setting for it, or those given with the call."""
    client.call_api("/path", "POST", auth_settings=schemes, _request_auths=auths)
    assert received(echo).headers.get("Authorization") == sent


@pytest.mark.parametrize("slashes", ["", "/", "//"])
def test_host_with_a_trailing_slash(echo: HTTPServer, slashes: str) -> None:
    """A slash at the end of the host, configured or given, makes no second one in the path."""
    host = echo.url_for("").rstrip("/") + slashes
    with ApiClient(Configuration(host)) as client:
        client.call_api("/path", "GET")
        client.call_api("/path", "GET", _host=host)
    assert [request.path for request, _ in echo.log] == ["/path", "/path"]


def test_given_host_is_asked(echo: HTTPServer) -> None:
    """`_host` is asked in place of the configured one."""
    with ApiClient(Configuration("http://registry.invalid")) as client:
        client.call_api("/path", "GET", _host=echo.url_for(""))
    assert received(echo).path == "/path"


@pytest.mark.parametrize(
    "host", ["localhost", "", "ftp://h", "http://u:hidden@h", "http://", "http://h:port", "http://h:99999"]
)
def test_bad_host_is_a_clear_error(host: str) -> None:
    """A host that cannot be asked is an ApiValueError that says what one looks like, and shows no password."""
    with ApiClient(Configuration(host)) as client, pytest.raises(ApiValueError, match=r"^The host must ") as caught:
        client.call_api("/path", "GET")
    assert "hidden" not in f"{caught.value!r} {caught.value} {client.configuration!r}"


def test_forms_of_an_answer(httpserver: HTTPServer, client: ApiClient) -> None:
    """The data alone, data with status and headers, an ApiResponse, or urllib3's unread answer."""
    httpserver.expect_request("/path").respond_with_json({"success": True, "details": "d"})
    status = Status(success=True, details="d")
    data, code, headers = client.call_api("/path", "GET", response_type=(Status,))
    assert (data, code, headers["content-type"]) == (status, 200, "application/json")
    assert client.call_api("/path", "GET", response_type=(Status,), _return_http_data_only=True) == status
    assert client.call_api("/path", "GET", _return_http_data_only=True) is None
    info = client.call_api("/path", "GET", response_type=(Status,), _form="info")
    assert isinstance(info, ApiResponse)
    assert (info.data, info.status_code) == (status, 200)
    forms: list[dict[str, Any]] = [{"_preload_content": False}, {"_form": "unread"}]
    for options in forms:
        unread = client.call_api("/path", "GET", **options)
        assert Status.from_json(unread.read()) == status
        unread.release_conn()
    handle = client.call_api("/path", "GET", response_type=(Status,), async_req=True)
    assert handle.get(30)[0] == status


def test_charset_of_an_answer_is_honoured(httpserver: HTTPServer, client: ApiClient) -> None:
    """An answer in another encoding than UTF-8 is read in the one that it states."""
    httpserver.expect_request("/path").respond_with_data(
        '{"success": true, "details": "é"}'.encode("latin-1"), content_type="application/json; charset=ISO-8859-1"
    )
    data = client.call_api("/path", "GET", response_type=(Status,), _return_http_data_only=True)
    assert data.details == "é"


def test_file_in_each_form_of_a_tuple(echo: HTTPServer, client: ApiClient) -> None:
    """A file among the fields of a form is a tuple of its name, bytes and type, as the later line takes it."""
    client.call_api("/path", "POST", post_params=[("f", ("a.txt", b"\xff", "text/plain"))])
    file = received(echo).files["f"]
    assert file.read() == b"\xff"
    file.close()


def test_positional_order(echo: HTTPServer, client: ApiClient) -> None:
    """The parameters stand in the generator's order."""
    given: tuple[Any, ...] = (
        *("/path", "POST", None, {"q": "1"}, {"X-H": "h"}, {"b": 1}, None, None, ({str: (int,)},)),
        *(["OAuth2PasswordBearer"], False, True, None, True, 5, echo.url_for(""), True, None, "application/json"),
    )
    assert client.call_api(*given) == {}
    request = received(echo)
    assert (request.query_string, request.headers["X-H"], request.get_data()) == (b"q=1", "h", b'{"b": 1}')


def test_download_is_a_file(client: ApiClient, httpserver: HTTPServer, tmp_path: Path) -> None:
    """An answer whose type is `file_type` is saved under the name that the server gives it, and returned open."""
    client.configuration.temp_folder_path = str(tmp_path)
    headers = {"Content-Disposition": 'attachment; filename="a.bin"'}
    httpserver.expect_request("/file").respond_with_data(b"\x00\xff", headers=headers)
    with client.call_api("/file", "GET", response_type=(file_type,), _return_http_data_only=True) as file:
        assert (file.name, file.read()) == (str(tmp_path / "a.bin"), b"\x00\xff")
