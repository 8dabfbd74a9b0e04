"""obstore on a source: a store whose keys never expire. It needs the extra `obstore`."""

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from openapi_client._display import also_incomplete
from openapi_client._requirements import from_extra
from openapi_client.aws._region import authorities_of_environment, bucket_region, endpoint_of_environment
from openapi_client.aws._sources import GivenSource, checked_source
from openapi_client.aws.lifetime import seconds_of
from openapi_client.aws.location import Access, root_of, uri_of
from openapi_client.exceptions import ApiValueError

with from_extra("obstore"):
    import obstore.store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3Credential

HORIZON: Final = timedelta(seconds=10)
REFRESH_THRESHOLD: Final = timedelta(seconds=1)

# Since then obstore reads a second variable for the address, which it prefers to an address that it is given.
# https://github.com/developmentseed/obstore/issues/753
_READS_S3_VARIABLE: Final = tuple(map(int, obstore.__version__.split(".")[:2])) >= (0, 11)
# Since the same version it takes certificates of authorities, and reads no variable of AWS that names them.
_TAKES_AUTHORITIES: Final = _READS_S3_VARIABLE


class SourceCredentialProvider:
    """Gives obstore the keys of a source: `S3Store(bucket, credential_provider=SourceCredentialProvider(source))`.

    It serves both of obstore's interfaces, the synchronous and the asynchronous one.

    obstore keeps keys until they end, whatever S3 says of them. So it is told that they end after a while, and asks
    the source again, which has others if `invalidate` has dropped those. That costs no request: the source answers
    from memory.

    Args:
        source: Gives the keys; or a place, or a callable that gives `Credentials`.
        access: `"read"` or `"write"`, if a place is given.
        region: The bucket's region; unless given, that of the source, else what the store says, which is asked here.
        endpoint_url: The address of the store; unless given, that of `AWS_ENDPOINT_URL_S3`, else AWS.
        horizon: For how long obstore may keep keys, as a `timedelta` or in seconds: more than 2 s.

    Raises:
        ApiTypeError: `source` is no source, place or callable, or `horizon` is no length of time.
        ApiValueError: The place is malformed, or `access` is not that of the source;
            or the store is to say what the region is, and does not.
        ApiConnectionException: The same, and it cannot be reached.
        ApiException: The registry is to say first where a dataset is, and refuses.

    Attributes:
        refresh_threshold: How long before the end of keys obstore is to ask for others.
    """

    def __init__(
        self,
        source: GivenSource,
        *,
        access: Access | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        horizon: timedelta | float = HORIZON,
    ) -> None:
        source = self._source = checked_source(source, access)
        self._horizon = timedelta(seconds=seconds_of("horizon", horizon))
        self.refresh_threshold = REFRESH_THRESHOLD
        endpoint = endpoint_url or endpoint_of_environment()
        self._region = region or source.region or bucket_region(source.location.bucket_name, endpoint)
        self._endpoint = endpoint or _address_of_aws(self._region)

    @property
    def config(self) -> "S3Config":
        """Where the store is and how it is spoken to, for obstore, which asks the environment for what is not said."""
        config: S3Config = {
            "region": self._region,
            "endpoint": self._endpoint,
            "skip_signature": False,
            "virtual_hosted_style_request": False,
            "s3_express": False,
        }
        # Only where it makes a difference: other libraries that take obstore's stores may not know this setting.
        if _READS_S3_VARIABLE and os.environ.get("AWS_ENDPOINT_URL_S3", self._endpoint) != self._endpoint:
            config["aws_endpoint_url_s3"] = self._endpoint
        return config

    def __call__(self) -> "S3Credential":
        """Keys that are good for a while, all of one set.

        Raises:
            OpenApiException: As for a call of the source; obstore makes an error of its own of it.
        """
        keys = self._source()
        return {
            "access_key_id": keys.aws_access_key_id,
            "secret_access_key": keys.aws_secret_access_key,
            "token": keys.aws_session_token,
            "expires_at": min(keys.expiry, datetime.now(UTC) + self._horizon),
        }

    @also_incomplete
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._source!r})"


