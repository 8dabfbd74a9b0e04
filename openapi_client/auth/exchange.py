"""One request to a login server, and the JSON object that it answers with."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from openapi_client._json import parse_json
from openapi_client._masking import SecretText, without_inner_frames
from openapi_client.auth.refusals import refusal, states_failure
from openapi_client.configuration import Configuration
from openapi_client.exceptions import (
    ApiConnectionException,
    ApiException,
    ApiValueError,
    AuthenticationException,
    OpenApiException,
)

if TYPE_CHECKING:
    from openapi_client.rest import RESTResponse

_NO_HEADERS: Final[dict[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a request may cost.

    Attributes:
        timeout_seconds: How long it may take, further attempts included; None for what the Configuration says.
        retry: Whether further attempts are made where the Configuration admits them.
    """

    timeout_seconds: float | None = None
    retry: bool = True


WHOLE: Final = Effort()
ONCE: Final = Effort(retry=False)


@dataclass(frozen=True, slots=True)
class Wire:
    """How login servers are reached.

    Attributes:
        configuration: TLS, proxy, timeouts and retries; None for those of the default Configuration.
        secrets: What no error is to repeat, besides the texts in a form that are secret.
    """

    configuration: Configuration | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def get(self, url: str) -> dict[str, Any]:
        """The JSON object at an address; its errors are those of `post`."""
        return _as_object(self._request("GET", url, {}, _NO_HEADERS, WHOLE), f"GET {_shown(url)}")

    def post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str] = _NO_HEADERS, effort: Effort = WHOLE
    ) -> dict[str, Any]:
        """The JSON object that a form is answered with.

        Args:
            url: The address.
            form: The fields; those that are secrets as `SecretText`.
            headers: Headers besides `Accept`.
            effort: How much the request may cost.

        Raises:
            AuthenticationException: The server refused, or its answer is no JSON object.
            ApiConnectionException: No whole answer came.
            ApiValueError: The request cannot be sent.
        """
        return _as_object(self._request("POST", url, form, headers, effort), f"POST {_shown(url)}")

    def tell(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> None:
        """Posts a form whose answer does not matter once it is one of success; its errors are those of `post`."""
        self._request("POST", url, form, headers, WHOLE)

    @without_inner_frames
    def _request(
        self, method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str], effort: Effort
    ) -> "RESTResponse":
        from openapi_client.rest import RESTClientObject  # noqa: PLC0415 - loaded when first wanted

        # A client for each request: they are rare, so that a connection kept would be stale; nothing is to be closed,
        # and none is inherited by a forked process.
        client = RESTClientObject(self._configuration_for(url, effort))
        failure: OpenApiException
        try:
            answer = client.request(
                method,
                url,
                headers={"Accept": "application/json", **headers},
                post_params=list(form.items()),
            )
        except ApiConnectionException:
            raise
        except ApiException as error:
            failure = self._refusal(error.status or 0, str(error.body or ""), f"{method} {_shown(url)}", form, headers)
        else:
            if not states_failure(answer.lenient_text()):
                return answer
            failure = self._refusal(answer.status, answer.lenient_text(), f"{method} {_shown(url)}", form, headers)
        finally:
            client.close()
        # Raised here, outside the handler: the original error, whose body may repeat what was sent, would stay its
        # context.
        raise failure

    def _refusal(
        self, status: int, body: str, where: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> AuthenticationException:
        sent = [*self.secrets, *(value for value in form.values() if isinstance(value, SecretText))]
        sent += [value.rpartition(" ")[2] for value in headers.values() if isinstance(value, SecretText)]
        return refusal(status, body, where, sent)

    def _configuration_for(self, url: str, effort: Effort) -> Configuration:
        known = Configuration.get_default_copy() if self.configuration is None else self.configuration
        chosen = copy.copy(known)
        # Whether a proxy is to be gone round is asked of the host.
        chosen.host = url
        if effort.timeout_seconds is not None:
            chosen.total_timeout_seconds = min(effort.timeout_seconds, known.total_timeout_seconds)
        if not effort.retry:
            chosen.retries = False
        return chosen


def check_address(url: object, name: str) -> str:
    """An address that a login server can be at.

    Args:
        url: The address.
        name: What it is, for the message.

    Raises:
        ApiValueError: It is none, or holds a user's name, a password or a fragment.
    """
    if isinstance(url, str) and url.isascii() and url.isprintable() and " " not in url:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
        except ValueError:
            usable = False
        else:
            usable = usable and "@" not in parts.netloc and not parts.fragment
        if usable:
            return url
    raise ApiValueError(f"{name} must be an address, as https://host/path, without a user name or password in it")


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


@without_inner_frames
def _as_object(answer: "RESTResponse", where: str) -> dict[str, Any]:
    cause: ApiValueError | None = None
    try:
        value = parse_json(answer.text())
    except ApiValueError as error:
        cause, value = error, None
    if isinstance(value, dict):
        return value
    del value
    raise AuthenticationException(answer.status, f"{where}: the answer is no JSON object; is the address right?") from (
        cause
    )
