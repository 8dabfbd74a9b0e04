"""A command that prints a token: run without a shell, for a bounded time, its output kept to ourselves."""

import codecs
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from openapi_client.auth import CommandTokenSource
from openapi_client.auth.command import _split
from openapi_client.exceptions import ApiValueError, AuthenticationException

TOKEN = "token-that-nobody-may-see"


@pytest.fixture
def make(clock: Any, tmp_path: Path) -> Callable[..., CommandTokenSource]:
    """Makes sources that run Python code, to which `runs` names a file that counts."""
    runs = tmp_path / "runs"
    runs.touch()

    def source(code: str, *arguments: str, **more: Any) -> CommandTokenSource:
        prelude = (
            f"import sys, time; runs = open({str(runs)!r}, 'r+')\n"
            "n = len(runs.read()) + 1; runs.write('x'); runs.close()\n"
        )
        return CommandTokenSource(
            [sys.executable, "-c", prelude + code, *arguments], clock=clock, wall_clock=clock, **more
        )

    return source


def test_output_is_the_token(make: Callable[..., CommandTokenSource], clock: Any) -> None:
    """Without the line break behind it, and kept until it is rejected, if nobody knows how long it lives."""
    source = make(f"print('{TOKEN}', n, sep='-')")
    first = source()
    clock.now += 10**9
    assert source() == first == f"{TOKEN}-1"
    assert source.renew(first) == source() == f"{TOKEN}-2"


WRITTEN = {
    "UTF-8 with a mark": codecs.BOM_UTF8 + f"{TOKEN}\r\n".encode(),
    "UTF-16 little-endian": codecs.BOM_UTF16_LE + f"{TOKEN}\r\n".encode("utf-16-le"),
    "UTF-16 big-endian": codecs.BOM_UTF16_BE + f"{TOKEN}\r\n".encode("utf-16-be"),
    "UTF-16 little-endian without a mark": f"{TOKEN}\r\n".encode("utf-16-le"),
    "UTF-16 big-endian without a mark": f"{TOKEN}\n".encode("utf-16-be"),
    "UTF-32": f"{TOKEN}\n".encode("utf-32"),
    "UTF-8 of even length": f"{TOKEN}\n".encode().rjust(60),
}


@pytest.mark.parametrize("output", WRITTEN.values(), ids=WRITTEN)
def test_output_may_be_as_windows_writes_it(make: Callable[..., CommandTokenSource], output: bytes) -> None:
    """PowerShell writes UTF-16, with a byte order mark or without, and a mark before UTF-8."""
    assert make(f"sys.stdout.buffer.write({output!r})")() == TOKEN


@pytest.mark.parametrize(
    "words", ["no login".encode("utf-16"), "no login".encode("utf-16-le"), b"no login", "no login".encode("utf-8-sig")]
)
def test_words_may_be_as_windows_writes_them(make: Callable[..., CommandTokenSource], words: bytes) -> None:
    """An error shows them in the clear."""
    with pytest.raises(AuthenticationException, match=r"ended with status 3: no login$"):
        make(f"sys.stderr.buffer.write({words!r}); sys.exit(3)")()


def test_json_web_token_bounds_its_life(
    make: Callable[..., CommandTokenSource], make_jwt: Callable[..., str], clock: Any
) -> None:
    """By its `exp`: the command may have had it for a while."""
    token = make_jwt(iat=clock.now - 500, exp=clock.now + 100)
    other = make_jwt(iat=clock.now, exp=clock.now + 1000)
    source = make("print(sys.argv[n])", token, other)
    assert source() == token
    clock.now += 89
    assert source() == token
    clock.now += 2
    assert source() == other


@pytest.mark.parametrize(
    "command", [f'"{sys.executable}" -c "print(\'a;b$HOME\')"', [sys.executable, "-c", "print('a;b$HOME')"]]
)
def test_no_shell_is_run(command: str | Sequence[str]) -> None:
    """Text is split into words, and no more is made of it."""
    assert CommandTokenSource(command)() == "a;b$HOME"


