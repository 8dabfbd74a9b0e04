"""ApiClient: one call, from its arguments to an answer."""

import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from openapi_client import __version__
from openapi_client._answers import add_data, decode
from openapi_client._authentication import authenticate, request_headers
from openapi_client._bearer import Bearer, Settings, answered
from openapi_client._conversion import Types
from openapi_client._forms import to_plain
from openapi_client._generated_client import (
    GeneratedClient,
    both_forms,
    made_by_itself,
    replaced_rest_client,
    undecorated,
    update_by_override,
)
from openapi_client._generated_decoding import deserialize_text
from openapi_client._header_forms import find_headers
from openapi_client._late_names import late_names
from openapi_client._masking import without_inner_frames
from openapi_client._media_types import select_header_accept, select_header_content_type
from openapi_client._parameters import CollectionFormats, Files, Parameters
from openapi_client._seams import Parts, replaced_verb, takes, verb_arguments
from openapi_client._threads import finish, making, thread_pool
from openapi_client.api_response import ApiResponse
from openapi_client.configuration import Configuration
from openapi_client.endpoint import CALL_PARTS, MEDIA_PARTS, Endpoint, Form, RequestOptions
from openapi_client.exceptions import ApiException
from openapi_client.model_utils import ModelNormal, file_type

if TYPE_CHECKING:
    from multiprocessing.pool import ThreadPool

    from urllib3 import BaseHTTPResponse

    from openapi_client.aws.sharing import ClientKeys
    from openapi_client.rest import RESTClientObject, RESTResponse
    from openapi_client.rest.limits import RequestTimeout
else:
    __getattr__ = late_names(__name__, "openapi_client.exceptions", "openapi_client.rest")

__all__ = ["ApiClient", "Endpoint", "RequestOptions"]

_FILE: Final = (file_type,)
_SUCCESS: Final = range(200, 300)


