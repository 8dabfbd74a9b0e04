"""The schema Credentials."""

from datetime import datetime

from openapi_client.model_utils import ModelNormal, Secret


class Credentials(ModelNormal):
    """Temporary AWS credentials."""

    aws_access_key_id: Secret
    aws_secret_access_key: Secret
    aws_session_token: Secret
    expiry: datetime
    """The moment from which AWS refuses them."""
