"""The life of keys that many callers share: renewed early, by one thread, whatever the others do meanwhile.

While the keys have more than the mandatory window left, no caller waits for the network: one of them starts a thread
that renews, and all go on with what they have. In the mandatory window they wait for that thread, five seconds at most
after it began. Where nothing is held that will do, one caller renews and the others wait for it to end; they have its
outcome in common: the new keys, or an error, each caller one of its own.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from openapi_client._forks import told_of_forks
from openapi_client._masking import without_secrets
from openapi_client._single_flight import Exclusive, WaitsForItself
from openapi_client.auth.renewal import own
from openapi_client.aws.denials import is_lasting
from openapi_client.aws.exchange import Cache, Search, forgotten, is_revoked, tell_refusal
from openapi_client.aws.flight import Flight, LoginChanged
from openapi_client.aws.identity import Login
from openapi_client.aws.keys import Keys
from openapi_client.aws.lifetime import Clock, Reading, Urgency
from openapi_client.aws.minting import Minter
from openapi_client.aws.rejections import Rejections
from openapi_client.aws.setbacks import Setbacks, too_short
from openapi_client.exceptions import ApiException, CredentialsException, OpenApiException

PATIENCE_SECONDS: Final = 5.0

_LOG: Final = logging.getLogger("openapi_client")


class SharedKeys:
    """The keys of one registry, location and access in this process, and their renewal.

    Args:
        clock: What time it is.
        cache: Where keys are kept between processes, or None.

    Attributes:
        keys: The keys that are held; read without a lock.
        revision: That of the login with which they were asked for; read without a lock.
        headers: The headers of every request then, as `cookie` is the cookie; read without a lock.
    """

    __slots__ = (
        *("__weakref__", "_cache", "_clock", "_exclusive", "_flight", "_login"),
        *("_rejections", "_set_aside", "_setbacks", "cookie", "headers", "keys", "revision"),
    )

    def __init__(self, clock: Clock, cache: Cache | None) -> None:
        self.keys: Keys | None = None
        self.revision: object = None
        self.headers: dict[str, str] = {}
        self.cookie: str | None = None
        self._login: Login | None = None
        self._clock = clock
        self._cache = cache
        self._set_aside: Keys | None = None
        self._setbacks = Setbacks()
        self._rejections = Rejections()
        self._exclusive = Exclusive()
        self._flight: Flight | None = None
        told_of_forks(self)

    def obtain(self, minter: Minter, min_life_seconds: float = 0.0) -> Keys:
        """Keys that live so long at least, from memory if they can be.

        Args:
            minter: How keys are come by.
            min_life_seconds: How long they are to live from now on.

        Raises:
            ApiValueError: The keys that the registry gives do not live that long.
            OpenApiException: There are none, and none could be had.
        """
        try:
            return self._obtained(minter, min_life_seconds)
        except WaitsForItself:
            # A log handler, a signal handler or a finaliser, perhaps one that saves to S3, asks in the middle of it.
            if (held := self.held_for(minter.login())) and self._left_seconds(held) > max(0.0, min_life_seconds):
                return held
        raise CredentialsException(0, "Keys were asked for in the middle of their own renewal")

    def _obtained(self, minter: Minter, min_life_seconds: float) -> Keys:
        while True:
            login = minter.login()
            known = self.keys
            revoked = known if is_revoked(self._cache, known, minter) else None
            flight = Flight(min_life_seconds)
            try:
                with flight.carried_out:
                    held, urgency, current = self._exclusive.run(partial(self._boarded, flight, login, revoked))
                    if current is flight:
                        self._take_off(flight, minter, urgency)
            except BaseException:
                if not flight.in_progress:  # no thread renews them any more
                    flight.release_keys()
                raise
            if held is not None and (current is None or urgency is Urgency.SOON):
                return held
            if current is not None and (served := self._awaited(current, urgency, min_life_seconds)):
                return served

    def invalidate(self, minter: Minter, access_key_id: str) -> bool:
        """Drops keys that S3 refused, if they are still the current ones, at most once in 30 s.

        Args:
            minter: How keys are come by.
            access_key_id: Which keys were refused.

        Returns:
            Whether others are to be had.
        """
        is_renewable, dropped = False, None
        with suppress(WaitsForItself):
            is_renewable, dropped = self._exclusive.run(partial(self._rejected, access_key_id))
        if self._cache is not None and dropped is not None:
            forgotten(self._cache, minter.cache_key(dropped.user), access_key_id)
        return is_renewable

    def _rejected(self, access_key_id: str) -> tuple[bool, Keys | None]:
        held, now = self.keys, Reading.of(self._clock)
        # Keys that have ended are renewed in any case.
        if held is None or held.access_key_id != access_key_id or held.life.left_seconds(now) <= 0:
            return True, None
        if is_renewable := self._rejections.refused(held, now):
            self.keys = None
        return is_renewable, held if is_renewable else None

    def console_link(self, minter: Minter) -> str:
        """A sign-in link that the registry makes now, unless it has just denied access.

        Raises:
            OpenApiException: There is none to be had.
        """
        with suppress(WaitsForItself):
            self._exclusive.run(partial(self._raise_denial, minter.login()))
        try:
            return minter.console_link()
        except OpenApiException as error:
            tell_refusal(self._cache, error, minter, self.keys, self._set_aside)
            if is_lasting(error):
                self._setbacks.failed(own(error), Reading.of(self._clock))
            raise

    def _raise_denial(self, login: Login) -> None:
        self._recognise(login)
        if denial := self._setbacks.denial(Reading.of(self._clock)):
            raise own(denial)

    def held_for(self, login: Login) -> Keys | None:
        """Return the keys that are held, if they were asked for with this login."""
        known, keys = self._login, self.keys
        # Keys go before their login does, and come after it.
        return keys if known is self._login and known == login else None

    def adopt(self, keys: Keys, login: Login) -> None:
        """Takes keys that came with a pickle, unless there are some that live longer."""
        with suppress(WaitsForItself):
            self._exclusive.run(partial(self._adopted, keys, login))

    def _adopted(self, keys: Keys, login: Login) -> None:
        if self._login is None:
            self._recognise(login)
            self.keys = keys
        elif self._login == login and (held := self.keys) and held.user == keys.user and held.expiry < keys.expiry:
            self._accept(keys, Reading.of(self._clock))

    def after_fork(self) -> None:
        """In a forked child: makes anew what threads of the parent may hold, and chooses a moment to renew at."""
        self._exclusive, self._flight = Exclusive(), None
        if self.keys is not None:
            # The children of one parent would all renew at the same moment.
            self.keys = replace(self.keys, life=replace(self.keys.life))

    def _recognise(self, login: Login) -> None:
        """After another login no failure counts, and the keys are set aside until it is known whose login it is."""
        if self._login != login:
            is_here = self._login is not None and self._login.host == login.host  # never the keys of another registry
            self._set_aside, self.keys = (self.keys or self._set_aside) if is_here else None, None
            self._login = login
            self._setbacks.forget()
            self._rejections.forget()
        self.revision = login.revision  # even if equal: callers compare by identity
        self.headers, self.cookie = login.headers

    def _boarded(
        self, flight: Flight, login: Login, revoked: Keys | None
    ) -> tuple[Keys | None, Urgency, Flight | None]:
        """Return the keys that are held, and the renewal to wait for: the given one if it is to be carried out."""
        self.keys = None if self.keys is revoked else self.keys
        self._recognise(login)
        held, now = self.keys, Reading.of(self._clock)
        urgency = Urgency.NOTHING_HELD if held is None else held.life.urgency(now, flight.min_life_seconds)
        if urgency is Urgency.FRESH:
            return held, urgency, None
        current = self._flight
        if current is None or not current.in_progress:
            life, will_do = None if held is None else held.life, urgency is not Urgency.NOTHING_HELD
            if self._setbacks.hold_off(now, life, flight.min_life_seconds, will_do=will_do):
                return held, urgency, None
            current = self._flight = flight
            flight.login, flight.started_at = self._login, now.monotonic
        if held is not None and urgency is Urgency.SOON:
            current.renew_meanwhile(held)
        return held, urgency, current

    def _take_off(self, flight: Flight, minter: Minter, urgency: Urgency) -> None:
        """Carries a renewal out: in the caller's own thread where there is nothing to do meanwhile."""
        if urgency is Urgency.NOTHING_HELD:
            self._fly(flight, minter)
            return
        try:
            flight.start_thread(partial(self._fly, flight, minter), "openapi_client renewal of AWS keys")
        except RuntimeError as error:
            self._land(flight, None, CredentialsException(0, f"No thread could be started: {error}"))

    def _awaited(self, flight: Flight, urgency: Urgency, min_life_seconds: float) -> Keys | None:
        """The keys that will do after a renewal, or None where the caller is to think again."""
        patience = min(flight.started_at + PATIENCE_SECONDS - self._clock.monotonic(), self._left_seconds(self.keys))
        flight.wait(None if urgency is Urgency.NOTHING_HELD else patience)
        held = self.keys
        left = self._left_seconds(held)
        if left > 0 and left >= min_life_seconds:
            return held
        if flight.failure is not None:
            raise own(flight.failure)
        if left > 0 and flight.landed and flight.min_life_seconds >= min_life_seconds:
            raise too_short(left, min_life_seconds)
        return None

    def _left_seconds(self, keys: Keys | None) -> float:
        return 0.0 if keys is None else keys.life.left_seconds(Reading.of(self._clock))

    def _fly(self, flight: Flight, minter: Minter) -> None:
        keys: Keys | None = None
        failure: OpenApiException | None = None
        try:
            keys = self._renewed(minter, flight)
        except LoginChanged:
            pass
        except OpenApiException as error:
            # Its frames hold what is asked and answered: kept are the words, and the cause.
            failure = own(error)
            tell_refusal(self._cache, failure, minter, self.keys, self._set_aside)
        except Exception as error:  # noqa: BLE001 - the code of users, as a token source, may raise anything
            words = without_secrets(f"{type(error).__name__}: {error}")
            failure = CredentialsException(0, f"No keys could be had: {words}")
        finally:
            self._land(flight, keys, failure)

    def _land(self, flight: Flight, keys: Keys | None, failure: OpenApiException | None) -> None:
        """Keeps the outcome of a renewal, unless it was for another login, and lets all who wait know."""
        held = self._exclusive.run(partial(self._finish, flight, keys, failure))
        flight.end()
        if failure is not None and self._left_seconds(held) > 0:
            words = failure.reason if isinstance(failure, ApiException) else failure
            _LOG.warning("AWS keys could not be renewed, which is tried again: %s", without_secrets(str(words)))

    def _finish(self, flight: Flight, keys: Keys | None, failure: OpenApiException | None) -> Keys | None:
        now, held = Reading.of(self._clock), self.keys
        # A thread that its caller was interrupted in starting lands after its caller did.
        self._flight = None if self._flight is flight else self._flight
        flight.release_keys()
        if flight.login == self._login:
            flight.landed, flight.failure = keys is not None, failure
            if keys is not None:
                self._accept(keys, now)
            elif failure is not None:
                self._setbacks.failed(failure, now)
        return held

    def _accept(self, keys: Keys, now: Reading) -> None:
        """Takes keys in place of those that are held, unless these live longer."""
        held = self.keys
        if held is None or held.user != keys.user or keys.expiry > held.expiry or held.life.left_seconds(now) <= 0:
            self.keys = keys
            self._rejections.replaced()
            self._setbacks.succeeded(keys.life)
        elif keys is not held:
            self._setbacks.unchanged(held.life, now)

    def _renewed(self, minter: Minter, flight: Flight) -> Keys:
        """Keys that are fresh: those of an earlier login of the same user, those of another process, else new ones."""
        user, is_over = minter.user(), is_revoked(self._cache, self._set_aside, minter)
        aside, held = self._exclusive.run(partial(self._taken_up, user, is_over))
        now = Reading.of(self._clock)
        if aside is not None and held is aside and aside.life.urgency(now, flight.min_life_seconds) is Urgency.FRESH:
            return aside
        return Search(minter, flight.login, user, held, flight.min_life_seconds, self._rejections).found(self._cache)

    def _taken_up(self, user: str, is_over: bool) -> tuple[Keys | None, Keys | None]:
        aside, self._set_aside = None if is_over else self._set_aside, None
        if aside is not None and user and aside.user == user and self.keys is None:
            self.keys = aside
        return aside, self.keys
