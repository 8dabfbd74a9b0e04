"""Keys on disk: had back as they were by any process, never by mistake, and no file stays that is of no use."""

import hashlib
import json
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from openapi_client import ApiValueError
from openapi_client.aws.cache import KeyCache
from openapi_client.aws.cached import CachedKeys, CacheKey

KEY = CacheKey("https://registry.example", "issuer user", "bucket", "team/data", "read", "")
KEYS = CachedKeys(
    aws_access_key_id="key-id-that-nobody-may-see",
    aws_secret_access_key="key-that-nobody-may-see",
    aws_session_token="session-that-nobody-may-see",
    expiry=datetime(2033, 5, 18, 3, 33, 20, 500_000, tzinfo=UTC),
    minted_at=1893553145,
    forced_at=None,
)
# The test's clock begins half a second before.
AFTER = KEYS.expiry.timestamp()
NEWER = replace(KEYS, aws_access_key_id="newer", expiry=KEYS.expiry + timedelta(hours=8))
WAIT_SECONDS = 60.0


@pytest.fixture
def kept(cache: KeyCache, folder: Path) -> Path:
    """The file in which `KEYS` are kept."""
    cache.save(KEY, KEYS)
    return folder / f"{name_of(KEY)}.json"


def name_of(key: CacheKey) -> str:
    """What the files of a key are called."""
    parts = [key.host, key.user, key.bucket_name, key.path, key.access, key.dataset_id]
    return f"aws-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"


def files_in(folder: Path) -> set[str]:
    """The names of all files in a folder."""
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    "keys",
    [
        KEYS,
        replace(KEYS, clock_offset_seconds=-3600, booted_at=-0.5, machine="node\u00e9"),
        replace(KEYS, minted_at=1, forced_at=2.5, expiry=datetime(2033, 5, 19, 3, 34, 5, 678901, timezone.max)),
        replace(KEYS, aws_session_token='/+"\\=' * 1000, expiry=datetime.max.replace(tzinfo=timezone.min)),
        replace(KEYS, watched=(("name", "mark"), ("other\u00e9", ""))),
    ],
    ids=["plain", "clocks", "forced", "odd", "watched"],
)
def test_saved_keys_are_loaded_by_another_cache(cache: KeyCache, folder: Path, clock: Any, keys: CachedKeys) -> None:
    """They are what they were."""
    clock.wall = 0
    assert cache.load(KEY) is None
    for saved in (NEWER, keys):
        cache.save(KEY, saved)
    assert KeyCache(str(folder), wall_clock=clock.time).load(KEY) == keys


def test_kept_file_is_private_and_named_after_the_key(kept: Path) -> None:
    """Its name tells nothing, and nothing is beside it."""
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert files_in(kept.parent) == {kept.name}


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, host="https://registry.example/"),
        replace(KEY, user=""),
        replace(KEY, bucket_name="bucket2"),
        replace(KEY, path="team/data/"),
        replace(KEY, access="write"),
        replace(KEY, dataset_id="set"),
        replace(KEY, user="../../\0\ud800\U0010ffff", path="a/../" * 5000),
    ],
    ids=["host", "user", "bucket", "path", "access", "data set", "odd"],
)
def test_each_key_has_keys_of_its_own(cache: KeyCache, other: CacheKey) -> None:
    """Whatever differs, and whatever characters it is made of; removing one leaves the other."""
    cache.save(KEY, KEYS)
    assert cache.load(other) is None
    with cache.lock(KEY), cache.lock(other):
        cache.save(other, NEWER)
        assert cache.load(other) == NEWER
        cache.remove(other, NEWER.aws_access_key_id)
    assert (cache.load(other), cache.load(KEY)) == (None, KEYS)


def test_file_of_another_key_is_no_keys(cache: KeyCache, kept: Path) -> None:
    """Even under this key's name, as if two keys had the same hash."""
    other = replace(KEY, access="write")
    kept.rename(kept.with_name(f"{name_of(other)}.json"))
    assert cache.load(other) is None
    cache.remove(other, KEYS.aws_access_key_id)
    assert files_in(kept.parent) == {f"{name_of(other)}.json"}
    cache.save(other, NEWER)
    assert cache.load(other) == NEWER


def test_keys_end_at_their_expiry(cache: KeyCache, kept: Path, clock: Any) -> None:
    """From that moment on they count as none, though they are there."""
    assert cache.load(KEY) == KEYS
    clock.wall = AFTER
    assert cache.load(KEY) is None
    assert kept.exists()


