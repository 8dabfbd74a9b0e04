"""RESTClientObject: one HTTP request, from its parts to an answer or one of our errors."""

import logging
from collections.abc import Container, Mapping
from ipaddress import ip_address
from typing import Any, Final, Literal, NamedTuple, overload

import urllib3

from openapi_client._display import shown
from openapi_client._forks import told_of_forks
from openapi_client._masking import SecretText
from openapi_client._parameters import Parameters, items_of
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiException, ApiValueError
from openapi_client.rest.encoding import BAD_HOST, check_headers, encode_body, encode_url, origin_of, target_of
from openapi_client.rest.errors import shown_url
from openapi_client.rest.exchange import Outcome, Request, exchange
from openapi_client.rest.limits import RequestTimeout, make_limits
from openapi_client.rest.logs import hide_query
from openapi_client.rest.pools import make_pool_manager
from openapi_client.rest.reading import SUCCESS
from openapi_client.rest.response import RESTResponse
from openapi_client.rest.retries import make_policy
from openapi_client.rest.sent import hide

_LOG: Final = logging.getLogger("openapi_client")
_ANY_STATUS: Final = range(1000)
_NO_STATUS: Final = range(0)
_MOST_ROUTES: Final = 64
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

_abandoned: Final[list[object]] = []
_warned: Final[set[tuple[str, str, int]]] = set()


