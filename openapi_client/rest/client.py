"""RESTClientObject: one HTTP request, from its parts to an answer or one of our errors."""

import logging
from collections.abc import Container, Mapping
from ipaddress import ip_address
from typing import Any, Final, Literal, NamedTuple, overload

import urllib3
from urllib3.poolmanager import PoolManager

from openapi_client._display import shown
from openapi_client._forks import told_of_forks
from openapi_client._json import encode_text
from openapi_client._masking import SecretBytes, SecretText
from openapi_client._parameters import Parameters, items_of
from openapi_client._seams import METHODS, Parts, Verbs
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiException, ApiValueError
from openapi_client.rest.encoding import BAD_HOST, check_headers, encode_body, encode_url, origin_of, target_of
from openapi_client.rest.errors import shown_url
from openapi_client.rest.exchange import Outcome, Request, exchange
from openapi_client.rest.failures import AddressError
from openapi_client.rest.limits import RequestTimeout, make_limits
from openapi_client.rest.logs import hide_query
from openapi_client.rest.pools import make_pool_manager
from openapi_client.rest.reading import SUCCESS
from openapi_client.rest.replacements import OwnParts
from openapi_client.rest.response import RESTResponse
from openapi_client.rest.retries import make_policy
from openapi_client.rest.sent import hide

_LOG: Final = logging.getLogger("openapi_client")
_ANY_STATUS: Final = range(1000)
_NO_STATUS: Final = range(0)
_MOST_ROUTES: Final = 64
_USUAL_SIZES: Final = (4, None)
_MADE: Final = frozenset({"_own_manager", "_manager_parts", "_usual", "_routes"})

_abandoned: Final[list[object]] = []
_warned: Final[set[tuple[str, str, int]]] = set()


