"""What the ledger knows of the keys that were handed out."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openapi_client.sandbox.key_ledger import KeyLedger


def test_one_key_is_revoked() -> None:
    """A revoked key has a code; a later code takes the earlier one's place; others stay good."""
    ledger = KeyLedger()
    for key in ("ASIA1", "ASIA2"):
        ledger.record(key, "read")
    ledger.revoke("ASIA1", "ExpiredToken")
    ledger.revoke("ASIA1", "AccessDenied")
    assert [ledger.revocation(key) for key in ("ASIA1", "ASIA2", "ASIA3")] == ["AccessDenied", None, None]


def test_all_keys_so_far_are_revoked() -> None:
    """A key that is handed out after all were revoked is good."""
    ledger = KeyLedger()
    ledger.record("ASIA1", "read")
    ledger.record("ASIA2", "write")
    ledger.revoke(None, "InvalidToken")
    ledger.record("ASIA3", "write")
    assert [ledger.revocation(f"ASIA{number}") for number in (1, 2, 3)] == ["InvalidToken", "InvalidToken", None]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ASIA1", "ExpiredToken"), "The registry never handed out the key 'ASIA1'."),
        ((None, "Expired"), "code is 'Expired': give one of ExpiredToken, InvalidToken, TokenRefreshRequired, Access"),
    ],
    ids=["key", "code"],
)
def test_what_cannot_be_revoked_is_refused(arguments: Any, message: str) -> None:
    """A key that was never handed out, or an answer that S3 does not give, is a ValueError that says so."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        KeyLedger().revoke(*arguments)


def test_mints_are_counted_by_access() -> None:
    """Each access is counted for itself, from many threads at once; what is given out is a copy."""
    ledger = KeyLedger()
    with ThreadPoolExecutor(16) as threads:
        for number in range(400):
            threads.submit(ledger.record, f"ASIA{number}", "write" if number % 4 else "read")
    ledger.mints().clear()
    assert ledger.mints() == {"read": 100, "write": 300}
