"""Requests to S3 whose keys were refused before their time, sent once more with other keys: event handlers of botocore.

S3 refuses keys with status 400 and one of three codes; the answer to a HEAD has no body, and so no code. No consumer
asks for other keys by itself then. These handlers tell the source, and have botocore sign and send the request again,
but only where the whole body can be sent again: botocore rewinds a body to its very beginning, wherever it stood when
the call began, and would store other bytes than were meant.

Events and their arguments: https://docs.aws.amazon.com/botocore/latest/reference/
No library is imported; the clients of aiobotocore have the same events.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from openapi_client._masking import MASK

if TYPE_CHECKING:
    from openapi_client.aws.source import CredentialSource

_CODES: Final = frozenset({"ExpiredToken", "InvalidToken", "TokenRefreshRequired"})
"""https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""

_BAD_REQUEST: Final = 400
_REPETITIONS: Final = 2
_CONTEXT: Final = "openapi_client_replay"

# Of version 4 of the signature, or of version 2, which names no region.
_SIGNED: Final = re.compile(r"(?:\bCredential=|^AWS )(?P<access_key_id>[^/:]+)(?:/[^/]+/(?P<region>[^/]+)/)?")


class Events(Protocol):
    """What botocore and boto3 have handlers registered with, such as `boto3.Session().events`."""

    def register(self, event_name: str, handler: Any) -> Any:
        """Calls a handler for an event."""

    def register_first(self, event_name: str, handler: Any) -> Any:
        """Calls a handler before others."""

    def register_last(self, event_name: str, handler: Any) -> Any:
        """Calls a handler after others."""


@dataclass(slots=True)
class _Call:
    """One call of an operation.

    Attributes:
        is_whole: Whether its body can be sent again as it was meant.
        access_key_id: Whose keys its latest request was signed with; None for nobody's.
        region: The region that this was signed for; None where the signature names none.
        refused: The keys that were refused, after each of which it was sent again.
    """

    is_whole: bool
    access_key_id: str | None = None
    region: str | None = None
    refused: set[str] = field(default_factory=set)


class Replay:
    """Sends the requests of botocore's S3 clients once more if S3 refuses the keys of a source.

    Args:
        source: Where the clients' keys come from.
    """

    def __init__(self, source: "CredentialSource") -> None:
        self._source = source

    def register(self, events: Events) -> None:
        """Has all S3 clients of a session do so that are made from now on, or one client.

        Args:
            events: The session's or the client's.
        """
        events.register("before-call.s3", self._begin)
        # After the request was signed, which is a handler of this event too.
        events.register_last("request-created.s3", self._note_keys)
        # Before the retry mode, whose answer may be that there is to be no retry.
        events.register_first("needs-retry.s3", self._answered)

    def _begin(self, params: dict[str, Any], context: dict[str, Any], **_more: object) -> None:
        context[_CONTEXT] = _Call(can_be_sent_again(params.get("body")))

    def _note_keys(self, request: Any, **_more: object) -> None:
        call: _Call | None = request.context.get(_CONTEXT)
        signed = _SIGNED.search(request.headers.get("Authorization", ""))
        if call is not None:
            call.access_key_id, call.region = signed.group("access_key_id", "region") if signed else (None, None)

    def _answered(
        self, response: tuple[Any, dict[str, Any]] | None, operation: Any, request_dict: dict[str, Any], **_more: object
    ) -> int | None:
        """Whether to send the request again: 0, the seconds to wait before, for yes; None leaves it to others."""
        call: _Call | None = request_dict["context"].get(_CONTEXT)
        if response is None or call is None or not _are_keys_refused(response, operation, call.region):
            return None
        # S3 repeats the session token in the error, which shows in the logs of whoever logs `error.response`.
        _mask_token(response[1].get("Error", {}))
        if call.access_key_id is None or not self._source.invalidate(call.access_key_id):
            return None
        # Once; but the keys that come next may be another process's, from the disk, and revoked with the first.
        if not call.is_whole or call.access_key_id in call.refused or len(call.refused) == _REPETITIONS:
            return None
        call.refused.add(call.access_key_id)
        return 0


def can_be_sent_again(body: object) -> bool:
    """Whether a request's body is whole again once it is rewound: bytes, or a file that stands at its beginning."""
    if body is None or isinstance(body, bytes | bytearray):
        return True
    file: Any = body
    try:
        # Not all files that can be rewound say so: those of boto3's transfers have no `seekable`.
        return callable(file.seek) and getattr(file, "seekable", lambda: True)() and file.tell() == 0
    except Exception:  # noqa: BLE001 - the file of a user may raise anything
        return False


def _are_keys_refused(response: tuple[Any, dict[str, Any]], operation: Any, region: str | None) -> bool:
    http, parsed = response
    if operation.http["method"] != "HEAD":
        return parsed.get("Error", {}).get("Code") in _CODES
    if http.status_code != _BAD_REQUEST:
        return False
    # S3 says the same to a signature for another region than the bucket's: nothing that other keys could mend.
    of_bucket = parsed["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
    return of_bucket is None or region is None or of_bucket == region


def _mask_token(error: dict[str, Any]) -> None:
    for name in error:
        if name.startswith("Token"):
            error[name] = MASK