def test_keys_are_removed_only_if_they_are_the_current_ones(cache: KeyCache, kept: Path, clock: Any) -> None:
    """Newer ones stay; expired ones go as well, and what is not there is no error."""
    cache.remove(KEY, "older")
    assert cache.load(KEY) == KEYS
    clock.wall = AFTER
    for _ in range(2):
        cache.remove(KEY, KEYS.aws_access_key_id)
        assert not kept.exists()


FOREIGN: dict[str, Callable[[dict[str, Any]], object]] = {
    "version": lambda kept: {**kept, "version": 1},
    "no version": lambda kept: {name: value for name, value in kept.items() if name != "version"},
    "host": lambda kept: {**kept, "host": "https://elsewhere.example"},
    "user": lambda kept: {**kept, "user": None},
    "bucket": lambda kept: {**kept, "bucket_name": ["bucket"]},
    "path": lambda kept: {**kept, "path": ""},
    "access": lambda kept: {**kept, "access": "write"},
    "data set": lambda kept: {**kept, "dataset_id": "set"},
    "key ID": lambda kept: {**kept, "aws_access_key_id": None},
    "key": lambda kept: {**kept, "aws_secret_access_key": 5},
    "token": lambda kept: {name: value for name, value in kept.items() if name != "aws_session_token"},
    "expiry": lambda kept: {**kept, "expiry": 1893553445},
    "expiry text": lambda kept: {**kept, "expiry": "soon"},
    "expiry without offset": lambda kept: {**kept, "expiry": "2030-01-02T03:04:05"},
    "minted at": lambda kept: {**kept, "minted_at": None},
    "clock offset": lambda kept: {**kept, "clock_offset_seconds": "0"},
    "booted at": lambda kept: {**kept, "booted_at": None},
    "machine": lambda kept: {**kept, "machine": None},
    "marks": lambda kept: {**kept, "watched": None},
    "a mark": lambda kept: {**kept, "watched": ["name"]},
    "half of a mark": lambda kept: {**kept, "watched": [["name"]]},
    "a mark that is no text": lambda kept: {**kept, "watched": [["name", 5]]},
    "key ID that is empty": lambda kept: {**kept, "aws_access_key_id": ""},
    "key with a line break": lambda kept: {**kept, "aws_secret_access_key": "SECRET\n"},
    "token with a blank": lambda kept: {**kept, "aws_session_token": "SEC RET"},
    "token beyond ASCII": lambda kept: {**kept, "aws_session_token": "SECRÈT"},
    "minted at bool": lambda kept: {**kept, "minted_at": True},
    "forced at": lambda kept: {**kept, "forced_at": 10**400},
    "list": lambda kept: [kept],
    "null": lambda _: None,
}


@pytest.mark.parametrize("changed", FOREIGN.values(), ids=FOREIGN)
def test_foreign_file_is_no_keys(cache: KeyCache, kept: Path, changed: Callable[[dict[str, Any]], object]) -> None:
    """Nothing is taken from it, and the next save replaces it."""
    kept.write_text(json.dumps(changed(json.loads(kept.read_text()))))
    assert cache.load(KEY) is None
    cache.save(KEY, KEYS)
    assert cache.load(KEY) == KEYS


def test_mark_is_new_each_time_it_is_set(cache: KeyCache, kept: Path) -> None:
    """A mark is new each time, private, and survives what is saved; there is none where nothing was refused."""
    names = ["a" * 64, "b" * 64]
    assert [cache.mark(name) for name in names] == ["", ""]
    seen = []
    for _ in range(3):
        cache.set_mark(names[0])
        seen.append(KeyCache(kept.parent).mark(names[0]))
    assert len({*seen, ""}) == 4
    assert cache.mark(names[1]) == ""
    assert (kept.parent / f"refused-{names[0]}.mark").stat().st_mode & 0o777 == 0o600
    cache.save(KEY, NEWER)
    assert cache.mark(names[0]) == seen[-1]


def test_marks_do_not_pile_up(cache: KeyCache, kept: Path) -> None:
    """Keys that a mark of two days ago is about have ended; what else is in the folder stays."""
    old, new, other = ("a" * 64, "b" * 64, "c" * 64)
    for name in (old, other):
        cache.set_mark(name)
    long_ago = time.time() - 2 * 86400
    for path in (kept, kept.parent / f"refused-{old}.mark"):
        os.utime(path, (long_ago, long_ago))
    cache.set_mark(new)
    assert [bool(cache.mark(name)) for name in (old, new, other)] == [False, True, True]
    assert kept.exists()


