"""Handles: the spellings that mean one, and those that mean none."""

import pytest

from openapi_client import ApiTypeError, ApiValueError
from openapi_client.aws.handle import bare_handle_in, dataset_id_of, handle_in

HANDLE = "10378.1/1234567"

SPELLINGS = [
    "hdl:10378.1/1234567",
    "HDL:10378.1/1234567",
    "hdl://10378.1/1234567",
    "hdl:/10378.1/1234567",
    "hdl: 10378.1/1234567",
    "info:hdl/10378.1/1234567",
    "https://hdl.handle.net/10378.1/1234567",
    "http://hdl.handle.net/10378.1/1234567",
    "HTTPS://HDL.Handle.NET/10378.1/1234567",
    "https://hdl.handle.net:443/10378.1/1234567",
    "https://hdl.handle.net//10378.1/1234567",
    "https://hdl.handle.net/10378.1/1234567/",
    "https://hdl.handle.net/10378.1/1234567?noredirect",
    "https://hdl.handle.net/10378.1/1234567#files",
    "https://hdl.handle.net/10378.1%2F1234567",
    "https://hdl.handle.net/10378.1%2f1234567",
    "hdl:10378%2E1/1234567",
    "//hdl.handle.net/10378.1/1234567",
    "hdl.handle.net/10378.1/1234567",
    " hdl:10378.1/1234567 ",
    "\thttps://hdl.handle.net/10378.1/1234567\n",
    "\u00a0hdl:10378.1/1234567\u3000",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_handle_is_found_in_every_usual_spelling(spelling: str) -> None:
    """A place and a `dataset_id` take the same spellings."""
    assert handle_in(spelling) == dataset_id_of(spelling) == HANDLE
    assert bare_handle_in(spelling) is None


@pytest.mark.parametrize("spelling", [HANDLE, f" {HANDLE} ", "10378.1%2F1234567", f"{HANDLE}\n"])
def test_bare_handle_is_a_dataset_id_and_no_place(spelling: str) -> None:
    """Without a scheme a text could be a path as well."""
    assert dataset_id_of(spelling) == bare_handle_in(spelling) == HANDLE
    assert handle_in(spelling) is None


@pytest.mark.parametrize(
    "handle",
    ["10.1/2", "20.500.12345/a.b-c", "cord.abc85/7", "10378.1/a/b", "10378.1/a?b", "10378.1/Ünï", "1/(2)", "7"],
)
def test_handle_is_kept_as_it_is(handle: str) -> None:
    """Whatever a suffix may hold; the registry is the judge of it."""
    assert dataset_id_of(handle) == handle


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "10378.1/",
        "/1234567",
        "//",
        "10378.1/12 34",
        "10378.1/12\x0034",
        "10378.1/12\x1b[31m",
        "10378.1/12\u202e34",
        "10378.1/12%0034",
        "10378.1/%ff",
        "s3://bucket/path/",
        "https://example.org/10378.1/1234567",
        "https://hdl.handle.net.evil.example/10378.1/1",
        "https://hdl.handle.net@evil.example/10378.1/1",
        "doi:10.1000/182",
    ],
)
def test_what_is_no_handle_is_refused(text: str) -> None:
    """The message shows how a handle is written, and nothing of what was given."""
    with pytest.raises(ApiValueError, match=r"^Expected the handle of a dataset: dataset_id='10378\.1/1234567'"):
        dataset_id_of(text)


@pytest.mark.parametrize("text", ["hdl:", "hdl:10378.1", "https://hdl.handle.net/", "hdl:a b/c", "hdl:1/%zz%ff"])
def test_scheme_before_something_else_is_refused(text: str) -> None:
    """Such a place is a mistake, and no other place."""
    with pytest.raises(ApiValueError, match="Expected the handle of a dataset"):
        handle_in(text)


@pytest.mark.parametrize("place", ["s3://bucket/hdl:10378.1/1", "bucket/path", "", None, 5, b"hdl:10378.1/1"])
def test_other_places_hold_no_handle(place: object) -> None:
    """They are left to whoever knows them."""
    assert handle_in(place) is None
    assert bare_handle_in(place) is None


def test_dataset_id_of_another_type_is_refused() -> None:
    """The message names the type."""
    with pytest.raises(ApiTypeError, match="not int"):
        dataset_id_of(10378)  # type: ignore[arg-type]  # that is the mistake
