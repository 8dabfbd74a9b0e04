"""Secrets in printed forms: the types that mask them, and the patterns that find them in text from elsewhere."""

import re
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from types import FrameType
from typing import Any, Final, ParamSpec, SupportsIndex, TypeVar, cast, overload

P = ParamSpec("P")
R = TypeVar("R")

MASK: Final = "***"

_NAMED_FRAMES: Final = 5
_LEFT_OUT: Final = "Left out of this traceback, since the locals may hold secrets (most recent call last):"

_SHOWN_CHARACTERS: Final = 2000

_NAME: Final = (
    # A name that says something about tokens, such as `token_type`, is not a secret's.
    r"secret|token(?![-_]?(?:type|ur[il]|endpoint))|passw|passphrase|\bpwd|\bjwt|credential|authori[sz]ation|cookie|signature"
    r"|api[-_]?key|access[-_]?key|private[-_]?key|customer-key|console[-_]?session|session[-_]?(?:url|id|key)"
    r"|(?<![\w-])session(?==)|signin|device[-_]?code|x-amz-mfa|canonicalrequest|client[-_]?assertion"
)

# Each pattern captures the secret alone. It starts at what tells a secret; up to the secret, repetitions are bounded or
# possessive; and what follows a repetition without bound may be empty. So the cost is in proportion to the text.
_GAP: Final = r"[\s+]{0,64}"
_PREFIX: Final = r"(?:\b[bru]{1,2})?"
_QUOTED: Final = rf"""{_PREFIX}(?:"((?:[^"\\]|\\.)*)|'((?:[^'\\]|\\.)*))"""
_QUOTED_INSIDE: Final = r"""\\{1,64}["']((?:[^"'\\]|\\++[^"'\\])*)"""
_LIST: Final = r"""\[((?:[^\]"']|"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?)*)"""
_WORDS: Final = "tokens?|auth|authentication|authorization|scheme|realm|error|scope|charset"
_KEY_ID: Final = r"(?-i:(?<![A-Z0-9])(?:AKIA|ASIA)(?:[A-Z0-9]{12,}+|[A-Z0-9]{4,}+\Z))"
_BASE64: Final = "[A-Za-z0-9+/]"
_MIXED: Final = r"(?-i:(?=[A-Za-z+/]{0,64}[0-9+/])(?=[a-z0-9+/]{0,64}[A-Z])(?=[A-Z0-9+/]{0,64}[a-z]))"
_NOT_A_WORD: Final = r"(?=[\w+/=.~%-](?-i:[a-z]{0,256}[^\Wa-z_]))"
_PATTERNS: Final = (
    # "name": "value" and 'name': 'value' as JSON and Python write them, also inside another text; numbers and lists
    rf"""(?:{_NAME})[^"'\\<>]{{0,64}}\\{{0,64}}["']{_GAP}(?:=>|[:=]){_GAP}(?:{_QUOTED}|{_QUOTED_INSIDE}|{_LIST}|(-?\d[\w.+-]*))""",
    # ("name", "value") and ["name", "value"], as headers are listed; {"name": "name", "value": "value"} and HTML fields
    rf"""\({_GAP}{_PREFIX}["'][\w-]{{0,64}}?(?:{_NAME})[\w-]{{0,64}}["']{_GAP},{_GAP}{_QUOTED}""",
    (
        rf"""\[{_GAP}["'][\w-]{{0,64}}?(?:{_NAME})[\w-]{{0,64}}["']{_GAP},{_GAP}"""
        rf"""(?=["'](?-i:(?:\\.|[^"A-Z0-9+/=]){{0,64}}[A-Z0-9+/=])){_QUOTED}"""
    ),
    rf"""(?:{_NAME})[\w.-]{{0,64}}["'][\s,+]{{1,64}}["']?value["']?{_GAP}[:=]{_GAP}{_QUOTED}""",
    # name="value" and name: "value"; a quotation mark after which something else begins ends a text around the name
    rf"""(?:{_NAME})[\w.%-]{{0,64}}\s{{0,8}}[:=]\s{{0,8}}(?!["']\s{{0,64}}(?:[,:}}\]][\s"'\[\]{{}}]|[,:}}\]]?\Z)){_QUOTED}""",
    # name=value, as forms and query strings write it
    rf"""(?:{_NAME})[\w.%\[\]-]{{0,64}}[\s+]{{0,8}}=[\s+]{{0,8}}([^\s&"'<>;,]+)""",
    # name: value without quotation marks, where neither is a word of a sentence
    r"""pass(?:word|phrase)[\w-]{0,64}:[ \t+]{1,8}(?=\S(?-i:[a-z._-]{0,64}[^a-z._\s"',;)-]))([^\s"',;]{6,})""",
    (
        rf"(?:\w[_-](?:{_NAME})|session(?:id|key|token)|secretaccesskey|accesskeyid|signintoken)"
        r"[\w-]{0,64}:[ \t+]{1,8}(?=\S(?-i:[a-z~+/=._-]{0,64}[A-Z0-9]))([\w.~+/=-]{8,})"
    ),
    # token value, and token: value, where the value has small and capital letters and digits
    rf"""(?:{_NAME})\w{{0,16}}[\s:+]{{1,8}}["'`]?{_MIXED}([\w+/=.-]{{12,}})""",
    (
        rf"^[\w-]{{0,64}}?(?:{_NAME})[\w-]{{0,64}}:[ \t+]{{0,8}}"
        r"(?=\S(?-i:[a-z._-]{0,64}[^a-z._-]))(\S{6,}+)[ \t\r]{0,8}$"
    ),
    # <SecretAccessKey>value</SecretAccessKey>, as AWS writes them; <key>name</key><string>value
    rf"<[\w:-]{{0,64}}?(?:{_NAME})[^<>]{{0,64}}>\s{{0,64}}(?:<!\[CDATA\[(.[^\]]*)|([^<\s][^<]*))",
    rf"(?:{_NAME})[\w.-]{{0,64}}</(?:th|td|dt|key)>\s{{0,64}}<(?:td|dd|string)>([^<]+)",
    # Cookie: value, a line of its own, as HTTP writes it
    (
        r"""^[\w-]{0,64}?(?:cookie|authorization|api-key|-token|(?:access|customer|private)-key|-secret|-signature"""
        r"""|-credential|x-amz-mfa):[ \t]{0,64}((?:="[^"\r\n]*+"|[^\r\n"'\\])+)"""
    ),
    # Bearer value, unless the next word is one of a sentence or of a challenge; Base64 is not all small letters
    (
        r"\b(?:Bearer|(?:Basic|Negotiate)(?=[\s+]{1,8}(?-i:[a-z.~/_-]{0,512}[A-Z0-9=])))[\s+]{1,8}"
        rf"""(?!(?:{_WORDS})(?:[\s,;:!?="']|\.?$))([\w.~+/=-]+)"""
    ),
    # https://user:password@host
    r"""://([^\s/?#@"'<>:]{0,256}:[^\s/?#@"'<>]{1,256})@""",
    # JSON Web Tokens, access key ids, session tokens
    r"(?<![\w-])((?-i:eyJ)[\w-]{4}[\w.-]*)",
    rf"({_KEY_ID})",
    r"(?<![\w/])((?-i:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|FQoDYXdz)[\w+/=-]*)",
    # A secret access key after the id: 40 characters, or fewer where it is cut off
    rf"{_KEY_ID}[^A-Za-z0-9]{{1,16}}(?=[A-Za-z0-9]){_MIXED}({_BASE64}{{8,42}})",
    # Texts that are torn at the start: the rest of a secret before the name of the next, or on its own if it is long
    rf"""["'][\w-]{{0,64}}?(?:{_NAME})[\w-]{{0,64}}["']{_GAP},{_GAP}{_PREFIX}["']{_MIXED}([\w+/=.-]{{16,}})""",
    (
        rf"""(?<![\w+/=.~"'-]){_NOT_A_WORD}([\w+/=.~-]{{8,256}}+)"""
        rf"""(?=["'][,)\]}}\s+]{{1,64}}[(\[{{\s]{{0,64}}{_PREFIX}["'][\w-]{{0,64}}?(?:{_NAME})|</[\w:-]{{0,64}}?(?:{_NAME}))"""
    ),
    rf"(?<![\w+/.~%?&=-]){_NOT_A_WORD}([\w+/.~%-]{{8,256}}+)(?=&[\w.-]{{0,64}}?(?:{_NAME})[\w.-]{{0,64}}=)",
    rf"(?<![\w+/=]){_MIXED}([A-Za-z0-9+/=]{{96,}})",
)
_UNNAMED_SECRET_KEY: Final = (
    rf"(?<![A-Za-z0-9/=]){_MIXED}({_BASE64}{{40,42}}(?![A-Za-z0-9+/=])|{_BASE64}{{8,42}}(?=(?:\.{{3}}|…)?\Z))"
)
"""A secret access key by its looks, cut off where the text is; they count beside an access key id or session token."""
_BESIDE_SECRET_KEYS: Final = rf"{_KEY_ID}|session[-_]?token|security[-_]?token|session[-_]?key"


