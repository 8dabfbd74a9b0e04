"""Certificates of an authority of our own, and the small proxies that requests go through."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority that nobody else trusts."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    """The authority's certificate as a file."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def tls(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """Makes the TLS settings of a server with a certificate for some names, which may want one of its client."""

    def make(*names: str, ask_client: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        if ask_client:
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    return make


class Tunnel(socketserver.StreamRequestHandler):
    """A proxy's connection: opened as HTTP's CONNECT or SOCKS 5 asks, and then passed on both ways."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, TunnelServer)
        with suppress(OSError), socket.create_connection(server.target) as target:
            self.open_http(server.asked) if server.kind == "http" else self.open_socks(server.asked)
            upwards = threading.Thread(target=self.pass_on, args=(self.connection, target))
            upwards.start()
            self.pass_on(target, self.connection)
            upwards.join()

    def open_http(self, asked: list[bytes]) -> None:
        asked += iter(lambda: self.rfile.readline().rstrip(), b"")
        self.connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")

    def open_socks(self, asked: list[bytes]) -> None:
        self.connection.recv(16)
        self.connection.sendall(b"\x05\x00")
        asked.append(self.connection.recv(300))
        self.connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")

    @staticmethod
    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


class TunnelServer(socketserver.ThreadingTCPServer):
    """A proxy that leads wherever it is asked to one place."""

    daemon_threads = True

    def __init__(self, kind: str, target: Any) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.kind = kind
        self.target = target
        self.asked: list[bytes] = []


@pytest.fixture
def tunnel() -> Iterator[Callable[[str, Any], Any]]:
    """Starts proxies, `http` or `socks`, that lead to the given server."""
    with ExitStack() as stack:

        def start(kind: str, target: Any) -> TunnelServer:
            server = stack.enter_context(TunnelServer(kind, target.server_address))
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return server

        yield start
