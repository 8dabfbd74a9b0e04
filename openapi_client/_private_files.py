"""Files that are nobody else's: their folder, whole replacement, and a lock that one process or thread has at a time.

Written here, since the core works without extras: what it would use of filelock is these few lines.

On Linux and macOS folders are 0700 and files 0600, and what belongs to another user, or leads elsewhere as a link, is
refused. On Windows modes mean nothing: there, files are as private as the folder that they are in, and the default one,
in the user's profile, admits the user and administrators alone.
"""

import errno
import os
import re
import secrets
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter, FileIO
from itertools import takewhile
from pathlib import Path
from typing import Final, TypeVar

from openapi_client._masking import SecretBytes
from openapi_client.exceptions import ApiValueError

T = TypeVar("T")

LOCK_TIMEOUT_SECONDS: Final = 100.0
"""How long a lock is waited for: longer than a call may take, all attempts included, so that the holder ends first."""

# What opening says of nothing at all, a link, a folder and a socket.
_NO_FILE: Final = (errno.ENOENT, errno.ELOOP, errno.EISDIR, errno.ENXIO)

_POLL_SECONDS: Final = 0.01
_LEFTOVER_SECONDS: Final = 3600.0
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

# Never through a link, never waiting for who else opens a named pipe; bytes as they are on Windows. Python itself opens
# so that no program started from this one inherits the file.
_OPEN: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_opening: Final = threading.Lock()
_lock_files: Final[set[FileIO]] = set()


def private_folder(folder: Path) -> None:
    """Sees to it that a folder is there, is the user's own and admits nobody else.

    Args:
        folder: Its path; what is missing of it is made.

    Raises:
        ApiValueError: It is no folder, belongs to another user or is shared with others on purpose, or its file system
            lets others in whatever is done.
        OSError: It can be neither made nor changed.
    """
    for missing in reversed([*takewhile(lambda path: not os.path.lexists(path), (folder, *folder.parents))]):
        # Another process may be faster.
        with suppress(FileExistsError):
            missing.mkdir(0o700)
            missing.chmod(0o700)  # whatever the umask
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise ApiValueError(f"{folder} is to hold secrets, yet is no folder, or leads to one elsewhere")
    _refuse_others(folder, found)
    if _admits_others(found):
        if found.st_mode & stat.S_ISVTX:
            raise ApiValueError(f"{folder} is shared by several users; name a folder of your own")
        folder.chmod(0o700)
        if _admits_others(folder.lstat()):
            raise ApiValueError(f"{folder} cannot be kept from other users; name a folder on another file system")


def read_private(path: Path, limit_bytes: int) -> SecretBytes | None:
    """What a file holds, or None if there is none, or one that `write_private` cannot have written.

    Args:
        path: The file.
        limit_bytes: The largest size that is read.

    Raises:
        ApiValueError: The file belongs to another user.
        OSError: It cannot be read.
    """
    try:
        with _opened(path, os.O_RDONLY) as file:
            found = os.fstat(file.fileno())
            if stat.S_ISREG(found.st_mode) and found.st_size <= limit_bytes:
                return SecretBytes(file.readall())
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
    return None


