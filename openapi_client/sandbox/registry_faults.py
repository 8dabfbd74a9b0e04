"""What a test does to the registry's credential endpoints: an outage, and a delay before each answer."""

import asyncio
import math
import threading
from collections.abc import Generator
from contextlib import contextmanager

from fastapi import HTTPException


class RegistryFaults:
    """None at first; any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outages = 0
        self._delay_seconds = 0.0

    @property
    def delay_seconds(self) -> float:
        """How long the endpoints wait before they look at a request.

        Raises:
            ValueError: What is set is below 0, or has no end.
        """
        return self._delay_seconds

    @delay_seconds.setter
    def delay_seconds(self, seconds: float) -> None:
        if not 0 <= seconds < math.inf:
            raise ValueError(f"registry_delay_seconds is {seconds!r}: give a number, 0 or more.")
        self._delay_seconds = seconds

    @contextmanager
    def outage(self) -> Generator[None]:
        """An outage of the endpoints, for as long as the context lasts; they answer 503."""
        with self._lock:
            self._outages += 1
        try:
            yield
        finally:
            with self._lock:
                self._outages -= 1

    async def undergo(self) -> None:
        """What a request meets first.

        Raises:
            HTTPException: There is an outage when the delay is over.
        """
        # Not in the endpoints' threads, of which there are few: a slow registry takes many requests at once.
        await asyncio.sleep(self._delay_seconds)
        if self._outages:
            raise HTTPException(503, "The registry has an outage.")
