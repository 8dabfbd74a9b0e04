"""Keys in a query stay out of urllib3's log records."""

import logging
import socket

import pytest
from pytest_httpserver import HTTPServer
from urllib3 import PoolManager, Retry

from openapi_client import ApiClient, ApiConnectionException, Configuration

KEY = {"type": "api_key", "in": "query", "key": "api key", "value": "hidden-value"}


def ask(client: ApiClient, query: dict[str, str]) -> None:
    client.call_api("/path", "GET", query_params=query, auth_settings=["any"], _request_auths=[KEY])


def test_key_in_the_query_is_masked_in_urllib3_log(
    httpserver: HTTPServer, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The key arrives, and the record of the request shows the names in the query alone."""
    httpserver.expect_request("/path", query_string={"api key": "hidden-value", "page": "1"}).respond_with_json({})
    with caplog.at_level(logging.DEBUG):
        ask(client, {"page": "1"})
        ask(client, {"page": "1"})
    records = [record.getMessage() for record in caplog.records if record.name.startswith("urllib3")]
    assert any("GET /path?page=***&api+key=*** HTTP/1." in record for record in records)
    assert "hidden-value" not in "".join(records)


def test_key_in_the_query_is_in_no_record_of_attempts_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    """The records of attempts that failed, ours and urllib3's, name the address without its query."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        policy = Retry(2, backoff_factor=0, allowed_methods=None)
        client = ApiClient(Configuration(f"http://127.0.0.1:{closed.getsockname()[1]}", retries=policy))
        with caplog.at_level(logging.DEBUG), pytest.raises(ApiConnectionException):
            ask(client, {})
    shown = "".join(record.getMessage() for record in caplog.records)
    assert shown.count("trying again") == 2
    assert "hidden-value" not in shown
    assert "api+key" not in shown


def test_other_query_is_left_alone(httpserver: HTTPServer, client: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    """A parameter that this package has never sent is logged as it is: others use urllib3 too."""
    httpserver.expect_request("/path").respond_with_json({})
    ask(client, {})
    with caplog.at_level(logging.DEBUG), PoolManager() as others:
        others.request("GET", httpserver.url_for("/other?sort=7"))
    assert "/other?sort=7 " in caplog.text
