"""s3fs on a source: file systems whose keys never expire, for whoever uses fsspec. It needs the extra `s3fs`."""

import asyncio
import os
import re
import threading
from typing import TYPE_CHECKING, Any, Final, cast

from openapi_client._requirements import from_extra
from openapi_client._threads import making
from openapi_client.aws._sources import GivenSource, checked_source
from openapi_client.aws.location import Access
from openapi_client.aws.source import CredentialSource
from openapi_client.exceptions import ApiTypeError, ApiValueError

with from_extra("s3fs"):
    import s3fs  # type: ignore[import-untyped]  # it has no types
    from fsspec.asyn import sync  # type: ignore[import-untyped]  # it has no types
    from fsspec.config import apply_config  # type: ignore[import-untyped]  # it has no types
    from fsspec.spec import _Cached  # type: ignore[import-untyped]  # it has no types
    from fsspec.utils import tokenize  # type: ignore[import-untyped]  # it has no types

    from openapi_client.aws.aiobotocore import AioSourceSession, session_named
    from openapi_client.aws.aiobotocore import session as session_of

_OTHER_KEYS: Final = {
    **dict.fromkeys(("key", "secret", "token", "username", "password", "profile")),
    "anon": False,
}
"""Options that would take the place of the source; fsspec also takes them from variables as `FSSPEC_S3_KEY`."""

_LATEST: Final = 64

_NAME: Final = re.compile(r"[\w-]*")
"""What may be the name of a session in this process, by which `to_dict` names the source; no place is written so."""


class _OnePerSource(_Cached):  # type: ignore[misc]  # fsspec has no types
    """Makes file systems: one in a process for the same source and options.

    fsspec's own way knows them by the `repr` of their options, in which a source changes from second to second, and in
    its older versions makes one for each thread. So they are known by the session of the source here.
    """

    def __call__(
        cls,  # noqa: N805 - of a metaclass
        source: GivenSource | None = None,
        *,
        access: Access | None = None,
        region: str | None = None,
        session: AioSourceSession | None = None,
        skip_instance_cache: bool = False,
        **options: Any,
    ) -> "S3FileSystem":
        session = session or _session(source, access, region)
        given = apply_config(cls, options)
        own = {name: given[name] for name in sorted(given.keys() - _OTHER_KEYS.keys())}
        # An asynchronous one is for the event loop of a thread.
        thread_id = threading.get_ident() if own.get("asynchronous") else None
        token = tokenize(cls, session, os.getpid(), thread_id, own)
        held = cls._cache
        with making:
            made: Any = None if skip_instance_cache else held.pop(token, None)
            if made is None:
                made = super().__call__(**own, **_OTHER_KEYS, session=session, skip_instance_cache=True)
                made._fs_token_ = token
                if unknown := made.kwargs.keys() - _OTHER_KEYS.keys():
                    raise ApiTypeError(f"S3FileSystem has no option {', '.join(sorted(unknown))}")
            if not skip_instance_cache:
                # Held are the latest; the connections of others are closed when nobody uses them any more.
                held[token] = made
                cls._latest = token
                while len(held) > _LATEST:
                    held.pop(next(iter(held)))
            file_system: S3FileSystem = made
        return file_system


class S3FileSystem(s3fs.S3FileSystem, metaclass=_OnePerSource):  # type: ignore[misc]  # s3fs has no types
    """An s3fs file system with the keys of a source: `S3FileSystem(source)`.

    It does all that s3fs' own does, with its options but for those that say whose keys to use. The event loop never
    waits for the registry, and a request that S3 refuses because of its keys is repeated once with others.

    There is one in a process for the same source and options: making it again gives the same. The latest 64 are kept.
    It pickles without keys; where it is unpickled, it is again one for all.

    Args:
        source: Gives the keys; or a place, or a callable that gives `Credentials`.
        access: `"read"` or `"write"`, if a place is given.
        region: The bucket's region; unless given, that of the source, else what the store says.
        endpoint_url: The address of the store; unless given, that of `AWS_ENDPOINT_URL_S3`, else AWS.
        options: Those of `s3fs.S3FileSystem`.

    Raises:
        ApiTypeError: `source` is no source, place or callable, or no such option.
        ApiValueError: The place is malformed, or `access` is not that of the source.
    """

    if TYPE_CHECKING:  # what makes file systems turns these into options of s3fs

        def __init__(
            self,
            source: GivenSource,
            *,
            access: Access | None = None,
            region: str | None = None,
            endpoint_url: str | None = None,
            **options: Any,
        ) -> None: ...

    @property
    def source(self) -> CredentialSource:
        """Where the keys come from."""
        return self._source_session.source

    @property
    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = self.storage_options
        return options

    @property
    def _source_session(self) -> AioSourceSession:
        session: AioSourceSession = self._options["session"]
        return session

    async def aclose(self) -> None:
        """Closes the connections; whoever uses the file system again opens others."""
        client: Any = self._s3
        self._s3: Any = None
        # s3fs has one from the loop in which it connected first, and the next may be another.
        self._set_session_lock = asyncio.Lock()
        if client is not None:
            await client.close()

    def close(self) -> None:
        """The same, for whoever does not wait: not in an event loop."""
        sync(self.loop, self.aclose)

    @staticmethod
    def close_session(loop: object, s3: object) -> None:
        """Does nothing: the connections close with the client. s3fs' own way may hand that to another thread's loop."""

    def to_dict(self, **_include_password: bool) -> dict[str, Any]:
        """The file system for JSON: its source by a name that is good in this process alone, as zarr needs it."""
        cls = type(self)
        options = {name: value for name, value in self._options.items() if name not in {"session", *_OTHER_KEYS}}
        named = {"cls": f"{cls.__module__}:{cls.__name__}", "protocol": self.protocol[0], "args": []}
        return {**named, **options, "source": self._source_session.name}


def storage_options(
    source: GivenSource,
    *,
    access: Access | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
) -> dict[str, Any]:
    """The options with which fsspec's own `s3://` has the keys of a source: for pandas, xarray, zarr, dask.

    They pickle without keys. A mapper is had by `S3FileSystem(source).get_mapper(…)`: zarr writes the options of one as
    JSON, in which these have no form.

    Args:
        source: Gives the keys; or a place, or a callable that gives `Credentials`.
        access: `"read"` or `"write"`, if a place is given.
        region: As of `S3FileSystem`.
        endpoint_url: As of `S3FileSystem`.
    """
    # One that is None would take the place of what fsspec's configuration says.
    address = {} if endpoint_url is None else {"endpoint_url": endpoint_url}
    return {"session": session_of(source, access=access, region=region), **address, **_OTHER_KEYS}


def _session(source: GivenSource | None, access: Access | None, region: str | None) -> AioSourceSession:
    """The session of what is given as a source: a name is what `to_dict` has."""
    if not isinstance(source, str) or not _NAME.fullmatch(source):
        return session_of(checked_source(cast("GivenSource", source), access), region=region)
    session = session_named(source)
    if session is None:
        raise ApiValueError(
            "The source of this file system is not in this process: pickle it rather than use JSON. A place is written"
            " as s3://bucket/path/"
        )
    return session
