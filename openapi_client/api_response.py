"""ApiResponse: an answer with its status, headers and raw bytes."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from openapi_client._display import also_incomplete, shown
from openapi_client._masking import MASK, is_secret_name

T = TypeVar("T")


class ApiResponse(Generic[T]):
    """An answer with its status, headers and raw bytes.

    Attributes:
        status_code: The status code.
        headers: The headers, a mapping that ignores case.
        data: The decoded body.
        raw_data: The body as it came, unpacked.
    """

    __slots__ = ("data", "headers", "raw_data", "status_code")

    def __init__(self, *, status_code: int, data: T, raw_data: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.status_code: int = status_code
        self.headers: Mapping[str, str] | None = headers
        self.data: T = data
        self.raw_data: bytes = raw_data

    @also_incomplete
    def __repr__(self) -> str:
        # The raw bytes are left out: they hold the secrets that `data` masks.
        headers = self.headers and {name: MASK if is_secret_name(name) else text for name, text in self.headers.items()}
        return f"ApiResponse(status_code={self.status_code}, headers={shown(repr(headers))}, data={self.data!r})"
