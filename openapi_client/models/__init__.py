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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openapi_client.models.location_inner import LocationInner as LocationInner
else:

    def __getattr__(name: str) -> object:
        # It is no schema of the document, and few programs want it.
        if name != "LocationInner":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from openapi_client.models.location_inner import LocationInner  # noqa: PLC0415 - seldom wanted

        return LocationInner
