"""Keys exchanged with other processes: what they minted is taken, what is minted here is left for them.

A cache makes things cheaper, never worse: where it fails, as on a full disk, keys are minted as if there were none. Nor
do processes stand in a line for a registry that answers none of them: who has waited for another's attempt, and finds
that it left nothing, mints without keeping the rest waiting.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from time import monotonic
from typing import Final, NamedTuple, Protocol

from openapi_client._display import shown
from openapi_client.aws.cached import CachedKeys, CacheKey
from openapi_client.aws.flight import LoginChanged
from openapi_client.aws.identity import Login
from openapi_client.aws.keys import Keys
from openapi_client.aws.lifetime import Reading, Urgency
from openapi_client.aws.minting import Minter
from openapi_client.aws.rejections import Rejections
from openapi_client.aws.revocations import Marks, have_changed, refused_names, watched_now
from openapi_client.exceptions import AuthenticationException, OpenApiException

VAIN_SECONDS: Final = 1.0
"""How long a wait for others is, after which keys that still are not there tell that an attempt has failed."""

_LOG: Final = logging.getLogger("openapi_client")
_FAILURES: Final = (OSError, OpenApiException)


class Cache(Marks, Protocol):
    """Where keys, and marks of refusals, are kept between processes."""

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


class Search(NamedTuple):
    """The keys that a renewal is to give.

    Attributes:
        minter: What asks for them.
        login: The login that they are for; after another one they are nobody's.
        user: The user that they are for; empty where none is known, whose keys no process shares.
        held: The keys that they are to replace.
        min_life_seconds: How long they are to live.
        rejections: The keys that S3 refused.
    """

    minter: Minter
    login: Login | None
    user: str
    held: Keys | None
    min_life_seconds: float
    rejections: Rejections

    def found(self, cache: Cache | None) -> Keys:
        """Return the keys that another process left, or else new ones.

        Raises:
            LoginChanged: If another user logged in meanwhile.
            OpenApiException: If there are none, and the registry gives none.
        """
        if cache is None or not self.user:
            return self.minted()

        def minted() -> Keys:
            # Before the request: a refusal that comes meanwhile counts.
            watched = watched_now(cache, self.minter, self.user)
            return replace(self.minted(), watched=watched)

        def chosen(cached: CachedKeys) -> Keys | None:
            if have_changed(cache, cached.watched, self.minter):
                return None
            seen = dict(cached.watched)
            more = (entry for entry in watched_now(cache, self.minter, self.user) if entry[0] not in seen)
            return self.chosen(replace(cached, watched=(*cached.watched, *more)))

        return exchanged(cache, self.minter.cache_key(self.user), chosen, minted)

    def minted(self) -> Keys:
        """Return keys that the registry makes now.

        Raises:
            LoginChanged: If another user logged in meanwhile.
            OpenApiException: If the registry gives none.
        """
        keys = self.minter.mint(self.user)
        if self.minter.login() != self.login:
            raise LoginChanged
        try:
            is_certain = self.minter.user() == self.user
        except AuthenticationException:
            is_certain = False
        # A token that was renewed on the way may be another user's.
        keys = keys if is_certain else replace(keys, user="")
        return self.rejections.stamped(keys, self.held, self.minter.clock.time())

    def chosen(self, cached: CachedKeys) -> Keys | None:
        """Return the keys that another process left if they will do."""
        now, held = Reading.of(self.minter.clock), self.held
        keys = Keys.of_cached(cached, now, self.user)
        is_other = not self.rejections.has(keys) and (held is None or keys.expiry > held.expiry)
        return keys if is_other and keys.life.urgency(now, self.min_life_seconds) is Urgency.FRESH else None


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
    exchange = _Exchange(cache, key, chosen, mint)
    return exchange.loaded() or exchange.loaded_in_turn() or exchange.minted()


class _Exchange:
    """One exchange; its arguments are those of `exchanged`."""

    def __init__(
        self, cache: Cache, key: CacheKey, chosen: Callable[[CachedKeys], Keys | None], mint: Callable[[], Keys]
    ) -> None:
        self._cache = cache
        self._key = key
        self._chosen = chosen
        self._mint = mint
        self._is_usable = True

    def loaded(self) -> Keys | None:
        try:
            found = self._cache.load(self._key)
            return None if found is None else self._chosen(found)
        except _FAILURES as error:
            self._is_usable = False
            _warn("cannot be used", error)
        return None

    def loaded_in_turn(self) -> Keys | None:
        """Return what is kept, or else new keys, while nobody else mints; None if one had better not wait for that."""
        is_locked = False
        began_at = monotonic()
        try:
            if self._is_usable:
                with self._cache.lock(self._key):
                    is_locked = True
                    taken = self.loaded()
                    is_in_vain = monotonic() - began_at >= VAIN_SECONDS
                    return taken if taken is not None or is_in_vain else self.minted()
        except _FAILURES as error:
            if is_locked:
                raise
            # Who has it was stopped, or waits for an answer that may never come.
            self._is_usable = isinstance(error, TimeoutError)
            _warn("is kept locked" if self._is_usable else "cannot be used", error)
        return self.loaded() if self._is_usable else None

    def minted(self) -> Keys:
        keys = self._mint()
        if self._is_usable and keys.user:
            try:
                # Two that mint at once, as after a failure, leave the keys of the later: as good as the others.
                self._cache.save(self._key, keys.cached())
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


def is_revoked(cache: Cache | None, keys: Keys | None, minter: Minter) -> bool:
    """Return whether the token of shared keys has been refused since they were requested.

    It looks once in a while, for all threads: as often as `Keys.checked_until` says.
    """
    if cache is None or keys is None:
        return False
    now = Reading.of(minter.clock)
    if now.wall < keys.checked_until.wall and now.monotonic < keys.checked_until.monotonic:
        return False
    # Noted before the look, so that no other thread looks too.
    keys.are_checked(now)
    return have_changed(cache, keys.watched, minter)


def tell_refusal(cache: Cache | None, error: OpenApiException, minter: Minter, *held: Keys | None) -> None:
    """Tell all processes that share the cache of a refusal, so that they drop the keys of the refused user.

    Args:
        cache: Where keys and marks are kept, if they are.
        error: Why there are no keys.
        minter: What asked for them.
        held: The keys that are held, which may be of an earlier token.
    """
    if cache is None:
        return
    try:
        for name in refused_names(error, minter, {keys.user for keys in held if keys is not None}):
            cache.set_mark(name)
    except _FAILURES as failure:
        _warn("could not be written", failure)


def _warn(what: str, error: Exception) -> None:
    _LOG.warning("The cache of AWS keys %s: %s", what, shown(f"{type(error).__name__}: {error}"))
