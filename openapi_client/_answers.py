"""What an answer says: its text as checked values, its errors with the reasons that the registry gave."""

from collections.abc import Mapping
from typing import Any, Final

from openapi_client._conversion import Types, convert_json
from openapi_client._json import decode_text, parse_json, to_json
from openapi_client._masking import without_inner_frames
from openapi_client._unauthorized import add_advice
from openapi_client.exceptions import ApiException, ApiTypeError, ApiValueError, CredentialsException
from openapi_client.model_utils import ModelNormal

_OK: Final = 200


@without_inner_frames
def decode(data: str | bytes, types: Types, *, check: bool) -> Any:
    """The values that an answer stands for; a text that is not JSON stands for itself where text is wanted.

    Args:
        data: JSON, as text or in UTF-8.
        types: The types that the values may be of, in the generator's notation.
        check: Whether a value of another type is an error; otherwise it is taken as it is.

    Raises:
        CredentialsException: If the answer is not what it should be, and says that it is not one of success.
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
        if not text.lstrip("\ufeff \t\r\n").startswith("<"):
            raise
        cause = error.__cause__
    else:
        try:
            return convert_json(values, types, ("received_data",), check=check)
        except (ApiTypeError, ApiValueError) as error:
            # Read anew, since the conversion may have changed the values.
            failure = _stated_failure(parse_json(text))
            if failure is None:
                raise
            # Without keys an answer has another shape, which hides no reason.
            shape = error.with_traceback(None)
        raise CredentialsException(_OK, failure) from shape
    raise ApiValueError("The answer is a page, HTML or XML, and not JSON: a login or proxy page?") from cause


def _stated_failure(values: Any) -> str | None:
    """Return the reason that an answer states for having no success; None for any other answer."""
    status = values.get("status") if isinstance(values, dict) else None
    if not isinstance(status, dict) or status.get("success") is not False:
        return None
    return f"The registry gave no credentials: {stated_reason(status.get('details'))}"


def stated_reason(details: object) -> str:
    """Return the reason that an answer without success states, in whatever shape.

    Args:
        details: The `details` of its status.
    """
    stated = details if isinstance(details, str) or details is None else to_json(details)
    return stated if stated and stated.strip() else "it states no reason"


def add_data(error: ApiException, types: Mapping[int, type[ModelNormal]]) -> None:
    """Give an error its body as text and as parsed JSON, and as a model if its status has one that the body fits."""
    if isinstance(error.body, (bytes, bytearray)):
        # From the wire it is text; an error that a test raises may have bytes.
        error.body = error.body.decode("utf-8", "replace")
    if not isinstance(error.body, str):
        return
    add_advice(error)
    try:
        if error.data is None:
            error.data = parse_json(error.body)
        kind = types.get(error.status or 0)
        if kind:
            error.data = convert_json(parse_json(error.body), (kind,), ("received_data",), check=True)
    except (ApiTypeError, ApiValueError):
        # A body of another shape is no error on top of the error: it is left as it is.
        return
