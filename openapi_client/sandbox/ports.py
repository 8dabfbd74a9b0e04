"""Free TCP ports on the loopback interface, in pairs."""

import contextlib
import itertools
import secrets
import socket
from collections.abc import Sequence
from typing import Final

from openapi_client.sandbox.errors import SandboxError

PAIR_OFFSET: Final = 10_000
"""SeaweedFS serves gRPC on the port this far above each of its HTTP ports."""

CANDIDATES: Final = range(10_000, 20_000)
"""Both ports of a pair stay below 32768, where Linux begins to hand out ports to outgoing connections."""


def free_ports(count: int, candidates: Sequence[int] = CANDIDATES) -> list[int]:
    """Ports that are free on 127.0.0.1, and whose partners `PAIR_OFFSET` above are free too.

    Another process can take one before it is used, so whoever starts a server on them must be ready to ask again.

    Args:
        count: How many ports are wanted.
        candidates: The ports to choose from, at random.

    Raises:
        SandboxError: So many are not free.
    """
    shuffled = secrets.SystemRandom().sample(candidates, len(candidates))
    ports = list(itertools.islice(filter(_is_free_pair, shuffled), count))
    if len(ports) < count:
        raise SandboxError(
            f"Only {len(ports)} of the {count} ports needed are free on 127.0.0.1. Stop other servers and try again."
        )
    return ports


def _is_free_pair(port: int) -> bool:
    return _is_free(port) and _is_free(port + PAIR_OFFSET)


def _is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