class RESTClientObject(Verbs):
    """One HTTP request, from its parts to an answer or one of our errors.

    Args:
        configuration: Where TLS, proxies and pools are set; read once, now.
        pools_size: How many hosts to keep connections to.
        maxsize: How many idle connections to keep to each, the configured number unless given.
    """

    def __init__(self, configuration: Configuration, pools_size: int = 4, maxsize: int | None = None) -> None:
        self._configuration = configuration
        self._sizes = (pools_size, maxsize)
        self._given_manager: Any = None
        self._make_own()

    def _make_own(self) -> None:
        """Make what is neither copied nor pickled."""
        self._own_manager: PoolManager | None = make_pool_manager(self._configuration, *self._sizes)
        self._manager_parts = OwnParts(type(self._own_manager), "request", "urlopen", "connection_from_host")
        self._usual: tuple[object, Any, Any] = (object(), None, None)
        self._routes: dict[str, _Route] = {}
        told_of_forks(self)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in _MADE}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make_own()

    def is_usual(self, configuration: Configuration) -> bool:
        """Whether this is what a client makes of its Configuration, with no part of it replaced."""
        attributes = self.__getstate__()
        return attributes == {"_configuration": configuration, "_sizes": _USUAL_SIZES, "_given_manager": None}

    @property
    def pool_manager(self) -> PoolManager:
        """urllib3's connection pools; another manager may be assigned, and a request is then sent by it."""
        if self._given_manager is not None:
            manager: PoolManager = self._given_manager
            return manager
        if self._own_manager is None:
            self._own_manager = make_pool_manager(self._configuration, *self._sizes)
        return self._own_manager

    @pool_manager.setter
    def pool_manager(self, value: Any) -> None:
        self._given_manager = value
        self._routes = {}

    @pool_manager.deleter
    def pool_manager(self) -> None:
        # `unittest.mock.patch.object` deletes what it has set, to end the patch.
        self.pool_manager = None

    def close(self) -> None:
        """Close the idle connections; a later request opens new ones."""
        # urllib3 closes the connections of a pool that nobody holds any more, and a call under way holds its own.
        self._routes = {}
        manager = self.pool_manager
        if isinstance(manager, PoolManager):
            manager.clear()

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
        error = ApiException.of_response(http_resp=_refusal(answer, request, outcome))
        error.waits = outcome.waits
        raise error

    def answer(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        post_params: Parameters | None = None,
        _request_timeout: RequestTimeout = None,
    ) -> RESTResponse:
        """Send a request and return the answer, read, whatever its status.

        Arguments and further errors are those of `request`.
        """
        request = self._prepared(method, url, None, headers, body, post_params)
        outcome = self._exchange(request, _request_timeout, _NO_STATUS)
        answer = outcome.answer
        assert isinstance(answer, RESTResponse)  # noqa: S101 - no answer is left unread
        if answer.status not in SUCCESS:
            answer = _refusal(answer, request, outcome)
            answer.data = SecretBytes(encode_text(str(answer.data)))
        return answer

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
        revision, limits, policy = self._usual
        # The limits of an unchanged Configuration were checked at the last call.
        if timeout is None and revision is configuration._revision:
            return exchange(request, limits.again(), policy, unread)
        limits, policy = make_limits(timeout, configuration), make_policy(configuration.retries)
        if timeout is None:
            self._usual = (configuration._revision, limits, policy)
        return exchange(request, limits, policy, unread)

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
        if method not in METHODS:
            raise ApiValueError(f"The HTTP method must be one of {', '.join(sorted(METHODS))}")
        query = list(items_of(query_params or ()))
        sent = dict(headers or {})
        encoded = encode_body(sent, body, post_params)
        check_headers(sent)
        replaced = self._is_replaced()
        route = None if query or replaced else self._routes.get(url)
        if route is None:
            hide_query(query)
            route = self._route(encode_url(url, query), replaced=replaced)
            if not query and not replaced and len(self._routes) < _MOST_ROUTES:
                self._routes[url] = route
        fields = [*query, *items_of(post_params or ())] if query or post_params else []
        if route.exposed and (
            any(name.lower() == "authorization" for name in sent)
            or any(isinstance(value, SecretText) for _, value in fields)
        ):
            _warn(route)
        return Request(method, route.url, route.pool, route.target, sent, encoded, fields, replaced)

    def _is_replaced(self) -> bool:
        """Whether requests are sent by a manager that a program has assigned, or whose functions it has patched."""
        own = self._own_manager or self.pool_manager
        return self._given_manager is not None or not self._manager_parts.in_place(own)

    def _route(self, url: str, *, replaced: bool) -> "_Route":
        """What sends requests to an address: a proxy, or the connections to its host, which spares a look-up a call."""
        scheme, host, port = origin_of(url)
        exposed = scheme == "http" and not _is_loopback(host)
        if replaced or self.pool_manager.proxy is not None:
            return _Route(url, self.pool_manager, url, exposed)
        try:
            # In its brackets, in which alone urllib3 knows an IPv6 address with a zone.
            pool = self.pool_manager.connection_from_host(f"[{host}]" if ":" in host else host, port, scheme)
        except urllib3.exceptions.HTTPError:
            pool = None
        # Raised here, outside the handler, since the lower layer's error would stay its context.
        if pool is None:
            raise AddressError(BAD_HOST)
        return _Route(url, pool, target_of(url), exposed)

    def after_fork(self) -> None:
        """In a forked child: leaves the pools alone, whose connections are the parent's; new ones come when wanted."""
        # Kept, not freed: to free a pool takes its lock, which a thread of the parent may have held at the fork.
        _abandoned.append(self._own_manager)
        self._own_manager = None
        self._routes = {}


OWN_PARTS: Final = Parts(RESTClientObject, "request", "open", "answer")


def _warn(route: "_Route") -> None:
    """Warns, once for each server, of a secret that is sent for others to read."""
    origin = origin_of(route.url)
    if origin not in _warned:
        _warned.add(origin)
        _LOG.warning("A secret is sent to %s without TLS, for others to read: use https", shown_url(route.url))


class _Route(NamedTuple):
    """How an address is reached: what sends to it, what to ask for, and whether others can read along."""

    url: str
    pool: urllib3.HTTPConnectionPool | PoolManager
    target: str
    exposed: bool


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _refusal(answer: RESTResponse, request: Request, outcome: Outcome) -> RESTResponse:
    """An answer of refusal, with the secrets that were sent masked, should the server have repeated them."""
    words = request.secrets()
    # Before its secrets are hidden: the address of a redirect may repeat them.
    answer.reason = outcome.problem or answer.reason
    answer.data = hide(answer.lenient_text(), words)
    # Words for people, which programs print as they are.
    answer.reason = shown(hide(answer.reason or "", words))
    headers = [(name, hide(value, words)) for name, value in answer.headers.items()]
    answer.urllib3_response.headers = urllib3.HTTPHeaderDict(headers)
    return answer
