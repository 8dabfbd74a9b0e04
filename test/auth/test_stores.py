"""Tokens in files: kept as they were, from one process to the next, and nothing is taken for them that is not."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openapi_client import ApiValueError
from openapi_client.auth.stores import FileTokenStore
from openapi_client.auth.tokens import StoredTokens, StoreKey, TokenStore

KEY = StoreKey("https://login.example/realms/ocean", "client", "user")
TOKENS = StoredTokens(
    access_token="token-that-nobody-may-see",
    refresh_token="key-that-nobody-may-see",
    expires_at=1893553445.5,
    saved_at=1893553145,
    origin="",
)
WAIT_SECONDS = 60.0


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    """A store in a folder that is not there yet."""
    return FileTokenStore(tmp_path / "store")


@pytest.fixture
def kept(store: TokenStore, tmp_path: Path) -> Path:
    """The file in which `TOKENS` are kept."""
    store.save(KEY, TOKENS)
    (file,) = (tmp_path / "store").glob("*.json")
    return file


@pytest.mark.parametrize(
    "tokens",
    [
        TOKENS,
        replace(TOKENS, refresh_token=None, expires_at=None),
        replace(TOKENS, access_token='é"\\\n\ud800', origin=hashlib.sha256(b"given").hexdigest()),
    ],
    ids=["all", "least", "odd"],
)
def test_saved_tokens_are_loaded_by_another_store(store: TokenStore, tmp_path: Path, tokens: StoredTokens) -> None:
    """They are what they were, until they are removed."""
    assert store.load(KEY) is None
    store.save(KEY, TOKENS)
    store.save(KEY, tokens)
    assert FileTokenStore(str(tmp_path / "store")).load(KEY) == tokens
    for _ in range(2):
        store.remove(KEY)
        assert store.load(KEY) is None


@pytest.mark.parametrize("other", [replace(KEY, issuer="x"), replace(KEY, client_id=""), replace(KEY, user="")])
def test_each_key_has_tokens_of_its_own(store: TokenStore, other: StoreKey) -> None:
    """Issuer, client and user, each makes another."""
    store.save(KEY, TOKENS)
    assert store.load(other) is None
    store.save(other, replace(TOKENS, access_token="other"))
    store.remove(other)
    assert store.load(KEY) == TOKENS


def test_kept_file_is_private_and_named_after_the_key(kept: Path) -> None:
    """Its name tells nothing, and no path can be made of a user's name."""
    name = hashlib.sha256(json.dumps([KEY.issuer, KEY.client_id, KEY.user]).encode()).hexdigest()
    assert kept.name == f"{name}.json"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


FOREIGN: dict[str, Callable[[dict[str, Any]], object]] = {
    "version": lambda kept: {**kept, "version": 2},
    "no_version": lambda kept: {name: value for name, value in kept.items() if name != "version"},
    "issuer": lambda kept: {**kept, "issuer": "https://elsewhere.example"},
    "client": lambda kept: {**kept, "client_id": "other"},
    "user": lambda kept: {**kept, "user": None},
    "access_token": lambda kept: {**kept, "access_token": None},
    "refresh_token": lambda kept: {**kept, "refresh_token": 5},
    "expires_at": lambda kept: {**kept, "expires_at": "soon"},
    "expires_at_bool": lambda kept: {**kept, "expires_at": True},
    "expires_at_huge": lambda kept: {**kept, "expires_at": 10**400},
    "saved_at": lambda kept: {**kept, "saved_at": None},
    "origin": lambda kept: {**kept, "origin": None},
    "list": lambda kept: [kept],
    "null": lambda _: None,
}


@pytest.mark.parametrize("changed", FOREIGN.values(), ids=FOREIGN)
def test_foreign_file_is_no_tokens(store: TokenStore, kept: Path, changed: Callable[[dict[str, Any]], object]) -> None:
    """Nothing is taken from it, and the next save replaces it."""
    kept.write_text(json.dumps(changed(json.loads(kept.read_text()))))
    assert store.load(KEY) is None
    store.save(KEY, TOKENS)
    assert store.load(KEY) == TOKENS


def test_damaged_file_is_no_tokens(store: TokenStore, kept: Path, damage: Callable[[bytes], bytes]) -> None:
    """A file that is no JSON, or too large, raises nothing, and the next save replaces it."""
    kept.write_bytes(damage(kept.read_bytes()))
    assert store.load(KEY) is None
    store.save(KEY, TOKENS)
    assert store.load(KEY) == TOKENS


