"""Libraries that stand in for a server: the documentation's table says which of them work with this client."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpretty  # type: ignore[import-untyped] # it states no types
import mocket  # type: ignore[import-untyped] # it states no types
import pook  # type: ignore[import-untyped] # it states no types
import pytest
import responses
import urllib3
from mocket.mocks.mockhttp import Entry  # type: ignore[import-untyped] # it states no types
from mocket.mocks.mockhttp import Response as EntryResponse
from pytest_httpserver import HTTPServer

from openapi_client import (
    ApiClient,
    Configuration,
    CredentialsRequest,
    RegistryCredentialsApi,
    UnprocessableEntityException,
)
from openapi_client.auth import PasswordTokenSource

Answers = list[tuple[int, Any]]
StandIn = Callable[[dict[str, Answers]], AbstractContextManager[Any]]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing.md"
PATH = "/registry/credentials/generate-read-access-credentials"
LOGGED_IN = {"access_token": "token-of-the-stand-in", "token_type": "Bearer", "expires_in": 300}
REFUSED = {"detail": [{"loc": ["body"], "msg": "no such place", "type": "value_error"}]}


@contextmanager
def mocket_answers(answers: dict[str, Answers]) -> Any:
    """Has mocket answer each address with some answers, one after another."""
    with mocket.Mocketizer(strict_mode=True):
        for url, wanted in answers.items():
            made = [EntryResponse(json.dumps(body), status, {"Retry-After": "0"}) for status, body in wanted]
            Entry.register(Entry.POST, url, *made)
        yield


@contextmanager
def pook_answers(answers: dict[str, Answers]) -> Any:
    """Has pook answer each address with some answers, one after another."""
    with pook.use():
        for url, wanted in answers.items():
            for status, body in wanted:
                pook.post(url).reply(status).header("Retry-After", "0").json(body)
        yield


both = pytest.mark.parametrize(
    "stand_in",
    [
        # With TLS, mocket drops a socket of its own without closing it, under any urllib3 client.
        pytest.param(mocket_answers, id="mocket", marks=pytest.mark.filterwarnings("ignore:unclosed <socket")),
        pytest.param(pook_answers, id="pook"),
    ],
)


@both
@pytest.mark.parametrize("host", ["http://stand-in.invalid", "https://stand-in.invalid"], ids=["http", "https"])
def test_stand_in_answers_logins_and_calls(
    stand_in: StandIn, host: str, answer: dict[str, Any], credentials_request: CredentialsRequest
) -> None:
    """The stand-in answers a login, and the calls of one client after it."""
    answers = {f"{host}/token": [(200, LOGGED_IN)], f"{host}{PATH}": [(200, answer), (200, answer)]}
    source = PasswordTokenSource("ada", "password", token_url=f"{host}/token")
    with stand_in(answers), ApiClient(Configuration(host=host, access_token=source, retries=False)) as client:
        for _ in range(2):
            got = RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
            assert got.credentials.aws_session_token == answer["credentials"]["aws_session_token"]
    assert source() == LOGGED_IN["access_token"]


@both
def test_stand_in_refuses(stand_in: StandIn, credentials_request: CredentialsRequest) -> None:
    """A refusal of the stand-in's raises as one from the wire."""
    host = "https://stand-in.invalid"
    with (
        stand_in({f"{host}{PATH}": [(422, REFUSED)]}),
        ApiClient(Configuration(host=host, access_token="token", retries=False)) as client,
        pytest.raises(UnprocessableEntityException) as raised,
    ):
        RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
    assert raised.value.data.detail[0].msg == "no such place"


@both
def test_call_to_stand_in_is_tried_again(
    stand_in: StandIn, answer: dict[str, Any], credentials_request: CredentialsRequest
) -> None:
    """A stand-in that is busy at first is asked again."""
    host = "https://stand-in.invalid"
    with (
        stand_in({f"{host}{PATH}": [(503, {}), (200, answer)]}),
        ApiClient(Configuration(host=host, access_token="token", retries=1)) as client,
    ):
        assert RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request).status.success


@both
def test_answer_of_stand_in_is_given_unread(
    stand_in: StandIn, answer: dict[str, Any], credentials_request: CredentialsRequest
) -> None:
    """An answer of the stand-in's can be read by the caller."""
    host = "https://stand-in.invalid"
    with (
        stand_in({f"{host}{PATH}": [(200, answer)]}),
        ApiClient(Configuration(host=host, access_token="token", retries=False)) as client,
    ):
        unread = RegistryCredentialsApi(client).generate_read_access_credentials(
            credentials_request, _preload_content=False
        )
        assert unread.json() == answer


@both
def test_stand_in_leaves_nothing_behind(
    stand_in: StandIn,
    registry: HTTPServer,
    answer: dict[str, Any],
    client: ApiClient,
    credentials_request: CredentialsRequest,
) -> None:
    """A client that was in use before reaches the stand-in while it is there, and the server again afterwards."""
    api = RegistryCredentialsApi(client)
    api.generate_read_access_credentials(credentials_request)
    other = {**answer, "status": {"success": True, "details": "stand-in"}}
    with stand_in({registry.url_for(PATH): [(200, other)]}):
        assert api.generate_read_access_credentials(credentials_request).status.details == "stand-in"
    assert api.generate_read_access_credentials(credentials_request).status.details != "stand-in"
    first, last = (dict(request.headers) for request, _ in registry.log)
    assert first == last


def test_real_server_answers(
    registry: HTTPServer, answer: dict[str, Any], client: ApiClient, credentials_request: CredentialsRequest
) -> None:
    """pytest-httpserver is a server like any other."""
    got = RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
    assert got.credentials.aws_session_token == answer["credentials"]["aws_session_token"]
    ((request, _),) = registry.log
    assert request.json == credentials_request.to_dict()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_httpretty_fails_with_this_urllib3(
    scheme: str, answer: dict[str, Any], credentials_request: CredentialsRequest
) -> None:
    """Sockets of httpretty lack what urllib3 asks of them, for this client and for any other."""
    url = f"{scheme}://stand-in.invalid{PATH}"
    with httpretty.enabled(allow_net_connect=False):
        httpretty.register_uri(httpretty.POST, url, body=json.dumps(answer))
        with urllib3.PoolManager() as pools, pytest.raises(httpretty.errors.UnmockedError, match="socket"):
            pools.request("POST", url)
        with (
            ApiClient(Configuration(host=f"{scheme}://stand-in.invalid", access_token="token")) as client,
            pytest.raises(httpretty.errors.UnmockedError, match="socket"),
        ):
            RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)


def test_responses_sees_no_request(
    registry: HTTPServer, client: ApiClient, credentials_request: CredentialsRequest
) -> None:
    """`responses` stands in for the adapter of `requests`, so the real server gets what urllib3's callers send."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add(responses.POST, registry.url_for(PATH), json={})
        RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
        with urllib3.PoolManager() as pools:
            assert pools.request("POST", registry.url_for(PATH)).status == 200
        assert len(mock.calls) == 0
    assert len(registry.log) == 2


def test_table_says_what_these_tests_show() -> None:
    """The page about testing has a row for each library, and says of those alone that fail what to use instead."""
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\[([\w-]+)\]\(\S+\) \| (yes|no) \| .+? \|(.*)$", text, re.MULTILINE)
    assert {name: works for name, works, _ in rows} == {
        "vcrpy": "yes",
        "pytest-recording": "yes",
        "pytest-httpserver": "yes",
        "mocket": "yes",
        "pook": "yes",
        "httpretty": "no",
        "responses": "no",
    }
    assert [name for name, works, instead in rows if (works == "no") != bool(instead.strip())] == []
