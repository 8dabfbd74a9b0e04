"""The keys that the registry has handed out: how many, and which of them S3 refuses before their time, and how."""

import threading
from collections import Counter

from openapi_client.sandbox.policy import Access
from openapi_client.sandbox.refusal import REVOCATION_CODES, RevocationCode


class KeyLedger:
    """Written by the registry, read by the proxy before every request; any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mints: Counter[str] = Counter()
        # Of each key that was handed out how S3 refuses it, or None while it does not.
        self._codes: dict[str, RevocationCode | None] = {}

    def record(self, access_key_id: str, access: Access) -> None:
        """Take note of credentials that are about to be handed out."""
        with self._lock:
            self._mints[access] += 1
            self._codes[access_key_id] = None

    def mints(self) -> Counter[str]:
        """How many credentials were handed out for each access, `read` and `write`; a copy."""
        with self._lock:
            return self._mints.copy()

    def revoke(self, access_key_id: str | None, code: RevocationCode) -> None:
        """Have S3 refuse a key from now on, or all that were handed out so far.

        Args:
            access_key_id: The key; None for all.
            code: S3's answer.

        Raises:
            ValueError: The key was never handed out, or S3 has no such answer.
        """
        if code not in REVOCATION_CODES:
            raise ValueError(f"code is {code!r}: give one of {', '.join(REVOCATION_CODES)}.")
        with self._lock:
            if access_key_id is None:
                self._codes = dict.fromkeys(self._codes, code)
            elif access_key_id in self._codes:
                self._codes[access_key_id] = code
            else:
                raise ValueError(f"The registry never handed out the key {access_key_id!r}.")

    def revocation(self, access_key_id: str) -> RevocationCode | None:
        """How S3 refuses a key; None if it does not."""
        with self._lock:
            return self._codes.get(access_key_id)
