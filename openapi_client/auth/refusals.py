"""What a login server refuses, as one of our errors: what happened, where, and what to do."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final

from openapi_client._display import shown
from openapi_client._json import parse_json, stated
from openapi_client.exceptions import (
    ApiValueError,
    AuthenticationException,
    ClientRefusedException,
    DeviceLoginException,
    LoginRequiredException,
)

_CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_LONGEST_DESCRIPTION: Final = 300
_THROTTLED: Final = 429
_FAILED: Final = 500
_LOGIN_STATUSES: Final = frozenset({400, 401, 403})

_CLIENT: Final = "check the client id and secret, and which logins the server admits for this client"
_LOGIN: Final = "the password, refresh token or code is not, or no longer, good: log in again"
_ADVICE: Final[dict[str, tuple[type[AuthenticationException], str]]] = {
    "invalid_grant": (LoginRequiredException, _LOGIN),
    "invalid_client": (ClientRefusedException, _CLIENT),
    "unauthorized_client": (ClientRefusedException, _CLIENT),
    "unsupported_grant_type": (ClientRefusedException, "the server has no such login: choose another token source"),
    "access_denied": (DeviceLoginException, "the login was denied: ask again, and confirm it in the browser"),
    "expired_token": (DeviceLoginException, "the login was not confirmed in time: ask again"),
    "invalid_scope": (AuthenticationException, "ask for another `scope`"),
    "invalid_target": (AuthenticationException, "ask for another `audience`"),
    "unsupported_token_type": (AuthenticationException, "this token cannot be revoked, and lives until it expires"),
}
_CODES: Final = frozenset({*_ADVICE, "authorization_pending", "slow_down"})
_UNKNOWN: Final = "check the address of the login server and what is asked of it"
_LATER: Final = "the login server failed or is overloaded: try again later"
_UNEXPLAINED: Final = "no reason is given; check name and password, or log in again, and check the client id"
_EXPLAINED: Final = _UNEXPLAINED.partition("; ")[2]


def refusal(status: int, body: str, where: str, sent: Iterable[str]) -> AuthenticationException:
    """The error for an answer without success.

    Args:
        status: Its status code.
        body: Its body, which need not be the JSON of RFC 6749, section 5.2: there may be none, or a page for people.
        where: What was asked, for the message.
        sent: The secrets that were sent, which the server may repeat.
    """
    answer = _object(body)
    if isinstance(inner := answer.get("error"), dict):
        # Some gateways write an object.
        code, message = inner.get("code"), inner.get("message")
        answer = {"error_description": message, **answer, "error": code if isinstance(code, str) else message}
    secrets = [form for secret in sent if secret for form in _forms(secret)]
    code, description = (_text(answer.get(name), secrets) for name in ("error", "error_description"))
    # There may be words where a code belongs.
    words = code if code and not _CODE.fullmatch(code) else None
    code, description = (code or None, description) if words is None else (None, description or words)
    if code in _ADVICE:
        kind, advice = _ADVICE[code]
    elif status == _THROTTLED or status >= _FAILED:
        kind, advice = AuthenticationException, _LATER
    elif code is None and status in _LOGIN_STATUSES:
        kind, advice = LoginRequiredException, _EXPLAINED if words else _UNEXPLAINED
    else:
        kind, advice = AuthenticationException, _UNKNOWN
    said = f" {code}" if code else ""
    quoted = f" ({shown(description)[:_LONGEST_DESCRIPTION]})" if description else ""
    error = kind(status, f"{where}: {status}{said}{quoted}; {advice}")
    error.error = code
    return error


def states_failure(body: str) -> bool:
    """Return whether an answer of success says that it is none, as some servers do: `{"error": "invalid_grant"}`."""
    # Checked before the shape, since a failure has another one.
    return stated(_object(body), "error") not in (None, 0)


def _object(body: str) -> Mapping[str, Any]:
    try:
        value = parse_json(body)
    except ApiValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: object, secrets: Iterable[str]) -> str | None:
    """A text of the answer on one line; None where it repeats a secret, even a short one, in part of it."""
    if not isinstance(value, str):
        return None
    if value in _CODES:
        # A short secret can be part of a code by chance.
        return value
    if any(secret in value for secret in secrets):
        return None
    return " ".join(value.split())


def _forms(secret: str) -> set[str]:
    """The forms in which a server may repeat a secret: as it is, encoded, or as a header has it."""
    from openapi_client._encodings import encoded_forms  # noqa: PLC0415 - loaded for errors alone

    return {*encoded_forms(secret), b64encode(secret.encode("utf-8", "replace")).decode()}
