"""Names that modules of generated clients have by what they import: programs import them from there."""

import subprocess
import sys
from importlib import import_module
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from openapi_client import Configuration, exceptions
from openapi_client._late_names import late_names

EVERY_ERROR = " ".join(
    name for name, kind in vars(exceptions).items() if isinstance(kind, type) and issubclass(kind, Exception)
    if not name.startswith("_")
)  # fmt: skip
NAMES: dict[str, str] = {
    "rest": f"io ipaddress json logging re ssl urllib3 urlencode urlparse logger RESTResponse RESTResponseType"
    f" RESTClientObject {EVERY_ERROR}",
    "api_client": f"ApiClient Endpoint Configuration ApiResponse rest {EVERY_ERROR}",
    "configuration": "Configuration JSON_SCHEMA_VALIDATION_KEYWORDS ServerVariablesT GenericAuthSetting"
    " OAuth2AuthSetting APIKeyAuthSetting BasicAuthSetting BearerFormatAuthSetting BearerAuthSetting"
    " HTTPSignatureAuthSetting AuthSettings HostSettingVariable HostSetting ApiValueError",
    "api.registry_credentials_api": "ApiClient ApiResponse CredentialResponse CredentialsRequest HTTPValidationError"
    f" RESTResponseType {EVERY_ERROR}",
}


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in NAMES.items() for name in names.split()]
)
def test_module_has_the_name(module: str, name: str) -> None:
    """An error is the same one everywhere; a module of Python's is that module."""
    found = getattr(import_module(f"openapi_client.{module}"), name)
    assert found is getattr(exceptions, name, found)
    assert found is sys.modules.get(name, found)


@pytest.mark.parametrize("module", NAMES)
def test_other_name_is_an_attribute_error(module: str) -> None:
    """The error names the module that was asked, and no name that begins with an underscore is found elsewhere."""
    for name in ("absent", "__path_of_nothing__"):
        with pytest.raises(AttributeError, match=rf"module 'openapi_client\.{module}' has no attribute '{name}'"):
            getattr(import_module(f"openapi_client.{module}"), name)


def test_sources_are_asked_in_order() -> None:
    """A source stands for itself by the last part of its name."""
    find = late_names("mine", "os.path", "os")
    assert (find("path"), find("sep"), find("getcwd")) == (import_module("os.path"), "/", import_module("os").getcwd)


def test_names_cost_nothing_until_they_are_asked_for() -> None:
    """A Configuration is made without the types of its settings, and a client without urllib3."""
    script = (
        "import sys, openapi_client; openapi_client.ApiClient(openapi_client.Configuration());"
        " print([name for name in ('urllib3', 'openapi_client._setting_types') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - the test's own
    assert ended.stdout == "[]\n"


def test_name_of_a_logger_is_that_of_the_generated_client() -> None:
    """Programs silence it by either."""
    rest = import_module("openapi_client.rest")
    assert rest.logger.name == "openapi_client.rest"


def test_types_of_settings_are_those_of_a_configuration() -> None:
    """What `auth_settings()` and `get_host_settings()` give has the keys of these types."""
    module = import_module("openapi_client.configuration")
    configuration = Configuration(access_token="x")
    (name, setting), *_ = configuration.auth_settings().items()
    assert name in module.AuthSettings.__annotations__
    assert setting.keys() == module.OAuth2AuthSetting.__annotations__.keys()
    assert configuration.get_host_settings()[0].keys() <= module.HostSetting.__annotations__.keys()


def test_part_can_be_patched_by_the_path_of_a_generated_client() -> None:
    """`openapi_client.api_client.rest.RESTClientObject` is `openapi_client.rest.RESTClientObject`."""
    fake = SimpleNamespace()
    with patch("openapi_client.api_client.rest.RESTClientObject", fake):
        assert import_module("openapi_client.rest").RESTClientObject is fake
