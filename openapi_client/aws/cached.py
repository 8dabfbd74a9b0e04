"""Keys as the cache on disk keeps them, and whose they are."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from openapi_client.aws.lifetime import Reading

_DRIFT_SECONDS: Final = 1.0
"""How far two clocks that nobody sets may go apart in the life of keys, and not count as set."""

Watched = tuple[tuple[str, str], ...]
"""Names of what may be refused, and the marks that were there under them."""


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
        clock_offset_seconds: How far the registry's clock, which `expiry` is by, was ahead of the machine's.
        booted_at: What the wall clock said at the mint, less what the monotonic one did: about when the machine
            started, and another time once its clock is set.
        machine: The machine on which that was so, by its name in the network; empty where it is not known.
        watched: The marks of refusals that were there when the keys were requested.
    """

    aws_access_key_id: str = field(repr=False)
    aws_secret_access_key: str = field(repr=False)
    aws_session_token: str = field(repr=False)
    expiry: datetime
    minted_at: float
    forced_at: float | None
    clock_offset_seconds: float = 0.0
    booted_at: float = 0.0
    machine: str = ""
    watched: Watched = ()

    @property
    def ends_at(self) -> float:
        """When they end by the wall clock of their mint, in Unix time."""
        return self.expiry.timestamp() - self.clock_offset_seconds

    def left_seconds(self, now: Reading) -> float:
        """What is left of their life; rather too little than too much where clocks are not those of the mint.

        An offset that lengthens a life holds for one clock as it was: not for one that was set since, nor for that of
        another machine. By how much a clock was set back, both clocks of a machine tell, as they are common to all of
        its processes; that a machine started again, or slept, looks like a clock that was set ahead.

        Args:
            now: Both clocks of this machine now.
        """
        moved = now.wall - now.monotonic - self.booted_at
        is_here = self.machine == this_machine()
        offset = self.clock_offset_seconds + (max(0.0, -moved) if is_here else 0.0)
        if not is_here or abs(moved) > _DRIFT_SECONDS:
            offset = max(0.0, offset)
        return self.expiry.timestamp() - offset - now.wall


def this_machine() -> str:
    """The name of this machine in the network, which tells its clocks from those of others."""
    import platform  # noqa: PLC0415 - loaded when first wanted

    return platform.node()
