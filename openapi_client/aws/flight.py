"""A renewal of keys."""

from typing import TYPE_CHECKING

from openapi_client._single_flight import Renewal

if TYPE_CHECKING:
    from openapi_client.aws.identity import Login
    from openapi_client.aws.keys import Keys
    from openapi_client.exceptions import OpenApiException


class LoginChanged(Exception):
    """Somebody else logged in while keys were asked for, so that it is not known whose they are: ask again."""


class Flight(Renewal):
    """A renewal of keys, and its outcome: `landed` with keys, or a failure, or neither after an interrupt.

    Args:
        min_life_seconds: How long the keys are to live that it is to give.

    Attributes:
        login: Whom it is for; one for another login is nobody's any more.
        started_at: When it began, by the monotonic clock.
        meanwhile: The keys that callers take until then.
    """

    __slots__ = ("failure", "landed", "login", "meanwhile", "min_life_seconds", "started_at")

    def __init__(self, min_life_seconds: float) -> None:
        super().__init__()
        self.login: Login | None = None
        self.started_at: float = 0.0
        self.min_life_seconds: float = min_life_seconds
        self.meanwhile: Keys | None = None
        self.landed: bool = False
        self.failure: OpenApiException | None = None

    def renew_meanwhile(self, keys: "Keys") -> None:
        """Have callers take keys, without a lock, as long as this renewal is in progress."""
        self.meanwhile = keys
        keys.are_being_renewed(is_so=True)

    def release_keys(self) -> None:
        """Have callers look at this renewal's keys again."""
        if self.meanwhile is not None:
            self.meanwhile.are_being_renewed(is_so=False)