class SecretText(str):
    """Text that holds a secret: a `str` like any other, whose `repr` is masked.

    Its items and slices are secrets too, since tracebacks show `text[:80]`; its other methods give plain text. JSON
    writes it as text, and a pickle keeps its type, so that it stays masked in another process. A library that looks
    for exactly `str` takes `plain(text)`.
    """

    __slots__ = ()

    def __getitem__(self, key: SupportsIndex | slice, /) -> "SecretText":
        return SecretText(str.__getitem__(self, key))

    def __repr__(self) -> str:
        return repr(MASK)


class SecretBytes(bytes):
    """Bytes that hold a secret: `bytes` like any others, whose `repr` is masked; see `SecretText`.

    Their slices are secrets too; an item is a number.
    """

    __slots__ = ()

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> "SecretBytes": ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> "int | SecretBytes":
        found = bytes.__getitem__(self, key)
        return found if isinstance(found, int) else SecretBytes(found)

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
    """Return the text with secrets masked, in whatever encoding, and no longer than 2,000 characters."""
    return shortened(masked_start(text), text)


def masked_start(text: str) -> str:
    """Return the first 8,000 characters of a text, in which secrets are masked."""
    # What lies far beyond the cut cannot show; a margin lets a secret that straddles the cut be found whole.
    searched = text[: 4 * _SHOWN_CHARACTERS]
    shown: list[str] = []
    end = 0
    for first, last in _secret_spans(searched):
        if last > end:
            shown += (searched[end:first], MASK) if first > end or not shown else ()
            end = last
    shown.append(searched[end:])
    return "".join(shown)


