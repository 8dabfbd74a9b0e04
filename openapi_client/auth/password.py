"""Tokens for a user's name and password (RFC 6749, section 4.3)."""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import pbkdf2_hmac, sha256
from typing import Final

from openapi_client._json import to_json
from openapi_client._masking import SecretText, without_inner_frames
from openapi_client.auth.discovery import Provider
from openapi_client.auth.endpoint import TokenEndpoint
from openapi_client.auth.exchange import Effort
from openapi_client.auth.login import Grant, LoginTokenSource, Refusal
from openapi_client.auth.tokens import TokenStore
from openapi_client.configuration import Configuration

_ROUNDS: Final = 210_000
"""How slow a guess at a stored hash is: some 0.1 s."""


class PasswordTokenSource(LoginTokenSource):
    """Logs in with a user's name and password, and refreshes where the server gives a refresh token.

    Args:
        username: The user's name.
        password: The user's password.
        issuer: The login server's issuer, where its endpoints are discovered; or
        token_url: its token endpoint.
        revocation_url: Where `logout` revokes, if that is not discovered.
        client_id: The client's id, where the server knows clients.
        client_secret: The client's secret, where it has one.
        scope: What is asked for, as words separated by spaces.
        audience: Whom the token is for, where the server wants to know.
        configuration: TLS, proxy, timeouts and retries; None for those of the default Configuration.
        store: Where tokens are kept between programs.
        keep_alive: True has a thread renew what is not used for 15 minutes, or for half of a refresh token's life
            where that is shorter; a `timedelta` sets how long.
        clock: Seconds on a clock that never goes back.
        wall_clock: Seconds of Unix time.

    Raises:
        ApiValueError: There are both issuer and token_url, or neither, or an address is none.
    """

    @without_inner_frames
    def __init__(
        self,
        username: str,
        password: str,
        *,
        issuer: str | None = None,
        token_url: str | None = None,
        revocation_url: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        audience: str | None = None,
        configuration: Configuration | None = None,
        store: TokenStore | None = None,
        keep_alive: bool | timedelta = False,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        provider = Provider(issuer, token_url, revocation_url=revocation_url)
        endpoint = TokenEndpoint(provider, client_id, client_secret, configuration)
        super().__init__(
            endpoint, user=username, store=store, keep_alive=keep_alive, clock=clock, wall_clock=wall_clock
        )
        secret = SecretText(password)
        self._form = {"username": username, "password": secret, "scope": scope, "audience": audience}
        self._password = secret
        self._password_hash = ""

    def _log_in(self, effort: Effort, _refusal: Refusal | None, /) -> Grant:
        return self._granted("password", self._form, effort)

    @without_inner_frames
    def _lineage(self) -> str:
        # Anybody can name a user: stored tokens are for whoever knows the password that they were given for.
        if not self._password_hash:
            key = self._key
            salt = sha256(to_json([key.issuer, key.client_id, key.user]).encode()).digest()
            secret = self._password.encode("utf-8", "surrogatepass")
            self._password_hash = f"pbkdf2:{pbkdf2_hmac('sha512', secret, salt, _ROUNDS).hex()}"
        return self._password_hash
