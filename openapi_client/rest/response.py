"""RESTResponse: an answer that has been read."""

from collections.abc import Mapping
from email.message import Message
from typing import Final

import urllib3

from openapi_client._json import decode_text
from openapi_client._masking import SecretBytes, SecretText
from openapi_client.exceptions import ApiValueError

_UTF_8: Final = "utf-8"


class RESTResponse:
    """An answer that has been read.

    Args:
        resp: The answer.
        data: Its body; read now unless given.

    Attributes:
        urllib3_response: The answer as urllib3 has it.
        status: The status code.
        reason: The words beside it.
        data: The body, unpacked: bytes, and text once it has been decoded.
    """

    def __init__(self, resp: urllib3.BaseHTTPResponse, data: bytes | None = None) -> None:
        self.urllib3_response: urllib3.BaseHTTPResponse = resp
        self.status: int = resp.status
        self.reason: str | None = resp.reason
        self.data: bytes | str = SecretBytes(resp.data if data is None else data)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, a mapping that ignores case."""
        return self.urllib3_response.headers

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


def _encoding(content_type: str | None) -> str:
    if not content_type or "charset" not in content_type.lower():
        return _UTF_8
    message = Message()
    message["Content-Type"] = content_type
    return message.get_content_charset() or _UTF_8
