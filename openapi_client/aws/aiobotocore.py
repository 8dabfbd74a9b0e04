"""aiobotocore with keys that stay fresh: sessions whose clients ask a source at each signature.

A session pickles by its source. There is one in a process for each source, so that one may be handed about as an option
of file systems: these are taken for the same if their options look the same.
"""

import inspect
import weakref
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from openapi_client._display import also_incomplete
from openapi_client._requirements import from_extra
from openapi_client._threads import making
from openapi_client.aws._guard import Guard
from openapi_client.aws._off_the_loop import off_the_loop
from openapi_client.aws._region import bucket_region, endpoint_of_environment, require_authorities
from openapi_client.aws._replay import Replay
from openapi_client.aws._sources import GivenSource, checked_source
from openapi_client.aws.location import Access
from openapi_client.aws.opening import is_located
from openapi_client.aws.source import CredentialSource

with from_extra("s3fs"):
    from aiobotocore.config import AioConfig  # type: ignore[import-untyped]  # it has no types
    from aiobotocore.session import AioSession  # type: ignore[import-untyped]  # it has no types

    from openapi_client.aws._aiobotocore import resolver
    from openapi_client.aws._botocore import NO_PROFILE
    from openapi_client.aws._closing import close_at_the_latest

# Links that are signed in advance otherwise have a signature that regions opened since 2014 refuse.
_SIGNATURE: Final = AioConfig(signature_version="s3v4")

_CREATE_CLIENT: Final = inspect.signature(AioSession._create_client)


if TYPE_CHECKING:  # aiobotocore has no types: whatever else a session does, checkers let pass

    class _Session:
        def __init__(self, session_vars: Any) -> None: ...

        def __getattr__(self, name: str, /) -> Any: ...

        async def _create_client(self, **options: Any) -> Any: ...

else:
    _Session = AioSession


class AioSourceSession(_Session):
    """A session whose clients ask a source for keys and know the store's region and address; `session` makes it.

    Args:
        source: Gives the keys.
        region: The bucket's region, if it is known.
        name: Tells it from other sessions.

    Attributes:
        source: Gives the keys.
        name: Tells it from other sessions in this process.
    """

    def __init__(self, source: CredentialSource, region: str | None, name: str) -> None:
        super().__init__(session_vars=NO_PROFILE)
        self.source = source
        self.name = name
        self._region = region
        self.set_default_client_config(_SIGNATURE)
        self.register_component("credential_provider", resolver(source))
        events = _EventsOffTheLoop(self)
        Guard(source).register(_GuardOffTheLoop(events, source))
        Replay(source).register(events)

    async def _create_client(self, *arguments: Any, **options: Any) -> Any:
        given = _CREATE_CLIENT.bind(self, *arguments, **options).arguments
        del given["self"]
        if given["service_name"] == "s3":
            endpoint_url = given["endpoint_url"] = given.get("endpoint_url") or endpoint_of_environment()
            require_authorities(endpoint_url, given.get("verify"))
            region = given.get("region_name") or getattr(given.get("config"), "region_name", None) or self._region
            if not (region := region or self.source.region):
                region = await off_the_loop(_region_of_bucket, self.source, endpoint_url)
            given["region_name"] = region
        client = await super()._create_client(**given)
        close_at_the_latest(client)
        return client

    @also_incomplete
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __copy__(self) -> "AioSourceSession":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "AioSourceSession":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _session, (self.source, self._region)


_sessions: Final[weakref.WeakValueDictionary[str, AioSourceSession]] = weakref.WeakValueDictionary()


def session(source: GivenSource, *, access: Access | None = None, region: str | None = None) -> AioSourceSession:
    """The session of a source: one in this process, as long as it is in use.

    Neither variables nor files of AWS's, nor a machine's role, take the place of the source's keys. A request whose
    keys S3 refuses before their time is sent once more with other keys, if its whole body can be. The event loop never
    waits for the registry.

    Args:
        source: Gives the keys; or a place, or a callable that gives `Credentials`.
        access: `"read"` or `"write"`, if a place is given.
        region: The bucket's region; unless given, that of the source, of the environment, else what the store says.

    Raises:
        ApiTypeError: `source` is no source, place or callable.
        ApiValueError: The place is malformed, or `access` is not that of the source.
    """
    return _session(checked_source(source, access), region)


def _session(source: CredentialSource, region: str | None) -> AioSourceSession:
    name = source._name if region is None else f"{source._name}-{region}"
    with making:
        found = _sessions.get(name)
        if found is None:
            found = _sessions.setdefault(name, AioSourceSession(source, region, name))
        return found


def session_named(name: str) -> AioSourceSession | None:
    """The session of this name, if it is in use in this process."""
    return _sessions.get(name)


def _region_of_bucket(source: CredentialSource, endpoint_url: str | None) -> str:
    # The place of a dataset may have to be asked for first.
    return bucket_region(source.location.bucket_name, endpoint_url)


class _GuardOffTheLoop:
    """The events of a session for the guard, which may have to ask the registry for a dataset's place first.

    Args:
        events: The session's.
        source: Where the clients' keys come from.
    """

    def __init__(self, events: "_EventsOffTheLoop", source: CredentialSource) -> None:
        self._events = events
        self._source = source
        self.register_first: Final = events.register_first
        self.register_last: Final = events.register_last

    def register(self, event_name: str, handler: Callable[..., None]) -> None:
        """Calls a handler for an event, in a thread as long as the place is not known."""

        async def handled(**arguments: Any) -> None:
            if is_located(self._source):
                handler(**arguments)
            else:
                await off_the_loop(partial(handler, **arguments))

        self._events.register(event_name, handled)


class _EventsOffTheLoop:
    """The events of a session: what is done for refused keys, which may wait for the lock of a file, blocks no loop.

    Args:
        of: Whose events they are.
    """

    def __init__(self, of: "AioSourceSession") -> None:
        self._events: Final = of.get_component("event_emitter")
        self.register: Final = self._events.register
        self.register_last: Final = self._events.register_last

    def register_first(self, event_name: str, handler: Callable[..., float | None]) -> None:
        """Calls a handler of answers before others, and in a thread where the answer is that of refused keys."""

        async def handled(response: Any, **more: Any) -> float | None:
            if response is None or response[0].status_code != HTTPStatus.BAD_REQUEST:
                return handler(response=response, **more)
            return await off_the_loop(partial(handler, response=response, **more))

        self._events.register_first(event_name, handled)
