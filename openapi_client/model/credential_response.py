"""The schema CredentialResponse."""

from openapi_client.model.credentials import Credentials
from openapi_client.model.status import Status
from openapi_client.model_utils import ModelNormal, Secret, optional


class CredentialResponse(ModelNormal):
    """The registry's answer: AWS credentials for one place in the data store."""

    status: Status
    credentials: Credentials
    console_session_url: Secret | None = optional(default=None, kw_only=True)
    """Sign-in link to the AWS console, if one was asked for; to be opened within 15 minutes."""
