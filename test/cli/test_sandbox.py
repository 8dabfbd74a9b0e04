"""The command `sandbox`: what it prints, and that it ends when told to."""

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3

from openapi_client.cli.sandbox import run_sandbox


@pytest.mark.parametrize("told_by", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_sandbox_runs_until_told_to_stop(told_by: signal.Signals) -> None:
    """It prints the host, a login and the environment, serves them, and ends with status 0 when told to."""
    command = [sys.executable, "-m", "openapi_client", "sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this interpreter
        assert process.stdout is not None
        head = ""
        while "Ctrl-C" not in head:
            line = process.stdout.readline()
            assert line, head
            head += line
        environment = dict(re.findall(r"^  export (\w+)=(.*)$", head, re.MULTILINE))
        host = environment["OPENAPI_CLIENT_HOST"]
        form = {
            "grant_type": "password",
            "username": environment["OPENAPI_CLIENT_USERNAME"],
            "password": environment["OPENAPI_CLIENT_PASSWORD"],
        }
        with urllib3.PoolManager() as pools:
            assert pools.request("POST", f"{host}/token", fields=form, encode_multipart=False).status == 200
            process.send_signal(told_by)
            assert "nothing is left behind" in process.communicate(timeout=30)[0]
            assert process.returncode == 0
            with pytest.raises(urllib3.exceptions.HTTPError):
                pools.request("GET", host, retries=False, timeout=5)


def test_sandbox_stops_in_this_process_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Run as a function it ends on the signal as well, and gives the signal's handler back."""
    before = signal.getsignal(signal.SIGTERM)
    # The signal arrives at a time when the sandbox is starting or running: both must end well.
    timer = threading.Timer(3, signal.raise_signal, [signal.SIGTERM])
    timer.start()
    assert run_sandbox(300, 900) == 0
    timer.join()
    assert signal.getsignal(signal.SIGTERM) is before
    assert "The registry is at http://127.0.0.1:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"token_lifetime_seconds": -1}, "token_lifetime_seconds is -1"),
        ({"port": 70_000}, "port is 70000"),
        ({"load": "no-such-folder"}, "--load is no-such-folder: there is no such folder."),
        ({"load": ""}, "--load is empty: there is no such folder."),
        ({"load": "~nosuchuser/data"}, "--load is '~nosuchuser/data', and the home folder"),
    ],
    ids=["lifetime", "port", "folder", "empty folder", "home"],
)
def test_sandbox_that_cannot_work_is_an_error(
    capsys: pytest.CaptureFixture[str], options: dict[str, Any], words: str
) -> None:
    """Settings that cannot work are said in words, with status 1."""
    assert run_sandbox(**{"token_lifetime_seconds": 300, "credentials_lifetime_seconds": 900, **options}) == 1
    assert words in capsys.readouterr().err


IN_A_SHELL = """
eval "$({python} -m openapi_client sandbox --print-env --generation 2023 --load {folder} 2> {told} &)"
{python} -c '
from openapi_client.aws import CredentialSource
from openapi_client.aws.boto3 import client
source = CredentialSource("hdl:10378.1/1234567")
place = source.location
body = client(source).get_object(Bucket=place.bucket_name, Key=place.path + "/a folder/a file")["Body"].read()
print(place.path, body.decode())
'
kill "$OPENAPI_CLIENT_SANDBOX_PID"
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such shell")
def test_shell_evaluates_the_environment(tmp_path: Path, until: Callable[..., None]) -> None:
    """The shell goes on while the sandbox runs, which serves what was loaded, until the shell ends it."""
    file = tmp_path / "data" / "a folder" / "a file"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"hello")
    told = tmp_path / "told"
    script = IN_A_SHELL.format(
        python=shlex.quote(sys.executable), folder=shlex.quote(str(tmp_path / "data")), told=shlex.quote(str(told))
    )
    ended = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - the test's own
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "datasets/10378-1-1234567 hello\n", "")
    until(lambda: told.read_text().endswith("Stopped; nothing is left behind.\n"))
    words = told.read_text()
    assert "Objects loaded from" in words
    assert "Its dataset is hdl:10378.1/1234567, whose files are at s3://sandbox-data/datasets/" in words
    assert 'kill "$OPENAPI_CLIENT_SANDBOX_PID" stops both' in words


def test_environment_alone_is_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else that the command says goes to the standard error, and the standard output is closed to it."""
    (tmp_path / "object").write_bytes(b"hello")
    timer = threading.Timer(3, signal.raise_signal, [signal.SIGTERM])
    timer.start()
    # As in a background job of a shell, which Ctrl-C does not reach.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with (tmp_path / "out").open("w", encoding="utf-8") as out:
            monkeypatch.setattr(sys, "stdout", out)
            assert run_sandbox(300, 900, load=str(tmp_path), print_env=True) == 0
            out.write("which nobody reads")
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    timer.join()
    lines = (tmp_path / "out").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"export [A-Za-z0-9_]+=[\w:/.,-]+", line) for line in lines)
    assert f"export OPENAPI_CLIENT_SANDBOX_PID={os.getpid()}" in lines
    told = capsys.readouterr().err
    assert "Objects loaded" in told
    assert "client-tools" in told
