"""A command's output, bounded in time and size; nothing that the command started is left running.

On Linux and macOS the command has a session of its own, whose processes are ended together: those that it starts and
leaves behind too, unless they begin a session for themselves, as daemons do. On Windows the command alone is ended.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final, NamedTuple

from openapi_client._masking import SecretBytes

LIMIT_BYTES: Final = 64 * 1024
"""The largest output that is kept."""

_CHECK_SECONDS: Final = 0.05
"""How often to look whether a command has ended whose output is kept open by what it started."""
_GRACE_SECONDS: Final = 0.5
"""How long processes may take to end when they are asked to, before they are killed."""
_PIPE_BYTES: Final = 1024 * 1024
"""The most that a pipe holds."""


class Ended(NamedTuple):
    """A command that ended, or was ended.

    Attributes:
        status: Its exit status; None if it took too long or printed too much.
        output: What it printed on standard output, cut off after one byte too many.
        words: What it printed on standard error, cut off.
    """

    status: int | None
    output: SecretBytes
    words: SecretBytes

    @property
    def is_too_long(self) -> bool:
        """Whether it printed more than is kept."""
        return len(self.output) > LIMIT_BYTES


def run(arguments: Sequence[str], timeout_seconds: float) -> Ended:
    """Run a command without a shell, without input and without a terminal.

    Args:
        arguments: The program and its arguments.
        timeout_seconds: How long it may take.

    Raises:
        OSError: If it cannot be run.
        ValueError: If an argument has no form for the system.
    """
    process = subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    output, words = bytearray(), bytearray()
    try:
        status = _wait(process, output, words, time.monotonic() + timeout_seconds)
    finally:
        _end(process)
    return Ended(None if len(output) > LIMIT_BYTES else status, SecretBytes(output), SecretBytes(words))


def _keep(kept: bytearray, chunk: bytes) -> None:
    kept += chunk[: LIMIT_BYTES + 1 - len(kept)]


if sys.platform == "win32":  # pragma: no cover - Windows
    import threading

    def _wait(process: "subprocess.Popen[bytes]", output: bytearray, words: bytearray, ends_at: float) -> int | None:
        readers = [
            threading.Thread(target=_read, args=pair, daemon=True)
            for pair in ((process.stdout, output), (process.stderr, words))
        ]
        for reader in readers:
            reader.start()
        while process.poll() is None and time.monotonic() < ends_at and len(output) <= LIMIT_BYTES:
            readers[0].join(_CHECK_SECONDS)
            time.sleep(0 if readers[0].is_alive() else _CHECK_SECONDS)
        for reader in readers:
            # What the command started may keep the pipes open.
            reader.join(_GRACE_SECONDS)
        return process.poll()

    def _read(pipe: IO[bytes], kept: bytearray) -> None:
        with pipe:
            while chunk := pipe.read(LIMIT_BYTES):
                _keep(kept, chunk)

    def _end(process: "subprocess.Popen[bytes]") -> None:
        process.kill()
        process.wait()

else:
    import selectors

    def _wait(process: "subprocess.Popen[bytes]", output: bytearray, words: bytearray, ends_at: float) -> int | None:
        """Keep what a command prints, and return its exit status; None if it has not ended by itself."""
        assert process.stdout is not None  # noqa: S101 - both are pipes
        assert process.stderr is not None  # noqa: S101 - both are pipes
        with selectors.DefaultSelector() as selector:
            for pipe, kept in ((process.stdout, output), (process.stderr, words)):
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ, kept)
            while selector.get_map() and len(output) <= LIMIT_BYTES:
                if process.poll() is not None:
                    _read_rest(process.stdout, output)
                    _read_rest(process.stderr, words)
                    break
                remaining = ends_at - time.monotonic()
                if remaining <= 0:
                    return None
                for key, _ in selector.select(min(remaining, _CHECK_SECONDS)):
                    chunk = os.read(key.fd, LIMIT_BYTES)
                    _keep(key.data, chunk)
                    if not chunk:
                        selector.unregister(key.fileobj)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(0 if len(output) > LIMIT_BYTES else max(0.0, ends_at - time.monotonic()))
        return None

    def _read_rest(pipe: IO[bytes], kept: bytearray) -> None:
        """Keep what a command that has ended left in a pipe, which what it started may keep open."""
        with suppress(BlockingIOError):
            _keep(kept, os.read(pipe.fileno(), _PIPE_BYTES))

    def _end(process: "subprocess.Popen[bytes]") -> None:
        """End all processes of a command's session."""
        assert process.stdout is not None  # noqa: S101 - both are pipes
        assert process.stderr is not None  # noqa: S101 - both are pipes
        try:
            gives_up_at = time.monotonic() + _GRACE_SECONDS
            # There are none as a rule.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGTERM)
                while time.monotonic() < gives_up_at:
                    _reap(process, os.WNOHANG)
                    os.killpg(process.pid, 0)
                    time.sleep(_CHECK_SECONDS / 10)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            _reap(process, 0)
            process.stdout.close()
            process.stderr.close()

    def _reap(process: "subprocess.Popen[bytes]", options: int) -> None:
        """Take note of a command's end.

        An interrupt in the middle of `Popen.poll` leaves its lock locked, and `Popen.wait` would wait for it for ever.
        """
        if process.returncode is not None:
            return
        try:
            ended, status = os.waitpid(process.pid, options)
        except ChildProcessError:
            # The interrupt came after the system had told of the end.
            ended, status = process.pid, 0
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
