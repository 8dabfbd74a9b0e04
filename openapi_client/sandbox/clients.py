"""The programs that may ask for tokens, and how they say which of them is asking (RFC 6749, section 2.3)."""

import base64
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_plus

from openapi_client.sandbox.oauth_requests import OFFLINE, SCOPES, OAuthError

PASSWORD: Final = "password"  # noqa: S105 - the name of a grant
REFRESH: Final = "refresh_token"
DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True)
class Client:
    """A program that is known here."""

    client_id: str
    grant_types: frozenset[str]
    """How it may get tokens."""
    secret: str | None = field(default=None, repr=False)
    """What it proves itself with; None for a public client, which has nothing to prove."""
    scopes: tuple[str, ...] = SCOPES
    """What it may ask for."""

    def check_grant_type(self, grant_type: str) -> None:
        """Pass if the client may use a grant.

        Raises:
            OAuthError: It may not.
        """
        if grant_type not in self.grant_types:
            raise OAuthError("unauthorized_client", f"The client {self.client_id} may not use this grant type.")


def known_clients(secret: str, *, as_deployed: bool = False) -> tuple[Client, ...]:
    """The clients of the sandbox; the first is the one that asks when none is named.

    Args:
        secret: Of the one confidential client.
        as_deployed: Whether `client-tools` gets no offline tokens, like at deployed login servers.
    """
    of_tools = tuple(scope for scope in SCOPES if scope != OFFLINE) if as_deployed else SCOPES
    return (
        Client("sandbox", frozenset({PASSWORD, REFRESH})),
        Client("client-tools", frozenset({DEVICE, REFRESH}), scopes=of_tools),
        Client("automated-access", frozenset({DEVICE, REFRESH})),
        Client("confidential", frozenset({PASSWORD, DEVICE, REFRESH}), secret),
    )


def new_client_secret() -> str:
    """A random secret with characters that a client must encode, so that one which does not is found out."""
    return f"{secrets.token_urlsafe(12)}:%2B+ &={secrets.token_urlsafe(12)}"


class Clients:
    """Finds out which client a request comes from.

    Args:
        clients: Those that are known; the first is the one that asks when none is named.
    """

    def __init__(self, clients: Iterable[Client]) -> None:
        self._by_id = {client.client_id: client for client in clients}
        self._unnamed = next(iter(self._by_id.values()))

    def authenticate(self, parameters: Mapping[str, str], authorization: str | None) -> Client:
        """The client that sent a request.

        A secret that a public client sends is not looked at, as by Keycloak.

        Args:
            parameters: The request's form.
            authorization: The request's header of this name; schemes other than Basic say nothing here.

        Raises:
            OAuthError: The client is unknown, its secret is missing or wrong, or the request names two.
        """
        client_id, secret = parameters.get("client_id"), parameters.get("client_secret")
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() == "basic":
            if secret is not None:
                raise OAuthError("invalid_request", "The client authenticates both in the header and in the form.")
            named, (client_id, secret) = client_id, _basic_credentials(encoded)
            if named not in {None, client_id}:
                raise OAuthError("invalid_request", "The header and the form name two different clients.")
        client = self._unnamed if client_id is None else self._by_id.get(client_id)
        if client is None or not _proves_itself(client, secret or ""):
            raise _not_authenticated("The client is unknown, or its secret is missing or wrong.")
        return client


def _basic_credentials(encoded: str) -> tuple[str, str]:
    """Both halves are form-encoded before they are put together (RFC 6749, section 2.3.1)."""
    try:
        client_id, separator, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        # The cause holds what was sent.
        raise _not_authenticated("The Basic credentials cannot be decoded.") from None
    if not separator:
        raise _not_authenticated("The Basic credentials have no colon.")
    return unquote_plus(client_id), unquote_plus(secret)


def _proves_itself(client: Client, secret: str) -> bool:
    return client.secret is None or secrets.compare_digest(client.secret.encode(), secret.encode())


def _not_authenticated(description: str) -> OAuthError:
    return OAuthError("invalid_client", description, status=401)
