"""The token source that a Configuration's settings stand for."""

from collections.abc import Callable
from copy import copy
from typing import Final
from urllib.parse import urljoin
from weakref import WeakValueDictionary

from openapi_client._masking import SecretText
from openapi_client._servers import base_address
from openapi_client.auth.command import CommandTokenSource
from openapi_client.auth.device import DeviceTokenSource
from openapi_client.auth.password import PasswordTokenSource
from openapi_client.auth.refresh import RefreshTokenSource
from openapi_client.auth.renewal import RenewedTokenSource
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError

_TRANSPORT: Final = (
    *("verify_ssl", "ssl_ca_cert", "ca_cert_data", "cert_file", "key_file", "assert_hostname", "tls_server_name"),
    *("proxy", "no_proxy", "proxy_ssl_context"),
)

_shared: Final["WeakValueDictionary[object, RenewedTokenSource]"] = WeakValueDictionary()


def configured_source(configuration: Configuration) -> Callable[[], str]:
    """The token source that a Configuration's settings stand for, by the precedence of `from_environment`.

    It is one for all in this process who log in alike: there may be many clients, and a refresh token may be good for
    one use.

    Args:
        configuration: The settings; they tell how to log in, or have a source.

    Raises:
        ApiValueError: A setting is missing, or an address is none.
    """
    if callable(configuration.access_token):
        return configuration.access_token
    transport = tuple(getattr(configuration, name) for name in _TRANSPORT)
    proxy_headers = frozenset((name, SecretText(value)) for name, value in (configuration.proxy_headers or {}).items())
    made_of = (configuration.host, configuration.login_settings(), transport, proxy_headers)
    source = _shared.get(made_of)
    if source is None:
        # Of a copy, so that who changes a Configuration afterwards does not change how the others log in.
        source = _shared.setdefault(made_of, _source(copy(configuration)))
    return source


def _source(configuration: Configuration) -> RenewedTokenSource:
    if configuration.token_command:
        return CommandTokenSource(configuration.token_command)
    issuer, client_id, client_secret = configuration.issuer, configuration.client_id, configuration.client_secret
    if configuration.offline_token:
        if not issuer or not client_id:
            raise ApiValueError("An offline token needs the issuer and the client_id that it was given by and to")
        return RefreshTokenSource(
            configuration.offline_token,
            issuer=issuer,
            client_id=client_id,
            client_secret=client_secret,
            configuration=configuration,
        )
    if configuration.username is not None and configuration.password is not None:
        return PasswordTokenSource(
            configuration.username,
            configuration.password,
            issuer=issuer,
            token_url=None if issuer else _token_url(configuration),
            client_id=client_id,
            client_secret=client_secret,
            configuration=configuration,
        )
    return DeviceTokenSource(
        issuer=issuer, client_id=client_id, client_secret=client_secret, configuration=configuration
    )


def _token_url(configuration: Configuration) -> str:
    """Return where name and password are taken to where there is no issuer."""
    return urljoin(f"{base_address(configuration.host)}/", configuration.token_url)
