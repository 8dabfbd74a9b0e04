"""Files that are nobody else's: folders closed, files replaced whole, and what cannot be trusted refused."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_IMODE, S_ISDIR

import pytest

from openapi_client import ApiValueError
from openapi_client._masking import SecretBytes
from openapi_client._private_files import (
    private_folder,
    read_private,
    remove_private,
    write_private,
)

OLD, NEW = SecretBytes(b"old"), SecretBytes(b"new")
WAIT_SECONDS = 60.0


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    """Sets the umask, until the end of the test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is not there, in a private folder."""
    return tmp_path / "folder" / "file"


@pytest.fixture
def other_user(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes this process another user's, as far as owners of files go."""
    return lambda: monkeypatch.setattr(os, "geteuid", lambda: 54321)


def mode_of(path: Path) -> int:
    """The permissions of a file or folder."""
    return S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("mask", [0, 0o777])
def test_folder_is_made_private(tmp_path: Path, umask: Callable[[int], int], mask: int) -> None:
    """It and what is missing above it, whatever the umask; again is no error."""
    umask(mask)
    folder = tmp_path / "a" / "b"
    for _ in range(2):
        private_folder(folder)
    assert (mode_of(folder), mode_of(folder.parent)) == (0o700, 0o700)


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701, 0o777])
def test_folder_that_admits_others_is_closed(tmp_path: Path, mode: int) -> None:
    """Whoever made it."""
    tmp_path.chmod(mode)
    private_folder(tmp_path)
    assert mode_of(tmp_path) == 0o700


def test_folder_that_is_read_only_stays_so(tmp_path: Path) -> None:
    """What the user took away is not given back."""
    tmp_path.chmod(0o500)
    private_folder(tmp_path)
    assert mode_of(tmp_path) == 0o500
    tmp_path.chmod(0o700)


def test_folder_shared_on_purpose_is_refused(tmp_path: Path) -> None:
    """A folder like /tmp stays what it is, lest other programs end."""
    tmp_path.chmod(0o1777)
    with pytest.raises(ApiValueError, match="shared by several users"):
        private_folder(tmp_path)
    assert mode_of(tmp_path) == 0o1777


def test_folder_of_another_user_is_refused(tmp_path: Path, other_user: Callable[[], None]) -> None:
    """As after a program that ran as root; the error says whose it is."""
    other_user()
    with pytest.raises(ApiValueError, match=rf"belongs to another user \(number {os.getuid()}\)"):
        private_folder(tmp_path)


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """Neither a file nor a link to a folder will do."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(ApiValueError, match=f"{name} is to hold secrets, yet is no folder"):
            private_folder(tmp_path / name)


def test_folder_that_cannot_be_closed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems, as those of cameras, know no modes and say nothing."""
    tmp_path.chmod(0o777)
    monkeypatch.setattr(os, "chmod", lambda *_, **__: None)
    with pytest.raises(ApiValueError, match="cannot be kept from other users"):
        private_folder(tmp_path)


@pytest.mark.parametrize("mask", [0, 0o777])
def test_file_is_private_and_whole(file: Path, umask: Callable[[int], int], mask: int) -> None:
    """It is 0600 whatever the umask and whatever was there, and nothing else is left beside it."""
    umask(mask)
    write_private(file, OLD)
    file.chmod(0o666)
    write_private(file, NEW)
    assert read_private(file, 3) == NEW
    assert repr(read_private(file, 3)) == "'***'"
    assert mode_of(file) == 0o600
    assert [*file.parent.iterdir()] == [file]


def test_file_that_is_none_reads_as_none(file: Path) -> None:
    """Neither a missing folder, a missing file, a larger one, a folder, a link, a named pipe nor a socket is read."""
    folder = file.parent
    assert read_private(file, 9) is None
    write_private(file, NEW)
    assert read_private(file, 2) is None
    assert read_private(folder / "missing", 9) is None
    assert read_private(folder, 9) is None
    (folder / "link").symlink_to(file)
    assert read_private(folder / "link", 9) is None
    os.mkfifo(folder / "pipe")
    assert read_private(folder / "pipe", 9) is None
    with socket.socket(socket.AF_UNIX) as listener:
        # A socket's path must be short.
        listener.bind(os.path.relpath(folder / "socket"))
    assert read_private(folder / "socket", 9) is None


