"""The flaws of the original client that ours must not have, one named test for each, by its number in the interface."""

import copy
import gzip
import http.client
import logging
import pickle
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from urllib3 import HTTPResponse

from openapi_client import (
    ApiClient,
    ApiConnectionException,
    ApiException,
    ApiMissingPropertyError,
    ApiTimeoutException,
    ApiValueError,
    Configuration,
    CredentialResponse,
    Credentials,
    HTTPValidationError,
    OpenApiException,
    RegistryCredentialsApi,
    S3Location,
    Status,
    UnprocessableEntityException,
)
from openapi_client.rest import RESTResponse
from openapi_client.rest.limits import make_limits

PATH = "/registry/credentials/generate-read-access-credentials"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def ask(host: str, **options: Any) -> Any:
    """One call of the read operation."""
    with ApiClient(Configuration(host, retries=0)) as client:
        return RegistryCredentialsApi(client).generate_read_access_credentials({}, _check_input_type=False, **options)


def test_flaw_1_null_console_url_is_none(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: Any
) -> None:
    """The link that the registry sends as null is None: set, and in `to_dict()`."""
    response = api.generate_read_access_credentials(credentials_request)
    assert b'"console_session_url": null' in registry.log[0][1].get_data()
    assert response.console_session_url is None
    assert "console_session_url" in response
    assert response.to_dict()["console_session_url"] is None


def test_flaw_2_real_422_is_parsed_into_its_models(api: RegistryCredentialsApi, httpserver: HTTPServer) -> None:
    """The `loc` of a real 422 holds texts and integers."""
    body = {"detail": [{"loc": ["body", "places", 0], "msg": "Field required", "type": "missing"}]}
    httpserver.expect_request(PATH).respond_with_json(body, status=422)
    with pytest.raises(UnprocessableEntityException) as caught:
        api.generate_read_access_credentials({}, _check_input_type=False)
    assert isinstance(caught.value.data, HTTPValidationError)
    assert caught.value.data.to_dict() == body


def test_flaw_2_body_of_another_shape_stays_json(api: RegistryCredentialsApi, httpserver: HTTPServer) -> None:
    """A 422 of another shape is no error on top of the error."""
    httpserver.expect_request(PATH).respond_with_json({"detail": "no such place"}, status=422)
    with pytest.raises(UnprocessableEntityException) as caught:
        api.generate_read_access_credentials({}, _check_input_type=False)
    assert caught.value.data == {"detail": "no such place"}


def with_length(body: bytes, headers: bytes = b"", beyond: int = 0) -> bytes:
    return HEAD + headers + b"Content-Length: %d\r\n\r\n" % (len(body) + beyond) + body


@pytest.mark.parametrize(
    ("answer", "then", "kind"),
    [
        (b"", "hold", ApiTimeoutException),
        (b"", "reset", ApiConnectionException),
        (with_length(b"no gzip", b"Content-Encoding: gzip\r\n"), "close", ApiConnectionException),
        (with_length(gzip.compress(b"{}")[:-9], b"Content-Encoding: gzip\r\n", 9), "close", ApiConnectionException),
        (with_length(b'{"status": "\xff"}'), "close", ApiValueError),
        (with_length(b'{"status"', beyond=9), "close", ApiConnectionException),
        (with_length(b'{"status"'), "close", ApiValueError),
        (with_length(b"[" * 100_000), "close", ApiValueError),
        (with_length(b'{"status": {"success": true, "details": ""}}'), "close", ApiMissingPropertyError),
    ],
    ids=[
        *("timeout", "reset", "broken gzip", "truncated gzip", "invalid UTF-8", "truncated body", "truncated JSON"),
        *("deeply nested JSON", "missing required property"),
    ],
)
def test_flaw_3_broken_answer_is_one_of_our_errors(
    raw_server: Callable[..., Any], answer: bytes, then: str, kind: type[OpenApiException]
) -> None:
    """Whatever is wrong with an answer is one of our errors, chained to what a lower layer said."""
    with pytest.raises(OpenApiException) as caught:
        ask(raw_server(answer, then).url, _request_timeout=0.2 if then == "hold" else 30)
    assert isinstance(caught.value, kind)
    assert caught.value.__cause__ is not None or kind is ApiMissingPropertyError


