"""The schema HTTPValidationError, under the generator's later path."""

from openapi_client.model.http_validation_error import HTTPValidationError as HTTPValidationError
