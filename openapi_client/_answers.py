"""What an answer says: its text as checked values, its errors with the reasons that the registry gave."""

from collections.abc import Mapping
from typing import Any

from openapi_client._conversion import Types, convert_json
from openapi_client._json import decode_text, parse_json
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiException, ApiTypeError, ApiValueError
from openapi_client.model_utils import ModelNormal


@without_inner_frames
def decode(data: str | bytes, types: Types, *, check: bool) -> Any:
    """The values that an answer stands for; a text that is not JSON stands for itself where text is wanted.

    Args:
        data: JSON, as text or in UTF-8.
        types: The types that the values may be of, in the generator's notation.
        check: Whether a value of another type is an error; otherwise it is taken as it is.

    Raises:
        ApiTypeError: A value is of the wrong type.
        ApiMissingPropertyError: A required property is absent.
        ApiValueError: The answer is no JSON, or a text in it is no time where one is wanted.
    """
    if not isinstance(data, (str, bytes, bytearray)):
        raise ApiTypeError(f"Expected text or bytes, not {type(data).__name__}, as an answer", (), (str, bytes))
    text = data if isinstance(data, str) else decode_text(bytes(data), "utf-8")
    try:
        values = parse_json(text)
    except ApiValueError as error:
        if str in types:
            return str(text)
        if not text.lstrip().startswith("<"):
            raise
        cause = error.__cause__
    else:
        return convert_json(values, types, ("received_data",), check=check)
    raise ApiValueError("The answer is a page, HTML or XML, and not JSON: a login or proxy page?") from cause


def add_data(error: ApiException, types: Mapping[int, type[ModelNormal]]) -> None:
    """Give an error its body as text and as parsed JSON, and as a model if its status has one that the body fits."""
    if isinstance(error.body, (bytes, bytearray)):
        # From the wire it is text; an error that a test raises may have bytes.
        error.body = error.body.decode("utf-8", "replace")
    if not isinstance(error.body, str):
        return
    try:
        if error.data is None:
            error.data = parse_json(error.body)
        kind = types.get(error.status or 0)
        if kind:
            error.data = decode(error.body, (kind,), check=True)
    except (ApiTypeError, ApiValueError):
        # A body of another shape is no error on top of the error: it is left as it is.
        return
