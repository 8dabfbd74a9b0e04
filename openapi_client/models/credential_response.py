"""The schema CredentialResponse, under the generator's later path."""

from openapi_client.model.credential_response import CredentialResponse as CredentialResponse
