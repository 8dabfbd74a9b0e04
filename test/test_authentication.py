"""What proves who is asking: headers from several places, and settings put into headers, cookies or the query."""

from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import ApiTypeError, ApiValueError
from openapi_client._authentication import authenticate, masked, merge_headers

SECRET = "token-that-nobody-may-see"


def setting(place: str, key: str = "X-Key", value: str = "v") -> dict[str, str]:
    """A setting as `Configuration.auth_settings()` has it."""
    return {"type": "api_key", "in": place, "key": key, "value": value}


def test_later_header_replaces_an_earlier_one_whatever_its_case() -> None:
    """With the later one's spelling."""
    merged = merge_headers({"Accept": "a", "X-One": "1"}, None, {}, {"ACCEPT": "b"}, {"x-two": "2"})
    assert merged == {"ACCEPT": "b", "X-One": "1", "x-two": "2"}


def test_merged_headers_are_masked_and_new(secrets_in: Callable[..., list[str]]) -> None:
    """Any may hold a secret; what is merged is not changed."""
    given = {"X-Gateway": SECRET}
    merged = merge_headers(given)
    assert secrets_in(merged) == []
    assert merged["X-Gateway"] == SECRET
    merged["X-Gateway"] = "other"
    assert given == {"X-Gateway": SECRET}


@pytest.mark.parametrize("value", [True, None, b"x", ["x"]], ids=repr)
def test_header_that_is_no_text_is_refused(value: Any) -> None:
    """By its name, and without its value."""
    with pytest.raises(ApiTypeError, match="Expected str, not") as caught:
        merge_headers({"X-One": value})
    assert (caught.value.path_to_item, caught.value.valid_classes) == (["X-One"], (str,))


@pytest.mark.parametrize(("value", "sent"), [(5, "5"), (1.5, "1.5")], ids=repr)
def test_header_that_is_a_number_is_sent_as_text(value: float, sent: str) -> None:
    """As its digits."""
    assert merge_headers({"X-One": value}) == {"X-One": sent}


def test_setting_is_masked(secrets_in: Callable[..., list[str]]) -> None:
    """Its values, that is; a traceback may show its names."""
    shown = masked(setting("header", value=SECRET))
    assert secrets_in(shown) == []
    assert shown == setting("header", value=SECRET)


def test_setting_that_is_no_text_is_refused() -> None:
    """As the token that somebody forgot to read from its file."""
    wrong: Any = {**setting("header"), "value": None}
    with pytest.raises(ApiTypeError, match=r"Expected str, not NoneType, at \['value'\]"):
        masked(wrong)


@pytest.mark.parametrize(
    ("place", "headers", "queries"),
    [
        ("header", {"Accept": "a", "X-Key": "v"}, []),
        ("cookie", {"Accept": "a", "Cookie": "X-Key=v"}, []),
        ("query", {"Accept": "a"}, [("X-Key", "v")]),
    ],
)
def test_setting_goes_where_it_says(place: str, headers: dict[str, str], queries: list[tuple[str, Any]]) -> None:
    """Beside what is there."""
    sent: dict[str, str] = {"Accept": "a"}
    asked: list[tuple[str, Any]] = []
    authenticate(sent, asked, [setting(place)])
    assert (sent, asked) == (headers, queries)


def test_setting_replaces_a_header_whatever_its_case() -> None:
    """Two of one name would leave it to the server which counts."""
    headers = {"authorization": "old", "COOKIE": "old"}
    authenticate(headers, [], [setting("header", "Authorization"), setting("cookie")])
    assert headers == {"Authorization": "v", "Cookie": "X-Key=v"}


def test_several_settings_are_all_put_in() -> None:
    """In their order."""
    headers: dict[str, str] = {}
    authenticate(headers, [], [setting("header", "A"), setting("header", "B"), setting("header", "a", "w")])
    assert headers == {"B": "v", "a": "w"}


def test_secrets_that_are_put_in_are_masked(secrets_in: Callable[..., list[str]]) -> None:
    """Headers and query are locals of everything that sends them."""
    headers: dict[str, str] = {}
    queries: list[tuple[str, Any]] = []
    authenticate(headers, queries, [setting(place, value=SECRET) for place in ("header", "cookie", "query")])
    assert secrets_in(headers, queries) == []
    assert headers["Cookie"] == f"X-Key={SECRET}"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({}, "lacks 'in', 'key', 'value'"),
        ({"in": "header", "key": "X"}, "lacks 'value'"),
        (setting("body"), "belongs in 'header', 'cookie' or 'query'"),
        (setting("Header"), "belongs in 'header', 'cookie' or 'query'"),
    ],
    ids=["empty", "no_value", "body", "case"],
)
def test_setting_that_cannot_be_meant_is_refused(wrong: dict[str, str], message: str) -> None:
    """Rather than sent without a proof."""
    with pytest.raises(ApiValueError, match=message):
        authenticate({}, [], [wrong])
