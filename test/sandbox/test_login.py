"""The authorization server over HTTP, as a client library and a browser meet it."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote_plus

import pytest
import urllib3

from openapi_client import ApiClient, Configuration
from openapi_client.sandbox import Sandbox

Call = Callable[..., urllib3.BaseHTTPResponse]

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def test_refresh_rotates(sandbox: Sandbox, log_in: Call, post: Call, ask: Call) -> None:
    """A refresh gives new tokens; a second use of the first one is refused, and ends what the first use gave."""
    first = log_in(sandbox).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    answer = post(sandbox, "/token", **form)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    second = answer.json()
    assert ask(sandbox, token=second["access_token"]).status == 200
    again = post(sandbox, "/token", **form)
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")
    form["refresh_token"] = second["refresh_token"]
    assert post(sandbox, "/token", **form).json()["error"] == "invalid_grant"
    assert {ask(sandbox, token=tokens["access_token"]).status for tokens in (first, second)} == {401}


@pytest.mark.parametrize("way", ["header", "form"])
def test_confidential_client_logs_in(sandbox: Sandbox, log_in: Call, post: Call, way: str) -> None:
    """The secret goes into the header, form-encoded, or into the form."""
    form = {"grant_type": "password", "username": sandbox.username, "password": sandbox.password}
    if way == "header":
        answer = post(sandbox, "/token", basic("confidential", sandbox.client_secret), **form)
    else:
        answer = log_in(sandbox, client_id="confidential", client_secret=sandbox.client_secret)
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/token", "/auth/device", "/revoke"])
def test_wrong_secret_is_challenged(sandbox: Sandbox, post: Call, path: str) -> None:
    """A client that cannot prove itself is told how it could, in OAuth 2.0's error body, which no cache may keep."""
    answer = post(sandbox, path, basic("confidential", "wrong"), grant_type="refresh_token")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="sandbox"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json().keys() == {"error", "error_description"}
    assert answer.json()["error"] == "invalid_client"


def test_secret_in_header_and_form_is_refused(sandbox: Sandbox, post: Call) -> None:
    """Two ways at once are one too many."""
    secret = sandbox.client_secret
    answer = post(sandbox, "/revoke", basic("confidential", secret), token="t", client_secret=secret)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_request")
    assert "WWW-Authenticate" not in answer.headers


def test_repeated_parameter_is_refused(sandbox: Sandbox, http: urllib3.PoolManager) -> None:
    """A form that is ambiguous is not read."""
    answer = http.request("POST", f"{sandbox.host}/token", body="grant_type=password&grant_type=password")
    assert (answer.status, answer.json()["error"]) == (400, "invalid_request")


def test_device_is_approved_in_a_browser(sandbox: Sandbox, http: urllib3.PoolManager, post: Call, ask: Call) -> None:
    """A device gets a code, a person types it and the password into the page, the device gets tokens, once."""
    answer = post(sandbox, "/auth/device", client_id="automated-access", scope="offline_access roles")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    device = answer.json()
    assert device["verification_uri"] == f"{sandbox.host}/device"
    poll = {"grant_type": DEVICE, "client_id": "automated-access", "device_code": device["device_code"]}
    assert post(sandbox, "/token", **poll).json()["error"] == "authorization_pending"
    assert post(sandbox, "/token", **poll).json()["error"] == "slow_down"

    page = http.request("GET", device["verification_uri_complete"])
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert device["user_code"] in page.data.decode()
    form = {"user_code": device["user_code"], "username": sandbox.username, "decision": "approve"}
    refused = post(sandbox, "/device", **form, password="wrong-password")
    assert refused.status == 400
    assert "Incorrect user name or password." in refused.data.decode()
    assert device["user_code"] in refused.data.decode()
    assert "wrong-password" not in refused.data.decode()
    approved = post(sandbox, "/device", **form, password=sandbox.password)
    assert approved.status == 200
    assert "approved" in approved.data.decode()
    for answer in (page, refused, approved):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")

    # The device was too fast and would have to wait ten seconds; another one has not polled yet.
    quick = post(sandbox, "/auth/device", client_id="automated-access", scope="offline_access roles").json()
    post(sandbox, "/device", **{**form, "user_code": quick["user_code"].lower()}, password=sandbox.password)
    poll["device_code"] = quick["device_code"]
    tokens = post(sandbox, "/token", **poll).json()
    assert tokens["refresh_expires_in"] == 0
    assert ask(sandbox, token=tokens["access_token"]).status == 200
    assert post(sandbox, "/token", **poll).json()["error"] == "invalid_grant"


