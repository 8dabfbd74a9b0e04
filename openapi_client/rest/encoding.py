"""What goes over the wire: addresses, headers and bodies, checked and encoded."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from urllib3 import encode_multipart_formdata

from openapi_client._forms import to_plain
from openapi_client._json import encode_text, to_json
from openapi_client._masking import SecretBytes, SecretText, without_inner_frames
from openapi_client._parameters import Parameters, encoded, items_of
from openapi_client.exceptions import ApiValueError
from openapi_client.rest.failures import AddressError

BAD_HOST: Final = "The host must be the address of an HTTP server, as http://localhost or https://host:8443"

_JSON: Final = re.compile(r"application/(?:[\w.+-]+\+)?json(?:\s*;|$)", re.IGNORECASE)
# What stands between a scheme and a path; some of these characters divide it for one library and not for another.
_NOT_IN_AUTHORITY: Final = re.compile(r"[\x00-\x20\x7f\\\"<>^`{|}]")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FILE: Final = (2, 3)
_NOT_IN_HEADER: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")


@without_inner_frames
def encode_url(url: str, query: Sequence[tuple[str, Any]]) -> str:
    """The address with its query.

    Raises:
        AddressError: If the address is not that of an HTTP server, or holds a user's name or password.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        parts, usable = None, False
    if not parts or not usable or _NOT_IN_AUTHORITY.search(parts.netloc):
        raise AddressError(BAD_HOST)
    if "@" in parts.netloc:
        raise AddressError("The host must not hold a user name or password: they are sent to whoever is asked")
    if not query:
        return url
    return SecretText(f"{url}{'&' if parts.query else '?'}{encoded(urlencode, query)}")


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address; of a text that is none, or names a user, no origin at all."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", "", 0
    if "@" in parts.netloc or _NOT_IN_AUTHORITY.search(parts.netloc):
        return "", "", 0
    return parts.scheme, parts.hostname or "", port or (443 if parts.scheme == "https" else 80)


def target_of(url: str) -> str:
    """What to ask the host of an address for: its path and query."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return SecretText(f"{path}?{parts.query}") if parts.query else path


def check_headers(headers: Mapping[str, str]) -> None:
    """Makes sure that no header ends early and begins another one.

    Raises:
        ApiValueError: A name or value holds a character that none may, as a line break.
    """
    if not all(map(_is_header_name, headers)):
        raise ApiValueError("The name of a header holds a character that none may")
    # One search over all values: which of them is to blame is looked for only if there is something to blame.
    if not _NOT_IN_HEADER.search("".join(headers.values())):
        return
    name, found = next((name, found) for name, value in headers.items() if (found := _NOT_IN_HEADER.search(value)))
    raise ApiValueError(
        f"The header {name!r} holds a character that no header may (U+{ord(found[0]):04X}, after"
        f" {found.start()} others); is a line break or a dash from a document in it?"
    )


@lru_cache(maxsize=256)
def _is_header_name(name: str) -> bool:
    return _HEADER_NAME.fullmatch(name) is not None


def encode_body(headers: dict[str, str], body: Any, post_params: Parameters | None) -> bytes | None:
    """The body in the form that its Content-Type header says; where there is none, the usual one is added.

    Args:
        headers: The headers; a multipart form writes its boundary into them.
        body: Values for JSON; text or bytes for any other type.
        post_params: The fields of a form.

    Raises:
        ApiValueError: There are both, the values have no form in JSON, or no way is known to write this type.
    """
    if body is not None and post_params:
        raise ApiValueError("A request has either a body or form fields, not both")
    name = next((name for name in headers if name.lower() == "content-type"), "Content-Type")
    content_type = headers.get(name)
    if post_params:
        return _encode_form(headers, name, content_type, post_params)
    if body is None:
        return None
    if content_type is None:
        headers[name] = content_type = "application/json"
    if _JSON.match(content_type) and not isinstance(body, bytes):
        return SecretBytes(to_json(body).encode())
    if isinstance(body, (str, bytes)):
        return SecretBytes(encode_text(body) if isinstance(body, str) else body)
    raise ApiValueError(f"A body of type {type(body).__name__} cannot be written as {content_type}")


def _encode_form(headers: dict[str, str], name: str, content_type: str | None, fields: Parameters) -> bytes:
    pairs = list(items_of(fields))
    if content_type is None:
        has_file = any(_is_file(value) for _, value in pairs)
        content_type = headers[name] = "multipart/form-data" if has_file else "application/x-www-form-urlencoded"
    if content_type.startswith("application/x-www-form-urlencoded"):
        return SecretBytes(encoded(urlencode, pairs).encode())
    if content_type.startswith("multipart/form-data"):
        form, headers[name] = encode_multipart_formdata([(key, _part(value)) for key, value in pairs])
        return SecretBytes(form)
    raise ApiValueError(f"Form fields cannot be written as {content_type}")


def _is_file(value: Any) -> bool:
    """Return whether a field is a file as urllib3 takes one: its name, what it holds, and maybe its type."""
    if not isinstance(value, (tuple, list)) or len(value) not in _FILE:
        return False
    # A list is a tuple that was made fit for JSON, which has no bytes.
    return isinstance(value[1], (str, bytes) if isinstance(value, tuple) else bytes)


def _part(value: Any) -> Any:
    """Return one field of a multipart form: a file, text and bytes as they are, other values as JSON."""
    if _is_file(value):
        return tuple(value)
    plain = to_plain(value)
    if isinstance(plain, str):
        return encode_text(plain)
    return plain if isinstance(plain, bytes) else (None, to_json(plain), "application/json")
