"""Connection pools as a Configuration wants them: TLS, proxies and sockets, against real servers."""

import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_httpserver import HTTPServer
from urllib3.exceptions import EmptyPoolError

from openapi_client import ApiConnectionException, ApiValueError, Configuration
from openapi_client.rest import RESTClientObject
from openapi_client.rest.pools import make_pool_manager

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
Start = Callable[..., Any]


@contextmanager
def client_of(host: str, **settings: Any) -> Iterator[RESTClientObject]:
    client = RESTClientObject(Configuration(host, retries=0, **settings))
    yield client
    client.close()


def status_of(host: str, **settings: Any) -> int:
    """The status of one request to the host."""
    with client_of(host, **settings) as client:
        return client.request("POST", f"{host}/path", body={}).status


def test_authority_by_file(raw_server: Start, tls: Callable[..., ssl.SSLContext], ca_file: str) -> None:
    """A certificate of an authority in `ssl_ca_cert` is trusted."""
    assert status_of(raw_server(OK, tls=tls("localhost")).url, ssl_ca_cert=ca_file) == 200


@pytest.mark.parametrize("form", ["text", "DER"])
def test_authority_by_data(raw_server: Start, tls: Start, authority: trustme.CA, form: str) -> None:
    """A certificate of an authority in `ca_cert_data` is trusted, as PEM text and as DER bytes."""
    pem = authority.cert_pem.bytes().decode()
    data = pem if form == "text" else ssl.PEM_cert_to_DER_cert(pem)
    assert status_of(raw_server(OK, tls=tls("localhost")).url, ca_cert_data=data) == 200


@pytest.mark.parametrize("names", [("localhost",), ("elsewhere.example",)], ids=["unknown authority", "wrong name"])
def test_bad_certificate_is_an_error_that_says_what_to_check(raw_server: Start, tls: Start, names: tuple[str]) -> None:
    """A certificate of an unknown authority is refused, and nothing is sent."""
    server = raw_server(OK, tls=tls(*names))
    with pytest.raises(ApiConnectionException, match="its certificate, and `ssl_ca_cert` if its authority is your own"):
        status_of(server.url)
    assert server.requests == []


def test_wrong_host_name_is_named(raw_server: Start, tls: Start, ca_file: str) -> None:
    """A trusted certificate for another host is refused, and the error names what does not fit."""
    with pytest.raises(ApiConnectionException, match=r"check the host's name.*'localhost'"):
        status_of(raw_server(OK, tls=tls("elsewhere.example")).url, ssl_ca_cert=ca_file)


@pytest.mark.parametrize(
    "settings",
    [
        {"assert_hostname": "elsewhere.example"},
        {"assert_hostname": False},
        {"tls_server_name": "elsewhere.example"},
    ],
    ids=["other", "any", "SNI"],
)
def test_expected_host_name_can_be_set(raw_server: Start, tls: Start, ca_file: str, settings: dict[str, Any]) -> None:
    """The name in the certificate may be another if the Configuration says so."""
    server = raw_server(OK, tls=tls("elsewhere.example"))
    assert status_of(server.url, ssl_ca_cert=ca_file, **settings) == 200


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_verification_can_be_switched_off(raw_server: Start, tls: Start) -> None:
    """With `verify_ssl=False` any certificate will do; urllib3 warns of it."""
    assert status_of(raw_server(OK, tls=tls("elsewhere.example")).url, verify_ssl=False) == 200


@pytest.mark.parametrize("together", [True, False], ids=["one file", "two files"])
def test_client_certificate(
    raw_server: Start, tls: Start, ca_file: str, authority: trustme.CA, tmp_path: Path, together: bool
) -> None:
    """A server that asks for a certificate gets the configured one."""
    own = authority.issue_cert("client@example.com")
    settings = {"cert_file": str(tmp_path / "cert.pem")}
    if together:
        own.private_key_and_cert_chain_pem.write_to_path(settings["cert_file"])
    else:
        settings["key_file"] = str(tmp_path / "key.pem")
        own.cert_chain_pems[0].write_to_path(settings["cert_file"])
        own.private_key_pem.write_to_path(settings["key_file"])
    server = raw_server(OK, tls=tls("localhost", ask_client=True))
    assert status_of(server.url, ssl_ca_cert=ca_file, **settings) == 200


def test_missing_client_certificate_is_a_connection_error(raw_server: Start, tls: Start, ca_file: str) -> None:
    """A server that asks for a certificate and gets none breaks off, which is one of our errors."""
    with pytest.raises(ApiConnectionException):
        status_of(raw_server(OK, tls=tls("localhost", ask_client=True)).url, ssl_ca_cert=ca_file)


def test_plain_http_to_a_tls_server_is_a_connection_error(raw_server: Start, tls: Start) -> None:
    """An address with the wrong scheme is one of our errors, in both directions."""
    secure, plain = raw_server(OK, tls=tls("localhost")).url, raw_server(OK).url
    for url in (secure.replace("https:", "http:"), plain.replace("http:", "https:")):
        with pytest.raises(ApiConnectionException):
            status_of(url, connect_timeout_seconds=0.3)


@pytest.mark.parametrize("name", ["ssl_ca_cert", "cert_file", "key_file"])
def test_missing_file_is_named(name: str) -> None:
    """A certificate's file that is not there is an ApiValueError that names it."""
    with pytest.raises(ApiValueError, match=re.escape("no file '/nowhere/x.pem'")):
        RESTClientObject(Configuration(**{name: "/nowhere/x.pem"}))  # type: ignore[arg-type] # one of three names


