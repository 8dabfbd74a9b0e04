"""Forgers: a token that claims to be another user's gets nobody else's keys, wherever keys are shared."""

import copy
import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, AuthenticationException, Configuration
from openapi_client.auth import (
    CommandTokenSource,
    DeviceTokenSource,
    FileTokenStore,
    PasswordTokenSource,
    RefreshTokenSource,
)
from openapi_client.aws import CredentialSource, sharing

CLAIMS = {"iss": "https://login.example", "sub": "victim", "azp": "tools", "scope": "roles"}


class Realm:
    """A login server that gives web tokens of whoever shows a password or a refresh token that it knows."""

    def __init__(self, httpserver: HTTPServer, make_jwt: Callable[..., str], path: str) -> None:
        self.token_url = httpserver.url_for(path)
        self.given = 0
        self.known = {"victim": "good", "forger": "own"}
        self.claims: dict[str, Any] = {}
        self._make_jwt = make_jwt
        httpserver.expect_request(path).respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        """A token, or a refusal."""
        form = request.form
        user = form.get("username") or form.get("refresh_token", "").removeprefix("refresh-")
        if user not in self.known or form.get("password", self.known[user]) != self.known[user]:
            return Response('{"error": "invalid_grant"}', 400, content_type="application/json")
        self.given += 1
        return Response(json.dumps({"access_token": self.token(user), "expires_in": 300}))

    def token(self, user: str) -> str:
        """A token as this server gives it."""
        return self._make_jwt(**{**CLAIMS, "sub": user, "n": self.given, **self.claims})


@pytest.fixture
def realm(httpserver: HTTPServer, make_jwt: Callable[..., str]) -> Realm:
    """The login server of the victim."""
    return Realm(httpserver, make_jwt, "/realm/token")


@pytest.fixture
def own_realm(httpserver: HTTPServer, make_jwt: Callable[..., str]) -> Realm:
    """The forger's own login server, which gives tokens that say whatever the forger wants."""
    made = Realm(httpserver, make_jwt, "/forger/token")
    made.claims = CLAIMS
    return made


@pytest.fixture
def process(
    configuration: Configuration, clock: Any, folder: Path, registry: Any
) -> Iterator[Callable[..., CredentialSource]]:
    """Makes sources that share nothing but the cache on disk, as if each were in a process of its own."""
    clients: list[ApiClient] = []
    assert not registry.requests

    def make(access_token: Any = None, *, user: str | None = None, **settings: Any) -> CredentialSource:
        client = ApiClient(Configuration(configuration.host, access_token=access_token, retries=False, **settings))
        clients.append(client)
        return CredentialSource("s3://bucket/team/data", api=client, clock=clock, cache=folder, user=user)

    yield make
    for client in clients:
        client.close()


def password_of(realm: Realm, user: str, password: str, **more: Any) -> PasswordTokenSource:
    """A login by password."""
    return PasswordTokenSource(user, password, token_url=realm.token_url, client_id="tools", **more)


def offline_of(realm: Realm, user: str = "victim") -> RefreshTokenSource:
    """A login by an offline token."""
    return RefreshTokenSource(f"refresh-{user}", token_url=realm.token_url, client_id="tools")


class Impostor(PasswordTokenSource):
    """A program's own source, on top of one of ours."""

    token = ""

    def __call__(self) -> str:
        return self.token


def impostor(realm: Realm) -> Impostor:
    """A source that says that it logs in as the victim, and returns a forged token."""
    made = Impostor("victim", "wrong", token_url=realm.token_url, client_id="tools")
    made.token = realm.token("victim")
    return made


Forge = Callable[[Realm, Realm], dict[str, Any]]
FORGERS: dict[str, Forge] = {
    "text": lambda victims, _: {"access_token": victims.token("victim")},
    "callable": lambda victims, _: {"access_token": lambda: victims.token("victim")},
    "command": lambda victims, _: {"access_token": CommandTokenSource(["printf", victims.token("victim")])},
    "setting of a command": lambda victims, _: {"token_command": f"printf {victims.token('victim')}"},
    "subclass of our source": lambda victims, _: {"access_token": impostor(victims)},
    "method of our source": lambda victims, _: {"access_token": password_of(victims, "forger", "own").__call__},
    "another user of the same server": lambda victims, _: {"access_token": password_of(victims, "forger", "own")},
    "offline token of another user": lambda victims, _: {"access_token": offline_of(victims, "forger")},
    "our source at a server of the forger's": lambda _, own: {"access_token": password_of(own, "victim", "good")},
    "settings with a server of the forger's": lambda _, own: {
        "username": "victim",
        "password": "good",
        "token_url": own.token_url,
        "client_id": "tools",
    },
    "text with another name": lambda victims, _: {"access_token": victims.token("victim"), "user": "forger"},
    "text whose name is the victim's subject": lambda victims, _: {
        "access_token": victims.token("victim"),
        "user": "victim",
    },
}


