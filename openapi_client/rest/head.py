"""The head of an answer, read strictly: what follows a line that is no header would be lost, or taken for the body.

The head that servers usually send, which has arrived whole and states the body's length, is read here in one step.
Any other is left to http.client, whose leniencies are then undone.
"""

import email.errors
import io
import re
import socket
from http.client import HTTPException, HTTPMessage, HTTPResponse, IncompleteRead
from typing import Any, Final, cast

from urllib3 import HTTPHeaderDict
from urllib3.exceptions import IncompleteRead as IncompleteBody

from openapi_client._masking import SecretBytes
from openapi_client.rest.deadline import DeadlineReader

_INTERIM: Final = range(100, 200)
_MOST_HEADERS: Final = 100
_MOST_DIGITS: Final = 15
_NO_BODY: Final = frozenset({204, 304})
_FRAMING: Final = frozenset({"connection", "content-length", "transfer-encoding"})

_USUAL_HEAD: Final = re.compile(
    rb"HTTP/1\.1 ([2-5]\d\d)(?: ([\t -~]*))?\r\n"
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*\r\n)+)\r\n"
)
_LENGTHS: Final = re.compile(r"[0-9]+(?:[ \t]*,[ \t]*[0-9]+)*[ \t]*")
_FOLD: Final = re.compile(r"[ \t]*\r?\n[ \t]+")
_OF_MULTIPART: Final = (
    email.errors.StartBoundaryNotFoundDefect,
    email.errors.MultipartInvariantViolationDefect,
)


class _File(io.BufferedReader):
    """What http.client reads an answer from, less trusting than it is."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        # Python's email package would take what follows for a header of its own.
        if line.count(b"\r") > line.endswith(b"\r\n"):
            raise HTTPException("a line of the answer holds a carriage return")
        return line

    def read(self, size: int | None = None, /) -> bytes:
        # Such a size stands for all that comes until the connection ends; http.client then gives none.
        if size is not None and size < 0:
            raise HTTPException("a chunk of the answer has a size below 0")
        return super().read(size)


class _Source:
    """Stands for the socket where http.client asks it for a file."""

    def __init__(self, sock: socket.socket) -> None:
        self.reader = DeadlineReader(sock)
        self.file = _File(self.reader)

    def makefile(self, _: str) -> io.BufferedIOBase:
        return self.file


class Answer(HTTPResponse):
    """http.client's answer, whose bytes come in by the deadline and whose head is what it seems to be."""

    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: Any = None) -> None:
        self._source = _Source(sock)
        self._without_body = method == "HEAD"
        super().__init__(cast("socket.socket", self._source), debuglevel, method, url)

    def begin(self) -> None:
        """Reads the head."""
        super().begin()
        # http.client passes over 100 alone: the answer behind another interim one would be the next request's.
        while self.status in _INTERIM:
            # Which has it begin again.
            self.headers: HTTPMessage = cast("HTTPMessage", None)
            super().begin()
        # What follows a line that is no header would be lost, the length of the body too; and urllib3 would log it all.
        if self.msg.get_unixfrom() or any(not isinstance(defect, _OF_MULTIPART) for defect in self.msg.defects):
            raise HTTPException("malformed header line")
        # It passes over what it does not understand of how the body is framed, and takes other bytes for it.
        codings, lengths = (self.msg.get_all(name, []) for name in ("Transfer-Encoding", "Content-Length"))
        if (codings and not (self.chunked and len(codings) == 1)) or not all(map(_LENGTHS.fullmatch, lengths)):
            raise HTTPException("the answer frames its body in an unknown way")
        # It takes a head that breaks off for one that ends, and so the answer for an empty one.
        if self._source.reader.ended:
            raise IncompleteRead(b"")

    def whole_body(self) -> bytes:
        """Reads the body, of stated length.

        Raises:
            urllib3.exceptions.IncompleteRead: It ended early.
        """
        try:
            return SecretBytes(self.read())
        except IncompleteRead as error:
            missing = IncompleteBody(len(error.partial), error.expected or 0)
        # Raised here, outside the handler: http.client's error, which holds what came, would stay its context.
        raise missing


class UsualAnswer(Answer):
    """An answer whose head is read in one step where it is of the usual kind.

    Its headers are then not the message of Python's email package that urllib3's own connections go on with.
    """

    def begin(self) -> None:
        """Reads the head."""
        if not self._begin_as_usual():
            super().begin()

    def _begin_as_usual(self) -> bool:
        """Reads the head if it is one of the usual kind."""
        head = _USUAL_HEAD.match(self._source.file.peek())
        if head is None:
            return False
        status, reason, lines = head.groups(b"")
        headers, framing = HTTPHeaderDict(), {"content-length": "", "connection": ""}
        for line in lines.decode("latin-1").split("\r\n")[:-1]:
            name, _, value = line.partition(":")
            value, lower = value.strip(" \t"), name.lower()
            headers.add(name, value)
            if lower in _FRAMING:
                framing[lower] = f"{framing[lower]}, {value}" if framing.get(lower) else value
        length = framing["content-length"]
        # A length that is stated twice stands here as `2, 2`.
        if not length.isdecimal() or len(length) > _MOST_DIGITS or "transfer-encoding" in framing:
            return False
        if len(headers) > _MOST_HEADERS:
            return False
        self.fp.read(head.end())
        self.status: int = int(status)
        self.code: int = self.status
        self.reason: str = reason.decode().strip()
        self.version: int = 11
        # They are asked for names and values alone.
        self.headers: HTTPMessage = cast("HTTPMessage", headers)
        self.msg: HTTPMessage = self.headers
        self.chunked: bool = False
        self.length: int | None = 0 if self._without_body or self.status in _NO_BODY else int(length)
        self.will_close: bool = "close" in framing["connection"].lower()
        return True

    def header_dict(self) -> HTTPHeaderDict:
        """The headers as urllib3 has them; a value that was folded over several lines is one line."""
        headers: object = self.headers
        if isinstance(headers, HTTPHeaderDict):
            return headers
        return HTTPHeaderDict([(name, _FOLD.sub(" ", value)) for name, value in self.headers.items()])
