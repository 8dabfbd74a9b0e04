"""vcrpy and other recorders save and replay calls and logins, whatever serializer they write with."""

import gzip
import http.client
import io
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest
import urllib3
import vcr  # type: ignore[import-untyped] # it states no types
import yaml  # type: ignore[import-untyped] # its types are a package of their own
from pytest_httpserver import HTTPServer
from urllib3.connection import HTTPConnection
from vcr.stubs import VCRHTTPConnection  # type: ignore[import-untyped] # it states no types
from werkzeug import Response

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi
from openapi_client._masking import SecretText
from openapi_client.auth import PasswordTokenSource

Start = Callable[..., Any]
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a": 1}'
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}"

READ_PATH = "/registry/credentials/generate-read-access-credentials"
ACCESS_TOKEN = "token-that-nobody-may-see"
PASSWORD = "pass word:ä%&that-nobody-may-see"


@pytest.mark.parametrize("serializer", ["yaml", "json"])
@pytest.mark.parametrize("options", [{}, {"filter_headers": ["authorization"]}], ids=["unfiltered", "filter_headers"])
@pytest.mark.parametrize("way", ["http", "https", "proxy"])
def test_call_is_saved_and_replayed(
    registry: HTTPServer,
    answer: dict[str, Any],
    credentials_request: CredentialsRequest,
    tls: Start,
    ca_file: str,
    tmp_path: Path,
    way: str,
    options: dict[str, Any],
    serializer: str,
) -> None:
    """A call with a token is saved with each serializer, and replayed without the server."""
    cassette, url = tmp_path / f"cassette.{serializer}", registry.url_for("").rstrip("/")
    settings: dict[str, Any] = {"host": url}
    with ExitStack() as stack:
        if way == "https":
            other = stack.enter_context(HTTPServer(host="localhost", ssl_context=tls("localhost")))
            other.expect_request(READ_PATH).respond_with_json(answer)
            settings = {"host": other.url_for("").rstrip("/"), "ssl_ca_cert": ca_file}
        if way == "proxy":
            headers = {"Proxy-Authorization": "Basic proxy"}
            settings = {"host": "http://recorded.invalid", "proxy": url, "proxy_headers": headers}
        configuration = Configuration(access_token=ACCESS_TOKEN, retries=False, **settings)
        with (
            vcr.use_cassette(str(cassette), serializer=serializer, **options) as recording,
            ApiClient(configuration) as client,
        ):
            recorded = RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
        assert len(recording) == 1
    asked = len(registry.log)
    with (
        vcr.use_cassette(str(cassette), serializer=serializer, record_mode="none", **options) as replay,
        ApiClient(configuration) as client,
    ):
        assert RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request) == recorded
    assert (replay.play_count, len(registry.log)) == (1, asked)
    assert (ACCESS_TOKEN in cassette.read_text()) == (options == {})
    # A loader that makes nothing but plain values.
    assert yaml.safe_load(cassette.read_text())["version"] == 1


@pytest.mark.parametrize(
    "options",
    [{}, {"filter_headers": ["authorization"], "filter_post_data_parameters": ["password"]}],
    ids=["unfiltered", "filtered"],
)
def test_login_is_saved_and_replayed(
    registry: HTTPServer,
    answer: dict[str, Any],
    credentials_request: CredentialsRequest,
    tmp_path: Path,
    options: dict[str, Any],
) -> None:
    """A login with a password and the call that it is for are saved, and replayed without the server."""
    cassette, url = tmp_path / "cassette.yaml", registry.url_for("").rstrip("/")
    tokens = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 300}
    registry.expect_request("/token", method="POST").respond_with_json(tokens)
    for mode in ("once", "none"):
        # A source each, since one would keep its login for the replay.
        source = PasswordTokenSource("ada", PASSWORD, token_url=f"{url}/token")
        with (
            vcr.use_cassette(str(cassette), record_mode=mode, **options) as recording,
            ApiClient(Configuration(host=url, access_token=source, retries=False)) as client,
        ):
            got = RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
        assert got.credentials.aws_session_token == answer["credentials"]["aws_session_token"]
        assert (len(recording), len(registry.log)) == (2, 2)
    assert (quote_plus(PASSWORD) in cassette.read_text()) == (options == {})


