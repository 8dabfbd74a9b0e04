"""Tokens by a login in a browser, on this machine or another (RFC 8628)."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from openapi_client._json import stated
from openapi_client._masking import SecretText, without_inner_frames
from openapi_client.auth.discovery import Provider
from openapi_client.auth.endpoint import TokenEndpoint
from openapi_client.auth.exchange import ONCE, Effort, check_address
from openapi_client.auth.login import Grant, LoginTokenSource, Refusal
from openapi_client.auth.prompts import DevicePrompt, show
from openapi_client.auth.tokens import TokenStore, seconds_of, token_of
from openapi_client.configuration import Configuration
from openapi_client.exceptions import (
    ApiConnectionException,
    ApiValueError,
    AuthenticationException,
    DeviceLoginException,
)

_GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_USUAL_INTERVAL_SECONDS: Final = 5.0
_LEAST_INTERVAL_SECONDS: Final = 1.0
_SLOW_DOWN_SECONDS: Final = 5.0
_LONGEST_CODE: Final = 64
_FAILED: Final = 500


class _Login(NamedTuple):
    """A login that has begun, as the server answered (RFC 8628, section 3.2)."""

    device_code: str
    prompt: DevicePrompt
    interval_seconds: float


class DeviceTokenSource(LoginTokenSource):
    """Has the user log in with a browser, and refreshes where the server gives a refresh token.

    The login takes as long as the user does; other threads wait for it. Afterwards nobody is asked again for as long as
    the refresh token lives. With a store, and a client that has the scope `offline_access`, that is for weeks.

    Args:
        issuer: The login server's issuer, where its endpoints are discovered; or
        token_url: its token endpoint, and
        device_authorization_url: where such a login begins.
        revocation_url: Where `logout` revokes, if that is not discovered.
        client_id: The client's id.
        client_secret: The client's secret, where it has one.
        scope: What is asked for, as words separated by spaces.
        audience: Whom the token is for, where the server wants to know.
        prompt: Shows the user where to log in: in a notebook as a link, elsewhere on standard error, unless given.
        configuration: TLS, proxy, timeouts and retries; None for those of the default Configuration.
        store: Where tokens are kept between programs.
        keep_alive: True has a thread renew what is not used for 15 minutes, or for half of a refresh token's life
            where that is shorter; a `timedelta` sets how long.
        clock: Seconds on a clock that never goes back.
        wall_clock: Seconds of Unix time.
        sleep: Waits for some seconds.

    Raises:
        ApiValueError: There are both issuer and token_url, or neither, or an address is none, or it is not known where
            such a login begins.
    """

    _asks_the_user = True

    @without_inner_frames
    def __init__(
        self,
        *,
        issuer: str | None = None,
        token_url: str | None = None,
        device_authorization_url: str | None = None,
        revocation_url: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        audience: str | None = None,
        prompt: Callable[[DevicePrompt], object] = show,
        configuration: Configuration | None = None,
        store: TokenStore | None = None,
        keep_alive: bool | timedelta = False,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if token_url is not None and device_authorization_url is None:
            raise ApiValueError("With token_url, a device login needs device_authorization_url too")
        provider = Provider(
            issuer, token_url, device_authorization_url=device_authorization_url, revocation_url=revocation_url
        )
        endpoint = TokenEndpoint(provider, client_id, client_secret, configuration)
        super().__init__(endpoint, store=store, keep_alive=keep_alive, clock=clock, wall_clock=wall_clock)
        self._form = {"scope": scope, "audience": audience}
        self._prompt = prompt
        self._sleep = sleep

    def _log_in(self, _effort: Effort, _refusal: Refusal | None, /) -> Grant:
        asked_at = self._clock()
        login = _begun(self._endpoint.authorize_device(self._form))
        self._prompt(login.prompt)
        ends_at = asked_at + login.prompt.expires_in_seconds
        interval = login.interval_seconds
        while (remaining := ends_at - self._clock()) > 0:
            self._sleep(min(interval, remaining))
            grant, interval = self._poll(login.device_code, interval)
            if grant is not None:
                return grant
        raise DeviceLoginException(0, f"{self!r}: the login was not confirmed in time: ask again")

    def _poll(self, device_code: str, interval: float) -> tuple[Grant | None, float]:
        """The tokens if the user has logged in, and how long to wait before asking again (RFC 8628, section 3.5)."""
        try:
            return self._granted(_GRANT_TYPE, {"device_code": device_code}, ONCE), interval
        except ApiConnectionException:
            return None, 2 * interval
        except AuthenticationException as error:
            if error.error == "authorization_pending":
                return None, interval
            if error.error == "slow_down":
                return None, interval + _SLOW_DOWN_SECONDS
            if (error.status or 0) >= _FAILED:
                return None, 2 * interval
            raise


@without_inner_frames
def _begun(answer: Mapping[str, Any]) -> _Login:
    problem = ""
    try:
        return _read(answer)
    except ApiValueError as error:
        problem = str(error)
    answer = {}
    raise AuthenticationException(200, f"The login server began no device login: {problem}")


def _read(answer: Mapping[str, Any]) -> _Login:
    code = answer.get("user_code")
    if not isinstance(code, str) or not code.isprintable() or not 0 < len(code) <= _LONGEST_CODE:
        raise ApiValueError("the answer's user_code is no code for people")
    expires_in = seconds_of(answer, "expires_in")
    if not expires_in:
        raise ApiValueError("the answer's expires_in is not a number of seconds above 0")
    # Servers older than RFC 8628 write `url`.
    page, complete = (
        stated(answer, f"verification_uri{end}") or stated(answer, f"verification_url{end}")
        for end in ("", "_complete")
    )
    interval = seconds_of(answer, "interval")
    prompt = DevicePrompt(
        # An address of another kind, or with control characters, would do other things than lead to a page.
        verification_uri=check_address(page, "the answer's verification_uri"),
        verification_uri_complete=(
            None if complete is None else check_address(complete, "the answer's verification_uri_complete")
        ),
        user_code=code,
        expires_in_seconds=expires_in,
    )
    device_code = token_of(answer, "device_code")
    return _Login(
        SecretText(device_code),
        prompt,
        _USUAL_INTERVAL_SECONDS if interval is None else max(_LEAST_INTERVAL_SECONDS, interval),
    )
