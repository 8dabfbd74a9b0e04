"""Many sources in one process: the memory and the threads that they hold."""

import gc
import threading
import tracemalloc
from typing import NamedTuple

from asking import URI
from candidates import ACCESS_TOKEN

from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource


class Held(NamedTuple):
    """What many sources hold at once.

    Attributes:
        bytes_without_keys: The memory of each before it was asked.
        bytes_with_keys: That of each when it has keys.
        threads: How many threads there are beside those before.
    """

    bytes_without_keys: float
    bytes_with_keys: float
    threads: int


def hold(host: str, count: int) -> Held:
    """Makes sources for so many places, and asks each of them once.

    Args:
        host: The address of a mint.
        count: How many sources.
    """
    with ApiClient(Configuration(host=host, access_token=ACCESS_TOKEN)) as client:
        # What the first ask makes, as a connection, is there for all of them.
        CredentialSource(URI, api=client)()
        threads = threading.active_count()
        tracemalloc.start()
        try:
            began = _traced_bytes()
            sources = [CredentialSource(f"{URI}{number}/", api=client) for number in range(count)]
            without_keys = _traced_bytes()
            for source in sources:
                source()
            with_keys = _traced_bytes()
        finally:
            tracemalloc.stop()
        return Held((without_keys - began) / count, (with_keys - began) / count, threading.active_count() - threads)


def _traced_bytes() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
