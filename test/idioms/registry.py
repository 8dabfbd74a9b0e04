"""A registry for programs: it answers with what it was sent, and fails where the bucket's name asks for that."""

import contextlib
import itertools
import json
import re
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

JSON: Final = {"Content-Type": "application/json"}
CREDENTIALS: Final = {
    "aws_access_key_id": "AKIA-ID",
    "aws_secret_access_key": "SECRET-KEY",
    "aws_session_token": "SESSION-TOKEN",
    "expiry": "2030-01-02T03:04:05+00:00",
}
GRANTED: Final = {"status": {"success": True, "details": "granted"}, "credentials": CREDENTIALS}
REFUSED: Final = {
    "detail": [
        {"loc": ["body", "s3_location", "path"], "msg": "field required", "type": "value_error.missing"},
        {"loc": ["body", 1], "msg": "unexpected", "type": "value_error"},
    ]
}

# What a bucket's name has the registry answer: a status, headers, and a body.
ANSWERS: Final[dict[str, tuple[int, dict[str, str], str]]] = {
    "wrong": (400, JSON, '{"detail": "no such dataset"}'),
    "denied": (401, JSON | {"WWW-Authenticate": "Bearer"}, '{"detail": "Not authenticated"}'),
    "forbidden": (403, JSON, '{"detail": "in review"}'),
    "missing": (404, JSON, '{"detail": "Not Found"}'),
    "conflict": (409, JSON, '{"detail": "locked"}'),
    "refused": (422, JSON, json.dumps(REFUSED)),
    "teapot": (418, {"Content-Type": "text/plain"}, "short and stout"),
    "broken": (500, JSON | {"Retry-After": "0"}, '{"detail": "STS failed"}'),
    "moved": (307, {"Location": "/moved"}, ""),
    "found": (302, {"Location": "/moved"}, ""),
    "null": (200, JSON, json.dumps(GRANTED | {"console_session_url": None})),
    "console": (200, JSON, json.dumps(GRANTED | {"console_session_url": "https://console.test/SECRET-LINK"})),
    "further": (200, JSON, json.dumps(GRANTED | {"region": "ap-southeast-2"})),
    "half": (200, JSON, json.dumps({"credentials": CREDENTIALS})),
    "mistyped": (200, JSON, json.dumps(GRANTED | {"status": {"success": "yes", "details": "granted"}})),
    "nan": (200, JSON, json.dumps(GRANTED | {"cost": float("nan")})),
    "naive": (200, JSON, json.dumps(GRANTED).replace("+00:00", "")),
    "page": (200, {"Content-Type": "text/html"}, "<html>maintenance</html>"),
    "cut": (200, JSON, json.dumps(GRANTED)[:50]),
}


class Registry(ThreadingHTTPServer):
    """A registry on this machine, with an address where nobody listens and one where nobody accepts a connection."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self._sockets = contextlib.ExitStack()
        closed, full = (self._sockets.enter_context(socket.socket()) for _ in range(2))
        for bound in (closed, full):
            bound.bind(("127.0.0.1", 0))
        full.listen(0)
        # The queue of a socket that accepts nothing holds one connection; all others wait.
        self._sockets.enter_context(socket.create_connection(full.getsockname()))
        names = {"registry.test": self.socket, "closed.test": closed, "full.test": full}
        self._addresses = {f"http://{name}": _address(listening) for name, listening in names.items()}
        self.begin()

    def at_home(self, text: str) -> str:
        """Return a text with addresses on this machine in place of those in `.test`."""
        for name, address in self._addresses.items():
            text = text.replace(name, address)
        return text

    def anywhere(self, text: str) -> str:
        """Return a text with addresses in `.test` in place of those on this machine."""
        for name, address in self._addresses.items():
            text = text.replace(address, name)
        return text

    def begin(self) -> None:
        """Count requests and logins from one again."""
        self.requests = itertools.count(1)
        self.logins = itertools.count(1)

    def server_close(self) -> None:
        """Close all sockets."""
        super().server_close()
        self._sockets.close()


def _address(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


class Answering(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"

    @property
    def registry(self) -> Registry:
        """The registry that the connection is to."""
        assert isinstance(self.server, Registry)
        return self.server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server names it so
        """Log nothing."""

    def answer(self) -> None:
        """Answer one request."""
        number = next(self.registry.requests)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace")
        url = urlsplit(self.path)
        told = {
            "attempt": number,
            "method": self.command,
            "path": url.path,
            "query": url.query,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body,
        }
        if url.path == "/token":
            self.log_in(body)
        elif url.path == "/file":
            self.send(200, {"Content-Disposition": 'attachment; filename="report.csv"'}, "day,celsius\n1,14.5\n")
        elif url.path.endswith("-access-credentials"):
            self.grant(told)
        else:
            self.send(200, JSON, json.dumps(told))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - http.server's names

    def log_in(self, body: str) -> None:
        """Answer a login with a password."""
        token = {"access_token": f"token-of-login-{next(self.registry.logins)}", "token_type": "bearer"}
        good = "username=ada" in body and "password=lovelace" in body
        self.send(*((200, JSON, json.dumps(token)) if good else (401, JSON, '{"error": "invalid_grant"}')))

    def grant(self, told: dict[str, Any]) -> None:
        """Answer as the bucket's name asks."""
        named = re.search('"bucket_name": ?"([^"]*)"', told["body"])
        bucket = named[1] if named else ""
        if bucket == "away":
            port = self.registry.server_address[1]
            self.send(307, {"Location": f"http://localhost:{port}/elsewhere"}, "")
        elif bucket == "flaky" and told["attempt"] == 1:
            self.send(503, JSON | {"Retry-After": "0"}, '{"detail": "starting"}')
        elif bucket == "reset":
            self.close_connection = True
        elif bucket == "slow":
            # Until the client has given up.
            self.rfile.read(1)
        elif bucket in ANSWERS:
            self.send(*ANSWERS[bucket])
        else:
            told["headers"].pop("host")
            details = json.dumps(told, sort_keys=True)
            self.send(200, JSON, json.dumps(GRANTED | {"status": {"success": True, "details": details}}))

    def send(self, status: int, headers: dict[str, str], body: str) -> None:
        """Send an answer."""
        # Python 3.13 has another phrase for 422.
        self.send_response_only(status, "Unprocessable Entity" if status == HTTPStatus.UNPROCESSABLE_ENTITY else None)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())
