"""The schema ValidationError, under the generator's later path."""

from openapi_client.model.validation_error import ValidationError as ValidationError
