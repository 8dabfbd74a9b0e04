"""The commands: which one runs, and what is said when it cannot."""

import runpy
import sys

import pytest

import openapi_client
from openapi_client.cli import main


def test_version_is_the_package_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m openapi_client --version` prints the version."""
    monkeypatch.setattr(sys, "argv", ["registry-credentials", "--version"])
    with pytest.raises(SystemExit) as done:
        runpy.run_module("openapi_client", run_name="__main__")
    assert done.value.code == 0
    assert capsys.readouterr().out.strip() == openapi_client.__version__


def test_main_module_imported_runs_nothing() -> None:
    """To import the module of the commands is not to run one."""
    assert runpy.run_module("openapi_client.__main__")["main"] is main


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["demo", "--nonsense"]], ids=["none", "command", "option"])
def test_unknown_words_are_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command, or with unknown words, the usage is printed and the status is 2."""
    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert error.value.code == 2
    assert "usage: registry-credentials" in capsys.readouterr().err


def test_words_reach_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """What is said on the command line is what the command is run with."""
    assert main(["sandbox", "--token-lifetime-seconds", "-1"]) == 1
    assert "token_lifetime_seconds is -1.0" in capsys.readouterr().err
    options = ["--load", "none", "--port", "0", "--generation", "2023", "--print-env"]
    assert main(["sandbox", *options]) == 1
    assert "--load is none" in capsys.readouterr().err
    assert main(["demo", "--host", "http://localhost:9"]) == 1
    assert "needs --location" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "library"), [("sandbox", "fastapi"), ("demo", "boto3")], ids=["sandbox", "demo"])
def test_missing_extra_is_named(
    command: str, library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a library of the extra is missing, the command says how to install it, with status 1 and no traceback."""
    for name in [name for name in sys.modules if name.startswith(("openapi_client.sandbox", "openapi_client.cli."))]:
        monkeypatch.delitem(sys.modules, name)
    # A None in sys.modules is how Python itself marks a module that cannot be imported.
    monkeypatch.setitem(sys.modules, library, None)
    assert main([command]) == 1
    assert capsys.readouterr().err.startswith(f'{library} is not installed: pip install "{library}>=')
