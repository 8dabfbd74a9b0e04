"""Handles, the names of datasets, in the spellings that people copy from pages and papers.

https://www.rfc-editor.org/rfc/rfc3651 (handles), https://www.rfc-editor.org/rfc/rfc4452 (`info:hdl/`).
"""

import re
from typing import Final
from urllib.parse import unquote

from openapi_client.exceptions import ApiTypeError, ApiValueError

# What may stand before a handle: a scheme, or the address of the proxy that leads to what a handle names.
_SCHEME: Final = re.compile(r"hdl:/*|info:hdl/|(?:https?:)?(?://)?hdl\.handle\.net(?::\d+)?/+", re.IGNORECASE)
_HANDLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[^\s/]\S*")
# The registry is the judge of what it calls a dataset.
_ID: Final = re.compile(r"[^\s:/?#]+(?:/[^\s/]\S*)?")
_BARE: Final = re.compile(r"\d+(?:\.\d+)*/\S+")

_EXAMPLE: Final = "10378.1/1234567"


def handle_in(place: object) -> str | None:
    """Return the bare handle in `hdl:10378.1/1234567` and its like; None for a place without a handle's scheme.

    Args:
        place: A place, in whatever form.

    Raises:
        ApiValueError: If a handle's scheme stands before something else.
    """
    if not isinstance(place, str) or not (scheme := _SCHEME.match(text := place.strip())):
        return None
    # A proxy's address may say how to show what the handle names.
    return _checked(re.split("[?#]", text[scheme.end() :])[0].rstrip("/"), _HANDLE)


def dataset_id_of(dataset_id: str) -> str:
    """Return the bare id that is meant by a `dataset_id`, with or without a handle's scheme.

    Raises:
        ApiTypeError: If it is not a text.
        ApiValueError: If it can be no id.
    """
    if not isinstance(dataset_id, str):
        raise ApiTypeError(f"dataset_id is a text such as {_EXAMPLE!r}, not {type(dataset_id).__name__}")
    return handle_in(dataset_id) or _checked(dataset_id, _ID)


def bare_handle_in(place: object) -> str | None:
    """Return the handle that a text looks like which has no scheme, or None."""
    text = unquote(place).strip() if isinstance(place, str) else ""
    return text if _BARE.fullmatch(text) and text.isprintable() else None


def _checked(text: str, form: re.Pattern[str]) -> str:
    try:
        handle = unquote(text, errors="strict").strip()
    except UnicodeDecodeError:
        handle = ""
    if not form.fullmatch(handle) or not handle.isprintable():
        raise ApiValueError(
            f"Expected the handle of a dataset: dataset_id={_EXAMPLE!r}, 'hdl:{_EXAMPLE}' or"
            f" 'https://hdl.handle.net/{_EXAMPLE}'"
        )
    return handle
