"""The grants: what a client brings, and the tokens that it gets for it."""

from collections.abc import Mapping

from openapi_client.sandbox.clients import Client
from openapi_client.sandbox.device import Devices
from openapi_client.sandbox.families import Families, Family
from openapi_client.sandbox.lifetimes import in_whole_seconds
from openapi_client.sandbox.oauth_requests import OAuthError, chosen_scopes, required
from openapi_client.sandbox.tokens import TokenIssuer
from openapi_client.sandbox.user import User


class Grants:
    """Exchanges a password, a refresh token or a device code for tokens.

    Each method takes the request's form and the client that sent it, gives the answer's body, and raises an
    `OAuthError` if there are no tokens for what was brought.

    Args:
        user: Who may log in.
        tokens: Where access tokens come from.
        families: Where refresh tokens come from.
        devices: Where device codes come from.
        token_lifetime_seconds: How long an access token is good.
    """

    def __init__(
        self, user: User, tokens: TokenIssuer, families: Families, devices: Devices, token_lifetime_seconds: float
    ) -> None:
        self._user = user
        self._tokens = tokens
        self._families = families
        self._devices = devices
        self._token_lifetime_seconds = token_lifetime_seconds

    def password(self, parameters: Mapping[str, str], client: Client) -> dict[str, object]:
        """The user's name and password (RFC 6749, section 4.3)."""
        username, password = required(parameters, "username"), required(parameters, "password")
        scopes = chosen_scopes(parameters, among=client.scopes)
        if not self._user.matches(username, password):
            raise OAuthError("invalid_grant", "Incorrect username or password.")
        return self._begin(client, scopes)

    def refresh(self, parameters: Mapping[str, str], client: Client) -> dict[str, object]:
        """A refresh token (RFC 6749, section 6); a scope can be left out of the access token, but none added."""
        family = self._families.redeem(required(parameters, "refresh_token"), client.client_id)
        return self._answer(family, chosen_scopes(parameters, among=family.scopes, otherwise=family.scopes))

    def device(self, parameters: Mapping[str, str], client: Client) -> dict[str, object]:
        """A device code that the user has approved (RFC 8628, section 3.4)."""
        request = self._devices.redeem(required(parameters, "device_code"), client.client_id)
        return self._begin(client, request.scopes)

    def _begin(self, client: Client, scopes: tuple[str, ...]) -> dict[str, object]:
        return self._answer(self._families.begin(self._user.name, client.client_id, scopes), scopes)

    def _answer(self, family: Family, scopes: tuple[str, ...]) -> dict[str, object]:
        refresh_token, refresh_seconds = self._families.issue(family)
        return {
            "access_token": self._tokens.issue(family, scopes),
            "token_type": "bearer",
            "expires_in": in_whole_seconds(self._token_lifetime_seconds),
            "refresh_token": refresh_token,
            "refresh_expires_in": in_whole_seconds(refresh_seconds),
            "scope": " ".join(scopes),
        }
