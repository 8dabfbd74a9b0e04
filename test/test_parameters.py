"""Parameters of a request: names and values as an address, a header or a form holds them."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openapi_client import ApiValueError
from openapi_client._parameters import file_fields, fill_path, items_of, to_pairs
from openapi_client.models import Status

MOMENT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("parameters", [{"a": 1, "b": 2}, [("a", 1), ("b", 2)]], ids=["mapping", "pairs"])
def test_parameters_come_in_two_forms(parameters: Any) -> None:
    """A mapping, or pairs where a name may come twice."""
    assert list(items_of(parameters)) == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("kind", "pairs"),
    [
        ("csv", [("a", "1,x,2030-01-02T03:04:05+00:00")]),
        ("ssv", [("a", "1 x 2030-01-02T03:04:05+00:00")]),
        ("tsv", [("a", "1\tx\t2030-01-02T03:04:05+00:00")]),
        ("pipes", [("a", "1|x|2030-01-02T03:04:05+00:00")]),
        ("multi", [("a", 1), ("a", "x"), ("a", "2030-01-02T03:04:05+00:00")]),
        ("other", [("a", "1,x,2030-01-02T03:04:05+00:00")]),
    ],
)
def test_list_is_written_in_the_format_given_for_its_name(kind: str, pairs: list[tuple[str, Any]]) -> None:
    """One text, or the name once for each item."""
    assert to_pairs({"a": [1, "x", MOMENT]}, {"a": kind}) == pairs


def test_values_become_plain() -> None:
    """Models and times too; a list without a format stays one."""
    parameters = {"a": MOMENT, "b": Status(True, "x"), "c": [1], "d": None}
    plain = [("a", "2030-01-02T03:04:05+00:00"), ("b", {"success": True, "details": "x"}), ("c", [1]), ("d", None)]
    assert to_pairs(parameters, None) == to_pairs(parameters, {"e": "csv"}) == plain


@pytest.mark.parametrize("parameters", [None, {}, []])
def test_no_parameters_are_no_pairs(parameters: Any) -> None:
    """In whichever form."""
    assert to_pairs(parameters, None) == []


def test_path_is_filled_with_encoded_values() -> None:
    """Each value is one part of the path, unless characters are declared safe."""
    assert fill_path("/x/{id}/{name}/{id}", {"id": "a/b c", "name": 5}, None, "") == "/x/a%2Fb%20c/5/a%2Fb%20c"
    assert fill_path("/x/{id}", {"id": "a/b c"}, None, "/") == "/x/a/b%20c"
    assert fill_path("/x/{ids}", {"ids": [1, 2]}, {"ids": "csv"}, ",") == "/x/1,2"
    assert fill_path("/x/{id}", None, None, "") == "/x/{id}"


def test_files_are_read_and_closed(tmp_path: Path) -> None:
    """With the name and the type that the file's name tells; several under one name."""
    text, other = tmp_path / "a.txt", tmp_path / "b.unknown-type"
    text.write_bytes(b"text")
    other.write_bytes(b"\x00")
    with text.open("rb") as first, other.open("rb") as second:
        assert file_fields({"upload": [first, None, second], "none": None}) == [
            ("upload", ("a.txt", b"text", "text/plain")),
            ("upload", ("b.unknown-type", b"\x00", "application/octet-stream")),
        ]
        assert (first.closed, second.closed) == (True, True)


@pytest.mark.parametrize("files", [None, {}, {"upload": None}, {"upload": []}, {"upload": [None]}])
def test_no_files_are_no_fields(files: Any) -> None:
    """In whichever form."""
    assert file_fields(files) == []


def test_closed_file_is_refused() -> None:
    """The error names its field."""
    file = io.BytesIO(b"x")
    file.close()
    with pytest.raises(ApiValueError, match="The file given as 'upload' is closed"):
        file_fields({"upload": [file]})


def test_half_of_a_surrogate_pair_is_a_value_error_unseen() -> None:
    """UTF-8 has no form for it; neither the error nor its context holds the text."""
    with pytest.raises(ApiValueError, match="half of a surrogate pair") as caught:
        fill_path("/{p}", {"p": "hidden\ud800"}, None, "")
    assert caught.value.__context__ is None
