"""The command `demo`: the main job from end to end, each step shown and checked."""

import os
import secrets
import sys
from collections.abc import Callable
from pprint import pformat
from typing import Any, Final
from urllib.parse import urlsplit

from openapi_client import (
    ApiClient,
    Configuration,
    CredentialResponse,
    Credentials,
    CredentialsRequest,
    OpenApiException,
    RegistryCredentialsApi,
)
from openapi_client._display import printable, shown
from openapi_client._requirements import from_extra
from openapi_client.aws import CredentialSource
from openapi_client.aws._region import endpoint_of_environment
from openapi_client.aws.handle import handle_in
from openapi_client.aws.location import location_of

_PLACE: Final = "s3://sandbox-data/demo/team-a/"
_DATASET: Final = "hdl:10378.1/1234567"
_GREETING: Final = b"hello from the registry\n"
_REGION: Final = "us-east-1"
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")


class DemoError(Exception):
    """A step did not do what it is for."""


def run_demo(host: str | None, location: str | None) -> int:
    """Show the main job on a registry, and return the command's exit status: 0 if every step held.

    Args:
        host: The registry; None for sandboxes of its own, one of each generation.
        location: The place, an `s3://` URI or a dataset's handle; None for one in each sandbox.

    Raises:
        ImportError: If a library of the extra `sandbox` is missing.
    """
    with from_extra("sandbox" if host is None else "boto3"):
        import boto3  # noqa: F401, PLC0415 - an extra
    try:
        if host is not None:
            _demonstrate_on_registry(host, location)
        elif location is not None:
            _demonstrate_on_sandbox(location)
        else:
            _say("First a registry as the API document describes it, which gives credentials for places in S3.")
            _demonstrate_on_sandbox(_PLACE)
            _say("Then a registry of the kind deployed since 2023, which gives credentials for datasets.")
            _demonstrate_on_sandbox(_DATASET)
    except (OpenApiException, DemoError) as error:
        sys.stderr.write(f"This did not hold: {printable(str(error), lines=True)}\n")
        return 1
    _say("Every step held.")
    return 0


def _demonstrate_on_sandbox(place: str) -> None:
    from openapi_client.sandbox import Sandbox, SandboxError  # noqa: PLC0415 - only where one is asked for

    handle = handle_in(place)
    try:
        with Sandbox(generation=2022 if handle is None else 2023) as sandbox:
            _say(f"A sandbox runs: a registry at {sandbox.host}, an S3 store at {sandbox.s3_endpoint_url}.")
            path = location_of(place).path if handle is None else sandbox.add_dataset(handle, "A dataset of the demo")
            sandbox.put_object(_outside(path), b"for others\n")
            configuration = Configuration(sandbox.host, username=sandbox.username, password=sandbox.password)
            _say(f"{sandbox.username} logs in with the password flow; password and token are kept out of sight.")
            _demonstrate(configuration, place, endpoint_url=sandbox.s3_endpoint_url, region_name=sandbox.region)
    except (SandboxError, ValueError) as error:
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
    _demonstrate(configuration, location, endpoint_url=None, region_name=region)


def _request(client: ApiClient, place: str) -> CredentialsRequest:
    """Return the body that asks for credentials, with the place of a dataset as the registry has it."""
    source = CredentialSource(place, api=client)
    request = CredentialsRequest(source.location, console_session_required=False)
    if source.dataset_id is not None:
        _say(f"The registry says where the dataset hdl:{source.dataset_id} is: {source.location.s3_uri}")
        request["dataset_id"] = source.dataset_id
    return request


def _demonstrate(configuration: Configuration, name: str, *, endpoint_url: str | None, region_name: str) -> None:
    """Take the steps, on any registry."""
    with ApiClient(configuration) as client:
        request = _request(client, name)
        place = request.s3_location
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
            _refused("read outside the place", reader.get_object, Bucket=bucket, Key=_outside(place.path))
            _say(f"The read credentials are refused a read of {_outside(place.path)}, outside the place.")
    finally:
        _permitted("delete", writer.delete_object, Bucket=bucket, Key=key)
    _say("The write credentials deleted the object again.")


def _checked(response: CredentialResponse) -> CredentialResponse:
    if not response.status.success:
        raise DemoError(f"the registry gives no credentials: {shown(response.status.details)}")
    return response


def _outside(path: str) -> str:
    """Return a key beside the place, whose name begins the same."""
    return f"{path.rstrip('/')}-private/object.txt"


def _s3_client(credentials: Credentials, *, endpoint_url: str | None, region_name: str) -> Any:
    import boto3  # noqa: PLC0415 - an extra
    import botocore.config  # noqa: PLC0415 - an extra
    import botocore.session  # noqa: PLC0415 - an extra

    # A store on this machine is not for a proxy to reach, whatever the environment excepts.
    here = urlsplit(endpoint_url or endpoint_of_environment() or "").hostname in _THIS_MACHINE
    # No profile: one that the environment names may not exist on this machine.
    session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.Session(botocore_session=session).client(
        "s3",
        aws_access_key_id=credentials.aws_access_key_id,
        aws_secret_access_key=credentials.aws_secret_access_key,
        aws_session_token=credentials.aws_session_token,
        endpoint_url=endpoint_url,
        region_name=region_name,
        config=botocore.config.Config(proxies={}) if here else None,
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


def _say(text: str) -> None:
    sys.stdout.write(f"{printable(text, lines=True)}\n")
    sys.stdout.flush()
