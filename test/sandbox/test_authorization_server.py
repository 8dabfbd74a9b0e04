"""The authorization server without HTTP: which request reaches what, and that threads do not disturb each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.clients import DEVICE, known_clients
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.oauth_requests import OAuthError
from openapi_client.sandbox.user import User

LOGIN = {"grant_type": "password", "username": "user", "password": "hush"}
TOOLS = {"client_id": "client-tools"}
CONFIDENTIAL = {"client_id": "confidential", "client_secret": "secret"}


@pytest.fixture
def make(clock: Any) -> Callable[..., AuthorizationServer]:
    def call(**lifetimes: float) -> AuthorizationServer:
        return AuthorizationServer(
            "http://host", User("user", "hush"), known_clients("secret"), Lifetimes(**lifetimes), clock=clock
        )

    return call


@pytest.fixture
def server(make: Callable[..., AuthorizationServer]) -> AuthorizationServer:
    return make()


def refusal(
    call: Callable[..., object], parameters: dict[str, str], authorization: str | None = None
) -> tuple[str, int]:
    """The error and the status with which a request is refused."""
    with pytest.raises(OAuthError) as refused:
        call(parameters, authorization)
    return refused.value.error, refused.value.status


def outcome(call: Callable[..., object], parameters: dict[str, str]) -> str:
    """The error of a request, or `ok`."""
    try:
        call(parameters, None)
    except OAuthError as error:
        return error.error
    return "ok"


def texts(answer: dict[str, object]) -> tuple[str, str]:
    return str(answer["access_token"]), str(answer["refresh_token"])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ("invalid_request", 400)),
        ({"grant_type": "client_credentials"}, ("unsupported_grant_type", 400)),
        ({**LOGIN, "client_id": "nobody"}, ("invalid_client", 401)),
        ({**LOGIN, **CONFIDENTIAL, "client_secret": "x"}, ("invalid_client", 401)),
        ({**LOGIN, **TOOLS}, ("unauthorized_client", 400)),
        ({"grant_type": DEVICE, "device_code": "x"}, ("unauthorized_client", 400)),
        ({"grant_type": DEVICE, **TOOLS}, ("invalid_request", 400)),
    ],
    ids=["no-grant", "unknown-grant", "unknown-client", "wrong-secret", "not-its-grant", "no-client", "no-code"],
)
def test_request_for_tokens_is_refused(
    server: AuthorizationServer, parameters: dict[str, str], expected: tuple[str, int]
) -> None:
    """Grant type, client and parameters are looked at in this order."""
    assert refusal(server.token, parameters) == expected


def test_refresh_token_belongs_to_its_client(server: AuthorizationServer) -> None:
    """A token that was given to the unnamed client is not another one's."""
    _, token = texts(server.token(LOGIN, None))
    refresh = {"grant_type": "refresh_token", "refresh_token": token}
    assert refusal(server.token, {**refresh, **CONFIDENTIAL}) == ("invalid_grant", 400)
    assert server.token({**refresh, "client_id": "sandbox"}, None)["refresh_token"]


@pytest.mark.parametrize(("interval", "stated"), [(5, 5), (5.0, 5), (1.5, 1.5), (0.05, 0.05)])
def test_device_is_told_all_it_needs(make: Callable[..., AuthorizationServer], interval: float, stated: float) -> None:
    """The codes, where to type them, how long, how often; an interval is not rounded."""
    answer = make(device_interval_seconds=interval).authorize_device({**TOOLS, "scope": "offline_access"}, None)
    assert answer.pop("device_code")
    code = answer.pop("user_code")
    assert answer == {
        "verification_uri": "http://host/device",
        "verification_uri_complete": f"http://host/device?user_code={code}",
        "expires_in": 600,
        "interval": stated,
    }


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ("invalid_request", 400)),
        ({"client_id": "sandbox"}, ("unauthorized_client", 400)),
        ({"client_id": "nobody"}, ("invalid_client", 401)),
        ({"client_id": "confidential"}, ("invalid_client", 401)),
        ({**TOOLS, "scope": "admin"}, ("invalid_scope", 400)),
    ],
    ids=["unnamed", "not-its-grant", "unknown", "no-secret", "scope"],
)
def test_request_for_a_device_code_is_refused(
    server: AuthorizationServer, parameters: dict[str, str], expected: tuple[str, int]
) -> None:
    """A device must say who it is, and be allowed the grant."""
    assert refusal(server.authorize_device, parameters) == expected