def shortened(shown: str, text: str) -> str:
    """Return 2,000 characters of what is shown of a text, which says so if there is more."""
    if len(shown) <= _SHOWN_CHARACTERS and len(text) <= 4 * _SHOWN_CHARACTERS:
        return shown
    return f"{shown[:_SHOWN_CHARACTERS]}… ({len(text)} characters in all)"


def _secret_spans(text: str) -> list[tuple[int, int]]:
    """Where the secrets of a text begin and end, in order; they may overlap."""
    from openapi_client._encodings import readings  # noqa: PLC0415 - loaded for errors alone

    patterns, key, beside = _compiled_patterns()
    spans: set[tuple[int, int]] = set()
    for reading in readings(text):
        for pattern in (*patterns, key) if beside.search(reading.text) else patterns:
            spans.update(reading.span(*found.span(found.lastindex or 0)) for found in pattern.finditer(reading.text))
    # What has been masked before, and a bracket or a mark behind it, is left alone.
    return sorted((first, last) for first, last in spans if not re.fullmatch(r"(?:\*{3}\W{0,3})?", text[first:last]))


@cache
def _compiled_patterns() -> tuple[list[re.Pattern[str]], re.Pattern[str], re.Pattern[str]]:
    """The patterns, made when first wanted: they take longer than all else that this package does when imported."""
    flags = re.IGNORECASE | re.DOTALL | re.MULTILINE
    compiled = [re.compile(pattern, flags) for pattern in (*_PATTERNS, _UNNAMED_SECRET_KEY, _BESIDE_SECRET_KEYS)]
    return compiled[:-2], compiled[-2], compiled[-1]


def without_inner_frames(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the frames below a function out of the tracebacks of its errors, since their locals hold its arguments.

    An error that is not an `OpenApiException` may be a mistake in this package: it gets a note that names the frames.
    """

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> R:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - raised again below
            failure = _without_frames(error)
            if error.__suppress_context__:
                # It is not shown, but pickled by libraries that pickle all of an error, as dask does.
                error.__context__ = None
            elif error.__context__ is not None:
                _free_contexts(error, sys._getframe())
        # Emptied, not deleted: some formatters of tracebacks, such as cgitb, look for every parameter.
        args, kwargs = (), {}
        try:
            raise failure
        finally:
            # A traceback that holds a frame that holds the error would live until the next garbage collection.
            del failure

    return cast("Callable[P, R]", guarded)


def name_frames(error: BaseException, noted: BaseException) -> None:
    """Add a note that names the innermost frames of an error, by file, line and function, and shows no locals.

    Args:
        error: The error whose traceback will not be seen; it may have such a note from a function further down.
        noted: The error that gets the note: the same, or one that stands for it.
    """
    frames: deque[str] = deque(maxlen=_NAMED_FRAMES)
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        if code.co_filename != __file__:
            frames.append(f'  File "{_file_of(at.tb_frame)}", line {at.tb_lineno}, in {code.co_name}')
        at = at.tb_next
    # Errors of users may take no notes, such as those that are frozen dataclasses.
    with suppress(Exception):
        known = [note for note in getattr(error, "__notes__", ()) if note.startswith(_LEFT_OUT)]
        if (frames or known) and (noted is not error or not known):
            noted.add_note(known[0] if known else "\n".join((_LEFT_OUT, *frames)))


def _file_of(frame: FrameType) -> str:
    """The file of a frame below the folder that its module is found in, which is nobody's business."""
    parts = frame.f_code.co_filename.replace("\\", "/").split("/")
    depth = str(frame.f_globals.get("__name__")).count(".") + 1
    return "/".join(parts[-depth - (parts[-1] == "__init__.py") :])


def _without_frames(error: Exception) -> Exception:
    if not getattr(error, "_is_explained", False):
        name_frames(error, error)
    return error.with_traceback(None)


def _free_contexts(error: Exception, frame: FrameType | None) -> None:
    """Do the same for the errors that were being handled when an error was raised below a frame."""
    callers = set()
    while frame is not None:
        callers.add(frame)
        frame = frame.f_back
    context = error.__context__
    # What a caller is handling is the caller's, and those without a traceback have been here before.
    while isinstance(context, Exception) and context.__traceback__ and context.__traceback__.tb_frame not in callers:
        _without_frames(context)
        context = context.__context__


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
