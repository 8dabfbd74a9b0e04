"""A user's name and password: the form that is sent, and what follows from the answer."""

from collections.abc import Callable
from typing import Any

import pytest

from openapi_client.auth import PasswordTokenSource
from openapi_client.exceptions import LoginRequiredException
from openapi_client.sandbox import Sandbox


def test_sandbox_logs_in(sandbox: Sandbox) -> None:
    """With what it says its user is called."""
    source = PasswordTokenSource(sandbox.username, sandbox.password, token_url=f"{sandbox.host}/token")
    first = source()
    assert source() == first
    assert source.renew(first) not in ("", first)


def test_form_is_that_of_the_password_grant(login_server: Any, password: str) -> None:
    """RFC 6749, section 4.3.2, characters beyond ASCII in UTF-8."""
    PasswordTokenSource("ada", password, token_url=login_server.token_url)()
    assert login_server.requests[0][1] == {"grant_type": "password", "username": "ada", "password": password}


def test_client_scope_and_audience_are_sent(login_server: Any, password: str) -> None:
    """Where they are given."""
    PasswordTokenSource(
        "ada", password, token_url=login_server.token_url, client_id="c", scope="a b", audience="registry"
    )()
    assert login_server.requests[0][1] == {
        "grant_type": "password",
        "username": "ada",
        "password": password,
        "client_id": "c",
        "scope": "a b",
        "audience": "registry",
    }


def test_wrong_password_is_told(login_server: Any, password: str, refusal_of: Callable[..., Any]) -> None:
    """With what the server says of it."""
    login_server.scripted.append(refusal_of("invalid_grant", 401, "Invalid user credentials"))
    source = PasswordTokenSource("ada", password, token_url=login_server.token_url)
    with pytest.raises(
        LoginRequiredException, match=r"401 invalid_grant \(Invalid user credentials\).*log in again"
    ) as caught:
        source()
    assert (caught.value.status, caught.value.error) == (401, "invalid_grant")


def test_refresh_goes_before_the_password(login_server: Any, password: str, clock: Any) -> None:
    """And the password is there when the refresh token is no longer good, or the server gave none any more."""
    source = PasswordTokenSource("ada", password, token_url=login_server.token_url, clock=clock)
    tokens = [source()]
    for step in ("good", "revoked", "good"):
        clock.now += 300
        if step == "revoked":
            login_server.good.clear()
        tokens.append(source())
    assert login_server.grants == ["password", "refresh_token", "refresh_token", "password", "refresh_token"]
    assert len(set(tokens)) == 4
