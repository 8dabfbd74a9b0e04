"""The schema HTTPValidationError."""

from openapi_client.model.validation_error import ValidationError
from openapi_client.model_utils import ModelNormal, optional


class HTTPValidationError(ModelNormal):
    """Why the registry refused the shape of a request: the body of a 422."""

    detail: list[ValidationError] | None = optional(default=None, kw_only=True)
