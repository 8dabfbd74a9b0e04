"""Refusals of a login server: which error each is, what it says, and what it never repeats."""

import json
import pickle
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest

from openapi_client.auth.refusals import refusal, states_failure
from openapi_client.exceptions import (
    AuthenticationException,
    ClientRefusedException,
    DeviceLoginException,
    LoginRequiredException,
)

WHERE = "POST https://login.example/token"


@pytest.mark.parametrize(
    ("status", "code", "kind", "advice"),
    [
        (400, "invalid_grant", LoginRequiredException, "log in again"),
        (401, "invalid_grant", LoginRequiredException, "log in again"),
        (401, "invalid_client", ClientRefusedException, "check the client id and secret"),
        (401, "unauthorized_client", ClientRefusedException, "check the client id and secret"),
        (400, "unauthorized_client", ClientRefusedException, "which logins the server admits"),
        (400, "unsupported_grant_type", ClientRefusedException, "choose another token source"),
        (400, "access_denied", DeviceLoginException, "denied"),
        (400, "expired_token", DeviceLoginException, "not confirmed in time"),
        (400, "invalid_scope", AuthenticationException, "another `scope`"),
        (400, "invalid_target", AuthenticationException, "another `audience`"),
        (400, "unsupported_token_type", AuthenticationException, "lives until it expires"),
        (400, "invalid_request", AuthenticationException, "check the address"),
        (400, "authorization_pending", AuthenticationException, "check the address"),
        (503, "temporarily_unavailable", AuthenticationException, "try again later"),
        (429, None, AuthenticationException, "try again later"),
        (500, None, AuthenticationException, "try again later"),
        (404, None, AuthenticationException, "check the address"),
        (302, None, AuthenticationException, "check the address"),
        (400, None, LoginRequiredException, "no reason is given"),
        (401, None, LoginRequiredException, "no reason is given"),
        (403, None, LoginRequiredException, "no reason is given"),
    ],
)
def test_refusal_has_its_class_and_its_advice(
    status: int, code: str | None, kind: type[AuthenticationException], advice: str
) -> None:
    """By the code of OAuth 2.0, else by the status."""
    error = refusal(status, json.dumps({"error": code, "error_description": "As it is."}), WHERE, [])
    assert type(error) is kind
    assert (error.status, error.error) == (status, code)
    assert str(error).startswith(f"({status})\nReason: {WHERE}: {status}{' ' + code if code else ''} (As it is.); ")
    assert advice in str(error)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - the test's own
    assert (type(twin), str(twin), twin.error) == (kind, str(error), code)


@pytest.mark.parametrize(
    "body", ["", "<html><h1>Forbidden</h1></html>", "[]", '{"error": {"code": 5}}', '{"error": ["a"]}', "\0"]
)
def test_body_of_another_shape_is_no_error_on_top(body: str) -> None:
    """No body, a page for people, JSON of another kind."""
    error = refusal(403, body, WHERE, ["x"])
    assert type(error) is LoginRequiredException
    assert error.error is None
    assert str(error).startswith(f"(403)\nReason: {WHERE}: 403; no reason is given")


@pytest.mark.parametrize(
    "body",
    [
        '{"error": "Account is locked"}',
        '{"error": {"code": 5, "message": "Account is locked"}}',
        '{"error": "ä b", "error_description": "Account is locked"}',
    ],
    ids=["words", "an object", "words and a description"],
)
@pytest.mark.parametrize("status", [200, 403])
def test_words_in_place_of_a_code_are_told(status: int, body: str) -> None:
    """Some servers and gateways write no code."""
    error = refusal(status, body, WHERE, [])
    assert error.error is None
    assert str(error).startswith(f"({status})\nReason: {WHERE}: {status} (Account is locked); check ")


@pytest.mark.parametrize(
    ("body", "states"),
    [
        ('{"error": "invalid_grant"}', True),
        ('{"error": "a b", "access_token": "x"}', True),
        ('{"error": {"message": "no"}}', True),
        ('{"error": null, "access_token": "x"}', False),
        ('{"error": ""}', False),
        ('{"access_token": "x"}', False),
        ('["error"]', False),
        ("error", False),
        ("", False),
    ],
)
def test_failure_that_an_answer_of_success_states(body: str, states: bool) -> None:
    """It is found before the shape of the answer is looked at."""
    assert states_failure(body) is states


SECRET = "p%s w:ä"


@pytest.mark.parametrize(
    "form",
    [SECRET, quote(SECRET, safe=""), quote_plus(SECRET), b64encode(SECRET.encode()).decode()],
    ids=["plain", "address", "form", "header"],
)
def test_description_that_repeats_a_secret_is_withheld(form: str) -> None:
    """In whatever form it was sent; a short one too, of which a part would tell the rest."""
    body = json.dumps({"error": "invalid_grant", "error_description": f"No user has {form}, sorry."})
    assert "sorry" not in str(refusal(400, body, WHERE, ["", "other", SECRET]))
    assert "sorry" in str(refusal(400, body, WHERE, ["", "other"]))


def test_code_that_repeats_a_secret_is_withheld() -> None:
    """Whatever a server may mean by that."""
    error = refusal(400, '{"error": "hunter2"}', WHERE, ["hunter2"])
    assert error.error is None
    assert "hunter2" not in str(error)


def test_description_is_masked_bounded_and_on_one_line() -> None:
    """It goes to terminals and logs."""
    body = json.dumps({"error": "invalid_grant", "error_description": "token=abc\x1b[2J\r\n  gone" + " x" * 1000})
    shown = str(refusal(400, body, WHERE, []))
    assert "(token=*** [2J gone x x" in shown
    assert len(shown) < 600
    assert shown.count("\n") == 2
