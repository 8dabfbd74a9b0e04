"""Which bytes of a client's requests may pass on to the store, and what is answered to the others."""

import time
from typing import Final
from urllib.parse import urlsplit

import h11

from openapi_client.sandbox.access_key import access_key_id
from openapi_client.sandbox.bucket_region import RegionHeader
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.refusal import refusal
from openapi_client.sandbox.server import HOST_NAMES
from openapi_client.sandbox.session_token import expiry_of, session_token
from openapi_client.sandbox.store_client import REGION

_HEAD_BYTES: Final = 64 * 1024
"""The longest request head; a session token holds its policy and can have some thousand bytes."""

_MARGIN_SECONDS: Final = 0.25
"""A session ends here this much earlier than in the store, so that none expires between here and there."""


class RefusedError(Exception):
    """A request may not pass on; the connection ends with the answer."""

    def __init__(self, code: str, answer: bytes) -> None:
        super().__init__(code)
        self.answer = answer


class RequestFilter:
    """Follows the requests of one connection.

    The parser only finds where heads and bodies begin and end; what passes on is what came in.

    Args:
        bucket_name: The bucket whose region S3 tells.
        ledger: Which keys are refused before their time.
    """

    def __init__(self, bucket_name: str, ledger: KeyLedger) -> None:
        self.region_header: RegionHeader = RegionHeader(REGION)
        """For the answers on the same connection."""
        self._bucket_path = f"/{bucket_name}"
        self._ledger = ledger
        self._parser = _new_parser()
        self._held = b""

    def feed(self, block: bytes) -> bytes:
        """Take the next bytes from the client, and give those that may pass on.

        A head is held back until it is whole and has been looked at.

        Raises:
            RefusedError: They hold a request whose session has expired or whose key is revoked, or are no request.
        """
        self._held += block
        self._parser.receive_data(block)
        passed = b""
        while (event := self._next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Request):
                self._check(event)
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
            raise RefusedError("BadRequest", refusal("BadRequest", head=False)) from error

    def _check(self, request: h11.Request) -> None:
        target = request.target.decode("latin-1")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers]
        is_head = request.method == b"HEAD"
        if not all(_is_this_machine(value) for name, value in headers if name == "host"):
            raise RefusedError("InvalidHost", refusal("InvalidHost", head=is_head))
        asks_for_bucket = is_head and urlsplit(target).path.removesuffix("/") == self._bucket_path
        token, key = session_token(target, headers), access_key_id(target, headers)
        code = self._ledger.revocation(key) if key else None
        if code is None and _has_expired(token):
            code = "ExpiredToken"
        if code:
            region = REGION if asks_for_bucket else None
            raise RefusedError(code, refusal(code, token=token, region=region, head=is_head))
        if asks_for_bucket:
            self.region_header.expect()


def _new_parser() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_BYTES)


def _is_this_machine(host: str) -> bool:
    """Whether a Host header names this machine; a page of another site cannot send such a one (DNS rebinding)."""
    name = host.rpartition(":")[0] if ":" in host else host
    # Buckets may stand before the name.
    return name.lower() in HOST_NAMES or name.lower().endswith(".localhost")


def _has_expired(token: str | None) -> bool:
    expiry = expiry_of(token) if token else None
    return expiry is not None and time.time() >= expiry - _MARGIN_SECONDS
