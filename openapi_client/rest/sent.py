"""The secrets that were sent with a request, found again wherever a server repeats them."""

import re
from collections.abc import Iterable
from typing import Any, Final

from openapi_client._authentication import NO_SECRETS
from openapi_client._masking import MASK, SecretText

_SHORTEST: Final = 8


def secret_words(sent: Iterable[tuple[str, Any]]) -> list[str]:
    """The secrets among headers, queries and fields of forms, as a server may repeat them, longer ones first."""
    from openapi_client._encodings import encoded_forms  # noqa: PLC0415 - loaded for errors alone

    words: set[str] = set()
    for name, text in sent:
        if isinstance(text, SecretText) and name.lower() not in NO_SECRETS:
            # Of `Bearer x` it is the x, and of a cookie `session=x` too.
            words |= {str(text), text.rpartition(" ")[2], *re.findall(r"=([^;\s]+)", text)}
    long_enough = {word for word in words if len(word) >= _SHORTEST}
    return sorted({form for word in long_enough for form in encoded_forms(word)}, key=len, reverse=True)


def hide(text: str, words: Iterable[str]) -> str:
    """The text with each of these words masked."""
    for word in words:
        text = text.replace(word, MASK)
    return text
