"""Where a login server's endpoints are: given one by one, or found at its issuer's (OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from openapi_client._json import stated
from openapi_client.auth.exchange import Wire, check_address
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError, AuthenticationException

_PATH: Final = "/.well-known/openid-configuration"
_BASIC: Final = "client_secret_basic"


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """A login server's endpoints, as far as token sources need them.

    Attributes:
        token_endpoint: Where tokens come from.
        issuer: The server's name for itself; empty where it was not asked.
        device_authorization_endpoint: Where a login by browser begins, or None.
        revocation_endpoint: Where tokens are revoked, or None.
        token_endpoint_auth_methods_supported: How a client with a secret may show it.
    """

    token_endpoint: str
    issuer: str = ""
    device_authorization_endpoint: str | None = None
    revocation_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)


def discover(issuer: str, configuration: Configuration | None = None) -> ProviderMetadata:
    """What a login server says of itself.

    Args:
        issuer: Its issuer, an address below which `/.well-known/openid-configuration` is.
        configuration: TLS, proxy, timeouts and retries of the request; None for those of the default Configuration.

    Raises:
        AuthenticationException: The server refused, or what it says is not what such a server must say.
        ApiConnectionException: No whole answer came.
        ApiValueError: The issuer is no address.
    """
    url = check_address(issuer, "issuer").rstrip("/") + _PATH
    if urlsplit(issuer).query:
        raise ApiValueError("issuer must be an address without a query")
    document = Wire(configuration).get(url)
    problem: ApiValueError | None = None
    try:
        return read_metadata(document, issuer)
    except ApiValueError as error:
        problem = error
    raise AuthenticationException(0, f"The login server at {url} cannot be used: {problem}")


class Provider:
    """A login server's endpoints, discovered when first wanted.

    Args:
        issuer: The server's issuer.
        token_url: Its token endpoint, where there is no issuer to be asked.
        device_authorization_url: Where a login by browser begins; goes before what is discovered.
        revocation_url: Where tokens are revoked; goes before what is discovered.

    Attributes:
        name: The issuer or the token URL, whichever is known.

    Raises:
        ApiValueError: There are both an issuer and a token URL, or neither, or one of them is no address.
    """

    def __init__(
        self,
        issuer: str | None,
        token_url: str | None,
        *,
        device_authorization_url: str | None = None,
        revocation_url: str | None = None,
    ) -> None:
        if (issuer is None) == (token_url is None):
            raise ApiValueError("A token source takes either issuer or token_url")
        given = {
            "device_authorization_endpoint": (device_authorization_url, "device_authorization_url"),
            "revocation_endpoint": (revocation_url, "revocation_url"),
        }
        self._given: dict[str, str] = {
            field: check_address(url, name) for field, (url, name) in given.items() if url is not None
        }
        self._metadata: ProviderMetadata | None = None
        if token_url is not None:
            self.name: str = check_address(token_url, "token_url")
            self._metadata = ProviderMetadata(token_url, **self._given)  # type: ignore[arg-type] # two texts by name
        else:
            self.name = check_address(issuer, "issuer")

    def metadata(self, configuration: Configuration | None) -> ProviderMetadata:
        """The endpoints; the errors are those of `discover`."""
        if self._metadata is None:
            self._metadata = replace(discover(self.name, configuration), **self._given)  # type: ignore[arg-type] # two texts by name
        return self._metadata


def read_metadata(document: Mapping[str, Any], issuer: str) -> ProviderMetadata:
    """What a discovery document says, checked.

    Args:
        document: The document.
        issuer: Whose it is to be.

    Raises:
        ApiValueError: It is not what such a document must be.
    """
    # OpenID Connect Discovery 1.0, section 4.3: otherwise one server could speak for another.
    if (named := document.get("issuer")) != issuer:
        shown = check_address(named, "the issuer that it states")
        raise ApiValueError(f"it states another issuer, {shown!r}; give that one, to the letter, if you trust it")
    methods = stated(document, "token_endpoint_auth_methods_supported")
    if isinstance(methods, list):
        methods = [method for method in methods if method not in (None, "")]
    methods = methods or [_BASIC]
    if not isinstance(methods, list) or not all(isinstance(method, str) for method in methods):
        raise ApiValueError("token_endpoint_auth_methods_supported is not a list of names")
    token_endpoint = _endpoint(document, "token_endpoint", issuer)
    if token_endpoint is None:
        raise ApiValueError("it names no token_endpoint")
    return ProviderMetadata(
        token_endpoint,
        issuer,
        _endpoint(document, "device_authorization_endpoint", issuer),
        _endpoint(document, "revocation_endpoint", issuer),
        tuple(methods),
    )


def _endpoint(document: Mapping[str, Any], name: str, issuer: str) -> str | None:
    url = stated(document, name)
    if url is None:
        return None
    address = check_address(url, name)
    if urlsplit(issuer).scheme == "https" and urlsplit(address).scheme != "https":
        raise ApiValueError(f"{name} is without TLS, though the issuer is not")
    return address
