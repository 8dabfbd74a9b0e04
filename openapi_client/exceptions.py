"""Every error that this package raises.

    OpenApiException
    ├── ApiTypeError (TypeError, ValueError)       a value of the wrong type, an unknown keyword
    │   └── ApiMissingPropertyError                a required property is absent; an ApiValueError too
    ├── ApiValueError (ValueError)                 a value of the right type that is not valid
    ├── ApiAttributeError (AttributeError)         a model has no such property
    ├── ApiKeyError (KeyError)                     a mapping has no such key
    └── ApiException                               the registry refused, or could not be reached
        ├── BadRequestException                    400
        ├── UnauthorizedException                  401
        ├── ForbiddenException                     403
        ├── NotFoundException                      404
        ├── ConflictException                      409
        ├── UnprocessableEntityException           422
        ├── ServiceException                       500 to 599
        ├── AuthenticationException                there is no token to ask the registry with
        │   ├── LoginRequiredException             password, refresh or offline token no longer good
        │   ├── ClientRefusedException             client id or secret wrong, or not admitted to this login
        │   └── DeviceLoginException               denied in the browser, or not confirmed in time
        ├── CredentialsException                   the registry answered, but gave no keys that can be used
        └── ApiConnectionException                 (ConnectionError) status 0: no complete answer came
            └── ApiTimeoutException                (TimeoutError) no complete answer came in time

All of them pickle, and none shows a secret. The last two are errors of urllib3 too where a request raises them, for
programs that catch those: see `openapi_client.rest.failures`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final, NoReturn, Protocol, Self

from openapi_client._display import printable, shown
from openapi_client._header_forms import find_headers
from openapi_client._masking import MASK, is_secret_name, without_secrets

PathItem = str | int

_SERVER_ERRORS: Final = range(500, 600)

_ADVICE: Final = {
    "body.dataset_id": "; registries since 2023 want the handle of a dataset, as in dataset_id='10378.1/1234567'"
}
"""Advice on parts of a request that a registry asks for although the document does not name them."""


class HTTPResponse(Protocol):
    """What an `ApiException` reads off an answer, besides its headers, which may have any usual form."""

    @property
    def status(self) -> int | None:
        """The status code."""

    @property
    def reason(self) -> str | None:
        """The words beside the status code."""

    @property
    def data(self) -> Any:
        """The body, as bytes or text."""


class OpenApiException(Exception):
    """The root of the tree: whatever goes wrong in a call is one of these."""

    # Its message says what is wrong, so that the places in this package's code need not.
    _is_explained: ClassVar[bool] = True

    def __str__(self) -> str:
        return shown(super().__str__(), lines=True)

    def __repr__(self) -> str:
        # The arguments, as Exception shows them, which may be a server's words.
        return f"{type(self).__name__}({shown(', '.join(map(repr, self.args)))})"


class _ItemError(OpenApiException):
    """An error about one item of some data, which it names by its path.

    Args:
        msg: What is wrong.
        path_to_item: The keys and indices that lead to the item.
    """

    def __init__(self, msg: str, path_to_item: Sequence[PathItem] | None = None) -> None:
        # Not of what stands behind in a subclass, as an error of urllib3, which would add words of its own.
        Exception.__init__(self, f"{msg} at {render_path(path_to_item)}" if path_to_item else msg)
        self.path_to_item: list[PathItem] | None = None if path_to_item is None else list(path_to_item)

    def __str__(self) -> str:
        # KeyError would show its message in quotation marks.
        return shown(str(self.args[0]), lines=True) if self.args else ""


class ApiTypeError(_ItemError, TypeError, ValueError):
    """A value is of the wrong type, or an argument is unknown.

    The generator's later line raises a ValueError for a wrong type, its earlier line a TypeError.

    Args:
        msg: What is wrong.
        path_to_item: The keys and indices that lead to the item.
        valid_classes: The types that would have been right.
        key_type: True if the item is the key of a mapping, False if it is a value, None if it is neither.
    """

    def __init__(
        self,
        msg: str,
        path_to_item: Sequence[PathItem] | None = None,
        valid_classes: tuple[Any, ...] | None = None,
        key_type: bool | None = None,
    ) -> None:
        super().__init__(msg, path_to_item)
        self.valid_classes: tuple[Any, ...] | None = valid_classes
        self.key_type: bool | None = key_type


class ApiValueError(_ItemError, ValueError):
    """A value is of the right type, but not valid, such as a text that is not a time, or an answer that is not JSON."""


class ApiMissingPropertyError(ApiTypeError, ApiValueError):
    """A required property is absent."""


class ApiAttributeError(_ItemError, AttributeError):
    """A model has no property of this name, or none is set."""


class ApiKeyError(_ItemError, KeyError):
    """A mapping has no such key."""


class ApiException(OpenApiException):
    """The registry answered with an error status, or no whole answer came.

    Args:
        status: The status code; 0 where there was no answer.
        reason: The words beside it.
        http_resp: The answer that `status`, `reason`, `body` and `headers` are read off.
        body: The body as text.
        data: The body as parsed JSON; of a 422, an `HTTPValidationError`.

    Attributes:
        status: The status code; 0 where there was no answer.
        reason: The words beside it.
        body: The body, or None.
        headers: The headers, a mapping that ignores case, or None.
        data: The body as parsed JSON; of a 422, an `HTTPValidationError`; None where it is neither.
        waits: The seconds waited before each further attempt; empty where the first was the last.
    """

    status: int | None = None
    reason: str | None = None
    body: Any = None
    headers: Mapping[str, str] | None = None
    data: Any = None
    waits: tuple[float, ...] = ()

    def __init__(
        self,
        status: int | None = None,
        reason: str | None = None,
        http_resp: HTTPResponse | None = None,
        *,
        body: Any = None,
        data: Any = None,
    ) -> None:
        super().__init__()
        self.status = status
        self.reason = reason
        self.body = body
        self.headers = None
        self.data = data
        if http_resp is not None:
            # Tests hand in objects that have only some of these.
            self.status = getattr(http_resp, "status", None) if status is None else status
            self.reason = getattr(http_resp, "reason", None) if reason is None else reason
            self.body = _as_text(getattr(http_resp, "data", None)) if body is None else body
            self.headers = find_headers(http_resp)
        self.args: tuple[Any, ...] = (self.status, self.reason)

    @classmethod
    def from_response(cls, *, http_resp: HTTPResponse, body: Any = None, data: Any = None) -> NoReturn:
        """Raise the error for an answer, as the generator's 7.x client does; arguments are those of `of_response`.

        Raises:
            ApiException: Always, of the class that stands for the answer's status.
        """
        raise cls.of_response(http_resp=http_resp, body=body, data=data)

    @classmethod
    def of_response(cls, *, http_resp: HTTPResponse, body: Any = None, data: Any = None) -> Self:
        """Return the error for an answer, of the class that stands for its status.

        Args:
            http_resp: The answer.
            body: Its body, where it is not to be read off the answer.
            data: Its body as parsed JSON.
        """
        status = getattr(http_resp, "status", None) or 0
        chosen = ServiceException if status in _SERVER_ERRORS else _CLASSES.get(status, ApiException)
        kind = chosen if issubclass(chosen, cls) else cls
        return kind(http_resp=http_resp, body=body, data=data)

    def __str__(self) -> str:
        lines = [f"Status Code: {self.status}", f"Reason: {shown(str(self.reason))}"]
        # Each on a line of its own, and masked together, since all of them are bounded together.
        if refusals := "\n".join(f"  {printable(refusal)}" for refusal in _refusals(self.data)):
            lines.append(without_secrets(refusals))
        if self.headers:
            headers = {name: MASK if is_secret_name(name) else value for name, value in self.headers.items()}
            lines.append(f"HTTP response headers: {shown(str(headers))}")
        if self.body:
            body = self.body
            body = body.decode("utf-8", "replace") if isinstance(body, (bytes, bytearray)) else str(body)
            lines.append(f"HTTP response body: {shown(body, lines=True)}")
        return "\n".join(lines) + "\n"


class BadRequestException(ApiException):
    """400: what was asked for is no dataset, or its files are not kept in this data store."""


class UnauthorizedException(ApiException):
    """401: with a `WWW-Authenticate` header the token is bad; without one this user may not access the place."""


class ForbiddenException(ApiException):
    """403: the place does not admit this kind of access now, as a dataset in review or released."""


class NotFoundException(ApiException):
    """404: there is no such operation at this host; is its address right?"""


class ConflictException(ApiException):
    """409: the request contradicts the state that the registry is in."""


class UnprocessableEntityException(ApiException):
    """422: the registry refused the shape of the request; `data` says which parts, and why."""


class ServiceException(ApiException):
    """500 to 599: the registry, or something before or behind it, failed."""


class AuthenticationException(ApiException):
    """There is no token to ask the registry with, so it was not asked; the cause is what the token's source raised.

    Attributes:
        status: The status code of the login server's answer; 0 where there was none.
        error: The error code of OAuth 2.0 in that answer, as `invalid_grant`, or None.
    """

    error: str | None = None


class LoginRequiredException(AuthenticationException):
    """The password, the refresh token or the offline token is not, or no longer, good: log in again."""


class ClientRefusedException(AuthenticationException):
    """The client id or its secret is wrong, or the login server does not admit this client to this kind of login."""


class DeviceLoginException(AuthenticationException):
    """The login in the browser was denied, or not confirmed before its code expired."""


class CredentialsException(ApiException):
    """The registry answered, yet gave no AWS keys that can be used: `status.success` is false, or they have ended.

    Raised by what uses the keys, such as a `CredentialSource`. A call of the API returns an answer without success as
    it is. It raises this error only if such an answer is not of the documented shape.
    """


class ApiConnectionException(ApiException, ConnectionError):
    """No complete answer came: refused, reset, an unknown host, an invalid certificate, a broken body."""

    characters_written: int = 0
    """Not used; that of `OSError` raises when it is read, as debuggers do."""


class ApiTimeoutException(ApiConnectionException, TimeoutError):
    """No complete answer came in time."""


_CLASSES: Final[dict[int, type[ApiException]]] = {
    400: BadRequestException,
    401: UnauthorizedException,
    403: ForbiddenException,
    404: NotFoundException,
    409: ConflictException,
    422: UnprocessableEntityException,
}


def _as_text(body: Any) -> Any:
    """A body as text where it is text; bytes of another kind stay bytes."""
    if isinstance(body, (bytes, bytearray)):
        with suppress(UnicodeDecodeError):
            return body.decode()
    return body


def render_path(path_to_item: Sequence[PathItem]) -> str:
    """A path as Python would write it: `['s3_location']['path']`."""
    return "".join(f"[{item!r}]" for item in path_to_item)


def _refusals(data: Any) -> Iterator[str]:
    """What a 422 says of each part of the request that was refused."""
    detail = data.get("detail", None) if hasattr(data, "get") else None
    for entry in detail if isinstance(detail, list) else ():
        if hasattr(entry, "get") and isinstance(loc := entry.get("loc", None), list):
            where = ".".join(map(str, loc))
            yield f"{where}: {entry.get('msg', None)}{_ADVICE.get(where, '')}"
