"""The life of a token: kept while it lives, renewed early, by one thread, whatever the others do meanwhile.

A token is renewed 30 s before it ends, or a tenth of its life before, whichever is less. The thread that finds it due
renews it; the others are given the old one, which still lives. Should the renewal fail, so is that thread, and the
next attempt is made 5 s later at the soonest. Once the token has ended, or the registry has rejected it, all wait for
the renewal under way, and have its outcome in common: the new token, or an error, each thread one of its own.

A rejected token is kept if there is no other, since the registry may accept it for other calls. The next attempt to
replace it is made 5 s later at the soonest.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Self, TypeVar

from openapi_client._display import shown
from openapi_client._forks import told_of_forks
from openapi_client._masking import SecretText, without_traceback
from openapi_client._single_flight import Exclusive, Renewal, WaitsForItself
from openapi_client.auth.lease import Lease as Lease
from openapi_client.auth.lease import Need
from openapi_client.exceptions import ApiException, AuthenticationException, OpenApiException

RETRY_SECONDS: Final = 5.0
Failure = TypeVar("Failure", bound=OpenApiException)

_FOREVER: Final = float("inf")

_LOG: Final = logging.getLogger("openapi_client")


class _Flight(Renewal):
    """A renewal of a token, and its outcome.

    Attributes:
        silent: Whether it does less than can be done for a caller, so that its failure is nobody else's.
        lease: The new token.
        failure: Why there is none.
    """

    __slots__ = ("failure", "lease", "silent")

    def __init__(self, *, silent: bool) -> None:
        super().__init__()
        self.silent: bool = silent
        self.lease: Lease | None = None
        self.failure: AuthenticationException | None = None


class RenewedTokenSource(ABC):
    """A token source that keeps its token while it lives, and renews it early, by one thread.

    A copy of it is itself, since two holders of one refresh token would spoil it for each other. A pickle of it holds
    its secrets.

    Args:
        clock: Seconds on a clock that never goes back.
        wall_clock: Seconds of Unix time, for what outlives this process.
    """

    _asks_the_user = False

    def __init__(self, clock: Callable[[], float], wall_clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self._held: Lease | None = None
        self._spent: str | None = None
        self._failure: AuthenticationException | None = None
        self._next_attempt_at = -_FOREVER
        self._rejected: Lease | None = None
        self._irreplaceable: str | None = None
        self._exclusive = Exclusive()
        self._flight: _Flight | None = None
        told_of_forks(self)

    @abstractmethod
    def _fetch(self, need: Need) -> Lease:
        """A new token; called by one thread at a time."""

    def __call__(self) -> str:
        """A token that is good now, from memory if there is one.

        Raises:
            AuthenticationException: There is none, and none could be had.
        """
        held = self._held
        if held is not None and self._clock() < held.renew_at:
            return held.token
        return self._renewed(None)

    def renew(self, rejected: str) -> str:
        """A token other than one that the registry rejected: a new one, unless another thread has just fetched one.

        Args:
            rejected: The token that was sent.

        Raises:
            AuthenticationException: None could be had.
        """
        # Assigned, so that the frame of this call shows no other.
        rejected = SecretText(rejected)
        return self._renewed(rejected)

    def _renewed(self, rejected: str | None) -> str:
        try:
            return self._awaited(rejected)
        except WaitsForItself:
            # A log handler, a prompt, a signal handler or a finaliser asks in the middle of the renewal.
            held = self._held
            if held is not None and held.token != rejected and self._clock() < held.expires_at:
                return held.token
        raise AuthenticationException(0, f"{self!r}: a token was asked for in the middle of its own renewal")

    def _awaited(self, rejected: str | None) -> str:
        while True:
            flight = _Flight(silent=False)
            if self._asks_the_user:
                # The others' outcome if this thread is interrupted: none of them is to ask the user again.
                flight.failure = AuthenticationException(0, "The login was interrupted: ask again")
            with flight.carried_out:
                current, spare = self._exclusive.run(partial(self._board, flight, rejected))
                if current is flight:
                    self._fly(flight, rejected)
            if current is None:
                assert spare is not None  # noqa: S101 - there is a flight, or no need of one
                return spare.token
            current.wait()
            if current.lease is not None and current.lease.token != rejected:
                return current.lease.token
            # Of a renewal that failed, the old token is the outcome, while it lives, for whom it was not rejected.
            held = self._held
            if held is not None and held.token != rejected and self._clock() < held.expires_at:
                return held.token
            # A silent renewal did less than can be done for a caller.
            if current.failure is not None and not current.silent:
                raise own(current.failure)

    def _board(self, flight: _Flight, rejected: str | None) -> tuple[_Flight | None, Lease | None]:
        """Return the renewal to wait for, the given one if there is no other, and the token that is good meanwhile."""
        now, held = self._clock(), self._held
        self._forget_interrupted()
        if rejected and rejected == self._irreplaceable and self._failure and now < self._next_attempt_at:
            raise own(self._failure)
        if held is not None and (held.token == rejected or held.expires_at <= now):
            # Nobody is to be given it any more, unless there is no other.
            self._rejected = held if held.token == rejected else None
            self._spent, self._held, held = held.token, None, None
        if held is not None and (rejected or now < held.renew_at or self._flight or now < self._next_attempt_at):
            return None, held
        if self._flight is not None:
            return self._flight, held
        if held is None and not rejected and self._failure is not None and now < self._next_attempt_at:
            raise own(self._failure)
        self._flight = flight
        return flight, held

    def _forget_interrupted(self) -> None:
        """Forget a renewal whose thread was interrupted."""
        if self._flight is not None and not self._flight.in_progress:
            self._finish()

    def _joined(self, flight: _Flight) -> _Flight:
        """Return the renewal in progress, the given one if there is no other."""
        self._forget_interrupted()
        self._flight = self._flight or flight
        return self._flight

    def _renew_silently(self) -> AuthenticationException | None:
        """Renew though nobody asks, unless a renewal is in progress, and return its failure; for a keep-alive."""
        flight = _Flight(silent=True)
        with flight.carried_out:
            if self._exclusive.run(partial(self._joined, flight)) is not flight:
                return None
            self._fly(flight, None)
        return flight.failure

    def _alone(self, action: Callable[[], None]) -> None:
        """Carry out an action while no renewal is in progress; renewals wait for it.

        Raises:
            AuthenticationException: If the calling code runs in the middle of a renewal.
        """
        flight = _Flight(silent=True)
        try:
            while True:
                with flight.carried_out:
                    current = self._exclusive.run(partial(self._joined, flight))
                    if current is flight:
                        try:
                            return action()
                        finally:
                            self._land(flight)
                current.wait()
        except WaitsForItself:
            pass
        raise AuthenticationException(0, f"{self!r} cannot do this in the middle of its own renewal")

    def _fly(self, flight: _Flight, rejected: str | None) -> None:
        """Carry out a renewal, and let all who wait know how it ended."""
        try:
            need = self._need(rejected, silent=flight.silent)
            held = self._held
            flight.lease, flight.failure = self._fetched(need)
            self._exclusive.run(partial(self._keep, flight, rejected, _FOREVER if held is None else held.expires_at))
        finally:
            self._land(flight)
        if flight.failure is not None and (need.remaining_seconds or need.silent):
            _LOG.warning(
                "%r: the token could not be renewed, which is tried again: %s", self, shown(str(flight.failure.reason))
            )

    def _keep(self, flight: _Flight, rejected: str | None, ends_at: float) -> None:
        """Keep the outcome of a renewal; `ends_at` is the end of the token that was held before."""
        if flight.lease is not None:
            self._held, self._failure, self._next_attempt_at = flight.lease, None, -_FOREVER
            self._irreplaceable = None
        elif not flight.silent:
            # Whoever has no token any more need not wait after a failure while it lived.
            self._failure, self._irreplaceable = flight.failure, rejected
            self._next_attempt_at = min(self._clock() + RETRY_SECONDS, ends_at)

    def _land(self, flight: _Flight) -> None:
        self._exclusive.run(self._finish)
        flight.end()

    def _finish(self) -> None:
        self._flight = None
        kept, self._rejected = self._rejected, None
        if self._held is None and kept is not None:
            self._held = kept

    def _need(self, rejected: str | None, *, silent: bool) -> Need:
        held = self._held
        unwanted = frozenset(token for token in (rejected, self._spent, held.token if held else None) if token)
        return Need(unwanted, rejected, max(0.0, held.expires_at - self._clock()) if held else 0.0, silent)

    def _fetched(self, need: Need) -> tuple[Lease | None, AuthenticationException | None]:
        """A new token, or why there is none."""
        try:
            lease = self._fetch(need)
        except AuthenticationException as error:
            # Its causes may hold what our frames do not show: kept are the words, and the causes.
            return None, own(error)
        except Exception as error:  # noqa: BLE001 - what a store or a prompt of the user's raises is the cause of ours
            failure = AuthenticationException(0, f"No token could be had: {_words(error)}")
            failure.__cause__ = without_traceback(error) if isinstance(error, OpenApiException) else error
            return None, failure
        if lease.token == need.rejected:
            return None, AuthenticationException(0, f"{self!r} gave the token again that the registry has rejected")
        return lease, None

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in self.__dict__.items() if name not in ("_exclusive", "_flight")}
        # Another process may have another clock: what travels is how long the token lives on.
        state["_pickled"] = (self._clock(), self._wall_clock())
        state["_failure"], state["_next_attempt_at"], state["_rejected"] = None, -_FOREVER, None
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        clock, wall_clock = state.pop("_pickled")
        vars(self).update(state)
        if self._held is not None:
            shift = self._clock() - clock - max(0.0, self._wall_clock() - wall_clock)
            token, renew_at, expires_at = self._held
            self._held = Lease(token, renew_at + shift, expires_at + shift)
        self.after_fork()
        told_of_forks(self)

    def after_fork(self) -> None:
        """Makes what threads wait for; in a forked child anew, since threads of the parent may hold it."""
        self._exclusive, self._flight = Exclusive(), None


def own(failure: Failure) -> Failure:
    """The failure as an exception of one's own, to be raised by one thread, with the same cause."""
    # Not copy.copy: libraries such as dask register a way to copy exceptions by which two of them share attributes.
    twin = type(failure).__new__(type(failure))
    twin.args = failure.args
    twin.__dict__.update(vars(failure))
    if hasattr(failure, "__notes__"):
        twin.__notes__ = list(failure.__notes__)
    twin.__cause__ = failure.__cause__
    return twin


def _words(error: Exception) -> str:
    if isinstance(error, ApiException):
        return str(error.reason)
    return str(error) if isinstance(error, OpenApiException) else shown(f"{type(error).__name__}: {error}")
