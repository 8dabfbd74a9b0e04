"""Where bearer tokens come from: any function that gives one, or one of the sources here, which log in and renew."""

from openapi_client.auth.asking import TokenSource, ask
from openapi_client.auth.command import CommandTokenSource
from openapi_client.auth.configured import configured_source
from openapi_client.auth.device import DeviceTokenSource
from openapi_client.auth.discovery import ProviderMetadata, discover
from openapi_client.auth.keyring_store import KeyringTokenStore
from openapi_client.auth.password import PasswordTokenSource
from openapi_client.auth.prompts import DevicePrompt
from openapi_client.auth.refresh import RefreshTokenSource
from openapi_client.auth.stores import FileTokenStore
from openapi_client.auth.tokens import StoredTokens, StoreKey, TokenStore

__all__ = [
    "CommandTokenSource",
    "DevicePrompt",
    "DeviceTokenSource",
    "FileTokenStore",
    "KeyringTokenStore",
    "PasswordTokenSource",
    "ProviderMetadata",
    "RefreshTokenSource",
    "StoreKey",
    "StoredTokens",
    "TokenSource",
    "TokenStore",
    "ask",
    "configured_source",
    "discover",
]
