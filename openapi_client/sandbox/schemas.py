"""The bodies of requests and answers, as the API document names them."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class _Schema(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)


class S3Location(_Schema):
    """One place in S3: a bucket and a path in it."""

    bucket_name: str
    """The name of the bucket."""
    path: str
    """The path in the bucket, as a key prefix."""
    s3_uri: str
    """The same place as one URI, `s3://bucket/path/`; not read, as by the real registry."""


class CredentialsRequest(_Schema):
    """What credentials are wanted for."""

    s3_location: S3Location
    console_session_required: bool
    """Whether the answer is to hold a sign-in link to the AWS console."""


class DatasetCredentialsRequest(_Schema):
    """What credentials are wanted for, where datasets are known by their ids; further keys are ignored."""

    dataset_id: str
    """The dataset's handle, such as `10378.1/1234567`."""
    console_session_required: bool
    """Whether the answer is to hold a sign-in link to the AWS console."""


class Status(_Schema):
    """Whether the registry could do what was asked."""

    success: bool
    """True if it could."""
    details: str
    """The outcome in words."""


class Credentials(_Schema):
    """Temporary AWS credentials."""

    aws_access_key_id: str
    """Names the key pair; AWS's `AccessKeyId`."""
    aws_secret_access_key: str
    """Signs requests; AWS's `SecretAccessKey`."""
    aws_session_token: str
    """Proves that the key pair is a temporary one; AWS's `SessionToken`."""
    expiry: datetime
    """The moment from which the store refuses the credentials."""


class CredentialResponse(_Schema):
    """The registry's answer: AWS credentials for one place in the data store."""

    status: Status
    credentials: Credentials
    console_session_url: str | None = None
    """A sign-in link to the AWS console, if one was asked for. Whoever holds the link is signed in."""
