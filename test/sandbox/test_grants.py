"""What a client brings, and the tokens that it gets for it."""

from typing import Any

import pytest

from openapi_client.sandbox.clients import DEVICE, PASSWORD, REFRESH, Client
from openapi_client.sandbox.device import Devices
from openapi_client.sandbox.families import Families
from openapi_client.sandbox.grants import Grants
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.oauth_requests import OAuthError
from openapi_client.sandbox.tokens import TokenIssuer
from openapi_client.sandbox.user import User

TOOL = Client("tool", frozenset({PASSWORD, REFRESH, DEVICE}))
LOGIN = {"username": "user", "password": "hush"}
LIFETIMES = Lifetimes(token_lifetime_seconds=3.5, refresh_token_idle_seconds=10)


class Parts:
    """The grants and what stands behind them."""

    def __init__(self, clock: Any) -> None:
        self.tokens = TokenIssuer(3.5, issuer="http://host", clock=clock)
        self.families = Families(LIFETIMES, rotate=True, clock=clock)
        self.devices = Devices(LIFETIMES, clock=clock)
        self.grants = Grants(User("user", "hush"), self.tokens, self.families, self.devices, 3.5)


@pytest.fixture
def parts(clock: Any) -> Parts:
    return Parts(clock)


def test_password_gives_both_tokens(parts: Parts) -> None:
    """The answer holds two good tokens, their lifetimes in whole seconds and the scope."""
    answer = parts.grants.password(LOGIN, TOOL)
    assert parts.tokens.is_valid(str(answer.pop("access_token")))
    assert parts.families.redeem(str(answer.pop("refresh_token")), "tool").username == "user"
    assert answer == {"token_type": "bearer", "expires_in": 3, "refresh_expires_in": 10, "scope": "roles"}


def test_offline_access_is_marked(parts: Parts) -> None:
    """With the scope `offline_access` the refresh token has no end, which is stated as 0."""
    answer = parts.grants.password({**LOGIN, "scope": "offline_access roles"}, TOOL)
    assert answer["refresh_expires_in"] == 0
    assert answer["scope"] == "offline_access roles"


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"password": "hush"}, "invalid_request"),
        ({"username": "user"}, "invalid_request"),
        ({**LOGIN, "password": "wrong"}, "invalid_grant"),
        ({**LOGIN, "scope": "admin"}, "invalid_scope"),
    ],
    ids=["no-name", "no-password", "wrong-password", "scope"],
)
def test_password_that_is_not_right_gives_nothing(parts: Parts, parameters: dict[str, str], error: str) -> None:
    """What is missing or wrong is told apart."""
    with pytest.raises(OAuthError) as refused:
        parts.grants.password(parameters, TOOL)
    assert refused.value.error == error


def test_refresh_gives_new_tokens_of_the_same_log_in(parts: Parts) -> None:
    """Both tokens are new; the earlier access token stays good, the earlier refresh token ends all of them."""
    first = parts.grants.password(LOGIN, TOOL)
    second = parts.grants.refresh({"refresh_token": str(first["refresh_token"])}, TOOL)
    assert second.keys() == first.keys()
    assert second["refresh_token"] != first["refresh_token"]
    access_tokens = [str(answer["access_token"]) for answer in (first, second)]
    assert all(map(parts.tokens.is_valid, access_tokens))
    with pytest.raises(OAuthError, match="whole family"):
        parts.grants.refresh({"refresh_token": str(first["refresh_token"])}, TOOL)
    assert not any(map(parts.tokens.is_valid, access_tokens))


def test_refresh_can_narrow_the_scope_of_one_access_token(parts: Parts) -> None:
    """A narrower scope is for that access token: the next refresh has the whole scope again, and none is added."""
    first = parts.grants.password({**LOGIN, "scope": "roles offline_access"}, TOOL)
    second = parts.grants.refresh({"refresh_token": str(first["refresh_token"]), "scope": "roles"}, TOOL)
    assert second["scope"] == "roles"
    assert second["refresh_expires_in"] == 0
    third = parts.grants.refresh({"refresh_token": str(second["refresh_token"])}, TOOL)
    assert third["scope"] == "roles offline_access"


def test_refused_scope_does_not_use_the_refresh_token_up(parts: Parts) -> None:
    """A scope that was not granted at the log-in is refused, and the same token can be used without it."""
    token = str(parts.grants.password(LOGIN, TOOL)["refresh_token"])
    with pytest.raises(OAuthError) as refused:
        parts.grants.refresh({"refresh_token": token, "scope": "offline_access"}, TOOL)
    assert refused.value.error == "invalid_scope"
    assert parts.grants.refresh({"refresh_token": token}, TOOL)["scope"] == "roles"


def test_device_code_gives_tokens_for_its_scopes(parts: Parts) -> None:
    """An approved device gets tokens of the user, with the scopes that it asked for at the beginning."""
    code, request = parts.devices.begin("tool", ("offline_access",))
    parts.devices.decide(request.user_code, approved=True)
    answer = parts.grants.device({"device_code": code}, TOOL)
    assert answer["scope"] == "offline_access"
    family = parts.tokens.find(str(answer["access_token"]))
    assert family
    assert (family.username, family.client_id) == ("user", "tool")


def test_missing_tokens_and_codes_are_invalid_requests(parts: Parts) -> None:
    """A grant without its parameter is told which."""
    for grant, name in ((parts.grants.refresh, "refresh_token"), (parts.grants.device, "device_code")):
        with pytest.raises(OAuthError, match=f"'{name}' is missing"):
            grant({}, TOOL)
