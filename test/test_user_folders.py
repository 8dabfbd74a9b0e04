"""The user's folders: where each system has them, and never the current one."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from openapi_client import ApiValueError
from openapi_client._user_folders import folder_for_secrets, user_cache_folder, user_state_folder

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


@pytest.mark.parametrize("home", ["~", "."], ids=["unknown", "relative"])
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


def test_named_folder_is_taken_as_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path and the user's home become absolute; the default is asked for only where none is named."""
    monkeypatch.setenv("HOME", "/homes/user")
    monkeypatch.chdir(tmp_path)
    assert folder_for_secrets("kept", user_state_folder) == tmp_path / "kept"
    assert folder_for_secrets("~/kept", user_state_folder) == Path("/homes/user/kept")
    assert folder_for_secrets(None, lambda: tmp_path / "default") == tmp_path / "default"
    with pytest.raises(ApiValueError, match="not kept in the current folder"):
        folder_for_secrets(tmp_path, user_state_folder)
