"""The user behind a client's requests: which keys may be shared, and which login they belong to.

A token proves nothing about its user until a server has checked it, and anybody can write one. Its claims therefore
count only where one of this package's own login sources fetched it, from the login server that the source was
configured with. Any other token counts by its hash.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MethodType
from typing import Any, ClassVar, Final

from openapi_client._json import to_json
from openapi_client._masking import SecretText, is_secret_name, without_inner_frames
from openapi_client.api_client import ApiClient
from openapi_client.auth.asking import ask
from openapi_client.auth.claims import limits_of, subject_of
from openapi_client.auth.device import DeviceTokenSource
from openapi_client.auth.login import LoginTokenSource
from openapi_client.auth.password import PasswordTokenSource
from openapi_client.auth.refresh import RefreshTokenSource

_OWN_SOURCES: Final = (DeviceTokenSource, PasswordTokenSource, RefreshTokenSource)

Proofs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Login:
    """How a client logs in; a change in it is another login.

    Attributes:
        host: The registry's address.
        access_token: The token, or the callable that returns it.
        settings: What a token source is made of, where no token is given.
        logouts: How often the source of the token was logged out.
        headers: The headers that every request has, and the cookie.
        revision: A new object each time a setting is set, even to its old value. Not compared.
    """

    host: str
    access_token: object = field(repr=False)
    settings: tuple[Any, ...] | None = field(repr=False)
    logouts: int = 0
    headers: tuple[dict[str, str], str | None] = field(default=({}, None), repr=False)
    revision: object = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Login):
            return NotImplemented
        if callable(self.access_token) or callable(other.access_token):
            # Compared by identity: what a program's own `__eq__` says of two callables says nothing of their users.
            same = _is_same_callable(self.access_token, other.access_token)
        else:
            same = (self.access_token, self.settings) == (other.access_token, other.settings)
        return same and (self.host, self.logouts, self.proofs) == (other.host, other.logouts, other.proofs)

    @property
    def proofs(self) -> Proofs:
        """The headers, cookie included, that may tell the registry who is asking."""
        return _proofs_in(*self.headers)

    __hash__: ClassVar[None] = None  # type: ignore[assignment] # compared, never looked up

    def is_like(self, other: "Login") -> bool:
        """Return whether two logins look alike, one of them from a pickle, where a callable is another object."""
        if not callable(self.access_token):
            return self == other
        same_type = type(self.access_token) is type(other.access_token)
        return same_type and (self.host, self.proofs) == (other.host, other.proofs)


def login_of(client: ApiClient) -> Login:
    """Return how a client logs in now, without asking anybody."""
    configuration = client.configuration
    # Read before the settings, which may change meanwhile.
    revision = configuration._revision
    token = configuration.access_token
    logouts = token.logouts if isinstance(token, LoginTokenSource) else 0
    return Login(configuration.host, token, configuration.login_settings(), logouts, _headers_of(client), revision)


def is_current(login: Login, client: ApiClient) -> bool:
    """Return whether a client logs in as it did; quicker than `login_of`, and False where a setting was set anew."""
    configuration = client.configuration
    token = configuration.access_token
    return (
        login.revision is configuration._revision
        and login.headers == (client.default_headers, client.cookie)
        and login.logouts == (token.logouts if isinstance(token, LoginTokenSource) else 0)
    )


@without_inner_frames
def user_of(client: ApiClient, name: str | None = None) -> str:
    """Return a text without secrets that differs from one user to the next; empty where no user is known.

    A token that one of this package's login sources fetched counts by its subject at the configured login server.
    Without a subject, it counts by the name that the source logs in as. Any other token counts by the name that the
    program gave, or by its hash. Tokens of different clients or scopes always differ.

    Args:
        client: The client whose requests are meant.
        name: The user, as the program names it.

    Raises:
        AuthenticationException: If the token source gives no token.
    """
    token, source = _token_of(client)
    proofs = _proofs_in(*_headers_of(client))
    own = _own(source)
    who: list[str] | None = None
    if token is not None and own is not None:
        who = _login_user(own, token)
    if who is None and name is not None:
        who = ["named"]
    if who is None and token is not None:
        who = ["token", _digest(token)]
    if who is None and not proofs:
        return ""
    limits = {} if token is None else limits_of(token)
    return to_json([who or ["headers"], limits, name or "", _digest(to_json(proofs)) if proofs else ""])


def login_name_of(client: ApiClient) -> str:
    """Return a text without secrets that names a client's login; empty unless one of our login sources logs in.

    Unlike `user_of` it is known before any token is, so that a refused login can be named. Anybody can name a user,
    with a wrong password too.
    """
    source = _login_source_of(client)
    if source is None:
        return ""
    key = source._key
    return to_json([key.issuer, key.client_id, key.user, *_requested(source)])


def login_proof_of(client: ApiClient) -> str:
    """Return a text without secrets that differs with what proves a login, such as the password.

    It takes 0.1 s where that is a password.
    """
    source = _login_source_of(client)
    return "" if source is None else to_json([login_name_of(client), source._lineage()])


def _login_source_of(client: ApiClient) -> LoginTokenSource | None:
    _token, source = _source_of(client)
    return _own(source)


def _own(source: Callable[[], str] | None) -> LoginTokenSource | None:
    """Return a source if it is one of this package's login sources, whose tokens a login server gave; else None."""
    return source if isinstance(source, LoginTokenSource) and type(source) in _OWN_SOURCES else None


def _login_user(source: LoginTokenSource, token: str) -> list[str] | None:
    """Return the user of a token that a login source fetched; None if neither token nor source names one."""
    key = source._key
    if subject := subject_of(token):
        return ["subject", key.issuer, subject]
    if key.user:
        return ["login", key.issuer, key.client_id, key.user, *_requested(source)]
    return None


def _requested(source: LoginTokenSource) -> tuple[str, str]:
    return source._form.get("scope") or "", source._form.get("audience") or ""


def _source_of(client: ApiClient) -> tuple[object, Callable[[], str] | None]:
    """Return the token that a client was given, and the source that it asks; both None where it has neither."""
    configuration = client.configuration
    token = configuration.access_token
    if token is None and any(name == "authorization" for name, _ in _proofs_in(*_headers_of(client))):
        # A client with such a header does not log in by its other settings.
        return None, None
    return token, client._bearer._source(configuration)


def _token_of(client: ApiClient) -> tuple[str | None, Callable[[], str] | None]:
    """Return the token that a client would send now, and its source."""
    token, source = _source_of(client)
    if source is not None:
        return ask(source), source
    # Anything but text is refused when it is to be sent.
    return (SecretText(token) if isinstance(token, str) and token else None), None


def _headers_of(client: ApiClient) -> tuple[dict[str, str], str | None]:
    return client.default_headers.copy(), client.cookie


def _proofs_in(headers: dict[str, str], cookie: str | None) -> Proofs:
    """Return what may tell the registry who is asking, by lower-case names."""
    sent = {**headers, **({"Cookie": cookie} if cookie else {})}
    return tuple(sorted((name.lower(), SecretText(value)) for name, value in sent.items() if is_secret_name(name)))


def _digest(text: str) -> str:
    # Half of a surrogate pair, which UTF-8 has no form for, must not become an error that holds the text.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _is_same_callable(one: object, other: object) -> bool:
    if isinstance(one, MethodType) and isinstance(other, MethodType):
        # Each look at an object's method makes another one.
        return one.__self__ is other.__self__ and one.__func__ is other.__func__
    return one is other
