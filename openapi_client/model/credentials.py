"""The schema Credentials."""

from datetime import datetime

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.model_utils import ModelNormal, Secret


class Credentials(ModelNormal):
    """Temporary AWS credentials."""

    aws_access_key_id: Secret
    """Names the key pair; AWS's `AccessKeyId`."""
    aws_secret_access_key: Secret
    """Signs requests; AWS's `SecretAccessKey`."""
    aws_session_token: Secret
    """Proves that the key pair is a temporary one; AWS's `SessionToken`."""
    expiry: datetime
    """The moment from which AWS refuses the credentials."""
