"""The deadline, held where the bytes come in: no read of a call outlasts it, however the answer drips.

http.client reads the head and the body of an answer, and that of a proxy, from a file that it asks the socket for. Here
it gets one that shortens the socket's timeout before each read. The limits are those of the calling thread, since a
connection serves one call after another.
"""

import email.errors
import io
import socket
import threading
from functools import cache
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any, Final, cast

import urllib3
from urllib3.exceptions import ConnectTimeoutError

from openapi_client.rest.limits import Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_INTERIM: Final = range(100, 200)


_OF_MULTIPART: Final = (
    email.errors.StartBoundaryNotFoundDefect,
    email.errors.MultipartInvariantViolationDefect,
)


class _OfThread(threading.local):
    limits: Limits | None = None
    connecting: bool = False


of_thread: Final = _OfThread()
"""The limits of the call that this thread is in; None for reads that no call waits for, as of an unread answer."""


def _seconds(limits: Limits) -> float:
    """How long to wait for the next byte."""
    remaining = limits.remaining()
    if remaining <= 0:
        raise TimeoutError("the deadline of the call has passed")
    return min(limits.connect if of_thread.connecting else limits.read, remaining)


class _Reader(io.RawIOBase):
    """Reads from a socket, each time within what the limits leave."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._limits: Limits | None = None
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        limits = of_thread.limits
        if limits is not None:
            self._sock.settimeout(_seconds(limits))
            self._limits = limits
        elif self._limits is not None:
            # An answer that was given unread: what the deadline had left when its head came is no limit for its body.
            self._sock.settimeout(min(self._limits.read, self._limits.total))
            self._limits = None
        count = self._file.readinto(buffer)
        self.ended = count == 0
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _Source:
    """Stands for the socket where http.client asks it for a file."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock))


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(cast("socket.socket", _Source(sock)), *args, **kwargs)

    def begin(self) -> None:
        super().begin()
        # http.client passes over 100 alone: the answer behind another interim one would be the next request's.
        while self.status in _INTERIM:
            self.headers = self.msg = None  # type: ignore[assignment] # which has it begin again
            super().begin()
        # What follows a line that is no header would be lost, the length of the body too; and urllib3 would log it all.
        if any(not isinstance(defect, _OF_MULTIPART) for defect in self.msg.defects):
            raise HTTPException("a line among the headers is none")
        # It takes a head that breaks off for one that ends, and so the answer for an empty one.
        if self.fp.raw.ended:  # type: ignore[attr-defined] # a _Reader
            raise IncompleteRead(b"")


@cache
def with_deadline(pool_class: type[urllib3.HTTPConnectionPool]) -> type[urllib3.HTTPConnectionPool]:
    """A class of connection pools, whose connections hold to the deadline."""

    def connection_class(_: object) -> type:
        # Asked each time, since recorders such as vcrpy put a class of theirs in its place for a while.
        return _connection_class(pool_class.ConnectionCls)

    return type(pool_class.__name__, (pool_class,), {"ConnectionCls": property(connection_class)})


@cache
def _connection_class(base: Any) -> type:
    def connect(self: Any) -> None:
        of_thread.connecting = True
        try:
            base.connect(self)
        except TimeoutError as error:
            # Of a TLS handshake, or a proxy's answer; urllib3 would take it for the registry's.
            raise ConnectTimeoutError(self, str(error)) from error
        finally:
            of_thread.connecting = False

    def request(self: Any, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        self.head = b"" if isinstance(body, bytes) and body else None
        try:
            base.request(self, method, url, body, headers, **options)
        finally:
            self.head = None

    def send(self: Any, data: Any) -> None:
        # The head waits for the body, to go out with it at once: one system call, and for a small body one packet.
        if self.head == b"":
            self.head = data
            return
        if self.head:
            data, self.head = self.head + data, None
        # A connection that is used again has the timeout of the last read from it.
        if self.sock is not None and of_thread.limits is not None:
            self.sock.settimeout(_seconds(of_thread.limits))
        base.send(self, data)

    # http.client's debug level, if somebody sets it for the process, would print requests with their tokens.
    own = {"response_class": _Response, "debuglevel": 0, "head": None}
    own |= {"connect": connect, "request": request, "send": send}
    return type(base.__name__, (base,), own)
