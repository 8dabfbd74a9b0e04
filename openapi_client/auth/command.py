"""Tokens that a command prints."""

import re
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from openapi_client._display import also_incomplete, shown
from openapi_client._json import marked_encoding
from openapi_client._login import plain_token
from openapi_client._masking import (
    MASK,
    SecretBytes,
    SecretText,
    without_inner_frames,
    without_traceback,
)
from openapi_client.auth.asking import problem_with
from openapi_client.auth.bounded_command import LIMIT_BYTES, Ended, run
from openapi_client.auth.claims import remaining_life
from openapi_client.auth.lease import Lease, Need
from openapi_client.auth.renewal import RenewedTokenSource
from openapi_client.exceptions import ApiValueError, AuthenticationException

_LONGEST_WORDS: Final = 500
# Backslashes before a quotation mark, a mark, white space, or anything else.
_WINDOWS_PIECE: Final = re.compile(r'(\\*)"|(\s+)|(\\+|[^\\"\s]+)')


class CommandTokenSource(RenewedTokenSource):
    """Runs a command, whose output is the token; again once it ends, if it is a JSON Web Token, or is rejected.

    The command has no input and no terminal, and 64 KiB for its output. When it has ended, or its time is up, whatever
    it started is ended too, daemons excepted.

    Args:
        command: The command and its arguments; or one text, split as a shell would, though none runs it. On Windows
            a backslash stays, except before a double quotation mark, and no other mark quotes.
        timeout_seconds: How long it may take.
        clock: Seconds on a clock that never goes back.
        wall_clock: Seconds of Unix time, which a JSON Web Token states its end in.

    Raises:
        ApiValueError: There is no command.
    """

    @without_inner_frames
    def __init__(
        self,
        command: str | Sequence[str],
        *,
        timeout_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(clock, wall_clock)
        arguments = _split(command) if isinstance(command, str) else command
        # Any of them may hold a secret.
        self._arguments = tuple(SecretText(argument) for argument in arguments)
        if not self._arguments:
            raise ApiValueError("command must name a program")
        self._timeout_seconds = timeout_seconds

    def _fetch(self, need: Need) -> Lease:
        asked_at = self._clock()
        patience = need.patience_seconds
        token = self._output(self._timeout_seconds if patience is None else min(self._timeout_seconds, patience))
        if problem := problem_with(token):
            raise AuthenticationException(0, f"{self!r} {problem}")
        return Lease.since(asked_at, token, remaining_life(token, self._wall_clock()))

    @without_inner_frames
    def _output(self, timeout_seconds: float) -> str:
        cause: BaseException | None = None
        output = words = SecretBytes()
        try:
            ended = run(self._arguments, timeout_seconds)
        except (OSError, ValueError) as error:
            cause, problem = without_traceback(error), f"cannot be run: {type(error).__name__}"
        else:
            output, words, problem = ended.output, ended.words, _problem_of(ended, timeout_seconds)
        token = SecretText(plain_token(_decoded(output)))
        if not problem:
            return token
        said = shown(_decoded(words).strip().replace(token or "\0", MASK))[:_LONGEST_WORDS]
        raise AuthenticationException(0, f"{self!r} {problem}{': ' if said else ''}{said}") from cause

    @also_incomplete
    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._arguments[0])!r})"


def _decoded(output: bytes) -> str:
    """Return what a command printed as text: in UTF-8, or in UTF-16 as PowerShell may print it, without a mark."""
    encoding = marked_encoding(output)
    if encoding is None and output and len(output) % 2 == 0:
        # Neither a token nor a message holds a null; in UTF-16 without a mark each ASCII character has one.
        encoding = next((f"utf-16-{end}" for end, other in (("le", 1), ("be", 0)) if not any(output[other::2])), None)
    return output.decode(encoding or "utf-8", "replace").lstrip("\ufeff")


def _problem_of(ended: Ended, timeout_seconds: float) -> str:
    if ended.is_too_long:
        return f"printed more than {LIMIT_BYTES} bytes, which is no token, and was ended"
    if ended.status is None:
        return f"took longer than {timeout_seconds:g} s"
    return f"ended with status {ended.status}" if ended.status else ""


def _split(command: str) -> list[str]:
    # What is raised below has no context, whose frames would hold the command.
    with suppress(ValueError):
        return _windows_words(command) if sys.platform == "win32" else shlex.split(command)
    raise ApiValueError("command cannot be split into words: a quotation mark is not closed")


def _windows_words(command: str) -> list[str]:
    """Return the words of a command as a program on Windows has them.

    https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments

    Raises:
        ValueError: If a quotation mark is not closed.
    """
    words: list[str] = []
    quoted = inside = False
    for piece in _WINDOWS_PIECE.finditer(command):
        slashes, space, plain = piece.groups()
        if space and not quoted:
            inside = False
            continue
        if not inside:
            words.append("")
            inside = True
        if slashes is None:
            words[-1] += space or plain
            continue
        words[-1] += slashes[: len(slashes) // 2]
        if len(slashes) % 2:
            words[-1] += '"'
        else:
            quoted = not quoted
    if quoted:
        raise ValueError(command)
    return words
