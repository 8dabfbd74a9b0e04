"""Refusals that one process meets reach all that share a cache: nobody serves the keys for longer than a minute."""

import itertools
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, ApiException, Configuration, OpenApiException, ServiceException
from openapi_client.auth import DeviceTokenSource, PasswordTokenSource, RefreshTokenSource
from openapi_client.aws import CredentialSource
from openapi_client.aws.keys import CHECK_SECONDS
from openapi_client.aws.renewal import SharedKeys

WINDOW_SECONDS = 60.0
PLACE, ELSEWHERE = "s3://bucket/team/data", "s3://bucket/elsewhere"


class LoginServer:
    """A login server that gives web tokens until it is told to refuse."""

    def __init__(self, httpserver: HTTPServer, make_jwt: Callable[..., str]) -> None:
        self.url = httpserver.url_for("/login/token")
        self.refusal: Response | None = None
        self._make_jwt = make_jwt
        self._numbers = itertools.count()
        httpserver.expect_request("/login/token").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        """A token, or a refusal."""
        if request.form.get("password") == "wrong":
            return refused_login()
        token = self._make_jwt(sub="ada", azp="tools", scope="roles", jti=next(self._numbers))
        return self.refusal or Response(json.dumps({"access_token": token, "expires_in": 300}))


def refused_login(error: str = "invalid_grant", status: int = 400) -> Response:
    """A refusal of the login server's."""
    return Response(json.dumps({"error": error}), status, content_type="application/json")


@pytest.fixture
def login_server(httpserver: HTTPServer, make_jwt: Callable[..., str]) -> LoginServer:
    """The login server."""
    return LoginServer(httpserver, make_jwt)


@pytest.fixture
def process(
    configuration: Configuration, clock: Any, folder: Path, registry: Any
) -> Iterator[Callable[..., CredentialSource]]:
    """Makes sources that share nothing but the cache on disk, as if each were in a process of its own."""
    clients: list[ApiClient] = []
    assert not registry.requests

    def make(access_token: Any, place: str = PLACE, **options: Any) -> CredentialSource:
        clients.append(ApiClient(Configuration(configuration.host, access_token=access_token, retries=False)))
        return CredentialSource(place, api=clients[-1], clock=clock, **{"cache": folder, **options})

    yield make
    for client in clients:
        client.close()


Logins = dict[str, Callable[[LoginServer], Any]]
LOGINS: Logins = {
    "password": lambda server: PasswordTokenSource("ada", "p", token_url=server.url, client_id="tools"),
    "offline token": lambda server: RefreshTokenSource("given", token_url=server.url, client_id="tools"),
}


def refuse_login(error: str, status: int = 400) -> Callable[[LoginServer, Any], None]:
    """Has the login server refuse."""

    def refuse(server: LoginServer, _registry: Any) -> None:
        server.refusal = refused_login(error, status)

    return refuse


def refuse_token(*answers: Response) -> Callable[[LoginServer, Any], None]:
    """Has the registry refuse the next request and its repetition."""

    def refuse(_server: LoginServer, registry: Any) -> None:
        registry.scripted = [*answers]

    return refuse


def said(words: str, status: int = 401, *, challenge: bool = False) -> Response:
    """A refusal of the registry's."""
    headers = {"WWW-Authenticate": "Bearer"} if challenge else None
    return Response(json.dumps({"detail": words}), status, headers, content_type="application/json")


TOKEN_REFUSALS: dict[str, Callable[[LoginServer, Any], None]] = {
    "revoked login": refuse_login("invalid_grant"),
    "disabled client": refuse_login("unauthorized_client"),
    "unknown client": refuse_login("invalid_client", 401),
    "refused login without a reason": refuse_login("", 403),
    "stated with success": refuse_login("invalid_grant", 200),
    "rejected token": refuse_token(*[said("Could not validate credentials", challenge=True)] * 2),
    "token ended behind the registry": refuse_token(*[said("Failed. Could not validate credentials.")] * 2),
}


@pytest.mark.parametrize("refuse", TOKEN_REFUSALS.values(), ids=TOKEN_REFUSALS)
@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS)
def test_refused_token_ends_its_cached_keys_in_every_process(
    process: Callable[..., CredentialSource],
    login_server: LoginServer,
    registry: Any,
    clock: Any,
    login: Callable[[LoginServer], Any],
    refuse: Callable[[LoginServer, Any], None],
) -> None:
    """Whatever place the process asked for that met the refusal: the others ask for themselves within a minute."""
    minting, sharing, idle = (process(login(login_server)) for _ in range(3))
    first = {each().aws_access_key_id for each in (minting, sharing, idle)}
    assert first == {*registry.minted}
    asking = process(login(login_server), ELSEWHERE)
    refuse(login_server, registry)
    with pytest.raises(ApiException):
        asking()
    login_server.refusal = None
    clock.advance(WINDOW_SECONDS)
    for source in (minting, sharing, process(login(login_server)), idle):
        assert source.at_hand() is None
        assert source().aws_access_key_id == registry.minted[1]
    assert len(registry.minted) == 2