def _address_of_aws(region: str) -> str:
    return f"https://s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def _trusted() -> dict[str, str]:
    """Return the option for what `AWS_CA_BUNDLE` has obstore trust besides the system's authorities."""
    authorities = authorities_of_environment() if _TAKES_AUTHORITIES else None
    if authorities is None:
        return {}
    _bundles[os.environ["AWS_CA_BUNDLE"]] = authorities.encode()
    return {"root_certificate": authorities}


_bundles: Final[dict[str, bytes]] = {}
"""What the files held that `AWS_CA_BUNDLE` has named, which other processes read for themselves."""


class S3Store(obstore.store.S3Store):
    """obstore's own, under the name by which other libraries know it, that pickles with any address."""

    # zarr looks whether a store's class is one of obstore's.
    __module__ = "obstore.store"

    def __reduce__(self) -> tuple[Any, ...]:
        positional, named = self.__getnewargs_ex__()
        options = dict(named.get("client_options") or {})
        of_environment = options.get("root_certificate") in _bundles.values()
        if of_environment:
            del options["root_certificate"]
            named["client_options"] = options
        return _unpickled, (positional, named, of_environment)

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        # obstore does not take the name under which it gives this one back; the provider says it again.
        positional, named = super().__getnewargs_ex__()  # type: ignore[no-untyped-call]  # in no stub of it
        named["config"].pop("endpoint_url_s3", None)
        return positional, named


def _unpickled(positional: tuple[Any, ...], named: dict[str, Any], of_environment: bool) -> S3Store:
    if of_environment:
        named["client_options"].update(_trusted())
    return S3Store(*positional, **named)


def store(
    source: GivenSource,
    *,
    access: Access | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    horizon: timedelta | float = HORIZON,
    client_options: "ClientConfig | None" = None,
    retry_config: "RetryConfig | None" = None,
) -> S3Store:
    """A store for the place of a source: paths in it begin there. It pickles without keys.

    It trusts the authorities in `AWS_CA_BUNDLE` besides those of the system, as boto3 and s3fs do in their place.

    Args:
        source: Gives the keys; or a place, or a callable that gives `Credentials`.
        access: `"read"` or `"write"`, if a place is given.
        region: As of `SourceCredentialProvider`.
        endpoint_url: As of `SourceCredentialProvider`.
        horizon: As of `SourceCredentialProvider`.
        client_options: obstore's options for HTTP. Plain HTTP is admitted where the address of the store is such.
        retry_config: obstore's options for repetitions.

    Raises:
        ApiTypeError: `source` is no source, place or callable, or `horizon` is no length of time.
        ApiValueError: The place is malformed, or `access` is not that of the source;
            or the store is to say what the region is, and does not; or the path has a segment that obstore does not
            take, such as the empty one before a leading slash; or `AWS_CA_BUNDLE`
            names no certificates.
        ApiConnectionException: The same, and it cannot be reached.
        ApiException: The registry is to say where a dataset is, and refuses.
    """
    source = checked_source(source, access)
    provider = SourceCredentialProvider(source, region=region, endpoint_url=endpoint_url, horizon=horizon)
    plain = provider.config.get("endpoint", "").startswith("http://")
    options: Any = {"allow_http": plain, **({} if plain else _trusted()), **(client_options or {})}
    location = source.location
    prefix = root_of(location)
    if prefix and not {"", ".", ".."}.isdisjoint(prefix.split("/")):
        raise ApiValueError(
            f"obstore cannot name {uri_of(location)}: its paths have no empty segments, '.' or '..'. Use boto3 or s3fs"
        )
    return S3Store(
        location.bucket_name,
        prefix=prefix or None,
        credential_provider=provider,
        client_options=options,
        retry_config=retry_config,
    )
