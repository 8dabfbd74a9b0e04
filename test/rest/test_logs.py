"""Keys in a query stay out of urllib3's log records."""

import logging
import socket

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import ApiClient, ApiConnectionException, Configuration

KEY = {"type": "api_key", "in": "query", "key": "api key", "value": "hidden-value"}


def ask(client: ApiClient, query: dict[str, str]) -> None:
    client.call_api("/path", "GET", query_params=query, auth_settings=["any"], _request_auths=[KEY])


def test_key_in_the_query_is_masked_in_urllib3_log(
    httpserver: HTTPServer, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The key arrives, and the record of the request shows its name and the rest of the query alone."""
    httpserver.expect_request("/path", query_string={"api key": "hidden-value", "page": "1"}).respond_with_json({})
    with caplog.at_level(logging.DEBUG):
        ask(client, {"page": "1"})
        ask(client, {"page": "1"})
    records = [record.getMessage() for record in caplog.records if record.name.startswith("urllib3")]
    assert any("GET /path?page=1&api+key=*** HTTP/1.1" in record for record in records)
    assert "hidden-value" not in "".join(records)


def test_key_in_the_query_is_masked_when_urllib3_tries_again(caplog: pytest.LogCaptureFixture) -> None:
    """The records of attempts that failed repeat the address, and mask the key in it too."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = ApiClient(Configuration(f"http://127.0.0.1:{closed.getsockname()[1]}", retries=2))
        with caplog.at_level(logging.DEBUG), pytest.raises(ApiConnectionException):
            ask(client, {})
    shown = "".join(record.getMessage() for record in caplog.records if record.name.startswith("urllib3"))
    assert "api+key=***" in shown
    assert "hidden-value" not in shown


def test_query_without_secrets_is_left_alone(
    httpserver: HTTPServer, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A parameter that holds no secret is logged as it is."""
    httpserver.expect_request("/path").respond_with_json({})
    with caplog.at_level(logging.DEBUG):
        client.call_api("/path", "GET", query_params={"page": "7"})
    assert "/path?page=7 " in caplog.text
