"""Inner names and call forms of the generator's clients, 6.x and 7.x, on `ApiClient`: for old programs."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Final, ParamSpec, TypeVar, cast
from urllib.parse import quote

from openapi_client._authentication import authenticate
from openapi_client._bearer import Bearer, Settings
from openapi_client._forms import to_plain
from openapi_client._generated_decoding import PRIMITIVE_TYPES, native_types, response_type_of
from openapi_client._json import to_json
from openapi_client._login import BEARER, bearer_settings
from openapi_client._masking import SecretText, without_inner_frames
from openapi_client._parameters import CollectionFormats, Files, Parameters, file_fields, fill_path, items_of, to_pairs
from openapi_client._seams import METHODS
from openapi_client._servers import base_address
from openapi_client.api_response import ApiResponse

if TYPE_CHECKING:
    from openapi_client.api_client import ApiClient
    from openapi_client.configuration import Configuration
    from openapi_client.rest import RESTClientObject, RESTResponse
    from openapi_client.rest.limits import RequestTimeout

_SAFE_IN_COOKIE: Final = "!#$%&'()*+-./:<=>?@[]^_`{|}~"

P = ParamSpec("P")
R = TypeVar("R")


def both_forms(function: Callable[P, R]) -> Callable[P, R]:
    """Let `call_api` be called in the later line's form as well, which begins with an HTTP method."""

    @wraps(function)
    def call_api(*args: Any, **options: Any) -> Any:
        client, *others = args
        first = others[0] if others else options.get("method") if "url" in options else None
        if isinstance(first, str) and first.upper() in METHODS:
            return client._call_in_later_form(*others, **options)
        return cast("Any", function)(*args, **options)

    return without_inner_frames(cast("Callable[P, R]", call_api))


def undecorated(function: Any) -> Any:
    """Return the function below all decorators."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def replaced_rest_client(configuration: "Configuration") -> "RESTClientObject | None":
    """Return a client of what a program has put in the place of `openapi_client.rest.RESTClientObject`, or None."""
    rest, own = (sys.modules.get(f"openapi_client.{name}") for name in ("rest", "rest.client"))
    if rest is None or own is None or rest.RESTClientObject is own.RESTClientObject:
        return None
    replaced: RESTClientObject = rest.RESTClientObject(configuration)
    return replaced


def made_by_itself(rest_client: Any, configuration: "Configuration") -> bool:
    """Whether a REST client is what an `ApiClient` makes by itself, with no part of it replaced."""
    own = sys.modules.get("openapi_client.rest.client")
    return own is not None and type(rest_client) is own.RESTClientObject and bool(rest_client.is_usual(configuration))


def update_by_override(
    client: "ApiClient",
    headers: dict[str, str],
    queries: list[tuple[str, Any]],
    schemes: Sequence[str] | None,
    resource_path: str,
    method: str,
    body: Any,
    auths: Settings,
) -> None:
    """Have a program's own `update_params_for_auth` prove who is asking.

    Args:
        client: The client whose method has been overridden or replaced.
        headers: The headers, which the method may change.
        queries: The query, which the method may change.
        schemes: The names of the security schemes that the operation admits.
        resource_path: The path below the host.
        method: The HTTP method.
        body: The body, as JSON has it.
        auths: How to prove who is asking, where a token source or the caller says so.
    """
    from inspect import signature  # noqa: PLC0415 - dear to import, and seldom wanted

    names = signature(client.update_params_for_auth).parameters
    copies = [dict(setting) for setting in auths]
    later = "request_auth" in names and "request_auths" not in names
    given: dict[str, Any] = {"request_auth": copies[0]} if later and copies else {"request_auths": copies}
    given = given if copies else {}
    client.update_params_for_auth(headers, queries, schemes, resource_path, method, body, **given)


class _NativeTypes:
    """The types that a type's name may stand for; looked up in modules that are dear to import when asked for."""

    def __get__(self, client: object, owner: type) -> dict[str, type]:
        return native_types()


