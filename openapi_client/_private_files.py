"""Files that are nobody else's: their folder, and whole replacement.

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
import time
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from itertools import takewhile
from pathlib import Path
from typing import Final, TypeVar

from openapi_client._masking import SecretBytes
from openapi_client.exceptions import ApiValueError

T = TypeVar("T")

# What opening says of nothing at all, a link, a folder and a socket.
_NO_FILE: Final = (errno.ENOENT, errno.ELOOP, errno.EISDIR, errno.ENXIO)

POLL_SECONDS: Final = 0.01
"""How long to wait before another attempt at what somebody else keeps."""

_LEFTOVER_SECONDS: Final = 3600.0
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

# Never through a link, never waiting for who else opens a named pipe; bytes as they are on Windows. Python itself opens
# so that no program started from this one inherits the file.
_OPEN: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


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
        with _opened(path, "r", os.O_RDONLY) as file:
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
        with _opened(temporary, "x", os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
            unwritten = memoryview(content)
            while unwritten:
                unwritten = unwritten[file.write(unwritten) :]
            os.fsync(file.fileno())
        patiently(lambda: temporary.replace(path))
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
    patiently(lambda: path.unlink(missing_ok=True))


# An interrupt, such as Ctrl-C, comes at the end of a call, and what the call returns is lost: an open descriptor would
# stay open. `map` makes the call as part of an assignment, which nothing comes between.


def _opened(path: Path, mode: str, flags: int) -> FileIO:
    """Return an open file, if it is this user's own; one that is made is 0600, whatever the umask."""

    def opened() -> FileIO:
        [file] = map(FileIO, [path], [mode], [True], [opener(flags)])
        return file

    file = patiently(opened)
    try:
        make_private(path, file, flags)
    except BaseException:
        file.close()
        raise
    return file


def opener(flags: int) -> Callable[[str, int], int]:
    """Return how `FileIO`, which owns the descriptor from then on, is to open a file."""

    def descriptor_of(name: str, _: int) -> int:
        [descriptor] = map(os.open, [name], [flags | _OPEN], [0o600])
        return descriptor

    return descriptor_of


def make_private(path: Path, file: FileIO, flags: int) -> None:
    _refuse_others(path, os.fstat(file.fileno()))
    if sys.platform != "win32" and flags & os.O_CREAT:
        os.fchmod(file.fileno(), 0o600)


def _refuse_others(path: Path, found: os.stat_result) -> None:
    if sys.platform != "win32" and found.st_uid != os.geteuid():
        raise ApiValueError(
            f"{path} belongs to another user (number {found.st_uid}); name a folder of your own, or give it back"
        )


def _admits_others(found: os.stat_result) -> bool:
    return sys.platform != "win32" and bool(found.st_mode & _OTHERS)


def patiently(action: Callable[[], T]) -> T:
    """The result of an action that Windows refuses while another process happens to have the same file open."""
    if sys.platform == "win32":  # pragma: no cover - Windows
        for _ in range(100):
            with suppress(PermissionError):
                return action()
            time.sleep(POLL_SECONDS)
    return action()


def _remove_leftovers(folder: Path) -> None:
    """Removes what processes left that were ended while they wrote; a file of the last hour may be in the making."""
    for name in os.listdir(folder):  # noqa: PTH208 - an interrupt would leave pathlib's open
        if re.fullmatch(r"\.openapi-client-[0-9a-f]{16}\.tmp", name):
            # Another process may be faster.
            with suppress(OSError):
                if (folder / name).lstat().st_mtime < time.time() - _LEFTOVER_SECONDS:
                    (folder / name).unlink()


def _flush_folder(folder: Path) -> None:
    """Makes a replacement last through a power failure; where that cannot be, the file is replaced all the same."""
    if sys.platform != "win32":  # pragma: no branch - Windows
        with suppress(OSError):
            [descriptor] = map(os.open, [folder], [os.O_RDONLY])
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
