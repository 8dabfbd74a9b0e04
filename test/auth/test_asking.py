"""Asking a token source: any callable will do, and whatever is wrong with it is one kind of error."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from openapi_client.auth import TokenSource, ask
from openapi_client.exceptions import AuthenticationException, LoginRequiredException

TOKEN = "token-that-nobody-may-see"


class Renewing:
    """A source that is told which token was rejected."""

    def __call__(self) -> str:
        return TOKEN

    def renew(self, rejected: str) -> str:
        """Another token."""
        return f"not {rejected}".replace(" ", "-")


@pytest.mark.parametrize(
    "source", [lambda: TOKEN, partial(str, TOKEN), Renewing()], ids=["function", "partial", "object"]
)
def test_any_callable_is_a_source(source: Callable[[], str]) -> None:
    """And what it gives is masked in tracebacks."""
    assert ask(source) == TOKEN
    assert repr(ask(source)) == "'***'"


def test_source_is_told_what_was_rejected() -> None:
    """If it can be told; a function is asked as always."""
    assert isinstance(Renewing(), TokenSource)
    assert ask(Renewing(), TOKEN) == f"not-{TOKEN}"
    assert ask(lambda: TOKEN, TOKEN) == TOKEN


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (None, "gave no token but NoneType"),
        (TOKEN.encode(), "gave no token but bytes"),
        ("", "gave an empty token"),
        (f"{TOKEN}\n", "that none may hold (U+000A)"),
        (f"{TOKEN}\r\nX-Admin: 1", "that none may hold (U+000D)"),
        (f"Bearer {TOKEN}", "that none may hold (U+0020); it is to be given without 'Bearer'"),
        (f'"{TOKEN}"', "in quotation marks"),
        (f"'{TOKEN}'", "in quotation marks"),
        (f"{TOKEN}\u2013", "that none may hold (U+2013)"),
        (f"{TOKEN}\xe9", "that none may hold (U+00E9)"),
        (f"{TOKEN}\x7f", "that none may hold (U+007F)"),
    ],
)
def test_what_is_no_token_is_refused(given: Any, problem: str, secrets_in: Callable[..., list[str]]) -> None:
    """Before it is sent, without being shown."""
    with pytest.raises(AuthenticationException, match=r"The token source .*<lambda>") as caught:
        ask(lambda: given)
    assert problem in str(caught.value)
    assert (caught.value.status, caught.value.__cause__) == (0, None)
    assert secrets_in(caught.value) == []


def test_what_a_source_raises_is_the_cause(secrets_in: Callable[..., list[str]]) -> None:
    """With its traceback, which is the user's own; a secret in its words is masked in ours."""

    def broken() -> str:
        raise KeyError(f"token={TOKEN}")

    with pytest.raises(AuthenticationException, match=r"broken raised KeyError: 'token=\*\*\*'") as caught:
        ask(broken)
    cause = caught.value.__cause__
    assert isinstance(cause, KeyError)
    assert cause.__traceback__ is not None
    caught.value.__cause__ = None
    assert secrets_in(caught.value) == []


def test_error_of_our_own_sources_is_passed_on() -> None:
    """As it is."""
    error = LoginRequiredException(400, "log in")

    def refused() -> str:
        raise error

    with pytest.raises(LoginRequiredException) as caught:
        ask(refused)
    assert caught.value is error


def test_interrupt_passes_through() -> None:
    """Whoever interrupts a login means the program."""

    def interrupted() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(interrupted)
