"""CredentialSource: AWS credentials for one place, which never expire for who asks it each time."""

import hashlib
import os
from datetime import UTC, timedelta
from typing import Any, Literal, Self

from openapi_client._display import also_incomplete
from openapi_client.api_client import ApiClient
from openapi_client.apis import RegistryCredentialsApi
from openapi_client.aws.keys import Keys, PackedKeys
from openapi_client.aws.lifetime import Clock, Reading, SystemClock, seconds_of
from openapi_client.aws.location import Access, Place, location_of, root_of
from openapi_client.aws.minting import Minter
from openapi_client.aws.opening import check, is_covered, known_dataset, opened_location
from openapi_client.aws.operation import is_api, is_replaced
from openapi_client.aws.sharing import ShareKey, default_client, keys_of, unpickled_client
from openapi_client.aws.wanted import Wanted
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiTypeError, ApiValueError
from openapi_client.model.credentials import Credentials
from openapi_client.model.s3_location import S3Location


class CredentialSource:
    """AWS credentials for one place that never expire: whoever asks has some that are good for a while.

    A source is called: `source()` gives credentials, from memory as a rule. They are renewed in the background before
    they end; ask again for each use, rather than keep what it gave. Sources of the same client for the same place and
    access share their credentials. They may be used by any number of threads, after a fork, and on other machines: a
    source pickles, its secrets being those of the client's Configuration.

    Registries that are deployed since 2023 know datasets. Name one by its handle: `CredentialSource(
    "hdl:10378.1/1234567")`. The registry is asked once for its place, when keys or the place are first wanted.

    Args:
        location: The place: a dataset's handle, `hdl:10378.1/1234567` or `https://hdl.handle.net/10378.1/1234567`; for
            registries of 2022, an `S3Location` or an `s3://` URI.
        access: `"read"`, or `"write"` for reading, writing and deleting.
        api: The registry to ask: an `ApiClient` or a `RegistryCredentialsApi`; of the latter a subclass, a mock or an
            object with a patched method, which is then what the source asks. Unless given, a client that all sources
            without one share, whose address and login come from the environment (`Configuration.from_environment`).
        dataset_id: The dataset's handle, with or without `hdl:`. Beside a location in S3, the source works with
            registries of both generations; those since 2023 ignore the location.
        cache: Whether to share the keys with other processes of this user by files on disk: True for the user's own
            folder, or another folder, of which nothing else makes use.
        region: The AWS region of the bucket; unless given, that of the environment, else what the store tells.
        pickle_keys: Whether a pickle of the source holds its keys too, so that a worker need not ask at once.
        user: A name for the user whose token the client sends, if the token is a text or comes from a callable or a
            command. The program vouches for it: sources with one name share their keys through the cache.
        clock: What time it is; for tests.

    Raises:
        ApiTypeError: `api` is neither of the two, or neither a location nor a dataset is given.
        ApiValueError: The location is no place, the dataset no handle, or there is no such access; or `cache` is the
            current folder or no path, or needs the user's home where there is none, as in some containers.
    """

    __slots__ = (
        "__weakref__",
        "_api",
        "_cache",
        "_client",
        "_clock",
        "_pickle_keys",
        "_region",
        "_shared",
        "_user",
        "_wanted",
    )

    def __init__(
        self,
        location: Place | None = None,
        access: Access = "read",
        api: ApiClient | RegistryCredentialsApi | None = None,
        dataset_id: str | None = None,
        *,
        cache: bool | str | os.PathLike[str] = False,
        region: str | None = None,
        pickle_keys: bool = False,
        user: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._wanted = Wanted.meant(location, access, dataset_id)
        self._cache = _cache_folder(cache)
        self._region = region
        self._pickle_keys = pickle_keys
        self._user = _user_name(user)
        self._clock: Clock = SystemClock() if clock is None else clock
        client, self._api = _client_and_api(api)
        if client is None and self._wanted.dataset_id is not None:
            raise ApiTypeError(
                f"{type(api).__name__} has no api_client to ask where a dataset is: give its place, 's3://bucket/path/'"
            )
        # One that has no client is never asked by it.
        self._join(ApiClient(Configuration()) if client is None else client)

    def _join(self, client: ApiClient) -> None:
        """Shares the keys of all sources of this kind that a client has."""
        self._client = client
        self._shared = keys_of(client).shared(self._share_key)

    @property
    def _share_key(self) -> ShareKey:
        location, access, dataset_id = self._wanted
        bucket_name, path = ("", "") if location is None else (location.bucket_name, root_of(location))
        return ShareKey(bucket_name, path, access, dataset_id, self._user, self._cache, self._own_api, self._clock)

    @property
    def _own_api(self) -> object:
        """The API object, if it is not as the package has it: what it gives is not for other sources of the client."""
        return self._api if self._api is not None and is_replaced(self._api) else None

    @property
    def _name(self) -> str:
        """Tells it from all others in this process that differ in anything. It is no secret."""
        differ = (id(self._client), self._share_key, self._region, self._pickle_keys)
        return hashlib.sha256(repr(differ).encode()).hexdigest()[:32]

    @property
    def location(self) -> S3Location:
        """The place in S3 that the keys open; each access gives a new object.

        The registry is asked for the place of a dataset with the first keys, and not again.

        Raises:
            ApiException: If the place is not known yet, and the registry refuses or could not be reached.
        """
        return location_of(opened_location(self))

    @property
    def dataset_id(self) -> str | None:
        """The bare handle of the dataset, or None if only a place in S3 was named."""
        return self._wanted.dataset_id

    @property
    def access(self) -> Access:
        """`"read"` or `"write"`."""
        return self._wanted.access

    @property
    def region(self) -> str | None:
        """The AWS region of the bucket: the one given, else the environment's, else None."""
        return self._region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or None

    def __call__(self, *, min_life: timedelta | float | None = None) -> Credentials:
        """Credentials that are good for a while; an object of one's own, all of one set.

        Args:
            min_life: How long they are to live from now on, as a `timedelta` or in seconds; as a rule, 10 minutes, and
                less of keys that live less than an hour.

        Raises:
            ApiException: The registry refused, or could not be reached, and there are no keys that still live.
            CredentialsException: It answered, but gave no keys that can be used.
            AuthenticationException: There is no token to ask it with.
            ApiTypeError: `min_life` is no length of time.
            ApiValueError: No keys live as long as `min_life`; or the answer is not what it should be.
        """
        credentials = None if min_life is not None else self.at_hand()
        return self._obtained(min_life).credentials() if credentials is None else credentials

    def at_hand(self) -> Credentials | None:
        """Credentials as a call of the source gives, if memory has some that are fresh; else None.

        It never waits, so that an event loop may ask. For None, call the source in a thread.
        """
        shared, clock = self._shared, self._clock
        keys = shared.keys
        if (
            keys is None
            or clock.monotonic() >= keys.fresh_until_monotonic
            or clock.time() >= keys.fresh_until_wall
            or shared.revision is not (client := self._client).configuration._revision
            or shared.headers != client.default_headers
            or shared.cookie != client.cookie
        ):
            return None
        return keys.credentials()

    def _obtained(self, min_life: timedelta | float | None) -> Keys:
        return self._shared.obtain(self._minter, 0.0 if min_life is None else seconds_of("min_life", min_life))

    @property
    def _minter(self) -> Minter:
        return Minter(self._client, self._wanted, self._clock, self._shared.lookup, self._user, self._api)

    def invalidate(self, access_key_id: str) -> bool:
        """Tells the source that S3 refused keys before they ended, so that it asks for others.

        They are dropped, from the cache on disk too, unless others have taken their place already, or others were asked
        for less than 30 s ago for this reason: then the fault is elsewhere.

        Args:
            access_key_id: The id of the keys that were refused.

        Returns:
            Whether the next call gives other keys, so that another attempt makes sense.
        """
        return self._shared.invalidate(self._minter, access_key_id)

    def covers(self, place: Place) -> bool:
        """Whether the keys open a place; by whole segments, so that `path` never covers `path2`.

        The handle of a dataset is covered by the sources of that dataset, and by no others.

        Raises:
            ApiValueError: If it is not a place.
            ApiException: If the keys' own place cannot be found out, see `location`.
        """
        return is_covered(self, place)

    def require(self, place: Place, access: Access = "read") -> None:
        """Refuses what S3 would refuse with these keys, in words that name both places.

        Args:
            place: What is to be read or written.
            access: Which of the two.

        Raises:
            ApiValueError: If the keys do not open the place, or it is to be written and they only read.
            ApiException: If the keys' own place cannot be found out, see `location`.
        """
        check(self, place, access)

    def presign(self, place: Place, expires: timedelta | float, *, method: Literal["GET", "PUT"] = "GET") -> str:
        """A link to one object that works without keys, for as long as is said. It is a secret.

        Keys that do not live that long are renewed first. boto3's variables say where the store is, if that is not AWS:
        `AWS_ENDPOINT_URL_S3`. Needs the extra `boto3`.

        Args:
            place: The object, an `S3Location` or an `s3://` URI.
            expires: How long the link is to work, as a `timedelta` or in seconds.
            method: Whether it gets the object or puts it.

        Raises:
            ApiTypeError: `expires` is no length of time.
            ApiValueError: The keys do not open the place or do not admit the method; no keys live that long; or the
                store does not tell the bucket's region.
            ApiException: As for a call of the source.
            ImportError: botocore is not installed.
        """
        from openapi_client.aws.presigning import presigned  # noqa: PLC0415 - needs an extra

        return presigned(self, place, expires, method, self.region)

    def console_url(self) -> str:
        """A sign-in link to the AWS console for this place, made now; a secret, to be opened within 15 minutes.

        Raises:
            ApiException: The registry refused, or could not be reached.
            CredentialsException: The registry gave no link.
        """
        return self._shared.console_link(self._minter)

    def open_console(self) -> bool:
        """Opens the AWS console for this place in the user's browser.

        Returns:
            Whether there is a browser that could be started.

        Raises:
            ApiException: As of `console_url`.
            ApiValueError: The link is not an `https://` address.
            OSError: The page that leads the browser there could not be written.
        """
        from openapi_client.aws.console import opened  # noqa: PLC0415 - loaded when first wanted

        return opened(self.console_url())

    @also_incomplete
    def __repr__(self) -> str:
        keys = self._shared.keys
        life = "no keys yet"
        if keys is not None:
            left = keys.life.left_seconds(Reading.of(self._clock))
            until = keys.expiry.astimezone(UTC).isoformat(sep=" ", timespec="seconds")
            life = f"keys until {until}, {timedelta(seconds=int(left))} left" if left > 0 else f"keys ended {until}"
        return f"<{type(self).__name__} {self._wanted.described(known_dataset(self))}: {life}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        keys = self._shared.held_for(self._minter.login()) if self._pickle_keys else None
        return {
            "wanted": self._wanted,
            "cache": self._cache,
            "region": self._region,
            "pickle_keys": self._pickle_keys,
            "user": self._user,
            "clock": self._clock,
            "client": self._client,
            "api": self._own_api,
            "client_id": keys_of(self._client).client_id,
            "keys": None if keys is None else PackedKeys.of(keys, Reading.of(self._clock)),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._wanted = state["wanted"]
        self._cache = state["cache"]
        self._region = state["region"]
        self._pickle_keys = state["pickle_keys"]
        self._user = state["user"]
        self._clock = state["clock"]
        client = unpickled_client(state["client_id"], state["client"])
        self._api = state["api"]
        if isinstance(self._api, RegistryCredentialsApi):
            self._api.api_client = client
        self._join(client)
        packed: PackedKeys | None = state["keys"]
        if packed is not None:
            self._shared.adopt(packed.unpacked(Reading.of(self._clock)), self._minter.login())


def _client_and_api(api: object) -> tuple[ApiClient | None, object]:
    """Return the client that is given or that an API object has, and the API object; None for what there is not."""
    if api is None:
        return default_client(), None
    if isinstance(api, ApiClient):
        return api, None
    if is_api(api):
        client = getattr(api, "api_client", None)
        return client if isinstance(client, ApiClient) else None, api
    advice = "ApiClient(configuration)" if isinstance(api, Configuration) else "ApiClient(Configuration(host=…))"
    raise ApiTypeError(f"api is an ApiClient or a RegistryCredentialsApi, not {type(api).__name__}: give api={advice}")


def _user_name(user: str | None) -> str | None:
    if user is not None and not isinstance(user, str):
        raise ApiTypeError(f"user must be str or None, not {type(user).__name__}", None, (str,))
    if user is not None and not user.strip():
        # An empty name would make one user of all whose names are not known.
        raise ApiValueError("user must name somebody")
    return user


def _cache_folder(cache: bool | str | os.PathLike[str]) -> str | None:
    """The folder of a cache, as of now; empty for the default one, None for no cache."""
    if isinstance(cache, bool):
        return "" if cache else None
    from openapi_client._user_folders import user_path  # noqa: PLC0415 - loaded when first wanted

    return os.path.abspath(user_path(cache, "cache"))  # noqa: PTH100 - Path's own keeps its `..`
