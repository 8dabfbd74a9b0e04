"""The address of a server: its variables filled in, its index checked."""

from typing import Any

import pytest

from openapi_client import ApiClient, ApiValueError, Configuration
from openapi_client._servers import base_address, server_address
from openapi_client.auth import configured_source

SERVERS: list[dict[str, Any]] = [
    {"url": "https://plain.example"},
    {
        "url": "https://{stage}.example/{version}/{stage}",
        "variables": {
            "stage": {"default_value": "live", "enum_values": ["live", "test"]},
            "version": {"default_value": "v1"},
        },
    },
]


@pytest.mark.parametrize(
    ("index", "variables", "address"),
    [
        (0, {}, "https://plain.example"),
        (0, {"stage": "test"}, "https://plain.example"),
        (1, {}, "https://live.example/v1/live"),
        (1, {"stage": "test"}, "https://test.example/v1/test"),
        (1, {"version": "anything"}, "https://live.example/anything/live"),
    ],
    ids=["plain", "unused", "defaults", "of the enumeration", "free"],
)
def test_address_has_its_variables_filled_in(index: int, variables: dict[str, str], address: str) -> None:
    """Each variable takes the given value, or its default."""
    assert server_address(SERVERS, index, variables) == address


@pytest.mark.parametrize("host", ["http://h", "http://h/", "http://h//"])
def test_base_address_is_what_paths_are_added_to(host: str) -> None:
    """Slashes at its end are left away."""
    assert base_address(host) == "http://h"


NO_BASES = {
    "a page of the documentation": ("https://h/docs#/default", "fragment"),
    "a fragment without a path": ("https://h#hidden", "fragment"),
    "an empty fragment": ("https://h/#", "fragment"),
    "a fragment with a question": ("https://h/#a?b", "fragment"),
    "a query": ("https://h/?token=hidden", "query"),
    "an empty query": ("https://h?", "query"),
    "a query and a fragment": ("https://h/?a=hidden#b", "query"),
}


@pytest.mark.parametrize(("host", "part"), NO_BASES.values(), ids=NO_BASES)
def test_host_that_cannot_be_a_base_is_refused(host: str, part: str) -> None:
    """Neither a call nor a login goes to another path than its own; the error does not repeat what may be secret."""
    with ApiClient(Configuration(host, access_token="t")) as client:
        for ask in (
            lambda: client.call_api("/p", "GET"),
            lambda: ApiClient(Configuration(access_token="t")).call_api("/p", "GET", _host=host),
            lambda: configured_source(Configuration(host, username="u", password="p")),
        ):
            with pytest.raises(ApiValueError, match=f"The host has a {part}") as caught:
                ask()
            assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_server_that_there_is_not(index: int) -> None:
    """An index beyond the servers is an ApiValueError that says how many there are."""
    with pytest.raises(ApiValueError, match=f"no server {index}: the index must be less than 2"):
        server_address(SERVERS, index, {})


def test_no_servers_at_all() -> None:
    """Of no servers there is none with index 0."""
    with pytest.raises(ApiValueError, match="no server 0"):
        server_address([], 0, {})


def test_value_that_is_not_in_the_enumeration() -> None:
    """A value that the document does not list is an ApiValueError with the variable's name and what it lists."""
    with pytest.raises(ApiValueError, match=r"'stage' .* must be in \['live', 'test'\]"):
        server_address(SERVERS, 1, {"stage": "nope"})
