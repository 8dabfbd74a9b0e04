"""Links to objects that work without keys: requests signed in advance (SigV4). The one place that needs botocore."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from openapi_client._masking import SecretText, without_inner_frames
from openapi_client.aws._region import bucket_region, endpoint_of_environment
from openapi_client.aws.location import uri_of
from openapi_client.exceptions import ApiValueError
from openapi_client.model.s3_location import S3Location

try:
    import botocore.session
    from botocore.config import Config
except ModuleNotFoundError as _missing:
    if (_missing.name or "").partition(".")[0] != "botocore":
        raise
    raise ImportError(
        'Links need botocore, which is not installed: pip install "openapi-client[boto3]"', name="botocore"
    ) from _missing

if TYPE_CHECKING:
    from openapi_client.aws.source import CredentialSource

_OPERATIONS: Final = {"GET": "get_object", "PUT": "put_object"}


@without_inner_frames
def presigned(
    source: "CredentialSource", location: S3Location, expires: timedelta, method: str, region: str | None
) -> str:
    """A link to one object, with keys of a source that live as long as it is to work.

    Args:
        source: Gives the keys.
        location: The object.
        expires: How long the link is to work.
        method: `GET` or `PUT`.
        region: The bucket's region; None for the one that the store tells.

    Raises:
        ApiValueError: No keys live that long; or there is no such method, or no object, or the store tells no region.
    """
    if method not in _OPERATIONS:
        raise ApiValueError(f"method is {method!r}: give 'GET' or 'PUT'")
    if not location.path or expires < timedelta(seconds=1):
        raise ApiValueError(f"A link is to one object, and works for 1 s or more, not {uri_of(location)} for {expires}")
    keys = source(min_life=expires)
    session: Any = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    client = session.create_client(
        "s3",
        region_name=region or bucket_region(location.bucket_name, endpoint_of_environment()),
        aws_access_key_id=keys.aws_access_key_id,
        aws_secret_access_key=keys.aws_secret_access_key,
        aws_session_token=keys.aws_session_token,
        # Left to itself, botocore signs links for us-east-1's address, which sends elsewhere what is not there.
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )
    with_object = {"Bucket": location.bucket_name, "Key": location.path}
    try:
        return SecretText(
            client.generate_presigned_url(
                _OPERATIONS[method], Params=with_object, ExpiresIn=int(expires.total_seconds())
            )
        )
    finally:
        client.close()
