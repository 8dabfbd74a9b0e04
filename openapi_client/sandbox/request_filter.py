"""Which bytes of a client's requests may pass on to the store, and what is answered to the others."""

import secrets
import time
from typing import Final

import h11

from openapi_client.sandbox.session_token import expiry_of, session_token

_HEAD_BYTES: Final = 64 * 1024
"""The longest request head; a session token holds its policy and can have some thousand bytes."""

_MARGIN_SECONDS: Final = 0.25
"""A session ends here this much earlier than in the store, so that none expires between here and there."""


class RefusedError(Exception):
    """A request may not pass on; the connection ends with the answer."""

    def __init__(self, code: str, message: str, *, head: bool = False) -> None:
        super().__init__(message)
        self.answer: bytes = _answer(code, message, head=head)


class RequestFilter:
    """Follows the requests of one connection.

    The parser only finds where heads and bodies begin and end; what passes on is what came in.
    """

    def __init__(self) -> None:
        self._parser = _new_parser()
        self._held = b""

    def feed(self, block: bytes) -> bytes:
        """Take the next bytes from the client, and give those that may pass on.

        A head is held back until it is whole and has been looked at.

        Raises:
            RefusedError: They hold a request whose session has expired, or are no request.
        """
        self._held += block
        self._parser.receive_data(block)
        passed = b""
        while (event := self._next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Request) and _has_expired(event):
                raise RefusedError("ExpiredToken", "The provided token has expired.", head=event.method == b"HEAD")
            if isinstance(event, h11.EndOfMessage):
                rest, _ = self._parser.trailing_data
                passed += self._held[: len(self._held) - len(rest)]
                # A parser waits for the answer before it reads another request; the answer does not come this way.
                self._parser, self._held = _new_parser(), rest
                if rest:
                    self._parser.receive_data(rest)
        if self._parser.their_state is h11.SEND_BODY:
            passed += self._held
            self._held = b""
        return passed

    def _next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError as error:
            raise RefusedError("BadRequest", "This is not an HTTP/1.1 request.") from error


def _new_parser() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_BYTES)


def _has_expired(request: h11.Request) -> bool:
    headers = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers)
    token = session_token(request.target.decode("latin-1"), headers)
    expiry = expiry_of(token) if token else None
    return expiry is not None and time.time() >= expiry - _MARGIN_SECONDS


def _answer(code: str, message: str, *, head: bool) -> bytes:
    """A whole answer in S3's form; AWS's also repeats the token, which is a secret.

    Format: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    request_id = secrets.token_hex(8).upper()
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
    )
    lines = [
        "HTTP/1.1 400 Bad Request",
        f"x-amz-request-id: {request_id}",
        "Content-Type: application/xml",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "",
        "" if head else body,
    ]
    return "\r\n".join(lines).encode()
