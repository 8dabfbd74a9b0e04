"""The user behind a token: the same in every login of one user, and never one that a token merely claims."""

from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import ApiClient, AuthenticationException, Configuration
from openapi_client.auth import CommandTokenSource, DeviceTokenSource, PasswordTokenSource, RefreshTokenSource
from openapi_client.auth.renewal import Lease
from openapi_client.aws.identity import login_name_of, login_of, login_proof_of, user_of

LOGIN = "https://login.example/realms/a"
VICTIM = {"iss": LOGIN, "sub": "victim", "azp": "tools", "scope": "openid roles"}


def client_with(default_headers: dict[str, str] | None = None, cookie: str | None = None, **settings: Any) -> ApiClient:
    """A client that logs in so."""
    client = ApiClient(Configuration(host="http://localhost:9", **settings), cookie=cookie)
    client.default_headers |= default_headers or {}
    return client


def holding(source: Any, token: str) -> Any:
    """The source, as if it had fetched a token."""
    source._held = Lease.since(source._clock(), token, 300.0)
    return source


def password_source(token: str, user: str = "ada", **settings: Any) -> PasswordTokenSource:
    """A source that holds a token already."""
    where: dict[str, Any] = {"token_url": "http://localhost:9/token"} if "issuer" not in settings else {}
    source = PasswordTokenSource(user, "a password", client_id="tools", **where, **settings)
    held: PasswordTokenSource = holding(source, token)
    return held


def fetched(token: str, issuer: str = LOGIN) -> str:
    """The user of a token that one of our login sources fetched."""
    return user_of(client_with(access_token=password_source(token, issuer=issuer)))


class Impostor(PasswordTokenSource):
    """A program's own source on top of one of ours, which returns whatever it likes."""

    def __init__(self, token: str) -> None:
        super().__init__("victim", "wrong", issuer=LOGIN)
        self.token = token

    def __call__(self) -> str:
        return self.token


FORGERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "text": lambda token: {"access_token": token},
    "callable": lambda token: {"access_token": lambda: token},
    "callable around our source": lambda token: {"access_token": password_source(token, issuer=LOGIN).__call__},
    "command": lambda token: {"access_token": CommandTokenSource(["printf", token])},
    "setting of a command": lambda token: {"token_command": f"printf {token}"},
    "subclass of our source": lambda token: {"access_token": Impostor(token)},
    "our source at another login server": lambda token: {
        "access_token": password_source(token, issuer="https://forger.example")
    },
    "our source at a token endpoint": lambda token: {"access_token": password_source(token, "victim")},
}

TOKENS: dict[str, dict[str, Any]] = {
    "all claims": VICTIM,
    "without issuer": {name: value for name, value in VICTIM.items() if name != "iss"},
    "without client": {name: value for name, value in VICTIM.items() if name != "azp"},
    "of another issuer": {**VICTIM, "iss": "https://forger.example"},
    "issuer as subject": {**VICTIM, "iss": "victim", "sub": LOGIN},
    "fresh": {**VICTIM, "exp": 4_000_000_000, "iat": 1, "jti": "made up"},
}


