"""A server whose answers never end: what they cost, and what they leave behind, is bounded."""

import itertools
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, Configuration, UnauthorizedException, _bearer
from openapi_client._login import BEARER
from openapi_client.auth import PasswordTokenSource
from openapi_client.exceptions import OpenApiException
from openapi_client.rest import logs


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock by which rejections are remembered, which the test moves."""

    class Clock:
        now = 1000.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(_bearer, "monotonic", clock)
    return clock


@pytest.fixture
def made(httpserver: HTTPServer) -> list[str]:
    """The tokens that a login server gave."""
    tokens: list[str] = []

    def token(_: Request) -> Response:
        tokens.append(f"token-{len(tokens) + 1}")
        body = f'{{"access_token": "{tokens[-1]}", "token_type": "Bearer", "expires_in": 3600}}'
        return Response(body, content_type="application/json")

    httpserver.expect_request("/token").respond_with_handler(token)
    return tokens


@pytest.fixture
def accepted(httpserver: HTTPServer) -> set[str]:
    """The tokens that a registry accepts; it challenges all others."""
    tokens: set[str] = set()

    def answer(request: Request) -> Response:
        if request.headers["Authorization"].removeprefix("Bearer ") in tokens:
            return Response("{}", content_type="application/json")
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return Response('{"detail": "The registry says no."}', 401, challenge, content_type="application/json")

    httpserver.expect_request("/thing").respond_with_handler(answer)
    return tokens


@pytest.mark.parametrize("is_read", [True, False], ids=["read", "unread"])
def test_registry_that_rejects_every_token_makes_no_call_a_login(
    httpserver: HTTPServer, made: list[str], accepted: set[str], clock: Any, is_read: bool
) -> None:
    """A new token that is rejected too is kept for 5 s, and the registry's refusal stands; then another is tried."""
    source = PasswordTokenSource("ada", "x", token_url=httpserver.url_for("/token"))

    def status() -> object:
        try:
            answer = client.call_api("/thing", "GET", auth_settings=[BEARER], _preload_content=is_read)
        except UnauthorizedException as error:
            return error.status if not is_read or "The registry says no." in str(error.body) else error
        if is_read:
            return 200
        answer.close()
        return answer.status

    with ApiClient(Configuration(httpserver.url_for("").rstrip("/"), access_token=source)) as client:
        for count in (2, 3, 4):
            for _ in range(25):
                assert status() == 401
                clock.now += 0.1
            assert len(made) == count
            clock.now += 2.6
        # Whoever asks the source for a token is given the one that there is.
        assert source() == made[-1]
        accepted.add(f"token-{len(made) + 1}")
        assert status() == 200
        # A token that was accepted, and is rejected later, is replaced at once.
        clock.now += 0.1
        accepted.clear()
        accepted.add(f"token-{len(made) + 1}")
        assert status() == 200
        assert len(made) == 6


class Unhashable:
    """A callable that nothing can be noted of."""

    __slots__ = ("calls",)
    __hash__ = None  # type: ignore[assignment] # the point of it

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        return "a-token"


def test_callable_that_nothing_can_be_noted_of_is_asked_twice_a_call(
    httpserver: HTTPServer, accepted: set[str]
) -> None:
    """It is the program's to bound."""
    source = Unhashable()
    assert not accepted
    with ApiClient(Configuration(httpserver.url_for("").rstrip("/"), access_token=source)) as client:
        for _ in range(2):
            with pytest.raises(UnauthorizedException, match="The registry says no"):
                client.call_api("/thing", "GET", auth_settings=[BEARER])
    assert source.calls == 4


def redirecting(numbers: Any) -> Callable[[Request], Response]:
    """Redirects each call to another query."""

    def answer(request: Request) -> Response:
        if request.query_string:
            return Response("{}", content_type="application/json")
        query = "&".join(f"name{next(numbers)}=hidden-value" for _ in range(50))
        return Response(status=307, headers={"Location": f"/thing?{query}"})

    return answer


def test_names_in_the_queries_of_redirects_do_not_add_up(
    httpserver: HTTPServer, client: ApiClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many a server makes up: the log shows none of their values, and remembers none of them."""
    monkeypatch.setattr(logs._filter, "names", frozenset())
    httpserver.expect_request("/thing").respond_with_handler(redirecting(itertools.count()))
    with caplog.at_level(logging.DEBUG):
        client.call_api("/thing", "GET")
        for _ in range(20):
            client.call_api("/thing", "GET")
    assert not logs._filter.names
    records = [record.getMessage() for record in caplog.records if record.name.startswith("urllib3")]
    assert any("/thing?" in record for record in records)
    assert "hidden-value" not in "".join(records)


def test_names_that_a_program_makes_up_do_not_add_up(
    httpserver: HTTPServer, client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From some number on, every query is masked whole."""
    monkeypatch.setattr(logs._filter, "names", frozenset())
    httpserver.expect_request("/thing").respond_with_json({})
    for number in range(100):
        client.call_api("/thing", "GET", query_params={f"name{number}": "1"})
    assert logs._filter.names is None


def grown_by(client: ApiClient) -> dict[str, int]:
    """How much each thing holds that outlives a call."""
    rest = client.rest_client
    return {
        "routes": len(rest._routes),
        "pools": len(rest.pool_manager.pools),
        "log names": len(logs._filter.names or ()),
    }


@pytest.mark.parametrize(
    "headers",
    [
        lambda n: {"Set-Cookie": f"c{n}=1"},
        lambda n: {f"X-Name-{n}": "1"},
        lambda n: {"Location": f"/thing/{n}"},
        lambda n: {"Retry-After": str(n)},
        lambda n: {"WWW-Authenticate": f'Bearer realm="{n}"'},
    ],
    ids=["cookies", "header names", "locations", "waits", "challenges"],
)
@pytest.mark.parametrize("status", [200, 307, 401, 503])
def test_answers_leave_nothing_behind(
    httpserver: HTTPServer, client: ApiClient, headers: Callable[[int], dict[str, str]], status: int
) -> None:
    """What a server sends is not remembered, whatever it is."""
    numbers = itertools.count()

    def answer(request: Request) -> Response:
        number = next(numbers)
        code = 200 if request.path.startswith("/thing/") else status
        return Response(f'{{"name{number}": 1}}', code, headers(number), content_type="application/json")

    httpserver.expect_request("/thing").respond_with_handler(answer)
    httpserver.expect_request(re.compile("/thing/.*")).respond_with_handler(answer)

    def call() -> None:
        with suppress(OpenApiException):
            client.call_api("/thing", "GET", response_type=({str: (int,)},))

    call()
    before = grown_by(client)
    for _ in range(20):
        call()
    assert grown_by(client) == before
