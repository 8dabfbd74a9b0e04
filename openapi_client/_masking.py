"""Secrets in printed forms: what masks them, and what finds them in text from elsewhere."""

import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

MASK: Final = "***"

_SHOWN_CHARACTERS: Final = 2000

_NAME: Final = (
    # What says something about tokens, as `token_type`, is none.
    r"secret|token(?![-_]?(?:type|ur[il]|endpoint))|passw|passphrase|\bpwd|\bjwt|credential|authori[sz]ation|cookie|signature"
    r"|api[-_]?key|access[-_]?key|private[-_]?key|console[-_]?session|session[-_]?url|signin|client[-_]?assertion"
)

# The patterns start at what tells a secret, and their repetitions are bounded or cannot overlap: what a server sends,
# however it is made, costs no more than milliseconds.
_QUOTED: Final = r"""(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)"""
_QUOTED_INSIDE: Final = r"""\\+["'](?:[^"'\\]|\\+[^"'\\])*(?:\\+["'])?"""
_WORDS: Final = "tokens?|auth|authentication|authorization|scheme|realm|error|scope|charset"
_PATTERNS: Final = (
    # "name": "value" and 'name': 'value' as JSON and Python write them, also inside another text; numbers and lists
    (
        rf"""((?:{_NAME})[^"'\\<>]{{0,64}}\\*["']\s*[:=]\s*)(?:{_QUOTED}|{_QUOTED_INSIDE}|\[[^\]]*\]?|-?\d[\w.+-]*)""",
        rf'\1"{MASK}"',
    ),
    # name="value" and name: "value"; a quotation mark after which something else begins ends a text around the name
    (
        rf"""((?:{_NAME})[\w.%-]{{0,64}}\s{{0,8}}[:=]\s{{0,8}})(?!["']\s*(?:[,:}}\]]|\Z)){_QUOTED}""",
        rf'\1"{MASK}"',
    ),
    # name=value, as forms and query strings write it
    (rf"((?:{_NAME})[\w.%-]{{0,64}}\s{{0,8}}=\s{{0,8}})[^\s&\"'<>;,]+", rf"\1{MASK}"),
    # name: value without quotation marks, where neither is a word of a sentence
    (
        (
            rf"((?:password|passphrase|\w[_-](?:{_NAME}))[\w-]{{0,64}}:[ \t]{{1,8}})"
            r"(?=\w*(?-i:[A-Z0-9]))[\w.~+/=-]{8,}"
        ),
        rf"\1{MASK}",
    ),
    # <SecretAccessKey>value</SecretAccessKey>, as AWS writes them
    (rf"(<[\w:-]{{0,64}}?(?:{_NAME})[^<>]{{0,64}}>)\s*[^<\s][^<]*", rf"\1{MASK}"),
    # Cookie: value, a line of its own, as HTTP writes it
    (
        r"""((?:^|\\n)[\w-]{0,32}(?:cookie|authorization|api-key|auth-token):[ \t]*)[^\r\n"'\\]+""",
        rf"\1{MASK}",
    ),
    # Bearer value, unless the next word is one of a sentence or of a challenge; Base64 is not all small letters
    (
        rf"\b(Bearer|(?:Basic|Negotiate)(?=\s+(?-i:[a-z.~+/_-]*[A-Z0-9=])))\s+(?!(?:{_WORDS})(?:[\s,;:!?=\"']|\.?$))[\w.~+/=-]+",
        rf"\1 {MASK}",
    ),
    (r"(?<![\w-])(?-i:eyJ)[\w-]+\.[\w-]+(?:\.[\w-]*)*", MASK),
    (r"\b(?-i:(?:AKIA|ASIA)[A-Z0-9]{12,})\b", MASK),
)


class SecretText(str):
    """Text that holds a secret: a `str` like any other, whose `repr` is masked, as in a traceback.

    JSON writes it as text, and a pickle keeps its type, so that it stays masked in another process. A library that
    looks for exactly `str` takes `plain(text)`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)


class SecretBytes(bytes):
    """Bytes that hold a secret: `bytes` like any others, whose `repr` is masked; see `SecretText`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)


def plain(value: Any) -> Any:
    """Return a secret as exactly `str` or `bytes`, for libraries that know no subclasses; any other value as it is."""
    if isinstance(value, SecretText):
        return str(value)
    return bytes(value) if isinstance(value, SecretBytes) else value


def is_secret_name(name: object) -> bool:
    """Whether a property of this name, declared nowhere, is to be taken for a secret."""
    return isinstance(name, str) and re.search(_NAME, name, re.IGNORECASE) is not None


def without_secrets(text: str) -> str:
    """The text as it may be shown: what looks like a secret masked, and no longer than 2,000 characters."""
    # What lies far beyond the cut cannot show; a margin lets a secret that straddles the cut be found whole.
    shown = text[: 4 * _SHOWN_CHARACTERS]
    for pattern, replacement in _compiled_patterns():
        shown = pattern.sub(replacement, shown)
    if len(shown) <= _SHOWN_CHARACTERS and len(text) <= 4 * _SHOWN_CHARACTERS:
        return shown
    return f"{shown[:_SHOWN_CHARACTERS]}… ({len(text)} characters in all)"


@cache
def _compiled_patterns() -> list[tuple[re.Pattern[str], str]]:
    """The patterns, made when first wanted: they take longer than all else that this package does when imported."""
    flags = re.IGNORECASE | re.DOTALL | re.MULTILINE
    return [(re.compile(pattern, flags), replacement) for pattern, replacement in _PATTERNS]


def without_inner_frames(function: Callable[P, R]) -> Callable[P, R]:
    """Keeps the frames below a function out of the tracebacks of its errors, since their locals hold its arguments."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - raised again below
            failure = error.with_traceback(None)
            if error.__suppress_context__:
                # It is not shown, but pickled by libraries that pickle all of an error, as dask does.
                error.__context__ = None
        del args, kwargs
        try:
            raise failure
        finally:
            # A traceback that holds a frame that holds the error would live until the next garbage collection.
            del failure

    return guarded


def without_traceback(error: BaseException) -> BaseException:
    """The error, it and all behind it freed of tracebacks, whose frames hold requests and answers in the clear."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is not None and id(current) not in seen:
            seen.add(id(current))
            current.__traceback__ = None
            waiting += [current.__cause__, current.__context__]
    return error
