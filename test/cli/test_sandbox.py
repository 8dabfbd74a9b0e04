"""The command `sandbox`: what it prints, and that it ends when told to."""

import re
import signal
import subprocess
import sys
import threading

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


def test_sandbox_that_cannot_work_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Settings that cannot work are said in words, with status 1."""
    assert run_sandbox(-1, 900) == 1
    assert "token_lifetime_seconds" in capsys.readouterr().err
