"""Each method of the API under each of its names, with the path it asks for and the body it sends."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import RegistryCredentialsApi

NAMES = {
    "short read": "generate_read_access_credentials",
    "long read": "generate_read_access_credentials_registry_credentials_generate_read_access_credentials_post",
    "short write": "generate_write_access_credentials",
    "long write": "generate_write_access_credentials_registry_credentials_generate_write_access_credentials_post",
}


@pytest.fixture(params=NAMES.values(), ids=list(NAMES))
def name(request: pytest.FixtureRequest) -> str:
    """Each name of a method."""
    text: str = request.param
    return text


@pytest.fixture
def path(name: str) -> str:
    """The path that the method asks for."""
    return f"/registry/credentials/generate-{'read' if 'read' in name else 'write'}-access-credentials"


@pytest.fixture
def method(api: RegistryCredentialsApi, registry: HTTPServer, name: str) -> Callable[..., Any]:
    """A method of the API whose server answers, under each of its names."""
    assert registry.is_running()
    call: Callable[..., Any] = getattr(api, name)
    return call


@pytest.fixture
def sent() -> bytes:
    """The body that `credentials_request` is sent as."""
    return (
        b'{"s3_location": {"bucket_name": "bucket", "path": "team/data", "s3_uri": "s3://bucket/team/data/"},'
        b' "console_session_required": false}'
    )
