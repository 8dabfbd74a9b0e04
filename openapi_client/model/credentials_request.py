"""The schema CredentialsRequest."""

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.model.s3_location import S3Location
from openapi_client.model_utils import ModelNormal


class CredentialsRequest(ModelNormal):
    """What credentials are wanted for."""

    s3_location: S3Location
    console_session_required: bool
    """Whether the answer is to hold a sign-in link to the AWS console."""
