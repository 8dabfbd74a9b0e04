"""Tokens kept between programs, in files of the user's own."""

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from openapi_client._display import also_incomplete
from openapi_client._masking import SecretBytes, SecretText
from openapi_client._private_files import read_private, remove_private, write_private
from openapi_client._private_locks import locked
from openapi_client._private_records import LIMIT_BYTES, is_time, key_digest, record_from_json, record_to_json
from openapi_client._user_folders import folder_for_secrets, user_state_folder
from openapi_client.auth.tokens import StoredTokens, StoreKey

_VERSION: Final = 1


class FileTokenStore:
    """Keeps tokens in files that this user alone may read: 0600, in a folder that is 0700.

    Several programs may share a store. Whoever wants to use a refresh token that changes with each use holds `lock`
    while it loads, uses it and saves the next; others then find the next one.

    There is one file for each key. One that is damaged, of another key or of another version counts as none, and the
    next `save` replaces it. A save is whole or not at all.

    Args:
        folder: The folder, made when first wanted; one that admits others is set to 0700, so name one of its own. A
            relative path means what it does at this moment, and `~` the user's home. The default is `openapi-client`
            in the user's state folder: `$XDG_STATE_HOME` or `~/.local/state`, on macOS `$XDG_STATE_HOME` or
            `~/Library/Application Support`, on Windows `%LOCALAPPDATA%`.

    Raises:
        ApiValueError: The folder is the current one, or the default one is wanted and the user has no home.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self._folder = store_folder(folder)

    @also_incomplete
    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r})"

    def load(self, key: StoreKey) -> StoredTokens | None:
        """The tokens of a key, or None if there are none.

        Args:
            key: Whose tokens.

        Raises:
            ApiValueError: The file belongs to another user.
            OSError: The file cannot be read.
        """
        content = read_private(self._file(key), LIMIT_BYTES)
        return None if content is None else tokens_from_json(key, content)

    def save(self, key: StoreKey, tokens: StoredTokens) -> None:
        """Keeps the tokens of a key, in place of those before; hold the lock.

        Args:
            key: Whose tokens.
            tokens: The tokens.

        Raises:
            ApiValueError: The folder belongs to another user or is shared; or the tokens have no form in JSON, or one
                larger than 1 MiB.
            OSError: The file cannot be written; what was there before still is.
        """
        write_private(self._file(key), tokens_to_json(key, tokens))

    def remove(self, key: StoreKey) -> None:
        """Forgets the tokens of a key, if there are any; hold the lock.

        Args:
            key: Whose tokens.

        Raises:
            OSError: The file cannot be removed.
        """
        remove_private(self._file(key))

    def lock(self, key: StoreKey) -> AbstractContextManager[None]:
        """A context in which no other process and no other thread has the lock of this key; not to be nested.

        Args:
            key: Whose tokens.

        Raises:
            ApiValueError: On entry: the folder belongs to another user or is shared.
            TimeoutError: On entry: somebody else had the lock for 100 seconds, or this thread has it.
            OSError: On entry: the lock cannot be made.
        """
        return lock_in(self._folder, key)

    def _file(self, key: StoreKey) -> Path:
        return self._folder / f"{key_digest(key)}.json"


def store_folder(folder: str | os.PathLike[str] | None) -> Path:
    """The folder of a store, as of now.

    Raises:
        ApiValueError: It is the current one, or the default one is wanted and the user has no home.
    """
    return folder_for_secrets(folder, user_state_folder)


def lock_in(folder: Path, key: StoreKey) -> AbstractContextManager[None]:
    """The lock of a key, the same for every store in this folder."""
    return locked(folder / f"{key_digest(key)}.lock")


def tokens_to_json(key: StoreKey, tokens: StoredTokens) -> SecretBytes:
    """The form in which tokens are kept: JSON in ASCII.

    Raises:
        ApiValueError: They have no such form, or one larger than 1 MiB.
    """
    return record_to_json(
        _VERSION,
        key,
        {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": tokens.expires_at,
            "saved_at": tokens.saved_at,
            "origin": tokens.origin,
        },
    )


def tokens_from_json(key: StoreKey, content: SecretBytes) -> StoredTokens | None:
    """The tokens of a key that a text holds, or None if it is damaged, of another key or of another version."""
    match record_from_json(_VERSION, key, content):
        case {
            "access_token": str(access_token),
            "refresh_token": str() | None as refresh_token,
            "expires_at": expires_at,
            "saved_at": saved_at,
            "origin": str(origin),
        } if (expires_at is None or is_time(expires_at)) and is_time(saved_at):
            return StoredTokens(
                access_token=SecretText(access_token),
                refresh_token=None if refresh_token is None else SecretText(refresh_token),
                expires_at=expires_at,
                saved_at=saved_at,
                origin=origin,
            )
    return None
