"""Keys exchanged with other processes: what they minted is taken, what is minted here is left for them.

A cache makes things cheaper, never worse: where it fails, as on a full disk, keys are minted as if there were none.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Final, Protocol

from openapi_client._masking import without_secrets
from openapi_client.aws.cached import CachedKeys, CacheKey
from openapi_client.aws.keys import Keys
from openapi_client.exceptions import OpenApiException

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
        """Held by one process and thread at a time, while it renews what is kept under a key."""
        ...


def exchanged(
    cache: Cache, key: CacheKey, chosen: Callable[[CachedKeys], Keys | None], mint: Callable[[], Keys]
) -> Keys:
    """The keys that another process left, else minted ones, which are left for the others.

    Only one process and thread at a time is here for one key, so that of many which want keys one mints.

    Args:
        cache: Where keys are kept.
        key: Under what.
        chosen: What is kept as keys, or None where it will not do.
        mint: Gives keys that the registry makes now.
    """
    with ExitStack() as held:
        found: CachedKeys | None = None
        locked = True
        try:
            held.enter_context(cache.lock(key))
            found = cache.load(key)
        except _FAILURES as error:
            locked = False
            _warn("cannot be used", error)
        taken = None if found is None else chosen(found)
        if taken is not None:
            return taken
        keys = mint()
        if locked:
            try:
                cache.save(key, keys.cached())
            except _FAILURES as error:
                _warn("could not be written", error)
        return keys


def forgotten(cache: Cache, key: CacheKey, access_key_id: str) -> None:
    """Removes keys from a cache, if they are the current ones there."""
    try:
        with cache.lock(key):
            cache.remove(key, access_key_id)
    except _FAILURES as error:
        _warn("could not be written", error)


def _warn(what: str, error: Exception) -> None:
    _LOG.warning("The cache of AWS keys %s: %s", what, without_secrets(f"{type(error).__name__}: {error}"))
