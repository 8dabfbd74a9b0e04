"""The registry's answers, over the wire."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import urllib3

from openapi_client.sandbox import Sandbox
from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.clients import known_clients
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.keys import AdminKeys
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.mint import Mint
from openapi_client.sandbox.ports import free_ports
from openapi_client.sandbox.registry import build_registry
from openapi_client.sandbox.registry_faults import RegistryFaults
from openapi_client.sandbox.server import address_of, listening_socket, running_server
from openapi_client.sandbox.store_client import store_client
from openapi_client.sandbox.user import User

Call = Callable[..., urllib3.BaseHTTPResponse]


def test_log_in_gives_a_bearer_token(sandbox: Sandbox, log_in: Call) -> None:
    """The right user name and password give a token and its lifetime, which no cache may keep."""
    answer = log_in(sandbox)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    tokens = body.pop("access_token"), body.pop("refresh_token")
    assert all(tokens)
    assert body == {"token_type": "bearer", "expires_in": 300, "refresh_expires_in": 1800, "scope": "roles"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"password": "wrong"}, "invalid_grant", id="password"),
        pytest.param({"username": "wrong"}, "invalid_grant", id="username"),
        pytest.param({"password": ""}, "invalid_request", id="no-password"),
        pytest.param({"password": "\N{SNOWMAN}"}, "invalid_grant", id="not-ascii"),
        pytest.param({"grant_type": "client_credentials"}, "unsupported_grant_type", id="other-grant"),
        pytest.param({"grant_type": ""}, "invalid_request", id="no-grant"),
    ],
)
def test_bad_log_in_is_an_oauth_error(sandbox: Sandbox, log_in: Call, changes: dict[str, str], error: str) -> None:
    """A log-in that is not right is answered with OAuth 2.0's error body."""
    answer = log_in(sandbox, **changes)
    assert answer.status == 400
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


@pytest.mark.parametrize("access", ["read", "write"])
def test_credentials_are_complete(sandbox: Sandbox, ask: Call, access: str) -> None:
    """The answer holds the four values, success in words, and no console link unless one was asked for."""
    answer = ask(sandbox, "team-a", access)
    assert answer.status == 200
    body = answer.json()
    assert body["status"] == {"success": True, "details": f"These can {access} 'team-a'."}
    assert body["console_session_url"] is None
    assert all(body["credentials"].values())
    assert body["credentials"].keys() == {
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "expiry",
    }


def test_expiry_has_an_offset_and_is_the_lifetime_away(sandbox: Sandbox, ask: Call) -> None:
    """The expiry says its offset from UTC and lies as far ahead as the sandbox was told."""
    expiry = datetime.fromisoformat(ask(sandbox).json()["credentials"]["expiry"])
    assert expiry.utcoffset() == timedelta(0)
    assert abs(expiry - datetime.now(UTC) - timedelta(hours=8)) < timedelta(seconds=30)


def test_console_link_is_given_when_asked_for(sandbox: Sandbox, ask: Call) -> None:
    """Every answer with a console session has a link of its own, with a secret in it."""
    links = {ask(sandbox, console_session_required=True).json()["console_session_url"] for _ in range(2)}
    assert len(links) == 2
    shape = r"https://signin\.aws\.amazon\.com/federation\?Action=login&SigninToken=[\w-]{60,}"
    assert all(re.fullmatch(shape, link) for link in links)


def test_unknown_keys_are_ignored(sandbox: Sandbox, ask: Call) -> None:
    """A key that the document does not know changes nothing."""
    assert ask(sandbox, more={"dataset_id": "10378.1/1"}).status == 200


