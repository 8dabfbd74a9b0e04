"""Programs written for the generated clients print, with this package, what their pages say."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from registry import Registry

ROOT: Final = Path(__file__).resolve().parent
MIGRATING: Final = ROOT.parent.parent / "docs" / "migrating.md"

# Starts each program in a fork of an interpreter that has loaded urllib3 and nothing of this package: a third of the
# time. It reads a folder, runs the program there to the end of its process, and writes the exit status.
LAUNCHER: Final = """
import json, logging, os, runpy, signal, sys, threading, unittest.mock
import urllib3
for folder in sys.stdin:
    process = os.fork()
    if not process:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
else:
    sys.exit()
signal.alarm(30)
os.chdir(folder.rstrip("\\n"))
for number, name in enumerate(["input", "stdout", "stderr"]):
    os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
assert "openapi_client" not in sys.modules
runpy.run_path("program.py", run_name="__main__")
"""


class Program(NamedTuple):
    """A program of a page.

    Attributes:
        name: The page's name and the program's heading.
        about: What the page says about the program.
        code: The beginning that all programs of the page share, and the program.
        output: What the program prints.
    """

    name: str
    about: str
    code: str
    output: str


def programs(page: Path) -> Iterator[Program]:
    """Yield the programs of a page."""
    beginning, *sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    shared = block(beginning, "python")
    for section in sections:
        heading, text = section.split("\n", 1)
        about = text.split("```", 1)[0].strip()
        yield Program(f"{page.stem}/{heading}", about, shared + block(text, "python"), block(text, "text"))


def block(text: str, language: str) -> str:
    """Return the first fenced block in a language; empty if there is none."""
    return "".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[:1])


PROGRAMS: Final = [program for page in sorted(ROOT.glob("*.md")) for program in programs(page)]


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    """Serve a registry to all programs."""
    with Registry() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def launcher() -> Iterator["subprocess.Popen[str]"]:
    """Start the process that starts programs."""
    command = [sys.executable, "-c", LAUNCHER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        yield process


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_program_prints_what_its_page_says(
    program: Program, registry: Registry, launcher: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    """A program written for a generated client ends well, without a warning, and prints what its page says."""
    assert launcher.stdin
    assert launcher.stdout
    registry.begin()
    (tmp_path / "program.py").write_text(registry.at_home(program.code), encoding="utf-8")
    launcher.stdin.write(f"{tmp_path}\n")
    launcher.stdin.flush()
    status = int(launcher.stdout.readline())
    printed, errors = ((tmp_path / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    assert (registry.anywhere(printed), status) == (program.output, 0), errors
    assert "Warning" not in errors


def test_differences_are_documented() -> None:
    """The page about migrating names each program whose output differs from the generated client's, and no other."""
    named = re.findall(r"`((?:six|seven)_\w+/[\w-]+)`", MIGRATING.read_text(encoding="utf-8"))
    assert sorted(named) == sorted(program.name for program in PROGRAMS if "The generated client" in program.about)


def test_programs_are_counted() -> None:
    """The page about migrating claims no more programs than there are, each under a name of its own."""
    claimed = re.search(r"More than (\d+) programs", MIGRATING.read_text(encoding="utf-8"))
    assert claimed
    assert len({program.name for program in PROGRAMS}) == len(PROGRAMS) > int(claimed[1])
