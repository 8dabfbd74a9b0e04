"""Downloads: which file the body of an answer becomes, under which name, and who may read it."""

import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from openapi_client import ApiValueError, Configuration
from openapi_client._downloads import deserialize_file, is_download
from openapi_client.model_utils import file_type


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """A Configuration whose temporary folder is the test's."""
    made = Configuration()
    made.temp_folder_path = str(tmp_path)
    return made


@pytest.mark.parametrize(
    ("types", "wanted"),
    [((file_type,), True), ([file_type], True), ((str,), False), ((file_type, str), False), ((), False)],
)
def test_only_the_type_of_files_asks_for_one(types: Any, wanted: bool) -> None:
    """A `response_type` of `(file_type,)` asks for a download, any other does not."""
    assert is_download(types) is wanted


@pytest.mark.parametrize(
    "body", ["naïve", "naïve".encode(), bytearray("naïve".encode())], ids=["text", "bytes", "bytearray"]
)
def test_file_holds_the_body(configuration: Configuration, body: Any) -> None:
    """Text is written in UTF-8, and bytes as they are."""
    with deserialize_file(body, configuration) as file:
        assert isinstance(file, file_type)
        assert file.read() == "naïve".encode()


def test_text_that_utf_8_has_no_form_for_leaves_no_file(configuration: Configuration, tmp_path: Path) -> None:
    """Half of a surrogate pair is an error of ours, and nothing is written."""
    with pytest.raises(ApiValueError):
        deserialize_file("\ud800", configuration)
    assert list(tmp_path.iterdir()) == []


NAMES = {
    "none": (None, None),
    "inline": ("inline", None),
    "token": ("attachment; filename=table.csv", "table.csv"),
    "quoted": ('attachment; filename="my table.csv"', "my table.csv"),
    "single_quotes": ("attachment; filename='table.csv'", "table.csv"),
    "upper_case": ('ATTACHMENT; FILENAME="table.csv"', "table.csv"),
    "escaped": (r'attachment; filename="my \"table\".csv"', "my table.csv"),
    "empty": ('attachment; filename=""', None),
    "other_parameter": ("attachment; xfilename=a.csv", None),
    "extended": ("attachment; filename=\"a.csv\"; filename*=UTF-8''t%C3%A4ble.csv", "täble.csv"),
    "extended_latin": ("attachment; filename*=iso-8859-1'en'%A3.csv", "£.csv"),
    "extended_path": ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
    "path_up": ('attachment; filename="../../etc/passwd"', "passwd"),
    "path_absolute": ('attachment; filename="/etc/passwd"', "passwd"),
    "path_windows": (r'attachment; filename="C:\Users\me\table.csv"', "table.csv"),
    "path_only": ('attachment; filename="../.."', None),
    "hidden": ('attachment; filename=".bashrc"', "bashrc"),
    "control_characters": ('attachment; filename="a\x1b[31m\x00b.csv"', "a[31mb.csv"),
    "right_to_left": ('attachment; filename="a\u202evsc.exe"', "avsc.exe"),
    "stream": ('attachment; filename="table.csv:stream"', "table.csvstream"),
    "device": ('attachment; filename="NUL.txt"', "_NUL.txt"),
    "long": (f'attachment; filename="{"ä" * 300}.csv"', f"{'ä' * 98}.csv"),
    "long_suffix": (f'attachment; filename="a.{"b" * 300}"', f"a.{'b' * 19}"),
}


@pytest.mark.parametrize(("header", "name"), NAMES.values(), ids=NAMES)
def test_server_names_the_file_and_nothing_else(
    configuration: Configuration, tmp_path: Path, header: str | None, name: str | None
) -> None:
    """The file lies in the temporary folder, whatever the server calls it."""
    with deserialize_file(b"x", configuration, header) as file:
        path = Path(file.name)
    assert path.parent == tmp_path
    assert path.name == name if name else path.name.startswith("default_")
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="modes mean nothing there")
@pytest.mark.parametrize("header", [None, 'attachment; filename="a.csv"'], ids=["without_name", "with_name"])
def test_nobody_else_may_read_the_file(configuration: Configuration, header: str | None) -> None:
    """A downloaded file has the mode 0600, whatever the umask."""
    umask = os.umask(0)
    try:
        with deserialize_file(b"x", configuration, header) as file:
            assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
    finally:
        os.umask(umask)


def test_file_of_the_same_name_stays_as_it_is(configuration: Configuration, tmp_path: Path) -> None:
    """A second download gets a name of its own, with the same end."""
    header = 'attachment; filename="a.csv"'
    with (
        deserialize_file(b"first", configuration, header) as first,
        deserialize_file(b"2", configuration, header) as other,
    ):
        second = Path(other.name)
        assert (first.read(), other.read()) == (b"first", b"2")
    assert (second.parent, second.suffix, second.name[:2]) == (tmp_path, ".csv", "a-")


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators there")
def test_link_of_the_same_name_is_not_followed(configuration: Configuration, tmp_path: Path) -> None:
    """A download does not write through a link that is there already."""
    victim = tmp_path / "victim"
    (tmp_path / "a.csv").symlink_to(victim)
    with deserialize_file(b"x", configuration, "attachment; filename=a.csv"):
        assert not victim.exists()


def test_folder_of_the_system_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without `temp_folder_path`, files lie where Python puts temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with deserialize_file(b"x", Configuration(), "attachment; filename=a.csv") as file:
        assert Path(file.name) == tmp_path / "a.csv"


def test_folder_that_does_not_exist_is_an_error(configuration: Configuration) -> None:
    """A missing temporary folder raises FileNotFoundError."""
    configuration.temp_folder_path = "no-such-folder"
    with pytest.raises(FileNotFoundError, match="no-such-folder"):
        deserialize_file(b"x", configuration)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of files there")
def test_file_that_cannot_be_written_is_removed(configuration: Configuration, tmp_path: Path) -> None:
    """A full disk is an OSError, and half a file does not stay."""
    import resource  # noqa: PLC0415 - Windows has none

    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, most))
    try:
        with pytest.raises(OSError, match="too large"):
            deserialize_file(b"x" * 100, configuration)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
