"""Every documented import path works, leads to the same object, and costs nothing before it is used."""

import subprocess
import sys
import sysconfig
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import openapi_client

ROOT = Path(__file__).resolve().parent.parent

MODELS = {
    "S3Location": "s3_location",
    "CredentialsRequest": "credentials_request",
    "CredentialResponse": "credential_response",
    "Credentials": "credentials",
    "Status": "status",
    "HTTPValidationError": "http_validation_error",
    "ValidationError": "validation_error",
}
ERRORS = (
    *("OpenApiException", "ApiException", "ApiTypeError", "ApiValueError", "ApiKeyError", "ApiAttributeError"),
    *("NotFoundException", "UnauthorizedException", "ForbiddenException", "ServiceException"),
    *("BadRequestException", "ConflictException", "UnprocessableEntityException"),
)  # fmt: skip
DEAR = {"urllib3", "dateutil", "inspect", "dataclasses", "pprint", "multiprocessing"}


def paths() -> list[tuple[str, list[str]]]:
    """Each public name with the modules that have it."""
    of_models = [(name, ["", "models", f"model.{module}", f"models.{module}"]) for name, module in MODELS.items()]
    of_errors = [(name, ["", "exceptions"]) for name in ERRORS if name != "ApiException"]
    return [
        *of_models,
        *of_errors,
        ("ApiException", ["", "exceptions", "rest"]),
        ("RegistryCredentialsApi", ["", "api", "apis", "api.registry_credentials_api"]),
        ("Configuration", ["", "configuration"]),
        ("ApiClient", ["", "api_client"]),
        ("ApiResponse", ["", "api_response"]),
        ("Endpoint", ["api_client"]),
        ("RequestOptions", ["api_client"]),
        ("RESTClientObject", ["rest"]),
        ("RESTResponse", ["rest"]),
        ("ModelNormal", ["model_utils"]),
        ("LocationInner", ["", "models", "models.location_inner"]),
    ]


@pytest.mark.parametrize(("name", "modules"), paths(), ids=[name for name, _ in paths()])
def test_name_is_one_object_under_every_path(name: str, modules: list[str]) -> None:
    """Every path of a public name leads to the same object."""
    found = [getattr(import_module(f"openapi_client.{module}".rstrip(".")), name) for module in modules]
    assert all(item is found[0] for item in found)
    assert found[0].__name__ == name


@pytest.mark.parametrize("name", ["exceptions", "configuration", "api_client", "rest", "model_utils", "api", "models"])
def test_import_of_the_package_resolves_its_modules(name: str, run_python: Callable[..., str]) -> None:
    """`import openapi_client` alone is enough to reach the modules, in a fresh interpreter."""
    assert (
        run_python(f"import openapi_client; print(openapi_client.{name}.__name__)").strip() == f"openapi_client.{name}"
    )


def loaded_by(statement: str) -> set[str]:
    """The modules that a statement loads in bare Python, where what an environment loads at every start hides none."""
    script = (
        f"import sys; sys.path += sys.argv[1:]; old = {{*sys.modules}}; {statement}; print(*{{*sys.modules}} - old)"
    )
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", script, str(ROOT), sysconfig.get_path("purelib")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - the test's own
    return set(ended.stdout.split())


def test_importing_the_package_loads_nothing_else() -> None:
    """The package alone loads none of its modules, nothing of the standard library and neither of its dependencies."""
    assert loaded_by("import openapi_client") == {"openapi_client"}


def test_classes_load_nothing_that_is_dear() -> None:
    """What a program imports to call the registry loads neither HTTP nor what a printed model or a thread needs."""
    loaded = loaded_by("from openapi_client import ApiClient, Configuration, RegistryCredentialsApi")
    assert {name.partition(".")[0] for name in loaded} & DEAR == set()


def test_models_load_nothing_that_few_programs_use() -> None:
    """Importing models loads nothing that only old programs and frameworks need."""
    loaded = loaded_by("from openapi_client.models import *; S3Location('b', 'p', 'u')")
    seldom = (
        *("_downloads", "_generated_model_utils", "_generated_validations", "_pydantic_dump", "_pydantic_fields"),
        *("_pydantic_validation", "_s3_uri", "models.location_inner"),
    )
    assert {f"openapi_client.{name}" for name in seldom} & loaded == set()


def test_building_a_request_loads_no_http(run_python: Callable[..., str]) -> None:
    """Models and a client that has not called yet need neither urllib3 nor an optional library."""
    script = (
        "import sys; from openapi_client import *; ApiClient(); S3Location('b', 'p', 'u');"
        "print({'urllib3', 'dateutil', 'fastapi', 'boto3', 'botocore', 'multiprocessing.pool'} & set(sys.modules))"
    )
    assert run_python(script).strip() == "set()"


def test_star_import_gives_every_public_name() -> None:
    """`from openapi_client import *` gives what `__all__` names, each as the package has it."""
    names: dict[str, object] = {}
    exec("from openapi_client import *", names)  # noqa: S102 - a star import is allowed at module level alone
    assert names.keys() - {"__builtins__"} == set(openapi_client.__all__)
    assert all(names[name] is getattr(openapi_client, name) for name in openapi_client.__all__)
    assert {*MODELS, *ERRORS, "ApiClient", "Configuration", "RegistryCredentialsApi", "ApiResponse"} <= names.keys()


def test_star_import_of_models_gives_the_seven() -> None:
    """`from openapi_client.models import *` gives the models and nothing else."""
    names: dict[str, object] = {}
    exec("from openapi_client.models import *", names)  # noqa: S102 - a star import is allowed at module level alone
    assert names.keys() - {"__builtins__"} == set(MODELS)


def test_module_of_an_api_is_imported_from_its_package() -> None:
    """`from openapi_client.api import registry_credentials_api` gives the module."""
    from openapi_client.api import registry_credentials_api  # noqa: PLC0415 - the statement is what is tested

    assert registry_credentials_api.RegistryCredentialsApi is openapi_client.RegistryCredentialsApi


def test_unknown_name_is_an_attribute_error() -> None:
    """A name that the package does not have is an ordinary AttributeError, and an ImportError in an import."""
    with pytest.raises(AttributeError, match=r"^module 'openapi_client' has no attribute 'Nope'$"):
        _ = openapi_client.Nope  # type: ignore[attr-defined] # that there is none is what is tested
    with pytest.raises(ImportError):
        from openapi_client import Nope  # type: ignore[attr-defined] # noqa: F401, PLC0415 - the same


def test_dir_lists_names_before_they_are_loaded(run_python: Callable[..., str]) -> None:
    """`dir()` of a package that has loaded nothing shows what can be had, for completion in an editor."""
    listed = run_python("import openapi_client; print(*dir(openapi_client))").split()
    assert listed == sorted(listed)
    assert {*openapi_client.__all__, "exceptions", "rest", "models", "__doc__"} <= set(listed)


def test_dir_names_what_is_public() -> None:
    """`dir()` of the package in use still names everything public."""
    assert {*openapi_client.__all__, "exceptions", "rest"} <= set(dir(openapi_client))


def test_version_is_text() -> None:
    """The version is text as packaging tools read it."""
    assert all(part.isdigit() for part in openapi_client.__version__.split("."))
