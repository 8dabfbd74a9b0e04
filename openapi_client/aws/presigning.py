"""Links to objects that work without keys: requests signed in advance (SigV4). The one place that needs botocore."""

import threading
from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from openapi_client._forks import told_of_forks
from openapi_client._masking import SecretText, without_inner_frames
from openapi_client._requirements import from_extra
from openapi_client.aws._region import bucket_region, endpoint_of_environment
from openapi_client.aws.handle import handle_in
from openapi_client.aws.lifetime import seconds_of
from openapi_client.aws.location import Place, key_of, location_of, object_uri_of
from openapi_client.exceptions import ApiValueError
from openapi_client.model.credentials import Credentials

with from_extra("boto3"):
    from botocore.config import Config

    from openapi_client.aws._botocore import botocore_session

if TYPE_CHECKING:
    from openapi_client.aws.source import CredentialSource

_OPERATIONS: Final = {"GET": "get_object", "PUT": "put_object"}
_LATEST_SIGNERS: Final = 16


@without_inner_frames
def presigned(
    source: "CredentialSource", place: Place, expires: timedelta | float, method: str, region: str | None
) -> str:
    """A link to one object, with keys of a source that live as long as it is to work.

    Args:
        source: Gives the keys.
        place: The object.
        expires: How long the link is to work, as a `timedelta` or in seconds.
        method: `GET` or `PUT`.
        region: The bucket's region; None for the one that the store tells.

    Raises:
        ApiTypeError: `expires` is no length of time.
        ApiValueError: No keys live that long, or do not open the object or admit the method; or there is no such
            method, or no object, or the store tells no region.
    """
    if handle := handle_in(place):
        raise ApiValueError(
            f"A link is to one object, not to the dataset hdl:{handle}: add the object's path to its place"
        )
    location = location_of(place)
    source.require(location, "read" if method == "GET" else "write")
    if method not in _OPERATIONS:
        raise ApiValueError(f"method is {method!r}: give 'GET' or 'PUT'")
    key, seconds = key_of(location), seconds_of("expires", expires)
    if not key or seconds < 1:
        raise ApiValueError(
            f"A link is to one object, and works for 1 s or more, not {object_uri_of(location)} for {seconds:g} s"
        )
    endpoint = endpoint_of_environment()
    client = _signers.signer(region or bucket_region(location.bucket_name, endpoint), endpoint)
    # Keys are asked for last: a link lives no longer than they do.
    _of_thread.keys = source(min_life=seconds)
    try:
        return SecretText(
            client.generate_presigned_url(
                _OPERATIONS[method], Params={"Bucket": location.bucket_name, "Key": key}, ExpiresIn=int(seconds)
            )
        )
    finally:
        del _of_thread.keys


_of_thread: Final = threading.local()


def _keys_of_link() -> Credentials:
    """Return the keys of the link that this thread signs."""
    keys: Credentials = _of_thread.keys
    return keys


class Signers:
    """The clients of botocore that sign links: one for each region and store, the latest of which are kept.

    A client takes a tenth of a second or more to make, and signs a link in less than a millisecond. It sends nothing.
    """

    def __init__(self) -> None:
        self._latest: OrderedDict[tuple[str, str | None], Any] = OrderedDict()
        self._lock = threading.RLock()
        told_of_forks(self)

    def after_fork(self) -> None:
        """Makes the lock anew, which another thread of the parent may have held."""
        self._lock = threading.RLock()

    def signer(self, region: str, endpoint: str | None) -> Any:
        """Return the client for a region and a store.

        Args:
            region: The region.
            endpoint: The store's address; None for that of AWS.
        """
        with self._lock:
            client = self._latest.pop((region, endpoint), None)
            if client is None:
                client = botocore_session(_keys_of_link).create_client(
                    "s3",
                    region_name=region,
                    endpoint_url=endpoint,
                    config=Config(signature_version="s3v4", s3={"addressing_style": _addressing_style(endpoint)}),
                )
            self._latest[region, endpoint] = client
            while len(self._latest) > _LATEST_SIGNERS:
                self._latest.popitem(last=False)
            return client


_signers: Final = Signers()


def _addressing_style(endpoint: str | None) -> Literal["virtual", "path"]:
    """How the link names the bucket: on AWS in the host, elsewhere in the path, since few stores have hosts for that.

    Left to itself, botocore signs links for us-east-1's address on AWS, which sends elsewhere what is not there.
    """
    host = urlsplit(endpoint or "https://s3.amazonaws.com").hostname or ""
    # Not those of VPC endpoints, which begin with the endpoint's own name.
    of_aws = host.startswith(("s3.", "s3-")) and host.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    return "virtual" if of_aws else "path"
