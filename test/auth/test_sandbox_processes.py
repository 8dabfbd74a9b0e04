"""Programs that share a store, and one that has the sandbox's environment, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import urllib3

from openapi_client.auth import FileTokenStore, PasswordTokenSource, RefreshTokenSource
from openapi_client.sandbox import Sandbox

WORKER = """
import json, sys, time
from openapi_client import ApiClient, Configuration, RegistryCredentialsApi, auth

kind, secrets, host, bucket, folder = json.loads(sys.stdin.readline())
store = auth.FileTokenStore(folder)
source = getattr(auth, kind)(*secrets, issuer=host, client_id="sandbox", store=store)
place = {"bucket_name": bucket, "path": "team", "s3_uri": f"s3://{bucket}/team"}
seen = set()
with ApiClient(Configuration(host, access_token=source)) as client:
    api = RegistryCredentialsApi(client)
    while len(seen) < 5:
        answer = api.generate_read_access_credentials({"s3_location": place, "console_session_required": False})
        assert answer.status.success
        seen.add(source())
        time.sleep(0.02)
print(len(seen))
"""


def told_to(stack: ExitStack, told: str) -> "subprocess.Popen[str]":
    """A worker that has been told what it is to do, by a pipe: whoever lists processes sees their arguments."""
    command = [sys.executable, "-W", "error", "-c", WORKER]
    pipe = subprocess.PIPE
    process = stack.enter_context(
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)  # noqa: S603 - this interpreter
    )
    assert process.stdin
    process.stdin.write(f"{told}\n")
    process.stdin.flush()
    return process


def offline_token(sandbox: Sandbox) -> str:
    """The refresh token of a login, which lives on without one."""
    form = {"grant_type": "password", "username": sandbox.username, "password": sandbox.password}
    with urllib3.PoolManager() as pools:
        fields = {**form, "scope": "roles offline_access"}
        return str(
            pools.request("POST", f"{sandbox.host}/token", fields=fields, encode_multipart=False).json()[
                "refresh_token"
            ]
        )


@pytest.mark.parametrize("kind", [PasswordTokenSource, RefreshTokenSource], ids=lambda kind: kind.__name__)
def test_8_processes_with_one_store_stay_logged_in(tmp_path: Path, kind: Callable[..., Any]) -> None:
    """They share one login, whose refresh token changes with each use, through the renewals of several tokens."""
    folder = tmp_path / "tokens"
    # Stated as 1 s, to the whole second: a slow machine has almost another one.
    with Sandbox(token_lifetime_seconds=1.9) as sandbox:
        given = (sandbox.username, sandbox.password) if kind is PasswordTokenSource else (offline_token(sandbox),)
        with ExitStack() as stack:
            told = json.dumps([kind.__name__, given, sandbox.host, sandbox.bucket_name, str(folder)])
            processes = [told_to(stack, told) for _ in range(8)]
            ended = [process.communicate(timeout=60) for process in processes]
        assert ended == [("5\n", "")] * 8
        assert sandbox.token_requests["refresh_token"] >= 4
        # The family lives: its newest refresh token is good, and is all that a ninth needs.
        ninth = kind(*given, issuer=sandbox.host, client_id="sandbox", store=FileTokenStore(folder))
        assert ninth.renew(ninth())
        assert sandbox.token_requests["password"] == 1


def test_environment_of_the_sandbox_logs_a_new_process_in(
    sandbox: Sandbox, run_python: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it prints is all that a program needs, which names neither host nor password."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    before = sandbox.token_requests
    script = """
import sys
from openapi_client import ApiClient, Configuration, RegistryCredentialsApi
configuration = Configuration.from_environment()
place = {"bucket_name": sys.argv[1], "path": "team", "s3_uri": "s3://"}
with ApiClient(configuration) as client:
    print(RegistryCredentialsApi(client).generate_write_access_credentials(
        {"s3_location": place, "console_session_required": False}), configuration)
"""
    printed = run_python(script, sandbox.bucket_name)
    assert "'success': True" in printed
    assert sandbox.password not in printed
    assert sandbox.token_requests - before == {"password": 1}
