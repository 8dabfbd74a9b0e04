"""A login server's endpoints as one client uses them: tokens for a grant, device logins, revocation."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus

from openapi_client._masking import SecretText, without_inner_frames
from openapi_client._parameters import encoded
from openapi_client.auth.discovery import Provider, ProviderMetadata
from openapi_client.auth.exchange import WHOLE, Effort, Wire
from openapi_client.auth.tokens import Tokens
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError, AuthenticationException

_BASIC: Final = "client_secret_basic"
_POST: Final = "client_secret_post"


class TokenEndpoint:
    """A login server's endpoints as one client uses them.

    Args:
        provider: Where they are.
        client_id: The client's id, where the server knows clients.
        client_secret: The client's secret, where it has one.
        configuration: TLS, proxy, timeouts and retries; None for those of the default Configuration.

    Raises:
        ApiValueError: There is a secret, and no client that it is of.
    """

    def __init__(
        self, provider: Provider, client_id: str | None, client_secret: str | None, configuration: Configuration | None
    ) -> None:
        if client_secret is not None and not client_id:
            raise ApiValueError("client_secret is given without the client_id that it belongs to")
        self.provider: Provider = provider
        self.client_id: str | None = client_id
        self._client_secret = None if client_secret is None else SecretText(client_secret)
        self._configuration = configuration
        # The header that shows who the client is has them in another form.
        self._wire = Wire(configuration, (self._client_secret,) if self._client_secret else ())

    @without_inner_frames
    def grant(self, grant_type: str, fields: Mapping[str, str | None], effort: Effort = WHOLE) -> Tokens:
        """The tokens for a grant (RFC 6749, sections 4.3 and 6; RFC 8628, section 3.4).

        Args:
            grant_type: The kind of grant.
            fields: What it takes; None for what is left out.
            effort: How much the request may cost.

        Raises:
            AuthenticationException: The server refused, or its answer is none.
            ApiConnectionException: No whole answer came.
        """
        url = self._metadata().token_endpoint
        form, headers = self._signed({"grant_type": grant_type, **fields})
        answer = self._wire.post(url, form, headers, effort)
        problem = ""
        try:
            return Tokens.from_answer(answer)
        except ApiValueError as error:
            problem = str(error)
        del answer
        raise AuthenticationException(200, f"POST {url.partition('?')[0]}: {problem}")

    def authorize_device(self, fields: Mapping[str, str | None]) -> dict[str, Any]:
        """The answer that begins a login by browser (RFC 8628, section 3.1); its errors are those of `grant`.

        Raises:
            ApiValueError: It is not known where such a login begins.
        """
        url = self._metadata().device_authorization_endpoint
        if url is None:
            raise ApiValueError(
                "The login server names no device authorization endpoint: give device_authorization_url"
            )
        form, headers = self._signed(fields)
        return self._wire.post(url, form, headers)

    @without_inner_frames
    def revoke(self, token: str, kind: str) -> None:
        """Revokes a token (RFC 7009) where the server has an endpoint for it; its errors are those of `grant`.

        Args:
            token: The token.
            kind: `refresh_token` or `access_token`.
        """
        url = self._metadata().revocation_endpoint
        if url is not None:
            form, headers = self._signed({"token": SecretText(token), "token_type_hint": kind})
            self._wire.tell(url, form, headers)

    def _metadata(self) -> ProviderMetadata:
        return self.provider.metadata(self._configuration)

    def _signed(self, fields: Mapping[str, str | None]) -> tuple[dict[str, str], dict[str, str]]:
        """The form and the headers of a request of this client (RFC 6749, section 2.3.1)."""
        form = {name: value for name, value in fields.items() if value is not None}
        if not self.client_id:
            return form, {}
        if self._client_secret is None:
            return {**form, "client_id": self.client_id}, {}
        methods = self._metadata().token_endpoint_auth_methods_supported
        if _POST in methods and _BASIC not in methods:
            return {**form, "client_id": self.client_id, "client_secret": self._client_secret}, {}
        # Encoded as in a form before they are joined: a colon or a percent sign in them would be read otherwise.
        pair = f"{encoded(quote_plus, self.client_id)}:{encoded(quote_plus, self._client_secret)}"
        return form, {"Authorization": SecretText(f"Basic {b64encode(pair.encode()).decode()}")}
