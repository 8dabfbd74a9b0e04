"""The login part of a Configuration: what proves who is asking, or how that is come by."""

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final, cast

from openapi_client._masking import SecretText
from openapi_client.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openapi_client.configuration import Configuration

TOKEN_URL: Final = "token"  # noqa: S105 - an address
BEARER: Final = "OAuth2PasswordBearer"
SETTINGS: Final = ("token_command", "offline_token", "issuer", "client_id", "client_secret", "token_url")

_SCHEME: Final = re.compile(r"(?:authorization\s*:\s*)?bearer\s+", re.IGNORECASE)
_QUOTES: Final = ("'", '"')
_NOT_IN_TOKEN: Final = re.compile(r"[ '\"]")


class LoginConfiguration:
    """A bearer token or how to get one, a user, and keys by the name of their security scheme.

    Args:
        access_token: The bearer token, or a token source: a callable that gives one.
        username: A user's name, for the password flow and basic authentication.
        password: The user's password.
        api_key: Keys by the name of their security scheme. The document declares no such scheme.
        api_key_prefix: What to write before such a key, by the same name.
        **settings: Those of `SETTINGS`.

    Attributes:
        refresh_api_key_hook: Called with this Configuration before an API key is read.
    """

    token_command: str | None
    offline_token: str | None
    issuer: str | None
    client_id: str | None
    client_secret: str | None
    token_url: str

    def __init__(
        self,
        access_token: "str | Callable[[], str] | None",
        username: str | None,
        password: str | None,
        api_key: dict[str, str] | None,
        api_key_prefix: dict[str, str] | None,
        **settings: str | None,
    ) -> None:
        self.access_token = access_token
        self.username = username
        self.password = password
        self.api_key: dict[str, str] = api_key or {}
        self.api_key_prefix: dict[str, str] = api_key_prefix or {}
        self.refresh_api_key_hook: Callable[[Configuration], object] | None = None
        for name in SETTINGS:
            setattr(self, name, settings[name])

    def login_settings(self) -> tuple[Any, ...] | None:
        """What a token source is to be made of; None where a token is given, or there is no way to get one.

        A change in it asks for another source.
        """
        if self.access_token is not None:
            return (self.access_token,) if callable(self.access_token) else None
        by_password = self.username is not None and self.password is not None
        if not (by_password or self.token_command or self.offline_token or (self.issuer and self.client_id)):
            return None
        values = (self.username, self.password, *(getattr(self, name) for name in SETTINGS))
        return tuple(SecretText(value) if isinstance(value, str) else value for value in values)

    def get_api_key_with_prefix(self, identifier: str, alias: str | None = None) -> str | None:
        """The API key of a security scheme, its prefix before it, or None where none is set.

        Args:
            identifier: The scheme's name.
            alias: Another name to look under.
        """
        if self.refresh_api_key_hook is not None:
            self.refresh_api_key_hook(cast("Configuration", self))
        key = self.api_key.get(identifier) or (self.api_key.get(alias) if alias else None)
        prefix = self.api_key_prefix.get(identifier)
        return SecretText(f"{prefix} {key}" if prefix else key) if key else None

    def get_basic_auth_token(self) -> str:
        """The value of an `Authorization` header for basic authentication (RFC 7617) with `username` and `password`."""
        pair = f"{self.username or ''}:{self.password or ''}"
        try:
            encoded = pair.encode("latin-1")
        except UnicodeEncodeError:
            encoded = pair.encode()
        return SecretText(f"Basic {b64encode(encoded).decode()}")

    def auth_settings(self) -> dict[str, dict[str, str]]:
        """How to prove who is asking, by the name of the security scheme; empty where no token is set.

        A token source is asked for its token. One that the client makes of `username` and `password`, or of other
        settings, is the client's, and its token is not here.

        A text may have quotation marks around it, or the word `Bearer` before it, which are left away.

        Raises:
            ApiTypeError: The token is no text.
            ApiValueError: The text holds a space or a quotation mark.
        """
        token: object = self.access_token
        if token is None:
            return {}
        if callable(token):
            token = token()
        if not isinstance(token, str):
            raise ApiTypeError(f"access_token must be str, not {type(token).__name__}", None, (str,))
        token = SecretText(plain_token(token))
        if _NOT_IN_TOKEN.search(token):
            raise ApiValueError(
                "access_token holds a space or a quotation mark, as no token does; give the token alone, without the"
                " name of a scheme before it"
            )
        return bearer_settings(token)


def bearer_settings(token: str) -> dict[str, dict[str, str]]:
    """How a bearer token proves who is asking, as `Configuration.auth_settings()` has it."""
    value = SecretText(f"Bearer {token}")
    return {BEARER: {"type": "oauth2", "in": "header", "key": "Authorization", "value": value}}


def plain_token(text: str) -> str:
    """Return a token without the white space, quotation marks and `Bearer` that it was copied with."""
    token = text.strip()
    if len(token) > 1 and token[0] in _QUOTES and token[-1] == token[0]:
        return plain_token(token[1:-1])
    scheme = _SCHEME.match(token)
    return plain_token(token[scheme.end() :]) if scheme else token
