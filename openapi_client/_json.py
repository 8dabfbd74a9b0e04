"""JSON text to values and back, where whatever is wrong becomes one of our errors."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, NoReturn

from openapi_client._masking import without_traceback
from openapi_client.exceptions import ApiTypeError, ApiValueError


def parse_json(text: str) -> Any:
    """The value that a JSON text stands for.

    Raises:
        ApiValueError: It is no JSON (RFC 8259 admits neither NaN nor Infinity), or nested too deeply to be read.
    """
    try:
        if text.startswith("{"):
            # An object without white space around it, as an answer mostly is, needs no look for any.
            value, end = _DECODER.raw_decode(text)
            if end == len(text):
                return value
        return _DECODER.decode(text)
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
    """The text that the bytes stand for.

    Raises:
        ApiValueError: They are not in this encoding, or there is none of this name.
    """
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        cause: Exception = UnicodeDecodeError(error.encoding, b"", error.start, error.end, error.reason)
        problem = f"byte {error.start} is wrong ({error.reason})"
    except LookupError as error:
        cause = error
        problem = "there is no such encoding"
    except ValueError as error:
        # Codecs for other uses, as `undefined`, have errors of their own, which may hold the data.
        cause = ValueError(f"{type(error).__name__}, its text withheld")
        problem = "it is none that texts are in"
    data = b""
    raise ApiValueError(f"The text is not in the encoding {encoding!r}: {problem}") from cause


def text_of(json_text: str | bytes | bytearray) -> str:
    """Return a JSON text as text, whether it is given so or as bytes in UTF-8.

    Raises:
        ApiTypeError: If it is neither text nor bytes.
        ApiValueError: If the bytes are not UTF-8.
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
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