def test_mark_that_cannot_be_read_is_none(cache: KeyCache, kept: Path) -> None:
    """Nobody is refused for a damaged disk."""
    (kept.parent / f"refused-{'a' * 64}.mark").mkdir()
    (kept.parent / f"refused-{'b' * 64}.mark").write_bytes(b"x" * 65)
    assert [cache.mark(name * 64) for name in "ab"] == ["", ""]


def test_damaged_file_is_no_keys(cache: KeyCache, kept: Path, damage: Callable[[bytes], bytes]) -> None:
    """A file that is no JSON, or too large, raises nothing, and the next save replaces it."""
    kept.write_bytes(damage(kept.read_bytes()))
    assert cache.load(KEY) is None
    cache.save(KEY, KEYS)
    assert cache.load(KEY) == KEYS


@pytest.mark.parametrize("place", [lambda path: path.symlink_to(path.with_name("elsewhere")), os.mkfifo])
def test_what_is_no_file_is_no_keys(cache: KeyCache, kept: Path, place: Callable[[Path], None]) -> None:
    """Neither is a link followed, nor who writes to a pipe waited for; the next save replaces either."""
    kept.rename(kept.with_name("elsewhere"))
    place(kept)
    assert cache.load(KEY) is None
    cache.save(KEY, NEWER)
    assert cache.load(KEY) == NEWER
    assert KEYS.aws_access_key_id in kept.with_name("elsewhere").read_text()


def test_what_cannot_be_replaced_is_an_error_of_saving_alone(cache: KeyCache, kept: Path, folder: Path) -> None:
    """A folder in place of the file, or a file in place of the folder."""
    kept.unlink()
    kept.mkdir()
    assert cache.load(KEY) is None
    with pytest.raises(IsADirectoryError):
        cache.save(KEY, KEYS)
    kept.rmdir()
    folder.rmdir()
    folder.touch()
    assert cache.load(KEY) is None
    with pytest.raises(ApiValueError, match="is no folder"):
        cache.save(KEY, KEYS)


def test_cache_of_another_user_is_not_used(cache: KeyCache, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is had from it; saving and locking say why."""
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert kept.exists()
    assert cache.load(KEY) is None
    uses: tuple[Callable[[], object], ...] = (lambda: cache.save(KEY, KEYS), lambda: cache.lock(KEY).__enter__())
    for use in uses:
        with pytest.raises(ApiValueError, match="belongs to another user"):
            use()


def test_default_folder_is_the_users_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made when first wanted; the system's clock says what has expired."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    cache = KeyCache()
    assert repr(cache) == f"KeyCache({str(tmp_path / 'caches' / 'openapi-client')!r})"
    assert not [*tmp_path.iterdir()]
    cache.save(KEY, replace(KEYS, expiry=datetime.fromtimestamp(time.time() + 3600, UTC)))
    assert cache.load(KEY)
    cache.save(KEY, replace(KEYS, expiry=datetime.fromtimestamp(time.time(), UTC)))
    assert not cache.load(KEY)


def test_current_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its mode would change."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ApiValueError, match="not kept in the current folder"):
        KeyCache(".")


def test_pickled_cache_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also where the current folder is another."""
    monkeypatch.chdir(tmp_path)
    pickled = pickle.dumps(KeyCache(folder.name))
    monkeypatch.chdir("/")
    cache = pickle.loads(pickled)  # noqa: S301 - the test's own
    assert repr(cache) == f"KeyCache({str(folder)!r})"
    assert cache.load(KEY) is None


def test_loaded_keys_show_no_secret(cache: KeyCache, kept: Path, secrets_in: Callable[..., list[str]]) -> None:
    """Neither the keys nor the texts in them, as locals of a frame are shown."""
    assert kept.exists()
    loaded = cache.load(KEY)
    assert loaded
    shown = (loaded.aws_access_key_id, loaded.aws_secret_access_key, loaded.aws_session_token)
    assert not secrets_in(cache, loaded, *map(repr, shown))


@pytest.mark.parametrize(
    "keys",
    [replace(KEYS, minted_at=float("nan")), replace(KEYS, aws_session_token="session-that-nobody-may-see" * 50_000)],
    ids=["nan", "large"],
)
def test_keys_that_could_not_be_loaded_are_not_saved(
    cache: KeyCache, kept: Path, keys: CachedKeys, secrets_in: Callable[..., list[str]]
) -> None:
    """What was there before still is, and the error shows no secret."""
    with pytest.raises(ApiValueError) as caught:
        cache.save(KEY, keys)
    assert not secrets_in(caught.value)
    assert cache.load(KEY) == KEYS
    assert files_in(kept.parent) == {kept.name}
