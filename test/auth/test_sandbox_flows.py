"""Every login against the sandbox, registry calls included: long jobs, outages, clients, devices, and the end."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import urllib3

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi, S3Location
from openapi_client.auth import (
    CommandTokenSource,
    DevicePrompt,
    DeviceTokenSource,
    FileTokenStore,
    PasswordTokenSource,
    RefreshTokenSource,
)
from openapi_client.exceptions import (
    AuthenticationException,
    ClientRefusedException,
    DeviceLoginException,
    LoginRequiredException,
    UnauthorizedException,
)
from openapi_client.sandbox import Sandbox

LIFETIME = 300.0
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class Clock:
    """The time of the sandbox and of the sources, which passes when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Lets the seconds pass."""
        self.now += seconds


@pytest.fixture(scope="module")
def own_clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def registry(own_clock: Clock) -> Iterator[Sandbox]:
    """A sandbox of this file, on a clock that its tests move."""
    with Sandbox(clock=own_clock, token_lifetime_seconds=LIFETIME) as running:
        yield running


@pytest.fixture
def timed(own_clock: Clock) -> dict[str, Any]:
    """What puts a source on the sandbox's clock, and has it ask once."""
    return {"clock": own_clock, "wall_clock": own_clock, "configuration": Configuration(retries=False)}


@pytest.fixture
def user(registry: Sandbox, timed: dict[str, Any]) -> PasswordTokenSource:
    """The source of the sandbox's user, by the password."""
    return PasswordTokenSource(registry.username, registry.password, token_url=f"{registry.host}/token", **timed)


@pytest.fixture(autouse=True)
def no_secret_is_logged(caplog: pytest.LogCaptureFixture, registry: Sandbox) -> Iterator[None]:
    """All loggers at DEBUG: none shows a password, a client's secret, or a JSON Web Token, as all tokens here are."""
    with caplog.at_level(logging.DEBUG):
        yield
    said = " ".join(record.getMessage() for record in caplog.get_records("call"))
    assert "/token" in said
    assert [secret for secret in (registry.password, registry.client_secret, "eyJ") if secret in said] == []


@pytest.fixture
def statuses(caplog: pytest.LogCaptureFixture) -> Callable[[], list[int]]:
    """The statuses of all answers of the registry's operations, those that the client did not raise included."""
    return lambda: [
        record.args[2]  # type: ignore[index, misc] # of the message that states method, address and status
        for record in caplog.records
        if str(record.msg).startswith("%s %s: %d") and "/registry/" in record.getMessage()
    ]


@pytest.fixture
def call(registry: Sandbox) -> Iterator[Callable[..., str]]:
    """Calls an operation with a source, and gives the session token."""
    bucket = registry.bucket_name
    request = CredentialsRequest(S3Location(bucket, "team", f"s3://{bucket}/team"), console_session_required=False)
    with ExitStack() as stack:

        def with_source(source: Any) -> str:
            client = stack.enter_context(ApiClient(Configuration(registry.host, access_token=source, retries=False)))
            answer = RegistryCredentialsApi(client).generate_read_access_credentials(request)
            return str(answer.credentials.aws_session_token)

        yield with_source


@pytest.fixture
def log_in_with(registry: Sandbox) -> Callable[[str], str]:
    """Logs in for a scope, and gives the refresh token."""

    def log_in(scope: str) -> str:
        form = {"grant_type": "password", "username": registry.username, "password": registry.password, "scope": scope}
        with urllib3.PoolManager() as pools:
            answer = pools.request("POST", f"{registry.host}/token", fields=form, encode_multipart=False)
            return str(answer.json()["refresh_token"])

    return log_in


Call = Callable[..., str]
Statuses = Callable[[], list[int]]


def test_job_of_100_lifetimes_never_sees_a_401(
    registry: Sandbox, own_clock: Clock, user: PasswordTokenSource, call: Call, statuses: Statuses
) -> None:
    """One login carries a job of more than eight hours, whose tokens are renewed before they end or after."""
    before, ends_at, calls = registry.token_requests, own_clock.now + 100 * LIFETIME, 0
    while own_clock.now < ends_at:
        # In the middle of a token's life, when it is due, and after it has ended.
        own_clock.now += (0.5, 0.45, 1.2)[calls % 3] * LIFETIME
        calls += 1
        assert call(user)
    asked = registry.token_requests - before
    assert asked["password"] == 1
    assert asked["refresh_token"] == calls - calls // 3 - 1
    assert statuses() == [200] * calls


