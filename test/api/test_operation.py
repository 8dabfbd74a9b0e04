"""An operation's methods are plain functions at run time, with the names and documentation that help() shows."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import RegistryCredentialsApi
from openapi_client.api._operation import operation
from openapi_client.api.registry_credentials_api import READ_ACCESS


@pytest.fixture(params=["", "_with_http_info", "_without_preload_content"], ids=["data", "info", "unread"])
def method(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Each form of a method, as its class has it."""
    found: Callable[..., Any] = getattr(RegistryCredentialsApi, f"generate_read_access_credentials{request.param}")
    return found


def test_method_is_a_plain_function(method: Callable[..., Any]) -> None:
    """A method is a function of the class, under its own name."""
    assert inspect.isfunction(method)
    assert getattr(RegistryCredentialsApi, method.__name__) is method
    assert method.__qualname__ == f"RegistryCredentialsApi.{method.__name__}"
    assert method.__module__ == "openapi_client.api.registry_credentials_api"


def test_signature_names_the_body_and_options(method: Callable[..., Any]) -> None:
    """The signature is the body, by position or keyword, and the options."""
    parameters = inspect.signature(method).parameters
    assert [str(p.kind) for p in parameters.values()][1:] == ["POSITIONAL_OR_KEYWORD", "VAR_KEYWORD"]
    assert list(parameters) == ["self", "credentials_request", "options"]


def test_documentation_says_what_is_given(method: Callable[..., Any]) -> None:
    """Each form has the documentation of the method, after what it gives itself."""
    plain = RegistryCredentialsApi.generate_read_access_credentials.__doc__
    assert plain is not None
    assert method.__doc__ is not None
    assert method.__doc__.endswith(plain)


def test_decorator_keeps_the_function() -> None:
    """The decorator gives back the function itself, which knows its Endpoint."""

    def function(self: Any, credentials_request: Any) -> Any: ...

    marked: Any = operation(READ_ACCESS)(function)
    assert marked.endpoint is READ_ACCESS
    assert marked is function
