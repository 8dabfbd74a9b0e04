"""Keys that S3 refused before they ended, and the mints that are forced for that reason: one in 30 s on a machine."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from openapi_client.aws.keys import Keys
    from openapi_client.aws.lifetime import Reading

FORCED_SECONDS: Final = 30.0


class Rejections:
    """The latest keys that S3 refused, and whether nothing has taken their place yet."""

    __slots__ = ("_access_key_id", "_is_open")

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """There were none."""
        self._access_key_id: str | None = None
        self._is_open = False

    def refused(self, held: "Keys", now: "Reading") -> bool:
        """Notes that keys were refused, and says whether others may be asked for.

        They may not where those were asked for just now because others were refused, here or in another process.
        """
        if held.forced_at is not None and 0 <= now.wall - held.forced_at < FORCED_SECONDS:
            return False
        self._access_key_id, self._is_open = held.access_key_id, True
        return True

    def replaced(self) -> None:
        """Others have taken their place."""
        self._is_open = False

    def has(self, keys: "Keys") -> bool:
        """Whether these are the keys that were refused."""
        return keys.access_key_id == self._access_key_id

    def stamped(self, keys: "Keys", held: "Keys | None", wall: float) -> "Keys":
        """New keys, with the moment at which a mint was last forced.

        Args:
            keys: The new keys.
            held: Those that they are to replace.
            wall: Now, in Unix time.
        """
        return replace(keys, forced_at=held.forced_at if held is not None else wall if self._is_open else None)
