"""The authorization server: who asks for which tokens, one request after another."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager

from openapi_client.sandbox.clients import DEVICE, PASSWORD, REFRESH, Client, Clients
from openapi_client.sandbox.device import Devices
from openapi_client.sandbox.discovery import DEVICE_PAGE_PATH, metadata
from openapi_client.sandbox.families import Families
from openapi_client.sandbox.grants import Grants
from openapi_client.sandbox.lifetimes import Lifetimes, in_whole_seconds
from openapi_client.sandbox.oauth_requests import OAuthError, chosen_scopes, required
from openapi_client.sandbox.outage import Outage
from openapi_client.sandbox.tokens import TokenIssuer
from openapi_client.sandbox.user import User


class AuthorizationServer:
    """What the endpoints do, without HTTP; any thread may call it.

    Args:
        issuer: The server's URL, without a slash at its end.
        user: Who may log in.
        clients: The programs that may ask; the first is the one that asks when none is named.
        lifetimes: How long what it gives out is good.
        rotate_refresh_tokens: Whether a refresh token is good once.
        clock: Seconds on a clock that never goes back.
    """

    def __init__(
        self,
        issuer: str,
        user: User,
        clients: Iterable[Client],
        lifetimes: Lifetimes,
        *,
        rotate_refresh_tokens: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._user = user
        self._clients = Clients(clients)
        self._lifetimes = lifetimes
        self._tokens = TokenIssuer(lifetimes.token_lifetime_seconds, issuer=issuer, clock=clock)
        self._families = Families(lifetimes, rotate=rotate_refresh_tokens, clock=clock)
        self._devices = Devices(lifetimes, clock=clock)
        grants = Grants(user, self._tokens, self._families, self._devices, lifetimes.token_lifetime_seconds)
        self._grants = {PASSWORD: grants.password, REFRESH: grants.refresh, DEVICE: grants.device}
        self._token_requests: Counter[str] = Counter()
        self._outage = Outage()
        # One for everything: the parts are not made for several threads, and each step is a matter of microseconds.
        self._lock = threading.Lock()

    def metadata(self) -> dict[str, object]:
        """What clients can discover about the server."""
        return metadata(self._issuer)

    def token(self, parameters: Mapping[str, str], authorization: str | None) -> dict[str, object]:
        """The answer of the token endpoint (RFC 6749, section 3.2).

        Args:
            parameters: The request's form.
            authorization: The request's header of this name.

        Raises:
            OAuthError: There are no tokens for this request.
        """
        with self._lock:
            grant_type = parameters.get("grant_type", "")
            grant = self._grants.get(grant_type)
            if grant:
                self._token_requests[grant_type] += 1
            if self._outage:
                raise OAuthError("temporarily_unavailable", "The token endpoint has an outage.", status=503)
            required(parameters, "grant_type")
            if not grant:
                raise OAuthError("unsupported_grant_type", f"The grant types are: {', '.join(self._grants)}.")
            client = self._clients.authenticate(parameters, authorization)
            client.check_grant_type(grant_type)
            return grant(parameters, client)

    def authorize_device(self, parameters: Mapping[str, str], authorization: str | None) -> dict[str, object]:
        """The answer of the device authorization endpoint (RFC 8628, section 3.1).

        Args:
            parameters: The request's form.
            authorization: The request's header of this name.

        Raises:
            OAuthError: There is no device code for this request.
        """
        with self._lock:
            if authorization is None:
                required(parameters, "client_id")
            client = self._clients.authenticate(parameters, authorization)
            client.check_grant_type(DEVICE)
            scopes = chosen_scopes(parameters, among=client.scopes)
            device_code, request = self._devices.begin(client.client_id, scopes)
            verification_uri = f"{self._issuer}{DEVICE_PAGE_PATH}"
            interval_seconds = request.interval_seconds
            return {
                "device_code": device_code,
                "user_code": request.user_code,
                "verification_uri": verification_uri,
                "verification_uri_complete": f"{verification_uri}?user_code={request.user_code}",
                "expires_in": in_whole_seconds(self._lifetimes.device_code_lifetime_seconds),
                # Not rounded down, for then a device would be told to come too early.
                "interval": int(interval_seconds) if interval_seconds % 1 == 0 else interval_seconds,
            }

    def decide_as_user(self, parameters: Mapping[str, str]) -> str:
        """Approve or deny a device with the form that a person has filled in; gives the outcome in words.

        Args:
            parameters: The form of the page.

        Raises:
            ValueError: The password is wrong, no device waits for the code, or the decision is missing.
        """
        code, name, password, decision = (
            parameters.get(field, "") for field in ("user_code", "username", "password", "decision")
        )
        # First of all, so that nobody else learns which codes there are.
        if not self._user.matches(name, password):
            raise ValueError("Incorrect user name or password.")
        if decision not in {"approve", "deny"}:
            raise ValueError("Press one of the two buttons.")
        approved = decision == "approve"
        self.decide(code, approved=approved)
        return f"The device is {'approved' if approved else 'denied'}. You can close this page."

    def decide(self, user_code: str, *, approved: bool) -> None:
        """Approve or deny the device that shows a code.

        Args:
            user_code: The code, as a person types it.
            approved: Whether the device is to get tokens.

        Raises:
            ValueError: No device waits for this code.
        """
        with self._lock:
            self._devices.decide(user_code, approved=approved)

    def revoke(self, parameters: Mapping[str, str], authorization: str | None) -> None:
        """End an access token, or a refresh token with its whole family (RFC 7009); unknown tokens are no error.

        Args:
            parameters: The request's form.
            authorization: The request's header of this name.

        Raises:
            OAuthError: The client is not known, or the token is another client's.
        """
        with self._lock:
            client = self._clients.authenticate(parameters, authorization)
            token = required(parameters, "token")
            refreshed = self._families.find(token)
            family = refreshed or self._tokens.find(token)
            if family and family.client_id != client.client_id:
                raise OAuthError("invalid_request", "The token is another client's.")
            if refreshed:
                refreshed.is_over = True
            self._tokens.revoke(token)

    def revoke_access_tokens(self) -> None:
        """End every access token that was given out so far; refresh tokens stay good."""
        with self._lock:
            self._tokens.revoke_all()

    def accepts(self, token: str) -> bool:
        """Whether an access token is good."""
        with self._lock:
            return self._tokens.is_valid(token)

    def has_scope(self, token: str, scope: str) -> bool:
        """Whether an access token is good, and for a scope."""
        with self._lock:
            return scope in self._tokens.scopes(token)

    def token_requests(self) -> Counter[str]:
        """How many requests of each grant type the token endpoint has had, whatever it answered; a copy."""
        with self._lock:
            return self._token_requests.copy()

    def token_outage(self) -> AbstractContextManager[None]:
        """An outage of the token endpoint, for as long as the context lasts; it answers 503."""
        return self._outage.lasting()
