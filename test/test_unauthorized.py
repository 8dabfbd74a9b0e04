"""What a 401 is about, by its challenge and by the registry's words."""

import json
from typing import Any

import pytest

from openapi_client._unauthorized import add_advice, is_about_the_token, lacks_role
from openapi_client.exceptions import ApiException, ForbiddenException, UnauthorizedException

BEHIND = "Failed to fetch the item. Exception: 401: Could not validate credentials."


def refusal(body: object, kind: type[ApiException] = UnauthorizedException) -> ApiException:
    """A refusal with a body."""
    return kind(401, "Unauthorized", body=body)


@pytest.mark.parametrize("challenge", ["Bearer", "bearer", 'Bearer realm="x"', 'Basic realm="x", Bearer'])
def test_challenge_is_about_the_token(challenge: str) -> None:
    """Whatever the body says."""
    assert is_about_the_token({"WWW-Authenticate": challenge}, None)
    assert is_about_the_token({"WWW-Authenticate": challenge}, '{"detail": "No access."}')


BODIES: dict[str, tuple[Any, bool]] = {
    "the registry behind": (json.dumps({"detail": BEHIND}), True),
    "bytes": (json.dumps({"detail": BEHIND}).encode(), True),
    "the words alone": ('{"detail": "Could not validate credentials."}', True),
    "without a full stop": ('{"detail": "Could not validate credentials"}', True),
    "blanks at the end": (json.dumps({"detail": f"{BEHIND} \n"}), True),
    "not at the end": ('{"detail": "Could not validate credentials. No access."}', False),
    "other words": ('{"detail": "You have no access to this dataset."}', False),
    "small letters": ('{"detail": "could not validate credentials."}', False),
    "another name": ('{"message": "Could not validate credentials."}', False),
    "a list": ('{"detail": ["Could not validate credentials."]}', False),
    "no object": ('["Could not validate credentials."]', False),
    "text": ("Could not validate credentials.", False),
    "not UTF-8": (b'{"detail": "\xff Could not validate credentials."}', True),
    "empty": ("", False),
    "none": (None, False),
    "parsed": ({"detail": BEHIND}, False),
}


@pytest.mark.parametrize(("body", "is_about"), BODIES.values(), ids=BODIES)
def test_words_at_the_end_are_about_the_token(body: object, is_about: bool) -> None:
    """Without a challenge, the service behind the registry may have met an expired token."""
    assert is_about_the_token({}, body) is is_about
    assert is_about_the_token(None, body) is is_about


@pytest.mark.parametrize(
    ("error", "lacks"),
    [
        (refusal('{"detail": "You don\'t have the correct role."}'), True),
        (refusal('{"detail": "Token had incorrect structure."}'), True),
        (refusal('{"detail": "Token had incorrect structure."}', ForbiddenException), False),
        (refusal('{"detail": "Could not validate credentials"}'), False),
        (refusal('{"detail": "No access."}'), False),
        (refusal(None), False),
        (None, False),
    ],
    ids=["role", "roles", "another status", "credentials", "access", "no body", "nothing"],
)
def test_missing_role_is_known_by_the_words(error: ApiException | None, lacks: bool) -> None:
    """The challenge is the same as for an expired token."""
    assert lacks_role(error) is lacks


def test_advice_names_the_scope() -> None:
    """For a token without roles alone, and the registry's reason stays."""
    error, other = refusal('{"detail": "Token had incorrect structure."}'), refusal('{"detail": "No access."}')
    for each in (error, other):
        add_advice(each)
    assert error.reason == "Unauthorized; the token names no roles: ask the login server for the scope 'roles'"
    assert error.args == (401, error.reason)
    assert "scope 'roles'" in str(error)
    assert other.reason == "Unauthorized"