@pytest.mark.parametrize("forge", FORGERS.values(), ids=FORGERS)
def test_forger_gets_no_keys_of_the_victim_from_the_cache(
    process: Callable[..., CredentialSource], realm: Realm, own_realm: Realm, registry: Any, forge: Forge
) -> None:
    """The registry is asked, and it judges the token."""
    victim = process(password_of(realm, "victim", "good"))
    stolen = victim().aws_access_key_id
    assert process(password_of(realm, "victim", "good"))().aws_access_key_id == stolen
    assert process(offline_of(realm))().aws_access_key_id == stolen
    forged = process(**forge(realm, own_realm))
    assert forged().aws_access_key_id == registry.minted[1] != stolen
    # Nor does the forger leave keys for the victim.
    assert process(password_of(realm, "victim", "good"))().aws_access_key_id == stolen


@pytest.mark.parametrize("forge", FORGERS.values(), ids=FORGERS)
@pytest.mark.parametrize("cached", [False, True], ids=["in memory", "on disk"])
def test_forger_whose_token_a_client_is_given_gets_no_keys_of_the_victim(
    process: Callable[..., CredentialSource],
    clock: Any,
    realm: Realm,
    own_realm: Realm,
    registry: Any,
    forge: Forge,
    cached: bool,
) -> None:
    """As in a service with one client, which acts with its users' tokens in turn."""
    source = process(password_of(realm, "victim", "good"))
    client = source._client
    if not cached:
        source = CredentialSource("s3://bucket/team/data", api=client, clock=clock)
    stolen = source().aws_access_key_id
    settings = forge(realm, own_realm)
    user = settings.pop("user", None)
    client.configuration.access_token = None
    for name, value in settings.items():
        setattr(client.configuration, name, value)
    assert source.at_hand() is None
    assert source().aws_access_key_id != stolen
    named = CredentialSource("s3://bucket/team/data", api=client, clock=clock, user=user)
    assert named().aws_access_key_id != stolen
    assert stolen == registry.minted[0]


Copy = Callable[[CredentialSource], CredentialSource]
COPIES: dict[str, Copy] = {
    "pickled source": lambda source: pickle.loads(pickle.dumps(source)),  # noqa: S301 - our own
    "pickled source, in another process": lambda source: elsewhere(source),  # noqa: PLW0108 - defined below
    "copied client": lambda source: CredentialSource(
        source.location, api=copy.copy(source._client), clock=source._clock
    ),
    "client of a copied Configuration": lambda source: CredentialSource(
        source.location, api=ApiClient(copy.deepcopy(source._client.configuration)), clock=source._clock
    ),
    "source itself": copy.deepcopy,
}


def elsewhere(source: CredentialSource) -> CredentialSource:
    task = pickle.dumps(source)
    sharing._clients.clear()
    made: CredentialSource = pickle.loads(task)  # noqa: S301 - our own
    return made


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("token", ["text", "source"])
@pytest.mark.parametrize("pickle_keys", [False, True])
def test_copy_that_is_made_for_another_user_has_no_keys_of_the_victim(
    client: ApiClient, realm: Realm, registry: Any, copied: Copy, token: str, pickle_keys: bool
) -> None:
    """Whether the client was given the other token before the copy was made, or after."""
    registry.lifetime_seconds = 1e9
    source = CredentialSource("s3://bucket/team/data", api=client, pickle_keys=pickle_keys)
    client.configuration.access_token = password_of(realm, "victim", "good")
    stolen = {copied(source)().aws_access_key_id, source().aws_access_key_id}
    forged = realm.token("victim") if token == "text" else password_of(realm, "forger", "own")
    before = copied(source)
    before._client.configuration.access_token = forged
    client.configuration.access_token = forged
    after = copied(source)
    assert {before().aws_access_key_id, after().aws_access_key_id}.isdisjoint(stolen)


def test_task_for_another_user_is_not_done_with_the_keys_of_the_last(
    client: ApiClient, realm: Realm, registry: Any
) -> None:
    """A worker is handed one source time and again, whose client was given another token source each time."""
    registry.lifetime_seconds = 1e9
    source = CredentialSource("s3://bucket/team/data", api=client)
    tasks = []
    for user, password in (("victim", "good"), ("forger", "own")):
        client.configuration.access_token = password_of(realm, user, password)
        tasks += [pickle.dumps(source), pickle.dumps(source)]
    sharing._clients.clear()
    done = [pickle.loads(task)().aws_access_key_id for task in tasks * 2]  # noqa: S301 - our own
    assert len({*done[:2], *done[4:6]}) == len({*done[2:4], *done[6:]}) == 1
    assert done[0] != done[2]
    assert len(registry.requests) == 2


def test_equal_login_keeps_its_name(client: ApiClient) -> None:
    """A setting was set to what it was, after which a worker still knows the client again."""
    source = CredentialSource("s3://bucket/team/data", api=client)
    before = source.__getstate__()["client_id"]
    client.configuration.access_token = "".join(list(str(client.configuration.access_token)))
    assert source.__getstate__()["client_id"] == before
    client.configuration.access_token = "another"
    assert source.__getstate__()["client_id"] != before


def test_names_of_clients_do_not_pile_up(client: ApiClient) -> None:
    """Though each login has one of its own."""
    for number in range(100):
        client.configuration.access_token = str(number)
        CredentialSource("s3://bucket/team/data", api=client)
    assert len([each for each in sharing._clients.values() if each is client]) == 1


