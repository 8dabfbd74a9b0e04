"""All APIs again: the generator's path."""

from openapi_client.api.registry_credentials_api import RegistryCredentialsApi

__all__ = ["RegistryCredentialsApi"]