def write_private(path: Path, content: SecretBytes) -> None:
    """Replaces a file, whole or not at all, whatever ends the process and whoever reads meanwhile.

    Args:
        path: The file; its folder is seen to.
        content: What it is to hold.

    Raises:
        ApiValueError: The folder cannot be trusted, as of `private_folder`.
        OSError: It cannot be written, as on a full disk; what was there before still is.
    """
    private_folder(path.parent)
    _remove_leftovers(path.parent)
    temporary = path.with_name(f".openapi-client-{secrets.token_hex(8)}.tmp")
    try:
        with BufferedWriter(_opened(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _patiently(lambda: temporary.replace(path))
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _flush_folder(path.parent)


def remove_private(path: Path) -> None:
    """Removes a file, if it is there.

    Raises:
        OSError: It cannot be removed.
    """
    _patiently(lambda: path.unlink(missing_ok=True))


@contextmanager
def locked(path: Path, timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> Iterator[None]:
    """Holds a lock that nobody else has meanwhile, neither another process nor another thread of this one.

    It ends with the block, or with the process, however that ends. A process that is forked meanwhile does not have
    it, and one that is started does not either. Who has it and asks for it again waits in vain. Linux and macOS have it
    as `flock`, Windows as a locked byte; on a network's file system it holds as far as that has such locks.

    Args:
        path: The lock's own file, made where it is missing; its folder is seen to. Only who has the lock may remove it:
            who waits for it notices, and makes another.
        timeout_seconds: How long to wait for it.

    Raises:
        ApiValueError: The file or its folder cannot be trusted, as of `private_folder`.
        TimeoutError: Somebody else had it all the time.
        OSError: The file is a link or cannot be made, or its file system has no locks.
    """
    private_folder(path.parent)
    deadline = time.monotonic() + timeout_seconds
    while True:
        # A fork between the two lines would leave the child a file that it does not know of.
        with _opening:
            file = _opened(path, os.O_RDWR | os.O_CREAT)
            _lock_files.add(file)
        try:
            while not _taken(file):
                if time.monotonic() >= deadline:
                    raise TimeoutError(f"{path} was locked by another program for {timeout_seconds:g} seconds")
                time.sleep(_POLL_SECONDS)
            if _is_at(path, file):
                try:
                    yield
                finally:
                    _give_back(file)
                return
        finally:
            with _opening:
                _lock_files.discard(file)
                file.close()


def _opened(path: Path, flags: int) -> FileIO:
    """The file, if it is this user's own; one that is made is 0600, whatever the umask."""
    descriptor = _patiently(lambda: os.open(path, flags | _OPEN, 0o600))
    try:
        _refuse_others(path, os.fstat(descriptor))
        if sys.platform != "win32" and flags & os.O_CREAT:
            os.fchmod(descriptor, 0o600)
        return FileIO(descriptor, "r" if flags == os.O_RDONLY else "r+")
    except BaseException:
        os.close(descriptor)
        raise


def _refuse_others(path: Path, found: os.stat_result) -> None:
    if sys.platform != "win32" and found.st_uid != os.geteuid():
        raise ApiValueError(
            f"{path} belongs to another user (number {found.st_uid}); name a folder of your own, or give it back"
        )


def _admits_others(found: os.stat_result) -> bool:
    return sys.platform != "win32" and bool(found.st_mode & _OTHERS)


def _is_at(path: Path, file: FileIO) -> bool:
    """Whether others that look for an open file there find it; on Windows nobody can have removed it."""
    with suppress(FileNotFoundError):
        return sys.platform == "win32" or os.path.samestat(path.lstat(), os.fstat(file.fileno()))
    return False


def _patiently(action: Callable[[], T]) -> T:
    """The result of an action that Windows refuses while another process happens to have the same file open."""
    if sys.platform == "win32":  # pragma: no cover - Windows
        for _ in range(100):
            with suppress(PermissionError):
                return action()
            time.sleep(_POLL_SECONDS)
    return action()


def _remove_leftovers(folder: Path) -> None:
    """Removes what processes left that were ended while they wrote; a file of the last hour may be in the making."""
    for path in folder.iterdir():
        if re.fullmatch(r"\.openapi-client-[0-9a-f]{16}\.tmp", path.name):
            # Another process may be faster.
            with suppress(OSError):
                if path.lstat().st_mtime < time.time() - _LEFTOVER_SECONDS:
                    path.unlink()


def _flush_folder(folder: Path) -> None:
    """Makes a replacement last through a power failure; where that cannot be, the file is replaced all the same."""
    if sys.platform != "win32":  # pragma: no branch - Windows
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


if sys.platform == "win32":  # pragma: no cover - Windows
    import msvcrt

    def _taken(file: FileIO) -> bool:
        with suppress(PermissionError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _give_back(file: FileIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _taken(file: FileIO) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _give_back(file: FileIO) -> None:
        # Said outright, since a copy of the file in a process just forked would keep the lock. Such a process has
        # closed its own, and must not give back what is its parent's.
        if not file.closed:
            fcntl.flock(file, fcntl.LOCK_UN)


def _close_in_child() -> None:
    """In a forked process: closes its copies of the lock files, which would keep the locks when the parent is gone."""
    for file in _lock_files:
        file.close()
    _lock_files.clear()


def _after_fork_in_child() -> None:
    _close_in_child()
    _opening.release()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_after_fork_in_child)
