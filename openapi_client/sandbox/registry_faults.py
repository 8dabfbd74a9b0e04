"""What a test does to the registry's credential endpoints: an outage, and a delay before each answer."""

import asyncio
import math
from contextlib import AbstractContextManager

from fastapi import HTTPException

from openapi_client.sandbox.outage import Outage


class RegistryFaults:
    """None at first; any thread may call it."""

    def __init__(self) -> None:
        self._outage = Outage()
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

    def outage(self) -> AbstractContextManager[None]:
        """An outage of the endpoints, for as long as the context lasts; they answer 503."""
        return self._outage.lasting()

    async def undergo(self) -> None:
        """What a request meets first.

        Raises:
            HTTPException: There is an outage when the delay is over.
        """
        # Not in the endpoints' threads, of which there are few: a slow registry takes many requests at once.
        await asyncio.sleep(self._delay_seconds)
        if self._outage:
            raise HTTPException(503, "The registry has an outage.")
