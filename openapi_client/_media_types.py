"""Which of several media types a request asks for or is written in: JSON, if it is among them."""

from collections.abc import Iterable
from typing import Any, Final

JSON: Final = "application/json"
_PATCH: Final = "application/json-patch+json"


def select_header_accept(accepts: Iterable[str]) -> str | None:
    """The `Accept` header for the types that an operation answers with; None where it answers with none."""
    names = [name.lower() for name in accepts]
    return JSON if JSON in names else ", ".join(names) or None


def select_header_content_type(content_types: Iterable[str], method: str | None = None, body: Any = None) -> str | None:
    """The `Content-Type` header out of the types that an operation takes; None where it takes none.

    Args:
        content_types: The types.
        method: The HTTP method.
        body: The body, which as a list is a JSON patch where one is taken.
    """
    names = [name.lower() for name in content_types]
    if method == "PATCH" and _PATCH in names and isinstance(body, list):
        return _PATCH
    return JSON if JSON in names or "*/*" in names else next(iter(names), None)
