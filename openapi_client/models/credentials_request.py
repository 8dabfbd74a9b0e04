"""The schema CredentialsRequest, under the generator's later path."""

from openapi_client.model.credentials_request import CredentialsRequest as CredentialsRequest
