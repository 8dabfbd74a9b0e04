"""What a cache on disk removes of what it holds: all that has expired, a few files at a time, and nothing else."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openapi_client.auth import FileTokenStore, StoredTokens, StoreKey
from openapi_client.aws.cache import KeyCache
from openapi_client.aws.cached import CachedKeys, CacheKey

KEY = CacheKey("https://registry.example", "user", "bucket", "path", "read", "")
KEYS = CachedKeys("keys", "secret", "token", datetime(2033, 5, 18, 3, 33, 20, 500_000, tzinfo=UTC), 0, None)
NEWER = replace(KEYS, aws_access_key_id="newer", expiry=datetime(2033, 5, 18, 11, 33, 20, tzinfo=UTC))
# The test's clock begins half a second before.
AFTER = KEYS.expiry.timestamp()


def name_of(key: CacheKey) -> str:
    """What the files of a key are called."""
    return f"aws-{hashlib.sha256(json.dumps(astuple(key)).encode()).hexdigest()}"


def files_in(folder: Path) -> set[str]:
    """The names of all files in a folder."""
    return {path.name for path in folder.iterdir()}


def test_save_removes_what_has_expired(cache: KeyCache, folder: Path, clock: Any) -> None:
    """Files and locks of others, damaged ones too; what lives, what is in use and what is not the cache's stays."""
    others = [replace(KEY, path=str(number)) for number in range(6)]
    expired, alive, damaged, used, unused, stuck = others
    store_key = StoreKey("issuer", "client", "user")
    store = FileTokenStore(folder)
    with store.lock(store_key):
        store.save(store_key, StoredTokens("access", None, 0, 0, ""))
    (folder / f"{name_of(stuck)}.json").mkdir()
    strangers = {*files_in(folder), "aws-notes.json"}
    (folder / "aws-notes.json").touch()
    for key in (expired, alive, damaged, unused):
        with cache.lock(key):
            cache.save(key, NEWER if key == alive else KEYS)
    (folder / f"{name_of(damaged)}.json").write_text("{")
    (folder / f"{name_of(unused)}.json").unlink()
    clock.wall = AFTER
    with cache.lock(used), cache.lock(KEY):
        cache.save(used, KEYS)
        cache.save(KEY, NEWER)
    names = {f"{name_of(key)}.{ending}" for key in (alive, used, KEY) for ending in ("json", "lock")}
    assert files_in(folder) - {f"{name_of(stuck)}.lock"} == names | strangers
    cache.save(KEY, NEWER)
    assert f"{name_of(used)}.json" not in files_in(folder)


def test_save_looks_at_few_files_and_all_go_in_the_end(cache: KeyCache, folder: Path, clock: Any) -> None:
    """Its work is bounded, however many there are, and each save goes on where the one before ended."""
    for number in range(100):
        cache.save(replace(KEY, path=str(number)), KEYS)
    clock.wall = AFTER
    counts = []
    for _ in range(5):
        cache.save(KEY, NEWER)
        counts.append(len(files_in(folder)))
    assert counts == [69, 37, 5, 1, 1]


def test_keys_that_came_meanwhile_are_not_swept(cache: KeyCache, folder: Path, clock: Any) -> None:
    """Between the look at expired keys and their lock, another program may have saved new ones."""
    cache.save(KEY, KEYS)
    clock.wall = AFTER
    other = replace(KEY, path="other")

    def now() -> float:
        cache.save(KEY, NEWER)
        return AFTER

    KeyCache(folder, wall_clock=now).save(other, NEWER)
    assert cache.load(KEY) == NEWER
    assert files_in(folder) == {f"{name_of(KEY)}.json", f"{name_of(KEY)}.lock", f"{name_of(other)}.json"}


def test_keys_are_kept_where_the_folder_cannot_be_listed(
    cache: KeyCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saving is done by then."""
    listed: list[Path] = []

    def not_listed(path: Path) -> Iterator[Path]:
        listed.append(path)
        raise OSError("The folder cannot be listed")

    monkeypatch.setattr(Path, "iterdir", not_listed)
    cache.save(KEY, NEWER)
    assert listed == [folder]
    assert cache.load(KEY) == NEWER
