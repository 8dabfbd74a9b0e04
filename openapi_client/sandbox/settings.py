"""What a sandbox is told when it is made."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from openapi_client.sandbox.clients import new_client_secret
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.user import User

Generation = Literal[2022, 2023]
"""The year since which registries behave so: 2022 takes places in S3, 2023 the ids of datasets."""

GENERATIONS: Final[tuple[Generation, ...]] = get_args(Generation)

_PORTS: Final = range(65_536)


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
    user_may_write: bool
    """Whether the user has the registry's role for writing."""
    generation: Generation
    """How the registry is asked for credentials."""
    port: int
    """The registry's port; 0 for any that is free."""
    client_secret: str = field(default_factory=new_client_secret, repr=False)
    """What the client `confidential` proves itself with."""

    def __post_init__(self) -> None:
        lifetime_seconds = self.credentials_lifetime_seconds
        if lifetime_seconds < 1 or lifetime_seconds % 1:
            raise ValueError(f"credentials_lifetime_seconds is {lifetime_seconds!r}: give a whole number, 1 or more.")
        if self.generation not in GENERATIONS:
            raise ValueError(f"generation is {self.generation!r}: give 2022 (places in S3) or 2023 (datasets by id).")
        if self.port not in _PORTS:
            raise ValueError(f"port is {self.port!r}: give 0 to 65535, 0 for any that is free.")
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", self.bucket_name):
            raise ValueError(
                f"bucket_name is {self.bucket_name!r}: give 3 to 63 lower-case letters, digits and hyphens, "
                "with no hyphen at the ends."
            )
