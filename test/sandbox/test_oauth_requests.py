"""Forms and scopes as OAuth 2.0 reads them."""

import pytest

from openapi_client.sandbox.oauth_requests import OAuthError, chosen_scopes, form_parameters, required


def test_form_is_decoded() -> None:
    """Names and values are form-encoded UTF-8."""
    assert form_parameters(b"a=1+2&b=%2B%C3%A9&c=d%26e") == {
        "a": "1 2",
        "b": "+\N{LATIN SMALL LETTER E WITH ACUTE}",
        "c": "d&e",
    }


@pytest.mark.parametrize("body", [b"", b"a", b"a=", b"{}", b"\xff"])
def test_parameter_without_a_value_is_left_out(body: bytes) -> None:
    """An empty parameter counts as none, and a body that is no form holds none."""
    assert form_parameters(body) == {}


def test_repeated_parameter_is_refused() -> None:
    """A parameter that is given twice, even with the same value, makes a request invalid."""
    with pytest.raises(OAuthError, match="more than once") as refused:
        form_parameters(b"a=1&a=1")
    assert (refused.value.error, refused.value.status) == ("invalid_request", 400)


def test_missing_parameter_is_named() -> None:
    """What is missing is said."""
    assert required({"a": "1"}, "a") == "1"
    with pytest.raises(OAuthError, match="'b' is missing") as refused:
        required({"a": "1"}, "b")
    assert refused.value.error == "invalid_request"


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("roles", ("roles",)),
        ("offline_access  roles offline_access", ("offline_access", "roles")),
        (" ", ("roles",)),
        (None, ("roles",)),
    ],
)
def test_scopes_are_granted_as_asked_for(asked: str | None, granted: tuple[str, ...]) -> None:
    """Each scope counts once, in the order of the request; without any it is `roles`."""
    assert chosen_scopes({} if asked is None else {"scope": asked}) == granted


@pytest.mark.parametrize("asked", ["roles admin", "Roles"])
def test_unknown_scope_is_refused(asked: str) -> None:
    """What cannot be granted is not left out silently."""
    with pytest.raises(OAuthError, match="roles, offline_access") as refused:
        chosen_scopes({"scope": asked})
    assert refused.value.error == "invalid_scope"