def test_file_that_is_no_certificate_is_one_of_our_errors(raw_server: Start, tls: Start, tmp_path: Path) -> None:
    """A file of something else is refused when the connection is made."""
    path = tmp_path / "no.pem"
    path.write_text("no certificate")
    for name in ("ssl_ca_cert", "cert_file"):
        with pytest.raises(ApiConnectionException, match="TLS failed"):
            status_of(raw_server(OK, tls=tls("localhost")).url, **{name: str(path)})


def test_http_proxy_gets_the_whole_address(httpserver: HTTPServer) -> None:
    """Plain HTTP is asked of the proxy, with the proxy's headers beside the request's."""
    httpserver.expect_request("/path").respond_with_json({})
    settings: dict[str, Any] = {
        "proxy": httpserver.url_for("/"),
        "proxy_headers": {"Proxy-Authorization": "Basic eA=="},
    }
    assert status_of("http://registry.invalid", **settings) == 200
    request = httpserver.log[0][0]
    assert request.host == "registry.invalid"
    assert request.headers["Proxy-Authorization"] == "Basic eA=="


def test_tls_goes_through_a_tunnel(raw_server: Start, tunnel: Start, tls: Start, ca_file: str) -> None:
    """HTTPS goes through the proxy by CONNECT, and the certificate is checked at the far end."""
    proxy = tunnel("http", raw_server(OK, tls=tls("registry.invalid")))
    address = f"http://127.0.0.1:{proxy.server_address[1]}"
    assert status_of("https://registry.invalid", proxy=address, ssl_ca_cert=ca_file) == 200
    assert proxy.asked[0].startswith(b"CONNECT registry.invalid:443 ")


def test_socks_proxy_resolves_the_name(raw_server: Start, tunnel: Start) -> None:
    """A SOCKS proxy is asked for the host by its name."""
    proxy = tunnel("socks", raw_server(OK))
    assert status_of("http://registry.invalid", proxy=f"socks5h://127.0.0.1:{proxy.server_address[1]}") == 200
    assert b"registry.invalid" in proxy.asked[0]


def test_socks_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PySocks is missing the error says what to install, and urllib3 prints no warning."""
    monkeypatch.setitem(sys.modules, "socks", None)
    with pytest.raises(ApiValueError, match='PySocks is not installed: pip install "PySocks>='):
        RESTClientObject(Configuration(proxy="socks5h://localhost:1080"))


@pytest.mark.parametrize("proxy", ["ftp://u:hidden@h", "localhost:3128", "hidden", "http://[::1", "socks9://hidden:1"])
def test_bad_proxy_is_refused_unseen(proxy: str) -> None:
    """What is no proxy's address is an ApiValueError that shows what one looks like and does not repeat it."""
    with pytest.raises(ApiValueError, match=re.escape("as http://localhost:3128")) as caught:
        RESTClientObject(Configuration(proxy=proxy))
    assert caught.value.__context__ is None


def test_unreachable_proxy_is_a_connection_error() -> None:
    """A proxy that accepts no connection is one of our errors."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ApiConnectionException, match="proxy"):
            status_of("http://registry.invalid", proxy=proxy)


def test_pool_sizes() -> None:
    """The number of idle connections is the configured one unless another is given."""
    configuration = Configuration(connection_pool_maxsize=3)
    assert make_pool_manager(configuration).connection_pool_kw["maxsize"] == 3
    assert make_pool_manager(configuration, 1, 2).connection_pool_kw["maxsize"] == 2


def test_socket_options_are_set(httpserver: HTTPServer) -> None:
    """Each socket gets the configured options."""
    httpserver.expect_request("/path").respond_with_json({})
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    pools = make_pool_manager(Configuration(socket_options=options))
    assert pools.request("POST", httpserver.url_for("/path")).status == 200
    connection = pools.connection_from_url(httpserver.url_for("/path"))._get_conn()
    connection.connect()
    assert connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1  # type: ignore[attr-defined] # urllib3's own
    connection.close()
    pools.clear()


def test_request_in_the_middle_of_another_one_s_end_hangs_nobody(registry: HTTPServer) -> None:
    """A signal handler or a finaliser may send it while its thread returns a connection, or takes one."""
    manager = make_pool_manager(Configuration(registry.url_for("")))
    [pool] = [manager.connection_from_url(registry.url_for(""))]
    assert pool.pool is not None
    with pool.pool.mutex:
        assert pool.request("GET", "/", retries=False).status == 500
        assert pool.request("GET", "/", retries=False).status == 500
    assert pool.num_connections == 1
    manager.clear()


@pytest.mark.parametrize("block", [False, True])
def test_pool_keeps_as_many_connections_as_it_is_to(registry: HTTPServer, block: bool) -> None:
    """One that is left over is closed; a pool that is to wait for one does."""
    manager = make_pool_manager(Configuration(registry.url_for("")), maxsize=1)
    manager.connection_pool_kw["block"] = block
    [pool] = [manager.connection_from_url(registry.url_for(""))]
    first = pool._get_conn(timeout=0.01)
    if block:
        with pytest.raises(EmptyPoolError):
            pool._get_conn(timeout=0.01)
        pool._put_conn(first)
        assert pool._get_conn(timeout=0.01) is first
    else:
        second = pool._get_conn()
        pool._put_conn(first)
        pool._put_conn(second)
        assert pool._get_conn() is first
        assert pool._get_conn() not in (first, second)
    manager.clear()
