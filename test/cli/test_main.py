"""The commands: which one runs, and what is said when it cannot."""

import subprocess
import sys

import pytest

import openapi_client
from openapi_client.cli import main


def test_version_is_the_package_version() -> None:
    """`python -m openapi_client --version` prints the version."""
    command = [sys.executable, "-m", "openapi_client", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this interpreter
    assert done.stdout.strip() == openapi_client.__version__


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["demo", "--nonsense"]], ids=["none", "command", "option"])
def test_unknown_words_are_a_usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command, or with unknown words, the usage is printed and the status is 2."""
    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert error.value.code == 2
    assert "usage: openapi-client" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "library"), [("sandbox", "fastapi"), ("demo", "boto3")], ids=["sandbox", "demo"])
def test_missing_extra_is_named(command: str, library: str) -> None:
    """Where a library of the extra is missing, the command says how to install it, with status 1 and no traceback."""
    # A None in sys.modules is how Python itself marks a module that cannot be imported.
    program = (
        f"import sys; sys.modules[{library!r}] = None\n"
        f"from openapi_client.cli import main; sys.exit(main([{command!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert 'pip install "openapi-client[sandbox]"' in done.stderr
    assert "Traceback" not in done.stderr
