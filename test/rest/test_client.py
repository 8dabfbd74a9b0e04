"""RESTClientObject: one HTTP request against real servers, from its parts to an answer or one of our errors."""

import gzip
import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import urllib3
from pytest_httpserver import HTTPServer
from werkzeug import Response

from openapi_client import (
    ApiConnectionException,
    ApiException,
    ApiTimeoutException,
    ApiValueError,
    Configuration,
    OpenApiException,
)
from openapi_client._forks import tell_all
from openapi_client._masking import SecretText
from openapi_client.rest import RESTClientObject
from openapi_client.rest import client as module
from openapi_client.rest.encoding import encode_url

Start = Callable[..., Any]
HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def rest(configuration: Configuration) -> Iterator[RESTClientObject]:
    """What sends requests, closed at the end."""
    client = RESTClientObject(configuration)
    yield client
    client.close()


def test_request_arrives_as_it_was_given(httpserver: HTTPServer, rest: RESTClientObject) -> None:
    """Method, path, query, headers and JSON body arrive, and the answer comes back read."""
    httpserver.expect_request("/p", method="PUT").respond_with_json({"a": 1}, status=201, headers={"X-Own": "v"})
    answer = rest.request("put", httpserver.url_for("/p"), {"q": "1"}, {"X-Key": "k"}, {"b": None})
    request = httpserver.log[0][0]
    assert (request.method, request.query_string, request.headers["X-Key"]) == ("PUT", b"q=1", "k")
    assert (request.get_data(), request.headers["Content-Type"]) == (b'{"b": null}', "application/json")
    assert (answer.status, answer.data, answer.getheader("x-own")) == (201, b'{\n    "a": 1\n}', "v")


def test_unread_answer_is_left_to_the_caller(httpserver: HTTPServer, rest: RESTClientObject) -> None:
    """With `_preload_content=False` urllib3's own answer is given, to be read by the caller."""
    httpserver.expect_request("/p").respond_with_data("body")
    answer = rest.request("GET", httpserver.url_for("/p"), _preload_content=False)
    assert isinstance(answer, urllib3.BaseHTTPResponse)
    assert answer.read() == b"body"
    answer.release_conn()


@pytest.mark.parametrize("preload", [True, False], ids=["read", "unread"])
@pytest.mark.parametrize("status", [302, 304, 400, 404, 422, 500])
def test_other_status_is_an_error(httpserver: HTTPServer, rest: RESTClientObject, status: int, preload: bool) -> None:
    """A status that is not of success is an ApiException with what came, even where the answer is left unread."""
    httpserver.expect_request("/p").respond_with_data(b"" if status == 304 else b"why", status=status)
    with pytest.raises(ApiException) as caught:
        rest.request("GET", httpserver.url_for("/p"), _preload_content=preload)
    assert (caught.value.status, caught.value.body) == (status, "" if status == 304 else "why")
    assert caught.value.headers is not None
    assert "sERVER" in caught.value.headers


def test_open_gives_any_status(httpserver: HTTPServer, rest: RESTClientObject) -> None:
    """`open` gives the answer unread whatever its status."""
    httpserver.expect_request("/p").respond_with_data("why", status=500)
    answer = rest.open("GET", httpserver.url_for("/p"))
    assert (answer.status, answer.read()) == (500, b"why")
    answer.release_conn()


@pytest.mark.parametrize(
    ("answer", "then", "message"),
    [
        (b"", "close", "the connection broke"),
        (b"", "reset", "the connection broke"),
        (HEAD + b"Content-Length: 10\r\n\r\n{}", "close", "the answer ended early"),
        (HEAD + b"Content-Length: 10\r\n\r\n{}", "reset", "the connection broke"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "close", "SSH-2.0-OpenSSH_9.9"),
        (b"HTTP/1.1 two OK\r\n\r\n", "close", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nConten", "reset", "the connection broke"),
        (HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n", "close", "not HTTP"),
        (HEAD + b"X: x\r\n" * 200 + b"\r\n", "close", "not HTTP"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nnope\r\n", "close", "the connection broke"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", "close", "the connection broke"),
        (HEAD + b"Content-Length: 4\r\nContent-Encoding: gzip\r\n\r\nnope", "close", "not compressed"),
        (
            HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 100)[:-12] + b"broken trailer",
            "close",
            "not compressed",
        ),
    ],
    ids=[
        *(
            "nothing",
            "reset",
            "truncated",
            "reset in the body",
            "not HTTP",
            "no status",
            "half a header",
            "long header",
        ),
        *("many headers", "no chunks", "truncated chunk", "no gzip", "broken gzip"),
    ],
)
def test_broken_answer_is_a_connection_error(raw_server: Start, answer: bytes, then: str, message: str) -> None:
    """Whatever is not a whole HTTP answer is one of our errors, with status 0 and what a lower layer said."""
    url = raw_server(answer, then).url
    with pytest.raises(ApiConnectionException, match=message) as caught:
        RESTClientObject(Configuration(retries=0)).request("POST", url, body={})
    assert caught.value.status == 0
    assert caught.value.body is None
    assert caught.value.__cause__ is not None


def test_refused_connection_and_unknown_host_are_connection_errors() -> None:
    """A port that nobody listens on and a name that nobody has are told apart."""
    rest = RESTClientObject(Configuration(retries=0))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ApiConnectionException, match="the host accepts no connection"):
            rest.request("POST", url)
    with pytest.raises(ApiConnectionException, match="the host is unknown"):
        rest.request("POST", "http://registry.invalid")