def test_page_shows_hostile_text_as_text(sandbox: Sandbox, http: urllib3.PoolManager, post: Call) -> None:
    """What stands in the address or in the form becomes no element of the page."""
    hostile = "\"><script>alert('1')</script>"
    shown = http.request("GET", f"{sandbox.host}/device", fields={"user_code": hostile})
    refused = post(sandbox, "/device", user_code=hostile, username=hostile)
    for answer in (shown, refused):
        assert "<script" not in answer.data.decode()
        assert "&lt;script&gt;" in answer.data.decode()


def test_page_takes_no_ambiguous_form(sandbox: Sandbox, http: urllib3.PoolManager) -> None:
    """A field that comes twice decides nothing."""
    answer = http.request("POST", f"{sandbox.host}/device", body="decision=deny&decision=approve")
    assert answer.status == 400
    assert "more than once" in answer.data.decode()


def test_issuer_is_the_host(sandbox: Sandbox, http: urllib3.PoolManager, log_in: Call) -> None:
    """The discovered issuer is the sandbox's address to the letter, under whatever name it was asked."""
    port = sandbox.host.rpartition(":")[2]
    path = "/.well-known/openid-configuration"
    answer = http.request("GET", f"{sandbox.host}{path}", headers={"Host": f"localhost:{port}"})
    assert answer.json()["issuer"] == sandbox.host
    assert answer.json()["token_endpoint"] == f"{sandbox.host}/token"
    claims = log_in(sandbox).json()["access_token"].split(".")[1]
    assert f'"iss":"{sandbox.host}","sub":"{sandbox.username}"' in base64.urlsafe_b64decode(claims + "===").decode()


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoked_token_is_refused_by_the_registry(
    sandbox: Sandbox, log_in: Call, post: Call, ask: Call, kind: str
) -> None:
    """The revocation of either token is answered with an empty 200, again and again, and ends the access token."""
    tokens = log_in(sandbox).json()
    for _ in range(2):
        answer = post(sandbox, "/revoke", token=tokens[kind])
        assert (answer.status, answer.data) == (200, b"")
        assert answer.headers["Cache-Control"] == "no-store"
    refused = ask(sandbox, token=tokens["access_token"])
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_many_clients_refresh_at_once(sandbox: Sandbox, log_in: Call, post: Call) -> None:
    """64 log-ins are refreshed at the same time, each with its own token, and each goes on."""
    before = sandbox.token_requests

    def refreshed(_: int) -> str:
        tokens = log_in(sandbox).json()
        answer = post(sandbox, "/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        return str(answer.json()["refresh_token"])

    with ThreadPoolExecutor(64) as threads:
        assert len(set(threads.map(refreshed, range(64)))) == 64
    before.update(password=64, refresh_token=64)
    assert sandbox.token_requests == before


def test_packages_own_client_logs_in(sandbox: Sandbox) -> None:
    """The package's client sends forms that the endpoint reads, and reads what it answers."""
    form = {"grant_type": "password", "username": sandbox.username, "password": sandbox.password}
    with ApiClient(Configuration(host=sandbox.host)) as client:
        tokens = client.call_api("/token", "POST", post_params=form, response_type=(dict,), _return_http_data_only=True)
    assert tokens["refresh_token"]
