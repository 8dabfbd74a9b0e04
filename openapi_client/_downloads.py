"""Downloads: the body of an answer as a file in the temporary folder."""

import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from io import BufferedReader, IOBase
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from urllib.parse import unquote

from openapi_client._json import encode_text
from openapi_client._user_folders import user_path

_EXTENDED: Final = re.compile(r"(?:^|[;\s])filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^\s;]+)", re.IGNORECASE)
_PLAIN: Final = re.compile(
    r"""(?:^|[;\s])filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE | re.DOTALL
)
_SEPARATORS: Final = re.compile(r"[\\/]")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_FORBIDDEN: Final = frozenset('<>:"|?*')
_LONGEST_NAME_BYTES: Final = 200
_LONGEST_SUFFIX_BYTES: Final = 20


class DownloadSettings(Protocol):
    """The part of a `Configuration` that a download needs."""

    @property
    def temp_folder_path(self) -> str | None:
        """The folder for downloads; None for the system's temporary folder."""


def is_download(types: Sequence[object]) -> bool:
    """Return whether a `response_type` asks for a file, as `(file_type,)` does."""
    return len(types) == 1 and types[0] is IOBase


def deserialize_file(
    response_data: str | bytes | bytearray, configuration: DownloadSettings, content_disposition: str | None = None
) -> BufferedReader:
    """Save the body of an answer in a new file that only this user may read, and open it.

    The file lies in `configuration.temp_folder_path` under the name that the server gave it, without any folders and
    without characters that a file system or a terminal could misread. A file that is there already is never replaced:
    the new one gets a name of its own. Close the file and remove it after use.

    Args:
        response_data: The body.
        configuration: The settings, of which `temp_folder_path` counts.
        content_disposition: The answer's `Content-Disposition` header.

    Raises:
        ApiValueError: If no folder can have such a path.
        OSError: If the folder does not exist or the file cannot be written.
    """
    body = encode_text(response_data) if isinstance(response_data, str) else response_data
    folder = Path(user_path(configuration.temp_folder_path or tempfile.gettempdir(), "temp_folder_path"))
    file, path = _new_file(folder, _file_name(content_disposition or ""))
    try:
        with file:
            file.write(body)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return path.open("rb")


def _new_file(folder: Path, name: str) -> tuple[BinaryIO, Path]:
    if name:
        path = folder / name
        # No link is followed and no file replaced: in a shared folder, another user may have put one there.
        with suppress(FileExistsError):
            return open(path, "xb", opener=_private), path
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - parts of a name, not of a path
    descriptor, made = tempfile.mkstemp(suffix, f"{stem}-" if stem else "default_", folder)
    return os.fdopen(descriptor, "wb"), Path(made)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _file_name(content_disposition: str) -> str:
    """The file name in a `Content-Disposition` header, made safe; empty if it has no name. RFC 6266, section 4.3."""
    if extended := _EXTENDED.search(content_disposition):
        given = unquote(extended[2], extended[1])
    elif plain := _PLAIN.search(content_disposition):
        quoted, single, token = plain.groups()
        # Some servers send a Windows path, in which a backslash escapes nothing.
        given = re.sub(r'\\(["\\])', r"\1", quoted) if quoted is not None else single or token or ""
    else:
        return ""
    last = _SEPARATORS.split(given)[-1]
    name = "".join(c for c in last if c.isprintable() and c not in _FORBIDDEN).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - parts of a name, not of a path
    suffix = _shortened(suffix, _LONGEST_SUFFIX_BYTES)
    return _shortened(stem, _LONGEST_NAME_BYTES - len(suffix.encode())) + suffix


def _shortened(text: str, limit_bytes: int) -> str:
    return text.encode()[:limit_bytes].decode(errors="ignore")