@pytest.mark.parametrize("claims", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("forge", FORGERS.values(), ids=FORGERS)
def test_forger_is_never_the_victim(
    make_jwt: Callable[..., str], forge: Callable[[str], dict[str, Any]], claims: dict[str, Any]
) -> None:
    """Whatever the token claims, with the algorithm `none` or another, and however the client comes by it."""
    victim = fetched(make_jwt(**VICTIM))
    forged = make_jwt(**claims)
    assert user_of(client_with(**forge(forged))) != victim
    for signed in (forged, f"{forged.rpartition('.')[0]}.", f"{forged}AA"):
        assert user_of(client_with(access_token=signed)) != victim


def test_user_of_a_fetched_token_is_its_subject_at_the_configured_server(make_jwt: Callable[..., str]) -> None:
    """A new token of the same user makes no difference, nor does the login that fetched it."""
    users = {
        user_of(client_with(access_token=holding(source, make_jwt(**VICTIM, n=number))))
        for number, source in enumerate(
            [
                PasswordTokenSource("ada", "p", issuer=LOGIN),
                RefreshTokenSource("r", issuer=LOGIN),
                DeviceTokenSource(issuer=LOGIN, client_id="tools"),
            ]
        )
    }
    assert len(users) == 1
    assert "victim" in users.pop()


@pytest.mark.parametrize("iss", ["https://elsewhere", 5, None])
def test_stated_issuer_does_not_count(make_jwt: Callable[..., str], iss: object) -> None:
    """The configured address does."""
    assert fetched(make_jwt(**VICTIM)) == fetched(make_jwt(**{**VICTIM, "iss": iss}))
    assert fetched(make_jwt(**VICTIM)) != fetched(make_jwt(**VICTIM), "https://login.example/realms/b")


DIFFERENT: dict[str, dict[str, Any]] = {
    "subject": {**VICTIM, "sub": "grace"},
    "client": {**VICTIM, "azp": "other"},
    "no client": {name: value for name, value in VICTIM.items() if name != "azp"},
    "scope": {**VICTIM, "scope": "openid"},
    "no scope": {name: value for name, value in VICTIM.items() if name != "scope"},
    "empty scope": {**VICTIM, "scope": ""},
    "client of RFC 9068": {**VICTIM, "client_id": "tools"},
    "scope as a list": {**VICTIM, "scp": ["write"]},
    "client of another kind": {**VICTIM, "azp": 5},
    "scope of another kind": {**VICTIM, "scope": [["openid", "roles"]]},
}


@pytest.mark.parametrize("claims", DIFFERENT.values(), ids=DIFFERENT)
def test_fetched_tokens_that_differ_in_subject_client_or_scope_are_different_users(
    make_jwt: Callable[..., str], claims: dict[str, Any]
) -> None:
    """Their keys may open different things."""
    assert fetched(make_jwt(**claims)) != fetched(make_jwt(**VICTIM))


@pytest.mark.parametrize("name", DIFFERENT)
def test_named_user_with_another_client_or_scope_is_another(make_jwt: Callable[..., str], name: str) -> None:
    """The program vouches for the user alone: who the token names makes no difference."""
    users = {user_of(client_with(access_token=make_jwt(**claims)), "ada") for claims in (DIFFERENT[name], VICTIM)}
    assert len(users) == (1 if name == "subject" else 2)


def test_order_of_a_scope_does_not_count(make_jwt: Callable[..., str]) -> None:
    """It is a set of words."""
    assert fetched(make_jwt(**VICTIM)) == fetched(make_jwt(**{**VICTIM, "scope": "roles  openid roles"}))


@pytest.mark.parametrize("claims", [{"iss": LOGIN}, {"sub": None}, {"sub": 5}, {"sub": ""}], ids=repr)
def test_user_of_a_fetched_token_without_subject_is_that_of_its_source(
    make_jwt: Callable[..., str], claims: dict[str, Any]
) -> None:
    """The login server, the client, the name, and the scope and audience that were asked for."""
    users = [
        user_of(client_with(access_token=password_source(token))) for token in (make_jwt(**claims), make_jwt(**claims))
    ]
    assert users[0] == users[1]
    others = [
        password_source(make_jwt(**claims), "grace"),
        password_source(make_jwt(**claims), issuer=LOGIN),
        password_source(make_jwt(**claims), scope="roles"),
        password_source(make_jwt(**claims), audience="registry"),
    ]
    assert len({users[0], *(user_of(client_with(access_token=each)) for each in others)}) == 5


def test_user_of_an_opaque_token_is_that_of_its_source() -> None:
    """A new token of the same user makes no difference."""
    users = {user_of(client_with(access_token=password_source(token))) for token in ("one", "two")}
    assert len(users) == 1
    assert "ada" in users.pop()


def test_user_of_a_token_alone_is_its_hash() -> None:
    """Of a text, and of a source that names no user; the text shows nothing of it."""
    texts = [user_of(client_with(access_token=token)) for token in ("opaque", "opaque", "other")]
    assert texts[0] == texts[1] != texts[2]
    assert user_of(client_with(access_token=lambda: "opaque")) == texts[0]
    assert user_of(client_with(access_token=password_source("opaque", user=""))) == texts[0]
    assert "opaque" not in texts[0]
    assert user_of(client_with(access_token="half of a pair: \ud800"))


def test_program_names_the_user_of_a_foreign_token(make_jwt: Callable[..., str]) -> None:
    """Then the token may change; a name is never taken for a subject, nor one that our source fetched for a name."""
    names = [
        user_of(client_with(access_token=token), name)
        for token, name in (("one", "ada"), ("two", "ada"), ("one", "grace"))
    ]
    assert names[0] == names[1] != names[2]
    assert user_of(client_with(), "ada") == names[0]
    victim = client_with(access_token=password_source(make_jwt(**VICTIM), issuer=LOGIN))
    assert len({user_of(victim), user_of(victim, "ada"), user_of(victim, "victim"), names[0]}) == 4
    assert user_of(client_with(access_token=make_jwt(**VICTIM)), "victim") != user_of(victim)


@pytest.mark.parametrize("token", [None, b"bytes", 5, ""], ids=repr)
def test_without_a_token_there_is_no_user(token: Any) -> None:
    """The registry will say what it thinks of that, or the call what is wrong with the token."""
    assert user_of(client_with(access_token=token)) == ""


HEADERS: dict[str, tuple[dict[str, str], str | None]] = {
    "authorization": ({"Authorization": "Bearer one"}, None),
    "another authorization": ({"authorization": "Bearer two"}, None),
    "a key": ({"X-Api-Key": "one"}, None),
    "cookie": ({}, "session=one"),
    "another cookie": ({}, "session=two"),
    "cookie as a header": ({"Cookie": "session=three"}, None),
}


@pytest.mark.parametrize("settings", [{}, {"access_token": "text"}, {"username": "ada"}], ids=["none", "text", "half"])
def test_headers_that_may_prove_who_is_asking_count(settings: dict[str, Any]) -> None:
    """Two clients that differ in one are two users, and the text shows nothing of it."""
    users = [user_of(client_with(*header, **settings)) for header in (({}, None), *HEADERS.values())]
    assert len({*users}) == len(HEADERS) + 1
    assert not any(word in user for user in users for word in ("one", "two", "three"))
    assert user_of(client_with({"X-Request-Id": "5"}, **settings)) == users[0]


def test_authorization_header_is_the_login(make_jwt: Callable[..., str]) -> None:
    """No source is asked then, whatever the settings say."""
    header = {"AUTHORIZATION": f"Bearer {make_jwt(**VICTIM)}"}
    client = client_with(header, username="ada", password="p", token_url="http://localhost:9/token")
    assert user_of(client) == user_of(client_with(header))
    assert login_name_of(client) == ""


def test_source_without_a_token_is_an_error() -> None:
    """Its own."""
    with pytest.raises(AuthenticationException, match="gave no token but NoneType"):
        user_of(client_with(access_token=lambda: None))


def test_login_changes_with_what_it_is_made_of() -> None:
    """The address, the token, what a source of tokens is made of, and the headers."""
    client = client_with(username="ada", password="hunter2")
    before = login_of(client)
    assert login_of(client) == before
    assert before != "a login"
    assert "hunter2" not in repr(before)
    for name, value in (("password", "other"), ("access_token", "text"), ("host", "http://localhost:8")):
        setattr(client.configuration, name, value)
        assert login_of(client) != before
        before = login_of(client)
    client.default_headers["Authorization"] = "Bearer hunter2"
    assert login_of(client) != before
    assert "hunter2" not in repr(login_of(client))


class Equal:
    """Callables that say that they are all the same."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self) -> str:
        return self.token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equal)

    def __hash__(self) -> int:
        return 1


def test_callables_are_compared_by_identity() -> None:
    """What they say of each other says nothing of their users; an object's method is one callable."""
    one, other = Equal("one"), Equal("other")
    assert (one == other, hash(one) == hash(other), one() == other()) == (True, True, False)
    assert login_of(client_with(access_token=one)) == login_of(client_with(access_token=one))
    assert login_of(client_with(access_token=one)) != login_of(client_with(access_token=other))
    assert login_of(client_with(access_token=one)) != login_of(client_with(access_token="one"))
    method = login_of(client_with(access_token=one.__call__))
    assert method == login_of(client_with(access_token=one.__call__))
    assert method != login_of(client_with(access_token=other.__call__))


def test_name_of_a_login_is_known_before_a_token_is() -> None:
    """With its proof it differs with the server, client, user, password and scope, and neither shows a secret."""
    sources: list[Any] = [
        PasswordTokenSource("ada", "hunter2", issuer=LOGIN),
        PasswordTokenSource("ada", "wrong", issuer=LOGIN),
        PasswordTokenSource("ada", "hunter2", issuer=f"{LOGIN}/"),
        RefreshTokenSource("hunter2", issuer=LOGIN),
        RefreshTokenSource("hunter2", issuer=LOGIN, scope="roles"),
        DeviceTokenSource(issuer=LOGIN, client_id="tools"),
    ]
    clients = [client_with(access_token=source) for source in sources]
    names, proofs = [login_name_of(client) for client in clients], [login_proof_of(client) for client in clients]
    assert names[0] == names[1]
    assert len({*names, ""}) == len(sources)
    assert len({*proofs, ""}) == len(sources) + 1
    assert not any("hunter2" in text for text in (*names, *proofs))
    foreign: list[Any] = ["text", lambda: "text", CommandTokenSource("printf x"), Impostor("x"), None]
    assert {login_name_of(client_with(access_token=token)) for token in foreign} == {""}
    assert {login_proof_of(client_with(access_token=token)) for token in foreign} == {""}
