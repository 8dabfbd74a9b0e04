"""What a sandbox is told when it is made."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from openapi_client.sandbox.clients import new_client_secret
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.user import User


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The arguments of a sandbox, checked, and the secrets that go with them.

    Raises:
        ValueError: One of them cannot work.
    """

    lifetimes: Lifetimes
    """Those of tokens."""
    rotate_refresh_tokens: bool
    """Whether a refresh token is good once."""
    clock: Callable[[], float]
    """The time for all of these: seconds on a clock that never goes back."""
    credentials_lifetime_seconds: int
    """How long AWS credentials live."""
    bucket_name: str
    """The bucket that is made at the start."""
    forbidden_paths: Sequence[str]
    """Normal paths that are not for the user."""
    user: User
    """Who may log in."""
    client_secret: str = field(default_factory=new_client_secret, repr=False)
    """What the client `confidential` proves itself with."""

    def __post_init__(self) -> None:
        lifetime_seconds = self.credentials_lifetime_seconds
        if lifetime_seconds < 1 or lifetime_seconds % 1:
            raise ValueError(f"credentials_lifetime_seconds is {lifetime_seconds!r}: give a whole number, 1 or more.")
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", self.bucket_name):
            raise ValueError(
                f"bucket_name is {self.bucket_name!r}: give 3 to 63 lower-case letters, digits and hyphens, "
                "with no hyphen at the ends."
            )
