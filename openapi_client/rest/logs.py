"""Queries, kept out of urllib3's log records, which repeat the whole path."""

import logging
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote_plus

from openapi_client._masking import MASK

# Each logger on its own, since a filter sees the records of its own logger alone.
_URLLIB3_LOGS: Final = [
    logging.getLogger(f"urllib3.{module}") for module in ("connection", "connectionpool", "util.retry")
]


class _QueryFilter(logging.Filter):
    """Masks the values of the query parameters that this package has sent, by the parameters' names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        names = "|".join(map(re.escape, tuple(self.names)))
        message = record.getMessage()
        shown = re.sub(rf"([?&](?:{names})=)[^&\s'\"]*", rf"\1{MASK}", message)
        if shown != message:
            record.msg, record.args = shown, ()
        return True


_filter: Final = _QueryFilter()


def hide_query(query: Iterable[tuple[str, Any]]) -> None:
    """Has urllib3's log mask the parameters of this query from now on: any of them may be a key."""
    names = {quote_plus(name, errors="replace") for name, _ in query}
    if names - _filter.names:
        _filter.names.update(names)
        for log in _URLLIB3_LOGS:
            log.addFilter(_filter)
