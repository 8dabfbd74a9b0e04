"""A clock that tests move, and a registry on the wire that mints keys by it."""

import itertools
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler

from openapi_client import ApiClient
from openapi_client.aws import CredentialSource, sharing
from openapi_client.aws.cache import KeyCache

LIFETIME = 8 * 3600.0
URI = "s3://bucket/team/data/"


class FakeClock:
    """Both clocks, which go on when a test says so."""

    def __init__(self) -> None:
        self.wall = 2_000_000_000.0
        self.since_boot = 1000.0

    def time(self) -> float:
        """Seconds of Unix time."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        return self.since_boot

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self.wall += seconds
        self.since_boot += seconds


class Registry:
    """Answers both operations with new keys, unless it is told otherwise."""

    def __init__(self, httpserver: HTTPServer, clock: FakeClock) -> None:
        self.lifetime_seconds = LIFETIME
        self.ahead_seconds = 0.0
        self.same_expiry: float | None = None
        self.date_header: str | None = None
        self.success = True
        self.link: str | None = "https://signin.example/?a=1&b=that-nobody-may-see"
        self.scripted: list[Response] = []
        self.is_down = False
        self.requests: list[tuple[str, Any]] = []
        self.minted: list[str] = []
        self.asked = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self._clock = clock
        self._numbers = itertools.count(1)
        httpserver.expect_request("/registry/credentials/generate-read-access-credentials").respond_with_handler(
            self.answer
        )
        httpserver.expect_request("/registry/credentials/generate-write-access-credentials").respond_with_handler(
            self.answer
        )

    def answer(self, request: Request) -> Response:
        """What a request is answered with."""
        body = json.loads(request.data)
        self.requests.append((request.path.split("-")[1], body))
        self.asked.set()
        self.open.wait(60)
        if self.is_down:
            return Response("down", 503)
        if self.scripted:
            return self.scripted.pop(0)
        now = self._clock.wall + self.ahead_seconds
        number = next(self._numbers)
        self.minted.append(f"id-{number}-that-nobody-may-see")
        expiry = now + self.lifetime_seconds if self.same_expiry is None else self.same_expiry
        answer = {
            "status": {"success": self.success, "details": "In words."},
            "credentials": {
                "aws_access_key_id": self.minted[-1],
                "aws_secret_access_key": f"secret-{number}-that-nobody-may-see",
                "aws_session_token": f"session-{number}-that-nobody-may-see",
                "expiry": datetime.fromtimestamp(expiry, UTC).isoformat(),
            },
            "console_session_url": self.link if body["console_session_required"] else None,
        }
        return Response(json.dumps(answer), content_type="application/json")

    def date(self, *_: object) -> str:
        """The registry's clock, as its answers have it."""
        if self.date_header is not None:
            return self.date_header
        return format_datetime(datetime.fromtimestamp(int(self._clock.wall + self.ahead_seconds), UTC), usegmt=True)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Answers nobody until the end."""
        self.asked.clear()
        self.open.clear()
        try:
            yield
        finally:
            self.open.set()


@pytest.fixture(autouse=True)
def no_clients_of_other_tests() -> Iterator[None]:
    """No client of another test is known, and none of this one's stays."""
    yield
    for client in (*sharing._latest_default.values(), *sharing._latest_unpickled):
        client.close()
    sharing._latest_default.clear()
    sharing._latest_unpickled.clear()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture
def registry(httpserver: HTTPServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry on the wire, whose `Date` is the test's."""
    made = Registry(httpserver, clock)
    monkeypatch.setattr(WSGIRequestHandler, "date_time_string", made.date)
    return made


@pytest.fixture
def make_source(client: ApiClient, clock: FakeClock) -> Callable[..., CredentialSource]:
    """Makes sources of one client, by the test's clock."""

    def make(location: Any = URI, *arguments: Any, **options: Any) -> CredentialSource:
        return CredentialSource(location, *arguments, **{"api": client, "clock": clock, **options})

    return make


@pytest.fixture
def source(make_source: Callable[..., CredentialSource], registry: Registry) -> CredentialSource:
    """A source of keys that live 8 hours."""
    assert not registry.requests
    return make_source()


@pytest.fixture
def settled(until: Callable[..., None]) -> Callable[[CredentialSource], None]:
    """Waits until no renewal of a source is under way."""
    return lambda source: until(lambda: source._shared._flight is None)


class Vault:
    """A cache of keys in memory, for whoever shares it, and with a failure on demand."""

    def __init__(self) -> None:
        self.kept: dict[Any, Any] = {}
        self.marks: dict[str, str] = {}
        self.broken: set[str] = set()
        self._lock = threading.RLock()

    def load(self, key: Any) -> Any:
        """What is kept."""
        self._fail("load")
        return self.kept.get(key)

    def save(self, key: Any, keys: Any) -> None:
        """Keeps."""
        self._fail("save")
        self.kept[key] = keys

    def remove(self, key: Any, access_key_id: str) -> None:
        """Forgets, if these are the current ones."""
        self._fail("remove")
        if key in self.kept and self.kept[key].aws_access_key_id == access_key_id:
            del self.kept[key]

    def mark(self, name: str) -> str:
        """The mark of a refusal."""
        return self.marks.get(name, "")

    def set_mark(self, name: str) -> None:
        """Leaves another mark."""
        self._fail("set_mark")
        self.marks[name] = secrets.token_hex(16)

    def lock(self, _key: Any) -> Any:
        """One at a time."""
        self._fail("lock")
        return self._lock

    def _fail(self, operation: str) -> None:
        if operation in self.broken:
            raise OSError(28, "No space left on device")


@pytest.fixture
def vault() -> Vault:
    """A cache of keys."""
    return Vault()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache's folder, which is not there yet."""
    return tmp_path / "cache"


@pytest.fixture
def cache(folder: Path, clock: FakeClock) -> KeyCache:
    """A cache in that folder, by the test's clock."""
    return KeyCache(folder, wall_clock=clock.time)
