"""The S3 store: a SeaweedFS process that comes up with one bucket and goes without a trace."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from openapi_client.sandbox import guard, store_settings
from openapi_client.sandbox.errors import SandboxError
from openapi_client.sandbox.keys import AdminKeys
from openapi_client.sandbox.ports import free_ports
from openapi_client.sandbox.store_client import store_client
from openapi_client.sandbox.weed import weed_program

_ATTEMPTS: Final = 3
_POLL_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 5
_LOG_LINES: Final = 10


class _EndedEarlyError(SandboxError):
    """The process ended before it was up, as it does when another one has taken a port in the meantime."""


@dataclass(frozen=True)
class Store:
    """A store that is up."""

    port: int
    """Where it answers S3 and STS, on 127.0.0.1."""
    keys: AdminKeys
    """What opens all of it."""
    folder: Path = field(repr=False)
    """Where its files are, readable by their owner alone."""


@contextmanager
def running_store(
    *,
    bucket_name: str,
    credentials_lifetime_seconds: int,
    start_timeout_seconds: float = 60,
    choose_ports: Callable[[int], list[int]] = free_ports,
) -> Generator[Store]:
    """A store for as long as the context lasts.

    Args:
        bucket_name: The bucket to create.
        credentials_lifetime_seconds: How long the credentials live that its STS mints.
        start_timeout_seconds: How long it may take to come up.
        choose_ports: Finds that many free ports.

    Raises:
        SandboxError: It does not come up; the message ends with what it logged last.
    """

    def start() -> AbstractContextManager[Store]:
        return _started(bucket_name, credentials_lifetime_seconds, start_timeout_seconds, choose_ports)

    with ExitStack() as parts:
        yield _first_to_come_up(start, parts)


def _first_to_come_up(start: Callable[[], AbstractContextManager[Store]], parts: ExitStack) -> Store:
    for _ in range(_ATTEMPTS - 1):
        with suppress(_EndedEarlyError):
            return parts.enter_context(start())
    return parts.enter_context(start())


@contextmanager
def _started(
    bucket_name: str,
    credentials_lifetime_seconds: int,
    start_timeout_seconds: float,
    choose_ports: Callable[[int], list[int]],
) -> Generator[Store]:
    deadline = time.monotonic() + start_timeout_seconds
    with ExitStack() as parts:
        # A short name: the path of a socket file in it may have no more than 104 bytes on macOS.
        folder = Path(tempfile.mkdtemp(prefix="sandbox-"))
        parts.callback(shutil.rmtree, folder, ignore_errors=True)
        ports = choose_ports(len(store_settings.PARTS))
        store = Store(port=ports[store_settings.PARTS.index("s3")], keys=AdminKeys(), folder=folder)
        store_settings.write_files(folder, store.keys, credentials_lifetime_seconds)
        leftovers = [folder, *store_settings.socket_files(ports)]
        with _log(folder).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - this interpreter and the wheel's own program
                [
                    *(sys.executable, "-I", "-S", guard.__file__, *map(str, leftovers), "--"),
                    *store_settings.command(weed_program(), folder, ports),
                ],
                env=store_settings.environment(os.environ, folder),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal is for this process, which then ends the store
            )
        # A byte as well as the end of the pipe: a forked child of this process may hold the pipe open.
        parts.callback(process.communicate, b"\n", timeout=_STOP_SECONDS)
        _wait_until_up(store, process, bucket_name, deadline)
        yield store


def _wait_until_up(store: Store, process: subprocess.Popen[bytes], bucket_name: str, deadline: float) -> None:
    """Return when the store has made the bucket: then it is up, and it is ours, for no other one knows the keys."""
    with store_client(store.port, store.keys) as client:
        while True:
            try:
                client.create_bucket(bucket_name)
            except SandboxError as error:
                if process.poll() is not None:
                    raise _EndedEarlyError(f"The S3 store ended while starting. {_last_words(store)}") from error
                if time.monotonic() >= deadline:
                    raise SandboxError(f"The S3 store did not come up in time. {_last_words(store)}") from error
                time.sleep(_POLL_SECONDS)
            else:
                return


def _log(folder: Path) -> Path:
    return folder / "log"


def _last_words(store: Store) -> str:
    lines = _log(store.folder).read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(["It logged last:", *lines[-_LOG_LINES:]])
