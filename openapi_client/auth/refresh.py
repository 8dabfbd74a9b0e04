"""Tokens for a refresh token or an offline token that the user already has (RFC 6749, section 6)."""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from openapi_client._masking import SecretText, without_inner_frames
from openapi_client.auth.discovery import Provider
from openapi_client.auth.endpoint import TokenEndpoint
from openapi_client.auth.exchange import Effort
from openapi_client.auth.login import Grant, LoginTokenSource, Refusal
from openapi_client.auth.tokens import TokenStore
from openapi_client.configuration import Configuration


class RefreshTokenSource(LoginTokenSource):
    """Refreshes with a token that the user gives, or with the newest of those that came of it.

    Where the server replaces refresh tokens, the one that was given is used up by its first use: keep the new ones in
    a store.

    Args:
        refresh_token: The refresh token or offline token.
        issuer: The login server's issuer, where its endpoints are discovered; or
        token_url: its token endpoint.
        revocation_url: Where `logout` revokes, if that is not discovered.
        client_id: The client that the token was given to.
        client_secret: The client's secret, where it has one.
        scope: What is asked for, as words separated by spaces; what the token was given for unless stated.
        audience: Whom the access token is for, where the server wants to know.
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
        refresh_token: str,
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
        origin = sha256(refresh_token.encode()).hexdigest()
        super().__init__(
            TokenEndpoint(provider, client_id, client_secret, configuration),
            # Whose it is is not known: two tokens of one client must not overwrite each other's successors.
            user=f"sha256:{origin}",
            origin=origin,
            store=store,
            keep_alive=keep_alive,
            clock=clock,
            wall_clock=wall_clock,
        )
        self._form = {"refresh_token": SecretText(refresh_token), "scope": scope, "audience": audience}
        self._given = SecretText(refresh_token)

    def _newest_refresh_token(self) -> str | None:
        return self._refresh_token or self._given

    def _log_in(self, effort: Effort, refusal: Refusal | None, /) -> Grant:
        # An ancestor of a token that may yet be good must not be used again: some servers would end them both.
        if refusal is not None and (refusal.error.error is None or refusal.refresh_token == self._given):
            raise refusal.error
        return self._granted("refresh_token", self._form, effort)
