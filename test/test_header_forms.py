"""The headers of an answer: found in every form that clients, recorders and tests have for them."""

import http.client
from collections import namedtuple
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest
from urllib3 import HTTPHeaderDict, HTTPResponse

from openapi_client._header_forms import find_headers

MESSAGE = http.client.parse_headers(BytesIO(b"X-One: 1\r\nX-Two: 2\r\n\r\n"))
ONE = {"X-One": "1"}
Fake = namedtuple("Fake", "status getheader")  # noqa: PYI024 - as old programs make them

FORMS: dict[str, tuple[object, dict[str, str]]] = {
    "urllib3": (HTTPResponse(b"", headers=ONE), ONE),
    "dict": (SimpleNamespace(headers=ONE), ONE),
    "pairs": (SimpleNamespace(headers=[("X-One", "1")]), ONE),
    "message": (SimpleNamespace(headers=MESSAGE), {"X-One": "1", "X-Two": "2"}),
    "getheaders of a dict": (SimpleNamespace(getheaders=lambda: ONE), ONE),
    "getheaders of pairs": (SimpleNamespace(getheaders=lambda: [("X-One", "1")]), ONE),
    "mock with headers": (Mock(headers=ONE), ONE),
    "mock with getheaders": (Mock(getheaders=lambda: ONE), ONE),
    "magic mock with headers": (MagicMock(headers=ONE), ONE),
    "getheader": (Fake(200, {"Content-Type": "text/plain"}.get), {"Content-Type": "text/plain"}),
    "headers first": (SimpleNamespace(headers=ONE, getheaders=lambda: {"X-Two": "2"}), ONE),
    "mock": (Mock(), {}),
    "magic mock": (MagicMock(), {}),
    "none": (SimpleNamespace(), {}),
    "headers that are None": (SimpleNamespace(headers=None), {}),
    "headers that are none": (SimpleNamespace(headers=[1, 2], getheaders=lambda: "text", getheader=5), {}),
}


@pytest.mark.parametrize(("answer", "headers"), FORMS.values(), ids=FORMS)
def test_headers_are_found_in_any_form(answer: object, headers: dict[str, str]) -> None:
    """Attribute or method, mapping or pairs; what a mock makes up is not taken for headers."""
    assert dict(find_headers(answer)) == headers


def test_headers_of_urllib3_are_given_as_they_are() -> None:
    """A mapping that ignores case stays one."""
    headers: Any = HTTPHeaderDict(ONE)
    assert find_headers(SimpleNamespace(headers=headers)) is headers