def test_call_is_saved_with_its_retry(wire: Start, make_client: Start, tmp_path: Path) -> None:
    """A cassette holds a call with its retry, and replays both without the server, from a new client too."""
    server, client, cassette = wire(BUSY, OK), make_client(retries=1), str(tmp_path / "cassette.yaml")
    with vcr.use_cassette(cassette) as recording:
        assert client.request("POST", f"{server.url}/p", body={"b": 2}).data == b'{"a": 1}'
    assert (len(recording), len(server.requests)) == (2, 2)
    for again in (make_client(retries=1), client):
        with vcr.use_cassette(cassette, record_mode="none") as replay:
            answer = again.request("POST", f"{server.url}/p", body={"b": 2})
            assert (answer.status, answer.data) == (200, b'{"a": 1}')
            assert replay.play_count == 2
    assert len(server.requests) == 2
    assert client.request("POST", f"{server.url}/p", body={}).status == 200
    assert len(server.requests) == 3


def test_request_that_was_not_saved_is_refused(wire: Start, make_client: Start, tmp_path: Path) -> None:
    """A call that the cassette does not hold is refused, and not sent."""
    server = wire(OK)
    with (
        vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode="none"),
        pytest.raises(Exception, match="cassette"),
    ):
        make_client().request("POST", server.url, body={})
    assert server.requests == []


def test_bytes_and_query_are_saved(wire: Start, make_client: Start, tmp_path: Path) -> None:
    """A body that is not text and a query through a proxy are saved as plain values, and sent as they are."""
    server, cassette = wire(OK), tmp_path / "cassette.yaml"
    client = make_client(proxy=server.url)
    with vcr.use_cassette(str(cassette)):
        client.request(
            "POST", "http://recorded.invalid/p", {"q": "v"}, {"Content-Type": "application/octet-stream"}, b"\xff\x00"
        )
    (request,) = server.requests
    assert request.startswith(b"POST http://recorded.invalid/p?q=v HTTP/1.1\n")
    assert request.endswith(b"\xff\x00")
    (saved,) = yaml.safe_load(cassette.read_text())["interactions"]
    assert (saved["request"]["uri"], saved["request"]["body"]) == ("http://recorded.invalid/p?q=v", b"\xff\x00")


class RecordingConnection(HTTPConnection):
    """A recorder of one's own, which keeps the types of what it is handed."""

    types: list[type]

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        values = [value for pair in (headers or {}).items() for value in pair]
        self.types += map(type, (method, url, body, *values))
        super().request(method, url, body, headers, **options)


@pytest.mark.parametrize(
    ("options", "types"),
    [
        ({"body": {"a": 1}, "headers": {"Authorization": "Bearer x"}}, {str, bytes}),
        ({"post_params": {"password": "secret"}}, {str, bytes}),
        ({"query_params": {"key": "secret"}}, {str, type(None)}),
    ],
    ids=["json", "form", "query"],
)
def test_class_that_replaces_connections_gets_plain_values(
    wire: Start, make_client: Start, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], types: set[type]
) -> None:
    """A connection class that takes the place of urllib3's is handed exactly `str` and `bytes`."""
    monkeypatch.setattr(RecordingConnection, "types", [], raising=False)
    monkeypatch.setattr(urllib3.HTTPConnectionPool, "ConnectionCls", RecordingConnection)
    assert make_client().request("POST", wire(OK).url, **options).status == 200
    assert set(RecordingConnection.types) == types


@pytest.mark.parametrize("options", [{"body": {"a": 1}}, {"post_params": {"a": "1"}}], ids=["json", "form"])
def test_manager_that_replaces_urllib3s_gets_plain_values(make_client: Start, options: dict[str, Any]) -> None:
    """A pool manager of a program's own, which may save what it sends, is handed values with a form in YAML."""
    saved: list[str] = []

    def request(method: str, url: str, *, body: Any, headers: dict[str, str], **_: Any) -> SimpleNamespace:
        saved.append(yaml.safe_dump([method, url, body, headers]))
        return SimpleNamespace(status=200, data=b"saved")

    client = make_client()
    client.pool_manager = SimpleNamespace(request=request)
    headers = {"Authorization": SecretText("Bearer x")}
    answer = client.request("POST", "https://recorded.invalid", {"q": SecretText("v")}, headers, **options)
    assert answer.data == b"saved"
    method, url, _, sent = yaml.safe_load(saved[0])
    assert (method, url, sent["Authorization"]) == ("POST", "https://recorded.invalid?q=v", "Bearer x")


