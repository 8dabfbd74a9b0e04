"""Queries, kept out of urllib3's log records, which repeat the whole path."""

import logging
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote_plus

from openapi_client._masking import MASK

_MOST_NAMES: Final = 64
# Each logger on its own, since a filter sees the records of its own logger alone.
_URLLIB3_LOGS: Final = [
    logging.getLogger(f"urllib3.{module}") for module in ("connection", "connectionpool", "util.retry")
]


class _QueryFilter(logging.Filter):
    """Masks the values of the query parameters that this package has sent, by their names; or every query whole.

    Attributes:
        names: The names, as they stand in an address; None for every query.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: frozenset[str] | None = frozenset()

    def filter(self, record: logging.LogRecord) -> bool:
        names = self.names
        message = record.getMessage()
        if names is None:
            shown = re.sub(r"\?[^\s'\"]+", f"?{MASK}", message)
        else:
            shown = re.sub(rf"([?&](?:{'|'.join(map(re.escape, names))})=)[^&\s'\"]*", rf"\1{MASK}", message)
        if shown != message:
            record.msg, record.args = shown, ()
        return True

    def mask(self, names: frozenset[str] | None) -> None:
        """Mask the parameters of these names from now on; None for every query.

        More names than a program has are as good as every query, so that they do not add up without end.
        """
        self.names = None if names is None or len(names) > _MOST_NAMES else names
        for log in _URLLIB3_LOGS:
            log.addFilter(self)


_filter: Final = _QueryFilter()


def hide_query(query: Iterable[tuple[str, Any]]) -> None:
    """Have urllib3's log mask the parameters of this query from now on: any of them may be a key."""
    known = _filter.names
    names = frozenset(quote_plus(name, errors="replace") for name, _ in query)
    if known is not None and names - known:
        _filter.mask(known | names)


def hide_every_query() -> None:
    """Have urllib3's log mask each query whole from now on, since a server's address may spell it in any way."""
    if _filter.names is not None:
        _filter.mask(None)
