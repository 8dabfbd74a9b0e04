"""Records with secrets, as text: JSON in ASCII, with its version and the key that it is kept under."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from openapi_client._json import decode_text, parse_json, to_json
from openapi_client._masking import SecretBytes, without_inner_frames
from openapi_client.exceptions import ApiValueError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LIMIT_BYTES: Final = 1024 * 1024
"""The largest size of a record."""


def key_digest(key: "DataclassInstance") -> str:
    """A name for a key, which every file system takes: SHA-256 in hexadecimal digits.

    Args:
        key: A dataclass of texts, whatever characters they hold.
    """
    return hashlib.sha256(to_json([*asdict(key).values()]).encode()).hexdigest()


# The frames below hold the values in the clear.
@without_inner_frames
def record_to_json(version: int, key: "DataclassInstance", values: Mapping[str, object]) -> SecretBytes:
    """The text of a record.

    Args:
        version: The version of its form.
        key: What it is kept under.
        values: What it holds, under names that the key does not use.

    Raises:
        ApiValueError: It has no form in JSON, or one larger than 1 MiB.
    """
    content = SecretBytes(to_json({"version": version, **asdict(key), **values}).encode())
    if len(content) > LIMIT_BYTES:
        raise ApiValueError(f"What is to be kept is too large: {len(content)} bytes")
    return content


def record_from_json(version: int, key: "DataclassInstance | None", content: bytes) -> dict[str, Any] | None:
    """The values that a text holds, all else in it besides, or None if it is damaged, or another's.

    Args:
        version: The version that it must have.
        key: The key that it must be of; None for any.
        content: The text.
    """
    try:
        kept = parse_json(decode_text(content, "ascii"))
    except ApiValueError:
        return None
    wanted = {"version": version, **({} if key is None else asdict(key))}
    if isinstance(kept, dict) and all(kept.get(name) == value for name, value in wanted.items()):
        return kept
    return None


def is_time(value: object) -> TypeGuard[float]:
    """Whether a value in a record can be a Unix time."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
