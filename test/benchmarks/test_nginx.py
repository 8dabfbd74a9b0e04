"""The server of the benchmarks."""

from pathlib import Path

import pytest
import urllib3
from nginx import ANSWER, INSTALL, READ_PATH, answers, find_nginx, running_nginx
from pytest_httpserver import HTTPServer


@pytest.mark.parametrize("program", ["", "/bin/sleep 0.2; echo broken >&2; exit 1"], ids=["missing", "broken"])
def test_server_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Without nginx the error names the package, and with one that ends it is what that has printed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("nginx.FOLDERS", "")
    (tmp_path / "nginx").write_text(f"#!/bin/sh\n{program}\n")
    (tmp_path / "nginx").chmod(0o700 if program else 0o600)
    error, text = (RuntimeError, "broken") if program else (SystemExit, INSTALL)
    with pytest.raises(error, match=text), running_nginx():
        pytest.fail("it has started")  # pragma: no cover - what must not happen


def test_other_server_is_not_taken_for_it(registry: HTTPServer) -> None:
    """A server that gives another answer, on a port that it took in between, is not measured."""
    assert not answers(registry.port)


@pytest.mark.skipif(not find_nginx(), reason=INSTALL)
def test_server_keeps_the_connection() -> None:  # pragma: no cover - nginx is not on every machine
    """Many requests with a body go over one connection, and the answer is JSON that says how long it is."""
    with running_nginx() as host, urllib3.connection_from_url(host) as pool:
        responses = [pool.urlopen("POST", READ_PATH, body=b"{}") for _ in range(10)]
        assert pool.num_connections == 1
    assert {response.data.decode() for response in responses} == {ANSWER}
    assert responses[0].headers["Content-Type"] == "application/json"
    assert responses[0].headers["Content-Length"] == str(len(ANSWER))
