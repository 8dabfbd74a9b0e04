"""Device codes, on a clock that the test moves."""

import re
from typing import Any

import pytest

from openapi_client.sandbox.device import Devices
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.oauth_requests import OAuthError


@pytest.fixture
def devices(clock: Any) -> Devices:
    return Devices(Lifetimes(), clock=clock)


def poll(devices: Devices, device_code: str, client_id: str = "tool") -> str:
    """What a device is answered: the error, or `tokens`."""
    try:
        devices.redeem(device_code, client_id)
    except OAuthError as error:
        return error.error
    return "tokens"


def test_codes_are_for_a_device_and_for_a_person(devices: Devices) -> None:
    """The device's code cannot be guessed; the person's is short, without vowels, and each is another one."""
    (code, request), (other_code, other) = (devices.begin("tool", ("roles",)) for _ in range(2))
    assert len(code) > 40
    assert code != other_code
    assert re.fullmatch(r"[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}", request.user_code)
    assert request.user_code != other.user_code
    assert request.user_code not in repr(request)


def test_approved_code_is_good_once(devices: Devices, clock: Any) -> None:
    """After the approval the next poll gets tokens, for the client and the scopes of the beginning, and no other."""
    code, request = devices.begin("tool", ("roles",))
    assert poll(devices, code) == "authorization_pending"
    devices.decide(request.user_code, approved=True)
    clock.now += 5
    redeemed = devices.redeem(code, "tool")
    assert (redeemed.client_id, redeemed.scopes) == ("tool", ("roles",))
    clock.now += 5
    assert poll(devices, code) == "invalid_grant"


def test_denied_code_stays_denied(devices: Devices, clock: Any) -> None:
    """After the refusal every poll is told so."""
    code, request = devices.begin("tool", ())
    devices.decide(request.user_code, approved=False)
    assert poll(devices, code) == "access_denied"
    clock.now += 5
    assert poll(devices, code) == "access_denied"


def test_early_poll_makes_the_interval_longer(devices: Devices, clock: Any) -> None:
    """Who asks too early waits 5 seconds longer from then on, each time, even once it is approved."""
    code, request = devices.begin("tool", ())
    assert poll(devices, code) == "authorization_pending"
    clock.now += 4.9
    assert poll(devices, code) == "slow_down"
    devices.decide(request.user_code, approved=True)
    clock.now += 9.9
    assert poll(devices, code) == "slow_down"
    clock.now += 15
    assert poll(devices, code) == "tokens"


def test_code_expires(devices: Devices, clock: Any) -> None:
    """An expired code is told from an unknown one, cannot be approved any more, and is forgotten in the end."""
    code, request = devices.begin("tool", ())
    clock.now += 600
    assert poll(devices, code) == "expired_token"
    with pytest.raises(ValueError, match="No device waits"):
        devices.decide(request.user_code, approved=True)
    clock.now += 24 * 3600
    devices.begin("tool", ())
    assert poll(devices, code) == "invalid_grant"
    assert len(devices._by_device_code) == 1


def test_code_of_another_client_is_refused(devices: Devices) -> None:
    """A device code is good for the client that asked for it; others are not even told to slow down."""
    code, request = devices.begin("tool", ())
    devices.decide(request.user_code, approved=True)
    assert poll(devices, code, "thief") == poll(devices, code, "thief") == "invalid_grant"
    assert poll(devices, "unknown") == "invalid_grant"
    assert poll(devices, code) == "tokens"


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: f" {code.replace('-', ' ')} ", lambda code: code.replace("-", "")]
)
def test_code_is_taken_as_a_person_types_it(devices: Devices, change: Any) -> None:
    """Case, hyphens and spaces make no difference; other devices are not approved with it."""
    (code, request), (other, _) = (devices.begin("tool", ()) for _ in range(2))
    devices.decide(change(request.user_code), approved=True)
    assert poll(devices, code) == "tokens"
    assert poll(devices, other) == "authorization_pending"


@pytest.mark.parametrize("approved", [True, False])
def test_decision_is_final(devices: Devices, approved: bool) -> None:
    """What was decided cannot be decided again, and nothing can be decided for a code that is not there."""
    _, request = devices.begin("tool", ())
    devices.decide(request.user_code, approved=approved)
    for code in (request.user_code, "", "BCDF-GHJK"):
        with pytest.raises(ValueError, match="mistyped, has expired or was used"):
            devices.decide(code, approved=True)
