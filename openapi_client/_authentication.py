"""What proves who is asking, and whatever else goes into the headers of a request."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from openapi_client._masking import SecretText
from openapi_client.exceptions import ApiTypeError, ApiValueError

NO_SECRETS: Final = frozenset({"accept", "content-type", "user-agent"})
"""The headers that every request has and that hold no secret, in lower case."""


def merge_headers(*groups: Mapping[str, Any] | None) -> dict[str, str]:
    """Headers from several places, a later one in place of an earlier one of the same name, whatever its case.

    Raises:
        ApiTypeError: A value is neither text nor a number.
    """
    merged: dict[str, tuple[str, str]] = {}
    for headers in groups:
        for name, value in (headers or {}).items():
            # Any other may hold a secret: a cookie, a key that a gateway wants.
            lower, text = name.lower(), _header_text(name, value)
            merged[lower] = (name, text if lower in NO_SECRETS else SecretText(text))
    return dict(merged.values())


def request_headers(
    defaults: Mapping[str, str],
    cookie: str | None,
    own: Mapping[str, Any] | None,
    auths: Iterable[Mapping[str, str]],
    *,
    has_body: bool,
) -> tuple[dict[str, str], list[tuple[str, Any]]]:
    """The headers of a request, and what its query has to prove who is asking.

    Args:
        defaults: The headers that every request has.
        cookie: The cookie that every request has.
        own: The headers of this request, in place of those of the same name.
        auths: How to prove who is asking, each as `Configuration.auth_settings()` has it.
        has_body: Whether the request has a body, which is JSON unless a header says otherwise.

    Raises:
        ApiTypeError: A value is not text.
        ApiValueError: A way to prove who is asking lacks something, or is none.
    """
    of_client = {"Cookie": SecretText(cookie)} if cookie else None
    usual = {"Accept": "application/json", **({"Content-Type": "application/json"} if has_body else {})}
    headers = merge_headers(usual, defaults, of_client, own)
    query: list[tuple[str, Any]] = []
    authenticate(headers, query, auths)
    return headers, query


def has_authorization(groups: Iterable[Mapping[str, Any] | None]) -> bool:
    """Whether there is an `Authorization` header among some groups of headers, whatever its case."""
    return any(name.lower() == "authorization" for headers in groups for name in headers or ())


def masked(setting: Mapping[str, str]) -> dict[str, str]:
    """A setting for authentication whose values no traceback shows.

    Raises:
        ApiTypeError: A value is not text.
    """
    return {name: SecretText(_text(name, value)) for name, value in setting.items()}


def authenticate(
    headers: dict[str, str], queries: list[tuple[str, Any]], settings: Iterable[Mapping[str, str]]
) -> None:
    """Adds to headers and query what proves who is asking.

    Args:
        headers: The headers.
        queries: The query.
        settings: What to add, each as `Configuration.auth_settings()` has it.

    Raises:
        ApiValueError: A setting lacks something, or belongs neither in a header, a cookie nor the query.
    """
    for setting in settings:
        if missing := {"in", "key", "value"} - setting.keys():
            raise ApiValueError(f"A setting for authentication lacks {', '.join(map(repr, sorted(missing)))}")
        place, name, value = setting["in"], setting["key"], SecretText(setting["value"])
        if place == "query":
            queries.append((name, value))
        elif place == "cookie":
            _set(headers, "Cookie", SecretText(f"{name}={value}"))
        elif place == "header":
            _set(headers, name, value)
        else:
            raise ApiValueError("A setting for authentication belongs in 'header', 'cookie' or 'query'")


def _header_text(name: str, value: object) -> str:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _text(name, value)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ApiTypeError(f"Expected str, not {type(value).__name__},", [name], (str,))
    return value


def _set(headers: dict[str, str], name: str, value: str) -> None:
    for twin in [known for known in headers if known.lower() == name.lower()]:
        del headers[twin]
    headers[name] = value
