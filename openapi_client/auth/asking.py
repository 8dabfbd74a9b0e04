"""What a token source is, and how one is asked for a token."""

import re
from collections.abc import Callable
from typing import Any, Final, Protocol, runtime_checkable

from openapi_client._display import shown
from openapi_client._masking import SecretText
from openapi_client.exceptions import AuthenticationException

_NOT_IN_TOKEN: Final = re.compile(r"[^\x21-\x7e]")
_QUOTES: Final = ("'", '"')


@runtime_checkable
class TokenSource(Protocol):
    """Where bearer tokens come from. Any callable that gives a token will do; one of these can be told more."""

    def __call__(self) -> str:
        """A token that is good now, from memory if there is one."""
        ...

    def renew(self, rejected: str) -> str:
        """A token other than one that the registry rejected.

        Args:
            rejected: The token that was sent.
        """
        ...


def ask(source: Callable[[], str], rejected: str | None = None) -> str:
    """A token from a source, checked.

    Args:
        source: Any callable that gives a token.
        rejected: The token that the registry has just rejected, if it is to be another one. A source that cannot be
            told is asked as always.

    Raises:
        AuthenticationException: The source failed, in which case the cause is what it raised; or what it gave is no
            token.
    """
    # Assigned, so that the frame of this call shows no other.
    rejected = SecretText(rejected or "")
    failure: AuthenticationException | None = None
    token: Any = None
    try:
        token = source.renew(rejected) if rejected and isinstance(source, TokenSource) else source()
    except AuthenticationException:
        raise
    except Exception as error:  # noqa: BLE001 - a user's function may raise anything
        failure = _failure(source, f"raised {type(error).__name__}: {shown(str(error))}")
        failure.__cause__ = error
    else:
        if problem := problem_with(token):
            failure = _failure(source, problem)
    if failure is None:
        return SecretText(token)
    del token
    try:
        raise failure
    finally:
        # A traceback that holds a frame that holds the error would live until the next garbage collection.
        del failure


def problem_with(token: object) -> str:
    """What is wrong with a token, in words that go on from what gave it; empty where it can be sent."""
    if not isinstance(token, str):
        return f"gave no token but {type(token).__name__}"
    if not token:
        return "gave an empty token"
    # The search is for what to say: it takes ten times as long, and every request asks.
    if token.isascii() and token.isprintable() and " " not in token:
        return "gave a token in quotation marks, which are no part of one" if token[0] in _QUOTES else ""
    found = _NOT_IN_TOKEN.findall(token)[0]
    hint = "; it is to be given without 'Bearer'" if token[:7].lower() == "bearer " else ""
    return f"gave a token with a character that none may hold (U+{ord(found):04X}){hint}"


def _failure(source: object, problem: str) -> AuthenticationException:
    name = getattr(source, "__qualname__", None) or type(source).__qualname__
    return AuthenticationException(0, f"The token source {name} {problem}")
