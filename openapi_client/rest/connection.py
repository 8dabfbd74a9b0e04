"""Connections that hold to the deadline, that send a request in one piece, and that read a usual answer in one go.

urllib3's own do the same in more steps: they send head and body apart, and look at each header three times on its way.
A request of another kind than ours goes their way, as does one that a recorder such as vcrpy listens to.
"""

import http.client
import queue
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import urllib3
from urllib3.exceptions import ConnectTimeoutError
from urllib3.util import SKIP_HEADER

from openapi_client import __version__
from openapi_client._masking import SecretBytes, plain
from openapi_client.rest.deadline import keep_deadline, of_thread
from openapi_client.rest.encoding import check_headers
from openapi_client.rest.head import Answer, UsualAnswer
from openapi_client.rest.replacements import OwnParts

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection as Base
else:
    Base = object  # what comes behind is known when a class of connections is made

_FRAMING: Final = frozenset({"content-length", "host", "transfer-encoding"})
_USUAL_HEADERS: Final = (("Accept-Encoding", "identity"), ("User-Agent", f"openapi-client/{__version__}/python"))
_WHOLE_BYTES: Final = 64 * 1024
"""How long a body may be to be read in one go, which takes memory for as much as is stated, come or not."""

_WITHOUT_BODY: Final = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "TRACE"})
_Items = tuple[tuple[str, str], ...]


class WholeResponse(urllib3.HTTPResponse):
    """An answer whose body was read together with its head."""


class _IdleConnections(queue.LifoQueue[Any]):
    """The connections of a pool that no request uses.

    A signal handler or a finaliser may send a request while its thread takes or returns a connection. The lock of
    `LifoQueue` would have the thread wait for itself; these are single steps. A pool with `block=True` needs the lock.
    """

    _blocks = False

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if block:
            self._blocks = True
            return super().get(block, timeout)
        try:
            return self.queue.pop()
        except IndexError:
            raise queue.Empty from None

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if self._blocks:
            super().put(item, block, timeout)
            return
        if len(self.queue) >= self.maxsize:
            raise queue.Full
        self.queue.append(item)


@cache
def with_deadline(pool_class: type[urllib3.HTTPConnectionPool]) -> type[urllib3.HTTPConnectionPool]:
    """A class of connection pools, whose connections hold to the deadline."""

    def connection_class(_: object) -> type:
        # Asked each time, since a recorder puts a class of its own in its place for a while.
        return _connection_class(pool_class.ConnectionCls)

    return type(
        pool_class.__name__, (pool_class,), {"ConnectionCls": property(connection_class), "QueueCls": _IdleConnections}
    )


@cache
def _connection_class(base: Any) -> type:
    is_own = base.__module__.startswith("urllib3.")
    parts = OwnParts(base, "request", "putheader", "getresponse") if is_own else None
    # Not looked up in http.client, where a recorder puts a class of its own for a while.
    original = next((kind for kind in base.__mro__ if kind.__module__ == "http.client"), base)
    return type(base.__name__, (_Connection, base), {"parts": parts, "read_answer": original.getresponse})


class _Connection(Base):
    """What a connection of ours does otherwise than the one behind it, urllib3's or a recorder's."""

    response_class: type[http.client.HTTPResponse] = Answer
    # http.client's debug level, if somebody sets it for the process, would print requests with their tokens.
    debuglevel = 0
    parts: OwnParts | None
    read_answer: ClassVar[Callable[[Any], http.client.HTTPResponse]]

    _asked: dict[str, Any] | None = None
    _known: tuple[_Items | None, bytes | None] = (None, None)
    _rest: bytes | None = None

    def connect(self) -> None:
        of_thread.connecting = True
        try:
            super().connect()
        except TimeoutError as error:
            # Of a TLS handshake, or a proxy's answer; urllib3 would take it for the registry's.
            raise ConnectTimeoutError(self, str(error)) from error
        finally:
            of_thread.connecting = False

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        replaced = self.parts is None or not self.parts.in_place()
        usual = not replaced and of_thread.limits is not None and (body is None or isinstance(body, bytes))
        lines = self._lines(headers) if usual else None
        if lines is None:
            self._asked, self.response_class = None, Answer
            if replaced:
                # YAML and other serializers of recorders know no subclasses of `str` and `bytes`.
                url, body = plain(url), plain(body)
                headers = headers and {name: plain(headers[name]) for name in headers}
            super().request(method, url, body, headers, **options)
            return
        self._asked = {"request_method": method, "request_url": url, "decode_content": options["decode_content"]}
        self.response_class = UsualAnswer
        if body is None and method in _WITHOUT_BODY:
            self._rest = b"%b\r\n" % lines
        else:
            self._rest = b"%bContent-Length: %d\r\n\r\n%b" % (lines, len(body or b""), body or b"")
        try:
            self.putrequest(method, url, skip_accept_encoding=True)
            self.endheaders()
        finally:
            self._rest = None

    def _lines(self, headers: dict[str, str]) -> bytes | None:
        """The headers as they are sent, or None if some of them mean to say how the body is framed."""
        items = tuple(headers.items())
        if items != self._known[0]:
            names = {name.lower() for name in headers}
            check_headers(headers)
            lines: bytes | None = None
            if names.isdisjoint(_FRAMING) and SKIP_HEADER not in headers.values():
                added = [(name, value) for name, value in _USUAL_HEADERS if name.lower() not in names]
                text = "".join(f"{name}: {value}\r\n" for name, value in (*items, *added))
                lines = SecretBytes(text.encode("latin-1"))
            self._known = (items, lines)
        return self._known[1]

    def send(self, data: Any) -> None:
        if self._rest is not None:
            # The request line and the host, to go out with all that follows: one system call, and mostly one packet.
            data, self._rest = data[:-2] + self._rest, None
        if self.sock is None:
            self.connect()
        # A new connection has the timeout that there was before it, one that is used again that of the last read.
        if self.sock is not None and of_thread.limits is not None:
            keep_deadline(self.sock, of_thread.limits)
        super().send(data)

    def _new_conn(self) -> Any:
        sock = super()._new_conn()
        # What comes before the first request, as a handshake, has no more time than the way there has left.
        if of_thread.limits is not None:
            try:
                keep_deadline(sock, of_thread.limits)
            except TimeoutError:
                sock.close()
                raise
        return sock

    def getresponse(self) -> Any:
        asked, self._asked = self._asked, None
        limits = of_thread.limits
        if asked is None or limits is None:
            return super().getresponse()
        shutdown = self.sock.shutdown
        answer = self.read_answer()
        assert isinstance(answer, UsualAnswer)  # noqa: S101 - the response_class that `request` has set
        headers = answer.header_dict()
        whole = (
            answer.length is not None
            and answer.length <= min(limits.max_bytes, _WHOLE_BYTES)
            and answer.status not in of_thread.unread
            and "content-encoding" not in headers
        )
        make, body = (WholeResponse, answer.whole_body()) if whole else (urllib3.HTTPResponse, answer)
        return make(
            body,
            headers,
            answer.status,
            version=answer.version,
            version_string=f"HTTP/{answer.version // 10}.{answer.version % 10}",
            reason=answer.reason,
            preload_content=False,
            original_response=answer,
            sock_shutdown=shutdown,
            **asked,
        )
