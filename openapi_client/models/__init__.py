"""All models again: the generator's path."""

from openapi_client.model.credential_response import CredentialResponse
from openapi_client.model.credentials import Credentials
from openapi_client.model.credentials_request import CredentialsRequest
from openapi_client.model.http_validation_error import HTTPValidationError
from openapi_client.model.s3_location import S3Location
from openapi_client.model.status import Status
from openapi_client.model.validation_error import ValidationError

__all__ = [
    "CredentialResponse",
    "Credentials",
    "CredentialsRequest",
    "HTTPValidationError",
    "S3Location",
    "Status",
    "ValidationError",
]
