"""Starting and stopping the sandbox, in every way a process can end."""

import contextlib
import os
import re
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

import openapi_client.sandbox
from openapi_client.sandbox import Sandbox, SandboxError

ROOT = Path(__file__).parents[2]


def test_environment_is_what_programs_need(sandbox: Sandbox) -> None:
    """Five variables lead to the registry, its user and the store."""
    assert sandbox.environment() == {
        "OPENAPI_CLIENT_HOST": sandbox.host,
        "OPENAPI_CLIENT_USERNAME": sandbox.username,
        "OPENAPI_CLIENT_PASSWORD": sandbox.password,
        "AWS_ENDPOINT_URL_S3": sandbox.s3_endpoint_url,
        "AWS_REGION": "us-east-1",
    }


def test_both_addresses_are_on_loopback(sandbox: Sandbox) -> None:
    """The registry and the store are at different ports of 127.0.0.1."""
    addresses = {urlsplit(url).hostname for url in (sandbox.host, sandbox.s3_endpoint_url)}
    assert addresses == {"127.0.0.1"}
    assert sandbox.host != sandbox.s3_endpoint_url


def test_representation_shows_no_password(sandbox: Sandbox) -> None:
    """A running sandbox shows where it is, and nothing secret."""
    assert repr(sandbox) == f"<Sandbox host='{sandbox.host}'>"


def test_idle_sandbox_says_so() -> None:
    """Before it is started, what needs a running sandbox tells how to start it; stopping it does nothing."""
    idle = Sandbox()
    assert repr(idle) == "<Sandbox not running>"
    idle.stop()
    for use in (
        lambda: idle.host,
        lambda: idle.s3_endpoint_url,
        idle.environment,
        lambda: idle.put_object("k", b""),
    ):
        with pytest.raises(SandboxError, match="The sandbox is not running: use it in a `with` block"):
            use()


def test_each_sandbox_has_its_own_password() -> None:
    """Passwords are random."""
    assert Sandbox().password != Sandbox().password


def test_running_sandbox_is_not_started_again(sandbox: Sandbox) -> None:
    """A second start is an error, and leaves the first as it was."""
    host = sandbox.host
    with pytest.raises(SandboxError, match="running already"):
        sandbox.start()
    assert sandbox.host == host


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"token_lifetime_seconds": 0}, "token_lifetime_seconds is 0: give a number above 0."),
        ({"token_lifetime_seconds": -1.5}, "token_lifetime_seconds is -1.5: give a number above 0."),
        ({"token_lifetime_seconds": float("inf")}, "token_lifetime_seconds is inf: give a number above 0."),
        ({"token_lifetime_seconds": float("nan")}, "token_lifetime_seconds is nan: give a number above 0."),
        ({"credentials_lifetime_seconds": 0}, "credentials_lifetime_seconds is 0: give a whole number, 1 or more."),
        ({"credentials_lifetime_seconds": 1.5}, "credentials_lifetime_seconds is 1.5: give a whole number, 1 or more."),
        ({"bucket_name": "b"}, "bucket_name is 'b': give 3 to 63 lower-case letters, digits and hyphens, "),
        ({"bucket_name": "Up/../x"}, "bucket_name is 'Up/../x': give 3 to 63 lower-case letters"),
        ({"forbidden_paths": ["team-*"]}, "The path holds '*'"),
    ],
    ids=str,
)
def test_argument_that_cannot_work_is_refused(arguments: dict[str, Any], message: str) -> None:
    """A bad argument is a ValueError that names it, its value and what would be right."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        Sandbox(**arguments)


def test_stop_is_quick_and_leaves_nothing(log_in: Callable[..., urllib3.BaseHTTPResponse]) -> None:
    """After a stop, even a second one, threads and ports are gone; a sandbox can be started again."""
    threads = set(threading.enumerate())
    sandbox = Sandbox(bucket_name="another-bucket", username="somebody")
    for _ in range(2):
        sandbox.start()
        host = sandbox.host
        assert log_in(sandbox).status == 200
        began = time.monotonic()
        sandbox.stop()
        sandbox.stop()
        assert time.monotonic() - began < 5
        assert set(threading.enumerate()) <= threads
        with pytest.raises(urllib3.exceptions.HTTPError):
            urllib3.request("GET", host, retries=False)


def test_error_in_the_block_stops_the_sandbox() -> None:
    """What is raised in the block, an interrupt from the keyboard among it, passes through after the stop."""
    sandbox = Sandbox()
    with pytest.raises(KeyboardInterrupt), sandbox:
        raise KeyboardInterrupt
    assert repr(sandbox) == "<Sandbox not running>"


SCRIPT = """
import sys
from openapi_client.sandbox import Sandbox
sandbox = Sandbox()
sandbox.start()
print(sandbox.host, flush=True)
sys.stdin.readline()
"""


def processes() -> dict[int, tuple[str, str]]:
    """Of every process its parent's id and its command line."""
    found: dict[int, tuple[str, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended since
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            found[int(folder.name)] = (parent, (folder / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "end", [None, signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["exit", "ctrl-c", "terminated", "killed"]
)
def test_store_does_not_outlive_its_process(end: signal.Signals | None) -> None:
    """However the Python process ends, without a stop, its store and the store's files go with it."""
    with subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        (command,) = (command for parent, command in processes().values() if parent == str(process.pid))
        (folder,) = map(Path, re.findall(r"-dir=(\S+)", command))
        assert folder.exists()
        if end:
            process.send_signal(end)
            process.wait(10)

    def is_gone() -> bool:
        return not folder.exists() and not [command for _, command in processes().values() if str(folder) in command]

    # No loop, whose body might have nothing to do.
    assert any(map(lambda _: is_gone() or threading.Event().wait(0.05), range(200)))  # noqa: C417 - it ends at the first


def test_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an optional library the import fails with the command that installs it."""
    for name in [name for name in sys.modules if name.startswith("openapi_client.sandbox.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ImportError, match=re.escape('needs uvicorn, which is not installed: pip install "openapi-cl')):
        runpy.run_path(str(openapi_client.sandbox.__file__))


def test_missing_module_of_ours_is_not_blamed_on_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation of this package stays the error it is."""
    monkeypatch.setitem(sys.modules, "openapi_client.sandbox.sandbox", None)
    with pytest.raises(ModuleNotFoundError, match=r"openapi_client\.sandbox\.sandbox"):
        runpy.run_path(str(openapi_client.sandbox.__file__))
