"""Parameters of a request: from Python values to the names and texts that an address, a header or a form holds."""

import mimetypes
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import IO, Any, Final, cast
from urllib.parse import quote

from openapi_client._forms import to_plain
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiTypeError, ApiValueError

Parameters = Mapping[str, Any] | Iterable[tuple[str, Any]]
CollectionFormats = Mapping[str, str] | None
File = IO[bytes] | str | bytes | tuple[str, bytes]
Files = Mapping[str, File | Sequence[File | None] | None] | None

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
    """Return the form fields for files.

    Args:
        files: By the field's name, one file or a list of them: an open file, which is read and closed; the path of a
            file; bytes; or a pair of a name and bytes. None among them is passed over.

    Raises:
        ApiTypeError: If a file is given in another form.
        ApiValueError: If a file is closed, or no file can have its path.
    """
    fields: list[tuple[str, tuple[str, bytes, str]]] = []
    for name, given in (files or {}).items():
        pair = isinstance(given, tuple) and all(isinstance(part, (str, bytes)) for part in given)
        for file in given if isinstance(given, (list, tuple)) and not pair else [given]:
            if file is not None:
                filename, data = _named_bytes(name, file)
                kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
                fields.append((name, (filename, data, kind)))
    return fields


def _named_bytes(name: str, file: Any) -> tuple[str, bytes]:
    """The file's name and what it holds."""
    if isinstance(file, str):
        from openapi_client._user_folders import user_path  # noqa: PLC0415 - loaded when first wanted

        return PurePath(file).name, Path(user_path(file, f"The file given as {name!r}")).read_bytes()
    if isinstance(file, bytes):
        return name, file
    if isinstance(file, tuple):
        filename, data = file
        return filename, data
    if not hasattr(file, "read"):
        raise ApiTypeError(f"Expected a file, a path, bytes or (name, bytes), not {type(file).__name__},", [name])
    if file.closed:
        raise ApiValueError(f"The file given as {name!r} is closed; it must be open for reading")
    with file:
        return PurePath(str(file.name)).name, file.read()
