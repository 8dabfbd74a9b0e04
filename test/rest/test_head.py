"""The head of an answer: the usual one is read as http.client reads it, and no other passes for one."""

import http.client
import io
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from openapi_client.rest.head import Answer, UsualAnswer


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def begun(
    ends: tuple[socket.socket, socket.socket], sent: bytes, method: str = "POST", kind: type[Answer] = UsualAnswer
) -> Any:
    """What a server sent before it hung up, its head read."""
    ours, theirs = ends
    theirs.sendall(sent)
    theirs.shutdown(socket.SHUT_WR)
    answer = kind(ours, method=method)
    answer.begin()
    return answer


class Sent:
    """Stands for a socket from which http.client reads what was sent."""

    def __init__(self, sent: bytes) -> None:
        self.sent = sent

    def makefile(self, _: str) -> io.BytesIO:
        """What was sent."""
        return io.BytesIO(self.sent)


USUAL: dict[str, tuple[bytes, str]] = {
    "nginx": (
        (
            b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            b"Connection: keep-alive\r\n\r\n{}"
        ),
        "POST",
    ),
    "no reason": (b"HTTP/1.1 404 \r\ncontent-length:2\r\n\r\n{}", "POST"),
    "no space either": (b"HTTP/1.1 503\r\nContent-Length: 2\r\n\r\n{}", "POST"),
    "blanks around the reason": (b"HTTP/1.1 200  OK \r\nContent-Length: 2\r\n\r\n{}", "POST"),
    "several words": (b"HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 0\r\n\r\n", "POST"),
    "to be closed": (b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n{}", "POST"),
    "a name twice": (b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}", "POST"),
    "white space": (b"HTTP/1.1 200 OK\r\nX-A: \t v w \r\nX-B:\r\nContent-Length:  2\r\n\r\n{}", "POST"),
    "latin letters": (b"HTTP/1.1 200 OK\r\nX-A: caf\xe9\r\nContent-Length: 2\r\n\r\n{}", "POST"),
    "without a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", "HEAD"),
    "no content": (b"HTTP/1.1 204 No Content\r\nContent-Length: 12\r\n\r\n", "POST"),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n", "GET"),
}


@pytest.mark.parametrize(("sent", "method"), USUAL.values(), ids=USUAL)
def test_usual_head_is_read_as_by_http_client(ends: Any, sent: bytes, method: str) -> None:
    """Status, headers, body and what becomes of the connection are those that http.client finds."""
    answer = begun(ends, sent, method)
    other = http.client.HTTPResponse(Sent(sent), method=method)  # type: ignore[arg-type] # all that it asks a socket for
    other.begin()
    for name in ("status", "code", "reason", "version", "length", "chunked", "will_close"):
        assert getattr(answer, name) == getattr(other, name), name
    assert isinstance(answer.headers, urllib3.HTTPHeaderDict)
    theirs = {(name, value.rstrip()) for name, value in other.headers.items()}
    assert {(name, value) for name, value in answer.header_dict().iteritems()} == theirs
    assert answer.whole_body() == other.read()
    answer.close()


UNUSUAL: dict[str, bytes] = {
    "another version": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "an interim one first": b"HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks and a length": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "no length": b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n{}",
    "a length twice": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a length beyond all": b"HTTP/1.1 200 OK\r\nContent-Length: 0000000000000000002\r\n\r\n{}",
    "no header at all": b"HTTP/1.1 200 OK\r\n\r\n{}",
    "line feeds alone": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    "a folded line": b"HTTP/1.1 200 OK\r\nX-A: v\r\n  w\r\nContent-Length: 2\r\n\r\n{}",
    "larger than a buffer": b"HTTP/1.1 200 OK\r\nX-A: %b\r\nContent-Length: 2\r\n\r\n{}" % (b"a" * 9000),
}


@pytest.mark.parametrize("sent", UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_head_is_left_to_http_client(ends: Any, sent: bytes) -> None:
    """What is not of the usual kind is read by http.client, and the body is the one that follows it."""
    answer = begun(ends, sent)
    assert isinstance(answer.headers, http.client.HTTPMessage)
    assert answer.read() == b"{}"
    assert "\n" not in "".join(answer.header_dict().values())
    answer.close()


WRONG: dict[str, bytes] = {
    "nothing": b"",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a line that is no header": b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 2\r\n\r\n{}",
    "a name with a space": b"HTTP/1.1 200 OK\r\nContent Length: 2\r\n\r\n{}",
    "a length in words": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
    "a length below 0": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
    "a length as Python writes it": b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n{}",
    "two codings": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "two codings apart": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "chunks with a blank": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked \r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a carriage return in a line": b"HTTP/1.1 200 OK\r\nX: a\rContent-Length: 1\r\nY: b\r\n\r\n{}",
    "an envelope": b"HTTP/1.1 200 OK\r\nFrom x\r\nX: y\r\n\r\n{}",
    "broken off": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
    "more headers than anyone has": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n%b\r\n{}"
    % b"".join(b"X-%d: 1\r\n" % i for i in range(101)),
}


@pytest.mark.parametrize("sent", WRONG.values(), ids=WRONG)
def test_head_that_is_none_is_an_error(ends: Any, sent: bytes) -> None:
    """A head with anything wrong about it is an error, never an answer with a part of its headers."""
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        begun(ends, sent)


def test_plain_answer_has_the_message_that_urllib3_expects(ends: Any) -> None:
    """An answer that is not of the quick class has http.client's message, which urllib3's connections go on with."""
    answer = begun(ends, USUAL["nginx"][0], kind=Answer)
    assert isinstance(answer.headers, http.client.HTTPMessage)
    answer.close()


def test_body_that_ends_early_leaves_no_part_behind(ends: Any) -> None:
    """The error about it counts the bytes, and neither it nor what lies behind it holds one: they may be secret."""
    answer = begun(ends, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nkey")
    with pytest.raises(urllib3.exceptions.IncompleteRead) as caught:
        answer.whole_body()
    error = caught.value
    assert (error.partial, error.expected, error.__cause__, error.__context__) == (3, 6, None, None)
    answer.close()


def test_chunk_of_a_size_below_0_is_an_error(ends: Any) -> None:
    """It would be all that comes, whatever the limit."""
    answer = begun(ends, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 100)
    with pytest.raises(http.client.HTTPException, match="size below 0"):
        answer.read(10)
    answer.close()


def test_body_without_a_length_ends_with_the_connection(ends: Any) -> None:
    """As ever."""
    assert begun(ends, b"HTTP/1.1 200 OK\r\nX: y\r\n\r\nabc").read() == b"abc"
