"""Where a bucket is: the store's address, and the region that the bucket's requests are signed for.

S3 tells a bucket's region to whoever asks for it with HEAD, whether or not they may, and whether or not they sign.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
"""

import os
from typing import Final

from openapi_client.api_client import ApiClient
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiException, ApiValueError

_HEADER: Final = "x-amz-bucket-region"
_AWS: Final = "https://s3.amazonaws.com"
_TIMEOUT_SECONDS: Final = 30.0

_found: Final[dict[tuple[str, str], str]] = {}


def endpoint_of_environment() -> str | None:
    """The store's address that the environment names by boto3's own variables; None for that of AWS.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None


def authorities_of_environment() -> str | None:
    """Return the certificates in `AWS_CA_BUNDLE`, a file or a folder, as PEM; None where it is not set.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html

    Raises:
        ApiValueError: If there are none where it says.
    """
    bundle = os.environ.get("AWS_CA_BUNDLE")
    if not bundle:
        return None
    from openapi_client.rest.authorities import certificates_at  # noqa: PLC0415 - loaded when first wanted

    return certificates_at(bundle, "AWS_CA_BUNDLE")


def require_authorities(endpoint_url: str | None, verify: object = None) -> None:
    """Make sure that there is a file where `AWS_CA_BUNDLE` says, since botocore's error would not name the variable.

    Args:
        endpoint_url: The store's address; None for that of AWS. One without TLS needs no authorities.
        verify: What botocore is to trust instead; None for the variable.

    Raises:
        ApiValueError: If there is none.
    """
    bundle = os.environ.get("AWS_CA_BUNDLE")
    if bundle and verify is None and not (endpoint_url or _AWS).startswith("http:") and not os.path.isfile(bundle):  # noqa: PTH113 - no pathlib for one question
        raise ApiValueError(
            f"There is no file {bundle!r}, which AWS_CA_BUNDLE names for TLS; boto3 and s3fs take no folder"
        )


def bucket_region(bucket_name: str, endpoint_url: str | None) -> str:
    """The AWS region of a bucket; the store is asked once for each bucket.

    Args:
        bucket_name: The bucket.
        endpoint_url: The store's address; None for that of AWS.

    Raises:
        ApiValueError: The store does not tell.
        ApiConnectionException: No whole answer came.
    """
    host = (endpoint_url or _AWS).rstrip("/")
    region = _found.get((host, bucket_name))
    if region is None:
        region = _found[host, bucket_name] = _asked(host, bucket_name)
    return region


def _asked(host: str, bucket_name: str) -> str:
    # As the libraries that the region is for, which reach the store by the environment's proxy and authorities.
    trusted = authorities_of_environment() if host.startswith("https:") else None
    configuration = Configuration(host=host, ca_cert_data=trusted, proxy="environment")
    with ApiClient(configuration) as client:
        try:
            headers = client.call_api(
                "/{bucket_name}", "HEAD", {"bucket_name": bucket_name}, _request_timeout=_TIMEOUT_SECONDS
            )[2]
        except ApiException as error:
            # Whoever may not see a bucket, or looks in the wrong region, is told all the same.
            if not error.status:
                raise
            status, headers = error.status, error.headers
        else:
            status = 200
    region: str | None = (headers or {}).get(_HEADER)
    if not region:
        raise ApiValueError(
            f"The region of the bucket {bucket_name} is not known, nor does {host} tell it (status {status}):"
            " give region=, or set AWS_REGION"
        )
    return region
