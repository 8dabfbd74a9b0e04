"""ApiClient: one call, from its arguments to an answer."""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast

from openapi_client import __version__
from openapi_client._answers import add_data, decode
from openapi_client._authentication import authenticate, request_headers
from openapi_client._bearer import Bearer, Settings, answered
from openapi_client._conversion import Types
from openapi_client._forms import to_plain
from openapi_client._late_names import late_names
from openapi_client._masking import SecretText, without_inner_frames
from openapi_client._media_types import select_header_accept, select_header_content_type
from openapi_client._parameters import CollectionFormats, Files, Parameters, file_fields, fill_path, to_pairs
from openapi_client._threads import making, thread_pool
from openapi_client.api_response import ApiResponse
from openapi_client.configuration import Configuration
from openapi_client.endpoint import Endpoint, Form, RequestOptions
from openapi_client.exceptions import ApiException
from openapi_client.model_utils import ModelNormal

if TYPE_CHECKING:
    from multiprocessing.pool import ThreadPool

    from urllib3 import BaseHTTPResponse

    from openapi_client.aws.sharing import ClientKeys
    from openapi_client.rest import RESTClientObject, RESTResponse
    from openapi_client.rest.limits import RequestTimeout
else:
    __getattr__ = late_names(__name__, "openapi_client.exceptions", "openapi_client.rest")

__all__ = ["ApiClient", "Endpoint", "RequestOptions"]