@pytest.mark.parametrize(
    ("timeout", "words"),
    [
        (0.05, r"the whole call took longer than 0\.05 s \(total_timeout_seconds\)"),
        ((5, 0.05), r"no byte of an answer for 0\.05 s \(read_timeout_seconds\)"),
    ],
    ids=["number", "pair"],
)
@pytest.mark.parametrize("answer", [b"", HEAD + b"Content-Length: 9\r\n\r\n{"], ids=["head", "body"])
def test_silent_server_is_a_timeout(raw_server: Start, answer: bytes, timeout: Any, words: str) -> None:
    """A server that falls silent, before its answer or within, is an ApiTimeoutException that names the limit."""
    rest = RESTClientObject(Configuration(retries=0))
    with pytest.raises(ApiTimeoutException, match=words) as caught:
        rest.request("POST", raw_server(answer, "hold").url, _request_timeout=timeout)
    assert caught.value.waits == ()


def test_redirect_elsewhere_is_not_followed(httpserver: HTTPServer, rest: RESTClientObject) -> None:
    """An answer from elsewhere is not asked for: such a redirect is an error with what came, and says where it led."""
    elsewhere = httpserver.url_for("/other").replace("localhost", "127.0.0.1")
    httpserver.expect_request("/p").respond_with_data("why", status=307, headers={"Location": elsewhere})
    with pytest.raises(ApiException, match=f"redirected to {elsewhere}, at another origin") as caught:
        rest.request("POST", httpserver.url_for("/p"), body={})
    assert (caught.value.status, caught.value.body) == (307, "why")
    assert caught.value.headers is not None
    assert caught.value.headers["location"] == elsewhere
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("url", "headers"),
    [("http://ho st/", {}), ("http://a..b/", {}), (f"http://{'a' * 64}.b/", {}), ("http://h", {"X": "a\nb"})],
    ids=["space", "empty label", "long label", "header"],
)
def test_what_cannot_be_sent_is_one_of_our_errors(url: str, headers: dict[str, str]) -> None:
    """An address or a header that cannot be sent is refused."""
    with pytest.raises(OpenApiException) as caught:
        RESTClientObject(Configuration(retries=0)).request("POST", url, headers=headers)
    assert isinstance(caught.value, ApiValueError | ApiConnectionException)


def test_refusal_does_not_repeat_the_secrets_that_were_sent(httpserver: HTTPServer, rest: RESTClientObject) -> None:
    """A server's echo of a secret is masked in the error's body, reason and headers; what is none is left."""

    def echo(request: Any) -> Response:
        told = request.headers["Authorization"]
        body = {"token": told, "cookie": "cookie-value", "query": request.args["key"], "type": "application/json"}
        return Response(json.dumps(body), f"401 no {told}", {"X-Echo": told, "X-Type": "application/json"})

    httpserver.expect_request("/p").respond_with_handler(echo)
    headers = {
        "Authorization": SecretText("Bearer long-secret="),
        "Cookie": SecretText("session=cookie-value; a=b"),
        "Accept": SecretText("application/json"),
        "X-Plain": "no secret at all",
    }
    with pytest.raises(ApiException) as caught:
        rest.request("POST", httpserver.url_for("/p"), {"key": SecretText("query-value")}, headers)
    error = caught.value
    assert json.loads(error.body) == {
        "token": "***", "cookie": "***", "query": "***", "type": "application/json"
    }  # fmt: skip
    assert error.reason == "no ***"
    assert error.headers is not None
    assert (error.headers["x-echo"], error.headers["X-Type"]) == ("***", "application/json")


def test_request_is_logged_without_query_headers_and_body(
    httpserver: HTTPServer, rest: RESTClientObject, caplog: pytest.LogCaptureFixture
) -> None:
    """The package's log names the request, its status and how long it took."""
    httpserver.expect_request("/p").respond_with_data("body")
    with caplog.at_level(logging.DEBUG, "openapi_client"):
        rest.request("GET", httpserver.url_for("/p"), {"q": "1"}, {"X-Key": "k"})
    (message,) = [record.getMessage() for record in caplog.records if record.name == "openapi_client"]
    assert re.fullmatch(rf"GET {httpserver.url_for('/p')}: 200 in attempt 1 after \d+ ms", message)


