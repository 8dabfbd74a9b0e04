"""Runs one program for as long as a pipe is open, then ends it and removes what it leaves behind.

The store must not outlive the Python process that started it, however that process ends. A signal handler or an
`atexit` function does not run when it is killed outright, but the system then closes its end of the pipe that is this
program's standard input. So this small program stands between the two, on every operating system alike.

It is run as a script, in a bare interpreter, and therefore imports nothing but the standard library.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path


def guard(leftovers: Sequence[str], command: Sequence[str], lifeline: int = 0) -> int:
    """Run a command until it ends by itself, or until the lifeline carries a byte or is closed at the other end.

    The command is killed rather than asked to end: the store would wait up to 30 s for open connections, and its data
    are thrown away at once.

    Args:
        leftovers: Files and folders to remove when the lifeline has ended.
        command: The program and its arguments.
        lifeline: The file descriptor to wait on; standard input unless told otherwise.

    Returns:
        The command's exit status.
    """
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the store names program and arguments
    cut = threading.Event()

    def follow() -> None:
        # Not `sys.stdin.read`: the interpreter cannot end while a thread holds the lock of that buffer.
        os.read(lifeline, 1)
        cut.set()
        program.kill()

    threading.Thread(target=follow, daemon=True).start()
    status = program.wait()
    if cut.is_set():
        for leftover in map(Path, leftovers):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
    return status


if __name__ == "__main__":
    _separator = sys.argv.index("--")
    sys.exit(guard(sys.argv[1:_separator], sys.argv[_separator + 1 :]))