class ApiClient(GeneratedClient):
    """One call, from its arguments to an answer. A context manager, which closes its connections at the end.

    Args:
        configuration: Where the registry is and how to talk to it; a copy of the default unless given.
        header_name: A header to send with every request.
        header_value: The header's value.
        cookie: A cookie to send with every request.
        pool_threads: How many calls with `async_req=True` may be under way at once.

    Attributes:
        default_headers: The headers that every request has. The arguments are attributes too.
    """

    OWN_PARTS: ClassVar[Parts | None] = None
    """The methods that an `Endpoint` calls, as they are unless a program overrides or patches them."""

    _default: ClassVar["ApiClient | None"] = None
    _default_follows: ClassVar["tuple[ApiClient, Configuration] | None"] = None

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
        self.client_side_validation: bool = self.configuration.client_side_validation
        self._rest_client: RESTClientObject | None
        self._make_own()
        # A test may have patched `openapi_client.rest.RESTClientObject` while a client is constructed, and no longer.
        self._rest_client = replaced_rest_client(self.configuration)

    def _make_own(self) -> None:
        """What belongs to this object in this process, and is neither copied nor pickled."""
        self._rest_client = None
        self._answer_type: type | None = None
        self._pool: ThreadPool | None = None
        self._pool_process = 0
        self._of_thread = threading.local()
        self._last_headers: tuple[object, tuple[dict[str, str], list[tuple[str, Any]]]] = (None, ({}, []))
        self._bearer = Bearer()
        self._shared_keys: ClientKeys | None = None

    def __getstate__(self) -> dict[str, Any]:
        own = {
            "_rest_client",
            "_answer_type",
            "_pool",
            "_pool_process",
            "_of_thread",
            "_last_headers",
            "_bearer",
            "_shared_keys",
        }
        # A REST client that a program has replaced, or replaced a part of, goes along: nothing is sent past it.
        usual = self._rest_client is None or made_by_itself(self._rest_client, self.configuration)
        own -= set() if usual else {"_rest_client"}
        return {name: value for name, value in self.__dict__.items() if name not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._make_own()
        self.__dict__.update(state)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the threads of `async_req` when their calls are done, and closes the connections."""
        pool, self._pool = self._pool, None
        if pool and self._pool_process == os.getpid():
            finish(pool)
        # What a program uses in its place may have nothing to close.
        if close := getattr(self._rest_client, "close", None):
            close()

    @classmethod
    def set_default(cls, default: "ApiClient | None") -> None:
        """Set the client that API objects use when they are built without one; None for a new one each."""
        ApiClient._default, ApiClient._default_follows = default, None

    @classmethod
    def get_default(cls) -> "ApiClient":
        """Return the default client: the one that was set, otherwise one that follows the default Configuration.

        The latter is made once, and made anew when another default Configuration is set. API objects use it too.
        """
        current = cls.current_default()
        if current is None:
            configuration = Configuration.get_default()
            current = ApiClient._default = cls(configuration)
            ApiClient._default_follows = (current, configuration)
        return current

    @classmethod
    def current_default(cls) -> "ApiClient | None":
        """Return the default client, or None if there is no such client, or it follows an earlier Configuration."""
        current, follows = ApiClient._default, ApiClient._default_follows
        if follows is not None and follows[0] is current and follows[1] is not Configuration.get_default():
            return None
        return current

    @property
    def rest_client(self) -> "RESTClientObject":
        """What sends requests; made when first wanted, from the Configuration as it is then."""
        made = self._rest_client
        if made is None:
            with making:
                # urllib3 is loaded when first wanted; under the lock, since a fork waits for that, not for an import.
                from openapi_client.rest import RESTClientObject, RESTResponse  # noqa: PLC0415 - loaded when first wanted

                self._answer_type = RESTResponse
                made = self._rest_client = self._rest_client or RESTClientObject(self.configuration)
        return made

    @rest_client.setter
    def rest_client(self, value: "RESTClientObject") -> None:
        self._rest_client = value

    @rest_client.deleter
    def rest_client(self) -> None:
        # `unittest.mock.patch.object` deletes what it has set, to end the patch.
        self._rest_client = None

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

    @both_forms
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
        _request_auths: Sequence[Mapping[str, str]] | None = None,
        _content_type: str | None = None,
        *,
        _error_types: Mapping[int, type[ModelNormal]] | None = None,
        _form: Form = "data",
    ) -> Any:
        """Send one request and return its answer.

        A program may call it in the form of the later line too, `call_api(method, url, header_params, body,
        post_params, _request_timeout)`. It then gets the answer as a `RESTResponse`, whatever its status.

        Args:
            resource_path: The path below the host, with `{name}` where a parameter belongs.
            method: The HTTP method.
            path_params: Values for the path.
            query_params: Values for the query.
            header_params: Headers for this call. A dict that is not empty gets the client's headers added.
            body: The body: models, and whatever JSON has a form for.
            post_params: The fields of a form.
            files: Files to send with the form, by the field's name: open files, paths, bytes, or names and bytes.
            response_type: The types that the answer may be of, in the generator's notation; None if it is not wanted.
            auth_settings: The names of the security schemes that the operation admits.
            async_req: Whether to return a handle at once, whose `get()` waits for the result.
            _return_http_data_only: Whether to return the data alone; otherwise `(data, status, headers)`.
            collection_formats: How to write lists among the parameters: `csv`, `ssv`, `tsv`, `pipes` or `multi`.
            _preload_content: Whether to read the answer; otherwise it is urllib3's, for the caller to read and release.
            _request_timeout: Seconds for the whole call, or a pair of them: to connect, and for the next byte.
            _host: The address, instead of the configured one.
            _check_type: False takes values of the wrong type in the answer as they are.
            _request_auths: How to prove who is asking, instead of what is configured.
            _content_type: The body's Content-Type.
            _error_types: The models of answers without success, by status.
            _form: Whether to return the data, an `ApiResponse`, or the unread answer whatever its status.

        Raises:
            ApiException: If the registry refused, or no whole answer came.
            ApiTypeError: If an argument, or a value in the answer, is of the wrong type.
            ApiValueError: If the request cannot be sent, or the answer is not what it should be.
        """
        if header_params or _content_type:
            header_params = self._given_headers(header_params, collection_formats, _content_type)
        url = self._address(resource_path, path_params, collection_formats, _host)
        pairs = self.parameters_to_tuples(query_params, collection_formats) if query_params else []
        fields = self._form_fields(post_params, files, collection_formats) if post_params or files else []
        plain = body if body is None else self.sanitize_for_serialization(body)

        # Who is asking, and whatever else is configured, is settled now, however late a thread may send it.
        sent_anyway = (self.default_headers, header_params)
        who = self._bearer.known(self.configuration, auth_settings, _request_auths, sent_anyway)
        own_auth = _OWN_PARTS.in_place(self) or "update_params_for_auth" not in _OWN_PARTS.replaced(self)
        settled = who if own_auth and not callable(who) else ()
        headers, query = self._headers(header_params, settled, has_body=plain is not None)

        def send(auths: Settings) -> Any:
            # Fresh objects for each request, since what sends it may change what it is handed.
            sent, asked = dict(headers), [*pairs, *query]
            if own_auth:
                authenticate(sent, asked, auths)
            else:
                given = auths or _request_auths or ()
                update_by_override(self, sent, asked, auth_settings, resource_path, method, plain, given)
            if _form == "unread" and self._sends_itself(method):
                return self.rest_client.open(method, url, asked, sent, plain, fields, _request_timeout)
            return self.request(
                method,
                url,
                query_params=asked,
                headers=sent,
                post_params=fields,
                body=plain,
                _preload_content=_preload_content and _form != "unread",
                _request_timeout=_request_timeout,
            )

        def perform() -> Any:
            try:
                answer = answered(who, send) if callable(who) else send(())
                if _form == "unread" or not _preload_content:
                    self.last_response = answer
                    return answer
                response = self._decoded(answer, response_type, _check_type)
            except ApiException as error:
                add_data(error, _error_types or {})
                raise
            if _form == "info":
                return response
            return response.data if _return_http_data_only else (response.data, response.status_code, response.headers)

        # On a thread of the pool it begins a traceback of its own.
        return self.pool.apply_async(without_inner_frames(perform)) if async_req else perform()

    _call: ClassVar[Any] = undecorated(call_api)

    def request(
        self,
        method: str,
        url: str,
        query_params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        post_params: Parameters | None = None,
        body: Any = None,
        _preload_content: bool = True,
        _request_timeout: "RequestTimeout" = None,
    ) -> Any:
        """Send one request by `rest_client`, or by what a program has put in its place.

        Every call goes through this method. A program may override it, or replace it on the object, to sign requests.

        Args:
            method: The HTTP method.
            url: The address, without the query.
            query_params: The query, as names and values.
            headers: The headers.
            post_params: The fields of a form.
            body: Values for a JSON body; text or bytes for a body of another Content-Type.
            _preload_content: Whether to read the answer; otherwise it is urllib3's, for the caller to read and release.
            _request_timeout: Seconds for the whole call, or a pair of them, to connect and for the next byte.

        Raises:
            OpenApiException: If the request cannot be sent, its status is not one of success, or no whole answer came.
        """
        rest_client = self.rest_client
        given = {"headers": headers, "body": body, "post_params": post_params, "_request_timeout": _request_timeout}
        send = replaced_verb(rest_client, method)
        if send is not None:
            given |= {"query_params": query_params, "_preload_content": _preload_content}
            return send(url, **verb_arguments(method, given))
        # Wrappers with the signature of either line are handed what both have, and the rest only where it is needed.
        if query_params:
            given["query_params"] = query_params
        if not _preload_content:
            if not takes(rest_client.request, "_preload_content"):
                answer = rest_client.request(method, url, **given)
                return getattr(answer, "response", answer)
            given["_preload_content"] = False
        return rest_client.request(method, url, **given)

    def _sends_itself(self, method: str) -> bool:
        """Whether nothing between here and the wire has been replaced."""
        from openapi_client.rest.client import OWN_PARTS  # noqa: PLC0415 - loaded when first wanted

        rest_client = self.rest_client
        if "request" in _OWN_PARTS.replaced(self) or not OWN_PARTS.in_place(rest_client):
            return False
        return replaced_verb(rest_client, method) is None

    def _headers(
        self, own: Mapping[str, Any] | None, auths: Settings, *, has_body: bool
    ) -> tuple[dict[str, str], list[tuple[str, Any]]]:
        """The headers of a request, and what its query has to prove who is asking."""
        if own:
            return request_headers(self.default_headers, self.cookie, own, auths, has_body=has_body)
        # With nothing of its own a request takes those of the last such one, unless what they are made of has changed.
        made_of = (self.default_headers.copy(), self.cookie, auths, has_body)
        last = self._last_headers
        if last[0] != made_of:
            headers = request_headers(self.default_headers, self.cookie, None, auths, has_body=has_body)
            last = self._last_headers = (made_of, headers)
        return last[1]

    def _decoded(self, answer: "RESTResponse", response_type: Types | None, check: bool | None) -> ApiResponse[Any]:
        self.last_response = answer
        if type(answer) is not self._answer_type or answer.status not in _SUCCESS:
            from openapi_client.rest.fake_answers import checked_answer  # noqa: PLC0415 - loaded when first wanted

            answer = checked_answer(answer)
        raw, data = answer.data, None
        if response_type:
            if response_type != _FILE:
                answer.data = answer.text()
            data = self.deserialize(answer, response_type, check)
        raw_data = raw.encode() if isinstance(raw, str) else raw
        return ApiResponse(status_code=answer.status, data=data, raw_data=raw_data, headers=answer.headers)

    @without_inner_frames
    def deserialize(
        self,
        response: Any,
        response_type: Any,
        _check_type: bool | str | None = True,
        *,
        content_type: str | None = None,
    ) -> Any:
        """Return the values that an answer stands for.

        A program may call it in the later line's form too, `deserialize(text, "CredentialResponse", content_type)`.

        Args:
            response: The answer, whose `data` is JSON as text or bytes.
            response_type: The types that it may be of, in the generator's notation, such as `(CredentialResponse,)`.
            _check_type: False takes values of the wrong type as they are.
            content_type: The type of the text, in the later form.

        Raises:
            ApiTypeError: If a value is of the wrong type.
            ApiValueError: If the answer is not JSON, or a text in it is not a time where one is wanted.
        """
        if isinstance(response, (str, bytes)) or not isinstance(response_type, tuple):
            media_type = _check_type if isinstance(_check_type, str) else content_type
            return deserialize_text(response, response_type, media_type)
        if response_type == _FILE:
            from openapi_client._downloads import deserialize_file  # noqa: PLC0415 - loaded when first wanted

            name = find_headers(response).get("Content-Disposition")
            return deserialize_file(response.data, self.configuration, name)
        return decode(response.data, response_type, check=_check_type is not False)

    sanitize_for_serialization: Final = staticmethod(to_plain)
    select_header_accept: Final = staticmethod(select_header_accept)
    select_header_content_type: Final = staticmethod(select_header_content_type)


ApiClient.OWN_PARTS = Parts(ApiClient, *CALL_PARTS, *MEDIA_PARTS)
_OWN_PARTS: Final = Parts(ApiClient, "request", "update_params_for_auth")
