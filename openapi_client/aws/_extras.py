"""Libraries that an extra brings: where one is not installed, the error says so, and which extra it is."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def from_extra(extra: str, *libraries: str) -> Iterator[None]:
    """For the imports of an adapter.

    Args:
        extra: What brings the libraries.
        libraries: Their names as modules.

    Raises:
        ImportError: One of them is not installed. What is missing below them speaks for itself.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name not in libraries:
            raise
        words = f'This needs {missing.name}, which is not installed: pip install "openapi-client[{extra}]"'
        raise ImportError(words, name=missing.name) from missing
