"""The locks of `_private_locks`, among real threads and processes, however they end."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from openapi_client import ApiValueError, _private_locks
from openapi_client._private_locks import locked

WAIT_SECONDS = 60.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a lock, in a folder that is not there yet."""
    return tmp_path / "folder" / "lock"


def open_locks() -> list[_private_locks._Lock]:
    """The locks whose files are open."""
    return [lock for lock in _private_locks._all() if not lock.closed]


@contextmanager
def held_by_another_thread(file: Path) -> Iterator[None]:
    """The lock is another thread's."""
    has_it, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(file):
            has_it.set()
            may_end.wait(WAIT_SECONDS)

    holder = threading.Thread(target=hold)
    holder.start()
    assert has_it.wait(WAIT_SECONDS)
    try:
        yield
    finally:
        may_end.set()
        holder.join()


def test_lock_is_held_by_one_thread_at_a_time(file: Path) -> None:
    """Each has the file for itself in the block, also after an error in it."""
    inside: list[int] = []
    most: list[int] = []

    def enter(number: int) -> None:
        with locked(file):
            inside.append(number)
            # Lets other threads run.
            threading.Event().wait(0.001)
            most.append(len(inside))
            inside.remove(number)
            raise KeyError

    def work(number: int) -> None:
        for _ in range(20):
            with pytest.raises(KeyError):
                enter(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 80
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not open_locks()


@pytest.mark.parametrize("timeout_seconds", [0, 0.05])
def test_lock_that_is_not_given_back_ends_at_the_timeout(file: Path, timeout_seconds: float) -> None:
    """The error says which, and for how long; the lock is as good as before."""
    with held_by_another_thread(file):
        with pytest.raises(TimeoutError, match=f"lock was locked by another program for {timeout_seconds:g} seconds"):
            locked(file, timeout_seconds).__enter__()
        assert len(open_locks()) == 1
    with locked(file, 0):
        pass


def test_thread_that_has_the_lock_does_not_wait_for_itself(file: Path) -> None:
    """A log handler or a signal handler that asks for it again has an error at once; other locks are to be had."""
    with locked(file):
        with pytest.raises(TimeoutError, match="lock is locked by this thread itself, which would wait for ever"):
            locked(file).__enter__()
        with locked(file.with_name("another"), 0):
            assert len(open_locks()) == 2
    with locked(file, 0):
        pass


def test_lock_that_is_not_ones_own_is_an_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a link nor another user's file is locked, and none stays open."""
    with locked(file):
        pass
    file.with_name("link").symlink_to(file)
    with pytest.raises(OSError, match="link"):
        locked(file.with_name("link")).__enter__()
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(ApiValueError, match="belongs to another user"):
        locked(file).__enter__()
    assert not open_locks()


HOLDER = """
import os, subprocess, sys, time
from pathlib import Path
from openapi_client._private_locks import locked
with locked(Path(sys.argv[1])):
    if sys.argv[2] == "forked" and not os.fork():
        sys.stdin.read()
        os._exit(0)
    if sys.argv[2] == "started":
        subprocess.Popen(["cat"], close_fds=False)
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("child", ["none", "forked", "started"])
def test_lock_ends_with_the_process(file: Path, child: str) -> None:
    """A killed process has it no more, though a process that it forked or started lives on."""
    command = [sys.executable, "-c", HOLDER, str(file), child]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603 - the test's own
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(TimeoutError):
            locked(file, 0).__enter__()
        holder.kill()
        with locked(file, WAIT_SECONDS):
            assert is_written_to(holder.stdout.fileno()) == (child != "none")


def is_written_to(pipe: int) -> bool:
    """Whether a process has the other end of a pipe."""
    os.set_blocking(pipe, False)
    try:
        return os.read(pipe, 1) != b""
    except BlockingIOError:
        return True


FORKED = """
import os, sys
from pathlib import Path
from openapi_client._private_locks import locked

def is_free():
    try:
        with locked(Path(sys.argv[1]), 0):
            return True
    except TimeoutError:
        return False

with locked(Path(sys.argv[1])):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        print("parent", is_free())
if not child:
    print("child", is_free(), flush=True)
    os._exit(0)
print("parent", is_free())
"""


def test_forked_process_does_not_have_the_lock(file: Path, run_python: Callable[..., str]) -> None:
    """Leaving the block there gives nothing back: the lock stays its parent's, until that leaves it."""
    assert run_python(FORKED, str(file)) == "child False\nparent False\nparent True\n"


def test_lock_files_are_closed_in_a_forked_process(file: Path) -> None:
    """What a forked process does: the lock is free once its parent's is, and leaving the block is no error."""
    with locked(file):
        _private_locks._opening.acquire()
        _private_locks._after_fork_in_child()
        assert not open_locks()
        # Of a process that is alone, its only file is now closed.
        with locked(file, 0):
            assert len(open_locks()) == 1
    assert not _private_locks._opening._is_owned()  # type: ignore[attr-defined] # as of `is_making`


def test_lock_that_its_parent_was_closing_is_closed_in_a_forked_process(file: Path) -> None:
    """Its number is known; a file of another's that has the number by then stays open."""
    with locked(file):
        [lock] = open_locks()
        number = lock.fileno()
        copy = os.dup(number)
    os.dup2(copy, number)
    os.close(copy)
    lock.close_copy()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    lock.close_copy()
    another = os.open(os.devnull, os.O_RDONLY)
    lock._descriptor = another
    lock.close_copy()
    os.close(another)


@pytest.mark.parametrize("replaced", [False, True])
def test_lock_whose_file_was_removed_is_made_anew(file: Path, *, replaced: bool) -> None:
    """Who waited for it does not have a lock that nobody else can find, but the one that others ask for by now."""
    has_it, may_end = threading.Event(), threading.Event()

    def wait_for_it() -> None:
        with locked(file, WAIT_SECONDS):
            has_it.set()
            assert may_end.wait(WAIT_SECONDS)

    waiting = threading.Thread(target=wait_for_it)
    with ExitStack() as newer:
        with locked(file):
            waiting.start()
            # No loop, whose body might have nothing to do.
            assert any(map(lambda _: len(open_locks()) == 2 or has_it.wait(0.005), range(6000)))  # noqa: C417 - as above
            file.unlink()
            if replaced:
                newer.enter_context(locked(file))
        assert not (replaced and has_it.wait(0.1))
    assert has_it.wait(WAIT_SECONDS)
    with pytest.raises(TimeoutError):
        locked(file, 0).__enter__()
    may_end.set()
    waiting.join()
    assert not open_locks()