@pytest.mark.parametrize("printed", ['"{}"', "Bearer {}", '"Bearer {}"', "\t{}\r\n"])
def test_output_may_have_something_around_the_token(make: Callable[..., CommandTokenSource], printed: str) -> None:
    """Quotation marks, as of `jq` without `-r`, `Bearer` and white space are left away."""
    assert make("print(sys.argv[1])", printed.format(TOKEN))() == TOKEN


WINDOWS_COMMANDS: dict[str, tuple[str, list[str]]] = {
    "a path": (r"C:\tools\tok.exe print", [r"C:\tools\tok.exe", "print"]),
    "a path in quotation marks": (r'"C:\Program Files\tok.exe"  print', [r"C:\Program Files\tok.exe", "print"]),
    "a share": (r"\\server\share\tok.exe", [r"\\server\share\tok.exe"]),
    "an apostrophe": (r"C:\Users\O'Neill\tok.exe print", [r"C:\Users\O'Neill\tok.exe", "print"]),
    "a quotation mark in a word": (r'tok "say \"hi\"" a\"b', ["tok", 'say "hi"', 'a"b']),
    "a backslash at the end of a quotation": (r'tok "C:\Program Files\\" x', ["tok", "C:\\Program Files\\", "x"]),
    "parts of one word": (r'tok --name="a b"c', ["tok", "--name=a bc"]),
    "an empty word": ('tok ""', ["tok", ""]),
    "white space around": ("  tok\tprint ", ["tok", "print"]),
}


@pytest.mark.parametrize(("command", "words"), WINDOWS_COMMANDS.values(), ids=WINDOWS_COMMANDS)
def test_command_of_windows_keeps_its_backslashes(
    monkeypatch: pytest.MonkeyPatch, command: str, words: list[str]
) -> None:
    """Text is split as programs on Windows split it."""
    monkeypatch.setattr(sys, "platform", "win32")
    assert _split(command) == words


