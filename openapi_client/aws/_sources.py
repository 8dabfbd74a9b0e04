"""What adapters are given: a source, or the place that one is made of."""

from openapi_client.api_client import ApiClient
from openapi_client.apis import RegistryCredentialsApi
from openapi_client.aws.location import Access, Place, access_of, is_place
from openapi_client.aws.source import CredentialSource
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiTypeError, ApiValueError
from openapi_client.model.credentials import Credentials


def checked_source(given: CredentialSource | Place, access: Access | None = None) -> CredentialSource:
    """Return the source that an adapter was given, or one for the place that it was given.

    Args:
        given: The source or the place.
        access: The access that a place is wanted for, `"read"` unless given; for a source, its own or None.

    Raises:
        ApiTypeError: If neither a source nor a place is given.
        ApiValueError: If the place is malformed, or the source has another access.
    """
    if not isinstance(given, CredentialSource):
        if not is_place(given):
            raise ApiTypeError(f"source is a CredentialSource, not {type(given).__name__}: {_advice(given)}")
        return CredentialSource(given, "read" if access is None else access)
    if access is not None and access_of(access) != given.access:
        raise ApiValueError(
            f"access={access!r} was asked of a source that was made with access={given.access!r}: make another one,"
            f" CredentialSource(…, access={access!r})"
        )
    return given


def _advice(given: object) -> str:
    """Return the words for what to give instead."""
    if isinstance(given, ApiClient | RegistryCredentialsApi):
        return "make one that asks it, CredentialSource('s3://bucket/path/', api=…)"
    if isinstance(given, Configuration):
        return "make one that asks by it, CredentialSource('s3://bucket/path/', api=ApiClient(configuration))"
    if isinstance(given, Credentials):
        return "give the source of these credentials, which end"
    return "give one, or its place, such as 's3://bucket/path/' or 'hdl:10378.1/1234567'"
