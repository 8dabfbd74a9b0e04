"""The login part of a Configuration: what proves who is asking."""

from base64 import b64encode
from typing import TYPE_CHECKING, cast

from openapi_client._masking import SecretText
from openapi_client.exceptions import ApiTypeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openapi_client.configuration import Configuration


class LoginConfiguration:
    """A bearer token, a user, and keys by the name of their security scheme.

    Args:
        access_token: The bearer token.
        username: A user's name, for the password flow and basic authentication.
        password: The user's password.
        api_key: Keys by the name of their security scheme. The document declares no such scheme.
        api_key_prefix: What to write before such a key, by the same name.

    Attributes:
        refresh_api_key_hook: Called with this Configuration before an API key is read.
    """

    def __init__(
        self,
        access_token: str | None,
        username: str | None,
        password: str | None,
        api_key: dict[str, str] | None,
        api_key_prefix: dict[str, str] | None,
    ) -> None:
        self.access_token = access_token
        self.username = username
        self.password = password
        self.api_key: dict[str, str] = api_key or {}
        self.api_key_prefix: dict[str, str] = api_key_prefix or {}
        self.refresh_api_key_hook: Callable[[Configuration], object] | None = None

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

        Raises:
            ApiTypeError: The token is no text.
        """
        if self.access_token is None:
            return {}
        if not isinstance(self.access_token, str):
            raise ApiTypeError(f"access_token must be str, not {type(self.access_token).__name__}", None, (str,))
        return {
            "OAuth2PasswordBearer": {
                "type": "oauth2",
                "in": "header",
                "key": "Authorization",
                "value": SecretText(f"Bearer {self.access_token}"),
            }
        }
