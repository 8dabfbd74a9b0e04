"""A token source that logs in once, and has its refresh token renew what the login gave from then on."""

import logging
from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Final, NamedTuple

from openapi_client._display import also_incomplete, shown
from openapi_client._masking import SecretText
from openapi_client.auth.asking import problem_with
from openapi_client.auth.claims import issued_lifetime
from openapi_client.auth.endpoint import TokenEndpoint
from openapi_client.auth.exchange import WHOLE, Effort
from openapi_client.auth.keep_alive import KeepAlive
from openapi_client.auth.lease import Lease, Need, early_seconds
from openapi_client.auth.renewal import RenewedTokenSource, own
from openapi_client.auth.tokens import StoredTokens, StoreKey, Tokens, TokenStore
from openapi_client.exceptions import LoginRequiredException

_LOG: Final = logging.getLogger("openapi_client")


class Grant(NamedTuple):
    """Tokens, and when they were asked for, from which moment they live."""

    tokens: Tokens
    asked_at: float
    asked_at_wall: float


class Refusal(NamedTuple):
    """A refresh token that the server no longer takes, and what it said."""

    refresh_token: str
    error: LoginRequiredException


class LoginTokenSource(RenewedTokenSource):
    """A token source that logs in once, and refreshes from then on; with a store, across programs.

    Args:
        endpoint: Where tokens come from.
        user: Whose they are, where it is known.
        origin: The SHA-256 of the refresh token that a user gave, where one did.
        store: Where tokens are kept between programs.
        keep_alive: Whether, or after how long, a thread renews what is not used.
        clock: Seconds on a clock that never goes back.
        wall_clock: Seconds of Unix time.

    Attributes:
        logouts: How often it was logged out: whoever asks it then may be another user.
    """

    _form: dict[str, str | None]

    def __init__(
        self,
        endpoint: TokenEndpoint,
        *,
        user: str = "",
        origin: str = "",
        store: TokenStore | None,
        keep_alive: bool | timedelta,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        super().__init__(clock, wall_clock)
        self._endpoint = endpoint
        self._key = StoreKey(endpoint.provider.name, endpoint.client_id or "", user)
        self._origin = origin
        self._store = store
        self._store_is_behind = False
        self._refresh_token: str | None = None
        self._refresh_lifetime_seconds: float | None = None
        self._keep_alive = KeepAlive(keep_alive)
        self.logouts: int = 0

    @abstractmethod
    def _log_in(self, effort: Effort, refusal: Refusal | None, /) -> Grant:
        """Tokens without the help of a refresh token that came before; `refusal` says which of them just failed."""

    def close(self) -> None:
        """Ends the thread of `keep_alive`; the source can be used on, and starts another when it renews."""
        self._keep_alive.end()

    def logout(self) -> None:
        """Forgets the tokens, here and in the store, and revokes them where the server has an endpoint for that.

        Revoked is the refresh token, and with it what came of it; the access token where there is none. Asked again,
        the source logs in again.

        Raises:
            AuthenticationException: The server did not revoke the token, which is forgotten all the same; or the
                source is asked in the middle of its own renewal, and forgets nothing.
            ApiConnectionException: Nor could it be asked to.
            Exception: What the store raised, where it could not forget; nothing is revoked then, memory is empty.
        """
        self._alone(self._log_out)

    def _log_out(self) -> None:
        self._keep_alive.end()
        try:
            with self._locked():
                self._take_up(self._stored())
                if self._store is not None:
                    self._store.remove(self._key)
        finally:
            refresh_token = self._newest_refresh_token()
            held = self._exclusive.run(self._forget)
            self._refresh_token, self._store_is_behind = None, False
        if refresh_token is not None:
            self._endpoint.revoke(refresh_token, "refresh_token")
        elif held is not None:
            self._endpoint.revoke(held.token, "access_token")

    def _forget(self) -> Lease | None:
        """Forget the token that is held, and return it."""
        held, self._held, self._failure, self._rejected = self._held, None, None, None
        self.logouts += 1
        return held

    def _newest_refresh_token(self) -> str | None:
        return self._refresh_token

    def _fetch(self, need: Need) -> Lease:
        with self._locked():
            stored = self._stored()
            self._take_up(stored)
            lease = self._lease_of(stored, need)
            if lease is None:
                lease = self._kept(self._obtained(need))
        if self._newest_refresh_token() is not None:
            # A thread that is ended while it renews does not start another.
            self._keep_alive.reset(self, self._refresh_lifetime_seconds, start=not need.silent)
        return lease

    def _obtained(self, need: Need) -> Grant:
        """Tokens for the refresh token, else by logging in."""
        patience = need.patience_seconds
        effort = WHOLE if patience is None else Effort(patience, retry=False)
        known = self._refresh_token
        refusal: Refusal | None = None
        if known is not None:
            try:
                return self._granted("refresh_token", {"refresh_token": known}, effort)
            except LoginRequiredException as error:
                refusal = Refusal(known, own(error))
            # A refusal without a reason may be that of a gateway: the token may yet be good.
            if refusal.error.error is not None:
                self._refresh_token = None
                if self._store is not None:
                    self._store.remove(self._key)
        if need.silent:
            raise refusal.error if refusal else LoginRequiredException(0, f"{self!r} holds no refresh token: log in")
        return self._log_in(effort, refusal)

    def _granted(self, grant_type: str, fields: Mapping[str, str | None], effort: Effort) -> Grant:
        asked_at, asked_at_wall = self._clock(), self._wall_clock()
        return Grant(self._endpoint.grant(grant_type, fields, effort), asked_at, asked_at_wall)

    def _kept(self, grant: Grant) -> Lease:
        """Keeps tokens in memory and in the store."""
        tokens, asked_at, asked_at_wall = grant
        if tokens.refresh_token is not None:
            self._refresh_token = tokens.refresh_token
            self._refresh_lifetime_seconds = tokens.refresh_lifetime_seconds
        lifetime = tokens.lifetime_seconds or issued_lifetime(tokens.access_token)
        self._save(
            StoredTokens(
                access_token=tokens.access_token,
                refresh_token=self._refresh_token,
                expires_at=None if lifetime is None else asked_at_wall + lifetime,
                saved_at=asked_at_wall,
                origin=self._lineage(),
            )
        )
        return Lease.since(asked_at, tokens.access_token, lifetime)

    def _locked(self) -> AbstractContextManager[None]:
        return nullcontext() if self._store is None else self._store.lock(self._key)

    def _lineage(self) -> str:
        """Return what stored tokens must state as their origin: whoever names a user need not be that user."""
        return self._origin

    def _stored(self) -> StoredTokens | None:
        """Return what the store has of the same origin, unless what this source holds is newer."""
        stored = self._store.load(self._key) if self._store is not None and not self._store_is_behind else None
        return stored if stored is not None and stored.origin == self._lineage() else None

    def _take_up(self, stored: StoredTokens | None) -> None:
        """Takes the refresh token that another program may have renewed meanwhile."""
        if stored is not None and stored.refresh_token is not None:
            self._refresh_token = SecretText(stored.refresh_token)

    def _lease_of(self, stored: StoredTokens | None, need: Need) -> Lease | None:
        """The token that another program fetched, if it is another one, can be sent and is not yet due."""
        if stored is None or stored.access_token in need.unwanted or problem_with(stored.access_token):
            return None
        now = self._clock()
        if stored.expires_at is None:
            return Lease.since(now, stored.access_token, None)
        lifetime = stored.expires_at - stored.saved_at
        age = self._wall_clock() - stored.saved_at
        renew_in = lifetime - early_seconds(lifetime) - age
        # Saved in the future it was by a clock that has been set since, and says nothing.
        if age < 0 or renew_in <= 0:
            return None
        return Lease(SecretText(stored.access_token), now + renew_in, now + lifetime - age)

    def _save(self, tokens: StoredTokens) -> None:
        if self._store is None:
            return
        try:
            self._store.save(self._key, tokens)
        except Exception as error:  # noqa: BLE001 - a store of the user's may raise anything
            # The refresh token that is in the store may be used up: what is in memory is all there is, and must not
            # be lost to an error about keeping it.
            self._store_is_behind = True
            _LOG.warning("%r: tokens are not stored: %s", self, shown(f"{type(error).__name__}: {error}"))
        else:
            self._store_is_behind = False

    @also_incomplete
    def __repr__(self) -> str:
        issuer, client_id = self._key.issuer, self._key.client_id
        user = "" if self._origin else self._key.user
        parts = {"": issuer.partition("?")[0], "client_id=": client_id, "user=": user}
        shown = ", ".join(f"{name}{value!r}" for name, value in parts.items() if value)
        return f"{type(self).__name__}({shown})"
