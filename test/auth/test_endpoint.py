"""A client at its login server: how it shows who it is, and what it is given."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import pytest
from pytest_httpserver import HTTPServer

from openapi_client.auth.discovery import Provider
from openapi_client.auth.endpoint import TokenEndpoint
from openapi_client.exceptions import ApiValueError, AuthenticationException

ID = "client: ä%"
SECRET = "secret:%&+ that-nobody-may-see"
TOKEN = {"access_token": "token-that-nobody-may-see", "token_type": "Bearer"}


@pytest.fixture
def endpoint_for(httpserver: HTTPServer) -> Callable[..., TokenEndpoint]:
    """Makes an endpoint, whose server states how a client may show who it is."""

    def make(client_id: str | None, client_secret: str | None, *methods: str) -> TokenEndpoint:
        issuer = httpserver.url_for("").rstrip("/")
        document = {"issuer": issuer, "token_endpoint": f"{issuer}/token", "revocation_endpoint": f"{issuer}/revoke"}
        stated = {"token_endpoint_auth_methods_supported": methods} if methods else {}
        httpserver.expect_request("/.well-known/openid-configuration").respond_with_json({**document, **stated})
        httpserver.expect_request("/token").respond_with_json(TOKEN)
        httpserver.expect_request("/revoke").respond_with_data()
        return TokenEndpoint(Provider(issuer, None), client_id, client_secret, None)

    return make


def form_and_authorization(httpserver: HTTPServer) -> tuple[dict[str, str], str | None]:
    """What the last request said."""
    request = httpserver.log[-1][0]
    return request.form.to_dict(), request.headers.get("Authorization")


def test_no_client_is_none(endpoint_for: Callable[..., TokenEndpoint], httpserver: HTTPServer) -> None:
    """A server that knows no clients is told of none; what is None is left out."""
    endpoint_for(None, None).grant("password", {"username": "ada", "scope": None})
    assert form_and_authorization(httpserver) == ({"grant_type": "password", "username": "ada"}, None)


def test_public_client_states_its_id(endpoint_for: Callable[..., TokenEndpoint], httpserver: HTTPServer) -> None:
    """In the form (RFC 6749, section 3.2.1)."""
    endpoint_for(ID, None, "none").grant("x", {})
    assert form_and_authorization(httpserver) == ({"grant_type": "x", "client_id": ID}, None)


@pytest.mark.parametrize("methods", [(), ("client_secret_post", "client_secret_basic"), ("private_key_jwt",)])
def test_secret_goes_into_basic(
    endpoint_for: Callable[..., TokenEndpoint], httpserver: HTTPServer, methods: tuple[str, ...]
) -> None:
    """Both parts encoded as in a form before they are joined (RFC 6749, section 2.3.1), and nowhere else."""
    endpoint_for(ID, SECRET, *methods).grant("x", {})
    form, authorization = form_and_authorization(httpserver)
    assert form == {"grant_type": "x"}
    assert authorization is not None
    pair = b64decode(authorization.removeprefix("Basic ")).decode()
    assert pair.isascii()
    assert [unquote_plus(part) for part in pair.split(":")] == [ID, SECRET]


def test_secret_goes_into_the_form_where_the_server_takes_no_basic(
    endpoint_for: Callable[..., TokenEndpoint], httpserver: HTTPServer
) -> None:
    """As it states."""
    endpoint_for(ID, SECRET, "client_secret_post").grant("x", {})
    form = {"grant_type": "x", "client_id": ID, "client_secret": SECRET}
    assert form_and_authorization(httpserver) == (form, None)


def test_secret_without_a_client_is_refused() -> None:
    """It is somebody's."""
    with pytest.raises(ApiValueError, match="without the client_id"):
        TokenEndpoint(Provider(None, "http://h/token"), None, SECRET, None)


def test_revocation_says_what_kind_of_token(endpoint_for: Callable[..., TokenEndpoint], httpserver: HTTPServer) -> None:
    """RFC 7009, section 2.1."""
    endpoint_for(ID, None).revoke("token-that-nobody-may-see", "refresh_token")
    form = {"token": "token-that-nobody-may-see", "token_type_hint": "refresh_token", "client_id": ID}
    assert form_and_authorization(httpserver) == (form, None)


def test_nothing_is_revoked_where_that_is_not_known() -> None:
    """The token is forgotten, which is all that can be done."""
    TokenEndpoint(Provider(None, "http://registry.invalid/token"), None, None, None).revoke("x", "access_token")


def test_device_login_must_begin_somewhere(endpoint_for: Callable[..., TokenEndpoint]) -> None:
    """Not every server has such a login."""
    with pytest.raises(ApiValueError, match="names no device authorization endpoint: give device_authorization_url"):
        endpoint_for(ID, None).authorize_device({})


def test_answer_of_another_shape_names_the_endpoint(
    httpserver: HTTPServer, secrets_in: Callable[..., list[str]], login_server: Any
) -> None:
    """And shows nothing of it."""
    login_server.scripted.append(login_server.tokens(token_type="mac", access_token=TOKEN["access_token"]))
    endpoint = TokenEndpoint(Provider(None, f"{login_server.token_url}?tenant=t"), None, None, None)
    with pytest.raises(AuthenticationException) as caught:
        endpoint.grant("password", {"username": "ada"})
    assert f"POST {login_server.token_url}: the answer's token_type is not 'Bearer'" in str(caught.value)
    assert (caught.value.status, caught.value.__cause__, caught.value.__context__) == (200, None, None)
    assert secrets_in(caught.value) == []
    assert httpserver.log[0][0].query_string == b"tenant=t"
