"""Keys on disk, which programs on one machine share: one of them asks the registry, the others find what it got.

It is made of `_private_files`, as the token stores are, rather than of a library. filelock and platformdirs would each
take the place of a few lines that the core needs anyway, since it works without extras. diskcache keeps pickles: who
can write to its folder has code run in every program that reads there (CVE-2025-69872).

On Linux and macOS the folder is 0700 and files are 0600, whatever the umask, and locks are `flock`'s, which both end
with the process, however that ends. On Windows modes mean nothing: the default folder is in the user's profile, which
admits the user and administrators alone, and so should one that is named. A lock there is a locked byte, which the
system frees some time after the process has ended. What another program has open can be neither replaced nor removed
there: that is tried again for a second, and the empty files of locks stay.
"""

import os
import re
import secrets
import sys
import time
from bisect import bisect
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from openapi_client._masking import SecretBytes, SecretText
from openapi_client._private_files import read_private, remove_private, write_private
from openapi_client._private_locks import locked
from openapi_client._private_records import LIMIT_BYTES, is_time, key_digest, record_from_json, record_to_json
from openapi_client._user_folders import folder_for_secrets, user_cache_folder
from openapi_client.auth.asking import problem_with
from openapi_client.aws.cached import CachedKeys, CacheKey
from openapi_client.exceptions import ApiValueError

_VERSION: Final = 2

LOCK_SECONDS: Final = 15.0
"""How long a lock is waited for: most answers come sooner, and keys can be minted without it."""

# On Windows a lock's file that is open cannot be removed, not even by who has the lock.
_SWEPT: Final = re.compile(rf"(aws-[0-9a-f]{{64}})\.(?:{'json' if sys.platform == 'win32' else 'json|lock'})")

_SWEPT_NAMES: Final = 32

_MARK: Final = re.compile(r"refused-[0-9a-f]{64}\.mark")
_MARK_BYTES: Final = 64
_MARK_SECONDS: Final = 24 * 3600.0
"""How long a mark is kept: longer than keys of AWS can live."""


