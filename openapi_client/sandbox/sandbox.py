"""The sandbox: starts the store, the proxy and the registry, in this order, and stops them in the other."""

import atexit
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.clients import known_clients, new_client_secret
from openapi_client.sandbox.errors import SandboxError
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.policy import normal_path
from openapi_client.sandbox.proxy import running_proxy
from openapi_client.sandbox.registry import Places, build_registry
from openapi_client.sandbox.server import address_of, listening_socket, running_server
from openapi_client.sandbox.store import running_store
from openapi_client.sandbox.store_client import REGION, StoreClient, store_client
from openapi_client.sandbox.user import User


@dataclass(frozen=True)
class _Running:
    parts: ExitStack
    host: str
    authorization: AuthorizationServer
    proxy_port: int
    store: StoreClient


class Sandbox:
    """A registry and the S3 store that it gives access to, on this machine, for as long as the context lasts.

    Both are real: the registry is a web server that takes log-ins and answers the two documented operations, the store
    checks signatures, holds every session to its policy and refuses expired ones. Both listen on 127.0.0.1 alone, on
    free ports. What is stored is gone when the sandbox stops. Whoever has an account on this machine can reach the
    store's inner servers, so put nothing confidential into it.

    Args:
        token_lifetime_seconds: How long an access token is good.
        refresh_token_idle_seconds: How long a refresh token is good unless it is used. Offline tokens: 30 days.
        refresh_token_lifetime_seconds: How long after a log-in its refresh tokens end, however often they are used.
            Offline tokens have no such end.
        device_code_lifetime_seconds: How long a device code waits to be approved.
        device_interval_seconds: How long a device must wait before it asks again.
        rotate_refresh_tokens: Whether a refresh token is good once, and its second use ends all tokens of its log-in.
        clock: The time for all of these: seconds on a clock that never goes back.
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
        refresh_token_idle_seconds: float = 1800,
        refresh_token_lifetime_seconds: float = 36_000,
        device_code_lifetime_seconds: float = 600,
        device_interval_seconds: float = 5,
        rotate_refresh_tokens: bool = True,
        clock: Callable[[], float] = time.monotonic,
        credentials_lifetime_seconds: int = 28_800,
        bucket_name: str = "sandbox-data",
        username: str = "sandbox-user",
        forbidden_paths: Iterable[str] = (),
    ) -> None:
        self._lifetimes = Lifetimes(
            token_lifetime_seconds=token_lifetime_seconds,
            refresh_token_idle_seconds=refresh_token_idle_seconds,
            refresh_token_lifetime_seconds=refresh_token_lifetime_seconds,
            device_code_lifetime_seconds=device_code_lifetime_seconds,
            device_interval_seconds=device_interval_seconds,
        )
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
        self._rotate_refresh_tokens = rotate_refresh_tokens
        self._clock = clock
        self._credentials_lifetime_seconds = int(credentials_lifetime_seconds)
        self._bucket_name = bucket_name
        self._forbidden_paths = [normal_path(path) for path in forbidden_paths]
        self._user = User(username, secrets.token_urlsafe(18))
        self._client_secret = new_client_secret()
        self._running: _Running | None = None

    def __repr__(self) -> str:
        state = f"host={self.host!r}" if self._running else "not running"
        return f"<Sandbox {state}>"

    @property
    def host(self) -> str:
        """The registry, such as `http://127.0.0.1:40123`; also the issuer of its tokens.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return self._get_running().host

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
        return self._user.name

    @property
    def password(self) -> str:
        """The user's password: random, another one for each sandbox."""
        return self._user.password

    @property
    def client_secret(self) -> str:
        """What the client `confidential` proves itself with: random, and with characters that must be encoded."""
        return self._client_secret

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

    @property
    def token_requests(self) -> Counter[str]:
        """How many requests of each grant type the token endpoint has had since the start, whatever it answered.

        A copy. Its keys are `password`, `refresh_token` and `urn:ietf:params:oauth:grant-type:device_code`.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return self._get_running().authorization.token_requests()

    def approve_device(self, user_code: str) -> None:
        """Let the device that shows this code have tokens, as the button on the page does.

        Args:
            user_code: The code; case, spaces and hyphens make no difference.

        Raises:
            SandboxError: The sandbox is not running.
            ValueError: No device waits for this code.
        """
        self._get_running().authorization.decide(user_code, approved=True)

    def deny_device(self, user_code: str) -> None:
        """Refuse tokens to the device that shows this code, as the button on the page does.

        Args:
            user_code: The code; case, spaces and hyphens make no difference.

        Raises:
            SandboxError: The sandbox is not running.
            ValueError: No device waits for this code.
        """
        self._get_running().authorization.decide(user_code, approved=False)

    def revoke_tokens(self) -> None:
        """End every access token that was given out so far; refresh tokens stay good.

        Raises:
            SandboxError: The sandbox is not running.
        """
        self._get_running().authorization.revoke_access_tokens()

    def token_outage(self) -> AbstractContextManager[None]:
        """An outage of the token endpoint for as long as the context lasts: it answers 503.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return self._get_running().authorization.token_outage()

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
            listener = parts.enter_context(listening_socket())
            host = address_of(listener)
            authorization = AuthorizationServer(
                host,
                self._user,
                known_clients(self._client_secret),
                self._lifetimes,
                rotate_refresh_tokens=self._rotate_refresh_tokens,
                clock=self._clock,
            )
            registry = build_registry(authorization, Places(client, self._bucket_name, self._forbidden_paths))
            parts.enter_context(running_server(registry, listener))
            self._running = _Running(parts.pop_all(), host, authorization, proxy_port, client)
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
