"""Who shares keys in one process: all sources of one client for the same place and access, with one lifetime.

A client's keys live as long as a source for them does. The latest of them live on with the client, so that a function
that makes a source, uses it and drops it does not ask the registry each time it is called.

A source that was pickled finds the client of its like again, if this process has one: a worker that is handed the same
source a hundred times asks for keys once.
"""

import os
import uuid
import weakref
from collections import OrderedDict, deque
from typing import Final, NamedTuple, TypeVar

from openapi_client._masking import SecretText
from openapi_client._threads import making
from openapi_client.api_client import ApiClient
from openapi_client.aws.exchange import Cache
from openapi_client.aws.identity import Login, is_current, login_of
from openapi_client.aws.lifetime import Clock
from openapi_client.aws.renewal import SharedKeys
from openapi_client.configuration import Configuration

_LATEST_KEYS: Final = 64
_LATEST_CLIENTS: Final = 16

K = TypeVar("K")
V = TypeVar("V")


class ShareKey(NamedTuple):
    """What sources have in common that share keys."""

    bucket_name: str
    path: str
    access: str
    dataset_id: str | None
    user: str | None
    cache: str | None
    api: object
    clock: Clock

    def __hash__(self) -> int:
        # An API object of a program's own, or a clock, may have no hash.
        return hash(self[:-2])


class ClientKeys:
    """The keys of one client's sources.

    Args:
        client_id: Names the client and its login in every process that has them from one pickle.
        login: That login.
    """

    def __init__(self, client_id: str, login: Login) -> None:
        self.client_id = client_id
        self.login = login
        self._all: weakref.WeakValueDictionary[ShareKey, SharedKeys] = weakref.WeakValueDictionary()
        self._latest: OrderedDict[ShareKey, SharedKeys] = OrderedDict()

    def shared(self, key: ShareKey) -> SharedKeys:
        """The keys that all sources of this kind share."""
        with making:
            found = self._all.get(key)
            if found is None:
                cache = None if key.cache is None else _cache(key.cache, key.clock)
                found = self._all.setdefault(key, SharedKeys(key.clock, cache))
            _keep(self._latest, key, found, _LATEST_KEYS)
            return found


_clients: Final[weakref.WeakValueDictionary[str, ApiClient]] = weakref.WeakValueDictionary()
_latest_unpickled: Final[deque[ApiClient]] = deque(maxlen=_LATEST_CLIENTS)
_latest_default: Final[OrderedDict[tuple[str, ...], ApiClient]] = OrderedDict()


def keys_of(client: ApiClient) -> ClientKeys:
    """The keys of a client's sources, under a name that is new after each login."""
    keys = client._shared_keys
    if keys is not None and is_current(keys.login, client):
        return keys
    login = login_of(client)
    with making:
        keys = client._shared_keys
        if keys is None:
            keys = client._shared_keys = ClientKeys(uuid.uuid4().hex, login)
        elif keys.login != login:
            _clients.pop(keys.client_id, None)
            keys.client_id = uuid.uuid4().hex
        keys.login = login
        _clients[keys.client_id] = client
        return keys


def default_client() -> ApiClient:
    """The client of sources that name none: one in this process for what the environment says now."""
    prefix = "OPENAPI_CLIENT_"
    said = tuple(SecretText(f"{name}={value}") for name, value in sorted(os.environ.items()) if name.startswith(prefix))
    with making:
        client = _latest_default.get(said) or ApiClient(Configuration.from_environment())
        _keep(_latest_default, said, client, 1)
        return client


def unpickled_client(client_id: str, pickled: ApiClient) -> ApiClient:
    """The client of this name that this process has, its login unchanged, else the one that came with a pickle."""
    wanted = login_of(pickled)
    with making:
        for client in (_clients.get(client_id), *_latest_unpickled):
            keys = None if client is None else client._shared_keys
            if client is None or keys is None or keys.client_id != client_id:
                continue
            login = login_of(client)
            if login == keys.login and login.is_like(wanted):
                return client
        pickled._shared_keys = ClientKeys(client_id, wanted)
        _clients.setdefault(client_id, pickled)
        _latest_unpickled.append(pickled)
        return pickled


def _keep(latest: OrderedDict[K, V], key: K, value: V, count: int) -> None:
    """Keeps something, and of the rest no more than the latest."""
    latest.pop(key, None)
    latest[key] = value
    while len(latest) > count:
        latest.popitem(last=False)


def _cache(folder: str, clock: Clock) -> Cache:
    from openapi_client.aws.cache import KeyCache  # noqa: PLC0415 - loaded when first wanted

    return KeyCache(folder or None, wall_clock=clock.time)
