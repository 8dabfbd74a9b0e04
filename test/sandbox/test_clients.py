"""Which client a request comes from."""

import base64
from urllib.parse import quote_plus

import pytest

from openapi_client.sandbox.clients import DEVICE, PASSWORD, REFRESH, Clients, known_clients, new_client_secret
from openapi_client.sandbox.oauth_requests import OAuthError

SECRET = "s:%2B+ &="


def basic(client_id: str, secret: str) -> str:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def raw_basic(pair: bytes) -> str:
    return f"Basic {base64.b64encode(pair).decode()}"


@pytest.fixture
def clients() -> Clients:
    return Clients(known_clients(SECRET))


@pytest.mark.parametrize(
    ("parameters", "authorization", "client_id"),
    [
        pytest.param({}, None, "sandbox", id="unnamed"),
        pytest.param({}, "Bearer t", "sandbox", id="other-scheme"),
        pytest.param({"client_id": "client-tools"}, None, "client-tools", id="public"),
        pytest.param({"client_id": "automated-access"}, None, "automated-access", id="public-offline"),
        pytest.param(
            {"client_id": "client-tools", "client_secret": "x"}, None, "client-tools", id="public-with-secret"
        ),
        pytest.param({}, basic("client-tools", ""), "client-tools", id="public-in-the-header"),
        pytest.param({"client_id": "confidential", "client_secret": SECRET}, None, "confidential", id="form"),
        pytest.param({}, basic("confidential", SECRET), "confidential", id="header"),
        pytest.param({}, basic("confidential", SECRET).replace("Basic", "bAsIc"), "confidential", id="header-case"),
        pytest.param({"client_id": "confidential"}, basic("confidential", SECRET), "confidential", id="named-twice"),
    ],
)
def test_client_is_known(
    clients: Clients, parameters: dict[str, str], authorization: str | None, client_id: str
) -> None:
    """A client is named in the form or in the header; a confidential one proves itself in either."""
    assert clients.authenticate(parameters, authorization).client_id == client_id


@pytest.mark.parametrize(
    ("parameters", "authorization", "error", "status"),
    [
        pytest.param({"client_id": "nobody"}, None, "invalid_client", 401, id="unknown"),
        pytest.param({"client_id": "confidential"}, None, "invalid_client", 401, id="no-secret"),
        pytest.param(
            {"client_id": "confidential", "client_secret": "x"}, None, "invalid_client", 401, id="wrong-in-form"
        ),
        pytest.param({}, basic("confidential", "x"), "invalid_client", 401, id="wrong-in-header"),
        pytest.param({}, basic("nobody", "x"), "invalid_client", 401, id="unknown-in-header"),
        pytest.param({}, raw_basic(f"confidential:{SECRET}".encode()), "invalid_client", 401, id="not-form-encoded"),
        pytest.param({}, raw_basic(b"confidential"), "invalid_client", 401, id="no-colon"),
        pytest.param({}, raw_basic(b"\xff:x"), "invalid_client", 401, id="not-text"),
        pytest.param({}, "Basic !", "invalid_client", 401, id="not-base64"),
        pytest.param({}, "Basic", "invalid_client", 401, id="no-credentials"),
        pytest.param({"client_secret": SECRET}, basic("confidential", SECRET), "invalid_request", 400, id="both-ways"),
        pytest.param({"client_id": "sandbox"}, basic("confidential", SECRET), "invalid_request", 400, id="two-clients"),
    ],
)
def test_client_that_does_not_prove_itself_is_refused(
    clients: Clients, parameters: dict[str, str], authorization: str | None, error: str, status: int
) -> None:
    """Unknown clients, wrong secrets and secrets sent in two ways are refused, and no message holds what was sent."""
    with pytest.raises(OAuthError) as refused:
        clients.authenticate(parameters, authorization)
    assert (refused.value.error, refused.value.status) == (error, status)
    assert SECRET not in str(refused.value)


def test_client_has_its_grants_and_no_others() -> None:
    """The password is for the sandbox's own clients, the device code for those that a person starts."""
    assert {client.client_id: client.grant_types for client in known_clients(SECRET)} == {
        "sandbox": {PASSWORD, REFRESH},
        "client-tools": {DEVICE, REFRESH},
        "automated-access": {DEVICE, REFRESH},
        "confidential": {PASSWORD, DEVICE, REFRESH},
    }
    tools = known_clients(SECRET)[1]
    tools.check_grant_type(DEVICE)
    with pytest.raises(OAuthError, match="client-tools may not") as refused:
        tools.check_grant_type(PASSWORD)
    assert refused.value.error == "unauthorized_client"


def test_secret_is_random_and_must_be_encoded() -> None:
    """Each secret is another one, changes when it is form-encoded or decoded, and shows in no representation."""
    secret = new_client_secret()
    assert secret != new_client_secret()
    assert quote_plus(secret) != secret
    assert all(character in secret for character in "%+: &=")
    assert secret not in repr(known_clients(secret))


@pytest.mark.parametrize("as_deployed", [False, True])
def test_client_tools_has_no_offline_tokens_where_deployed(as_deployed: bool) -> None:
    """Offline tokens are for `automated-access` there."""
    scopes = {client.client_id: client.scopes for client in known_clients(SECRET, as_deployed=as_deployed)}
    assert ("offline_access" in scopes["client-tools"]) is not as_deployed
    assert "offline_access" in scopes["automated-access"]
