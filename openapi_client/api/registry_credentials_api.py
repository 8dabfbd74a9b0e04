"""RegistryCredentialsApi: the two operations of the registry."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Unpack

from openapi_client._late_names import late_names
from openapi_client.api._operation import operation, with_http_info, without_preload_content
from openapi_client.api_client import ApiClient, Endpoint, RequestOptions
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiTypeError
from openapi_client.model.credential_response import CredentialResponse
from openapi_client.model.credentials_request import CredentialsRequest
from openapi_client.model.http_validation_error import HTTPValidationError

if not TYPE_CHECKING:  # to a type checker, a module with this function has every name
    __getattr__ = late_names(
        __name__, *(f"openapi_client.{name}" for name in ("exceptions", "model_utils", "api_response", "rest"))
    )

READ_ACCESS: Final = Endpoint(
    operation_id="generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post",
    http_method="POST",
    path="/registry/credentials/generate-read-access-credentials",
    request_name="credentials_request",
    request_type=CredentialsRequest,
    response_type=CredentialResponse,
    error_types={422: HTTPValidationError},
    auth=("OAuth2PasswordBearer",),
)
WRITE_ACCESS: Final = Endpoint(
    operation_id="generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post",
    http_method="POST",
    path="/registry/credentials/generate-write-access-credentials",
    request_name="credentials_request",
    request_type=CredentialsRequest,
    response_type=CredentialResponse,
    error_types={422: HTTPValidationError},
    auth=("OAuth2PasswordBearer",),
)

# A test may patch `ApiClient` in this module: then an object of the patched class is made.
_current_default: Final = ApiClient.current_default


class RegistryCredentialsApi:
    """The operations of the registry that give AWS credentials.

    Each has a short name and the generator's long one, equal in everything.

    Args:
        api_client: The client that calls go through; the default client, or one of its own, unless given.

    Raises:
        ApiTypeError: If a `Configuration` or an address is given in the place of a client.

    Attributes:
        api_client: The client that calls go through.
    """

    def __init__(self, api_client: ApiClient | None = None) -> None:
        given: object = api_client
        if isinstance(given, (Configuration, str)):
            made = "configuration" if isinstance(given, Configuration) else "Configuration(host=…)"
            raise ApiTypeError(f"api_client is an ApiClient, not {type(given).__name__}: give ApiClient({made})")
        self.api_client: ApiClient = api_client or _current_default() or ApiClient()

    @operation(READ_ACCESS)
    def generate_read_access_credentials(
        self, credentials_request: CredentialsRequest | Mapping[str, Any], **options: Unpack[RequestOptions]
    ) -> CredentialResponse:
        """Credentials that can list the bucket and read the objects at the path and below it.

        Args:
            credentials_request: The place, and whether a sign-in link is wanted; or a mapping of the same shape.
            **options: Those of `RequestOptions`; and `async_req=True` for a handle whose `get()` waits for the answer,
                `_return_http_data_only=False` for `(data, status, headers)`, `_preload_content=False` for urllib3's
                unread answer.

        Raises:
            ApiException: The registry refused, or no whole answer came.
            ApiTypeError: An argument, or a value in the answer, is of the wrong type.
            ApiValueError: The request cannot be sent, or the answer is not what it should be.
        """
        return READ_ACCESS.call(self, credentials_request, options)

    @operation(WRITE_ACCESS)
    def generate_write_access_credentials(
        self, credentials_request: CredentialsRequest | Mapping[str, Any], **options: Unpack[RequestOptions]
    ) -> CredentialResponse:
        """Credentials that can list the bucket, and read, write and delete the objects at the path and below it.

        Arguments, options and errors are those of `generate_read_access_credentials`.
        """
        return WRITE_ACCESS.call(self, credentials_request, options)

    generate_read_access_credentials_endpoint: Final = READ_ACCESS
    generate_read_access_credentials_with_http_info: Final = with_http_info(generate_read_access_credentials)
    generate_read_access_credentials_without_preload_content: Final = without_preload_content(
        generate_read_access_credentials
    )

    generate_write_access_credentials_endpoint: Final = WRITE_ACCESS
    generate_write_access_credentials_with_http_info: Final = with_http_info(generate_write_access_credentials)
    generate_write_access_credentials_without_preload_content: Final = without_preload_content(
        generate_write_access_credentials
    )

    # The generator's names: the document's operationIds.
    generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post: Final = (
        generate_read_access_credentials
    )
    generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post_endpoint: Final = (
        generate_read_access_credentials_endpoint
    )
    generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post_with_http_info: Final = (  # noqa: E501 - the document's name is that long
        generate_read_access_credentials_with_http_info
    )
    generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post_without_preload_content: Final = (  # noqa: E501 - the document's name is that long
        generate_read_access_credentials_without_preload_content
    )
    generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post: Final = (
        generate_write_access_credentials
    )
    generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post_endpoint: Final = (
        generate_write_access_credentials_endpoint
    )
    generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post_with_http_info: Final = (  # noqa: E501 - the document's name is that long
        generate_write_access_credentials_with_http_info
    )
    generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post_without_preload_content: Final = (  # noqa: E501 - the document's name is that long
        generate_write_access_credentials_without_preload_content
    )


OWN_METHODS: Final = {**vars(RegistryCredentialsApi)}
"""What the class has by itself, whatever a program puts in its place later."""
