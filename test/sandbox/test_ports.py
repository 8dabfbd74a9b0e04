"""Choosing free ports."""

import socket

import pytest

from openapi_client.sandbox import SandboxError
from openapi_client.sandbox.ports import PAIR_OFFSET, free_ports


def test_ports_are_different_and_leave_room_for_partners() -> None:
    """No port is given twice, and each partner is a valid port that is no one's first."""
    ports = free_ports(20)
    assert len(set(ports)) == 20
    partners = {port + PAIR_OFFSET for port in ports}
    assert not partners & set(ports)
    assert max(partners) < 32768


@pytest.mark.parametrize("taken_offset", [0, PAIR_OFFSET], ids=["port", "partner"])
def test_taken_ports_are_passed_over(taken_offset: int) -> None:
    """If a port or its partner is taken, it is not chosen; if too few are left, the error says how many."""
    first, second = free_ports(2)
    with socket.create_server(("127.0.0.1", first + taken_offset)):
        assert free_ports(1, [first, second]) == [second]
        with pytest.raises(SandboxError, match="Only 1 of the 2 ports needed are free"):
            free_ports(2, [first, second])
