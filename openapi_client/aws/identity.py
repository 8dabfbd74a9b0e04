"""Who asks for keys: what tells one user from another, and one login from the next."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from openapi_client._json import to_json
from openapi_client._masking import without_inner_frames
from openapi_client.api_client import ApiClient
from openapi_client.auth.asking import ask
from openapi_client.auth.claims import subject_of
from openapi_client.auth.login import LoginTokenSource


class Login(NamedTuple):
    """How a client logs in; a change in it is another login."""

    host: str
    access_token: object
    settings: tuple[Any, ...] | None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.host!r})"


def login_of(client: ApiClient) -> Login:
    """How a client logs in now; asks nobody."""
    configuration = client.configuration
    return Login(configuration.host, configuration.access_token, configuration.login_settings())


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
