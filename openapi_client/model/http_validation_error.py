"""The schema HTTPValidationError."""

from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
from openapi_client.exceptions import ApiTypeError as ApiTypeError
from openapi_client.model.validation_error import ValidationError
from openapi_client.model_utils import ModelNormal, optional


class HTTPValidationError(ModelNormal):
    """Why the registry refused the shape of a request."""

    detail: list[ValidationError] | None = optional(default=None, kw_only=True)
    """One entry for each thing that was refused."""
