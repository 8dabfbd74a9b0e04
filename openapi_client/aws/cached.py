"""Keys as the cache on disk keeps them, and whose they are."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What keys are for, and whose they are.

    Attributes:
        host: The registry's address.
        user: The user.
        bucket_name: The bucket.
        path: The path in it.
        access: `read` or `write`.
        dataset_id: The data set; empty where there is none.
    """

    host: str
    user: str
    bucket_name: str
    path: str
    access: str
    dataset_id: str


@dataclass(frozen=True, slots=True)
class CachedKeys:
    """Keys of one mint.

    Attributes:
        aws_access_key_id: Names the key pair.
        aws_secret_access_key: Signs requests.
        aws_session_token: Proves that the key pair is a temporary one.
        expiry: The moment from which AWS refuses them, with its offset from UTC.
        minted_at: When the registry gave them, in Unix time.
        forced_at: When a mint was last forced by keys that S3 rejected, in Unix time; None where none was.
        clock_offset_seconds: How far the registry's clock, which `expiry` is by, was ahead of this machine's.
    """

    aws_access_key_id: str = field(repr=False)
    aws_secret_access_key: str = field(repr=False)
    aws_session_token: str = field(repr=False)
    expiry: datetime
    minted_at: float
    forced_at: float | None
    clock_offset_seconds: float = 0.0

    @property
    def ends_at(self) -> float:
        """When they end by this machine's clock, in Unix time."""
        return self.expiry.timestamp() - self.clock_offset_seconds
