"""Our token sources against a server that none of us wrote: each login, each refusal, the tokens and their end."""

import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
import urllib3

from openapi_client import Configuration
from openapi_client.auth import (
    DevicePrompt,
    DeviceTokenSource,
    FileTokenStore,
    PasswordTokenSource,
    RefreshTokenSource,
    configured_source,
    discover,
)
from openapi_client.auth.claims import issued_lifetime
from openapi_client.exceptions import (
    AuthenticationException,
    ClientRefusedException,
    DeviceLoginException,
    LoginRequiredException,
)

if TYPE_CHECKING:
    from .conftest import OidcProvider

SCOPE = "offline_access roles"
CLIENTS = ["password-client", "confidential"]


def newest(vault: Any) -> str:
    """The refresh token that a store keeps, which holds one."""
    (kept,) = vault.kept.values()
    return str(kept.refresh_token)


def secret_of(provider: "OidcProvider", client: str) -> str | None:
    return provider.client_secret if client == "confidential" else None


@pytest.fixture(autouse=True)
def no_secret_is_logged(caplog: pytest.LogCaptureFixture, oidc_provider: "OidcProvider") -> Iterator[None]:
    """All loggers at DEBUG: none shows a password, a client's secret, or a JSON Web Token, as access tokens are."""
    with caplog.at_level(logging.DEBUG):
        yield
    said = " ".join(record.getMessage() for record in caplog.get_records("call"))
    secrets = (oidc_provider.password, oidc_provider.client_secret)
    assert [secret for secret in (*secrets, *map(quote_plus, secrets), "eyJ") if secret in said] == []


@pytest.fixture
def by_password(oidc_provider: "OidcProvider") -> Callable[..., PasswordTokenSource]:
    """Makes sources of the user's password, for a client; anything may be another."""

    def make(client: str = "password-client", **changes: Any) -> PasswordTokenSource:
        settings = {
            "username": oidc_provider.username,
            "password": oidc_provider.password,
            "issuer": oidc_provider.issuer,
            "client_id": client,
            "client_secret": secret_of(oidc_provider, client),
            "scope": SCOPE,
            "configuration": Configuration(retries=False),
        }
        return PasswordTokenSource(**{**settings, **changes})

    return make


@pytest.fixture
def by_device(oidc_provider: "OidcProvider") -> Callable[..., DeviceTokenSource]:
    """Makes sources of a login by browser, which the user is shown; it asks again without waiting."""

    def make(prompt: Callable[[DevicePrompt], object], **changes: Any) -> DeviceTokenSource:
        settings: dict[str, Any] = {
            "issuer": oidc_provider.issuer,
            "client_id": "client-tools",
            "scope": SCOPE,
            "prompt": prompt,
            "sleep": lambda _: None,
            "configuration": Configuration(retries=False),
        }
        return DeviceTokenSource(**{**settings, **changes})

    return make


def test_discovery(oidc_provider: "OidcProvider") -> None:
    """The endpoints that the sources ask are those of the server's document."""
    found = discover(oidc_provider.issuer)
    assert found.issuer == oidc_provider.issuer
    assert found.token_endpoint == oidc_provider.url("token")
    assert found.device_authorization_endpoint == oidc_provider.url("auth/device")
    assert found.revocation_endpoint == oidc_provider.url("revoke")
    assert "client_secret_basic" in found.token_endpoint_auth_methods_supported


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("discovered", [True, False], ids=["discovered", "given"])
def test_password(
    oidc_provider: "OidcProvider", by_password: Callable[..., PasswordTokenSource], client: str, discovered: bool
) -> None:
    """A public client and one with a secret log in, keep the token, and refresh when it is rejected."""
    source = by_password(client, **{} if discovered else {"issuer": None, "token_url": oidc_provider.url("token")})
    first = source()
    assert issued_lifetime(first) == 300
    assert source() == first
    second = source.renew(first)
    third = source.renew(second)
    assert len({first, second, third}) == 3
    assert source() == third


