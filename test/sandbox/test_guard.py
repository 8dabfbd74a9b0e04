"""The guard ends its program with its pipe."""

import contextlib
import os
import runpy
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openapi_client.sandbox import guard

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        with contextlib.suppress(OSError):
            os.close(end)


@pytest.mark.parametrize("goodbye", [b"\n", b""], ids=["byte", "closed"])
def test_program_ends_with_the_pipe(tmp_path: Path, pipe: tuple[int, int], goodbye: bytes) -> None:
    """A byte or the end of the pipe kills the program; its folder, files and what is already gone are removed."""
    reader, writer = pipe
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir()
    (folder / "data").touch()
    file.touch()
    timer = threading.Timer(0.2, lambda: os.write(writer, goodbye) if goodbye else os.close(writer))
    timer.start()
    assert guard.guard([str(folder), str(file), str(tmp_path / "gone")], FOREVER, reader) != 0
    timer.join()
    assert list(tmp_path.iterdir()) == []


def test_program_that_ends_by_itself_leaves_its_files(tmp_path: Path, pipe: tuple[int, int]) -> None:
    """Its exit status is passed on, and its log can still be read."""
    assert guard.guard([str(tmp_path)], [sys.executable, "-c", "raise SystemExit(7)"], pipe[0]) == 7
    assert tmp_path.exists()


def test_runs_as_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On its command line a double hyphen divides what is to be removed from the command."""
    monkeypatch.setattr(sys, "argv", ["guard", str(tmp_path), "--", sys.executable, "-c", "raise SystemExit(5)"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(guard.__file__, run_name="__main__")
    assert ended.value.code in {5, -9}
