"""What type checkers say of programs that use the package: `test/typing/` holds such programs, right and wrong ones."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import mypy
import pyright
import pytest

ROOT = Path(__file__).parents[1]
SNIPPETS = sorted((ROOT / "test" / "typing").glob("*.py"))
Lines = dict[str, set[int]]


def run(checker: ModuleType, *arguments: str) -> str:
    """Return what a checker prints; it ends with 1 if it finds mistakes."""
    command = [sys.executable, "-m", checker.__name__, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def lines_of_mypy(folder: Path) -> Lines:
    """The lines that mypy calls wrong, with no other configuration than `--strict`."""
    config = folder / "mypy.ini"
    config.write_text("[mypy]\n")
    output = run(mypy, "--strict", f"--config-file={config}", f"--cache-dir={folder / 'cache'}", *map(str, SNIPPETS))
    lines: Lines = {}
    for name, line in re.findall(r"^(.+?):(\d+): error: ", output, re.MULTILINE):
        lines.setdefault(Path(name).name, set()).add(int(line))
    return lines


def lines_of_pyright(folder: Path) -> Lines:
    """The lines that pyright calls wrong, with no other configuration than its standard mode."""
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps({"extraPaths": [str(ROOT)], "typeCheckingMode": "standard"}))
    options = (f"--project={config}", f"--pythonpath={sys.executable}", "--outputjson")
    output = run(pyright, *options, *map(str, SNIPPETS))
    lines: Lines = {}
    for found in json.loads(output)["generalDiagnostics"]:
        assert found["severity"] == "error", found
        lines.setdefault(Path(found["file"]).name, set()).add(found["range"]["start"]["line"] + 1)
    return lines


def expected() -> Lines:
    """The lines that say of themselves that they must be errors."""
    return {
        snippet.name: {
            number for number, line in enumerate(snippet.read_text().splitlines(), 1) if line.endswith("# expect-error")
        }
        for snippet in SNIPPETS
    }


@pytest.mark.parametrize("checker", [lines_of_mypy, lines_of_pyright], ids=["mypy", "pyright"])
def test_exactly_the_mistakes_are_errors(checker: Callable[[Path], Lines], tmp_path: Path) -> None:
    """Misspelt, missing, misplaced and mistyped things are; what the documentation shows is not."""
    assert checker(tmp_path) == expected()


def test_snippets_hold_mistakes() -> None:
    """So that a checker that finds nothing does not pass."""
    assert all(expected().values())
    assert [*expected()] == ["models.py", "operations.py", "paths.py"]