def test_settings_of_a_configuration_log_in(oidc_provider: "OidcProvider") -> None:
    """An issuer, a client, a name and a password from the environment are enough."""
    variables = {"ISSUER": oidc_provider.issuer, "CLIENT_ID": "confidential", "USERNAME": oidc_provider.username}
    secrets = {"CLIENT_SECRET": oidc_provider.client_secret, "PASSWORD": oidc_provider.password}
    configuration = Configuration.from_environment(
        {f"OPENAPI_CLIENT_{name}": value for name, value in (variables | secrets).items()}
    )
    assert issued_lifetime(configured_source(configuration)()) == 300


@pytest.mark.parametrize(
    ("changes", "kind", "error"),
    [
        ({"password": "wrong"}, LoginRequiredException, "invalid_grant"),
        ({"username": "wrong"}, LoginRequiredException, "invalid_grant"),
        ({"client_id": "unknown"}, ClientRefusedException, "invalid_client"),
        ({"client": "confidential", "client_secret": "wrong"}, ClientRefusedException, "invalid_client"),
        ({"client": "confidential", "client_secret": None}, ClientRefusedException, "invalid_client"),
        ({"client_id": "client-tools"}, AuthenticationException, "invalid_request"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_password_that_is_refused(
    oidc_provider: "OidcProvider",
    by_password: Callable[..., PasswordTokenSource],
    changes: dict[str, Any],
    kind: type[AuthenticationException],
    error: str,
) -> None:
    """Each refusal is told apart, and shows neither password nor client secret."""
    with pytest.raises(kind) as caught:
        by_password(**changes)()
    assert caught.value.error == error
    assert oidc_provider.password not in str(caught.value)
    assert oidc_provider.client_secret not in str(caught.value)


@pytest.mark.parametrize("rotates", [True, False])
def test_refresh_token_that_a_user_has(oidc_provider: "OidcProvider", vault: Any, rotates: bool) -> None:
    """It is refreshed as long as it is asked, whether the server replaces it or not."""
    given = oidc_provider.refresh_token("automated-access")
    source = RefreshTokenSource(given, issuer=oidc_provider.issuer, client_id="automated-access", store=vault)
    with oidc_provider.changed(rotates_refresh_tokens=rotates):
        first = source()
        second = source.renew(first)
        third = source.renew(second)
    assert len({first, second, third}) == 3
    assert (newest(vault) != given) is rotates


def test_refresh_token_of_another_client_is_refused(oidc_provider: "OidcProvider") -> None:
    """It is good for the client that it was given to alone."""
    source = RefreshTokenSource(
        oidc_provider.refresh_token("automated-access"), issuer=oidc_provider.issuer, client_id="client-tools"
    )
    with pytest.raises(LoginRequiredException, match="invalid_grant"):
        source()


def test_refresh_token_that_was_used_elsewhere_ends_the_login(oidc_provider: "OidcProvider") -> None:
    """With rotation, two who use one refresh token without a common store spoil it for each other, and are told."""
    given = oidc_provider.refresh_token("automated-access")
    one, two = (RefreshTokenSource(given, issuer=oidc_provider.issuer, client_id="automated-access") for _ in range(2))
    token = one()
    with pytest.raises(LoginRequiredException, match="log in again"):
        two()
    with pytest.raises(LoginRequiredException, match="log in again"):
        one.renew(token)


def test_threads_and_sources_with_one_store_share_a_refresh_token(
    oidc_provider: "OidcProvider", tmp_path: Path
) -> None:
    """Sources that share a store renew in turn, and the family of the refresh token lives."""
    given = oidc_provider.refresh_token("automated-access")
    where: dict[str, Any] = {"issuer": oidc_provider.issuer, "client_id": "automated-access"}
    sources = [RefreshTokenSource(given, store=FileTokenStore(tmp_path / "tokens"), **where) for _ in range(4)]
    came: list[str] = []

    def renew_often(source: RefreshTokenSource) -> None:
        came.extend([source.renew(source()) for _ in range(5)])

    threads = [threading.Thread(target=renew_often, args=(source,)) for source in sources for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(came) == 40
    assert sources[0].renew(sources[0]())


@pytest.mark.parametrize("early", [True, False], ids=["at once", "while it waits"])
def test_device_that_is_approved(
    oidc_provider: "OidcProvider", by_device: Callable[..., DeviceTokenSource], early: bool
) -> None:
    """The user is asked once; from then on the refresh token renews."""
    prompts: list[DevicePrompt] = []
    waits: list[float] = []

    def show(prompt: DevicePrompt) -> None:
        prompts.append(prompt)
        decide(early)

    def wait(seconds: float) -> None:
        waits.append(seconds)
        decide(len(waits) == 3)

    def decide(now: bool) -> None:
        for prompt in prompts[: int(now)]:
            oidc_provider.approve(prompt.user_code)

    with oidc_provider.changed(poll_interval_seconds=0):
        source = by_device(show, sleep=wait)
        tokens = [source()]
    tokens.append(source.renew(tokens[0]))
    assert tokens[0] != tokens[1]
    assert len(prompts) == 1
    assert prompts[0].verification_uri == f"{oidc_provider.issuer}/device"
    assert waits == [1.0] * (1 if early else 3)


def test_device_that_is_denied(oidc_provider: "OidcProvider", by_device: Callable[..., DeviceTokenSource]) -> None:
    """The user said no."""
    with pytest.raises(DeviceLoginException, match="denied") as caught:
        by_device(lambda prompt: oidc_provider.deny(prompt.user_code))()
    assert caught.value.error == "access_denied"


def test_device_that_asks_too_early_is_slower_from_then_on(
    oidc_provider: "OidcProvider", by_device: Callable[..., DeviceTokenSource]
) -> None:
    """Told to slow down, the source waits 5 s longer before each further attempt."""
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 4:
            raise TimeoutError("enough")

    with oidc_provider.changed(poll_interval_seconds=60), pytest.raises(AuthenticationException) as caught:
        by_device(lambda _: None, sleep=wait)()
    assert isinstance(caught.value.__cause__, TimeoutError)
    assert waits == [60.0, 60.0, 65.0, 70.0]


def test_device_that_nobody_confirms(
    oidc_provider: "OidcProvider", by_device: Callable[..., DeviceTokenSource]
) -> None:
    """Its code expires, by the server's clock or by ours, whichever is first."""
    with (
        oidc_provider.changed(device_code_seconds=1, poll_interval_seconds=0),
        pytest.raises(DeviceLoginException, match="not confirmed in time"),
    ):
        by_device(lambda _: None, sleep=lambda _: threading.Event().wait(0.05))()


def test_device_login_by_a_client_without_it(
    oidc_provider: "OidcProvider", by_device: Callable[..., DeviceTokenSource]
) -> None:
    """A client that may not is told so before the user is asked."""
    prompts: list[DevicePrompt] = []
    with pytest.raises(AuthenticationException) as caught:
        by_device(prompts.append, client_id="password-client")()
    assert caught.value.error in {"invalid_request", "unauthorized_client"}
    assert oidc_provider.issuer in str(caught.value)
    assert prompts == []


@pytest.mark.parametrize("client", CLIENTS)
def test_logout_revokes_the_refresh_token(
    oidc_provider: "OidcProvider", by_password: Callable[..., PasswordTokenSource], vault: Any, client: str
) -> None:
    """Nobody can refresh with it any more, and the source logs in again when it is asked."""
    source = by_password(client, store=vault)
    first, held = source(), newest(vault)
    source.logout()
    assert vault.kept == {}
    secret = secret_of(oidc_provider, client)
    thief = RefreshTokenSource(held, issuer=oidc_provider.issuer, client_id=client, client_secret=secret)
    with pytest.raises(LoginRequiredException, match="invalid_grant"):
        thief()
    assert source() != first


def test_refresh_token_that_has_ended(
    oidc_provider: "OidcProvider",
    by_password: Callable[..., PasswordTokenSource],
    vault: Any,
    until: Callable[[Callable[[], bool]], None],
) -> None:
    """The password is used again where there is one; who has only the refresh token is told to log in."""
    source = by_password(store=vault)
    with oidc_provider.changed(refresh_token_seconds=1, rotates_refresh_tokens=False):
        token, held = source(), newest(vault)
        form = {"grant_type": "refresh_token", "client_id": "password-client", "refresh_token": held}
        with urllib3.PoolManager() as pools:
            ask = partial(pools.request, "POST", oidc_provider.url("token"), fields=form, encode_multipart=False)
            until(lambda: ask().status == 400)
    with pytest.raises(LoginRequiredException, match="log in again"):
        RefreshTokenSource(held, issuer=oidc_provider.issuer, client_id="password-client")()
    assert source.renew(token) != token
    assert newest(vault) != held