@pytest.mark.parametrize("refuse", TOKEN_REFUSALS.values(), ids=TOKEN_REFUSALS)
def test_process_that_meets_a_refusal_serves_its_own_cached_keys_no_longer(
    process: Callable[..., CredentialSource],
    login_server: LoginServer,
    registry: Any,
    clock: Any,
    settled: Callable[..., None],
    refuse: Callable[[LoginServer, Any], None],
) -> None:
    """When it renews them, and is refused, though they live on."""
    login = LOGINS["offline token"](login_server)
    source = process(login)
    first = source()
    clock.advance(registry.lifetime_seconds - 1200)
    login._held = None
    refuse(login_server, registry)
    assert source() == first
    settled(source)
    registry.scripted = [said("no", 403)]
    clock.advance(WINDOW_SECONDS)
    with pytest.raises(ApiException):
        source()


DENIALS = {
    "no permission": ([said("No access.")], {"place"}),
    "in review": ([said("Released.", 403)], {"place"}),
    "missing role": ([said("You don't have the correct role.", challenge=True)] * 2, {"place", "elsewhere"}),
    "no roles": (
        [said("Token had incorrect structure.", challenge=True)] * 2,
        {"place", "elsewhere", "place to write"},
    ),
}


@pytest.mark.parametrize(("answers", "ended"), DENIALS.values(), ids=DENIALS)
def test_denial_ends_the_cached_keys_that_it_is_about(
    process: Callable[..., CredentialSource],
    login_server: LoginServer,
    registry: Any,
    clock: Any,
    answers: list[Response],
    ended: set[str],
) -> None:
    """In every process: those of its place, of all places to be read for want of that role, or of the whole token."""
    sources = {
        "place": process(LOGINS["password"](login_server)),
        "elsewhere": process(LOGINS["password"](login_server), ELSEWHERE),
        "place to write": process(LOGINS["password"](login_server), access="write"),
    }
    before = {name: source() for name, source in sources.items()}
    registry.scripted = [*answers]
    with pytest.raises(ApiException):
        process(LOGINS["password"](login_server)).console_url()
    clock.advance(WINDOW_SECONDS)
    assert {name for name, source in sources.items() if source() != before[name]} == ended


OTHER_FAILURES: dict[str, Callable[[LoginServer, Any], None]] = {
    "login server away": refuse_login("down", 503),
    "login server throttles": refuse_login("slow", 429),
    "registry away": refuse_token(Response("down", 503)),
    "unknown dataset": refuse_token(said("No such dataset.", 400)),
    "malformed answer": refuse_token(Response("{}")),
}


@pytest.mark.parametrize("fail", OTHER_FAILURES.values(), ids=OTHER_FAILURES)
def test_other_failure_leaves_cached_keys_alone(
    process: Callable[..., CredentialSource],
    login_server: LoginServer,
    registry: Any,
    clock: Any,
    fail: Callable[[LoginServer, Any], None],
) -> None:
    """An outage is no refusal."""
    sharing = process(LOGINS["password"](login_server))
    first = sharing()
    asking = process(LOGINS["password"](login_server), ELSEWHERE)
    fail(login_server, registry)
    with pytest.raises(OpenApiException):
        asking()
    login_server.refusal = None
    clock.advance(WINDOW_SECONDS)
    assert sharing() == process(LOGINS["password"](login_server))() == first


def test_wrong_password_costs_nobody_the_cached_keys(
    process: Callable[..., CredentialSource], login_server: LoginServer, registry: Any, clock: Any
) -> None:
    """Anybody can name a user; only the login that was refused has its keys dropped."""
    sharing = process(LOGINS["password"](login_server))
    first = sharing()
    forger = process(PasswordTokenSource("ada", "wrong", token_url=login_server.url, client_id="tools"))
    for _ in range(3):
        with pytest.raises(ApiException):
            forger()
        clock.advance(WINDOW_SECONDS)
        assert sharing() == process(LOGINS["password"](login_server))() == first
    assert len(registry.requests) == 1
    login_server.refusal = refused_login()
    with pytest.raises(ApiException):
        process(LOGINS["password"](login_server))()
    login_server.refusal = None
    clock.advance(WINDOW_SECONDS)
    assert sharing() != first


