"""How an operation's methods are typed: once for all operations, with the options that change what is given."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, Unpack, overload

from openapi_client.api_response import ApiResponse
from openapi_client.endpoint import Answer, Body, Endpoint, Form, RequestOptions

if TYPE_CHECKING:
    from multiprocessing.pool import ApplyResult

    from urllib3 import BaseHTTPResponse

GivenForm = TypeVar("GivenForm")


class Call(Generic[Body, Answer]):
    """A method that gives the decoded data, unless one of three options asks for another form of it."""

    if TYPE_CHECKING:

        @overload
        def __call__(
            self,
            credentials_request: Body | Mapping[str, Any],
            *,
            async_req: Literal[False] = False,
            _return_http_data_only: Literal[True] = True,
            _preload_content: Literal[True] = True,
            **options: Unpack[RequestOptions],
        ) -> Answer: ...
        @overload
        def __call__(
            self,
            credentials_request: Body | Mapping[str, Any],
            *,
            async_req: Literal[False] = False,
            _return_http_data_only: Literal[False],
            _preload_content: Literal[True] = True,
            **options: Unpack[RequestOptions],
        ) -> tuple[Answer, int, Mapping[str, str]]: ...
        @overload
        def __call__(
            self,
            credentials_request: Body | Mapping[str, Any],
            *,
            async_req: Literal[False] = False,
            _return_http_data_only: bool = True,
            _preload_content: Literal[False],
            **options: Unpack[RequestOptions],
        ) -> "BaseHTTPResponse": ...
        @overload
        def __call__(
            self,
            credentials_request: Body | Mapping[str, Any],
            *,
            async_req: Literal[True],
            _return_http_data_only: Literal[True] = True,
            _preload_content: Literal[True] = True,
            **options: Unpack[RequestOptions],
        ) -> "ApplyResult[Answer]": ...
        @overload
        def __call__(
            self,
            credentials_request: Body | Mapping[str, Any],
            *,
            async_req: Literal[True],
            _return_http_data_only: Literal[False],
            _preload_content: Literal[True] = True,
            **options: Unpack[RequestOptions],
        ) -> "ApplyResult[tuple[Answer, int, Mapping[str, str]]]": ...
        @overload
        def __call__(
            self,
            credentials_request: Body | Mapping[str, Any],
            *,
            async_req: Literal[True],
            _return_http_data_only: bool = True,
            _preload_content: Literal[False],
            **options: Unpack[RequestOptions],
        ) -> "ApplyResult[BaseHTTPResponse]": ...
        @overload
        def __call__(
            self,
            credentials_request: Body | Mapping[str, Any],
            *,
            async_req: bool = False,
            _return_http_data_only: bool = True,
            _preload_content: bool = True,
            **options: Unpack[RequestOptions],
        ) -> Any: ...
        def __call__(self, credentials_request: Any, **options: Any) -> Any: ...


class FormCall(Generic[Body, GivenForm]):
    """A method that gives one form of an answer."""

    if TYPE_CHECKING:

        def __call__(
            self, credentials_request: Body | Mapping[str, Any], **options: Unpack[RequestOptions]
        ) -> GivenForm: ...


class Operation(Generic[Body, Answer]):
    """The type of an operation's method in its class; at run time it is the plain function."""

    if TYPE_CHECKING:
        endpoint: Endpoint[Body, Answer]
        __name__: str
        __qualname__: str

        @overload
        def __get__(self, api: None, owner: type) -> Self: ...
        @overload
        def __get__(self, api: object, owner: type) -> Call[Body, Answer]: ...
        def __get__(self, api: object, owner: type) -> Any: ...


class FormOperation(Generic[Body, GivenForm]):
    """The type of an operation's method that gives one form of an answer; at run time it is a plain function."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, api: None, owner: type) -> Self: ...
        @overload
        def __get__(self, api: object, owner: type) -> FormCall[Body, GivenForm]: ...
        def __get__(self, api: object, owner: type) -> Any: ...


def operation(endpoint: Endpoint[Body, Answer]) -> Callable[[Callable[..., Answer]], Operation[Body, Answer]]:
    """Types a function as the method of an operation, and leaves it the function that it is."""

    def mark(function: Any) -> Any:
        function.endpoint = endpoint
        return function

    return mark


def with_http_info(method: Operation[Body, Answer]) -> FormOperation[Body, ApiResponse[Answer]]:
    """The method that gives an `ApiResponse`: the data with the status, headers and raw bytes beside it."""
    gives = "An `ApiResponse`: what this gives otherwise is its `data`."
    typed: FormOperation[Body, ApiResponse[Answer]] = _in_form(method, "info", "_with_http_info", gives)
    return typed


def without_preload_content(method: Operation[Body, Answer]) -> "FormOperation[Body, BaseHTTPResponse]":
    """The method that gives urllib3's answer unread, whatever its status."""
    gives = "The answer as urllib3 has it, unread and whatever its status, for the caller to read and to release."
    typed: FormOperation[Body, BaseHTTPResponse] = _in_form(method, "unread", "_without_preload_content", gives)
    return typed


def _in_form(method: Operation[Any, Any], form: Form, suffix: str, gives: str) -> Any:
    endpoint = method.endpoint

    def call(self: Any, credentials_request: Any, **options: Unpack[RequestOptions]) -> Any:
        return endpoint.call(self, credentials_request, options, form)

    call.__name__ = f"{method.__name__}{suffix}"
    call.__qualname__ = f"{method.__qualname__}{suffix}"
    call.__module__ = method.__module__
    call.__doc__ = f"{gives}\n\n{method.__doc__}"
    return call
