"""The one command, with one short round of everything."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from nginx import INSTALL, find_nginx
from pytest_httpserver import HTTPServer
from start import run

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[1] / "docs" / "performance.md"

Measured = Callable[..., list[str]]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Measured:
    """Runs the command in this process, and gives the lines that it prints."""

    def measure(*arguments: str) -> list[str]:
        monkeypatch.setattr("sys.argv", ["benchmarks", "--quick", *arguments])
        runpy.run_path(str(FOLDER), run_name="__main__")
        return [line for line in capsys.readouterr().out.splitlines() if line]

    return measure


@pytest.mark.parametrize(
    ("part", "rows"),
    [("warm", 3), ("decoding", 2), ("threads", 1), ("start", 5), ("keys", 9), ("layers", 9)],
    ids=lambda part: part,
)
def test_part_is_measured(registry: HTTPServer, measured: Measured, part: str, rows: int) -> None:
    """Each part alone gives its rows below a head."""
    assert len(measured("--host", registry.url_for("").rstrip("/"), part)) == rows + 2


def test_everything_is_measured_unless_told_otherwise(registry: HTTPServer, measured: Measured) -> None:
    """Without a part there are the two tables that the documentation has."""
    lines = measured("--host", registry.url_for("").rstrip("/"))
    assert sum(line.endswith((" yes", " no")) for line in lines) == 14
    page = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if " | " in line]
    assert list(map(first_cell, lines)) == list(map(first_cell, page))


def first_cell(row: str) -> str:
    """What a row of a table is about."""
    return row.partition(" | ")[0]


@pytest.mark.skipif(not find_nginx(), reason=INSTALL)
def test_everything_is_measured_on_nginx(measured: Measured) -> None:  # pragma: no cover - not on every machine
    """The command alone starts a server."""
    assert sum(line.endswith((" yes", " no")) for line in measured()) == 14


def test_unknown_part_is_refused(measured: Measured, capsys: pytest.CaptureFixture[str]) -> None:
    """A part that there is not is an error of usage, which names those that there are."""
    with pytest.raises(SystemExit):
        measured("nothing")
    assert "the parts are warm, decoding, threads, start, keys, layers" in capsys.readouterr().err


def test_script_that_fails_is_no_measurement(tmp_path: Path) -> None:
    """A process that ends with an error gives no numbers."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 3\n")
    python.chmod(0o700)
    with pytest.raises(RuntimeError, match=r"^x\.py has failed with 3$"):
        run(tmp_path, tmp_path / "x.py", "")
