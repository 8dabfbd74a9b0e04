"""What the independent server does in each flow: the facts on which the tests of the client's own flows rest."""

import base64
import json
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

if TYPE_CHECKING:
    from .conftest import OidcProvider

Ask = Callable[..., tuple[int, dict[str, Any]]]

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "offline_access roles"
GIVEN = (200, None)
REFUSED = (400, "invalid_grant")
PENDING = (400, "authorization_pending")
TOO_EARLY = (400, "slow_down")


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False) as pools:
        yield pools


@pytest.fixture
def ask(oidc_provider: "OidcProvider", http: urllib3.PoolManager) -> Ask:
    """Posts a form to an endpoint, with HTTP Basic if it is given an id and a secret; gives status and JSON."""

    def call(endpoint: str, *basic: str, **form: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Basic {base64.b64encode(':'.join(basic).encode()).decode()}"} if basic else {}
        url = oidc_provider.url(endpoint)
        answer = http.request("POST", url, fields=form, encode_multipart=False, headers=headers)
        return answer.status, answer.json() if answer.data else {}

    return call


def brief(answer: tuple[int, dict[str, Any]]) -> tuple[int, str | None]:
    """An answer's status and error."""
    return answer[0], answer[1].get("error")


def becomes(poll: Callable[[], object], wanted: object) -> bool:
    """Whether polling brings what is wanted, within 20 seconds."""
    # No loop, whose body might have nothing to do.
    polls = map(lambda _: poll() == wanted or threading.Event().wait(0.05), range(400))  # noqa: C417 - lazy, without a loop
    return any(polls)


def log_in(ask: Ask, provider: "OidcProvider", client_id: str = "password-client") -> dict[str, Any]:
    """The tokens that the user's password gives to a public client."""
    user = {"username": provider.username, "password": provider.password}
    return ask("token", grant_type="password", client_id=client_id, scope=SCOPE, **user)[1]


def refresh(ask: Ask, token: str, client_id: str = "password-client") -> tuple[int, dict[str, Any]]:
    return ask("token", grant_type="refresh_token", client_id=client_id, refresh_token=token)


def poll(ask: Ask, device: dict[str, Any]) -> tuple[int, str | None]:
    code = device["device_code"]
    return brief(ask("token", grant_type=DEVICE_CODE, client_id="client-tools", device_code=code))


def start_device(ask: Ask) -> dict[str, Any]:
    return ask("auth/device", client_id="client-tools", scope=SCOPE)[1]


def test_discovery_names_the_paths_of_keycloak(oidc_provider: "OidcProvider", http: urllib3.PoolManager) -> None:
    """The discovery document names the issuer, and each endpoint where Keycloak has it."""
    found = http.request("GET", f"{oidc_provider.issuer}/.well-known/openid-configuration").json()
    assert found["issuer"] == oidc_provider.issuer
    assert {
        name: found[name].removeprefix(oidc_provider.issuer) for name in found if name.endswith("_endpoint")
    }.items() >= {
        "token_endpoint": "/protocol/openid-connect/token",
        "device_authorization_endpoint": "/protocol/openid-connect/auth/device",
        "revocation_endpoint": "/protocol/openid-connect/revoke",
    }.items()
    assert found["jwks_uri"] == oidc_provider.url("certs")
    assert {"password", "refresh_token", DEVICE_CODE} <= {*found["grant_types_supported"]}


def test_other_realms_are_not_found(oidc_provider: "OidcProvider", http: urllib3.PoolManager) -> None:
    """An issuer of another name has no discovery document."""
    assert http.request("GET", f"{oidc_provider.issuer[:-4]}other/.well-known/openid-configuration").status == 404


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, GIVEN),
        ({"password": "wrong"}, REFUSED),
        ({"username": "wrong"}, REFUSED),
        ({"client_id": "unknown"}, (401, "invalid_client")),
        ({"client_id": "client-tools"}, (400, "invalid_request")),
        ({"client_id": "confidential"}, (401, "invalid_client")),
        ({"grant_type": "unknown"}, (400, "unsupported_grant_type")),
        ({"client_secret": "of a public client"}, (401, "invalid_client")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_password(
    oidc_provider: "OidcProvider", ask: Ask, changes: dict[str, str], expected: tuple[int, str | None]
) -> None:
    """The user's password gives tokens to a client that may ask for them."""
    user = {"username": oidc_provider.username, "password": oidc_provider.password}
    form = {"grant_type": "password", "client_id": "password-client", **user, **changes}
    assert brief(ask("token", **form)) == expected


@pytest.mark.parametrize(
    ("encode", "expected"),
    [
        (urllib.parse.quote_plus, GIVEN),
        (str, (400, "invalid_request")),
        (lambda _: "wrong", (401, "invalid_client")),
    ],
    ids=["encoded", "not-encoded", "wrong"],
)
def test_client_secret(
    oidc_provider: "OidcProvider", ask: Ask, encode: Callable[[str], str], expected: tuple[int, str | None]
) -> None:
    """A confidential client shows its secret by HTTP Basic, encoded as in a form."""
    user = {"username": oidc_provider.username, "password": oidc_provider.password}
    answer = ask("token", "confidential", encode(oidc_provider.client_secret), grant_type="password", **user)
    assert brief(answer) == expected


@pytest.mark.parametrize("seconds", [2, 300])
def test_access_token_is_a_signed_jwt(
    oidc_provider: "OidcProvider", ask: Ask, http: urllib3.PoolManager, seconds: int
) -> None:
    """An access token says who, which client and until when, and names the key that signed it."""
    with oidc_provider.changed(access_token_seconds=seconds):
        given = log_in(ask, oidc_provider)
    head, claims = (json.loads(base64.urlsafe_b64decode(f"{part}===")) for part in given["access_token"].split(".")[:2])
    assert claims["exp"] - claims["iat"] == given["expires_in"] == seconds
    assert claims["iss"] == oidc_provider.issuer
    assert claims["sub"] == oidc_provider.username
    assert claims["client_id"] == "password-client"
    assert claims["scope"] == given["scope"] == SCOPE
    assert head["kid"] in [key["kid"] for key in http.request("GET", oidc_provider.url("certs")).json()["keys"]]


def test_rotated_refresh_token_ends_its_family(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """Each refresh gives a new refresh token; whoever uses an old one ends the newest too."""
    first = log_in(ask, oidc_provider)["refresh_token"]
    second = refresh(ask, first)[1]["refresh_token"]
    third = refresh(ask, second)[1]["refresh_token"]
    assert len({first, second, third}) == 3
    assert brief(refresh(ask, second)) == REFUSED
    assert brief(refresh(ask, third)) == REFUSED


def test_refresh_token_stays_without_rotation(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """Without rotation, a refresh token gives itself again, as often as it is used."""
    token = log_in(ask, oidc_provider)["refresh_token"]
    with oidc_provider.changed(rotates_refresh_tokens=False):
        assert [refresh(ask, token)[1]["refresh_token"] for _ in range(2)] == [token, token]


def test_refresh_token_expires(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """A refresh token is refused when its time is over."""
    with oidc_provider.changed(refresh_token_seconds=3, rotates_refresh_tokens=False):
        token = log_in(ask, oidc_provider)["refresh_token"]
        assert brief(refresh(ask, token)) == GIVEN
        assert becomes(lambda: brief(refresh(ask, token)), REFUSED)


def test_refresh_token_of_a_login_at_the_browser(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """A refresh token that came with no flow of a client's own is good for its client, and for no other."""
    token = oidc_provider.refresh_token("automated-access")
    assert brief(refresh(ask, token, "client-tools")) == REFUSED
    status, given = refresh(ask, token, "automated-access")
    assert (status, given["scope"], given["token_type"]) == (200, SCOPE, "Bearer")


@pytest.mark.parametrize("interval", [0, 5])
def test_device_code_is_issued(oidc_provider: "OidcProvider", ask: Ask, interval: int) -> None:
    """A device gets a code for itself, one for the user with the place to enter it, and how often and long to ask."""
    with oidc_provider.changed(poll_interval_seconds=interval, device_code_seconds=77):
        device = start_device(ask)
    assert device.keys() == {
        *("device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval")
    }
    assert (device["expires_in"], device["interval"]) == (77, interval)
    assert device["verification_uri"] == f"{oidc_provider.issuer}/device"


@pytest.mark.parametrize(("decision", "expected"), [("approve", GIVEN), ("deny", (400, "access_denied"))])
def test_user_decides_about_a_device(
    oidc_provider: "OidcProvider", ask: Ask, decision: str, expected: tuple[int, str | None]
) -> None:
    """A device waits until its user decides; its code is good for one answer."""
    with oidc_provider.changed(poll_interval_seconds=0):
        device = start_device(ask)
    assert [poll(ask, device), poll(ask, device)] == [PENDING, PENDING]
    getattr(oidc_provider, decision)(device["user_code"])
    assert [poll(ask, device), poll(ask, device)] == [expected, REFUSED]


def test_device_gets_tokens_that_refresh(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """The tokens of an approved device are like any other's."""
    device = start_device(ask)
    oidc_provider.approve(device["user_code"])
    code = device["device_code"]
    given = ask("token", grant_type=DEVICE_CODE, client_id="client-tools", device_code=code)[1]
    assert (given["access_token"].count("."), given["expires_in"], given["scope"]) == (2, 300, SCOPE)
    assert brief(refresh(ask, given["refresh_token"], "client-tools")) == GIVEN


def test_device_that_asks_too_early_is_slowed_down(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """Within the interval a device is told to slow down, even if its user has agreed."""
    with oidc_provider.changed(poll_interval_seconds=60):
        device = start_device(ask)
    assert [poll(ask, device), poll(ask, device)] == [PENDING, TOO_EARLY]
    oidc_provider.approve(device["user_code"])
    assert poll(ask, device) == TOO_EARLY


def test_device_that_was_too_early_is_served_after_the_interval(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """Asking too early does not make the wait longer."""
    with oidc_provider.changed(poll_interval_seconds=1):
        device = start_device(ask)
    assert poll(ask, device) == PENDING
    oidc_provider.approve(device["user_code"])
    assert becomes(lambda: poll(ask, device), GIVEN)


def test_device_code_expires(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """A device whose user has not decided in time is told so."""
    with oidc_provider.changed(poll_interval_seconds=0, device_code_seconds=1):
        device = start_device(ask)
    assert becomes(lambda: poll(ask, device), (400, "expired_token"))


def test_unknown_user_code_is_told(oidc_provider: "OidcProvider") -> None:
    """A test that approves what nobody asked for fails."""
    with pytest.raises(AssertionError, match="no such user code"):
        oidc_provider.approve("NONE-SUCH")


def test_revoked_refresh_token_is_refused(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """A refresh token can be given back; the answer is empty, also for one that nobody knows."""
    token = log_in(ask, oidc_provider)["refresh_token"]
    assert ask("revoke", client_id="password-client", token=token) == (200, {})
    assert ask("revoke", client_id="password-client", token="unknown") == (200, {})
    assert brief(refresh(ask, token)) == REFUSED


def test_access_token_cannot_be_revoked(oidc_provider: "OidcProvider", ask: Ask) -> None:
    """A JWT is good until it expires, and the server says so."""
    token = log_in(ask, oidc_provider)["access_token"]
    assert brief(ask("revoke", client_id="password-client", token=token)) == (400, "unsupported_token_type")


def test_secrets_are_not_in_the_repr(oidc_provider: "OidcProvider") -> None:
    """A failing test's report shows no password."""
    assert oidc_provider.password not in repr(oidc_provider)
    assert oidc_provider.client_secret not in repr(oidc_provider)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", AssertionError)], ids=["here", "CI"])
def test_without_network_the_tests_are_skipped_but_in_ci(
    install_server: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    ci: str,
    outcome: type[BaseException],
) -> None:
    """Where npm reaches no registry and has nothing in its cache, the tests are skipped; in CI that is a failure."""
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(outcome):
        install_server(tmp_path / "server")
