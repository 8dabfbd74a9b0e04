"""Folders in which this package keeps something for its user: the default ones, and one that the user names."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from openapi_client.exceptions import ApiValueError

# The variable that names the place, and the way from the user's home where it does not.
_LOCAL: Final = ("LOCALAPPDATA", ("AppData", "Local"))
_STATE_PLACES: Final = {"win32": _LOCAL, "darwin": ("XDG_STATE_HOME", ("Library", "Application Support"))}
_STATE_PLACE: Final = ("XDG_STATE_HOME", (".local", "state"))
_CACHE_PLACES: Final = {"win32": _LOCAL, "darwin": ("XDG_CACHE_HOME", ("Library", "Caches"))}
_CACHE_PLACE: Final = ("XDG_CACHE_HOME", (".cache",))


def user_state_folder() -> Path:
    """The user's folder for what this package keeps between programs, which need not be there yet.

    It is `openapi-client` in `$XDG_STATE_HOME` or `~/.local/state`; on macOS in `$XDG_STATE_HOME` or
    `~/Library/Application Support`; on Windows in `%LOCALAPPDATA%`: where platformdirs has it. A relative path in a
    variable counts as none, as the XDG Base Directory Specification has it.

    Raises:
        ApiValueError: The user has no home that could be found.
    """
    return _in_place(*_STATE_PLACES.get(sys.platform, _STATE_PLACE))


def user_cache_folder() -> Path:
    r"""The user's folder for what this package can do without, which need not be there yet.

    It is `openapi-client` in `$XDG_CACHE_HOME` or `~/.cache`; on macOS in `$XDG_CACHE_HOME` or `~/Library/Caches`; on
    Windows `%LOCALAPPDATA%\openapi-client\Cache`: where platformdirs has it. A relative path in a variable counts as
    none.

    Raises:
        ApiValueError: The user has no home that could be found.
    """
    folder = _in_place(*_CACHE_PLACES.get(sys.platform, _CACHE_PLACE))
    return folder / "Cache" if sys.platform == "win32" else folder


def folder_for_secrets(folder: str | os.PathLike[str] | None, default: Callable[[], Path]) -> Path:
    """The folder that a user names for secrets, or the default one, as of now.

    Args:
        folder: A path; a relative one means what it does at this moment, and `~` the user's home.
        default: Gives the folder where there is no path.

    Raises:
        ApiValueError: It is the current one, or the default one is wanted and the user has no home.
    """
    if folder is None:
        return default()
    # A folder called "~" is never meant.
    absolute = Path(os.path.expanduser(folder)).absolute()  # noqa: PTH111 - Path's own fails where there is no home
    # One that is not there yet is not the current one.
    with suppress(OSError):
        if absolute.samefile("."):
            # Its mode would change, and what is there is likely to be copied, committed or served.
            raise ApiValueError("Secrets are not kept in the current folder; name one of their own")
    return absolute


def _in_place(variable: str, way: tuple[str, ...]) -> Path:
    if (configured := Path(os.environ.get(variable, ""))).is_absolute():
        return configured / "openapi-client"
    with suppress(RuntimeError):
        home = Path.home()
        if home.is_absolute():
            return home.joinpath(*way, "openapi-client")
    raise ApiValueError(f"The user has no home folder; set {variable} to an absolute path, or name a folder")