def test_connection_that_gets_no_headers_still_records(
    wire: Start, make_client: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request made with the client's own pools may have no headers."""
    monkeypatch.setattr(RecordingConnection, "types", [], raising=False)
    monkeypatch.setattr(urllib3.HTTPConnectionPool, "ConnectionCls", RecordingConnection)
    pool = make_client().pool_manager.connection_from_url(wire(OK).url)
    assert pool.urlopen("GET", "/").status == 200
    assert set(RecordingConnection.types) == {str, type(None)}


class CannedConnection:
    """A connection of no kin of http.client's, which answers all requests alike."""

    sock = None
    is_closed = False

    def __init__(self, **_: Any) -> None: ...

    def request(self, *_: Any, **__: Any) -> None: ...

    def getresponse(self) -> urllib3.HTTPResponse:
        return urllib3.HTTPResponse(io.BytesIO(b"canned"), status=200, preload_content=False)

    def close(self) -> None: ...


def test_class_that_replaces_connections_may_be_of_any_kind(
    make_client: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection class that takes the place of urllib3's need not be one of http.client's."""
    monkeypatch.setattr(urllib3.HTTPConnectionPool, "ConnectionCls", CannedConnection)
    client = make_client()
    assert client.request("POST", "http://recorded.invalid", body={}).data == b"canned"
    client.close()


@pytest.mark.parametrize("options", [{}, {"decode_compressed_response": True}], ids=["as it came", "unpacked"])
def test_packed_answer_is_saved_and_replayed(
    httpserver: HTTPServer, make_client: Start, tmp_path: Path, options: dict[str, Any]
) -> None:
    """An answer that the server has packed is read, although vcrpy unpacks it and keeps the header that says so."""
    packed = Response(gzip.compress(OK), headers={"Content-Encoding": "gzip"})
    httpserver.expect_request("/").respond_with_response(packed)
    for mode in ("once", "none"):
        with vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode=mode, **options):
            assert make_client().request("GET", httpserver.url_for("/")).data == OK


@pytest.mark.parametrize(
    "read",
    [lambda answer: answer.read(), lambda answer: answer.data, lambda answer: b"".join(answer.stream(3))],
    ids=["read", "data", "stream"],
)
def test_answer_that_is_given_unread_is_saved_and_replayed(
    wire: Start, make_client: Start, tmp_path: Path, read: Callable[[Any], bytes]
) -> None:
    """An unread answer can be read in every usual way, as it is saved and as it is replayed."""
    server, client = wire(OK), make_client()
    for mode in ("once", "none"):
        with vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode=mode):
            answer = client.request("POST", server.url, body={}, _preload_content=False)
            assert (answer.status, read(answer)) == (200, b'{"a": 1}')
            answer.release_conn()
    assert len(server.requests) == 1


def test_class_that_replaces_that_of_http_client_is_not_mistaken_for_it(
    wire: Start, make_client: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call is read as ever while http.client's class is a recorder's, as when another thread begins to record."""
    monkeypatch.setattr(http.client, "HTTPConnection", VCRHTTPConnection)
    assert make_client().request("POST", wire(OK).url, body={}).data == b'{"a": 1}'


def test_client_first_imported_while_recording_works_afterwards(
    httpserver: HTTPServer, run_python: Start, tmp_path: Path
) -> None:
    """A program that imports the client while it records can record with it, and call without a recorder later."""
    httpserver.expect_request("/").respond_with_data("answer")
    script = """
import sys, vcr
with vcr.use_cassette(sys.argv[2]) as cassette:
    from openapi_client import Configuration
    from openapi_client.rest import RESTClientObject
    client = RESTClientObject(Configuration())
    client.request("GET", sys.argv[1])
print(len(cassette), client.request("GET", sys.argv[1]).data, len(cassette))
client.close()
"""
    assert run_python(script, httpserver.url_for("/"), str(tmp_path / "cassette.yaml")) == "1 b'answer' 1\n"
    assert len(httpserver.log) == 2
