"""The candidates do the same work: one request on the wire, one answer."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from candidates import Call, client, floor, pool, standard_library
from nginx import READ_PATH
from pytest_httpserver import HTTPServer

from openapi_client import CredentialResponse

Candidate = Callable[[str], AbstractContextManager[Call]]


@pytest.mark.parametrize("candidate", [client, pool, standard_library], ids=lambda candidate: candidate.__name__)
def test_candidate_sends_what_the_floor_sends(registry: HTTPServer, candidate: Candidate) -> None:
    """Path, headers and body are those of the floor's request."""
    host = registry.url_for("").rstrip("/")
    for make in (floor, candidate):
        with make(host) as call:
            call()
    by_floor, other = (request for request, _ in registry.log)
    assert other.path == by_floor.path == READ_PATH
    assert dict(other.headers) == dict(by_floor.headers)
    assert json.loads(other.data) == json.loads(by_floor.data)


def test_client_gives_the_answer_of_the_floor(registry: HTTPServer) -> None:
    """The floor gives the JSON of the answer, and the client what it stands for."""
    host = registry.url_for("").rstrip("/")
    with floor(host) as by_floor, client(host) as by_client:
        answer = by_client()
        assert isinstance(answer, CredentialResponse)
        assert CredentialResponse.from_dict(by_floor()) == answer


def test_floor_wants_success(httpserver: HTTPServer) -> None:
    """An answer of another status is no measurement."""
    httpserver.expect_request(READ_PATH).respond_with_json({}, status=500)
    with floor(httpserver.url_for("").rstrip("/")) as call, pytest.raises(RuntimeError, match="500"):
        call()
