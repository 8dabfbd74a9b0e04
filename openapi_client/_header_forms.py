"""The headers of an answer, in whichever form a client, a recorder or a test hands them in."""

from collections.abc import Mapping
from typing import Any, Final

_ASKED: Final = ("Content-Disposition", "Content-Type", "Location", "Retry-After", "WWW-Authenticate")
"""The headers that this package reads itself."""

_PAIR: Final = 2


def find_headers(answer: object) -> Mapping[str, str]:
    """Return the headers of an answer, empty if it has none in a usual form.

    The usual forms are `headers` or `getheaders()`, as a mapping, a list of pairs or an email message, and
    `getheader(name)`. Anything else, such as the attributes that a mock makes up, is ignored.

    Args:
        answer: An answer, or an object that stands for one.
    """
    found = _as_mapping(getattr(answer, "headers", None))
    if found is not None:
        return found
    getheaders = getattr(answer, "getheaders", None)
    found = _as_mapping(getheaders()) if callable(getheaders) else None
    if found is not None:
        return found
    getheader = getattr(answer, "getheader", None)
    if not callable(getheader):
        return {}
    return {name: value for name in _ASKED if isinstance(value := getheader(name, None), str)}


def _as_mapping(form: Any) -> Mapping[str, str] | None:
    if isinstance(form, Mapping):
        return form
    items = getattr(form, "items", None)
    pairs = items() if callable(items) else form
    if isinstance(pairs, (list, tuple)) and all(
        isinstance(pair, (list, tuple)) and len(pair) == _PAIR for pair in pairs
    ):
        return dict(pairs)
    return None