class RESTClientObject:
    """One HTTP request, from its parts to an answer or one of our errors.

    Args:
        configuration: Where TLS, proxies and pools are set; read once, now.
        pools_size: How many hosts to keep connections to.
        maxsize: How many idle connections to keep to each, the configured number unless given.
    """

    def __init__(self, configuration: Configuration, pools_size: int = 4, maxsize: int | None = None) -> None:
        self._configuration = configuration
        self._sizes = (pools_size, maxsize)
        self._pool_manager: urllib3.PoolManager | None = make_pool_manager(configuration, pools_size, maxsize)
        self._routes: dict[str, _Route] = {}
        told_of_forks(self)

    @property
    def pool_manager(self) -> urllib3.PoolManager:
        """urllib3's connection pools."""
        if self._pool_manager is None:
            self._pool_manager = make_pool_manager(self._configuration, *self._sizes)
        return self._pool_manager

    def close(self) -> None:
        """Closes the idle connections; a later request opens new ones."""
        # urllib3 closes the connections of a pool that nobody holds any more, and a call under way holds its own.
        self._routes = {}
        self.pool_manager.clear()

    @overload
    def request(
        self,
        method: str,
        url: str,
        query_params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        _preload_content: Literal[True] = True,
        _request_timeout: RequestTimeout = None,
    ) -> RESTResponse: ...
    @overload
    def request(
        self,
        method: str,
        url: str,
        query_params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        _preload_content: bool = True,
        _request_timeout: RequestTimeout = None,
    ) -> RESTResponse | urllib3.BaseHTTPResponse: ...
    def request(
        self,
        method: str,
        url: str,
        query_params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        _preload_content: bool = True,
        _request_timeout: RequestTimeout = None,
    ) -> RESTResponse | urllib3.BaseHTTPResponse:
        """Asks, and gives the answer if it is one of success.

        Args:
            method: The HTTP method.
            url: The address, without the query.
            query_params: The query, as names and values.
            headers: The headers.
            body: Values for a JSON body; text or bytes for a body of another Content-Type.
            post_params: The fields of a form.
            _preload_content: Whether to read the answer; otherwise it is urllib3's, for the caller to read and release.
            _request_timeout: Seconds for the whole call, or a pair of them, to connect and for the next byte.

        Raises:
            ApiException: The status is not one of success, or no whole answer came.
            ApiTypeError: An argument is of the wrong type.
            ApiValueError: The request cannot be sent.
        """
        request = self._prepared(method, url, query_params, headers, body, post_params)
        outcome = self._exchange(request, _request_timeout, _NO_STATUS if _preload_content else SUCCESS)
        answer = outcome.answer
        if answer.status in SUCCESS:
            return answer
        assert isinstance(answer, RESTResponse)  # noqa: S101 - only answers of success are left unread
        # Before its secrets are hidden: the address of a redirect may repeat them.
        answer.reason = outcome.problem or answer.reason
        _hide_secrets(answer, request.secrets())
        error = ApiException.from_response(http_resp=answer)
        error.waits = outcome.waits
        raise error

    def open(
        self,
        method: str,
        url: str,
        query_params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        _request_timeout: RequestTimeout = None,
    ) -> urllib3.BaseHTTPResponse:
        """Asks, and gives the answer unread, whatever its status; its arguments and errors are those of `request`."""
        request = self._prepared(method, url, query_params, headers, body, post_params)
        answer = self._exchange(request, _request_timeout, _ANY_STATUS).answer
        assert not isinstance(answer, RESTResponse)  # noqa: S101 - every answer is left unread
        return answer

    def _exchange(self, request: Request, timeout: RequestTimeout, unread: Container[int]) -> Outcome:
        configuration = self._configuration
        return exchange(request, make_limits(timeout, configuration), make_policy(configuration.retries), unread)

    def _prepared(
        self,
        method: str,
        url: str,
        query_params: Parameters | None,
        headers: Mapping[str, str] | None,
        body: Any,
        post_params: Parameters | None,
    ) -> Request:
        """The request, checked and encoded."""
        method = method.upper()
        if method not in _METHODS:
            raise ApiValueError(f"The HTTP method must be one of {', '.join(sorted(_METHODS))}")
        query = list(items_of(query_params or ()))
        sent = dict(headers or {})
        encoded = encode_body(sent, body, post_params)
        check_headers(sent)
        route = self._routes.get(url) if not query else None
        if route is None:
            hide_query(query)
            route = self._route(encode_url(url, query))
            if not query and len(self._routes) < _MOST_ROUTES:
                self._routes[url] = route
        fields = [*query, *items_of(post_params or ())] if query or post_params else []
        if route.exposed and (
            any(name.lower() == "authorization" for name in sent)
            or any(isinstance(value, SecretText) for _, value in fields)
        ):
            _warn(route)
        return Request(method, route.url, route.pool, route.target, sent, encoded, fields)

    def _route(self, url: str) -> "_Route":
        """What sends requests to an address: a proxy, or the connections to its host, which spares a look-up a call."""
        scheme, host, port = origin_of(url)
        exposed = scheme == "http" and not _is_loopback(host)
        if self.pool_manager.proxy is not None:
            return _Route(url, self.pool_manager, url, exposed)
        try:
            pool = self.pool_manager.connection_from_host(host, port, scheme)
        except urllib3.exceptions.HTTPError:
            pool = None
        # Raised here, outside the handler, since the lower layer's error would stay its context.
        if pool is None:
            raise ApiValueError(BAD_HOST)
        return _Route(url, pool, target_of(url), exposed)

    def after_fork(self) -> None:
        """In a forked child: leaves the pools alone, whose connections are the parent's; new ones come when wanted."""
        # Kept, not freed: to free a pool takes its lock, which a thread of the parent may have held at the fork.
        _abandoned.append(self._pool_manager)
        self._pool_manager = None
        self._routes = {}


def _warn(route: "_Route") -> None:
    """Warns, once for each server, of a secret that is sent for others to read."""
    origin = origin_of(route.url)
    if origin not in _warned:
        _warned.add(origin)
        _LOG.warning("A secret is sent to %s without TLS, for others to read: use https", shown_url(route.url))


class _Route(NamedTuple):
    """How an address is reached: what sends to it, what to ask for, and whether others can read along."""

    url: str
    pool: urllib3.HTTPConnectionPool | urllib3.PoolManager
    target: str
    exposed: bool


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _hide_secrets(answer: RESTResponse, words: list[str]) -> None:
    """Masks in an answer of refusal the secrets that were sent, should the server have repeated them."""
    answer.data = hide(answer.lenient_text(), words)
    # Words for people, which programs print as they are.
    answer.reason = shown(hide(answer.reason or "", words))
    headers = [(name, hide(value, words)) for name, value in answer.headers.items()]
    answer.urllib3_response.headers = urllib3.HTTPHeaderDict(headers)
