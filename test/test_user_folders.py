"""The user's folders: where each system has them, and never the current one."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openapi_client import ApiClient, ApiTypeError, ApiValueError, Configuration
from openapi_client._downloads import deserialize_file
from openapi_client._parameters import file_fields
from openapi_client._user_folders import folder_for_secrets, user_cache_folder, user_path, user_state_folder
from openapi_client.auth import FileTokenStore
from openapi_client.aws import CredentialSource


class PathOf(os.PathLike[str]):
    """A path that is not pathlib's."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return self._path


def _download(path: str) -> None:
    configuration = Configuration()
    configuration.temp_folder_path = path
    deserialize_file("", configuration)


# What each place that takes a path calls it.
USES: dict[str, Callable[[str], object]] = {
    "The folder for secrets": FileTokenStore,
    "cache": lambda path: CredentialSource("s3://b/p/", api=ApiClient(), cache=path),
    "temp_folder_path": _download,
    "logger_file": lambda path: setattr(Configuration(), "logger_file", path),
    "The file given as 'f'": lambda path: file_fields({"f": path}),
}

PLACES = {
    "linux": ("linux", {}, "/homes/user/.local/state/openapi-client", "/homes/user/.cache/openapi-client"),
    "linux_named": (
        "linux",
        {"XDG_STATE_HOME": "/state", "XDG_CACHE_HOME": "/cache"},
        "/state/openapi-client",
        "/cache/openapi-client",
    ),
    "linux_relative": (
        "linux",
        {"XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache"},
        "/homes/user/.local/state/openapi-client",
        "/homes/user/.cache/openapi-client",
    ),
    "linux_empty": (
        "linux",
        {"XDG_STATE_HOME": "", "XDG_CACHE_HOME": ""},
        "/homes/user/.local/state/openapi-client",
        "/homes/user/.cache/openapi-client",
    ),
    "freebsd": ("freebsd14", {}, "/homes/user/.local/state/openapi-client", "/homes/user/.cache/openapi-client"),
    "macos": (
        "darwin",
        {},
        "/homes/user/Library/Application Support/openapi-client",
        "/homes/user/Library/Caches/openapi-client",
    ),
    "macos_named": (
        "darwin",
        {"XDG_STATE_HOME": "/state", "XDG_CACHE_HOME": "/cache"},
        "/state/openapi-client",
        "/cache/openapi-client",
    ),
    "windows": (
        "win32",
        {"LOCALAPPDATA": "/local", "XDG_STATE_HOME": "/state", "XDG_CACHE_HOME": "/cache"},
        "/local/openapi-client",
        "/local/openapi-client/Cache",
    ),
    "windows_without": (
        "win32",
        {"LOCALAPPDATA": ""},
        "/homes/user/AppData/Local/openapi-client",
        "/homes/user/AppData/Local/openapi-client/Cache",
    ),
}


@pytest.mark.parametrize(("platform", "variables", "state", "cache"), PLACES.values(), ids=PLACES)
def test_folders_are_where_the_system_has_them(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], state: str, cache: str
) -> None:
    """A variable names each, if with an absolute path; otherwise it is in the user's home."""
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/homes/user", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert (user_state_folder(), user_cache_folder()) == (Path(state), Path(cache))


@pytest.mark.parametrize("home", ["~", ".", ""], ids=["unknown", "relative", "empty"])
@pytest.mark.parametrize(
    ("folder", "variable"),
    [(user_state_folder, "XDG_STATE_HOME"), (user_cache_folder, "XDG_CACHE_HOME")],
    ids=["state", "cache"],
)
def test_folder_without_a_home_is_an_error(
    monkeypatch: pytest.MonkeyPatch, home: str, folder: Callable[[], Path], variable: str
) -> None:
    """It never becomes the current folder; the error says what to set."""
    monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", home)
    with pytest.raises(ApiValueError, match=f"no home folder; set {variable}"):
        folder()


UNKNOWN_HOMES: dict[str, tuple[str, str]] = {
    "nobody of this name": ("~nosuchuser", "/homes/user"),
    "below it": ("~nosuchuser/keys", "/homes/user"),
    "a home that is not known": ("~", "~"),
    "below one": ("~/keys", "~"),
    "a relative home": ("~/keys", "home"),
    "an empty home": ("~/keys", ""),
    "an empty home itself": ("~", ""),
}


@pytest.mark.parametrize(("path", "home"), UNKNOWN_HOMES.values(), ids=UNKNOWN_HOMES)
def test_home_that_is_not_known_is_an_error_wherever_a_path_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, home: str
) -> None:
    """Nothing is put into a folder called `~` or below the root."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", home)
    for name, use in USES.items():
        with pytest.raises(ApiValueError, match=f"{name} is '{path}', and the home folder .* is not known"):
            use(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["a\0b", "\0", "~/\0", "/\ud800"], ids=ascii)
def test_what_no_path_may_hold_is_an_error_wherever_a_path_is_named(path: str) -> None:
    """A NUL, or half of a character."""
    for name, use in USES.items():
        with pytest.raises(ApiValueError, match=f"{name} is .*, which holds a character that no path may"):
            use(path)


@pytest.mark.parametrize("path", [b"kept", 1, None, object()], ids=["bytes", "number", "none", "object"])
def test_what_is_not_a_path_is_an_error(path: Any) -> None:
    """The error names what was given."""
    with pytest.raises(ApiTypeError, match=f"cache must be a path, .*not {type(path).__name__}"):
        user_path(path, "cache")


@pytest.mark.parametrize("path", ["./~", "./~user/x", "/a/~", "a~", "", "."])
def test_path_without_a_home_is_left_alone(path: str) -> None:
    """A `~` that does not begin it is part of a name."""
    assert user_path(path, "cache") == user_path(PathOf(path), "cache") == path


def test_named_folder_is_taken_as_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path and the user's home become absolute; the default is asked for only where none is named."""
    monkeypatch.setenv("HOME", "/homes/user")
    monkeypatch.chdir(tmp_path)
    assert folder_for_secrets("kept", user_state_folder) == tmp_path / "kept"
    assert folder_for_secrets("~/kept", user_state_folder) == Path("/homes/user/kept")
    assert folder_for_secrets(None, lambda: tmp_path / "default") == tmp_path / "default"
    with pytest.raises(ApiValueError, match="not kept in the current folder"):
        folder_for_secrets(tmp_path, user_state_folder)