def test_login_that_works_again_shares_its_keys_again(
    process: Callable[..., CredentialSource], login_server: LoginServer, registry: Any, clock: Any
) -> None:
    """New keys are good until the next refusal, which counts as the first did."""
    for number in range(3):
        sharing = process(LOGINS["password"](login_server))
        assert sharing().aws_access_key_id == registry.minted[number]
        clock.advance(3600)
        assert process(LOGINS["password"](login_server))() == sharing()
        login_server.refusal = refused_login()
        with pytest.raises(ApiException):
            process(LOGINS["password"](login_server))()
        login_server.refusal = None
    assert len(registry.requests) == 3


def test_keys_set_aside_for_another_login_end_as_well(
    process: Callable[..., CredentialSource], registry: Any, clock: Any
) -> None:
    """A client that comes back to its first token asks the registry, if that token was refused meanwhile."""
    source = process("text")
    client = source._client
    first = source()
    for refuse in (False, True):
        client.configuration.access_token = "another"
        registry.is_down = True
        with pytest.raises(ServiceException):
            source()
        registry.is_down = False
        if refuse:
            registry.scripted = [said("Could not validate credentials", challenge=True)]
            with pytest.raises(ApiException):
                process("text", ELSEWHERE)()
        clock.advance(WINDOW_SECONDS)
        client.configuration.access_token = "text"
        assert (source() == first) is not refuse


def test_refused_device_login_ends_its_cached_keys(
    process: Callable[..., CredentialSource], login_server: LoginServer, clock: Any
) -> None:
    """The refresh token is no longer good, and the login in the browser does not begin."""

    def login() -> Any:
        where: dict[str, Any] = {"token_url": login_server.url, "device_authorization_url": login_server.url}
        source = DeviceTokenSource(client_id="tools", **where)
        source._refresh_token = "left behind"
        return process(source)

    sharing = login()
    first = sharing()
    login_server.refusal = refused_login()
    with pytest.raises(ApiException):
        login()()
    login_server.refusal = None
    clock.advance(WINDOW_SECONDS)
    assert sharing() != first


@pytest.mark.parametrize("user", [None, "ada"])
def test_refused_text_ends_the_cached_keys_of_its_user(
    process: Callable[..., CredentialSource], registry: Any, clock: Any, user: str | None
) -> None:
    """Of that token, or of the user that the program named."""
    sharing = process("text", user=user)
    first = sharing()
    asking = process("text", ELSEWHERE, user=user)
    registry.scripted = [said("Could not validate credentials", challenge=True)]
    with pytest.raises(ApiException):
        asking()
    clock.advance(WINDOW_SECONDS)
    assert sharing().aws_access_key_id == registry.minted[1]
    assert process("text", user=user)() != first


def test_keys_in_memory_alone_are_served_until_they_end(
    process: Callable[..., CredentialSource], registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """They are nobody else's, and a text has always ended when they are renewed."""
    source = process("text", cache=False)
    first = source()
    clock.advance(registry.lifetime_seconds - 1200)
    registry.scripted = [said("Could not validate credentials", challenge=True)] * 50
    for _ in range(19):
        assert source() == first
        settled(source)
        clock.advance(60)


def test_look_for_refusals_costs_no_request(
    process: Callable[..., CredentialSource], login_server: LoginServer, registry: Any, clock: Any
) -> None:
    """Every 20 s a call looks at the disk, and has the keys at hand again."""
    source = process(LOGINS["password"](login_server))
    first = source()
    for _ in range(10):
        assert source.at_hand() is not None
        clock.advance(CHECK_SECONDS)
        assert source.at_hand() is None
        assert source() == first
    assert len(registry.requests) == 1


def test_refusal_that_cannot_be_told_is_logged(
    process: Callable[..., CredentialSource], vault: Any, clock: Any, registry: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The call fails with the registry's words."""
    source = process("text")
    source._shared = SharedKeys(clock, vault)
    vault.broken = {"set_mark"}
    registry.scripted = [said("No access.", 403)]
    with caplog.at_level(logging.WARNING, "openapi_client"), pytest.raises(ApiException, match="No access"):
        source()
    assert "The cache of AWS keys could not be written: OSError" in caplog.text


def test_outage_after_a_refusal_gives_no_old_keys(
    process: Callable[..., CredentialSource], login_server: LoginServer, registry: Any, clock: Any
) -> None:
    """Whether they are still the user's nobody can say."""
    sharing = process(LOGINS["password"](login_server))
    sharing()
    login_server.refusal = refused_login()
    with pytest.raises(ApiException):
        process(LOGINS["password"](login_server))()
    login_server.refusal = None
    registry.is_down = True
    clock.advance(WINDOW_SECONDS)
    with pytest.raises(ServiceException):
        sharing()
