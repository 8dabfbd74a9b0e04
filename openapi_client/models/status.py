"""The schema Status, under the generator's later path."""

from openapi_client.model.status import Status as Status