@pytest.mark.parametrize("first_at", [270, 273, 299], ids=lambda second: f"from-{second}")
def test_outage_that_ends_before_the_token_does_is_invisible(
    registry: Sandbox, own_clock: Clock, user: PasswordTokenSource, call: Call, statuses: Statuses, first_at: int
) -> None:
    """While renewals fail the token is used on; the next call after its end has another, and nobody logs in again."""
    call(user)
    before = registry.token_requests
    with registry.token_outage():
        # Due it is 30 s before its end; an attempt is made every 5 s.
        own_clock.now += first_at
        for _ in range(first_at, 300):
            assert call(user)
            own_clock.now += 1
        own_clock.now -= 0.5
    # The outage is over, the token is not.
    own_clock.now += 1
    assert call(user)
    asked = registry.token_requests - before
    assert asked == {"refresh_token": len(range(first_at, 300, 5)) + 1}
    assert statuses() == [200] * (1 + 300 - first_at + 1)


def test_outage_that_outlives_the_token_is_an_error_until_it_ends(
    registry: Sandbox, own_clock: Clock, user: PasswordTokenSource, call: Call, statuses: Statuses
) -> None:
    """Then there is nothing to ask with; afterwards the refresh token is still good."""
    call(user)
    with registry.token_outage():
        own_clock.now += LIFETIME
        with pytest.raises(AuthenticationException, match="503"):
            call(user)
    own_clock.now += 5
    before = registry.token_requests
    assert call(user)
    assert registry.token_requests - before == {"refresh_token": 1}
    assert statuses() == [200, 200]


def test_login_that_has_ended_is_begun_anew_by_the_password(
    registry: Sandbox, own_clock: Clock, user: PasswordTokenSource, call: Call, statuses: Statuses
) -> None:
    """Unused for longer than a refresh token lives, the source logs in again, and the caller has an answer."""
    call(user)
    own_clock.now += 1801
    before = registry.token_requests
    assert call(user)
    assert registry.token_requests - before == {"refresh_token": 1, "password": 1}
    assert statuses() == [200, 200]


def test_refresh_token_that_has_ended_is_the_user_s_to_replace(
    registry: Sandbox,
    own_clock: Clock,
    timed: dict[str, Any],
    call: Call,
    statuses: Statuses,
    log_in_with: Callable[..., str],
) -> None:
    """Who has only a refresh token is told to log in once it has ended, and the registry is not asked."""
    source = RefreshTokenSource(log_in_with("roles"), issuer=registry.host, client_id="sandbox", **timed)
    call(source)
    own_clock.now += 1801
    with pytest.raises(LoginRequiredException, match="log in again"):
        call(source)
    assert statuses() == [200]


def test_revoked_token_is_replaced_within_the_call(
    registry: Sandbox, user: PasswordTokenSource, call: Call, statuses: Statuses
) -> None:
    """What the registry rejects as a token is renewed, and the caller has an answer."""
    call(user)
    before = registry.token_requests
    registry.revoke_tokens()
    assert call(user)
    assert registry.token_requests - before == {"refresh_token": 1}
    assert statuses() == [200, 401, 200]


@pytest.mark.parametrize("client", ["sandbox", "confidential"])
@pytest.mark.parametrize("discovered", [True, False], ids=["discovered", "given"])
def test_password_of_a_client(
    registry: Sandbox, timed: dict[str, Any], call: Call, client: str, discovered: bool
) -> None:
    """A public client and one with a secret log in and refresh, where the issuer says or where the user does."""
    where: dict[str, Any] = {"issuer": registry.host} if discovered else {"token_url": f"{registry.host}/token"}
    secret = registry.client_secret if client == "confidential" else None
    source = PasswordTokenSource(
        registry.username, registry.password, client_id=client, client_secret=secret, **where, **timed
    )
    assert call(source)
    assert call(source.renew(source()))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [({"password": "wrong"}, LoginRequiredException), ({"client_secret": "wrong"}, ClientRefusedException)],
    ids=["password", "client"],
)
def test_wrong_secret_is_refused(
    registry: Sandbox,
    timed: dict[str, Any],
    call: Call,
    statuses: Statuses,
    changes: dict[str, Any],
    kind: type[AuthenticationException],
) -> None:
    """A wrong password and a wrong client secret are told apart, and the registry is not asked."""
    settings: dict[str, Any] = {
        "password": registry.password,
        "client_secret": registry.client_secret,
        **timed,
        **changes,
    }
    source = PasswordTokenSource(registry.username, issuer=registry.host, client_id="confidential", **settings)
    with pytest.raises(kind):
        call(source)
    assert statuses() == []


