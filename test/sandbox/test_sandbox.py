"""Starting and stopping the sandbox, in every way a process can end."""

import contextlib
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

import openapi_client.sandbox
from openapi_client.sandbox import Sandbox, SandboxError
from openapi_client.sandbox.server import without_proxy

ROOT = Path(__file__).parents[2]

Call = Callable[..., urllib3.BaseHTTPResponse]


def test_environment_is_what_programs_need(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables lead to the registry, its user and the store, none of them through a proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert sandbox.environment() == {
        "OPENAPI_CLIENT_HOST": sandbox.host,
        "OPENAPI_CLIENT_USERNAME": sandbox.username,
        "OPENAPI_CLIENT_PASSWORD": sandbox.password,
        "AWS_ENDPOINT_URL_S3": sandbox.s3_endpoint_url,
        "AWS_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


EXCEPTED: dict[str, tuple[dict[str, str], str]] = {
    "nothing yet": ({}, "127.0.0.1,localhost"),
    "empty": ({"NO_PROXY": "", "no_proxy": ""}, "127.0.0.1,localhost"),
    "others": ({"NO_PROXY": "a.example, 10.0.0.0/8"}, "a.example,10.0.0.0/8,127.0.0.1,localhost"),
    "others in lower case": ({"no_proxy": "a.example b.example"}, "a.example,b.example,127.0.0.1,localhost"),
    "others in both": ({"NO_PROXY": "a.example", "no_proxy": "b.example"}, "a.example,b.example,127.0.0.1,localhost"),
    "this machine": ({"no_proxy": "localhost,127.0.0.1"}, "localhost,127.0.0.1"),
    "everything": ({"no_proxy": "a.example,*"}, "*"),
}


@pytest.mark.parametrize(("variables", "excepted"), EXCEPTED.values(), ids=EXCEPTED)
def test_environment_excepts_this_machine_besides_others(variables: dict[str, str], excepted: str) -> None:
    """What a proxy is not for stays so."""
    assert without_proxy(variables) == excepted


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
        lambda: idle.token_requests,
        lambda: idle.approve_device("BCDF-GHJK"),
        lambda: idle.deny_device("BCDF-GHJK"),
        idle.revoke_tokens,
        idle.token_outage,
        lambda: idle.mints,
        idle.revoke_keys,
    ):
        with pytest.raises(SandboxError, match="The sandbox is not running: use it in a `with` block"):
            use()


def test_each_sandbox_has_its_own_password() -> None:
    """The user's password and the confidential client's secret are random."""
    one, other = Sandbox(), Sandbox()
    assert one.password != other.password
    assert one.client_secret != other.client_secret


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
        ({"refresh_token_idle_seconds": 0}, "refresh_token_idle_seconds is 0: give a number above 0."),
        ({"refresh_token_lifetime_seconds": -1}, "refresh_token_lifetime_seconds is -1: give a number above 0."),
        ({"device_code_lifetime_seconds": 0.0}, "device_code_lifetime_seconds is 0.0: give a number above 0."),
        ({"device_interval_seconds": 0}, "device_interval_seconds is 0: give a number above 0."),
        ({"credentials_lifetime_seconds": 0}, "credentials_lifetime_seconds is 0: give a whole number, 1 or more."),
        ({"credentials_lifetime_seconds": 1.5}, "credentials_lifetime_seconds is 1.5: give a whole number, 1 or more."),
        ({"bucket_name": "b"}, "bucket_name is 'b': give 3 to 63 lower-case letters, digits and hyphens, "),
        ({"bucket_name": "Up/../x"}, "bucket_name is 'Up/../x': give 3 to 63 lower-case letters"),
        ({"forbidden_paths": ["team-*"]}, "The path holds '*'"),
        ({"generation": 2}, "generation is 2: give 2022 (places in S3) or 2023 (datasets by id)."),
        ({"generation": "2023"}, "generation is '2023': give 2022 (places in S3) or 2023 (datasets by id)."),
        ({"port": -1}, "port is -1: give 0 to 65535, 0 for any that is free."),
        ({"port": 65_536}, "port is 65536: give 0 to 65535, 0 for any that is free."),
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


@pytest.fixture(scope="module")
def steered() -> Iterator[tuple[Sandbox, list[float]]]:
    """A sandbox whose time a test moves: by what it appends."""
    moves = [0.0]
    with Sandbox(refresh_token_idle_seconds=10, clock=lambda: sum(moves), device_interval_seconds=0.01) as running:
        yield running, moves


def test_clock_moves_every_lifetime(steered: tuple[Sandbox, list[float]], log_in: Call, ask: Call, post: Call) -> None:
    """With a clock of its own a sandbox's access and refresh tokens expire when a test wants it."""
    sandbox, moves = steered
    tokens = log_in(sandbox).json()
    moves.append(9)
    assert ask(sandbox, token=tokens["access_token"]).status == 200
    moves.append(1)
    refused = post(sandbox, "/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    moves.append(290)
    assert ask(sandbox, token=tokens["access_token"]).status == 401


def test_all_access_tokens_can_be_revoked_at_once(
    steered: tuple[Sandbox, list[float]], log_in: Call, ask: Call, post: Call
) -> None:
    """After the revocation the registry refuses access tokens, and refresh tokens give new ones."""
    sandbox, _ = steered
    tokens = log_in(sandbox).json()
    sandbox.revoke_tokens()
    assert ask(sandbox, token=tokens["access_token"]).status == 401
    answer = post(sandbox, "/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert ask(sandbox, token=answer.json()["access_token"]).status == 200


def test_rotation_can_be_switched_off(log_in: Call, post: Call) -> None:
    """Without rotation a refresh token is good more than once."""
    with Sandbox(rotate_refresh_tokens=False) as lenient:
        token = log_in(lenient).json()["refresh_token"]
        for _ in range(2):
            assert post(lenient, "/token", grant_type="refresh_token", refresh_token=token).status == 200


def test_token_requests_are_counted_by_grant(steered: tuple[Sandbox, list[float]], log_in: Call, post: Call) -> None:
    """Every request with a known grant type counts, whatever it is answered; what is given out is a copy."""
    sandbox, _ = steered
    before = sandbox.token_requests
    log_in(sandbox)
    log_in(sandbox, password="wrong")
    log_in(sandbox, grant_type="client_credentials")
    post(sandbox, "/token", grant_type="refresh_token")
    with sandbox.token_outage():
        log_in(sandbox)
    before.update(password=3, refresh_token=1)
    assert sandbox.token_requests == before
    assert sandbox.token_requests is not sandbox.token_requests
    assert sandbox.token_requests["urn:ietf:params:oauth:grant-type:device_code"] == 0


def test_outage_ends_with_its_block(steered: tuple[Sandbox, list[float]], log_in: Call, ask: Call) -> None:
    """During an outage, also within another one, there are no tokens; the registry goes on taking those there are."""
    sandbox, _ = steered
    token = log_in(sandbox).json()["access_token"]
    with sandbox.token_outage():
        with sandbox.token_outage():
            assert log_in(sandbox).status == 503
        answer = log_in(sandbox)
        assert answer.status == 503
        assert answer.json()["error"] == "temporarily_unavailable"
        assert answer.headers["Cache-Control"] == "no-store"
        assert ask(sandbox, token=token).status == 200
    assert log_in(sandbox).status == 200


def test_error_in_an_outage_ends_it(steered: tuple[Sandbox, list[float]], log_in: Call) -> None:
    """An outage is over even if its block fails."""
    sandbox, _ = steered
    with pytest.raises(KeyError), sandbox.token_outage():
        raise KeyError
    assert log_in(sandbox).status == 200


@pytest.mark.parametrize(("decision", "outcome"), [("approve_device", 200), ("deny_device", 400)])
def test_device_is_decided_from_a_script(
    steered: tuple[Sandbox, list[float]], post: Call, decision: str, outcome: int
) -> None:
    """A script can press the buttons of the page; a code that waits no more is a ValueError."""
    sandbox, _ = steered
    device = post(sandbox, "/auth/device", client_id="client-tools").json()
    assert device["interval"] == 0.01
    getattr(sandbox, decision)(device["user_code"])
    answer = post(
        sandbox,
        "/token",
        grant_type="urn:ietf:params:oauth:grant-type:device_code",
        client_id="client-tools",
        device_code=device["device_code"],
    )
    assert answer.status == outcome
    with pytest.raises(ValueError, match="No device waits for this code"):
        getattr(sandbox, decision)(device["user_code"])


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
    with pytest.raises(ImportError, match=r'^uvicorn is not installed: pip install "uvicorn>='):
        runpy.run_path(str(openapi_client.sandbox.__file__))


def test_missing_module_of_ours_is_not_blamed_on_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation of this package stays the error it is."""
    monkeypatch.setitem(sys.modules, "openapi_client.sandbox.sandbox", None)
    with pytest.raises(ModuleNotFoundError, match=r"openapi_client\.sandbox\.sandbox"):
        runpy.run_path(str(openapi_client.sandbox.__file__))


def test_registry_is_at_the_port_that_is_named() -> None:
    """A port that another program has is an error at once, which says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SandboxError, match=f"^Port {port} of 127.0.0.1 cannot be used: .*Choose another"):
            Sandbox(port=port).start()
    with Sandbox(port=port) as sandbox:
        assert sandbox.host == f"http://127.0.0.1:{port}"
