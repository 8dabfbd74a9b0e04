"""Sources of real programs that share a cache on disk: many at once, forked, stopped, killed, and on a full disk."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from openapi_client import Configuration

WAIT_SECONDS = 60.0

# It goes by the test's clock: each line says what time it is, and, where keys were refused, which.
PROGRAM = """
import sys, threading
from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource, cache, exchange
%s
class Clock:
    def time(self):
        return self.now

    def monotonic(self):
        return self.now - 1_999_999_000

def ask():
    start.wait()
    answers.append(source().aws_access_key_id)

clock, host, folder = Clock(), sys.argv[1], sys.argv[2]
with ApiClient(Configuration(host, access_token="a-token", retries=False)) as client:
    source = CredentialSource("s3://bucket/team/", api=client, cache=folder or True, clock=clock)
    print("ready", flush=True)
    for line in sys.stdin:
        now, *refused = line.split()
        clock.now, start, answers = float(now), threading.Barrier(8), []
        for access_key_id in refused:
            assert source.invalidate(access_key_id)
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(len(answers), *set(answers), flush=True)
"""

FULL_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
"""

# Root may write everywhere by CAP_DAC_OVERRIDE, the second of the capabilities; capget(2) tells of the structure.
READ_ONLY = """
import atexit, ctypes, os, tempfile
if not os.geteuid():
    system, header, capabilities = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522), (ctypes.c_uint32 * 6)()
    system.capget(header, capabilities)
    capabilities[0] &= ~2
    assert not system.capset(header, capabilities)
home = tempfile.TemporaryDirectory()
atexit.register(home.cleanup)
atexit.register(os.chmod, home.name, 0o700)
os.environ["XDG_CACHE_HOME"] = home.name
os.chmod(home.name, 0o500)
"""

IMPATIENT = """
cache.LOCK_SECONDS = 0.1
"""

# A machine that is slow to run all of them is no sign that an attempt has failed.
UNHURRIED = """
exchange.VAIN_SECONDS = 60.0
"""


class Program:
    """A program that has one source, and 8 threads that ask it."""

    def __init__(self, running: "subprocess.Popen[str]", clock: Any) -> None:
        self.running = running
        self._clock = clock

    def tell(self, refused: str = "") -> None:
        """Has all threads ask, after it was told that S3 refused keys."""
        assert self.running.stdin
        self.running.stdin.write(f"{self._clock.wall} {refused}\n")
        self.running.stdin.flush()

    def answer(self) -> str:
        """What it says next."""
        assert self.running.stdout
        return self.running.stdout.readline().strip()

    def ended(self) -> str:
        """What it said on its way and at its end, but for answers."""
        rest, warnings = self.running.communicate(timeout=WAIT_SECONDS)
        assert not rest
        return warnings


Start = Callable[..., Program]


@pytest.fixture
def start(configuration: Configuration, clock: Any, tmp_path: Path) -> Iterator[Start]:
    """Starts programs that have one cache."""
    with ExitStack() as stack:

        def begin(special: str = "", folder: str = str(tmp_path / "cache"), program: str = PROGRAM) -> Program:
            command = [sys.executable, "-W", "error", "-c", program % special, configuration.host, folder]
            pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
            running = stack.enter_context(subprocess.Popen(command, text=True, **pipes))  # noqa: S603 - the test's own
            stack.callback(running.kill)
            begun = Program(running, clock)
            assert begun.answer() == "ready"
            return begun

        yield begin


def answers(programs: list[Program], refused: str = "") -> set[str]:
    """What programs answer that are all told at once."""
    for program in programs:
        program.tell(refused)
    return {program.answer() for program in programs}


def test_programs_ask_once_in_a_lifetime(start: Start, registry: Any, clock: Any) -> None:
    """Eight, of 8 threads each, with keys of 4 seconds."""
    registry.lifetime_seconds = 4.0
    programs = [start(UNHURRIED) for _ in range(8)]
    for after_seconds, lifetimes in ((0, 1), (1, 1), (3, 2), (0.5, 2), (3.5, 3)):
        clock.advance(after_seconds)
        assert answers(programs) == {f"8 {registry.minted[-1]}"}
        assert len(registry.requests) == lifetimes
    assert not any(program.ended() for program in programs)


def test_programs_whose_keys_are_refused_mint_once(start: Start, registry: Any, clock: Any) -> None:
    """All are told at once; one asks for others, which all have then, and so do those that begin afterwards."""
    programs = [start(UNHURRIED) for _ in range(8)]
    assert answers(programs) == {f"8 {registry.minted[0]}"}
    for mints in (2, 3):
        assert answers(programs, registry.minted[-1]) == {f"8 {registry.minted[-1]}"}
        assert len(registry.requests) == mints
        clock.advance(31)
    assert answers([start()]) == {f"8 {registry.minted[2]}"}
    assert len(registry.requests) == 3


