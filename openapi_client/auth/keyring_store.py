"""Tokens kept between programs, in the system's keyring; it needs the extra `keyring`."""

import hashlib
import os
import re
from contextlib import AbstractContextManager
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any, Final

from openapi_client._display import also_incomplete, shown
from openapi_client._masking import SecretBytes, SecretText
from openapi_client._private_records import key_digest
from openapi_client.auth.stores import lock_in, store_folder, tokens_from_json, tokens_to_json
from openapi_client.auth.tokens import StoredTokens, StoreKey
from openapi_client.exceptions import ApiValueError, OpenApiException

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

# Windows takes 2,560 bytes of UTF-16 in one value (CRED_MAX_CREDENTIAL_BLOB_SIZE in its wincred.h): 1,280 characters.
# Two tokens of an OpenID provider are longer, often one is.
_PART_CHARACTERS: Final = 1200

_HEAD: Final = re.compile(r"([ab]) (\d{1,3}) ([0-9a-f]{64})\n(.*)", re.ASCII | re.DOTALL)

# A reading that a save came between is repeated.
_READINGS: Final = 3


class KeyringTokenStore:
    """Keeps tokens in the keyring: Windows' Credential Manager, macOS' Keychain, a Secret Service, or what is set up.

    Several programs may share a store, as they may a `FileTokenStore`: whoever wants to use a refresh token that
    changes with each use holds `lock` while it loads, uses it and saves the next.

    What is kept is the text that a `FileTokenStore` keeps. Since keyrings limit the length of a value, it is kept in
    parts of 1,200 characters: the first, with the number and the place of the others and a digest of all, under the
    service `openapi-client/HASH`; the others under `openapi-client/HASH/a/1` and so on, or `…/b/1`, whichever of the
    two the save before did not use. The first is written last, so that a save is whole or not at all. The user name is
    the hash of the key everywhere.

    Args:
        folder: The folder of the locks, as of `FileTokenStore`. No token is kept there.

    Raises:
        ApiValueError: The library is missing; or the folder is the current one, or the default one is wanted and the
            user has no home.
        OpenApiException: The library cannot be set up, as when its settings name a keyring that there is not.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        _library()
        self._folder = store_folder(folder)

    @also_incomplete
    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r})"

    def load(self, key: StoreKey) -> StoredTokens | None:
        """The tokens of a key, or None if there are none, or none that are whole and of this version.

        Args:
            key: Whose tokens.

        Raises:
            OpenApiException: The keyring cannot be read, as when it is locked or there is none.
        """
        content = _read(key_digest(key))
        return None if content is None else tokens_from_json(key, content)

    def save(self, key: StoreKey, tokens: StoredTokens) -> None:
        """Keeps the tokens of a key, in place of those before; hold the lock.

        Args:
            key: Whose tokens.
            tokens: The tokens.

        Raises:
            ApiValueError: The tokens have no form in JSON, or one larger than 1 MiB.
            OpenApiException: The keyring does not take them; what was there before still is.
        """
        _write(key_digest(key), tokens_to_json(key, tokens))

    def remove(self, key: StoreKey) -> None:
        """Forgets the tokens of a key, if there are any; hold the lock.

        Args:
            key: Whose tokens.

        Raises:
            OpenApiException: The keyring does not remove them.
        """
        name = key_digest(key)
        if _get(name, "") is not None:
            _delete(name, "")
        for slot in "ab":
            _clear(name, slot)

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


def _read(name: str) -> SecretBytes | None:
    """What is kept under a name, or None if that is nothing, or nothing whole."""
    for _ in range(_READINGS):
        if not (head := _HEAD.fullmatch(_get(name, "") or "")):
            return None
        parts = (_get(name, f"/{head[1]}/{number}") or "" for number in range(1, int(head[2]) + 1))
        content = SecretBytes("".join((head[4], *parts)).encode())
        if hashlib.sha256(content).hexdigest() == head[3]:
            return content
    return None


def _write(name: str, content: SecretBytes) -> None:
    """Keeps ASCII text in place of what was there under a name."""
    head = _HEAD.fullmatch(_get(name, "") or "")
    slot, before = ("b", "a") if head and head[1] == "a" else ("a", "b")
    last = (len(content) - 1) // _PART_CHARACTERS
    for number in range(1, last + 1):
        _set(name, f"/{slot}/{number}", _part(content, number))
    digest = hashlib.sha256(content).hexdigest()
    _set(name, "", SecretText(f"{slot} {last} {digest}\n{_part(content, 0)}"))
    _clear(name, slot, last + 1)
    _clear(name, before)


def _part(content: SecretBytes, number: int) -> SecretText:
    return SecretText(content[number * _PART_CHARACTERS : (number + 1) * _PART_CHARACTERS].decode("ascii"))


def _clear(name: str, slot: str, first: int = 1) -> None:
    """Removes the parts in a slot from a number on: the last first, so that none is left that a gap hides."""
    parts = (f"/{slot}/{number}" for number in count(first))
    for part in reversed([*takewhile(lambda part: _get(name, part) is not None, parts)]):
        _delete(name, part)


# Each value has a service of its own: where several share one, Windows' backend moves them about with each change, and
# two programs that change different ones at once could undo each other's.


def _get(name: str, part: str) -> SecretText | None:
    value = _asked("read", lambda keyring: keyring.get_password(f"openapi-client/{name}{part}", name))
    return None if value is None else SecretText(value)


def _set(name: str, part: str, value: SecretText) -> None:
    _asked("written", lambda keyring: keyring.set_password(f"openapi-client/{name}{part}", name, value))


def _delete(name: str, part: str) -> None:
    _asked("changed", lambda keyring: keyring.delete_password(f"openapi-client/{name}{part}", name))


def _asked(done: str, action: "Callable[[ModuleType], Any]") -> Any:
    """The keyring's answer; whatever goes wrong there becomes one of our errors.

    Raises:
        OpenApiException: It did not do it.
    """
    keyring = _library()
    try:
        return action(keyring)
    except Exception as error:  # noqa: BLE001 - backends raise what the libraries below them do
        cause = _scrubbed(error, keyring.errors.KeyringError)
    # Raised here, outside the handler, since the original error, whose frames hold secrets, would stay its context.
    raise OpenApiException(f"The system keyring could not be {done}: {shown(str(cause))}") from cause


def _scrubbed(error: Exception, own: type[Exception]) -> Exception:
    """The error as it may be shown: without frames, and what it came from; others than keyring's without their text.

    Those may hold what could not be read or written, as `UnicodeDecodeError` and errors of parsers do.
    """
    if not isinstance(error, own):
        return RuntimeError(f"{type(error).__name__}, its text withheld")
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _library() -> "ModuleType":
    """The library, loaded when first wanted.

    Raises:
        ApiValueError: If it is not installed.
        OpenApiException: If it cannot be set up.
    """
    try:
        import keyring.errors  # noqa: PLC0415 - an extra, loaded where it is used

        # Here at the latest its settings are read.
        keyring.get_keyring()
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name == "keyring":
            from openapi_client._requirements import not_installed  # noqa: PLC0415 - for this message alone

            raise ApiValueError(not_installed("keyring", "keyring")) from error
        raise OpenApiException(f"The system keyring could not be set up: {error}") from error
    return keyring
