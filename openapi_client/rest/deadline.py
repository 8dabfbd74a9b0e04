"""The deadline, held where the bytes come in: no read of a call outlasts it, however the answer drips.

http.client reads the head and the body of an answer from a file that it asks the socket for. Here it gets one that
shortens the socket's timeout before each read. The limits are those of the calling thread, since a connection serves
one call after another.
"""

import io
import socket
import threading
from collections.abc import Container
from typing import TYPE_CHECKING, Final

from openapi_client.rest.limits import Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class _OfThread(threading.local):
    limits: Limits | None = None
    unread: Container[int] = ()
    connecting: bool = False


of_thread: Final = _OfThread()
"""The call that this thread is in: its limits, None for reads that no call waits for, as of an unread answer; and the
statuses whose answers it wants unread."""


def keep_deadline(sock: socket.socket, limits: Limits) -> None:
    """Has the socket wait no longer for the next byte than the limits leave.

    Raises:
        TimeoutError: They leave nothing.
    """
    remaining = limits.remaining()
    if remaining <= 0:
        raise TimeoutError("the deadline of the call has passed")
    seconds = min(limits.connect if of_thread.connecting else limits.read, remaining)
    # To set what is set already would cost a call of the system.
    if sock.gettimeout() != seconds:
        sock.settimeout(seconds)


class DeadlineReader(io.RawIOBase):
    """Reads from a socket, each time within what the limits leave.

    Args:
        sock: The socket.

    Attributes:
        ended: Whether the other end has said that nothing more comes.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        # Held open, since it keeps the socket from being closed before the answer is read.
        self._file = sock.makefile("rb", 0)
        self._limits: Limits | None = None
        self.ended: bool = False

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Reads some bytes, and waits for the first of them.

        Raises:
            TimeoutError: None came in time.
            OSError: The connection broke.
        """
        limits = of_thread.limits
        if limits is not None:
            keep_deadline(self._sock, limits)
            self._limits = limits
        elif self._limits is not None:
            # An answer that was given unread: what the deadline had left when its head came is no limit for its body.
            self._sock.settimeout(min(self._limits.read, self._limits.total))
            self._limits = None
        count = self._sock.recv_into(buffer)
        self.ended = count == 0
        return count

    def close(self) -> None:
        """Lets go of the socket."""
        self._file.close()
        super().close()