def test_file_of_another_user_is_refused(file: Path, other_user: Callable[[], None]) -> None:
    """Whatever it holds."""
    write_private(file, NEW)
    other_user()
    with pytest.raises(ApiValueError, match="file belongs to another user"):
        read_private(file, 9)


def test_file_in_a_file_is_an_error(file: Path) -> None:
    """What else the system says stays an OSError."""
    write_private(file, NEW)
    with pytest.raises(NotADirectoryError):
        read_private(file / "file", 9)


def test_link_is_replaced_and_not_followed(file: Path) -> None:
    """Where it led, nothing changes."""
    write_private(file, OLD)
    link = file.with_name("link")
    link.symlink_to(file)
    write_private(link, NEW)
    assert (read_private(file, 9), read_private(link, 9)) == (OLD, NEW)


def test_removed_file_is_gone(file: Path) -> None:
    """Removing it again, or what never was, is no error."""
    write_private(file, NEW)
    for _ in range(2):
        remove_private(file)
    assert [*file.parent.iterdir()] == []
    remove_private(file.parent / "missing" / "file")


def test_full_disk_leaves_what_was_there(file: Path) -> None:
    """The error is the system's, and no half of a file stays."""
    write_private(file, OLD)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            write_private(file, SecretBytes(b"secret" * 1000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "secret" not in repr(caught.value)
    assert read_private(file, 9) == OLD
    assert [*file.parent.iterdir()] == [file]


def test_folder_in_place_of_the_file_is_an_error(file: Path) -> None:
    """Nothing stays beside it."""
    file.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_private(file, NEW)
    assert [*file.parent.iterdir()] == [file]


READ_ONLY = """
import os, tempfile
from pathlib import Path
from openapi_client._masking import SecretBytes
from openapi_client._private_files import write_private
from openapi_client._private_locks import locked
if not os.geteuid():
    os.setuid(65534)  # root may write everywhere
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    os.chmod(folder, 0o500)
    for action in (lambda: write_private(folder / "file", SecretBytes(b"new")), locked(folder / "lock").__enter__):
        try:
            action()
        except PermissionError as error:
            print(error.strerror, os.listdir(folder))
"""


def test_read_only_folder_is_an_error(run_python: Callable[..., str]) -> None:
    """Neither a file nor a lock is made there, and the error is the system's."""
    assert run_python(READ_ONLY) == "Permission denied []\n" * 2


KILLED = """
import os, signal, sys
from pathlib import Path
from openapi_client._masking import SecretBytes
from openapi_client._private_files import write_private
os.replace = os.rename = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
write_private(Path(sys.argv[1]), SecretBytes(b"new"))
"""


def test_leftover_of_a_killed_process_disturbs_nobody_and_goes(file: Path) -> None:
    """It is removed by a later write, once it is older than any write could take; so is nothing else."""
    write_private(file, OLD)
    ended = subprocess.run([sys.executable, "-c", KILLED, file], check=False, timeout=WAIT_SECONDS)  # noqa: S603 - the test's own
    assert ended.returncode == -signal.SIGKILL
    (leftover,) = file.parent.glob(".*")
    assert mode_of(leftover) == 0o600
    assert read_private(file, 9) == OLD
    write_private(file, NEW)
    assert leftover.exists()
    others = [file.with_name(".other.tmp"), file.with_name("other")]
    for path in (leftover, *others):
        path.touch()
        os.utime(path, (0, time.time() - 3700))
    # One that cannot be removed, as one that another process removes first.
    (file.parent / ".openapi-client-0123456789abcdef.tmp").mkdir()
    os.utime(file.parent / ".openapi-client-0123456789abcdef.tmp", (0, 0))
    write_private(file, NEW)
    assert not leftover.exists()
    assert all(path.exists() for path in others)


def test_file_is_replaced_where_its_folder_cannot_be_flushed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every file system can; the file itself always is."""
    flush = os.fsync

    def flush_files(descriptor: int) -> None:
        if S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError("folders cannot be flushed here")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", flush_files)
    write_private(file, NEW)
    assert read_private(file, 9) == NEW
