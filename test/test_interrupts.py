"""Interrupts at any moment, by real signals: only the interrupt comes out, and nothing is lost."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers that interrupt")

# What every program below does: work, interrupted again and again at a moment of chance.
STORM = """
import os, random, signal, sys, time, warnings

unraisable = []
sys.unraisablehook = lambda problem: unraisable.append(repr(problem.exc_value))
armed = False
interrupts = 0

def interrupt(*_):
    global interrupts
    if armed:
        interrupts += 1
        raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)

def storm(work, check, seconds, longest):
    global armed
    kept = []
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at or interrupts < 20:
        try:
            try:
                armed = True
                signal.setitimer(signal.ITIMER_REAL, random.random() * longest + 1e-6)
                work()
                armed = False
            finally:
                armed = False
        except KeyboardInterrupt as error:
            # Tracebacks that are kept, as an interactive session keeps them, keep no lock.
            kept = [*kept[-4:], error]
        signal.setitimer(signal.ITIMER_REAL, 0)
        check()

def descriptors():
    return len(os.listdir("/dev/fd"))
"""

FILES = """
from pathlib import Path
from openapi_client._masking import SecretBytes
from openapi_client._private_files import read_private, write_private
from openapi_client._private_locks import locked

folder = Path(sys.argv[1])
file, lock = folder / "file", folder / "lock"
write_private(file, SecretBytes(b"0" * 3000))
another = os.open(os.devnull, os.O_RDONLY)

def work():
    with locked(lock, 0):
        content = read_private(file, 10**6)
        assert len(content) == 3000 and len(set(content)) == 1, content
        write_private(file, SecretBytes(b"%d" % random.randrange(10) * 3000))

def check():
    with locked(lock, 0):
        os.fstat(another)

before = descriptors()
storm(work, check, 3, 0.0015)
print(descriptors() - before, unraisable, sorted(os.listdir(folder)))
"""


def test_interrupts_leave_files_whole_and_locks_free(tmp_path: Any, run_python: Callable[..., str]) -> None:
    """No descriptor stays open, none of another owner is closed, and no temporary file is left."""
    assert run_python(STORM + FILES, str(tmp_path / "folder")) == "0 [] ['file', 'lock']\n"


SOURCES = """
import threading
from openapi_client import ApiClient, Configuration
from openapi_client.auth import FileTokenStore, PasswordTokenSource
from openapi_client.aws import CredentialSource

# A socket that is being connected has no owner yet.
warnings.simplefilter("ignore", ResourceWarning)
store = FileTokenStore(sys.argv[2] + "/tokens")
tokens = PasswordTokenSource("ada", "x", token_url=sys.argv[1] + "/token", store=store)
source = CredentialSource(
    "s3://bucket/path/", api=ApiClient(Configuration(sys.argv[1], access_token=tokens)), cache=sys.argv[2] + "/keys"
)
came = []

def work():
    # Whatever is held will not do.
    tokens._held = source._shared.keys = None
    source()

def others():
    while not has_ended.wait(0.001):
        try:
            source()
        except Exception as error:
            came.append(repr(error))

has_ended = threading.Event()
threads = [threading.Thread(target=others) for _ in range(2)]
for thread in threads:
    thread.start()
storm(work, lambda: None, 4, 0.02)
has_ended.set()
for thread in threads:
    thread.join(20)
print([thread.is_alive() for thread in threads], came, source().aws_access_key_id)
"""


def test_interrupts_lose_no_renewal(httpserver: HTTPServer, tmp_path: Any, run_python: Callable[..., str]) -> None:
    """Other threads have neither an error of it nor wait for what nobody carries out; the next call succeeds."""
    serve(httpserver)
    assert (
        run_python(STORM + SOURCES, httpserver.url_for("").rstrip("/"), str(tmp_path)) == "[False, False] [] key-id\n"
    )


def serve(httpserver: HTTPServer) -> None:
    """A registry and a login server."""

    def token(_: Request) -> Response:
        return Response(
            '{"access_token": "a-token", "token_type": "Bearer", "expires_in": 0.2}', content_type="text/json"
        )

    keys = {
        "status": {"success": True, "details": "In words."},
        "credentials": {
            "aws_access_key_id": "key-id",
            "aws_secret_access_key": "secret-key",
            "aws_session_token": "session-token",
            "expiry": "2100-01-01T00:00:00+00:00",
        },
        "console_session_url": None,
    }
    httpserver.expect_request("/token", method="POST").respond_with_handler(token)
    httpserver.expect_request("/registry/credentials/generate-read-access-credentials").respond_with_json(keys)


ASKING = """
import gc, logging, threading, weakref
from openapi_client import ApiClient, Configuration
from openapi_client.auth import PasswordTokenSource
from openapi_client.aws import CredentialSource
from openapi_client.exceptions import OpenApiException

tokens = PasswordTokenSource("ada", "x", token_url=sys.argv[1] + "/token")
source = CredentialSource("s3://bucket/path/", api=ApiClient(Configuration(sys.argv[1], access_token=tokens)))
came, failures = set(), []
depth = 0

def ask():
    global depth
    if depth < 2:
        depth += 1
        try:
            for each in (source, tokens):
                try:
                    came.add(type(each()).__name__)
                except OpenApiException as error:
                    assert "in the middle of its own renewal" in str(error) or "their own renewal" in str(error), error
        finally:
            depth -= 1

class Saves(logging.Handler):
    def emit(self, record):
        ask()

class Ends:
    def __init__(self):
        self.itself = self
        self.watched = weakref.ref(self, lambda _: ask())
    def __del__(self):
        ask()

def others():
    while not has_ended.wait(0.001):
        try:
            source()
        except OpenApiException as error:
            failures.append(repr(error))

logger = logging.getLogger("openapi_client")
logger.setLevel(logging.DEBUG)
logger.propagate = False
logger.addHandler(Saves())
warnings.simplefilter("ignore", ResourceWarning)
gc.set_threshold(100)
signal.signal(signal.SIGALRM, lambda *_: ask())
has_ended = threading.Event()
threads = [threading.Thread(target=others) for _ in range(2)]
for thread in threads:
    thread.start()
ends_at = time.monotonic() + 3
# On a busy machine it takes longer until each has come.
while time.monotonic() < ends_at or (len(came) < 2 and time.monotonic() < ends_at + 20):
    Ends()
    signal.setitimer(signal.ITIMER_REAL, random.random() * 0.004 + 1e-6)
    tokens._held = source._shared.keys = None
    source()
signal.setitimer(signal.ITIMER_REAL, 0)
has_ended.set()
for thread in threads:
    thread.join(20)
print([thread.is_alive() for thread in threads], failures, sorted(came), unraisable)
"""


def test_asking_in_the_middle_of_anything_hangs_nobody(httpserver: HTTPServer, run_python: Callable[..., str]) -> None:
    """Signal handlers, log handlers, finalisers and weak references ask at any moment, and other threads meanwhile."""
    serve(httpserver)
    expected = "[False, False] [] ['Credentials', 'SecretText'] []\n"
    assert run_python(STORM + ASKING, httpserver.url_for("").rstrip("/")) == expected
