"""Text from elsewhere as it is shown to people: nothing in it acts on a terminal or a page, and no secret shows."""

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

from openapi_client._masking import masked_start, shortened

T = TypeVar("T")

# Spaces of other widths do nothing but stand there.
_SPACES: Final = frozenset(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
_LINES: Final = frozenset("\n\t")
_NOTHING: Final[frozenset[str]] = frozenset()


def printable(text: str, *, lines: bool = False) -> str:
    r"""Return the text with whatever could act on a terminal or a page written out, such as `\x1b` and `\u202e`.

    Written out are control characters, which begin escape sequences; marks that turn the direction of writing, and
    other characters that do not show; separators of lines; and halves of surrogate pairs.

    Args:
        text: The text.
        lines: Whether line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    if lines:
        text = text.replace("\r\n", "\n")
    kept = _LINES if lines else _NOTHING
    return "".join(
        character if character.isprintable() or character in _SPACES or character in kept else repr(character)[1:-1]
        for character in text
    )


def shown(text: str, *, lines: bool = False) -> str:
    """Return the text as it may be shown: secrets masked, the rest printable, no more than 2,000 characters of it.

    Args:
        text: The text.
        lines: Whether line breaks and tabs stay.
    """
    return shortened(printable(masked_start(text), lines=lines), text)


def also_incomplete(show: Callable[[T], str]) -> Callable[[T], str]:
    """Have a `__repr__` name the class of an object that has no attributes yet, such as one under construction."""

    @wraps(show)
    def shown_or_named(self: T) -> str:
        try:
            return show(self)
        except (AttributeError, IndexError, KeyError):
            return f"<{type(self).__name__}, incomplete>"

    return shown_or_named
