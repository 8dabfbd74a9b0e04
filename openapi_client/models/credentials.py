"""The schema Credentials, under the generator's later path."""

from openapi_client.model.credentials import Credentials as Credentials
