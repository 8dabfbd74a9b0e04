"""The schema Status."""

from openapi_client.model_utils import ModelNormal


class Status(ModelNormal):
    """Whether the registry could do what was asked."""

    success: bool
    details: str
    """The outcome in words."""
