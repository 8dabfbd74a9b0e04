"""Secrets in printed forms: the types that mask them, and the patterns that find them in text from elsewhere."""

import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Final, ParamSpec, SupportsIndex, TypeVar, overload

P = ParamSpec("P")
R = TypeVar("R")

MASK: Final = "***"

_SHOWN_CHARACTERS: Final = 2000

_NAME: Final = (
    # A name that says something about tokens, such as `token_type`, is not a secret's.
    r"secret|token(?![-_]?(?:type|ur[il]|endpoint))|passw|passphrase|\bpwd|\bjwt|credential|authori[sz]ation|cookie|signature"
    r"|api[-_]?key|access[-_]?key|private[-_]?key|customer-key|console[-_]?session|session[-_]?(?:url|id|key)"
    r"|(?<![\w-])session(?==)|signin|x-amz-mfa|canonicalrequest|client[-_]?assertion"
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
    # ("name", "value") and ["name", "value"], as headers are listed; {"name": "name", "value": "value"}
    rf"""\({_GAP}{_PREFIX}["'][\w-]{{0,64}}?(?:{_NAME})[\w-]{{0,64}}["']{_GAP},{_GAP}{_QUOTED}""",
    (
        rf"""\[{_GAP}["'][\w-]{{0,64}}?(?:{_NAME})[\w-]{{0,64}}["']{_GAP},{_GAP}"""
        rf"""(?=["'](?-i:(?:\\.|[^"A-Z0-9+/=]){{0,64}}[A-Z0-9+/=])){_QUOTED}"""
    ),
    rf"""(?:{_NAME})[\w.-]{{0,64}}["']{_GAP},{_GAP}["']value["']{_GAP}:{_GAP}{_QUOTED}""",
    # name="value" and name: "value"; a quotation mark after which something else begins ends a text around the name
    rf"""(?:{_NAME})[\w.%-]{{0,64}}\s{{0,8}}[:=]\s{{0,8}}(?!["']\s{{0,64}}(?:[,:}}\]][\s"'\[\]{{}}]|[,:}}\]]?\Z)){_QUOTED}""",
    # name=value, as forms and query strings write it
    rf"""(?:{_NAME})[\w.%\[\]-]{{0,64}}\s{{0,8}}=\s{{0,8}}([^\s&"'<>;,]+)""",
    # name: value without quotation marks, where neither is a word of a sentence
    (
        rf"(?:password|passphrase|\w[_-](?:{_NAME})|session(?:id|key|token)|secretaccesskey|accesskeyid|signintoken)"
        r"[\w-]{0,64}:[ \t+]{1,8}(?=\S(?-i:[a-z~+/=._-]{0,64}[A-Z0-9]))([\w.~+/=-]{8,})"
    ),
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
    r"(?<![\w+/])((?-i:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|FQoDYXdz)[\w+/=-]*)",
    # A secret access key after the id: 40 characters, or fewer where it is cut off
    rf"{_KEY_ID}[^A-Za-z0-9]{{1,16}}{_MIXED}({_BASE64}{{8,42}})",
    # Texts that are torn at the start: the rest of a secret before the name of the next, or on its own if it is long
    rf"""["'][\w-]{{0,64}}?(?:{_NAME})[\w-]{{0,64}}["']{_GAP},{_GAP}{_PREFIX}["']{_MIXED}([\w+/=.-]{{16,}})""",
    (
        rf"""(?<![\w+/=.~"'-]){_NOT_A_WORD}([\w+/=.~-]{{8,256}}+)"""
        rf"""(?=["'][,)\]}}\s+]{{1,64}}[(\[{{\s]{{0,64}}{_PREFIX}["'][\w-]{{0,64}}?(?:{_NAME})|</[\w:-]{{0,64}}?(?:{_NAME}))"""
    ),
    rf"(?<![\w+/.~%?&=-]){_NOT_A_WORD}([\w+/.~%-]{{8,256}}+)(?=&[\w.-]{{0,64}}?(?:{_NAME})[\w.-]{{0,64}}=)",
    rf"(?<![\w+/=]){_MIXED}([A-Za-z0-9+/=]{{96,}})",
)
_UNNAMED_SECRET_KEY: Final = rf"(?<![A-Za-z0-9/=]){_MIXED}({_BASE64}{{40,42}})(?![A-Za-z0-9+/=])"
"""A secret access key by its looks, which count in a text that holds an access key id or names a session token."""
_BESIDE_SECRET_KEYS: Final = rf"{_KEY_ID}|session[-_]?token|security[-_]?token|session[-_]?key"


class SecretText(str):
    """Text that holds a secret: itself wherever it is used, masked wherever its `repr` is shown, as in a traceback.

    Its items and slices are secrets too, since tracebacks show `text[:80]`; its other methods give plain text.
    """

    __slots__ = ()

    def __getitem__(self, key: SupportsIndex | slice, /) -> "SecretText":
        return SecretText(str.__getitem__(self, key))

    def __repr__(self) -> str:
        return repr(MASK)


class SecretBytes(bytes):
    """Bytes that hold a secret: themselves wherever they are used, masked wherever their `repr` is shown.

    Their slices are secrets too; an item is a number, as of all bytes.
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


def is_secret_name(name: object) -> bool:
    """Whether a property of this name, declared nowhere, is to be taken for a secret."""
    return isinstance(name, str) and re.search(_NAME, name, re.IGNORECASE) is not None


def without_secrets(text: str) -> str:
    """Return the text as it may be shown: secrets masked in whatever encoding, and no longer than 2,000 characters."""
    # What lies far beyond the cut cannot show; a margin lets a secret that straddles the cut be found whole.
    searched = text[: 4 * _SHOWN_CHARACTERS]
    shown: list[str] = []
    end = 0
    for first, last in _secret_spans(searched):
        if last > end:
            shown += (searched[end:first], MASK) if first > end or not shown else ()
            end = last
    shown.append(searched[end:])
    masked = "".join(shown)
    if len(masked) <= _SHOWN_CHARACTERS and len(text) <= 4 * _SHOWN_CHARACTERS:
        return masked
    return f"{masked[:_SHOWN_CHARACTERS]}… ({len(text)} characters in all)"


def _secret_spans(text: str) -> list[tuple[int, int]]:
    """Where the secrets of a text begin and end, in order; they may overlap."""
    from openapi_client._encodings import readings  # noqa: PLC0415 - loaded for errors alone

    patterns, key, beside = _compiled_patterns()
    spans: set[tuple[int, int]] = set()
    for reading in readings(text):
        for pattern in (*patterns, key) if beside.search(reading.text) else patterns:
            spans.update(reading.span(*found.span(found.lastindex or 0)) for found in pattern.finditer(reading.text))
    return sorted(span for span in spans if span[0] < span[1])


@cache
def _compiled_patterns() -> tuple[list[re.Pattern[str]], re.Pattern[str], re.Pattern[str]]:
    """The patterns, made when first wanted: they take longer than all else that this package does when imported."""
    flags = re.IGNORECASE | re.DOTALL | re.MULTILINE
    compiled = [re.compile(pattern, flags) for pattern in (*_PATTERNS, _UNNAMED_SECRET_KEY, _BESIDE_SECRET_KEYS)]
    return compiled[:-2], compiled[-2], compiled[-1]


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