class GeneratedClient:
    """Methods and attributes of the generator's `ApiClient` that its own API classes, and some programs, use."""

    PRIMITIVE_TYPES: ClassVar[tuple[type, ...]] = PRIMITIVE_TYPES
    NATIVE_TYPES_MAPPING: ClassVar[_NativeTypes] = _NativeTypes()

    configuration: "Configuration"
    default_headers: dict[str, str]
    cookie: str | None
    _bearer: Bearer

    @without_inner_frames
    def param_serialize(
        self,
        method: str,
        resource_path: str,
        path_params: Parameters | None = None,
        query_params: Parameters | None = None,
        header_params: dict[str, Any] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        files: Files = None,
        auth_settings: Sequence[str] | None = None,
        collection_formats: CollectionFormats = None,
        _host: str | None = None,
        _request_auth: Mapping[str, str] | None = None,
    ) -> tuple[str, str, dict[str, Any], Any, Any]:
        """Return what the later form of `call_api` takes: method, address with query, headers, body, form fields.

        Args:
            method: The HTTP method.
            resource_path: The path below the host, with `{name}` where a parameter belongs.
            path_params: Values for the path.
            query_params: Values for the query.
            header_params: Headers for this call; the dict gets the client's headers added.
            body: The body: models, and whatever JSON has a form for.
            post_params: The fields of a form.
            files: Files to send with the form, by the field's name.
            auth_settings: The names of the security schemes that the operation admits.
            collection_formats: How to write lists among the parameters.
            _host: The address, instead of the configured one.
            _request_auth: How to prove who is asking, instead of what is configured.

        Raises:
            ApiValueError: If a value has no form that can be sent.
            AuthenticationException: If no token could be had.
        """
        headers = header_params or {}
        self._add_own_headers(headers)
        headers = dict(self.parameters_to_tuples(headers, collection_formats))
        url = self._address(resource_path, path_params, collection_formats, _host)
        fields = self._form_fields(post_params, files, collection_formats) if post_params or files else post_params
        queries = list(items_of(query_params or ()))
        self.update_params_for_auth(
            headers, queries, auth_settings, resource_path, method, body, request_auth=_request_auth
        )
        if queries:
            url = SecretText(f"{url}?{self.parameters_to_url_query(queries, collection_formats)}")
        return method, url, headers, to_plain(body), fields

    def _call_in_later_form(
        self,
        method: str,
        url: str,
        header_params: Mapping[str, str] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        _request_timeout: "RequestTimeout" = None,
    ) -> "RESTResponse":
        """Send one request and return its answer, whatever its status."""
        client = cast("ApiClient", self)
        rest_client = client.rest_client
        given: dict[str, Any] = {
            "headers": dict(header_params or {}),
            "body": body,
            "post_params": post_params,
            "_request_timeout": _request_timeout,
        }
        if client._sends_itself(method):
            client.last_response = rest_client.answer(method, url, **given)
        else:
            client.last_response = client.request(method, url, **given)
        return cast("RESTResponse", client.last_response)

    @without_inner_frames
    def response_deserialize(
        self, response_data: object, response_types_map: Mapping[str, Any] | None = None
    ) -> ApiResponse[Any]:
        """Return the values that an answer stands for, with its status and headers.

        Args:
            response_data: The answer.
            response_types_map: The name of the type for each status, such as `{"200": "Status", "4XX": "object"}`.

        Raises:
            ApiException: If the status is not one of success; its `data` is the value for its status.
            ApiTypeError: If a value is of the wrong type.
            ApiValueError: If the answer is not JSON, or a text in it is not a time where one is wanted.
        """
        from openapi_client.rest.fake_answers import read_answer, refuse  # noqa: PLC0415 - loaded when first wanted

        answer = read_answer(response_data)
        success = answer.status in range(200, 300)
        kind = response_type_of(answer.status, response_types_map or {})
        raw = answer.data.encode() if isinstance(answer.data, str) else answer.data
        data: Any = None
        try:
            if kind in ("bytes", "bytearray"):
                data = raw
            elif kind == "file":
                data = self._saved(answer)
            elif kind is not None:
                data = self.deserialize(answer.text(), kind, answer.getheader("Content-Type"))
        except Exception:
            if success:
                raise
        if not success:
            refuse(answer, data)
        return ApiResponse(status_code=answer.status, data=data, headers=answer.headers, raw_data=raw)

    @without_inner_frames
    def update_params_for_auth(
        self,
        headers: dict[str, Any],
        queries: list[tuple[str, Any]] | None,
        auth_settings: Sequence[str] | None,
        resource_path: str | None = None,  # noqa: ARG002 - for overrides that sign requests
        method: str | None = None,  # noqa: ARG002 - for overrides that sign requests
        body: Any = None,  # noqa: ARG002 - for overrides that sign requests
        request_auths: Settings | None = None,
        request_auth: Mapping[str, str] | None = None,
    ) -> None:
        """Add to headers and query what proves who is asking.

        Args:
            headers: The headers.
            queries: The query.
            auth_settings: The names of the security schemes that the operation admits.
            resource_path: The path below the host.
            method: The HTTP method.
            body: The body.
            request_auths: Settings to use instead of what is configured.
            request_auth: The same, one setting.

        Raises:
            ApiValueError: If a setting lacks something.
            AuthenticationException: If no token could be had.
        """
        given = request_auths or ([_quoted_cookie(request_auth)] if request_auth else None)
        who = self._bearer.known(self.configuration, auth_settings, given, (self.default_headers, headers))
        if callable(who):
            from openapi_client.auth.asking import ask  # noqa: PLC0415 - loaded when first wanted

            who = [bearer_settings(ask(who))[BEARER]]
        authenticate(headers, [] if queries is None else queries, who)

    parameters_to_tuples: Final = staticmethod(to_pairs)
    files_parameters: Final = staticmethod(file_fields)

    @staticmethod
    def parameters_to_multipart(
        params: Parameters, collection_types: type | tuple[type, ...] | None = None
    ) -> list[tuple[str, Any]]:
        """Return the fields of a multipart form, values of some types as parts with JSON.

        Args:
            params: The names and values.
            collection_types: The types that are written as JSON; dictionaries unless given.
        """
        kinds = collection_types or dict
        return [
            (name, (None, to_json(to_plain(value)), "application/json") if isinstance(value, kinds) else value)
            for name, value in items_of(params)
        ]

    @staticmethod
    def parameters_to_url_query(params: Parameters, collection_formats: CollectionFormats = None) -> str:
        """Return parameters as the text of a query, such as `a=Hello%20World&b=123`.

        Args:
            params: The names and values; a dict among the values is written as JSON.
            collection_formats: How to write lists, by the parameter's name.
        """
        plain = [(name, json.dumps(value) if isinstance(value, dict) else value) for name, value in items_of(params)]
        delimited = {"ssv": "%20", "tsv": "%09", "pipes": "|"}
        texts = []
        for name, value in plain:
            kind = (collection_formats or {}).get(name)
            items = value if isinstance(value, (list, tuple)) and kind else [value]
            quoted = [quote(_as_text(item)) for item in items]
            if kind == "multi":
                texts += [f"{quote(str(name))}={item}" for item in quoted]
            else:
                texts.append(f"{quote(str(name))}={delimited.get(kind or '', ',').join(quoted)}")
        return SecretText("&".join(texts))

    def _given_headers(
        self, header_params: Mapping[str, Any] | None, formats: CollectionFormats, content_type: str | None
    ) -> dict[str, Any]:
        """The headers of one call; the caller's dict gets the client's added."""
        if header_params:
            self._add_own_headers(header_params)
        typed = {"Content-Type": content_type} if content_type else {}
        return {**dict(self.parameters_to_tuples(header_params or (), formats)), **typed}

    def _add_own_headers(self, header_params: Mapping[str, Any]) -> None:
        """Add the client's headers and cookie to a caller's dict."""
        if isinstance(header_params, dict):
            present = {str(name).lower() for name in header_params}
            own = {**self.default_headers, **({"Cookie": self.cookie} if self.cookie else {})}
            header_params.update({name: value for name, value in own.items() if name.lower() not in present})

    def _saved(self, answer: "RESTResponse") -> str:
        """Save the body of an answer in a file and return its path."""
        from openapi_client._downloads import deserialize_file  # noqa: PLC0415 - loaded when first wanted

        with deserialize_file(answer.data, self.configuration, answer.getheader("Content-Disposition")) as file:
            return str(file.name)

    def _address(self, path: str, parameters: Parameters | None, formats: CollectionFormats, host: str | None) -> str:
        """The address that a call asks for, without the query."""
        if parameters:
            path = fill_path(path, parameters, formats, self.configuration.safe_chars_for_path_param)
        url = base_address(self.configuration.host if host is None else host) + path
        # A host with a user's name and password is refused later; until then no traceback may show it.
        return SecretText(url) if "@" in url else url

    def _form_fields(self, fields: Parameters | None, files: Files, formats: CollectionFormats) -> list[Any]:
        """The fields of a form, files among them."""
        return [*self.parameters_to_tuples(fields or (), formats), *self.files_parameters(files or {})]

    if TYPE_CHECKING:

        def deserialize(self, response: Any, response_type: Any, _check_type: bool | str | None = True) -> Any: ...


def _quoted_cookie(setting: Mapping[str, str]) -> Mapping[str, str]:
    """A setting as the later line sends it: a cookie's value quoted, as far as it is not Base64."""
    if setting.get("in") != "cookie" or not isinstance(setting.get("value"), str):
        return setting
    return {**setting, "value": quote(setting["value"], safe=_SAFE_IN_COOKIE)}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