class KeyCache:
    """Keeps keys in files that this user alone may read: 0600, in a folder that is 0700.

    Whoever wants new keys holds `lock` while it loads and, where there are none, asks the registry and saves. So one
    program asks, and the others, who had to wait, find what it got. A program that ends meanwhile, however it does, has
    the lock no more and leaves what was there before. One that is stopped keeps it: others wait for 15 seconds.

    There is one file for each key, and one for its lock. Keys that have expired, and a file that is damaged, of another
    key, of another version or another user's, count as none, and the next `save` replaces them. Each `save` also
    removes a few files of other keys that have expired.

    A cache is pickled as its folder and its clock.

    Args:
        folder: The folder, made when first wanted; one that admits others is set to 0700, so name one of its own. A
            relative path means what it does at this moment, and `~` the user's home. The default is `openapi-client`
            in the user's cache folder: `$XDG_CACHE_HOME` or `~/.cache`, on macOS `$XDG_CACHE_HOME` or
            `~/Library/Caches`, on Windows `%LOCALAPPDATA%`, there with `Cache` below it.
        wall_clock: Gives the Unix time, in seconds, by which keys expire.

    Raises:
        ApiValueError: The folder is the current one, or the default one is wanted and the user has no home.
    """

    def __init__(
        self, folder: str | os.PathLike[str] | None = None, *, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder_for_secrets(folder, user_cache_folder)
        self._wall_clock = wall_clock

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r})"

    def load(self, key: CacheKey) -> CachedKeys | None:
        """The keys that are kept under a key and have not expired, or None, also where nothing can be read.

        Args:
            key: What the keys are for.
        """
        keys = self._kept(key)
        return keys if keys is not None and self._lives(keys) else None

    def save(self, key: CacheKey, keys: CachedKeys) -> None:
        """Keeps keys, in place of those before; hold the lock, if it can be had.

        Args:
            key: What the keys are for.
            keys: The keys.

        Raises:
            ApiValueError: The folder belongs to another user or is shared; or the keys have no form in JSON, or one
                larger than 1 MiB.
            OSError: They cannot be written, as on a full disk or in a home that is read-only; what was there before
                still is.
        """
        content = record_to_json(
            _VERSION,
            key,
            {
                "aws_access_key_id": keys.aws_access_key_id,
                "aws_secret_access_key": keys.aws_secret_access_key,
                "aws_session_token": keys.aws_session_token,
                "expiry": keys.expiry.isoformat(),
                "minted_at": keys.minted_at,
                "forced_at": keys.forced_at,
                "clock_offset_seconds": keys.clock_offset_seconds,
                "booted_at": keys.booted_at,
                "machine": keys.machine,
                "watched": keys.watched,
            },
        )
        name = _name_of(key)
        write_private(self._file(name), content)
        # The keys are kept; a folder that cannot be listed only stays as full as it is.
        with suppress(OSError):
            self._sweep(name)

    def remove(self, key: CacheKey, access_key_id: str) -> None:
        """Forgets the keys of a key if they are these, so that newer ones stay; hold the lock.

        Args:
            key: What the keys are for.
            access_key_id: The access key ID of the keys that are not to be had again.

        Raises:
            OSError: They cannot be removed, as in a home that is read-only, and `load` will give them again.
        """
        keys = self._kept(key)
        if keys is not None and keys.aws_access_key_id == access_key_id:
            remove_private(self._file(_name_of(key)))

    def lock(self, key: CacheKey) -> AbstractContextManager[None]:
        """A context in which no other process and no other thread has the lock of this key; not to be nested.

        Args:
            key: What the keys are for.

        Raises:
            ApiValueError: On entry: the folder, or the lock's file, belongs to another user, or the folder is shared.
            TimeoutError: On entry: somebody else had the lock for 15 seconds, or this thread has it.
            OSError: On entry: the lock cannot be made, as in a home that is read-only.
        """
        return locked(self._lock_file(_name_of(key)), LOCK_SECONDS)

    def mark(self, name: str) -> str:
        """Return the mark of a refusal under a name; empty where there is none or none can be read.

        Args:
            name: What may have been refused, as 64 hexadecimal digits.
        """
        content = None
        with suppress(ApiValueError, OSError):
            content = read_private(self._mark_file(name), _MARK_BYTES)
        return (content or b"").hex()

    def set_mark(self, name: str) -> None:
        """Leave a new mark of a refusal under a name, and remove marks of long ago.

        Args:
            name: What was refused, as 64 hexadecimal digits.

        Raises:
            ApiValueError: If the folder belongs to another user or is shared.
            OSError: If the mark cannot be written.
        """
        write_private(self._mark_file(name), SecretBytes(secrets.token_bytes(16)))
        with suppress(OSError):
            for path in self._folder.iterdir():
                if _MARK.fullmatch(path.name) and path.lstat().st_mtime < time.time() - _MARK_SECONDS:
                    path.unlink()

    def _kept(self, key: CacheKey) -> CachedKeys | None:
        with suppress(ApiValueError, OSError):
            content = read_private(self._file(_name_of(key)), LIMIT_BYTES)
            return None if content is None else _keys_from_json(key, content)
        return None

    def _lives(self, keys: CachedKeys) -> bool:
        return keys.ends_at > self._wall_clock()

    def _sweep(self, own: str) -> None:
        """Removes what has expired, among the few names that follow one's own when all are put in a circle.

        Any name follows one that is still saved, so that in the end all go that are not.

        Raises:
            OSError: The folder cannot be listed.
        """
        matches = (_SWEPT.fullmatch(path.name) for path in self._folder.iterdir())
        names = sorted({match[1] for match in matches if match} - {own})
        after = bisect(names, own)
        for name in islice((*names[after:], *names[:after]), _SWEPT_NAMES):
            # Another process may be faster, or be asking the registry for these keys at this moment.
            with suppress(ApiValueError, OSError):
                if self._is_over(name):
                    with locked(self._lock_file(name), 0):
                        # There may be new keys by now.
                        if self._is_over(name):
                            remove_private(self._file(name))
                            self._lock_file(name).unlink()

    def _is_over(self, name: str) -> bool:
        """Whether there are no keys under a name, whatever key it stands for, or none that live."""
        content = read_private(self._file(name), LIMIT_BYTES)
        keys = None if content is None else _keys_from_json(None, content)
        return keys is None or not self._lives(keys)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _mark_file(self, name: str) -> Path:
        return self._folder / f"refused-{name}.mark"

    def _lock_file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def _name_of(key: CacheKey) -> str:
    # Told from what a token store keeps, should both have the same folder.
    return f"aws-{key_digest(key)}"


def _keys_from_json(key: CacheKey | None, content: SecretBytes) -> CachedKeys | None:
    """The keys that a text holds, or None if it is damaged, of another key or of another version."""
    match record_from_json(_VERSION, key, content):
        case {
            "aws_access_key_id": str(access_key_id),
            "aws_secret_access_key": str(secret_access_key),
            "aws_session_token": str(session_token),
            "expiry": str(expiry),
            "minted_at": minted_at,
            "forced_at": forced_at,
            "clock_offset_seconds": offset,
            "booted_at": booted_at,
            "machine": str(machine),
            "watched": list(watched),
        } if (
            is_time(minted_at)
            and (forced_at is None or is_time(forced_at))
            and is_time(offset)
            and is_time(booted_at)
            and (moment := _moment_of(expiry))
            and not any(map(problem_with, (access_key_id, secret_access_key, session_token)))
            and all(map(_is_watched, watched))
        ):
            return CachedKeys(
                aws_access_key_id=SecretText(access_key_id),
                aws_secret_access_key=SecretText(secret_access_key),
                aws_session_token=SecretText(session_token),
                expiry=moment,
                minted_at=minted_at,
                forced_at=forced_at,
                clock_offset_seconds=offset,
                booted_at=booted_at,
                machine=machine,
                watched=tuple((name, mark) for name, mark in watched),
            )
    return None


def _is_watched(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == 2 and all(isinstance(text, str) for text in entry)  # noqa: PLR2004 - a pair


def _moment_of(text: str) -> datetime | None:
    """The moment that a text names with its offset from UTC, or None."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else None
    return None
