"""Answers that programs make up, for tests above all, in the form that urllib3 gives them.

A `Mock`, a `SimpleNamespace` or a named tuple will do. It needs a `status`; `data`, `reason` and headers are read where
it has them.
"""

from typing import Any, NoReturn

import urllib3

from openapi_client._header_forms import find_headers
from openapi_client.exceptions import ApiException, ApiTypeError
from openapi_client.rest.reading import SUCCESS
from openapi_client.rest.response import RESTResponse


def checked_answer(answer: Any) -> RESTResponse:
    """Return an answer of a program's own making as a `RESTResponse`.

    Raises:
        ApiException: If its status is not one of success.
        ApiTypeError: If it is not an answer.
    """
    read = read_answer(answer)
    if read.status not in SUCCESS:
        refuse(read)
    return read


def read_answer(answer: Any) -> RESTResponse:
    """Return an answer as a `RESTResponse`, whatever its status.

    Raises:
        ApiTypeError: If it is not an answer.
    """
    if isinstance(answer, RESTResponse):
        return answer
    return RESTResponse(answer if isinstance(answer, urllib3.BaseHTTPResponse) else as_urllib3(answer))


def refuse(answer: RESTResponse, data: Any = None) -> NoReturn:
    """Raise the error for an answer of refusal.

    Raises:
        ApiException: Always, of the class that stands for the status.
    """
    raise ApiException.of_response(http_resp=answer, body=answer.lenient_text(), data=data)


def as_urllib3(answer: Any) -> urllib3.BaseHTTPResponse:
    """Return an answer as urllib3's, with its body already there.

    Args:
        answer: An answer with `status`, and perhaps `data` (bytes or text), `reason`, and `headers`, `getheaders()` or
            `getheader(name)`.

    Raises:
        ApiTypeError: If the status is not a number, or the body is neither bytes nor text.
    """
    status = getattr(answer, "status", None)
    if not isinstance(status, int):
        raise ApiTypeError(
            f"Expected an answer with a `status`, not {type(answer).__name__}: set `status` to a number such as 200",
            valid_classes=(int,),
        )
    data = getattr(answer, "data", b"")
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, (bytes, bytearray)):
        raise ApiTypeError(
            f"Expected bytes or text as the `data` of an answer, not {type(data).__name__}", ["data"], (bytes, str)
        )
    reason = getattr(answer, "reason", None)
    return urllib3.HTTPResponse(
        body=bytes(data),
        status=int(status),
        reason=reason if isinstance(reason, str) else None,
        headers={name: str(value) for name, value in find_headers(answer).items()},
    )
