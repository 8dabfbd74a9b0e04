"""Keys in a query, kept out of urllib3's log records, which repeat the whole path."""

import logging
import re
from typing import Any, Final
from urllib.parse import quote_plus

from openapi_client._masking import MASK, SecretText

# Each logger on its own, since a filter sees the records of its own logger alone.
_URLLIB3_LOGS: Final = [logging.getLogger(f"urllib3.{module}") for module in ("connectionpool", "util.retry")]


class _QueryFilter(logging.Filter):
    """Masks the values of the query parameters that were found to hold secrets, by the parameters' names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: frozenset[str] = frozenset()

    def filter(self, record: logging.LogRecord) -> bool:
        names = "|".join(map(re.escape, self.names))
        message = record.getMessage()
        shown = re.sub(rf"([?&](?:{names})=)[^&\s'\"]*", rf"\1{MASK}", message)
        if shown != message:
            record.msg, record.args = shown, ()
        return True


_filter: Final = _QueryFilter()


def hide_secrets_in(query: list[tuple[str, Any]]) -> None:
    """Has urllib3's log mask the parameters of this query whose values are secrets; from the first such one on."""
    found = {quote_plus(name) for name, value in query if isinstance(value, SecretText)}
    if found - _filter.names:
        _filter.names |= found
        for log in _URLLIB3_LOGS:
            log.addFilter(_filter)
