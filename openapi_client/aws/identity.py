"""Who asks for keys: what tells one user from another, and one login from the next."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openapi_client._json import to_json
from openapi_client._masking import without_inner_frames
from openapi_client.api_client import ApiClient
from openapi_client.auth.asking import ask
from openapi_client.auth.claims import subject_of
from openapi_client.auth.login import LoginTokenSource


@dataclass(frozen=True, slots=True)
class Login:
    """How a client logs in; a change in it is another login.

    Attributes:
        host: The registry's address.
        access_token: The token, or where it comes from.
        settings: What a token source is made of, where there is none.
        logouts: How often the source of the token was logged out.
        revision: Another object whenever a setting was set, though it be to what it was.
    """

    host: str
    access_token: object = field(repr=False)
    settings: tuple[Any, ...] | None = field(repr=False)
    logouts: int = 0
    revision: object = field(default=None, repr=False, compare=False)

    def is_like(self, other: "Login") -> bool:
        """Whether two clients log in alike, of which one came with a pickle: a token source is another object there."""
        if not callable(self.access_token):
            return self == other
        return self.host == other.host and type(self.access_token) is type(other.access_token)


def login_of(client: ApiClient) -> Login:
    """How a client logs in now; asks nobody."""
    configuration = client.configuration
    # Before the settings, which may change meanwhile.
    revision = configuration._revision
    token = configuration.access_token
    logouts = token.logouts if isinstance(token, LoginTokenSource) else 0
    return Login(configuration.host, token, configuration.login_settings(), logouts, revision)


@without_inner_frames
def user_of(client: ApiClient) -> str:
    """Who asks through a client: a text without secrets, another one for each user.

    That is the issuer and the subject of the token where it is a JSON Web Token, else the client and the user that its
    source logs in as, else a hash of the token; empty where there is no token.

    Raises:
        AuthenticationException: There is no token to be had.
    """
    source = client._bearer._source(client.configuration)
    token = ask(source) if source is not None else client.configuration.access_token
    if token is None or callable(token):
        return ""
    if subject := subject_of(token):
        return to_json(["subject", *subject])
    if named := _user_of_source(source):
        return to_json(["login", *named])
    return to_json(["token", hashlib.sha256(token.encode()).hexdigest()])


def _user_of_source(source: Callable[[], str] | None) -> tuple[str, str, str] | None:
    """The login server, the client and the user, where the source knows them."""
    if not isinstance(source, LoginTokenSource) or not source._key.user:
        return None
    return source._key.issuer, source._key.client_id, source._key.user