@pytest.mark.parametrize("command", ['"C:\\tools\\tok.exe print', 'tok "a\\"'])
def test_quotation_mark_without_its_pair_is_refused_on_windows(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """The error says so, and shows nothing of the command."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ApiValueError, match="a quotation mark is not closed"):
        CommandTokenSource(command)


def test_command_has_no_input(make: Callable[..., CommandTokenSource]) -> None:
    """A question that nobody sees would wait for ever."""
    assert make("print(len(sys.stdin.read()))")() == "0"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (
            f"sys.stderr.write('log in first: password=hunter2 {TOKEN}'); print('{TOKEN}'); sys.exit(3)",
            r"ended with status 3: log in first: password=\*\*\* \*\*\*$",
        ),
        (
            r"sys.stderr.write('\x1b[2Jgone\x9b\u202e\r\nmore'); sys.exit(1)",
            r"ended with status 1: \\x1b\[2Jgone\\x9b\\u202e\\r\\nmore$",
        ),
        (f"print('{TOKEN}'); sys.exit(1)", "ended with status 1$"),
        ("sys.stderr.write('x' * 9999); sys.exit(1)", "ended with status 1: x{500}$"),
        ("", "gave an empty token$"),
        (f"print('{TOKEN}'); print('{TOKEN}')", r"that none may hold \(U\+000A\)$"),
        ("sys.stdout.buffer.write(bytes([255]))", r"that none may hold \(U\+FFFD\)$"),
    ],
)
def test_failure_shows_what_the_command_said(
    make: Callable[..., CommandTokenSource], secrets_in: Callable[..., list[str]], code: str, problem: str
) -> None:
    """On standard error, masked and bounded; its output, which may be a token, not at all."""
    with pytest.raises(AuthenticationException, match="CommandTokenSource") as caught:
        make(code, TOKEN)()
    assert caught.value.reason is not None
    assert caught.match(problem.replace("$", "\n"))
    assert caught.value.__cause__ is None
    assert secrets_in(caught.value) == []


def test_command_that_takes_too_long_is_ended(
    make: Callable[..., CommandTokenSource], secrets_in: Callable[..., list[str]]
) -> None:
    """And what it had printed is not shown."""
    source = make(f"print('{TOKEN}', flush=True); time.sleep(60)", timeout_seconds=0.5)
    with pytest.raises(AuthenticationException, match=r"took longer than 0\.5 s") as caught:
        source()
    assert caught.value.__cause__ is None
    assert secrets_in(caught.value) == []


def is_gone(process_id: int) -> bool:
    """Whether a process has ended."""
    status = Path(f"/proc/{process_id}/stat")
    return not status.exists() or status.read_text().split(")")[1].split()[0] in "ZX"


@pytest.fixture
def group(tmp_path: Path) -> Callable[[], int]:
    """The id of the process that a command started, once it is known."""

    def read() -> int:
        return int((tmp_path / "child").read_text())

    return read


@pytest.fixture
def starting(tmp_path: Path) -> Callable[[str], str]:
    """Makes code that starts a process, which keeps the pipes open, and notes its id."""

    def code(child: str = "import time; time.sleep(600)", options: str = "") -> str:
        return (
            f"import subprocess; child = subprocess.Popen([sys.executable, '-c', {child!r}]{options})\n"
            f"open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\n"
        )

    return code


IGNORING = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
CHATTING = "import os, time\nwhile True: os.write(2, b'x' * 1000)"


@pytest.mark.skipif(sys.platform == "win32", reason="there, the command alone is ended")
@pytest.mark.parametrize("child", ["import time; time.sleep(600)", IGNORING, CHATTING])
def test_token_counts_though_a_child_keeps_the_pipe(
    make: Callable[..., CommandTokenSource],
    starting: Callable[..., str],
    group: Callable[[], int],
    until: Any,
    child: str,
) -> None:
    """The command has ended, and so does what it left running."""
    assert make(starting(child) + f"print('{TOKEN}')", timeout_seconds=60)() == TOKEN
    until(lambda: is_gone(group()))


@pytest.mark.skipif(sys.platform == "win32", reason="there, the command alone is ended")
@pytest.mark.parametrize("rest", ["time.sleep(600)", "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
def test_whatever_a_command_started_ends_at_the_limit(
    make: Callable[..., CommandTokenSource],
    starting: Callable[..., str],
    group: Callable[[], int],
    until: Any,
    rest: str,
) -> None:
    """Also what does not end when it is asked to."""
    source = make(f"import signal\n{starting()}{rest}", timeout_seconds=1)
    with pytest.raises(AuthenticationException, match="took longer than 1 s"):
        source()
    until(lambda: is_gone(group()))


def test_command_without_output_ends_at_the_limit(make: Callable[..., CommandTokenSource]) -> None:
    """Though it has closed its output, and its errors."""
    with pytest.raises(AuthenticationException, match=r"took longer than 0\.5 s"):
        make("import os; os.close(1); os.close(2); time.sleep(600)", timeout_seconds=0.5)()


@pytest.mark.parametrize(
    "code",
    [
        "while True: sys.stdout.write('x' * 10000)",
        "sys.stdout.write('x' * 65537)",
        "print('x' * 100, flush=True)\n" * 700,
    ],
    ids=["without end", "a byte too many", "many lines"],
)
def test_output_is_bounded(make: Callable[..., CommandTokenSource], code: str) -> None:
    """More is no token, and the command is ended."""
    with pytest.raises(AuthenticationException, match="printed more than 65536 bytes, which is no token"):
        make(code)()


def test_errors_without_end_do_not_keep_a_command_from_its_token(make: Callable[..., CommandTokenSource]) -> None:
    """They are read, and thrown away."""
    assert make(f"sys.stderr.write('x' * 10**6); print('{TOKEN}')")() == TOKEN


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers that interrupt")
def test_interrupted_command_is_ended(
    make: Callable[..., CommandTokenSource], starting: Callable[..., str], group: Callable[[], int], until: Any
) -> None:
    """Ctrl-C, which does not reach its session, comes out."""
    source = make("import signal, os\n" + starting() + "os.kill(os.getppid(), signal.SIGUSR1); time.sleep(600)")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            source()
    finally:
        signal.signal(signal.SIGUSR1, before)
    until(lambda: is_gone(group()))


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such signal")
def test_command_is_ended_though_the_system_tells_no_status(make: Callable[..., CommandTokenSource]) -> None:
    """A program that ignores SIGCHLD has no status of the commands that it runs."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with pytest.raises(AuthenticationException, match="took longer"):
            make("time.sleep(600)", timeout_seconds=0.3)()
    finally:
        signal.signal(signal.SIGCHLD, before)


INTERRUPTED = """
import subprocess, sys
from openapi_client.auth import CommandTokenSource

LOOKS = (subprocess.Popen._internal_poll.__code__, subprocess.Popen._wait.__code__)

def interrupt(frame, event, _):
    if frame.f_code in LOOKS and event == "line":
        known = frame.f_locals
        if known["self"]._waitpid_lock.locked() if sys.argv[1] == "locked" else known.get("pid"):
            sys.settrace(None)
            raise KeyboardInterrupt
    return interrupt

sys.settrace(interrupt)
try:
    CommandTokenSource(["echo", "token"])()
except KeyboardInterrupt:
    print(CommandTokenSource(["echo", "another"])())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, the command alone is ended")
@pytest.mark.parametrize("moment", ["locked", "ended"])
def test_interrupt_in_the_middle_of_a_look_at_a_command_hangs_nobody(
    moment: str, run_python: Callable[..., str]
) -> None:
    """An interrupt can leave the lock of `Popen` locked, or a command's end unnoted."""
    assert run_python(INTERRUPTED, moment) == "another\n"


def test_early_renewal_takes_half_of_what_is_left_at_most(
    make: Callable[..., CommandTokenSource], make_jwt: Callable[..., str], clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """So that there is time for another attempt; the old token is served."""
    token = make_jwt(exp=clock.now + 20)
    source = make("n == 1 or time.sleep(60); print(sys.argv[1])", token)
    assert source() == token
    clock.now += 18.5
    assert source() == token
    assert "took longer than 1 s" in caplog.text


@pytest.mark.parametrize("command", [["/no/such/command", TOKEN], ["\0", TOKEN]])
def test_command_that_cannot_be_run_is_told(command: list[str], secrets_in: Callable[..., list[str]]) -> None:
    """With what the system says of it as the cause; its arguments do not show."""
    with pytest.raises(AuthenticationException, match=r"cannot be run: (FileNotFound|Value)Error") as caught:
        CommandTokenSource(command)()
    assert isinstance(caught.value.__cause__, (OSError, ValueError))
    assert secrets_in(caught.value) == []


@pytest.mark.parametrize(
    ("command", "problem"),
    [("", "must name a program"), ([], "must name a program"), (f"x '{TOKEN}", "a quotation mark")],
)
def test_what_is_no_command_is_refused_at_once(
    command: str | list[str], problem: str, secrets_in: Callable[..., list[str]]
) -> None:
    """Not when the first token is wanted."""
    with pytest.raises(ApiValueError, match=problem) as caught:
        CommandTokenSource(command)
    assert secrets_in(caught.value) == []


def test_repr_names_the_command_alone() -> None:
    """Its arguments may hold secrets."""
    source = CommandTokenSource(["tool", f"--secret={TOKEN}"])
    assert repr(source) == "CommandTokenSource('tool')"
    assert TOKEN not in str(vars(source))
