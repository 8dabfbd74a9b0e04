"""The token source that a Configuration's settings stand for."""

from collections.abc import Callable
from urllib.parse import urljoin

from openapi_client.auth.command import CommandTokenSource
from openapi_client.auth.device import DeviceTokenSource
from openapi_client.auth.password import PasswordTokenSource
from openapi_client.auth.refresh import RefreshTokenSource
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError


def configured_source(configuration: Configuration) -> Callable[[], str]:
    """The token source that a Configuration's settings stand for, by the precedence of `from_environment`.

    Args:
        configuration: The settings; they tell how to log in, or have a source.

    Raises:
        ApiValueError: A setting is missing, or an address is none.
    """
    given = configuration.access_token
    if callable(given):
        return given
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
            token_url=None if issuer else urljoin(f"{configuration.host.rstrip('/')}/", configuration.token_url),
            client_id=client_id,
            client_secret=client_secret,
            configuration=configuration,
        )
    return DeviceTokenSource(
        issuer=issuer, client_id=client_id, client_secret=client_secret, configuration=configuration
    )
