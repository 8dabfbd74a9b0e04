"""The operations, one class for each tag of the document."""

from openapi_client.api.registry_credentials_api import RegistryCredentialsApi

__all__ = ["RegistryCredentialsApi"]
