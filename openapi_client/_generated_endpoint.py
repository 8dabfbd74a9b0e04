"""Tables of the generator's 6.x `Endpoint`, for old programs, and calls through the parts that programs override."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from openapi_client._answers import add_data
from openapi_client._bearer import Settings, answered
from openapi_client._conversion import is_model, none_type
from openapi_client._masking import without_inner_frames
from openapi_client.exceptions import ApiException, ApiTypeError

if TYPE_CHECKING:
    from openapi_client._seams import Parts
    from openapi_client.api_client import ApiClient
    from openapi_client.endpoint import Endpoint, Form

DEFAULTS: Final[Mapping[str, Any]] = {
    "async_req": False,
    "_return_http_data_only": True,
    "_preload_content": True,
    "_request_timeout": None,
    "_check_input_type": True,
    "_check_return_type": True,
    "_spec_property_naming": False,
    "_content_type": None,
    "_host_index": None,
    "_request_auths": None,
}
"""The options of an operation, as the generator's methods hand them on."""

_OPTION_TYPES: Final[Mapping[str, tuple[Any, ...]]] = {
    "async_req": (bool,),
    "_host_index": (none_type, int),
    "_preload_content": (bool,),
    "_request_timeout": (none_type, float, (float,), [float], int, (int,), [int]),
    "_return_http_data_only": (bool,),
    "_check_input_type": (bool,),
    "_check_return_type": (bool,),
    "_spec_property_naming": (bool,),
    "_content_type": (none_type, str),
    "_request_auths": (none_type, list),
}
_MEDIA_TYPE: Final = "application/json"


class GeneratedEndpoint:
    """The tables of the generator's `Endpoint`. Of these, a changed `headers_map` takes effect at the next call."""

    request_name: str
    request_type: type

    @cached_property
    def params_map(self) -> dict[str, list[str]]:
        """The names of the parameters: all of them, and those that are required or may be None."""
        return {
            "all": [self.request_name, *_OPTION_TYPES],
            "required": [self.request_name],
            "nullable": ["_request_timeout"],
            "enum": [],
            "validation": [],
        }

    @cached_property
    def headers_map(self) -> dict[str, list[str]]:
        """The media types of answers and of the body."""
        return {"accept": [_MEDIA_TYPE], "content_type": [_MEDIA_TYPE]}

    @cached_property
    def openapi_types(self) -> dict[str, tuple[Any, ...]]:
        """The types of the parameters."""
        return {self.request_name: (self.request_type,), **_OPTION_TYPES}

    @cached_property
    def attribute_map(self) -> dict[str, str]:
        """The names that parameters have on the wire; the operation has none but its body."""
        return {}

    @cached_property
    def location_map(self) -> dict[str, str]:
        """Where each parameter is sent."""
        return {self.request_name: "body"}

    @cached_property
    def collection_format_map(self) -> dict[str, str]:
        """How lists among the parameters are written; the operation has none."""
        return {}

    @cached_property
    def allowed_values(self) -> dict[tuple[str, ...], Any]:
        """The values that parameters may have; the document restricts none."""
        return {}

    @cached_property
    def validations(self) -> dict[tuple[str, ...], Any]:
        """The limits of parameters; the document states none."""
        return {}

    callable: Any = None

    @without_inner_frames
    def call_with_http_info(self, **options: Any) -> Any:
        """Call the operation with its body by keyword.

        Args:
            **options: The body, under the name of the argument, and the options of the operation.

        Raises:
            ApiTypeError: If the body is missing, or there is no such option.
            OpenApiException: Whatever the call raises.
        """
        if self.request_name not in options:
            raise ApiTypeError(f"Missing the required parameter {self.request_name!r}", [self.request_name])
        given = {name: value for name, value in options.items() if value is not None or name == self.request_name}
        return self(given.pop(self.request_name), **given)

    def media_headers(self, client: "ApiClient", given: Mapping[str, Any], body: Any) -> dict[str, Any]:
        """Return the headers of a request that name media types, and those that are given for the call."""
        names = {name.lower() for name in given}
        headers = dict(given)
        accept = client.select_header_accept(self.headers_map["accept"])
        if accept and "accept" not in names:
            headers["Accept"] = accept
        method = self.settings["http_method"]
        content_type = client.select_header_content_type(self.headers_map["content_type"], method, body)
        if content_type and "content-type" not in names:
            headers["Content-Type"] = content_type
        return headers

    if TYPE_CHECKING:
        settings: dict[str, Any]

        def __call__(self, *args: Any, **options: Any) -> Any: ...


