"""Client for a data store registry that hands out temporary AWS credentials for one place in S3.

The names below are loaded on first use (PEP 562), so that importing the package alone costs next to nothing.
"""

__version__ = "1.0.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openapi_client import api_client as api_client
    from openapi_client import configuration as configuration
    from openapi_client import exceptions as exceptions
    from openapi_client import model_utils as model_utils
    from openapi_client import rest as rest
    from openapi_client.api import RegistryCredentialsApi as RegistryCredentialsApi
    from openapi_client.api_client import ApiClient as ApiClient
    from openapi_client.api_response import ApiResponse as ApiResponse
    from openapi_client.configuration import Configuration as Configuration
    from openapi_client.exceptions import ApiAttributeError as ApiAttributeError
    from openapi_client.exceptions import ApiConnectionException as ApiConnectionException
    from openapi_client.exceptions import ApiException as ApiException
    from openapi_client.exceptions import ApiKeyError as ApiKeyError
    from openapi_client.exceptions import ApiMissingPropertyError as ApiMissingPropertyError
    from openapi_client.exceptions import ApiTimeoutException as ApiTimeoutException
    from openapi_client.exceptions import ApiTypeError as ApiTypeError
    from openapi_client.exceptions import ApiValueError as ApiValueError
    from openapi_client.exceptions import AuthenticationException as AuthenticationException
    from openapi_client.exceptions import BadRequestException as BadRequestException
    from openapi_client.exceptions import ClientRefusedException as ClientRefusedException
    from openapi_client.exceptions import ConflictException as ConflictException
    from openapi_client.exceptions import CredentialsException as CredentialsException
    from openapi_client.exceptions import DeviceLoginException as DeviceLoginException
    from openapi_client.exceptions import ForbiddenException as ForbiddenException
    from openapi_client.exceptions import LoginRequiredException as LoginRequiredException
    from openapi_client.exceptions import NotFoundException as NotFoundException
    from openapi_client.exceptions import OpenApiException as OpenApiException
    from openapi_client.exceptions import ServiceException as ServiceException
    from openapi_client.exceptions import UnauthorizedException as UnauthorizedException
    from openapi_client.exceptions import UnprocessableEntityException as UnprocessableEntityException
    from openapi_client.models import CredentialResponse as CredentialResponse
    from openapi_client.models import Credentials as Credentials
    from openapi_client.models import CredentialsRequest as CredentialsRequest
    from openapi_client.models import HTTPValidationError as HTTPValidationError
    from openapi_client.models import LocationInner as LocationInner
    from openapi_client.models import S3Location as S3Location
    from openapi_client.models import Status as Status
    from openapi_client.models import ValidationError as ValidationError

_MODULES = {
    "api": "RegistryCredentialsApi",
    "api_client": "ApiClient",
    "api_response": "ApiResponse",
    "configuration": "Configuration",
    "exceptions": """
        ApiAttributeError ApiConnectionException ApiException ApiKeyError ApiMissingPropertyError
        ApiTimeoutException ApiTypeError ApiValueError AuthenticationException BadRequestException
        ClientRefusedException ConflictException CredentialsException DeviceLoginException ForbiddenException
        LoginRequiredException NotFoundException OpenApiException ServiceException UnauthorizedException
        UnprocessableEntityException
    """,
    "model_utils": "",
    "models": """
        CredentialResponse Credentials CredentialsRequest HTTPValidationError LocationInner S3Location Status
        ValidationError
    """,
    "rest": "",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = ["__version__", *_MODULE_OF]  # noqa: PLE0604 # pyright: ignore[reportUnsupportedDunderAll] # computed from the table


if not TYPE_CHECKING:  # to a type checker, a module with this function has every name, misspelt ones too

    def __getattr__(name: str) -> object:
        module = _MODULE_OF.get(name, name)
        if module not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415 - the package alone imports nothing

        loaded = import_module(f"{__name__}.{module}")
        value = loaded if name == module else getattr(loaded, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
