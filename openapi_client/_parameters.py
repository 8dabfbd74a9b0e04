"""Parameters of a request: from Python values to the names and texts that an address, a header or a form holds."""

import mimetypes
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import IO, Any, Final, cast
from urllib.parse import quote

from openapi_client._forms import to_plain
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiValueError

Parameters = Mapping[str, Any] | Iterable[tuple[str, Any]]
CollectionFormats = Mapping[str, str] | None
Files = Mapping[str, Sequence[IO[bytes] | None] | None] | None

_DELIMITERS: Final = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|"}


def items_of(parameters: Parameters) -> Iterable[tuple[str, Any]]:
    """The names and values, in whichever of the two forms they are given."""
    return cast("Mapping[str, Any]", parameters).items() if isinstance(parameters, Mapping) else parameters


def to_pairs(parameters: Parameters | None, formats: CollectionFormats) -> list[tuple[str, Any]]:
    """Names and plain values; a list in the format that is given for its name.

    Args:
        parameters: The names and values.
        formats: For lists by their name: `csv`, `ssv`, `tsv`, `pipes` (one text), or `multi` (the name once for each).
    """
    pairs: list[tuple[str, Any]] = []
    for name, value in items_of(parameters or ()):
        plain = to_plain(value)
        kind = (formats or {}).get(name)
        if kind == "multi":
            pairs += ((name, item) for item in plain)
        elif kind:
            pairs.append((name, _DELIMITERS.get(kind, ",").join(map(str, plain))))
        else:
            pairs.append((name, plain))
    return pairs


@without_inner_frames
def encoded(function: Callable[..., str], *arguments: Any, **settings: Any) -> str:
    """What a function of urllib.parse makes of its arguments.

    Raises:
        ApiValueError: A text among them holds half of a surrogate pair, which UTF-8 has no form for.
    """
    with suppress(UnicodeEncodeError):
        return function(*arguments, **settings)
    # Raised here, outside the handler, since the original error, which holds the text, would stay its context.
    raise ApiValueError("A parameter holds half of a surrogate pair, which cannot be sent")


def fill_path(path: str, parameters: Parameters | None, formats: CollectionFormats, safe: str) -> str:
    """The path with `{name}` replaced by its value, percent-encoded but for the safe characters."""
    for name, value in to_pairs(parameters, formats):
        path = path.replace(f"{{{name}}}", encoded(quote, str(value), safe=safe))
    return path


def file_fields(files: Files) -> list[tuple[str, tuple[str, bytes, str]]]:
    """The form fields for open files, which are read and closed.

    Raises:
        ApiValueError: A file is closed.
    """
    fields: list[tuple[str, tuple[str, bytes, str]]] = []
    for name, opened in (files or {}).items():
        for file in opened or ():
            if file is None:
                continue
            if file.closed:
                raise ApiValueError(f"The file given as {name!r} is closed; it must be open for reading")
            with file:
                filename = PurePath(str(file.name)).name
                kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
                fields.append((name, (filename, file.read(), kind)))
    return fields
