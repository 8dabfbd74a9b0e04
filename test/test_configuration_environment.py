"""Configuration from the environment: its variables, their precedence, and what of them shows."""

import pytest

from openapi_client import Configuration
from openapi_client.auth import (
    CommandTokenSource,
    DeviceTokenSource,
    PasswordTokenSource,
    RefreshTokenSource,
    configured_source,
)
from openapi_client.sandbox import Sandbox

VARIABLES: dict[str, str] = {
    "OPENAPI_CLIENT_HOST": "host",
    "OPENAPI_CLIENT_ACCESS_TOKEN": "access_token",
    "OPENAPI_CLIENT_TOKEN_COMMAND": "token_command",
    "OPENAPI_CLIENT_OFFLINE_TOKEN": "offline_token",
    "OPENAPI_CLIENT_USERNAME": "username",
    "OPENAPI_CLIENT_PASSWORD": "password",
    "OPENAPI_CLIENT_ISSUER": "issuer",
    "OPENAPI_CLIENT_CLIENT_ID": "client_id",
    "OPENAPI_CLIENT_CLIENT_SECRET": "client_secret",
}


@pytest.mark.parametrize("variable", VARIABLES)
def test_variable_of_the_environment_is_a_setting(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Each is read from the process's environment or from a mapping, and says nothing of the other settings."""
    names = VARIABLES.values()
    without, given = (
        {name: getattr(Configuration.from_environment(environment), name) for name in names}
        for environment in ({}, {variable: "http://value"})
    )
    assert given == {**without, VARIABLES[variable]: "http://value"}
    for other in VARIABLES:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, "http://value")
    assert getattr(Configuration.from_environment(), VARIABLES[variable]) == "http://value"


@pytest.mark.parametrize("written", ['"{}"', "'{}'", " {} ", "{}\n", '"{}"\r'], ids=repr)
@pytest.mark.parametrize("variable", ["HOST", "ACCESS_TOKEN", "OFFLINE_TOKEN", "ISSUER", "CLIENT_ID"])
def test_quotation_marks_around_a_value_are_left_away(variable: str, written: str) -> None:
    """A file of variables for a container keeps the marks that a shell removes."""
    configuration = Configuration.from_environment({f"OPENAPI_CLIENT_{variable}": written.format("http://value")})
    assert getattr(configuration, variable.lower()) == "http://value"


@pytest.mark.parametrize("variable", ["USERNAME", "PASSWORD", "CLIENT_SECRET"])
def test_quotation_marks_around_a_password_are_kept(variable: str) -> None:
    """A password may begin and end with them."""
    configuration = Configuration.from_environment({f"OPENAPI_CLIENT_{variable}": '"value"'})
    assert getattr(configuration, variable.lower()) == '"value"'


def test_environment_without_variables_is_a_configuration_without_arguments() -> None:
    """A variable that is empty counts as not set; what begins otherwise is nobody's business."""
    ours = Configuration.from_environment({**dict.fromkeys(VARIABLES, ""), "host": "no", "OPENAPI_HOST": "no"})
    plain = Configuration()
    names = VARIABLES.values()
    assert {name: getattr(ours, name) for name in names} == {name: getattr(plain, name) for name in names}
    assert ours.login_settings() is None


def test_environment_of_the_sandbox_is_read_whole(sandbox: Sandbox) -> None:
    """What the sandbox prints are variables of these names, enough to log in, and each of them is read."""
    printed = sandbox.environment()
    ours = {name: value for name, value in printed.items() if name.startswith("OPENAPI_CLIENT_")}
    assert ours.keys() <= VARIABLES.keys()
    configuration = Configuration.from_environment(printed)
    assert {name: getattr(configuration, VARIABLES[name]) for name in ours} == ours
    assert configuration.login_settings() is not None


@pytest.mark.parametrize("count", range(5))
def test_first_way_to_log_in_of_the_environment_is_taken(count: int) -> None:
    """Access token, command, offline token, password, browser: the first that is set."""
    ways: list[tuple[list[str], type | None]] = [
        (["ACCESS_TOKEN"], None),
        (["TOKEN_COMMAND"], CommandTokenSource),
        (["OFFLINE_TOKEN"], RefreshTokenSource),
        (["USERNAME", "PASSWORD"], PasswordTokenSource),
        ([], DeviceTokenSource),
    ]
    unset = {f"OPENAPI_CLIENT_{name}" for names, _ in ways[:count] for name in names}
    configuration = Configuration.from_environment(dict.fromkeys(VARIABLES.keys() - unset, "http://v"))
    kind = ways[count][1]
    if kind is None:
        assert configuration.login_settings() is None
        assert configuration.auth_settings()["OAuth2PasswordBearer"]["value"] == "Bearer http://v"
    else:
        assert type(configured_source(configuration)) is kind


def test_environment_of_a_subclass_is_of_the_subclass() -> None:
    """A program's own class of configurations reads the environment too."""

    class Own(Configuration):
        """A program's own."""

    assert type(Own.from_environment({})) is Own


def test_configuration_of_the_environment_shows_no_secret() -> None:
    """Not even the name of the user, nor the command, whose arguments may be secret."""
    hidden = Configuration.from_environment(dict.fromkeys(VARIABLES, "hidden") | {"OPENAPI_CLIENT_HOST": "http://h"})
    assert repr(hidden) == (
        "Configuration(host='http://h', access_token='***', username='***', password='***', client_secret='***',"
        " offline_token='***', token_command='***')"
    )
