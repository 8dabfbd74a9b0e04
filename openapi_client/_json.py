"""JSON text to values and back, where whatever is wrong becomes one of our errors."""

import codecs
import json
from collections.abc import Mapping
from contextlib import suppress
from math import isinf
from typing import Any, Final, NoReturn

from openapi_client._masking import without_traceback
from openapi_client.exceptions import ApiTypeError, ApiValueError

_MARK: Final = "\ufeff"
# Those of UTF-32 first: the mark of UTF-32 in little-endian order begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8"),
)
_ANY_MARK: Final = tuple(mark for mark, _ in _MARKS)


def parse_json(text: str) -> Any:
    """The value that a JSON text stands for.

    A byte order mark before it is ignored, as RFC 8259, section 8.1, admits.

    Raises:
        ApiValueError: If it is not JSON (RFC 8259 admits neither NaN nor Infinity), is nested too deeply to be read, or
            holds a number too large for a float, such as 1e400.
    """
    try:
        if text.startswith("{"):
            # An object without white space around it, as an answer mostly is, needs no look for any.
            value, end = _DECODER.raw_decode(text)
            if end == len(text):
                return value
        return _DECODER.decode(text.lstrip(_MARK))
    except (ValueError, RecursionError) as error:
        cause = _without_document(error)
    # Raised here, outside the handler, since the original error, which holds the whole text, would stay its context.
    text = ""
    raise ApiValueError(f"The text is not JSON that can be read: {cause}") from cause


def to_json(value: Any) -> str:
    """The JSON text of plain values.

    Raises:
        ApiValueError: The values hold something that JSON has no form for, as NaN.
    """
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        cause = without_traceback(error)
    value = None
    raise ApiValueError(f"The values have no form in JSON: {cause}") from cause


def decode_text(data: bytes, encoding: str) -> str:
    """Return the text that bytes stand for.

    Args:
        data: The bytes.
        encoding: The encoding that is stated or usual. A byte order mark overrides it.

    Raises:
        ApiValueError: If they are not in this encoding, or the encoding is unknown.
    """
    # A usual answer begins with a brace, and so has no mark.
    encoding = encoding if data[:1] == b"{" else marked_encoding(data) or encoding
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        cause: Exception = UnicodeDecodeError(error.encoding, b"", error.start, error.end, error.reason)
        problem = f"byte {error.start} is wrong ({error.reason})"
    except LookupError:
        # Python's own message repeats the name with whatever acts on a terminal.
        cause = LookupError(f"unknown encoding: {encoding!r}")
        problem = "there is no such encoding"
    except ValueError as error:
        # Codecs for other uses, as `undefined`, have errors of their own, which may hold the data.
        cause = ValueError(f"{type(error).__name__}, its text withheld")
        problem = "it is none that texts are in"
    data = b""
    raise ApiValueError(f"The text is not in the encoding {encoding!r}: {problem}") from cause


def marked_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark tells; None without a mark."""
    if not data.startswith(_ANY_MARK):
        return None
    return next(encoding for mark, encoding in _MARKS if data.startswith(mark))


def text_of(json_text: str | bytes | bytearray) -> str:
    """Return a JSON text as text, whether it is given so or as bytes.

    Args:
        json_text: The text; bytes are UTF-8, unless they begin with the byte order mark of UTF-16 or UTF-32.

    Raises:
        ApiTypeError: If it is neither text nor bytes.
        ApiValueError: If the bytes are not in this encoding.
    """
    if isinstance(json_text, str):
        return json_text
    if isinstance(json_text, (bytes, bytearray)):
        return decode_text(bytes(json_text), "utf-8")
    raise ApiTypeError(f"Expected a JSON text, not {type(json_text).__name__},", valid_classes=(str, bytes))


def stated(values: Mapping[str, Any], name: str) -> Any:
    """Return an optional member of a JSON object; None if it is absent or empty.

    Servers write "absent" as null, false, blank text, an empty list or an empty object. Zero is a value.
    """
    value = values.get(name)
    if isinstance(value, str):
        return value if value.strip() else None
    return None if value is False or value in ([], {}) else value


def encode_text(text: str) -> bytes:
    """The text in UTF-8.

    Raises:
        ApiValueError: It holds half of a surrogate pair, which UTF-8 has no form for.
    """
    with suppress(UnicodeEncodeError):
        return text.encode()
    text = ""
    # Raised here, outside the handler, since the original error, which holds the text, would stay its context.
    raise ApiValueError("The text holds half of a surrogate pair, which cannot be sent")


def _refuse_constant(name: str) -> NoReturn:
    raise ApiValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ApiValueError("a number is too large for a float")
    return number


def _without_document(error: Exception) -> BaseException:
    """The error without the text that it arose from, which a `JSONDecodeError` holds whole."""
    if isinstance(error, json.JSONDecodeError):
        copy = json.JSONDecodeError(error.msg, "", error.pos)
        copy.args = error.args
        copy.lineno, copy.colno = error.lineno, error.colno
        return copy
    return without_traceback(error)


# Made once: json.dumps and json.loads make theirs for each call that has settings.
_ENCODER: Final = json.JSONEncoder(allow_nan=False)
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
