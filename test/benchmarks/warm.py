"""A call on an open connection: the CPU time of the client's against the floor's, and of less than either."""

import contextlib
from collections.abc import Iterator

from candidates import Call, client, floor, pool, standard_library
from measure import MICROSECONDS, Comparison, Target, take_turns


@contextlib.contextmanager
def _all(host: str) -> Iterator[dict[str, Call]]:
    with floor(host) as first, client(host) as second, pool(host) as third, standard_library(host) as fourth:
        yield {"floor": first, "client": second, "pool": third, "standard library": fourth}


def compare(host: str, rounds: int = 300, calls: int = 40) -> list[Comparison]:
    """The warm call.

    Args:
        host: The address of the server.
        rounds: How many rounds there are.
        calls: How often each makes the request in a round.
    """
    with _all(host) as candidates:
        seconds = take_turns(candidates, rounds=rounds, calls=calls)
    micro = {name: [MICROSECONDS * each for each in times] for name, times in seconds.items()}
    return [
        Comparison("warm call, CPU", "µs", micro["floor"], micro["client"], Target("≤", 0.90)),
        Comparison("the same by `HTTPConnectionPool.urlopen`, not decoded", "µs", micro["floor"], micro["pool"]),
        Comparison("the same by `http.client`, not decoded", "µs", micro["floor"], micro["standard library"]),
    ]
