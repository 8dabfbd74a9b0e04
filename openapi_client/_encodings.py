"""Encodings that text arrives in: percent, HTML and JSON, undone so that each character leads back to its place."""

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from json import dumps
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus

LAYERS: Final = 2
"""How many encodings on top of each other are undone."""

_PERCENT: Final = r"%(?:[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})"
_HTML: Final = r"&(?:#[0-9]{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)"
# Python's escapes are JSON's, and a few more.
_JSON: Final = r"""\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}|["'\\/bfnrt])"""
# One at a time, so that a value which holds a part of another encoding ends where it should; and all at once.
_ENCODINGS: Final = tuple(map(re.compile, (_PERCENT, _HTML, _JSON, f"{_PERCENT}|{_HTML}|{_JSON}")))
# The start of an encoded character, where a text is cut off.
_TORN: Final = re.compile(
    r"(?:%(?:[0-9A-Fa-f]|u[0-9A-Fa-f]{0,3})?|&#?[0-9A-Za-z]{0,31}|\\(?:u[0-9A-Fa-f]{0,3}|x[0-9A-Fa-f]?)?)\Z"
)
_SHORT_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Reading(NamedTuple):
    """A text with some encodings undone.

    Attributes:
        text: The text.
        places: Where each of its characters begins in the original, and at last where the original ends.
    """

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of this text stands for."""
        return self.places[start], self.places[end]


def readings(text: str) -> Iterator[Reading]:
    """A text as it stands, then with one encoding undone, then with two, in every order that makes a difference.

    There are at most 21, each at most as long as the text, so that the cost grows in proportion to it.
    """
    layer = [Reading(text, range(len(text) + 1))]
    seen = {text}
    yield layer[0]
    for _ in range(LAYERS):
        inner = [_decoded(reading, encoding) for reading in layer for encoding in _ENCODINGS]
        layer = []
        for reading in inner:
            if reading.text not in seen:
                seen.add(reading.text)
                layer.append(reading)
        yield from layer


def encoded_forms(text: str) -> set[str]:
    """A text as it may be repeated elsewhere: as it is, or in up to two of the encodings."""
    forms = {text}
    for _ in range(LAYERS):
        forms |= {form for known in forms for form in _encoded(known)}
    # Some write percent encoding in small letters.
    return forms | {re.sub(r"%(?:25)*[0-9A-F]{2}", lambda unit: unit[0].lower(), form) for form in forms}


def _encoded(text: str) -> tuple[str, ...]:
    return (
        quote(text, errors="replace"),
        quote(text, safe="", errors="replace"),
        quote_plus(text, errors="replace"),
        escape(text),
        dumps(text)[1:-1],
        dumps(text, ensure_ascii=False)[1:-1],
        dumps(text)[1:-1].replace("/", r"\/"),
    )


def _decoded(reading: Reading, encoding: re.Pattern[str]) -> Reading:
    text, places = reading
    if torn := _TORN.search(text):
        # What comes before it ends the text, and what is masked there masks it too.
        text, places = text[: torn.start()], [*places[: torn.start()], places[-1]]
    shown: list[str] = []
    found_at: list[int] = []
    end = 0
    for found in encoding.finditer(text):
        character = _character(found[0])
        if len(character) == 1:
            start = found.start()
            shown += (text[end:start], character)
            found_at += places[end : start + 1]
            end = found.end()
    return Reading("".join((*shown, text[end:])), [*found_at, *places[end:]])


def _character(unit: str) -> str:
    """The character that an encoded one stands for."""
    if unit[0] == "&":
        return unescape(unit)
    if len(unit) == 2:  # noqa: PLR2004 - a backslash and one character
        return _SHORT_ESCAPES.get(unit[1], unit[1])
    return chr(int(unit.lstrip("%\\xuU"), 16))
