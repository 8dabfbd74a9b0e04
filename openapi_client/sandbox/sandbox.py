"""The sandbox: starts the store, the proxy and the registry, in this order, and stops them in the other."""

import atexit
import math
import re
import secrets
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from openapi_client.sandbox.errors import SandboxError
from openapi_client.sandbox.login import Login
from openapi_client.sandbox.policy import normal_path
from openapi_client.sandbox.proxy import running_proxy
from openapi_client.sandbox.registry import Places, build_registry
from openapi_client.sandbox.server import running_server
from openapi_client.sandbox.store import running_store
from openapi_client.sandbox.store_client import REGION, StoreClient, store_client
from openapi_client.sandbox.tokens import TokenIssuer


@dataclass(frozen=True)
class _Running:
    parts: ExitStack
    registry_port: int
    proxy_port: int
    store: StoreClient


class Sandbox:
    """A registry and the S3 store that it gives access to, on this machine, for as long as the context lasts.

    Both are real: the registry is a web server that takes log-ins and answers the two documented operations, the store
    checks signatures, holds every session to its policy and refuses expired ones. Both listen on 127.0.0.1 alone, on
    free ports. What is stored is gone when the sandbox stops. Whoever has an account on this machine can reach the
    store's inner servers, so put nothing confidential into it.

    Args:
        token_lifetime_seconds: How long a bearer token is good.
        credentials_lifetime_seconds: How long AWS credentials live; whole seconds.
        bucket_name: The bucket that is made at the start.
        username: Who may log in. The password is random.
        forbidden_paths: Places in the bucket that are not for this user; requests for them and for places below are
            answered with 401.

    Raises:
        ValueError: An argument that cannot work.

    Example:
        ```python
        with Sandbox(credentials_lifetime_seconds=900) as sandbox:
            sandbox.put_object("team-a/hello.txt", b"hello")
            os.environ.update(sandbox.environment())
        ```
    """

    def __init__(
        self,
        *,
        token_lifetime_seconds: float = 300,
        credentials_lifetime_seconds: int = 28_800,
        bucket_name: str = "sandbox-data",
        username: str = "sandbox-user",
        forbidden_paths: Iterable[str] = (),
    ) -> None:
        if not 0 < token_lifetime_seconds < math.inf:
            raise ValueError(f"token_lifetime_seconds is {token_lifetime_seconds!r}: give a number above 0.")
        if credentials_lifetime_seconds < 1 or credentials_lifetime_seconds % 1:
            raise ValueError(
                f"credentials_lifetime_seconds is {credentials_lifetime_seconds!r}: give a whole number, 1 or more."
            )
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", bucket_name):
            raise ValueError(
                f"bucket_name is {bucket_name!r}: give 3 to 63 lower-case letters, digits and hyphens, "
                "with no hyphen at the ends."
            )
        self._token_lifetime_seconds = token_lifetime_seconds
        self._credentials_lifetime_seconds = int(credentials_lifetime_seconds)
        self._bucket_name = bucket_name
        self._forbidden_paths = [normal_path(path) for path in forbidden_paths]
        self._login = Login(username, secrets.token_urlsafe(18))
        self._running: _Running | None = None

    def __repr__(self) -> str:
        state = f"host={self.host!r}" if self._running else "not running"
        return f"<Sandbox {state}>"

    @property
    def host(self) -> str:
        """The registry, such as `http://127.0.0.1:40123`.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return f"http://127.0.0.1:{self._get_running().registry_port}"

    @property
    def s3_endpoint_url(self) -> str:
        """The S3 store, such as `http://127.0.0.1:40124`.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return f"http://127.0.0.1:{self._get_running().proxy_port}"

    @property
    def username(self) -> str:
        """The user who may log in."""
        return self._login.username

    @property
    def password(self) -> str:
        """The user's password: random, another one for each sandbox."""
        return self._login.password

    @property
    def region(self) -> str:
        """The AWS region to sign requests for."""
        return REGION

    @property
    def bucket_name(self) -> str:
        """The bucket, which exists as soon as the sandbox runs."""
        return self._bucket_name

    def environment(self) -> dict[str, str]:
        """The environment variables with which programs use the sandbox; the password is among them.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return {
            "OPENAPI_CLIENT_HOST": self.host,
            "OPENAPI_CLIENT_USERNAME": self.username,
            "OPENAPI_CLIENT_PASSWORD": self.password,
            "AWS_ENDPOINT_URL_S3": self.s3_endpoint_url,
            "AWS_REGION": self.region,
        }

    def put_object(self, key: str, body: bytes) -> None:
        """Write an object with the store's own keys, whatever the user may do.

        Args:
            key: The object's key in the bucket.
            body: What it is to hold.

        Raises:
            SandboxError: The sandbox is not running, or the store refuses.
        """
        self._get_running().store.put_object(self._bucket_name, key, body)

    def start(self) -> None:
        """Start the store, the proxy and the registry; takes a second or two.

        Raises:
            SandboxError: The sandbox runs already, or the store does not come up.
        """
        if self._running:
            raise SandboxError("The sandbox is running already.")
        with ExitStack() as parts:
            store = parts.enter_context(
                running_store(
                    bucket_name=self._bucket_name, credentials_lifetime_seconds=self._credentials_lifetime_seconds
                )
            )
            client = parts.enter_context(store_client(store.port, store.keys))
            proxy_port = parts.enter_context(running_proxy(store.port))
            registry = build_registry(
                self._login,
                TokenIssuer(self._token_lifetime_seconds),
                Places(client, self._bucket_name, self._forbidden_paths),
            )
            registry_port = parts.enter_context(running_server(registry))
            self._running = _Running(parts.pop_all(), registry_port, proxy_port, client)
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop everything and remove what was stored; does nothing if the sandbox is not running."""
        running, self._running = self._running, None
        atexit.unregister(self.stop)
        if running:
            running.parts.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _get_running(self) -> _Running:
        if self._running is None:
            raise SandboxError("The sandbox is not running: use it in a `with` block, or call `start` first.")
        return self._running