def test_flaw_3_refused_connection_and_unknown_host_are_our_errors() -> None:
    """A host that accepts no connection, and one that is unknown, are connection errors, chained."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for host in (f"http://127.0.0.1:{closed.getsockname()[1]}", "http://registry.invalid"):
            with pytest.raises(ApiConnectionException) as caught:
                ask(host)
            assert caught.value.__cause__ is not None


def test_flaw_4_printed_forms_and_logs_show_no_secret(
    api: RegistryCredentialsApi, registry: HTTPServer, caplog: pytest.LogCaptureFixture, secrets_in: Callable[..., Any]
) -> None:
    """`repr`, `str`, and the log at DEBUG show neither keys nor tokens. What else may show is in test_secrecy.py."""
    with caplog.at_level(logging.DEBUG):
        response = api.generate_read_access_credentials({}, _check_input_type=False)
    assert caplog.records
    assert secrets_in(response, response.credentials, api.api_client.configuration, caplog.text) == []
    assert registry.log[0][0].headers["Authorization"].endswith("token-that-nobody-may-see")


def test_flaw_5_models_and_clients_are_copied_and_pickled(answer: dict[str, Any], configuration: Configuration) -> None:
    """Copies, deep copies and pickles of a model are equal to it; a client pickles."""
    model = CredentialResponse.from_dict(answer)
    assert copy.copy(model) == copy.deepcopy(model) == pickle.loads(pickle.dumps(model)) == model  # noqa: S301 - the test's own
    client = pickle.loads(pickle.dumps(ApiClient(configuration)))  # noqa: S301 - the test's own
    assert client.configuration.host == configuration.host


def test_flaw_6_there_is_a_default_timeout(raw_server: Callable[..., Any]) -> None:
    """Without `_request_timeout` there are limits to connect and to read; a given one ends a silent call."""
    limits = make_limits(None, Configuration())
    assert (limits.connect, limits.read, limits.total) == (5, 30, 90)
    with pytest.raises(ApiTimeoutException):
        ask(raw_server(b"", "hold").url, _request_timeout=0.1)


def test_flaw_7_redirect_to_another_origin_is_not_followed(
    api: RegistryCredentialsApi, httpserver: HTTPServer, answer: Any
) -> None:
    """A redirect elsewhere is an error, and the place that it leads to is never asked."""
    elsewhere = httpserver.url_for("/elsewhere").replace("localhost", "127.0.0.1")
    httpserver.expect_request("/elsewhere").respond_with_json(answer)
    httpserver.expect_request(PATH).respond_with_data(status=307, headers={"Location": elsewhere})
    with pytest.raises(ApiException) as caught:
        api.generate_read_access_credentials({}, _check_input_type=False)
    assert caught.value.status == 307
    assert [request.path for request, _ in httpserver.log] == [PATH]


@pytest.mark.parametrize("name", ["to_dict", "__class__", "_data_store", "_from_openapi_data", "__dict__", "get"])
def test_flaw_8_property_of_any_name_is_data(name: str) -> None:
    """A property that is named like the model's own machinery stays data and breaks nothing."""
    model = Status.from_dict({"success": True, "details": "d", name: "x"})
    assert type(model) is Status
    assert model[name] == "x"
    assert model.to_dict() == {"success": True, "details": "d", name: "x"}
    assert model == Status.from_json(model.to_json())


def test_flaw_9_construction_leaves_logging_alone() -> None:
    """Building a Configuration changes neither a logger's level nor http.client's debug level."""
    loggers = [logging.getLogger(name) for name in ("", "openapi_client", "urllib3")]
    before = [logger.level for logger in loggers]
    Configuration()
    Configuration(debug=False)
    assert [logger.level for logger in loggers] == before
    assert http.client.HTTPConnection.debuglevel == 0


def test_flaw_10_headers_are_read_without_getheaders() -> None:
    """What urllib3 2.6.0 lacked, and what urllib3 has no more, is not asked of it."""

    class Bare(HTTPResponse):
        """An answer as urllib3 2.6.0 had it."""

        def __getattribute__(self, name: str) -> Any:
            assert name not in ("getheader", "getheaders"), "not there in urllib3 2.6.0"
            return super().__getattribute__(name)

    response = RESTResponse(Bare(b"{}", headers={"X-One": "1"}, status=200))
    assert (response.getheaders()["x-one"], response.getheader("X-ONE")) == ("1", "1")


def test_flaw_11_examples_import_what_they_use() -> None:
    """Every page that builds an S3Location imports it."""
    root = Path(str(files("openapi_client"))).parent
    pages = [page for page in (root / "README.md", *root.glob("docs/*.md")) if page.exists()]
    using = [page for page in pages if "S3Location(" in page.read_text(encoding="utf-8")]
    assert all(re.search(r"import [\w\s,(]*\bS3Location\b", page.read_text(encoding="utf-8")) for page in using)
    assert S3Location.__module__ == "openapi_client.model.s3_location"


CREDENTIALS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "aws_session_token": "c"}


@pytest.mark.parametrize("text", ["10", "2030-01-02", "03:04:05", "Wednesday", "2030-01", "now", ""])
def test_flaw_12_time_without_date_or_time_is_refused(text: str) -> None:
    """A text that leaves a part of the moment to be guessed is an ApiValueError."""
    with pytest.raises(ApiValueError):
        Credentials.from_dict({**CREDENTIALS, "expiry": text})


def test_flaw_12_naive_time_is_utc_in_an_answer_and_stays_naive_in_a_constructor() -> None:
    """A naive time from a server is UTC; one given to a constructor is left as it is."""
    naive = datetime(2030, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a naive time is what is tested
    assert Credentials.from_dict({**CREDENTIALS, "expiry": naive.isoformat()}).expiry == naive.replace(tzinfo=UTC)
    assert Credentials("a", "b", "c", naive).expiry is naive


def test_flaw_13_default_host_host_index_and_unchecked_input_work(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: Any
) -> None:
    """The default host is the documented one; `_host_index=0` and `_check_input_type=False` work."""
    assert Configuration().host == "http://localhost"
    assert api.generate_read_access_credentials(credentials_request, _host_index=0).status.success
    assert api.generate_read_access_credentials(credentials_request, _check_input_type=False).status.success
    first, second = (request.get_data() for request, _ in registry.log)
    assert first == second