def test_closed_client_opens_new_connections(httpserver: HTTPServer, rest: RESTClientObject) -> None:
    """After `close`, however often, a request works again."""
    httpserver.expect_request("/p").respond_with_data("body")
    rest.request("GET", httpserver.url_for("/p"))
    rest.close()
    rest.close()
    assert rest.request("GET", httpserver.url_for("/p")).status == 200


def test_connection_is_used_again(raw_server: Start) -> None:
    """Answers of success and of refusal alike leave the connection fit for the next request."""
    server = raw_server(b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}", "hold")
    rest = RESTClientObject(Configuration(retries=0))
    with pytest.raises(ApiException):
        rest.request("POST", server.url)
    pool = rest.pool_manager.connection_from_url(server.url)
    assert isinstance(pool, urllib3.HTTPConnectionPool)
    assert pool.num_connections == 1
    assert pool.pool is not None
    assert any(pool.pool.queue)
    rest.close()


def test_forked_child_takes_pools_of_its_own(httpserver: HTTPServer, rest: RESTClientObject) -> None:
    """What runs in a forked child gives each client new pools of the same sizes, and keeps the parent's untouched."""
    httpserver.expect_request("/p").respond_with_data("body")
    parents = rest.pool_manager
    tell_all()
    assert rest.pool_manager is not parents
    assert rest.pool_manager.connection_pool_kw == parents.connection_pool_kw
    assert rest.request("GET", httpserver.url_for("/p")).status == 200
    module._abandoned.remove(parents)


@pytest.mark.parametrize("method", ["", "GET /p HTTP/1.1\r\nX: y", "TRACE", "CONNECT"])
def test_unknown_method_is_refused(rest: RESTClientObject, method: str) -> None:
    """A method that is none is an ApiValueError which names those that there are."""
    with pytest.raises(ApiValueError, match="must be one of DELETE, GET"):
        rest.request(method, "http://registry.invalid")


@pytest.mark.parametrize(
    ("host", "headers", "warnings"),
    [
        ("http://registry.invalid", {"authorization": "Bearer x"}, 1),
        ("http://login.invalid", {}, 1),
        ("http://registry.invalid", {"X-Own": "x"}, 0),
        ("https://registry.invalid", {"Authorization": "Bearer x"}, 0),
        ("http://127.0.0.1:1", {"Authorization": "Bearer x"}, 0),
        ("http://[::1]:1", {"Authorization": "Bearer x"}, 0),
        ("http://registry.localhost:1", {"Authorization": "Bearer x"}, 0),
    ],
    ids=["token", "password", "no token", "TLS", "IPv4", "IPv6", "localhost"],
)
def test_secret_without_tls_is_a_warning_once(
    rest: RESTClientObject,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    headers: dict[str, str],
    warnings: int,
) -> None:
    """A secret that others can read on its way is warned of, once a server; on this machine nobody reads along."""
    # Another test of this process may have been warned of the same server.
    monkeypatch.setattr("openapi_client.rest.client._warned", set())
    form = {"username": "u", "password": SecretText("p")} if host == "http://login.invalid" else {"page": "1"}
    for client in (rest, RESTClientObject(Configuration(retries=False))):
        for _ in range(2):
            with pytest.raises(ApiConnectionException):
                client.request("POST", f"{host}/p", headers=headers, post_params=form)
    shown = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert shown == [f"A secret is sent to {host}/p without TLS, for others to read: use https"] * warnings


@pytest.mark.parametrize("host", ["http://☃.example", "http://" + "ä" * 70 + ".example"], ids=["symbol", "too long"])
def test_host_that_no_name_system_knows_is_refused(rest: RESTClientObject, host: str) -> None:
    """A host whose name has no form for the name system is an ApiValueError without a cause, which would quote it."""
    with pytest.raises(ApiValueError, match="must be the address of an HTTP server") as caught:
        rest.request("GET", host)
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize("zone", ["%25Eth0", "%Eth0"], ids=["of an address", "of a socket"])
def test_address_of_ipv6_may_have_a_zone(zone: str) -> None:
    """The zone, which tells equal addresses of several networks apart, is kept as the system knows it."""
    client = RESTClientObject(Configuration())
    route = client._route(encode_url(f"http://[FE80::1{zone}]:8080/p", []), replaced=False)
    assert isinstance(route.pool, urllib3.HTTPConnectionPool)
    with route.pool as pool:
        connection = pool._new_conn()
        assert (connection.host, connection.port, route.target) == ("fe80::1%Eth0", 8080, "/p")