@pytest.mark.parametrize(
    ("token", "detail"),
    [(None, "Not authenticated"), ("never-issued", "Could not validate credentials")],
    ids=["missing", "unknown"],
)
def test_bad_token_is_challenged(sandbox: Sandbox, ask: Call, token: str | None, detail: str) -> None:
    """Without a good token the answer is 401 and names the scheme to log in with."""
    answer = ask(sandbox, token=token)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"] == detail


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_front_page_says_what_the_sandbox_is(sandbox: Sandbox, http: urllib3.PoolManager, method: str) -> None:
    """A person who opens the address in a browser reads what it is, in plain text."""
    answer = http.request(method, f"{sandbox.host}/")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert method == "HEAD" or answer.data.startswith(b"This is a sandbox of the Python package openapi_client")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:80", 200),
        ("evil.example", 400),
        ("evil.example:80", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.evil.example", 400),
        ("169.254.169.254", 400),
    ],
)
def test_registry_answers_to_names_of_this_machine_alone(
    sandbox: Sandbox, http: urllib3.PoolManager, host: str, status: int
) -> None:
    """A page of another site, whose name leads here (DNS rebinding), reads nothing."""
    for path in ("/", "/.well-known/openid-configuration"):
        assert http.request("GET", f"{sandbox.host}{path}", headers={"Host": host}).status == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("LOCALHOST:80", 200),
        ("sandbox-data.localhost:80", 200),
        ("evil.example:80", 400),
        ("localhost.evil.example", 400),
        ("notlocalhost", 400),
    ],
)
def test_store_answers_to_names_of_this_machine_alone(
    sandbox: Sandbox, http: urllib3.PoolManager, host: str, status: int
) -> None:
    """The store refuses another name in S3's own form, before it looks at a signature."""
    answer = http.request("GET", f"{sandbox.s3_endpoint_url}/healthz", headers={"Host": host})
    assert (answer.status, b"<Code>InvalidHost</Code>" in answer.data) == (status, status == 400)


def test_unknown_bucket_is_refused_in_words(sandbox: Sandbox, ask: Call) -> None:
    """Another bucket is a bad request that names the one there is."""
    answer = ask(sandbox, bucket_name="elsewhere")
    assert answer.status == 400
    assert answer.json()["detail"] == "There is no bucket 'elsewhere' here, only 'sandbox-data'."


@pytest.mark.parametrize("path", ["team-*", "team-?", "${aws:username}", "a/../b", "a\nb", "a" * 1024])
def test_path_that_is_no_place_is_refused_in_words(sandbox: Sandbox, ask: Call, path: str) -> None:
    """A path that would open more than one place, or none, is a bad request."""
    answer = ask(sandbox, path)
    assert answer.status == 400
    assert answer.json()["detail"].startswith("The path ")


def test_wrong_shape_is_fastapis_own_422(sandbox: Sandbox, ask: Call) -> None:
    """A body of the wrong shape is answered with the places that are wrong."""
    answer = ask(sandbox, 7)
    assert answer.status == 422
    (error,) = answer.json()["detail"]
    assert error["loc"] == ["body", "s3_location", "path"]
    assert error["type"] == "string_type"


@pytest.fixture(scope="module")
def storeless() -> Iterator[SimpleNamespace]:
    """A registry whose store is not there."""
    with store_client(free_ports(1)[0], AdminKeys()) as store, listening_socket() as listener:
        host = address_of(listener)
        authorization = AuthorizationServer(host, User("user", "password"), known_clients("secret"), Lifetimes())
        mint = Mint(store, "sandbox-data", KeyLedger(), ["closed", "half/closed"])
        app = build_registry(authorization, mint, RegistryFaults())
        with running_server(app, listener):
            yield SimpleNamespace(host=host, username="user", password="password", bucket_name="sandbox-data")


def test_failing_store_is_a_500_in_words(storeless: SimpleNamespace, ask: Call) -> None:
    """If the store's STS does not answer, the registry says so."""
    answer = ask(storeless, "team-a")
    assert answer.status == 500
    assert answer.json()["detail"] == "The S3 store does not answer (NewConnectionError)."


@pytest.mark.parametrize("path", ["closed", "/closed/", "closed/below", "half/closed"])
def test_forbidden_place_is_401_without_a_challenge(storeless: SimpleNamespace, ask: Call, path: str) -> None:
    """For a place that is not this user's no new token is asked for, since none would help."""
    answer = ask(storeless, path)
    assert answer.status == 401
    assert "WWW-Authenticate" not in answer.headers
    assert answer.json()["detail"] == f"This user may not access {path.strip('/')!r}."


@pytest.mark.parametrize("path", ["closed-not", "half", "team-a"])
def test_neighbour_of_a_forbidden_place_is_not_forbidden(storeless: SimpleNamespace, ask: Call, path: str) -> None:
    """Only the forbidden place and what is below it are refused; others get as far as the missing store."""
    assert ask(storeless, path).status == 500