class ApiClient:
    """One call, from its arguments to an answer. A context manager, which closes its connections at the end.

    Args:
        configuration: Where the registry is and how to talk to it; a copy of the default unless given.
        header_name: A header to send with every request.
        header_value: The header's value.
        cookie: A cookie to send with every request.
        pool_threads: How many calls with `async_req=True` may be under way at once.

    Attributes:
        configuration: Where the registry is and how to talk to it.
        default_headers: The headers that every request has.
        cookie: The cookie that every request has.
        pool_threads: How many calls with `async_req=True` may be under way at once.
    """

    _default: ClassVar["ApiClient | None"] = None

    def __init__(
        self,
        configuration: Configuration | None = None,
        header_name: str | None = None,
        header_value: str | None = None,
        cookie: str | None = None,
        pool_threads: int = 1,
    ) -> None:
        self.configuration: Configuration = Configuration.get_default_copy() if configuration is None else configuration
        self.default_headers: dict[str, str] = {"User-Agent": f"openapi-client/{__version__}/python"}
        if header_name is not None:
            self.default_headers[header_name] = header_value or ""
        self.cookie = cookie
        self.pool_threads = pool_threads
        self._make_own()

    def _make_own(self) -> None:
        """What belongs to this object in this process, and is neither copied nor pickled."""
        self._rest_client: RESTClientObject | None = None
        self._pool: ThreadPool | None = None
        self._pool_process = 0
        self._of_thread = threading.local()
        self._last_headers: tuple[object, tuple[dict[str, str], list[tuple[str, Any]]]] = (None, ({}, []))
        self._bearer = Bearer()
        self._shared_keys: ClientKeys | None = None

    def __getstate__(self) -> dict[str, Any]:
        own = {"_rest_client", "_pool", "_pool_process", "_of_thread", "_last_headers", "_bearer", "_shared_keys"}
        return {name: value for name, value in self.__dict__.items() if name not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make_own()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the threads of `async_req` when their calls are done, and closes the connections."""
        pool, self._pool = self._pool, None
        if pool and self._pool_process == os.getpid():
            pool.close()
            pool.join()
        if self._rest_client:
            self._rest_client.close()

    @classmethod
    def set_default(cls, default: "ApiClient | None") -> None:
        """Sets the client that API objects use when they are built without one; None for a new one each."""
        ApiClient._default = default

    @classmethod
    def get_default(cls) -> "ApiClient":
        """The client that was set as the default, otherwise a new one."""
        return cls() if ApiClient._default is None else ApiClient._default

    @property
    def rest_client(self) -> "RESTClientObject":
        """What sends requests; made when first wanted, from the Configuration as it is then."""
        made = self._rest_client
        if made is None:
            with making:
                # urllib3 is loaded when first wanted; under the lock, since a fork waits for that, not for an import.
                from openapi_client.rest import RESTClientObject  # noqa: PLC0415 - loaded when first wanted

                made = self._rest_client = self._rest_client or RESTClientObject(self.configuration)
        return made

    @rest_client.setter
    def rest_client(self, value: "RESTClientObject") -> None:
        self._rest_client = value

    @property
    def pool(self) -> "ThreadPool":
        """The threads of `async_req`, made when first wanted."""
        with making:
            if self._pool is None or self._pool_process != os.getpid():
                self._pool, self._pool_process = thread_pool(self.pool_threads, self), os.getpid()
            return self._pool

    @property
    def last_response(self) -> "RESTResponse | BaseHTTPResponse | None":
        """The last answer that the calling thread got, unread if it asked for that, or None."""
        return getattr(self._of_thread, "last_response", None)

    @last_response.setter
    def last_response(self, value: "RESTResponse | BaseHTTPResponse | None") -> None:
        self._of_thread.last_response = value

    @property
    def user_agent(self) -> str:
        """The `User-Agent` header."""
        return self.default_headers["User-Agent"]

    @user_agent.setter
    def user_agent(self, value: str) -> None:
        self.default_headers["User-Agent"] = value

    def set_default_header(self, header_name: str, header_value: str) -> None:
        """Sets a header that every request has."""
        self.default_headers[header_name] = header_value

    @without_inner_frames
    def call_api(
        self,
        resource_path: str,
        method: str,
        path_params: Parameters | None = None,
        query_params: Parameters | None = None,
        header_params: Mapping[str, Any] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        files: Files = None,
        response_type: Types | None = None,
        auth_settings: Sequence[str] | None = None,
        async_req: bool | None = None,
        _return_http_data_only: bool | None = None,
        collection_formats: CollectionFormats = None,
        _preload_content: bool = True,
        _request_timeout: "RequestTimeout" = None,
        _host: str | None = None,
        _check_type: bool | None = None,
        _content_type: str | None = None,
        _request_auths: Sequence[Mapping[str, str]] | None = None,
        *,
        _error_types: Mapping[int, type[ModelNormal]] | None = None,
        _form: Form = "data",
    ) -> Any:
        """Sends one request and gives its answer.

        Args:
            resource_path: The path below the host, with `{name}` where a parameter belongs.
            method: The HTTP method.
            path_params: Values for the path.
            query_params: Values for the query.
            header_params: Headers for this call.
            body: The body: models, and whatever JSON has a form for.
            post_params: The fields of a form.
            files: Open files to send with the form, by the field's name.
            response_type: The types that the answer may be of, in the generator's notation; None if it is not wanted.
            auth_settings: The names of the security schemes that the operation admits.
            async_req: Whether to give a handle at once, whose `get()` waits for what this call would give otherwise.
            _return_http_data_only: Whether to give the data alone; otherwise `(data, status, headers)`.
            collection_formats: How to write lists among the parameters: `csv`, `ssv`, `tsv`, `pipes` or `multi`.
            _preload_content: Whether to read the answer; otherwise it is urllib3's, for the caller to read and release.
            _request_timeout: Seconds for the whole call, or a pair of them: to connect, and for the next byte.
            _host: The address, instead of the configured one.
            _check_type: False takes values of the wrong type in the answer as they are.
            _content_type: The body's Content-Type.
            _request_auths: How to prove who is asking, instead of what is configured.
            _error_types: The models of answers without success, by status.
            _form: Whether to give the data, an `ApiResponse`, or the unread answer whatever its status.

        Raises:
            ApiException: The registry refused, or no whole answer came.
            ApiTypeError: An argument, or a value in the answer, is of the wrong type.
            ApiValueError: The request cannot be sent, or the answer is not what it should be.
        """
        host = self.configuration.host if _host is None else _host
        if collection_formats:
            header_params = dict(to_pairs(header_params, collection_formats))
        if _content_type:
            header_params = {**(header_params or {}), "Content-Type": _content_type}
        path = resource_path
        if path_params:
            safe = self.configuration.safe_chars_for_path_param
            path = fill_path(resource_path, path_params, collection_formats, safe)
        pairs = to_pairs(query_params, collection_formats) if query_params else ()
        fields = [*to_pairs(post_params, collection_formats), *file_fields(files)] if post_params or files else None
        plain = body if body is None else to_plain(body)
        url = SecretText(host.rstrip("/") + path)

        # Who is asking, and whatever else is configured, is settled now, however late a thread may send it.
        who = self._bearer.known(self.configuration, auth_settings, _request_auths)
        headers, query = self._headers(header_params, () if callable(who) else who)

        def send(auths: Settings) -> Any:
            sent, asked = (dict(headers), [*pairs, *query]) if auths else (headers, [*pairs, *query])
            authenticate(sent, asked, auths)
            request = (method, url, asked, sent, plain, fields)
            if _form == "unread":
                return self.rest_client.open(*request, _request_timeout)
            return self.rest_client.request(*request, _preload_content, _request_timeout)

        def perform() -> Any:
            try:
                answer = answered(who, send) if callable(who) else send(())
            except ApiException as error:
                add_data(error, _error_types or {})
                raise
            if _form == "unread" or not _preload_content:
                self.last_response = answer
                return answer
            response = self._decoded(answer, response_type, _check_type)
            if _form == "info":
                return response
            return response.data if _return_http_data_only else (response.data, response.status_code, response.headers)

        # On a thread of the pool it begins a traceback of its own.
        return self.pool.apply_async(without_inner_frames(perform)) if async_req else perform()

    def _headers(self, own: Mapping[str, Any] | None, auths: Settings) -> tuple[dict[str, str], list[tuple[str, Any]]]:
        """The headers of a request, and what its query has to prove who is asking."""
        if own:
            return request_headers(self.default_headers, self.cookie, own, auths)
        # With nothing of its own a request takes those of the last such one, unless what they are made of has changed.
        made_of = (self.default_headers.copy(), self.cookie, auths)
        last = self._last_headers
        if last[0] != made_of:
            last = self._last_headers = (made_of, request_headers(self.default_headers, self.cookie, None, auths))
        return last[1]

    def _decoded(self, answer: "RESTResponse", response_type: Types | None, check: bool | None) -> ApiResponse[Any]:
        self.last_response = answer
        raw, data = cast("bytes", answer.data), None
        if response_type:
            answer.data = answer.text()
            data = self.deserialize(answer, response_type, check)
        return ApiResponse(status_code=answer.status, data=data, raw_data=raw, headers=answer.headers)

    def deserialize(self, response: Any, response_type: Types, _check_type: bool | None = True) -> Any:
        """The values that an answer stands for.

        Args:
            response: The answer, whose `data` is JSON as text or bytes.
            response_type: The types that it may be of, in the generator's notation, as `(CredentialResponse,)`.
            _check_type: False takes values of the wrong type as they are.

        Raises:
            ApiTypeError: A value is of the wrong type.
            ApiMissingPropertyError: A required property is absent.
            ApiValueError: The answer is no JSON, or a text in it is no time where one is wanted.
        """
        return decode(response.data, response_type, check=_check_type is not False)

    sanitize_for_serialization: Final = staticmethod(to_plain)
    select_header_accept: Final = staticmethod(select_header_accept)
    select_header_content_type: Final = staticmethod(select_header_content_type)
