"""Paths that a user names, and the folders in which this package keeps something for its user."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from openapi_client._display import shown
from openapi_client.exceptions import ApiTypeError, ApiValueError

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


def user_path(path: str | os.PathLike[str], name: str) -> str:
    """Return a path that a user names, with the user's home for `~`.

    Args:
        path: The path.
        name: What it is, for the message.

    Raises:
        ApiTypeError: If it is not a path of text.
        ApiValueError: If no file can have it, or the home that its `~` stands for is not known.
    """
    text: object = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str):
        raise ApiTypeError(f"{name} must be a path, as text or a pathlib.Path, not {type(text).__name__}", None, (str,))
    if "\0" in text or not _is_encodable(text):
        raise ApiValueError(f"{name} is {shown(repr(text))}, which holds a character that no path may")
    expanded = os.path.expanduser(text)  # noqa: PTH111 - Path's own fails where there is no home
    # A folder called "~" is never meant, nor one below the root where HOME is set to nothing.
    if text.startswith("~") and (not Path(expanded).is_absolute() or _lacks_home(text)):
        raise ApiValueError(
            f"{name} is {shown(repr(text))}, and the home folder that its ~ stands for is not known: give an absolute"
            " path, or set HOME (a folder that is really called ~ is ./~)"
        )
    return expanded


def _is_encodable(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def _lacks_home(text: str) -> bool:
    return os.environ.get("HOME") == "" and text[1:2] in ("", "/")


def folder_for_secrets(folder: str | os.PathLike[str] | None, default: Callable[[], Path]) -> Path:
    """The folder that a user names for secrets, or the default one, as of now.

    Args:
        folder: A path; a relative one means what it does at this moment, and `~` the user's home.
        default: Gives the folder where there is no path.

    Raises:
        ApiTypeError: It is not a path of text.
        ApiValueError: It is the current one, no folder can have such a path, or the user's home is wanted and there is
            none.
    """
    if folder is None:
        return default()
    absolute = Path(user_path(folder, "The folder for secrets")).absolute()
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
        if home.is_absolute() and not _lacks_home("~"):
            return home.joinpath(*way, "openapi-client")
    raise ApiValueError(f"The user has no home folder; set {variable} to an absolute path, or name a folder")
