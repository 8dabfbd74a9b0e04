"""One request to a login server: as RFC 6749 wants it, by the Configuration's ways, its answer a JSON object."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from openapi_client import Configuration
from openapi_client._masking import SecretText
from openapi_client.auth.exchange import ONCE, Effort, Wire, check_address
from openapi_client.exceptions import (
    ApiTimeoutException,
    ApiValueError,
    AuthenticationException,
    LoginRequiredException,
)

SECRET = "token-that-nobody-may-see"


def test_form_is_posted(httpserver: HTTPServer) -> None:
    """As a form in UTF-8, and JSON is asked for: with Accept: text/html, some servers answer with pages."""
    httpserver.expect_request("/token", method="POST").respond_with_json({"a": 1})
    assert Wire().post(httpserver.url_for("/token"), {"name": "ä &="}, {"X-More": "1"}) == {"a": 1}
    request = httpserver.log[0][0]
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert (request.headers["Accept"], request.headers["X-More"]) == ("application/json", "1")
    assert request.form.to_dict() == {"name": "ä &="}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_byte_order_mark_before_an_answer_is_read(httpserver: HTTPServer, encoding: str, content_type: str) -> None:
    """A server on Windows may write one, in an answer of success and in a refusal."""
    refusal = '{"error": "invalid_grant"}'.encode(encoding)
    httpserver.expect_request("/token").respond_with_data('{"a": "ä"}'.encode(encoding), content_type=content_type)
    httpserver.expect_request("/no").respond_with_data(refusal, 400, content_type=content_type)
    httpserver.expect_request("/well").respond_with_data(refusal, content_type=content_type)
    assert Wire().post(httpserver.url_for("/token"), {}) == {"a": "ä"}
    for path in ("/no", "/well"):
        with pytest.raises(LoginRequiredException) as caught:
            Wire().post(httpserver.url_for(path), {})
        assert caught.value.error == "invalid_grant"


def test_document_is_got(httpserver: HTTPServer) -> None:
    """Without a body."""
    httpserver.expect_request("/doc", method="GET").respond_with_json({"a": 1})
    assert Wire().get(httpserver.url_for("/doc")) == {"a": 1}
    assert httpserver.log[0][0].data == b""


@pytest.mark.parametrize("body", ["", "<html>", "[1]", '"x"', f'{{"access_token": "{SECRET}"', "\xff", '{"a": 1e400}'])
def test_answer_that_is_no_object_is_refused(
    httpserver: HTTPServer, secrets_in: Callable[..., list[str]], body: str
) -> None:
    """Without being shown."""
    httpserver.expect_request("/token").respond_with_data(body.encode("latin-1"))
    with pytest.raises(AuthenticationException, match="the answer is no JSON object") as caught:
        Wire().post(httpserver.url_for("/token"), {})
    assert caught.value.status == 200
    assert secrets_in(caught.value) == []


def test_refusal_keeps_nothing_that_was_sent(httpserver: HTTPServer, secrets_in: Callable[..., list[str]]) -> None:
    """The server's answer, which repeats it, is neither a cause nor a context."""
    body = {"error": "invalid_grant", "error_description": f"{SECRET} is bad"}
    httpserver.expect_request("/token").respond_with_json(body, 400, {"X-Echo": SECRET})
    with pytest.raises(LoginRequiredException) as caught:
        Wire().post(httpserver.url_for("/token"), {"password": SecretText(SECRET)})
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert (caught.value.body, caught.value.headers) == (None, None)
    assert secrets_in(caught.value) == []


def test_request_is_repeated_where_that_is_wanted(httpserver: HTTPServer) -> None:
    """As the Configuration says, and not where one attempt is asked for."""
    httpserver.expect_request("/token").respond_with_data(status=503)
    wire = Wire(Configuration(retries=1))
    for effort, attempts in ((Effort(), 2), (ONCE, 1)):
        httpserver.clear_log()
        with pytest.raises(AuthenticationException, match="try again later"):
            wire.post(httpserver.url_for("/token"), {}, effort=effort)
        assert len(httpserver.log) == attempts


@pytest.mark.parametrize(("configured", "effort"), [(30.0, 0.1), (0.1, 30.0)])
def test_effort_bounds_the_request(raw_server: Callable[..., Any], configured: float, effort: float) -> None:
    """The shorter of its time and the configured one ends it."""
    wire = Wire(Configuration(total_timeout_seconds=configured, retries=False))
    with pytest.raises(ApiTimeoutException, match=r"longer than 0\.1 s"):
        wire.post(raw_server(b"HTTP/1.1 200 OK\r\n", "hold").url, {}, effort=Effort(effort))


def test_default_configuration_is_used(httpserver: HTTPServer) -> None:
    """Where there is no other, with its proxy and its exceptions from it, which the login server's host decides."""
    httpserver.expect_request("/token").respond_with_json({})
    Configuration.set_default(Configuration("http://registry.example", proxy="http://127.0.0.1:9", retries=False))
    with pytest.raises(Exception, match="proxy"):
        Wire().post(httpserver.url_for("/token"), {})
    Configuration.set_default(
        Configuration("http://registry.example", proxy="http://127.0.0.1:9", no_proxy=httpserver.host, retries=False)
    )
    assert Wire().post(httpserver.url_for("/token"), {}) == {}
    assert Configuration.get_default_copy().host == "http://registry.example"


def test_redirect_to_elsewhere_is_not_followed(httpserver: HTTPServer) -> None:
    """Whoever is there is not to have the form."""
    elsewhere = Response(status=307, headers={"Location": "https://elsewhere.example/token"})
    httpserver.expect_request("/token").respond_with_response(elsewhere)
    with pytest.raises(AuthenticationException, match="307; check the address"):
        Wire().post(httpserver.url_for("/token"), {"password": SecretText(SECRET)})


def test_answer_may_be_empty_where_it_does_not_matter(httpserver: HTTPServer) -> None:
    """As that of a revocation (RFC 7009, section 2.2)."""
    httpserver.expect_request("/revoke").respond_with_data(b"")
    Wire().tell(httpserver.url_for("/revoke"), {}, {})
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    "url", ["http://h", "https://h:8443/a/b?c=d", "https://[::1]:1/", "https://xn--bcher-kva.example/"]
)
def test_address_may_be(url: str) -> None:
    """Of HTTP, with or without TLS."""
    assert check_address(url, "token_url") == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        5,
        "",
        "h",
        "/token",
        "ftp://h",
        "javascript:alert(1)",
        "https://",
        "https://user:pw@h/",
        "https://h:x/",
        "https://h/#f",
        "https://h/\n",
        "https://h/ x",
        "https://bücher.example/",
        "http://[h/",
    ],
)
def test_address_may_not_be(url: Any) -> None:
    """Anything else: it may come from a server, and is shown to people."""
    with pytest.raises(ApiValueError, match="token_url must be an address"):
        check_address(url, "token_url")
