"""boto3 with keys that stay fresh: sessions, clients and resources that ask a source at each signature.

What they give pickles by its source: a worker makes it anew, with keys of its own. It makes a session once, however
often it is handed what the session made, since a session's first client takes a quarter of a second.
"""

import inspect
import os
import threading
import uuid
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from openapi_client._display import also_incomplete
from openapi_client._requirements import from_extra
from openapi_client.aws._guard import Guard
from openapi_client.aws._region import bucket_region, endpoint_of_environment, require_authorities
from openapi_client.aws._replay import Replay
from openapi_client.aws._sources import GivenSource, checked_source
from openapi_client.aws.location import Access
from openapi_client.aws.source import CredentialSource

with from_extra("boto3"):
    import boto3.session
    from botocore.config import Config

    from openapi_client.aws._botocore import botocore_session

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.service_resource import S3ServiceResource

# boto3 signs links with version 2 unless told otherwise, which regions opened since 2014 refuse.
# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
_SIGNATURE: Final = Config(signature_version="s3v4")


def session(
    source: GivenSource,
    *,
    access: Access | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
) -> boto3.Session:
    """A session of boto3 whose keys are those of a source, and never end.

    Its S3 clients and resources are those of `client` and `resource`. Neither variables nor files of AWS's, nor a
    machine's role, take the place of the source's keys; a profile that `AWS_PROFILE` names has no effect at all.

    Args:
        source: Gives the keys; or a place, or a callable that gives `Credentials`.
        access: `"read"` or `"write"`, if a place is given.
        region: The bucket's region; unless given, that of the source, of the environment, else what the store says.
        endpoint_url: The store's address for S3; unless given, that of the environment (`AWS_ENDPOINT_URL_S3`), else
            AWS's own.

    Raises:
        ApiTypeError: `source` is no source, place or callable.
        ApiValueError: The place is malformed, or `access` is not that of the source; or the store is to say what the
            region is, and does not.
        ApiConnectionException: The same, and it cannot be reached.
        ApiException: The registry is to say first where a dataset is, and refuses.
    """
    endpoint_url = endpoint_url or endpoint_of_environment()
    source = checked_source(source, access)
    region = region or source.region or bucket_region(source.location.bucket_name, endpoint_url)
    return SourceSession(source, region, endpoint_url, uuid.uuid4().hex)


def client(
    source: GivenSource,
    *,
    access: Access | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    config: Config | None = None,
) -> "S3Client":
    """An S3 client of boto3 whose keys are those of a source, and never end.

    A request whose keys S3 refuses before their time is sent once more with other keys, if its whole body can be.

    Args:
        source: Gives the keys; or a place, or a callable that gives `Credentials`.
        access: `"read"` or `"write"`, if a place is given.
        region: As of `session`.
        endpoint_url: As of `session`.
        config: Further settings; links are signed with version 4 of the signature unless they say otherwise.

    Raises:
        ApiValueError: As of `session`.
        ApiConnectionException: As of `session`.
    """
    return session(source, access=access, region=region, endpoint_url=endpoint_url).client("s3", config=config)


def resource(
    source: GivenSource,
    *,
    access: Access | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    config: Config | None = None,
) -> "S3ServiceResource":
    """The S3 resource of boto3 on such a client; its arguments and errors are those of `client`."""
    return session(source, access=access, region=region, endpoint_url=endpoint_url).resource("s3", config=config)


# boto3's sessions are not safe for threads, and unpickled ones are shared. A plugin may make a client for a client.
_making: Final = threading.RLock()

_CLIENT: Final = inspect.signature(boto3.session.Session.client)


class SourceSession(boto3.session.Session):
    """A session whose S3 clients ask a source for keys, know the store's address, and pickle; `session` makes it.

    Args:
        source: Gives the keys.
        region: The bucket's region.
        endpoint_url: The store's address for S3; None for AWS's own.
        name: Names the session in every process that has it from a pickle.
    """

    def __init__(self, source: CredentialSource, region: str, endpoint_url: str | None, name: str) -> None:
        super().__init__(botocore_session=botocore_session(source), region_name=region)
        self._recipe = (source, region, endpoint_url, name)
        self._endpoint_url = endpoint_url
        Guard(source).register(self.events)
        Replay(source).register(self.events)
        self.events.register("creating-client-class.s3", _add_pickling_of_client)
        self.events.register("creating-resource-class.s3", _add_pickling_of_resource)
        _sessions[name] = self

    @also_incomplete
    def __repr__(self) -> str:
        return super().__repr__()

    if not TYPE_CHECKING:  # to checkers it is boto3's, which knows each service's client

        def client(self, *arguments: Any, **options: Any) -> Any:
            """A client as boto3 makes it; for S3, by this session's rules. Any thread may ask for one."""
            given = _CLIENT.bind(self, *arguments, **options).arguments
            del given["self"]
            final = {**given}
            if given["service_name"] == "s3":
                config = given.get("config")
                final["config"] = _SIGNATURE if config is None else _SIGNATURE.merge(config)
                if given.get("endpoint_url") is None:
                    final["endpoint_url"] = self._endpoint_url
                require_authorities(final["endpoint_url"], given.get("verify"))
            with _making:
                made = super().client(**final)
            made._recipe = (self, given)
            return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _session, self._recipe


_sessions: Final[weakref.WeakValueDictionary[str, SourceSession]] = weakref.WeakValueDictionary()

# What a task was handed ends with the task, and the next task is handed the like.
_latest_unpickled: Final[deque[SourceSession]] = deque(maxlen=16)


class _PicklingClient:
    """Lets a client pickle: by its session, and what it was made with."""

    def __reduce__(self) -> tuple[Any, ...]:
        made_by, options = vars(self)["_recipe"]
        return _client, (made_by, options)


class _PicklingResource:
    """Lets a resource, as of a bucket or an object, pickle: by its client's recipe, and its own identifiers."""

    def __reduce__(self) -> tuple[Any, ...]:
        meta: Any = vars(self)["meta"]
        made_by, options = vars(meta.client)["_recipe"]
        _, _, kind = type(self).__name__.partition(".")
        return _resource, (made_by, options, kind, tuple(getattr(self, name) for name in meta.identifiers))


def _session(source: CredentialSource, region: str, endpoint_url: str | None, name: str) -> SourceSession:
    with _making:
        found = _sessions.get(name)
        if found is None:
            found = SourceSession(source, region, endpoint_url, name)
            _latest_unpickled.append(found)
        return found


def _client(made_by: SourceSession, options: dict[str, Any]) -> Any:
    return made_by.client(**options)


def _resource(made_by: SourceSession, options: dict[str, Any], kind: str, identifiers: tuple[str, ...]) -> Any:
    whole: Any = made_by.resource(**options)
    return whole if kind == "ServiceResource" else getattr(whole, kind)(*identifiers)


def _add_pickling_of_client(base_classes: list[type], **_more: object) -> None:
    base_classes.insert(0, _PicklingClient)


def _add_pickling_of_resource(base_classes: list[type], **_more: object) -> None:
    base_classes.insert(0, _PicklingResource)


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    # A lock that another thread held at the fork would stay locked in the child.
    os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release)
