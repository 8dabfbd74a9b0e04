"""Keys in a query stay out of urllib3's log records."""

import logging
import socket

import pytest
from pytest_httpserver import HTTPServer
from urllib3 import PoolManager, Retry

from openapi_client import ApiClient, ApiConnectionException, Configuration
from openapi_client.rest import logs

KEY = {"type": "api_key", "in": "query", "key": "api key", "value": "hidden-value"}


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is known from other tests."""
    monkeypatch.setattr(logs._filter, "names", frozenset())


def records_of_urllib3(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("urllib3"))


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
    records = records_of_urllib3(caplog)
    assert "GET /path?page=***&api+key=*** HTTP/1." in records
    assert "hidden-value" not in records


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


def test_names_do_not_add_up_without_end(
    httpserver: HTTPServer, client: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Beyond 64 names every query is masked whole, and no name is kept."""
    httpserver.expect_request("/path").respond_with_json({})
    with caplog.at_level(logging.DEBUG):
        for number in range(70):
            ask(client, {f"name{number}": "hidden-value"})
    assert logs._filter.names is None
    records = records_of_urllib3(caplog)
    assert "hidden-value" not in records
    assert '"GET /path?*** HTTP/1.' in records


@pytest.mark.parametrize(
    "query", ["%74oken=hidden-value", "hidden-value", "a;token=hidden-value", "token=&hidden-value"]
)
def test_query_of_a_followed_redirect_is_masked_whole(
    httpserver: HTTPServer, client: ApiClient, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    """A server may spell a name, or leave it out, as it likes; it cannot fill the filter with ever new names."""
    httpserver.expect_oneshot_request("/path").respond_with_data(status=307, headers={"Location": f"/next?{query}"})
    httpserver.expect_request("/next", query_string=query).respond_with_json({})
    with caplog.at_level(logging.DEBUG):
        client.call_api("/path", "GET")
    records = records_of_urllib3(caplog)
    assert '"GET /next?*** HTTP/1.' in records
    assert "hidden-value" not in records
    assert logs._filter.names is None
