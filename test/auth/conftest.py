"""A clock that tests move, and a login server on the wire that keeps its tokens as RFC 6749 says."""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import Configuration
from openapi_client.auth import PasswordTokenSource

PASSWORD = "pass word:ä%&that-nobody-may-see"


class Clock:
    """Seconds that pass when a test says so, or when what it tests waits."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.waits: list[float] = []
        self.calls = 0

    def __call__(self) -> float:
        self.calls += 1
        return self.now

    def sleep(self, seconds: float) -> None:
        """Lets the seconds pass, and writes them down."""
        self.waits.append(seconds)
        self.now += seconds


class LoginServer:
    """A token endpoint: answers as it is told to, else with new tokens to whoever shows a password or refresh token.

    Refresh tokens are replaced when used; one that is used again ends its family, as RFC 9700, section 4.14.2, says.
    """

    def __init__(self, httpserver: HTTPServer) -> None:
        self.url = httpserver.url_for("").rstrip("/")
        self.token_url = f"{self.url}/token"
        self.scripted: list[Response | Callable[[], Response]] = []
        self.requests: list[tuple[str, dict[str, str], Mapping[str, str]]] = []
        self.lifetime: dict[str, Any] = {"expires_in": 300}
        self.issues_refresh_tokens = True
        self.rotates = True
        self.good: set[str] = set()
        self.spent: set[str] = set()
        self.issued = 0
        self._lock = threading.Lock()
        for path in ("/token", "/device", "/revoke"):
            httpserver.expect_request(path, method="POST").respond_with_handler(self.answer)

    @property
    def grants(self) -> list[str]:
        """The grant types that were asked for, in order."""
        return [form["grant_type"] for _, form, _ in self.requests if "grant_type" in form]

    def answer(self, request: Request) -> Response:
        """What a request is answered with."""
        form = request.form.to_dict()
        with self._lock:
            self.requests.append((request.path, form, dict(request.headers)))
            if self.scripted:
                told = self.scripted.pop(0)
                return told() if callable(told) and not isinstance(told, Response) else told
            if request.path == "/revoke":
                self.good.discard(form["token"])
                return Response()
            return self._grant(form)

    def _grant(self, form: dict[str, str]) -> Response:
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] in self.spent:
                self.good.clear()
            if form["refresh_token"] not in self.good:
                return refused("invalid_grant")
            if not self.rotates:
                return self.tokens(with_refresh_token=False)
            self.good.remove(form["refresh_token"])
            self.spent.add(form["refresh_token"])
        return self.tokens()

    def tokens(self, *, with_refresh_token: bool = True, **more: Any) -> Response:
        """New tokens."""
        self.issued += 1
        body = {"access_token": f"access-{self.issued}-that-nobody-may-see", "token_type": "Bearer", **self.lifetime}
        if with_refresh_token and self.issues_refresh_tokens:
            body["refresh_token"] = f"refresh-{self.issued}-that-nobody-may-see"
            self.good.add(body["refresh_token"])
        return Response(json.dumps({**body, **more}), content_type="application/json")


def refused(error: str, status: int = 400, description: str = "") -> Response:
    """An answer of refusal, as RFC 6749, section 5.2, has it."""
    body = {"error": error, **({"error_description": description} if description else {})}
    return Response(json.dumps(body), status, content_type="application/json")


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def login_server(httpserver: HTTPServer) -> LoginServer:
    """A login server of one's own."""
    return LoginServer(httpserver)


@pytest.fixture
def refusal_of() -> Callable[..., Response]:
    """Makes answers of refusal."""
    return refused


@pytest.fixture
def impatient() -> Configuration:
    """A Configuration whose requests are made once."""
    return Configuration(retries=False)


@pytest.fixture
def source(login_server: Any, clock: Any, password: str, impatient: Configuration) -> PasswordTokenSource:
    """A source whose server gives tokens of 300 s and no refresh tokens."""
    login_server.issues_refresh_tokens = False
    return PasswordTokenSource(
        "ada", password, token_url=login_server.token_url, configuration=impatient, clock=clock, wall_clock=clock
    )


@pytest.fixture
def password() -> str:
    """A password with characters that forms and addresses write otherwise."""
    return PASSWORD


class Vault:
    """A store of tokens in memory, for whoever shares it, and with a failure on demand."""

    def __init__(self) -> None:
        self.kept: dict[Any, Any] = {}
        self.broken: Exception | None = None
        self._lock = threading.RLock()

    def load(self, key: Any) -> Any:
        """What is kept."""
        return self.kept.get(key)

    def save(self, key: Any, tokens: Any) -> None:
        """Keeps."""
        if self.broken is not None:
            raise self.broken
        self.kept[key] = tokens

    def remove(self, key: Any) -> None:
        """Forgets."""
        self.kept.pop(key, None)

    def lock(self, _key: Any) -> Any:
        """One at a time."""
        return self._lock


@pytest.fixture
def vault() -> Vault:
    """A store of tokens."""
    return Vault()
