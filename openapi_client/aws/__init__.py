"""AWS credentials that stay fresh, for as long as a program runs."""

from openapi_client.aws.source import CredentialSource

__all__ = ["CredentialSource"]
