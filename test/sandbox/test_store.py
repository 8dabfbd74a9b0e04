"""The SeaweedFS process: what it keeps private, and what happens when it does not come up."""

import contextlib
import socket
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openapi_client.sandbox import SandboxError, store_settings
from openapi_client.sandbox.ports import PAIR_OFFSET, free_ports
from openapi_client.sandbox.store import Store, running_store
from openapi_client.sandbox.store_client import store_client

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with running_store(bucket_name="sandbox-data", credentials_lifetime_seconds=60) as running:
        yield running


def processes_that_name(text: str) -> dict[int, list[str]]:
    """The command lines of the processes with this text in them, by process id."""
    found: dict[int, list[str]] = {}
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended since
            arguments = file.read_text().split("\0")
            if text in " ".join(arguments):
                found[int(file.parent.name)] = arguments
    return found


def addresses_that_listen(process: int) -> list[str]:
    """The addresses, in the kernel's hexadecimal, of the TCP sockets that a process listens on."""
    own = {file.readlink().name for file in Path(f"/proc/{process}/fd").iterdir() if file.is_symlink()}
    return [
        fields[1].split(":")[0]
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in own
    ]


def test_folder_is_private(store: Store) -> None:
    """Nobody but the owner may look into the folder, and the files with keys are theirs alone as well."""
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    for name in ("s3.json", "iam.json"):
        assert stat.S_IMODE((store.folder / name).stat().st_mode) == 0o600


def test_representation_shows_no_secret(store: Store) -> None:
    """The secret key is not in the representation of a store."""
    assert store.keys.secret_access_key not in repr(store)


@on_linux
def test_arguments_and_environment_hold_no_secret(store: Store) -> None:
    """What other users of the machine can see of the processes tells no key."""
    processes = processes_that_name(str(store.folder))
    assert len(processes) == 2
    for process, arguments in processes.items():
        environment = Path(f"/proc/{process}/environ").read_text()
        for secret in (store.keys.access_key_id, store.keys.secret_access_key):
            assert secret not in " ".join(arguments)
            assert secret not in environment


def test_environment_drops_the_users_settings(tmp_path: Path) -> None:
    """A user's AWS keys, SeaweedFS settings and proxies do not reach the store; other settings do."""
    proxies = dict.fromkeys(("HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY"), "http://127.0.0.1:9")
    given = {"AWS_ACCESS_KEY_ID": "a", "S3_BUCKET": "b", "WEED_X": "c", "HOME": "d", "LD_LIBRARY_PATH": "e", **proxies}
    environment = store_settings.environment(given, tmp_path)
    assert environment["LD_LIBRARY_PATH"] == "e"
    assert environment["HOME"] == environment["TMPDIR"] == str(tmp_path)
    assert not environment.keys() & {"AWS_ACCESS_KEY_ID", "S3_BUCKET", "WEED_X", *proxies}


@on_linux
def test_listens_on_loopback_alone(store: Store) -> None:
    """Every socket that the store listens on is bound to 127.0.0.1."""
    processes = processes_that_name(str(store.folder))
    (process,) = (process for process, command in processes.items() if Path(command[0]).stem == "weed")
    count = 2 * len(store_settings.PARTS)
    # The store is up before the last of its inner servers is. No loop, whose body might have nothing to do.
    waits = map(lambda _: len(addresses_that_listen(process)) >= count or threading.Event().wait(0.05), range(400))  # noqa: C417 - it ends at the first
    assert any(waits)
    addresses = addresses_that_listen(process)
    assert len(addresses) == count
    assert set(addresses) == {"0100007F"}


def test_taken_port_is_tried_elsewhere() -> None:
    """If another process has taken a port in between, the store comes up on other ones."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        choices = iter([[taken.getsockname()[1], *free_ports(4)], free_ports(5)])
        with (
            running_store(
                bucket_name="sandbox-data", credentials_lifetime_seconds=60, choose_ports=lambda _: next(choices)
            ) as store,
            store_client(store.port, store.keys) as client,
        ):
            client.put_object("sandbox-data", "k", b"")
    assert next(choices, None) is None


def test_store_that_ends_tells_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no attempt succeeds, the error holds the end of the log; no folder stays behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = [taken.getsockname()[1], *free_ports(4)]
        store = running_store(bucket_name="sandbox-data", credentials_lifetime_seconds=60, choose_ports=lambda _: ports)
        with pytest.raises(SandboxError, match=r"ended while starting[\s\S]*not available on 127\.0\.0\.1"):
            store.__enter__()
    assert list(tmp_path.iterdir()) == []


def test_store_that_is_slow_is_given_up() -> None:
    """If the store is not up in time, it is stopped and the error says so."""
    store = running_store(bucket_name="sandbox-data", credentials_lifetime_seconds=60, start_timeout_seconds=0)
    with pytest.raises(SandboxError, match="did not come up in time"):
        store.__enter__()


def test_nothing_stays_behind() -> None:
    """After the end there are no process, folder, socket file or thread of the store."""
    threads = set(threading.enumerate())
    ports = free_ports(len(store_settings.PARTS))
    with running_store(
        bucket_name="sandbox-data", credentials_lifetime_seconds=60, choose_ports=lambda _: ports
    ) as store:
        sockets = store_settings.socket_files(ports)
        assert any(file.exists() for file in sockets)
    assert not store.folder.exists()
    assert not any(file.exists() for file in sockets)
    assert not processes_that_name(str(store.folder))
    assert set(threading.enumerate()) <= threads
    for port in ports:
        for taken in (port, port + PAIR_OFFSET):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", taken))
