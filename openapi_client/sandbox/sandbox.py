"""The sandbox: a registry and an S3 store in the hands of a program or a test."""

import atexit
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self

from openapi_client._display import also_incomplete
from openapi_client.sandbox.datasets import DATA_ROLES, Datasets, Role
from openapi_client.sandbox.errors import SandboxError
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.parts import Parts, running_parts
from openapi_client.sandbox.policy import normal_path
from openapi_client.sandbox.refusal import RevocationCode
from openapi_client.sandbox.registry_faults import RegistryFaults
from openapi_client.sandbox.server import without_proxy
from openapi_client.sandbox.settings import Generation, Settings
from openapi_client.sandbox.store_client import REGION
from openapi_client.sandbox.user import User


class Sandbox:
    """A registry and the S3 store that it gives access to, on this machine, for as long as the context lasts.

    Both are real: the registry is a web server that takes log-ins and hands out credentials, the store checks
    signatures, holds every session to its policy and refuses expired ones. Both listen on 127.0.0.1 alone, on free
    ports, and answer no request that calls this machine by another name. What is stored is gone when the sandbox stops.
    Every user of this machine can reach the store's inner servers, which ask for no key, so put nothing confidential
    into it.

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
        generation: How the registry is asked for credentials: 2022, the documented one, for places in S3; 2023, the
            one that is deployed since then, for datasets by id. See `add_dataset`.
        port: The registry's port; 0 for any that is free.
        username: Who may log in. The password is random.
        user_may_write: Whether the user has the registry's own role for writing. Without it, requests for write
            credentials are answered with 401 and a challenge, whatever the place.
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
        generation: Generation = 2022,
        port: int = 0,
        username: str = "sandbox-user",
        user_may_write: bool = True,
        forbidden_paths: Iterable[str] = (),
    ) -> None:
        lifetimes = Lifetimes(
            token_lifetime_seconds=token_lifetime_seconds,
            refresh_token_idle_seconds=refresh_token_idle_seconds,
            refresh_token_lifetime_seconds=refresh_token_lifetime_seconds,
            device_code_lifetime_seconds=device_code_lifetime_seconds,
            device_interval_seconds=device_interval_seconds,
        )
        self._settings = Settings(
            lifetimes=lifetimes,
            rotate_refresh_tokens=rotate_refresh_tokens,
            clock=clock,
            credentials_lifetime_seconds=credentials_lifetime_seconds,
            bucket_name=bucket_name,
            forbidden_paths=[normal_path(path) for path in forbidden_paths],
            user=User(username, secrets.token_urlsafe(18)),
            user_may_write=user_may_write,
            generation=generation,
            port=port,
        )
        self._datasets = Datasets()
        self._registry_faults = RegistryFaults()
        self._stack = ExitStack()
        self._running: Parts | None = None

    @also_incomplete
    def __repr__(self) -> str:
        state = f"host={self.host!r}" if self._running else "not running"
        return f"<Sandbox {state}>"

    @property
    def host(self) -> str:
        """The registry, such as `http://127.0.0.1:40123`; also the issuer of its tokens.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return self._parts().host

    @property
    def s3_endpoint_url(self) -> str:
        """The S3 store, such as `http://127.0.0.1:40124`.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return f"http://127.0.0.1:{self._parts().proxy_port}"

    @property
    def username(self) -> str:
        """The user who may log in."""
        return self._settings.user.name

    @property
    def password(self) -> str:
        """The user's password: random, another one for each sandbox."""
        return self._settings.user.password

    @property
    def client_secret(self) -> str:
        """What the client `confidential` proves itself with: random, and with characters that must be encoded."""
        return self._settings.client_secret

    @property
    def region(self) -> str:
        """The AWS region to sign requests for."""
        return REGION

    @property
    def bucket_name(self) -> str:
        """The bucket, which exists as soon as the sandbox runs."""
        return self._settings.bucket_name

    def environment(self) -> dict[str, str]:
        """The environment variables with which programs use the sandbox; the password is among them.

        `NO_PROXY` and `no_proxy`, of which some programs read one and some the other, have programs reach the sandbox
        without a proxy; what these variables except already, they still do.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return {
            "OPENAPI_CLIENT_HOST": self.host,
            "OPENAPI_CLIENT_USERNAME": self.username,
            "OPENAPI_CLIENT_PASSWORD": self.password,
            "AWS_ENDPOINT_URL_S3": self.s3_endpoint_url,
            "AWS_REGION": self.region,
            **dict.fromkeys(("NO_PROXY", "no_proxy"), without_proxy(os.environ)),
        }

    def put_object(self, key: str, body: bytes) -> None:
        """Write an object with the store's own keys, whatever the user may do.

        Args:
            key: The object's key in the bucket.
            body: What it is to hold.

        Raises:
            SandboxError: The sandbox is not running, or the store refuses.
        """
        self._parts().store.put_object(self._settings.bucket_name, key, body)

    def add_dataset(
        self,
        dataset_id: str,
        display_name: str = "",
        *,
        roles: Iterable[Role] = DATA_ROLES,
        locked: bool = False,
        released: bool = False,
    ) -> str:
        """Add a dataset to a registry of the later generation, or change one, whether the sandbox runs or not.

        Args:
            dataset_id: The dataset's handle, such as `10378.1/1234567`.
            display_name: The dataset's title.
            roles: What the user may do: `metadata-read`, `metadata-write`, `dataset-data-read`, `dataset-data-write`,
                `admin`.
            locked: Whether writing is refused until the dataset is added again without it.
            released: Whether the dataset is in review or released, so that writing is refused.

        Returns:
            The prefix of the keys of the dataset's files, such as `datasets/10378-1-1234567/`, for `put_object`.

        Raises:
            SandboxError: If the sandbox is of the documented generation, which knows no datasets.
            ValueError: If the id is not the bare handle of a dataset, or a role is unknown.

        Example:
            ```python
            with Sandbox(generation=2023) as sandbox:
                files = sandbox.add_dataset("10378.1/1234567", "Reef temperatures")
                sandbox.put_object(f"{files}hello.txt", b"hello")
            ```
        """
        if self._settings.generation == 2022:  # noqa: PLR2004 - a year
            raise SandboxError("A registry of 2022 knows no datasets: make a Sandbox(generation=2023).")
        return self._datasets.add(dataset_id, display_name, roles=roles, is_locked=locked, is_released=released).path

    @property
    def lookups(self) -> Counter[str]:
        """How often programs asked the registry for the description of each dataset, by its id; a copy."""
        return self._datasets.lookups()

    @property
    def token_requests(self) -> Counter[str]:
        """How many requests of each grant type the token endpoint has had since the start, whatever it answered.

        A copy. Its keys are `password`, `refresh_token` and `urn:ietf:params:oauth:grant-type:device_code`.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return self._parts().authorization.token_requests()

    def approve_device(self, user_code: str) -> None:
        """Let the device that shows this code have tokens, as the button on the page does.

        Args:
            user_code: The code; case, spaces and hyphens make no difference.

        Raises:
            SandboxError: The sandbox is not running.
            ValueError: No device waits for this code.
        """
        self._parts().authorization.decide(user_code, approved=True)

    def deny_device(self, user_code: str) -> None:
        """Refuse tokens to the device that shows this code, as the button on the page does.

        Args:
            user_code: The code; case, spaces and hyphens make no difference.

        Raises:
            SandboxError: The sandbox is not running.
            ValueError: No device waits for this code.
        """
        self._parts().authorization.decide(user_code, approved=False)

    def revoke_tokens(self) -> None:
        """End every access token that was given out so far; refresh tokens stay good.

        Raises:
            SandboxError: The sandbox is not running.
        """
        self._parts().authorization.revoke_access_tokens()

    def token_outage(self) -> AbstractContextManager[None]:
        """An outage of the token endpoint for as long as the context lasts: it answers 503.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return self._parts().authorization.token_outage()

    @property
    def mints(self) -> Counter[str]:
        """How many credentials the registry has handed out since the start for each access, `read` and `write`.

        A copy. Requests that were refused do not count.

        Raises:
            SandboxError: The sandbox is not running.
        """
        return self._parts().ledger.mints()

    def revoke_keys(self, access_key_id: str | None = None, code: RevocationCode = "ExpiredToken") -> None:
        """Have S3 refuse keys before their time; what it is doing for them at this moment it finishes.

        Args:
            access_key_id: One key; None for all that were handed out so far. Those handed out later are good.
            code: S3's answer, with status 400, or 403 for `AccessDenied`. The answer to a HEAD holds no code.

        Raises:
            SandboxError: The sandbox is not running.
            ValueError: The key was never handed out, or S3 has no such answer.
        """
        self._parts().ledger.revoke(access_key_id, code)

    def registry_outage(self) -> AbstractContextManager[None]:
        """An outage of the credential endpoints for as long as the context lasts: they answer 503."""
        return self._registry_faults.outage()

    @property
    def registry_delay_seconds(self) -> float:
        """How long the credential endpoints wait before they look at a request: 0, until it is set.

        Raises:
            ValueError: What is set is below 0, or has no end.
        """
        return self._registry_faults.delay_seconds

    @registry_delay_seconds.setter
    def registry_delay_seconds(self, seconds: float) -> None:
        self._registry_faults.delay_seconds = seconds

    def start(self) -> None:
        """Start the store, the proxy and the registry; takes a second or two.

        Raises:
            SandboxError: The sandbox runs already, or the store does not come up.
        """
        if self._running:
            raise SandboxError("The sandbox is running already.")
        self._running = self._stack.enter_context(running_parts(self._settings, self._registry_faults, self._datasets))
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop everything and remove what was stored; does nothing if the sandbox is not running."""
        self._running = None
        atexit.unregister(self.stop)
        self._stack.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _parts(self) -> Parts:
        if self._running is None:
            raise SandboxError("The sandbox is not running: use it in a `with` block, or call `start` first.")
        return self._running
