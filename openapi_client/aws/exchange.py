"""Keys exchanged with other processes: what they minted is taken, what is minted here is left for them.

A cache makes things cheaper, never worse: where it fails, as on a full disk, keys are minted as if there were none. Nor
do processes stand in a line for a registry that answers none of them: who has waited for another's attempt, and finds
that it left nothing, mints without keeping the rest waiting.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from time import monotonic
from typing import Final, Protocol

from openapi_client._display import shown
from openapi_client.aws.cached import CachedKeys, CacheKey
from openapi_client.aws.keys import Keys
from openapi_client.exceptions import OpenApiException

VAIN_SECONDS: Final = 1.0
"""How long a wait for others is, after which keys that still are not there tell that an attempt has failed."""

_LOG: Final = logging.getLogger("openapi_client")
_FAILURES: Final = (OSError, OpenApiException)


class Cache(Protocol):
    """Where keys are kept between processes."""

    def load(self, key: CacheKey) -> CachedKeys | None:
        """What is kept under a key, or None."""
        ...

    def save(self, key: CacheKey, keys: CachedKeys) -> None:
        """Keeps keys in place of those that were there."""
        ...

    def remove(self, key: CacheKey, access_key_id: str) -> None:
        """Forgets what is kept under a key, if it is the keys of this id."""
        ...

    def lock(self, key: CacheKey) -> AbstractContextManager[None]:
        """Held by one process and thread at a time, while it renews what is kept under a key.

        Raises:
            TimeoutError: On entry: somebody else had it for too long.
        """
        ...


def exchanged(
    cache: Cache, key: CacheKey, chosen: Callable[[CachedKeys], Keys | None], mint: Callable[[], Keys]
) -> Keys:
    """The keys that another process left, else minted ones, which are left for the others.

    As a rule only one process and thread at a time mints for one key, so that of many which want keys one asks.

    Args:
        cache: Where keys are kept.
        key: Under what.
        chosen: What is kept as keys, or None where it will not do.
        mint: Gives keys that the registry makes now.
    """
    with ExitStack() as held:
        is_usable = True
        taken: Keys | None = None
        try:
            taken = _loaded(cache, key, chosen) or _loaded_in_turn(cache, key, chosen, held)
        except _FAILURES as error:
            is_usable = False
            _warn("cannot be used", error)
        if taken is not None:
            return taken
        keys = mint()
        if is_usable:
            try:
                # Two that mint at once, as after a failure, leave the keys of the later: as good as the others.
                cache.save(key, keys.cached())
            except _FAILURES as error:
                _warn("could not be written", error)
        return keys


def _loaded(cache: Cache, key: CacheKey, chosen: Callable[[CachedKeys], Keys | None]) -> Keys | None:
    found = cache.load(key)
    return None if found is None else chosen(found)


def _loaded_in_turn(
    cache: Cache, key: CacheKey, chosen: Callable[[CachedKeys], Keys | None], held: ExitStack
) -> Keys | None:
    """What is kept when nobody else is minting, or None: then the lock is held, unless one had better do without it."""
    began_at = monotonic()
    try:
        held.enter_context(cache.lock(key))
    except TimeoutError as error:
        # Who has it was stopped, or waits for an answer that may never come.
        _warn("is kept locked", error)
    taken = _loaded(cache, key, chosen)
    if taken is None and monotonic() - began_at >= VAIN_SECONDS:
        held.close()
    return taken


def forgotten(cache: Cache, key: CacheKey, access_key_id: str) -> None:
    """Removes keys from a cache, if they are the current ones there."""
    try:
        with cache.lock(key):
            cache.remove(key, access_key_id)
    except _FAILURES as error:
        _warn("could not be written", error)


def _warn(what: str, error: Exception) -> None:
    _LOG.warning("The cache of AWS keys %s: %s", what, shown(f"{type(error).__name__}: {error}"))
