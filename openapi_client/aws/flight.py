"""A renewal of keys under way."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openapi_client.aws.identity import Login
    from openapi_client.aws.keys import Keys
    from openapi_client.exceptions import OpenApiException


class LoginChanged(Exception):
    """Somebody else logged in while keys were asked for, so that it is not known whose they are: ask again."""


class Flight:
    """A renewal for those who wait for it: one at a time, whatever their number.

    Args:
        login: Whom it is for; one for another login is nobody's any more.
        started_at: When it began, by the monotonic clock.
        min_life_seconds: How long the keys are to live that it is to give.

    Attributes:
        thread_id: Whose it is to carry out: the thread's that made this, or one that this started.
        ended: Set once it has an outcome: `landed` with keys, or a failure, or neither where it was interrupted.
        meanwhile: The keys that callers take until then.
    """

    __slots__ = ("ended", "failure", "landed", "login", "meanwhile", "min_life_seconds", "started_at", "thread_id")

    def __init__(self, login: "Login | None", started_at: float, min_life_seconds: float) -> None:
        self.login: Login | None = login
        self.started_at: float = started_at
        self.min_life_seconds: float = min_life_seconds
        self.thread_id: int = threading.get_ident()
        self.meanwhile: Keys | None = None
        self.ended: threading.Event = threading.Event()
        self.landed: bool = False
        self.failure: OpenApiException | None = None
