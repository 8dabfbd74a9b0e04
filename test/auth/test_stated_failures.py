"""Failures that a login server states with a status of success: told as any other, before the shape is looked at."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from openapi_client import Configuration
from openapi_client.auth import DeviceTokenSource, PasswordTokenSource, RefreshTokenSource, discover
from openapi_client.exceptions import (
    AuthenticationException,
    ClientRefusedException,
    DeviceLoginException,
    LoginRequiredException,
)

FAILURES: dict[str, tuple[object, type[AuthenticationException], str, str | None]] = {
    "code": ({"error": "invalid_grant"}, LoginRequiredException, "200 invalid_grant; ", "invalid_grant"),
    "code and words": (
        {"error": "invalid_grant", "error_description": "Account is locked"},
        LoginRequiredException,
        "200 invalid_grant (Account is locked); ",
        "invalid_grant",
    ),
    "client": (
        {"error": "invalid_client", "error_description": "Unknown client"},
        ClientRefusedException,
        "200 invalid_client (Unknown client); ",
        "invalid_client",
    ),
    "denied": (
        {"error": "access_denied", "access_token": None},
        DeviceLoginException,
        "200 access_denied; ",
        "access_denied",
    ),
    "unknown code": ({"error": "tired", "expires_in": "x"}, AuthenticationException, "200 tired; ", "tired"),
    "words": ({"error": "Realm does not exist"}, AuthenticationException, "200 (Realm does not exist); ", None),
    "an object": ({"error": {"message": "Not today"}}, AuthenticationException, "200 (Not today); ", None),
    "an object with a number": (
        {"error": {"code": 400, "message": "Not today"}},
        AuthenticationException,
        "200 (Not today); ",
        None,
    ),
    "an object with a code": (
        {"error": {"code": "invalid_grant", "message": "Not today"}},
        LoginRequiredException,
        "200 invalid_grant (Not today); ",
        "invalid_grant",
    ),
    "beside a token": (
        {"error": "invalid_scope", "access_token": "x", "expires_in": 5},
        AuthenticationException,
        "200 invalid_scope; ",
        "invalid_scope",
    ),
}

ONCE = Configuration(retries=False)


def password_login(server: Any) -> object:
    """A login by password."""
    return PasswordTokenSource("ada", "hunter2", token_url=server.token_url, configuration=ONCE)()


def refresh(server: Any) -> object:
    """A refresh."""
    return RefreshTokenSource("given-token", token_url=server.token_url, configuration=ONCE)()


def device_login(server: Any) -> object:
    """The beginning of a login in a browser."""
    device_url = f"{server.url}/device"
    return DeviceTokenSource(
        token_url=server.token_url, device_authorization_url=device_url, client_id="c", configuration=ONCE
    )()


def revocation(server: Any) -> None:
    """A logout, whose answer otherwise does not matter."""
    RefreshTokenSource(
        "given-token", token_url=server.token_url, revocation_url=f"{server.url}/revoke", configuration=ONCE
    ).logout()


REQUESTS: dict[str, Callable[[Any], object]] = {
    "password": password_login,
    "refresh": refresh,
    "device login": device_login,
    "revocation": revocation,
}


@pytest.mark.parametrize("request_of", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize(("body", "kind", "words", "code"), FAILURES.values(), ids=FAILURES)
def test_stated_failure_is_told(
    login_server: Any,
    request_of: Callable[[Any], object],
    body: object,
    kind: type[AuthenticationException],
    words: str,
    code: str | None,
) -> None:
    """By its code, with its words, whatever else the answer holds."""
    login_server.scripted.append(Response(json.dumps(body), content_type="application/json"))
    with pytest.raises(kind) as caught:
        request_of(login_server)
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert (caught.value.status, caught.value.error) == (200, code)


@pytest.mark.parametrize(("body", "kind", "words", "code"), FAILURES.values(), ids=FAILURES)
def test_failure_that_discovery_states_is_told(
    httpserver: HTTPServer, body: object, kind: type[AuthenticationException], words: str, code: str | None
) -> None:
    """As some servers answer for a realm that they do not have."""
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(body)
    with pytest.raises(kind) as caught:
        discover(httpserver.url_for("").rstrip("/"), ONCE)
    assert words in str(caught.value)
    assert caught.value.error == code


def test_pending_login_may_be_stated_with_success(login_server: Any, clock: Any) -> None:
    """Then it is asked again, as after any other `authorization_pending`."""
    begun = {"device_code": "device-code", "user_code": "U", "verification_uri": "https://h/d", "expires_in": 600}
    pending = Response(json.dumps({"error": "authorization_pending"}))
    login_server.scripted += [Response(json.dumps(begun)), pending, pending]
    source = DeviceTokenSource(
        token_url=login_server.token_url,
        device_authorization_url=f"{login_server.url}/device",
        client_id="c",
        prompt=str,
        configuration=ONCE,
        clock=clock,
        wall_clock=clock,
        sleep=clock.sleep,
    )
    login_server.scripted.append(login_server.tokens())
    assert source() == "access-1-that-nobody-may-see"


def test_refresh_token_that_is_refused_with_success_is_forgotten(login_server: Any, clock: Any) -> None:
    """The source then logs in by its own means, as after any other refusal."""
    source = PasswordTokenSource(
        "ada", "hunter2", token_url=login_server.token_url, configuration=ONCE, clock=clock, wall_clock=clock
    )
    source()
    clock.now += 300
    login_server.scripted.append(Response(json.dumps({"error": "invalid_grant"})))
    assert source() == "access-2-that-nobody-may-see"
    assert login_server.grants == ["password", "refresh_token", "password"]


def test_stated_failure_repeats_no_secret(login_server: Any, secrets_in: Callable[..., list[str]]) -> None:
    """Though the server does."""
    secret = "key-that-nobody-may-see"
    for body in ({"error": "invalid_grant", "error_description": f"{secret} is bad"}, {"error": f"bad: {secret}"}):
        login_server.scripted.append(Response(json.dumps(body)))
        with pytest.raises(AuthenticationException) as caught:
            PasswordTokenSource("ada", secret, token_url=login_server.token_url, configuration=ONCE)()
        assert secrets_in(caught.value) == []
