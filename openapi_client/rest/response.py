"""RESTResponse: an answer that has been read."""

import io
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Any, Final

import urllib3
from urllib3 import HTTPHeaderDict

from openapi_client._header_forms import find_headers
from openapi_client._json import decode_text
from openapi_client._masking import SecretBytes, SecretText
from openapi_client.exceptions import ApiValueError

_UTF_8: Final = "utf-8"


class RESTResponse(io.IOBase):
    """An answer that has been read.

    It can also be made of what tests and recorders have for an answer: any object with `status` and `data`, text or
    bytes, and headers in one of the usual forms.

    Args:
        resp: The answer.
        data: Its body; read now unless given.

    Attributes:
        urllib3_response: The answer as urllib3 has it.
        status: The status code.
        reason: The words beside it.
        data: The body, unpacked: bytes, and text once it has been decoded.
    """

    # Half the cost of attributes in a dictionary, which objects of this class have as well.
    __slots__ = ("data", "reason", "status", "urllib3_response")

    def __init__(self, resp: urllib3.BaseHTTPResponse, data: bytes | None = None) -> None:
        self.urllib3_response: urllib3.BaseHTTPResponse = resp
        self.status: int = resp.status
        self.reason: str | None = getattr(resp, "reason", None)
        self.data: bytes | str = _masked(resp.data) if data is None else SecretBytes(data)

    # There is nothing to close; that of `io.IOBase` would cost each answer more than all the rest.
    def __del__(self) -> None:
        pass

    def __iter__(self) -> Iterator[bytes]:
        data = self.data
        return iter((data.encode() if isinstance(data, str) else data).splitlines(keepends=True))

    @property
    def response(self) -> urllib3.BaseHTTPResponse:
        """The answer as urllib3 has it."""
        return self.urllib3_response

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, a mapping that ignores case."""
        headers = getattr(self.urllib3_response, "headers", None)
        # Those of urllib3 as they are, at once, since each call looks at them.
        return headers if type(headers) is HTTPHeaderDict else HTTPHeaderDict(find_headers(self.urllib3_response))

    def getheaders(self) -> Mapping[str, str]:
        """The headers, a mapping that ignores case."""
        return self.headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """One header, or the default where the answer has none of this name."""
        return self.headers.get(name, default)

    def read(self) -> bytes | str:
        """The body."""
        return self.data

    def text(self) -> str:
        """The body as text, in the encoding that the answer states, else in UTF-8.

        Raises:
            ApiValueError: It is not in that encoding, or there is none of this name.
        """
        if isinstance(self.data, str):
            return self.data
        return SecretText(decode_text(self.data, _encoding(self.getheader("Content-Type"))))

    def lenient_text(self) -> str:
        """The body as text, for people: what cannot be decoded is replaced."""
        try:
            return self.text()
        except ApiValueError:
            return SecretText(bytes(self.data).decode(_UTF_8, "replace")) if isinstance(self.data, bytes) else self.data


def _masked(data: Any) -> bytes | str:
    """Return a body whose `repr` is masked, of whatever an object that stands for an answer has for one."""
    if isinstance(data, str):
        return SecretText(data)
    return SecretBytes(data or b"")


def _encoding(content_type: str | None) -> str:
    if not content_type or "charset" not in content_type.lower():
        return _UTF_8
    message = Message()
    message["Content-Type"] = content_type
    return message.get_content_charset() or _UTF_8
