"""An outage: a part of the sandbox that is down for as long as some contexts last."""

import threading
from collections.abc import Generator
from contextlib import contextmanager


class Outage:
    """None at first; any thread may begin one, also while another lasts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    @contextmanager
    def lasting(self) -> Generator[None]:
        """It lasts as long as the context."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, difference: int) -> None:
        with self._lock:
            self._count += difference
