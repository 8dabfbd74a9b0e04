"""The schema CredentialResponse."""

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.model.credentials import Credentials
from openapi_client.model.status import Status
from openapi_client.model_utils import ModelNormal, Secret, optional


class CredentialResponse(ModelNormal):
    """The registry's answer: AWS credentials for one place in the data store."""

    status: Status
    credentials: Credentials
    console_session_url: Secret | None = optional(default=None, kw_only=True)
    """A sign-in link to the AWS console, if one was asked for. Whoever holds the link is signed in."""
