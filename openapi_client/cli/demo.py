"""The command `demo`: the main job from end to end, each step shown and checked."""

import os
import secrets
import sys
from collections.abc import Callable
from pprint import pformat
from typing import Any, Final

from openapi_client import (
    ApiClient,
    Configuration,
    CredentialResponse,
    Credentials,
    CredentialsRequest,
    OpenApiException,
    RegistryCredentialsApi,
    S3Location,
)
from openapi_client._display import printable, shown

_PLACE: Final = "demo/team-a"
_GREETING: Final = b"hello from the registry\n"
_REGION: Final = "us-east-1"


class DemoError(Exception):
    """A step did not do what it is for."""


def run_demo(host: str | None, location: str | None) -> int:
    """Shows the main job on a registry; gives the command's exit status: 0 if every step held.

    Args:
        host: The registry; None for a sandbox of its own.
        location: The place, as an `s3://` URI; None for one in the sandbox.

    Raises:
        ImportError: A library of the extra `sandbox` is missing.
    """
    _require_boto3()
    try:
        if host is None:
            _demonstrate_on_sandbox(location)
        else:
            _demonstrate_on_registry(host, location)
    except (OpenApiException, DemoError) as error:
        sys.stderr.write(f"This did not hold: {printable(str(error), lines=True)}\n")
        return 1
    _say("Every step held.")
    return 0


def _demonstrate_on_sandbox(location: str | None) -> None:
    from openapi_client.sandbox import Sandbox, SandboxError  # noqa: PLC0415 - only where one is asked for

    try:
        with Sandbox() as sandbox:
            _say(f"A sandbox runs: a registry at {sandbox.host}, an S3 store at {sandbox.s3_endpoint_url}.")
            place = S3Location.from_uri(location or f"s3://{sandbox.bucket_name}/{_PLACE}/")
            sandbox.put_object(_outside(place), b"for others\n")
            configuration = Configuration(sandbox.host, username=sandbox.username, password=sandbox.password)
            _say(f"{sandbox.username} logs in with the password flow; password and token are kept out of sight.")
            _demonstrate(configuration, place, endpoint_url=sandbox.s3_endpoint_url, region_name=sandbox.region)
    except SandboxError as error:
        raise DemoError(str(error)) from error


def _demonstrate_on_registry(host: str, location: str | None) -> None:
    configuration = Configuration.from_environment()
    configuration.host = host
    if not location or not (configuration.access_token or configuration.login_settings()):
        raise DemoError(
            "with --host, the demo needs --location, and a way to log in: OPENAPI_CLIENT_ACCESS_TOKEN, or others of"
            " these variables"
        )
    # Endpoint and region are boto3's own variables: AWS_ENDPOINT_URL_S3, AWS_REGION.
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or _REGION
    _demonstrate(configuration, S3Location.from_uri(location), endpoint_url=None, region_name=region)


def _demonstrate(
    configuration: Configuration, place: S3Location, *, endpoint_url: str | None, region_name: str
) -> None:
    """The steps, on any registry."""
    request = CredentialsRequest(place, console_session_required=False)
    with ApiClient(configuration) as client:
        api = RegistryCredentialsApi(client)
        read = _checked(api.generate_read_access_credentials(request))
        _say(f"Read credentials for {place.s3_uri}, as they print:\n{pformat(read)}")
        write = _checked(api.generate_write_access_credentials(request))
        _say(f"Write credentials for the same place, good until {write.credentials.expiry:%Y-%m-%d %H:%M:%S %Z}.")

    reader, writer = (
        _s3_client(answer.credentials, endpoint_url=endpoint_url, region_name=region_name) for answer in (read, write)
    )
    bucket, prefix = place.bucket_name, f"{place.path}/" if place.path else ""
    key = f"{prefix}openapi-client-demo-{secrets.token_hex(4)}.txt"
    _permitted("write", writer.put_object, Bucket=bucket, Key=key, Body=_GREETING)
    try:
        _say(f"The write credentials wrote {key}.")
        listed = _permitted("list", reader.list_objects_v2, Bucket=bucket, Prefix=key)
        if [item["Key"] for item in listed.get("Contents", [])] != [key]:
            raise DemoError("the list lacks the object that was just written")
        body = _permitted("read", reader.get_object, Bucket=bucket, Key=key)["Body"].read()
        if body != _GREETING:
            raise DemoError("the object does not hold what was written")
        _say("The read credentials list it and read it: the same bytes.")
        _refused("write", reader.put_object, Bucket=bucket, Key=key, Body=b"overwritten\n")
        _say("The read credentials are refused a write there.")
        if place.path:
            _refused("read outside the place", reader.get_object, Bucket=bucket, Key=_outside(place))
            _say(f"The read credentials are refused a read of {_outside(place)}, outside the place.")
    finally:
        _permitted("delete", writer.delete_object, Bucket=bucket, Key=key)
    _say("The write credentials deleted the object again.")


def _checked(response: CredentialResponse) -> CredentialResponse:
    if not response.status.success:
        raise DemoError(f"the registry gives no credentials: {shown(response.status.details)}")
    return response


def _outside(place: S3Location) -> str:
    """A key beside the place, whose name begins the same."""
    return f"{place.path}-private/object.txt"


def _s3_client(credentials: Credentials, *, endpoint_url: str | None, region_name: str) -> Any:
    import boto3  # noqa: PLC0415 - an extra
    import botocore.session  # noqa: PLC0415 - an extra

    # No profile: one that the environment names may not exist on this machine.
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.Session(botocore_session=session).client(
        "s3",
        aws_access_key_id=credentials.aws_access_key_id,
        aws_secret_access_key=credentials.aws_secret_access_key,
        aws_session_token=credentials.aws_session_token,
        endpoint_url=endpoint_url,
        region_name=region_name,
    )


def _permitted(what: str, operation: Callable[..., Any], **arguments: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra

    try:
        return operation(**arguments)
    except ClientError as error:
        problem = error.response.get("Error", {}).get("Code", "an unnamed error")
    except BotoCoreError as error:
        problem = type(error).__name__
    # The error itself is left behind: S3's holds the session token.
    raise DemoError(f"to {what} was not possible: {problem}")


def _refused(what: str, operation: Callable[..., Any], **arguments: Any) -> None:
    try:
        _permitted(what, operation, **arguments)
    except DemoError as error:
        if "AccessDenied" in str(error):
            return
        raise
    raise DemoError(f"to {what} was possible, with credentials that may not")


def _require_boto3() -> None:
    try:
        import boto3  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise ImportError('The demo needs boto3: pip install "openapi-client[sandbox]"') from error


def _say(text: str) -> None:
    sys.stdout.write(f"{printable(text, lines=True)}\n")
    sys.stdout.flush()
