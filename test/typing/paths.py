"""Names under the paths of both lines are the same types. Lines that end in `expect-error` must be errors."""

from typing import assert_type

import openapi_client
import openapi_client.api
import openapi_client.apis
import openapi_client.models
from openapi_client import NoSuchName  # expect-error
from openapi_client.api.registry_credentials_api import RegistryCredentialsApi
from openapi_client.api_client import ApiClient
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiException, NotFoundException
from openapi_client.model.credential_response import CredentialResponse
from openapi_client.model.credentials import Credentials
from openapi_client.model.credentials_request import CredentialsRequest
from openapi_client.model.http_validation_error import HTTPValidationError
from openapi_client.model.s3_location import S3Location
from openapi_client.model.status import Status
from openapi_client.model.validation_error import ValidationError
from openapi_client.models.credential_response import CredentialResponse as LaterCredentialResponse
from openapi_client.models.credentials import Credentials as LaterCredentials
from openapi_client.models.credentials_request import CredentialsRequest as LaterCredentialsRequest
from openapi_client.models.http_validation_error import HTTPValidationError as LaterHTTPValidationError
from openapi_client.models.s3_location import S3Location as LaterS3Location
from openapi_client.models.status import Status as LaterStatus
from openapi_client.models.validation_error import ValidationError as LaterValidationError
from openapi_client.rest import ApiException as LaterApiException


def misspelt(nothing: NoSuchName) -> None:
    _ = nothing


def models(
    response: LaterCredentialResponse,
    credentials: LaterCredentials,
    request: LaterCredentialsRequest,
    error: LaterHTTPValidationError,
    location: LaterS3Location,
    status: LaterStatus,
    refusal: LaterValidationError,
) -> None:
    assert_type(response, CredentialResponse)
    assert_type(credentials, Credentials)
    assert_type(request, CredentialsRequest)
    assert_type(error, HTTPValidationError)
    assert_type(location, S3Location)
    assert_type(status, Status)
    assert_type(refusal, ValidationError)
    assert_type(location, Status)  # expect-error


def top_level(
    location: openapi_client.S3Location,
    response: openapi_client.models.CredentialResponse,
    client: openapi_client.ApiClient,
    configuration: openapi_client.Configuration,
    api: openapi_client.RegistryCredentialsApi,
    later: openapi_client.api.RegistryCredentialsApi,
    earlier: openapi_client.apis.RegistryCredentialsApi,
) -> None:
    assert_type(location, S3Location)
    assert_type(response, CredentialResponse)
    assert_type(client, ApiClient)
    assert_type(configuration, Configuration)
    assert_type(api, RegistryCredentialsApi)
    assert_type(later, RegistryCredentialsApi)
    assert_type(earlier, RegistryCredentialsApi)
    assert_type(openapi_client.__version__, str)
    _ = openapi_client.no_such_name  # expect-error


def errors(error: LaterApiException, other: openapi_client.NotFoundException) -> None:
    assert_type(error, ApiException)
    assert_type(other, NotFoundException)
    assert_type(openapi_client.exceptions.ApiException(), ApiException)