@without_inner_frames
def call_through_override(
    endpoint: "Endpoint[Any, Any]",
    client: "ApiClient",
    body: Any,
    headers: dict[str, Any],
    options: Mapping[str, Any],
    host: str,
    form: "Form",
) -> Any:
    """Call an operation by what a program has put in the place of `ApiClient.call_api` or of a part of the later line.

    Args:
        endpoint: The operation.
        client: The client with the override.
        body: The body.
        headers: The headers for this call; the override may add to them.
        options: Those of the operation.
        host: The address.
        form: Whether to return the decoded data, an `ApiResponse`, or urllib3's unread answer whatever its status.

    Raises:
        OpenApiException: Whatever the override raises.
    """
    auths: Settings | None = options.get("_request_auths") or options.get("_request_auth")
    timeout = options.get("_request_timeout")
    data_only = options.get("_return_http_data_only", True)
    if _takes_later_form(client):
        unread = form == "unread" or not options.get("_preload_content", True)

        def perform() -> Any:
            answer = _call_in_later_form(endpoint, client, body, headers, auths, host, timeout, unread=unread)
            if unread or form == "info":
                return answer
            return answer.data if data_only else (answer.data, answer.status_code, answer.headers)

        return client.pool.apply_async(without_inner_frames(perform)) if options.get("async_req") else perform()
    # Whatever the generator's own call does not have is handed on only where it is wanted.
    further = {} if form == "data" else {"_form": form}
    settings = endpoint.settings
    try:
        return client.call_api(
            settings["endpoint_path"],
            settings["http_method"],
            {},
            [],
            headers,
            body=body,
            post_params=[],
            files={},
            response_type=settings["response_type"],
            auth_settings=settings["auth"],
            async_req=options.get("async_req", False),
            _check_type=options.get("_check_return_type", True),
            _return_http_data_only=data_only,
            _preload_content=options.get("_preload_content", True),
            _request_timeout=timeout,
            _host=host,
            _request_auths=auths,
            collection_formats={},
            **further,  # type: ignore[arg-type] # a name of `call_api`, and its value
        )
    except ApiException as error:
        add_data(error, endpoint.error_types)
        raise


def _takes_later_form(client: "ApiClient") -> bool:
    """Whether the parts that are overridden belong to the later line."""
    own: Parts | None = getattr(type(client), "OWN_PARTS", None)
    if own is not None and "call_api" not in own.replaced(client):
        return True
    from inspect import signature  # noqa: PLC0415 - dear to import, and seldom wanted

    try:
        return next(iter(signature(client.call_api).parameters), "") == "method"
    except (TypeError, ValueError):
        return False


def _call_in_later_form(
    endpoint: "Endpoint[Any, Any]",
    client: "ApiClient",
    body: Any,
    headers: dict[str, Any],
    auths: Settings | None,
    host: str,
    timeout: Any,
    *,
    unread: bool,
) -> Any:
    """An `ApiResponse`, or the unread answer."""
    settings = endpoint.settings
    types = {"200": settings["response_type"][0], **{str(key): kind for key, kind in endpoint.error_types.items()}}
    names = {status: kind.__name__ if is_model(kind) else kind for status, kind in types.items()}

    def send(settled: Settings) -> Any:
        request = client.param_serialize(
            method=settings["http_method"],
            resource_path=settings["endpoint_path"],
            path_params={},
            query_params=[],
            header_params=dict(headers),
            body=body,
            post_params=[],
            files={},
            auth_settings=settings["auth"],
            collection_formats={},
            _host=host,
            _request_auth=settled[0] if settled else None,
        )
        answer = client.call_api(*request, _request_timeout=timeout)
        if unread:
            return getattr(answer, "response", answer)
        answer.read()
        return client.response_deserialize(response_data=answer, response_types_map=names)

    who = client._bearer.known(client.configuration, settings["auth"], auths, (client.default_headers, headers))
    return answered(who, send) if callable(who) else send(auths or ())