@pytest.mark.parametrize(
    "tokens",
    [
        replace(TOKENS, expires_at=float("inf")),
        replace(TOKENS, access_token="token-that-nobody-may-see" * 50_000),
    ],
    ids=["infinite", "large"],
)
def test_tokens_that_could_not_be_loaded_are_not_saved(
    store: TokenStore, tokens: StoredTokens, secrets_in: Callable[..., list[str]]
) -> None:
    """What was there before still is, and the error shows no secret."""
    store.save(KEY, TOKENS)
    with pytest.raises(ApiValueError) as caught:
        store.save(KEY, tokens)
    assert not secrets_in(caught.value)
    assert store.load(KEY) == TOKENS


def test_failing_save_shows_no_secret(store: TokenStore, kept: Path, secrets_in: Callable[..., list[str]]) -> None:
    """The file system's error is passed on; neither it nor the locals of its frames hold a token."""
    kept.unlink()
    kept.mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        store.save(KEY, TOKENS)
    assert not secrets_in(caught.value, store, store.load(KEY))


def test_loaded_tokens_show_no_secret(store: TokenStore, kept: Path, secrets_in: Callable[..., list[str]]) -> None:
    """Neither the tokens nor the texts in them, as locals of a frame are shown."""
    assert kept.exists()
    loaded = store.load(KEY)
    assert loaded
    assert not secrets_in(loaded, repr(loaded.access_token), repr(loaded.refresh_token))


def test_store_of_another_user_is_refused(store: TokenStore, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read from it, written to it or locked in it."""
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert kept.exists()
    uses: tuple[Callable[[], object], ...] = (
        lambda: store.load(KEY),
        lambda: store.save(KEY, TOKENS),
        lambda: store.lock(KEY).__enter__(),
    )
    for use in uses:
        with pytest.raises(ApiValueError, match="belongs to another user"):
            use()


def test_default_folder_is_the_users_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made when first wanted."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    store = FileTokenStore()
    assert not [*tmp_path.iterdir()]
    store.save(KEY, TOKENS)
    assert (tmp_path / "state" / "openapi-client").stat().st_mode & 0o777 == 0o700
    assert repr(store) == f"FileTokenStore({str(tmp_path / 'state' / 'openapi-client')!r})"


@pytest.mark.parametrize("folder", ["", ".", "../{}", "link"])
def test_current_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """By whatever name, and its mode stays as it is."""
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ApiValueError, match="not kept in the current folder"):
        FileTokenStore(folder.format(tmp_path.name))


def test_relative_folder_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that goes elsewhere finds its tokens."""
    monkeypatch.chdir(tmp_path)
    store = FileTokenStore("store")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.save(KEY, TOKENS)
    assert FileTokenStore(tmp_path / "store").load(KEY) == TOKENS


def test_folder_in_the_users_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder called "~" is made; where the current folder is gone, all others still are there."""
    (tmp_path / "gone").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    FileTokenStore("~/store").save(KEY, TOKENS)
    assert FileTokenStore(tmp_path / "home" / "store").load(KEY) == TOKENS
    monkeypatch.chdir(tmp_path)


def test_lock_is_one_for_each_key(store: TokenStore) -> None:
    """Two users' programs do not wait for each other."""
    with store.lock(KEY), store.lock(replace(KEY, user="other")):
        store.save(KEY, TOKENS)
    with store.lock(KEY):
        assert store.load(KEY) == TOKENS


PROGRAM = """
import sys
from dataclasses import replace
from openapi_client.auth.stores import FileTokenStore
from openapi_client.auth.tokens import StoredTokens, StoreKey

store, key = FileTokenStore(sys.argv[1]), StoreKey("issuer", "client", "user")
for _ in range(int(sys.argv[2])):
    with store.lock(key):
        tokens = store.load(key)
        store.save(key, replace(tokens, refresh_token=str(int(tokens.refresh_token) + 1)))
"""


def test_eight_programs_lose_nothing(store: TokenStore, tmp_path: Path) -> None:
    """Each change is made to what the change before left, and who reads meanwhile never finds half of a file."""
    key = StoreKey("issuer", "client", "user")
    store.save(key, replace(TOKENS, access_token="long" * 5000, refresh_token="0"))
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path / "store"), "20"]
    programs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(8)]  # noqa: S603 - the test's own
    found: list[int] = []
    while not found or any(program.poll() is None for program in programs):
        loaded = store.load(key)
        assert loaded
        assert loaded.access_token == "long" * 5000
        found.append(int(loaded.refresh_token or -1))
    assert [program.communicate(timeout=WAIT_SECONDS)[1] for program in programs] == [b""] * 8
    assert found == sorted(found)
    last = store.load(key)
    assert last
    assert last.refresh_token == "160"
    assert len([*(tmp_path / "store").iterdir()]) == 2