def test_program_that_is_killed_while_it_asks_disturbs_nobody(start: Start, registry: Any) -> None:
    """It had the lock: those that wait for it ask instead, once in all."""
    killed, *others = [start(UNHURRIED) for _ in range(4)]
    with registry.held_back():
        killed.tell()
        assert registry.asked.wait(WAIT_SECONDS)
        for other in others:
            other.tell()
        killed.running.send_signal(signal.SIGKILL)
        assert killed.running.wait(WAIT_SECONDS) == -signal.SIGKILL
    assert {other.answer() for other in others} == {f"8 {registry.minted[1]}"}
    assert len(registry.requests) == 2


def test_program_that_is_stopped_while_it_asks_costs_one_wait(start: Start, registry: Any) -> None:
    """It keeps the lock: one waits a little, warns and asks, and the others have its keys without the lock."""
    stopped, patient, late = start(), start(IMPATIENT), start()
    with registry.held_back():
        stopped.tell()
        assert registry.asked.wait(WAIT_SECONDS)
        stopped.running.send_signal(signal.SIGSTOP)
    assert answers([patient]) == answers([late]) == {f"8 {registry.minted[1]}"}
    assert len(registry.requests) == 2
    stopped.running.send_signal(signal.SIGCONT)
    assert stopped.answer() == f"8 {registry.minted[0]}"
    assert (stopped.ended(), late.ended()) == ("", "")
    assert patient.ended().startswith("The cache of AWS keys is kept locked: TimeoutError")


@pytest.mark.parametrize(
    ("special", "folder", "words"),
    [(FULL_DISK, None, "File too large"), (READ_ONLY, "", "Permission denied"), ("", "/dev/null", "is no folder")],
    ids=["full disk", "read-only home", "no folder"],
)
def test_cache_that_cannot_be_written_costs_requests_alone(
    start: Start, registry: Any, special: str, folder: str | None, words: str
) -> None:
    """Each program asks for itself, once, and a warning says why."""
    programs = [start(special) if folder is None else start(special, folder) for _ in range(2)]
    for number, program in enumerate(programs):
        for _ in range(2):
            assert answers([program]) == {f"8 {registry.minted[number]}"}
    assert answers(programs[:1], registry.minted[0]) == {f"8 {registry.minted[2]}"}
    assert len(registry.requests) == 3
    for program in programs:
        warnings = program.ended().splitlines()
        assert warnings
        assert all(line.startswith("The cache of AWS keys ") and words in line for line in warnings)


def test_keys_in_the_cache_need_no_lock(start: Start, registry: Any, tmp_path: Path) -> None:
    """They serve programs that can have none, as in a home that became read-only."""
    first = start()
    assert answers([first]) == {f"8 {registry.minted[0]}"}
    (lock,) = (tmp_path / "cache").glob("*.lock")
    lock.unlink()
    lock.mkdir()  # in the way of root, too
    second = start()
    assert answers([second]) == {f"8 {registry.minted[0]}"}
    assert (len(registry.requests), second.ended()) == (1, "")


FORKING = """
import os, sys, threading, warnings
warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource
%s
with ApiClient(Configuration(sys.argv[1], access_token="a-token", retries=False)) as client:
    source = CredentialSource("s3://bucket/team/", api=client, cache=sys.argv[2])
    print("ready", flush=True)
    asking = threading.Thread(target=source)
    asking.start()
    sys.stdin.readline()
    children = []
    for _ in range(4):
        children.append(os.fork())
        if not children[-1]:
            os.write(1, f"{source().aws_access_key_id}\\n".encode())  # a line at once, as all write here
            os._exit(0)
    print("forked", flush=True)
    asking.join()
    print(source().aws_access_key_id, *(os.waitpid(child, 0)[1] for child in children), flush=True)
"""


def test_children_forked_while_a_thread_asks_wait_for_its_keys(start: Start, registry: Any, clock: Any) -> None:
    """A thread of the parent has the cache's lock then: they find what it got, and one request is made in all."""
    clock.wall, registry.lifetime_seconds = 2e9, 1e9
    with registry.held_back():
        parent = start(program=FORKING)
        assert registry.asked.wait(WAIT_SECONDS)
        parent.tell()
        assert parent.answer() == "forked"
    assert sorted(parent.answer() for _ in range(5)) == [*[registry.minted[0]] * 4, f"{registry.minted[0]} 0 0 0 0"]
    assert len(registry.requests) == 1
    assert parent.ended() == ""