@pytest.mark.parametrize(("decision", "expected"), [("approve", "ok"), ("deny", "access_denied")])
def test_person_decides(server: AuthorizationServer, decision: str, expected: str) -> None:
    """Name, password, code and button decide; the outcome is said in words."""
    device = server.authorize_device(TOOLS, None)
    form = {"user_code": str(device["user_code"]), "username": "user", "password": "hush", "decision": decision}
    for missing, message in (("password", "Incorrect"), ("decision", "one of the two"), ("user_code", "No device")):
        with pytest.raises(ValueError, match=message):
            server.decide_as_user({name: value for name, value in form.items() if name != missing})
    assert server.decide_as_user(form).startswith("The device is ")
    poll = {"grant_type": DEVICE, "device_code": str(device["device_code"]), **TOOLS}
    assert outcome(server.token, poll) == expected


def test_revoked_access_token_ends_alone(server: AuthorizationServer) -> None:
    """The refresh token beside a revoked access token stays good."""
    access, refresh = texts(server.token(LOGIN, None))
    assert server.accepts(access)
    server.revoke({"token": access, "token_type_hint": "refresh_token"}, None)
    assert not server.accepts(access)
    assert server.token({"grant_type": "refresh_token", "refresh_token": refresh}, None)


def test_revoked_refresh_token_ends_its_family(server: AuthorizationServer) -> None:
    """Access tokens go with it; a token that was used already revokes as well; another log-in is not touched."""
    access, refresh = texts(server.token(LOGIN, None))
    other, _ = texts(server.token(LOGIN, None))
    newer_access, newer = texts(server.token({"grant_type": "refresh_token", "refresh_token": refresh}, None))
    server.revoke({"token": refresh}, None)
    assert [server.accepts(token) for token in (access, newer_access, other)] == [False, False, True]
    assert refusal(server.token, {"grant_type": "refresh_token", "refresh_token": newer}) == ("invalid_grant", 400)


def test_revocation_is_for_the_tokens_client(server: AuthorizationServer) -> None:
    """Another client cannot end a token; a token that nobody knows is no error."""
    for token in texts(server.token(LOGIN, None)):
        assert refusal(server.revoke, {"token": token, **TOOLS}) == ("invalid_request", 400)
    server.revoke({"token": "unknown"}, None)
    assert refusal(server.revoke, {}) == ("invalid_request", 400)
    assert refusal(server.revoke, {"token": "unknown", "client_id": "nobody"}) == ("invalid_client", 401)


def test_metadata_is_the_issuers(server: AuthorizationServer) -> None:
    """What can be discovered is about this server."""
    assert server.metadata()["issuer"] == "http://host"


def test_refresh_token_used_by_many_threads_at_once_is_good_once(server: AuthorizationServer) -> None:
    """Of 64 uses one succeeds; the second one ends the family, with what the first was given."""
    _, refresh = texts(server.token(LOGIN, None))
    parameters = {"grant_type": "refresh_token", "refresh_token": refresh}
    with ThreadPoolExecutor(64) as threads:
        outcomes = list(threads.map(lambda _: outcome(server.token, parameters), range(64)))
    assert sorted(outcomes) == ["invalid_grant"] * 63 + ["ok"]
    assert server.token_requests() == {"password": 1, "refresh_token": 64}