@pytest.mark.parametrize("scope", ["roles", "roles offline_access"])
def test_refresh_token_is_replaced_with_each_use(
    registry: Sandbox, own_clock: Clock, timed: dict[str, Any], call: Call, log_in_with: Callable[..., str], scope: str
) -> None:
    """One that the user gives leads to the next and the next; the first is then good no longer."""
    given = log_in_with(scope)
    where = {"issuer": registry.host, "client_id": "sandbox", **timed}
    source = RefreshTokenSource(given, **where)
    for _ in range(3):
        assert call(source)
        own_clock.now += LIFETIME
    with pytest.raises(LoginRequiredException, match="invalid_grant"):
        call(RefreshTokenSource(given, **where))


@pytest.mark.parametrize("client", ["client-tools", "automated-access", "confidential"])
def test_device_that_is_approved(
    registry: Sandbox, own_clock: Clock, timed: dict[str, Any], call: Call, statuses: Statuses, client: str
) -> None:
    """The user is asked once, confirms while the device waits, and need not be asked for the next tokens."""
    prompts: list[DevicePrompt] = []

    def wait(seconds: float) -> None:
        own_clock.now += seconds
        if own_clock.now > began + 12:
            registry.approve_device(prompts[0].user_code)

    began = own_clock.now
    source = DeviceTokenSource(
        issuer=registry.host,
        client_id=client,
        client_secret=registry.client_secret if client == "confidential" else None,
        scope="roles offline_access",
        prompt=prompts.append,
        sleep=wait,
        **timed,
    )
    before = registry.token_requests
    for _ in range(3):
        assert call(source)
        own_clock.now += LIFETIME
    assert registry.token_requests - before == {DEVICE: 3, "refresh_token": 2}
    assert len(prompts) == 1
    assert statuses() == [200] * 3


@pytest.mark.parametrize(("denied", "message"), [(True, "denied"), (False, "not confirmed in time")])
def test_device_that_is_not_approved(
    registry: Sandbox,
    own_clock: Clock,
    timed: dict[str, Any],
    call: Call,
    statuses: Statuses,
    denied: bool,
    message: str,
) -> None:
    """Whether the user denies it or does nothing, it is told apart, and the registry is not asked."""

    def decide(prompt: DevicePrompt) -> None:
        for code in [prompt.user_code][:denied]:
            registry.deny_device(code)

    source = DeviceTokenSource(
        issuer=registry.host, client_id="client-tools", prompt=decide, sleep=own_clock.sleep, **timed
    )
    with pytest.raises(DeviceLoginException, match=message):
        call(source)
    assert statuses() == []


def test_logout_ends_all_tokens(registry: Sandbox, timed: dict[str, Any], call: Call, tmp_path: Path) -> None:
    """The access token too, here and in the store; asked again, the source logs in again."""
    store = FileTokenStore(tmp_path / "tokens")
    source = PasswordTokenSource(
        registry.username, registry.password, issuer=registry.host, client_id="sandbox", store=store, **timed
    )
    token = source()
    assert call(token)
    source.logout()
    with pytest.raises(UnauthorizedException):
        call(token)
    assert [*(tmp_path / "tokens").glob("*.json")] == []
    before = registry.token_requests
    assert call(source)
    assert registry.token_requests - before == {"password": 1}


def test_token_of_a_command(registry: Sandbox, user: PasswordTokenSource, call: Call, tmp_path: Path) -> None:
    """A command is run again when its token is rejected."""
    file = tmp_path / "token"
    file.write_text(user())
    source = CommandTokenSource(["cat", str(file)])
    assert call(source)
    registry.revoke_tokens()
    file.write_text(user.renew(user()))
    assert call(source)