@pytest.mark.parametrize("password", ["wrong", "", "good "])
def test_wrong_password_gets_neither_a_stored_token_nor_keys(
    process: Callable[..., CredentialSource], realm: Realm, registry: Any, tmp_path: Path, password: str
) -> None:
    """The name alone opens nothing, though store and cache are shared."""
    store = FileTokenStore(tmp_path / "store")
    victim = process(password_of(realm, "victim", "good", store=store))
    stolen = victim()
    assert process(password_of(realm, "victim", "good", store=store))() == stolen
    assert realm.given == 1
    with pytest.raises(AuthenticationException):
        process(password_of(realm, "victim", password, store=store))()
    assert process(password_of(realm, "victim", "good", store=store))() == stolen
    assert len(registry.requests) == 1


def test_stored_token_counts_as_fetched(
    process: Callable[..., CredentialSource], realm: Realm, registry: Any, tmp_path: Path
) -> None:
    """A program that finds its token in its store shares keys with the one that left it there."""
    first = process(password_of(realm, "victim", "good", store=FileTokenStore(tmp_path)))
    second = process(password_of(realm, "victim", "good", store=FileTokenStore(tmp_path)))
    assert first() == second()
    assert realm.given == len(registry.requests) == 1


def test_token_that_changes_users_on_the_way_leaves_no_keys_for_the_first(
    process: Callable[..., CredentialSource], realm: Realm, registry: Any, folder: Path
) -> None:
    """The registry rejects the victim's token, and the next login is the forger's: the keys are nobody's for sure."""
    source = password_of(realm, "victim", "good")
    registry.scripted = [Response("{}", 401, {"WWW-Authenticate": "Bearer"})]
    source()
    realm.claims = {"sub": "forger"}
    assert process(source)().aws_access_key_id == registry.minted[0]
    assert not [*folder.glob("aws-*.json")]
    realm.claims = {}
    assert process(password_of(realm, "victim", "good"))().aws_access_key_id == registry.minted[1]


def test_source_that_cannot_be_asked_again_leaves_no_keys(
    process: Callable[..., CredentialSource], registry: Any, folder: Path
) -> None:
    """Which of its tokens the registry took is not known."""
    tokens = ["one", "one"]
    assert process(tokens.pop)().aws_access_key_id == registry.minted[0]
    assert not [*folder.glob("aws-*.json")]


def test_clients_without_a_token_share_no_keys(process: Callable[..., CredentialSource], registry: Any) -> None:
    """A gateway or a hook may tell the registry who is asking; unless the program names the user."""
    assert [process()().aws_access_key_id for _ in range(2)] == registry.minted
    first = process(user="ada")()
    assert process(user="ada")() == first != process(user="grace")()


def test_clients_with_different_headers_share_no_keys(process: Callable[..., CredentialSource], registry: Any) -> None:
    """An `Authorization` header is a login, as a token is."""
    given = []
    for header in ("Bearer ada", "Bearer grace", "Bearer ada"):
        source = process()
        source._client.default_headers["authorization"] = header
        given.append(source().aws_access_key_id)
    assert given == [registry.minted[0], registry.minted[1], registry.minted[0]]


@pytest.mark.parametrize("name", ["", " ", "\n"], ids=repr)
def test_user_without_a_name_is_an_error(client: ApiClient, name: str) -> None:
    """It would be everybody."""
    with pytest.raises(ValueError, match="must name somebody"):
        CredentialSource("s3://bucket/", api=client, user=name)


@pytest.mark.parametrize("name", [5, b"ada", True], ids=repr)
def test_user_that_is_no_text_is_an_error(client: ApiClient, name: Any) -> None:
    """At once, not when keys are wanted."""
    with pytest.raises(TypeError, match="user must be str or None"):
        CredentialSource("s3://bucket/", api=client, user=name)


def test_named_user_of_a_command_shares_keys_though_the_token_changes(
    process: Callable[..., CredentialSource], registry: Any, tmp_path: Path
) -> None:
    """Without a name each token is another user, and the cache helps nobody."""
    counter = tmp_path / "counter"
    command = ["sh", "-c", f"echo x >> {counter}; wc -l < {counter}"]
    unnamed = [process(CommandTokenSource(command))() for _ in range(2)]
    named = [process(CommandTokenSource(command), user="ada")() for _ in range(2)]
    assert unnamed[0] != unnamed[1]
    assert named[0] == named[1]
    assert len(registry.requests) == 3


def test_device_login_has_no_keys_of_another_person(
    process: Callable[..., CredentialSource], realm: Realm, registry: Any
) -> None:
    """Who it was shows in the token that the login server gave."""
    where: dict[str, Any] = {"token_url": realm.token_url, "device_authorization_url": realm.token_url}
    sources = []
    for user in ("victim", "forger", "victim"):
        source = DeviceTokenSource(client_id="tools", **where)
        source._refresh_token = f"refresh-{user}"
        sources.append(process(source)().aws_access_key_id)
    assert sources == [registry.minted[0], registry.minted[1], registry.minted[0]]
