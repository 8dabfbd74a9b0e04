"""What many sources hold."""

from holding import hold
from mint import running_mint


def test_source_with_keys_holds_them() -> None:
    """Keys come on top of the source itself, a session token of 1100 letters among them; no thread does."""
    with running_mint(life_seconds=3600) as mint:
        held = hold(mint.host, 20)
        assert mint.requests() == 21
    assert 0 < held.bytes_without_keys < held.bytes_with_keys - 1100
    assert held.threads == 0
