"""The operation that gives a source its keys: the method of the API object that a program has put in its place, if any.

A program may give a source a subclass of `RegistryCredentialsApi`, a mock with its interface, or an object with a
method patched. An operation has several names and two forms there, so the replaced one is looked for.
"""

from collections.abc import Mapping
from typing import Any, Final

from openapi_client._conversion import convert
from openapi_client.api.registry_credentials_api import OWN_METHODS, READ_ACCESS, WRITE_ACCESS
from openapi_client.api_response import ApiResponse
from openapi_client.apis import RegistryCredentialsApi
from openapi_client.aws.location import Access
from openapi_client.exceptions import ApiTypeError
from openapi_client.model.credential_response import CredentialResponse
from openapi_client.model.credentials_request import CredentialsRequest

_WITH_HTTP_INFO: Final = "_with_http_info"
_SHORT_NAMES: Final[Mapping[Access, str]] = {
    "read": "generate_read_access_credentials",
    "write": "generate_write_access_credentials",
}
_NAMES: Final[Mapping[Access, tuple[str, ...]]] = {
    access: (short, long, f"{short}{_WITH_HTTP_INFO}", f"{long}{_WITH_HTTP_INFO}")
    for (access, short), long in zip(
        _SHORT_NAMES.items(), (READ_ACCESS.operation_id, WRITE_ACCESS.operation_id), strict=True
    )
}


def is_api(given: object) -> bool:
    """Return whether an object has the interface of `RegistryCredentialsApi`, or a part of it."""
    return not isinstance(given, type) and any(_has(given, name) for names in _NAMES.values() for name in names)


def is_replaced(api: object) -> bool:
    """Return whether an API object has another method for an operation than `RegistryCredentialsApi` has."""
    return any(_replaced(api, access) for access in _NAMES)


def response_of(api: Any, access: Access, request: CredentialsRequest) -> ApiResponse[CredentialResponse]:
    """Return what an API object answers.

    Args:
        api: The API object.
        access: Names the operation.
        request: The body.

    Raises:
        ApiTypeError: If a method that a program has put there gives something else.
        ApiException: If the registry refuses, or no whole answer came.
    """
    given: object = None
    names = _replaced(api, access)
    for name in names:
        given = getattr(api, name)(request)
        if isinstance(given, ApiResponse):
            return given
        if isinstance(given, CredentialResponse | Mapping):
            data: CredentialResponse = convert(given, (CredentialResponse,), (name,), parse=True)
            return ApiResponse(status_code=200, data=data, raw_data=b"")
    if names:
        raise ApiTypeError(f"{names[0]} of {type(api).__name__} gave {type(given).__name__}, not a CredentialResponse")
    if not isinstance(api, RegistryCredentialsApi):
        raise ApiTypeError(f"{type(api).__name__} has no method {_SHORT_NAMES[access]}")
    response: ApiResponse[CredentialResponse] = getattr(api, f"{_SHORT_NAMES[access]}{_WITH_HTTP_INFO}")(request)
    return response


def _replaced(api: object, access: Access) -> list[str]:
    """Return the names of an operation under which a program has put a method of its own.

    A mock has all of them, and gives mocks for those that nobody has told it of.
    """
    return [
        name
        for name in _NAMES[access]
        if _has(api, name)
        and (name in getattr(api, "__dict__", ()) or getattr(type(api), name, None) is not OWN_METHODS[name])
    ]


def _has(api: object, name: str) -> bool:
    return callable(getattr(api, name, None))
