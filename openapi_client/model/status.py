"""The schema Status."""

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.model_utils import ModelNormal


class Status(ModelNormal):
    """Whether the registry could do what was asked."""

    success: bool
    """True if it could."""
    details: str
    """The outcome in words."""
