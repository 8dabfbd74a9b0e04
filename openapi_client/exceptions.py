"""Every error that this package raises.

    OpenApiException
    ├── ApiTypeError (TypeError)             a value of the wrong type, an unknown keyword
    │   └── ApiMissingPropertyError          a required property is absent; an ApiValueError too
    ├── ApiValueError (ValueError)           a value of the right type that cannot be meant
    ├── ApiAttributeError (AttributeError)   a model has no such property
    ├── ApiKeyError (KeyError)               a mapping has no such key
    └── ApiException                         the registry refused, or could not be reached
        ├── BadRequestException              400
        ├── UnauthorizedException            401
        ├── ForbiddenException               403
        ├── NotFoundException                404
        ├── ConflictException                409
        ├── UnprocessableEntityException     422
        ├── ServiceException                 500 to 599
        ├── AuthenticationException          there is no token to ask the registry with
        │   ├── LoginRequiredException       password, refresh or offline token no longer good
        │   ├── ClientRefusedException       client id or secret wrong, or not admitted to this login
        │   └── DeviceLoginException         denied in the browser, or not confirmed in time
        ├── CredentialsException             the registry answered, but gave no keys that can be used
        └── ApiConnectionException           status 0: no whole answer came
            └── ApiTimeoutException          nor would one have come in time

All of them pickle, and none shows a secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, Self

from openapi_client._masking import is_secret_name, without_secrets

PathItem = str | int

_SERVER_ERRORS: Final = range(500, 600)


class HTTPResponse(Protocol):
    """What an `ApiException` reads off an answer."""

    @property
    def status(self) -> int | None:
        """The status code."""

    @property
    def reason(self) -> str | None:
        """The words beside the status code."""

    @property
    def data(self) -> Any:
        """The body, as bytes or text."""

    def getheaders(self) -> Mapping[str, str]:
        """The headers."""
        ...


class OpenApiException(Exception):
    """The root of the tree: whatever goes wrong in a call is one of these."""


class _ItemError(OpenApiException):
    """An error about one item of some data, which it names by its path.

    Args:
        msg: What is wrong.
        path_to_item: The keys and indices that lead to the item.
    """

    def __init__(self, msg: str, path_to_item: Sequence[PathItem] | None = None) -> None:
        super().__init__(f"{msg} at {render_path(path_to_item)}" if path_to_item else msg)
        self.path_to_item: list[PathItem] | None = None if path_to_item is None else list(path_to_item)

    def __str__(self) -> str:
        # KeyError would show its message in quotation marks.
        return str(self.args[0])


class ApiTypeError(_ItemError, TypeError):
    """A value is of the wrong type, or an argument is unknown.

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
    """A value is of the right type, yet cannot be meant: a text that is no time, an answer that is no JSON."""


class ApiMissingPropertyError(ApiTypeError, ApiValueError):
    """A required property is absent. The generator's earlier line had a TypeError here, its later line a ValueError."""


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

    status: int | None
    reason: str | None
    body: Any
    headers: Mapping[str, str] | None
    data: Any
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
            self.status = http_resp.status if status is None else status
            self.reason = http_resp.reason if reason is None else reason
            self.body = http_resp.data if body is None else body
            self.headers = http_resp.getheaders()
        self.args: tuple[Any, ...] = (self.status, self.reason)

    @classmethod
    def from_response(cls, *, http_resp: HTTPResponse, body: Any = None, data: Any = None) -> Self:
        """The error for an answer, of the class that stands for its status.

        Args:
            http_resp: The answer.
            body: Its body, where it is not to be read off the answer.
            data: Its body as parsed JSON.
        """
        status = http_resp.status or 0
        chosen = ServiceException if status in _SERVER_ERRORS else _CLASSES.get(status, ApiException)
        kind = chosen if issubclass(chosen, cls) else cls
        return kind(http_resp=http_resp, body=body, data=data)

    def __str__(self) -> str:
        lines = [f"({self.status})", f"Reason: {without_secrets(str(self.reason))}"]
        if refusals := "\n".join(f"  {refusal}" for refusal in _refusals(self.data)):
            lines.append(without_secrets(refusals))
        if self.headers:
            shown = {name: "***" if is_secret_name(name) else value for name, value in self.headers.items()}
            lines.append(f"HTTP response headers: {without_secrets(str(shown))}")
        if self.body:
            body = self.body.decode("utf-8", "replace") if isinstance(self.body, bytes) else str(self.body)
            lines.append(f"HTTP response body: {without_secrets(body)}")
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


class ApiConnectionException(ApiException):
    """No whole answer came: refused, reset, an unknown host, a certificate that does not hold, a broken body."""


class ApiTimeoutException(ApiConnectionException):
    """No whole answer came in time."""


_CLASSES: Final[dict[int, type[ApiException]]] = {
    400: BadRequestException,
    401: UnauthorizedException,
    403: ForbiddenException,
    404: NotFoundException,
    409: ConflictException,
    422: UnprocessableEntityException,
}


def render_path(path_to_item: Sequence[PathItem]) -> str:
    """A path as Python would write it: `['s3_location']['path']`."""
    return "".join(f"[{item!r}]" for item in path_to_item)


def _refusals(data: Any) -> Iterator[str]:
    """What a 422 says of each part of the request that was refused."""
    detail = data.get("detail", None) if hasattr(data, "get") else None
    for entry in detail if isinstance(detail, list) else ():
        if hasattr(entry, "get") and isinstance(loc := entry.get("loc", None), list):
            yield f"{'.'.join(map(str, loc))}: {entry.get('msg', None)}"
