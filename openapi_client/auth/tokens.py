"""Tokens as values: one answer of a token endpoint, and what is kept of it between programs."""

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from openapi_client._json import stated
from openapi_client._masking import SecretText
from openapi_client.auth.asking import problem_with
from openapi_client.exceptions import ApiValueError

_T = TypeVar("_T")

_LOG: Final = logging.getLogger("openapi_client")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?")
_LONGEST_TOKEN: Final = 64 * 1024
_LONGEST_SECONDS: Final = 10 * 365 * 86400.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """One answer of a token endpoint (RFC 6749, section 5.1).

    Attributes:
        access_token: The bearer token.
        refresh_token: What the next token can be had for, or None.
        lifetime_seconds: How long the access token lives, or None where the answer does not say.
        refresh_lifetime_seconds: How long the refresh token lives unused; 0 where it does not end, as an offline
            token's; None where the answer does not say. RFC 6749 does not know it, Keycloak sends it.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    lifetime_seconds: float | None
    refresh_lifetime_seconds: float | None

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> "Tokens":
        """The tokens in the JSON object that a token endpoint gave.

        An optional field that cannot be used counts as absent, since the access token is good without it.

        Raises:
            ApiValueError: If the access token cannot be sent, or is of another type than Bearer.
        """
        kind = stated(answer, "token_type")
        if kind is not None and (not isinstance(kind, str) or kind.strip().lower() != "bearer"):
            raise ApiValueError("the answer's token_type is not 'Bearer'")
        return cls(
            access_token=token_of(answer, "access_token"),
            refresh_token=_usable(token_of, answer, "refresh_token"),
            # Some servers say 0 of a token that does not end.
            lifetime_seconds=_usable(seconds_of, answer, "expires_in") or None,
            refresh_lifetime_seconds=_usable(seconds_of, answer, "refresh_expires_in"),
        )


@dataclass(frozen=True, slots=True)
class StoreKey:
    """Whose tokens a store keeps.

    Attributes:
        issuer: The issuer; the token URL where there is none.
        client_id: The client; empty where there is none.
        user: The user's name, or the hash of the token that the user gave; empty where neither is known.
    """

    issuer: str
    client_id: str
    user: str


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """What a store keeps.

    Attributes:
        access_token: The bearer token.
        refresh_token: The newest refresh token, or None.
        expires_at: When the access token ends, in Unix time; None where it is not known.
        saved_at: When it was asked for, in Unix time.
        origin: What these come from: the SHA-256, in hexadecimal, of the refresh token that a user gave, or a slow
            hash of the password; empty after a login in a browser.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: float | None
    saved_at: float
    origin: str


class TokenStore(Protocol):
    """Where tokens are kept between programs."""

    def load(self, key: StoreKey) -> StoredTokens | None:
        """What is kept under a key, or None."""
        ...

    def save(self, key: StoreKey, tokens: StoredTokens) -> None:
        """Keeps tokens in place of those that were there."""
        ...

    def remove(self, key: StoreKey) -> None:
        """Forgets what is kept under a key, if anything is."""
        ...

    def lock(self, key: StoreKey) -> AbstractContextManager[None]:
        """Held by one process and thread at a time, while it renews what is kept under a key."""
        ...


def token_of(answer: Mapping[str, Any], name: str) -> str:
    """A secret text in an answer.

    Raises:
        ApiValueError: There is none that can be sent.
    """
    value = answer.get(name)
    if problem := problem_with(value):
        raise ApiValueError(f"the answer {problem}, as its {name}")
    token = SecretText(str(value))
    if len(token) > _LONGEST_TOKEN:
        raise ApiValueError(f"the answer's {name} is longer than {_LONGEST_TOKEN} characters")
    return token


def seconds_of(answer: Mapping[str, Any], name: str) -> float | None:
    """Return a number of seconds in an answer, which some servers write as text; None if it is absent or empty.

    Raises:
        ApiValueError: If it is not a number of seconds.
    """
    value = stated(answer, name)
    if value is None:
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ApiValueError(f"the answer's {name} is not a number of seconds")
    return float(min(max(value, 0), _LONGEST_SECONDS))


def _usable(read: Callable[[Mapping[str, Any], str], _T], answer: Mapping[str, Any], name: str) -> _T | None:
    """Return an optional field of an answer; None if it is absent, empty or unusable."""
    if stated(answer, name) is None:
        return None
    with suppress(ApiValueError):
        return read(answer, name)
    _LOG.warning("The login server's answer has a %s that cannot be used; the access token is used without it", name)
    return None
