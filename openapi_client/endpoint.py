"""Endpoint: what the document says of one operation, as a value that can be called."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypedDict, TypeVar, overload

from openapi_client._authentication import masked, merge_headers
from openapi_client._conversion import convert
from openapi_client._generated_endpoint import DEFAULTS, GeneratedEndpoint, call_through_override
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiTypeError, ApiValueError
from openapi_client.model_utils import ModelNormal

if TYPE_CHECKING:
    from openapi_client._seams import Parts
    from openapi_client.api_client import ApiClient
    from openapi_client.rest.limits import RequestTimeout

Body = TypeVar("Body", bound=ModelNormal)
Answer = TypeVar("Answer", bound=ModelNormal)
Form = Literal["data", "info", "unread"]


CALL_PARTS: Final = ("call_api", "param_serialize", "response_deserialize")
"""The methods of a client that a call goes through if a program has replaced one of them."""
MEDIA_PARTS: Final = ("select_header_accept", "select_header_content_type")
"""The methods of a client that name media types."""


class RequestOptions(TypedDict, total=False):
    """The keyword options of every operation.

    `_request_timeout`
        Seconds for the whole call, or a pair of them: to connect, and for the next byte.
    `_check_input_type`
        Whether the body's types are checked before it is sent. True unless given.
    `_check_return_type`
        Whether the answer's types are checked; otherwise values of the wrong type are taken as they are. True unless
        given.
    `_spec_property_naming`
        Whether texts in the body become times where these are wanted. False unless given.
    `_content_type`
        The body's Content-Type.
    `_host_index`
        0 for the configured host; the document names no other.
    `_headers`
        Headers for this call.
    `_request_auths`
        How to prove who is asking, instead of what is configured: settings as `Configuration.auth_settings()` has them.
    `_request_auth`
        The same, one setting.
    """

    _request_timeout: "RequestTimeout"
    _check_input_type: bool
    _check_return_type: bool
    _spec_property_naming: bool
    _content_type: str | None
    _host_index: int | None
    _headers: Mapping[str, str] | None
    _request_auths: list[dict[str, str]] | None
    _request_auth: dict[str, str] | None


_NONE: Final = type(None)
_OPTION_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "async_req": (bool, _NONE),
    "_return_http_data_only": (bool, _NONE),
    "_preload_content": (bool,),
    "_request_timeout": (object, bool),  # checked where it is used
    "_check_input_type": (bool,),
    "_check_return_type": (bool,),
    "_spec_property_naming": (bool,),
    "_content_type": (str, _NONE),
    "_host_index": (int, _NONE),
    "_headers": (Mapping, _NONE),
    "_request_auths": (list, _NONE),
    "_request_auth": (dict, _NONE),
}


_CALL_WITH_HTTP_INFO: Final = GeneratedEndpoint.call_with_http_info
_FACTS: Final = ("request_name", "request_type", "response_type", "error_types", "_names")


class Endpoint(GeneratedEndpoint, Generic[Body, Answer]):
    """What the document says of one operation. As an attribute of an API object it can be called.

    Each API object has endpoints of its own; a change of their `settings` takes effect for that object.

    Attributes:
        settings: The operation in the generator's terms: `response_type`, `auth`, `endpoint_path`, `operation_id`,
            `http_method` and `servers`. A change takes effect at the next call.
        request_name: The name of the argument that the body is given as.
        request_type: The model of the body.
        response_type: The model of an answer of success.
        error_types: The models of other answers, by status.
    """

    def __init__(
        self,
        *,
        operation_id: str,
        http_method: str,
        path: str,
        request_name: str,
        request_type: type[Body],
        response_type: type[Answer],
        error_types: Mapping[int, type[ModelNormal]],
        auth: tuple[str, ...],
        api: Any = None,
    ) -> None:
        self.settings: dict[str, Any] = {
            "response_type": (response_type,),
            "auth": [*auth],
            "endpoint_path": path,
            "operation_id": operation_id,
            "http_method": http_method,
            "servers": None,
        }
        self.request_name = request_name
        self.request_type = request_type
        self.response_type = response_type
        self.error_types = error_types
        self._names: list[str] = []
        self._api = api

    def __set_name__(self, owner: type, name: str) -> None:
        self._names.append(name)

    def __get__(self, api: Any, owner: type | None = None) -> "Endpoint[Body, Answer]":
        if api is None:
            return self
        bound: dict[str, Endpoint[Body, Answer]] = api.__dict__.setdefault("_endpoints", {})
        if self.operation_id not in bound:
            own = bound[self.operation_id] = object.__new__(type(self))
            settings = {**self.settings, "auth": [*self.settings["auth"]]}
            own.__dict__.update({name: vars(self)[name] for name in _FACTS}, settings=settings, _api=api)
        return bound[self.operation_id]

    @property
    def operation_id(self) -> str:
        """The document's name for the operation."""
        name: str = self.settings["operation_id"]
        return name

    @property
    def http_method(self) -> str:
        """The HTTP method."""
        method: str = self.settings["http_method"]
        return method

    @property
    def path(self) -> str:
        """The path below the host."""
        path: str = self.settings["endpoint_path"]
        return path

    @property
    def auth(self) -> tuple[str, ...]:
        """The names of the security schemes, any of which will do."""
        return tuple(self.settings["auth"])

    @property
    def api_client(self) -> "ApiClient | None":
        """The client that a call goes through; None for the operation as such."""
        client: ApiClient | None = self._api and self._api.api_client
        return client

    def __call__(self, *args: Body | Mapping[str, Any], **options: Any) -> Any:
        """Call the operation, with the arguments and options of the method that is named like it."""
        if self._api is None:
            raise ApiTypeError("An endpoint is called as an attribute of an API object, which knows the client")
        given = (*args, *([options.pop(self.request_name)] if self.request_name in options else []))
        if len(given) != 1:
            raise ApiTypeError(f"{self.operation_id} takes one body, {self.request_name!r}, not {len(given)}")
        return self.call(self._api, given[0], options)

    @overload
    def call(self, api: Any, body: Body | Mapping[str, Any], options: Mapping[str, Any]) -> Answer: ...
    @overload
    def call(self, api: Any, body: Body | Mapping[str, Any], options: Mapping[str, Any], form: Form) -> Any: ...
    @without_inner_frames
    def call(self, api: Any, body: Body | Mapping[str, Any], options: Mapping[str, Any], form: Form = "data") -> Any:
        """Send the body and return the answer.

        Args:
            api: The API object that the call is made for.
            body: The body, or a mapping of the same shape.
            options: Those of `RequestOptions`, and the three that change what is returned. They are taken out of a
                dict, so that no traceback shows a secret among them.
            form: Whether to return the decoded data, an `ApiResponse`, or urllib3's unread answer whatever its status.

        Raises:
            ApiTypeError: If the body or an option is of the wrong type, or there is no such option.
            ApiValueError: If the body or an option cannot be meant.
            ApiException: If the registry refused, or no whole answer came.
        """
        patched = self._api is None and type(self).call_with_http_info is not _CALL_WITH_HTTP_INFO
        if (patched or len(api.__dict__) > 1) and (endpoint := self._of(api, make=patched)) is not self:
            if patched or not isinstance(endpoint, Endpoint) or "call_with_http_info" in endpoint.__dict__:
                return endpoint.call_with_http_info(**{**DEFAULTS, self.request_name: body, **options})
            return endpoint.call(api, body, options, form)
        client: ApiClient = api.api_client
        taken = self._options(options) if options else {}
        settings = self.settings
        if type(body) is not self.request_type and taken.get("_check_input_type", True):
            body = self._converted(body, parse=taken.get("_spec_property_naming", False))
        host = self._host(client, taken.get("_host_index"))
        headers = taken.get("_headers")
        own: Parts | None = getattr(type(client), "OWN_PARTS", None)
        overridden = own is None or not own.in_place(client)
        if overridden or "headers_map" in self.__dict__:
            content_type = taken.get("_content_type")
            headers = {**(headers or {}), **({"Content-Type": content_type} if content_type else {})}
            headers = self.media_headers(client, headers, body)
        if overridden and (own is None or not own.replaced(client).isdisjoint(CALL_PARTS)):
            return call_through_override(self, client, body, headers or {}, taken, host, form)
        return client._call(
            settings["endpoint_path"],
            settings["http_method"],
            None,
            None,
            headers,
            body=body,
            response_type=settings["response_type"],
            auth_settings=settings["auth"],
            async_req=taken.get("async_req"),
            _return_http_data_only=taken.get("_return_http_data_only", True),
            _preload_content=taken.get("_preload_content", True) and form != "unread",
            _request_timeout=taken.get("_request_timeout"),
            _host=host,
            _check_type=taken.get("_check_return_type", True),
            _content_type=taken.get("_content_type"),
            _request_auths=taken.get("_request_auths") or taken.get("_request_auth"),
            _error_types=self.error_types,
            _form=form,
        )

    def _of(self, api: Any, *, make: bool) -> Any:
        """The endpoint that an API object has by now: its own, or what a program has put in its place."""
        own = self.__get__(api) if make else api.__dict__.get("_endpoints", {}).get(self.operation_id, self)
        return next((api.__dict__[name] for name in self._names if name in api.__dict__), own)

    @without_inner_frames
    def _options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options, checked, their secrets masked in tracebacks."""
        taken = dict(options)
        if isinstance(options, dict):
            options.clear()
        for name, value in taken.items():
            types = _OPTION_TYPES.get(name)
            if types is None:
                raise ApiTypeError(f"{self.operation_id} has no argument {name!r}")
            if not isinstance(value, types) or (isinstance(value, bool) and int in types):
                names = " or ".join("None" if kind is _NONE else kind.__name__ for kind in types)
                raise ApiTypeError(f"Expected {names}, not {type(value).__name__},", [name], types)
        if taken.get("_headers"):
            taken["_headers"] = merge_headers(taken["_headers"])
        if taken.get("_request_auth"):
            taken["_request_auth"] = [taken["_request_auth"]]
        for name in ("_request_auth", "_request_auths"):
            if taken.get(name):
                if not all(isinstance(setting, Mapping) for setting in taken[name]):
                    raise ApiTypeError("Expected a dict for each setting,", [name], (dict,))
                taken[name] = [masked(setting) for setting in taken[name]]
        return taken

    @without_inner_frames
    def _converted(self, body: Any, *, parse: bool) -> Any:
        """The body as the model that the operation takes."""
        return convert(body, (self.request_type,), (self.request_name,), parse=parse)

    def _host(self, client: "ApiClient", index: int | None) -> str:
        """The address that the operation is at."""
        configuration, servers = client.configuration, self.settings["servers"]
        if index is None:
            index = configuration.server_operation_index.get(self.settings["operation_id"])
        if servers:
            variables = configuration.server_operation_variables.get(self.operation_id, configuration.server_variables)
            return configuration.get_host_from_settings(index or 0, variables=variables, servers=servers)
        if index and isinstance(index, int):
            raise ApiValueError(f"There is no host {index}: the document names one, whose index is 0", ["_host_index"])
        return configuration.host
