"""Starts the parts of a sandbox, which are the store, the proxy and the registry, and stops them in the other order."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.clients import known_clients
from openapi_client.sandbox.datasets import Datasets
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.mint import Mint
from openapi_client.sandbox.proxy import running_proxy
from openapi_client.sandbox.registry import build_registry
from openapi_client.sandbox.registry_faults import RegistryFaults
from openapi_client.sandbox.server import address_of, listening_socket, running_server
from openapi_client.sandbox.settings import Settings
from openapi_client.sandbox.store import running_store
from openapi_client.sandbox.store_client import StoreClient, store_client


@dataclass(frozen=True)
class Parts:
    """What a sandbox does its work with while it runs."""

    host: str
    """The registry's address."""
    proxy_port: int
    """Where S3 is."""
    authorization: AuthorizationServer
    store: StoreClient
    ledger: KeyLedger


@contextmanager
def running_parts(settings: Settings, faults: RegistryFaults, datasets: Datasets) -> Generator[Parts]:
    """All parts, for as long as the context lasts; takes a second or two to start.

    Args:
        settings: What they are to be like.
        faults: What the registry undergoes.
        datasets: What a registry of the later generation knows.

    Raises:
        SandboxError: The store does not come up, or the registry's port is taken.
    """
    ledger = KeyLedger()
    is_later = settings.generation != 2022  # noqa: PLR2004 - a year
    with ExitStack() as parts:
        # First, since a port that is taken need not wait for the store.
        listener = parts.enter_context(listening_socket(settings.port))
        store = parts.enter_context(
            running_store(
                bucket_name=settings.bucket_name,
                credentials_lifetime_seconds=int(settings.credentials_lifetime_seconds),
            )
        )
        client = parts.enter_context(store_client(store.port, store.keys))
        proxy_port = parts.enter_context(running_proxy(store.port, settings.bucket_name, ledger))
        host = address_of(listener)
        authorization = AuthorizationServer(
            host,
            settings.user,
            known_clients(settings.client_secret, as_deployed=is_later),
            settings.lifetimes,
            rotate_refresh_tokens=settings.rotate_refresh_tokens,
            clock=settings.clock,
        )
        mint = Mint(client, settings.bucket_name, ledger, settings.forbidden_paths)
        registry = build_registry(
            authorization,
            mint,
            faults,
            datasets if is_later else None,
            user_may_write=settings.user_may_write,
        )
        parts.enter_context(running_server(registry, listener))
        yield Parts(host, proxy_port, authorization, client, ledger)
