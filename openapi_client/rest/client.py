"""RESTClientObject: one HTTP request, from its parts to an answer or one of our errors."""

import logging
import os
import re
import time
import weakref
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, overload

import urllib3

from openapi_client._masking import MASK, SecretText
from openapi_client._parameters import Parameters, items_of
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiException
from openapi_client.rest.encoding import check_headers, encode_body, encode_url
from openapi_client.rest.errors import LOWER_ERRORS, translated
from openapi_client.rest.logs import hide_secrets_in
from openapi_client.rest.pools import make_pool_manager
from openapi_client.rest.response import RESTResponse
from openapi_client.rest.timeouts import RequestTimeout, make_timeout

_LOG: Final = logging.getLogger("openapi_client")
_SUCCESS: Final = range(200, 300)
_SHORTEST_SECRET: Final = 8
_NO_SECRETS: Final = frozenset({"accept", "content-type", "user-agent"})

_clients: Final["weakref.WeakSet[RESTClientObject]"] = weakref.WeakSet()
_abandoned: Final[list[object]] = []


class RESTClientObject:
    """One HTTP request, from its parts to an answer or one of our errors.

    Args:
        configuration: Where TLS, proxies and pools are set; read once, now.
        pools_size: How many hosts to keep connections to.
        maxsize: How many idle connections to keep to each, the configured number unless given.

    Attributes:
        pool_manager: urllib3's connection pools.
    """

    def __init__(self, configuration: Configuration, pools_size: int = 4, maxsize: int | None = None) -> None:
        self._configuration = configuration
        self._sizes = (pools_size, maxsize)
        self.pool_manager: urllib3.PoolManager = make_pool_manager(configuration, pools_size, maxsize)
        _clients.add(self)

    def close(self) -> None:
        """Closes the idle connections; a later request opens new ones."""
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
            _preload_content: Whether to read the answer; otherwise it is urllib3's, unread, for the caller to release.
            _request_timeout: Seconds for the whole attempt, or a pair of them, to connect and between two reads.

        Raises:
            ApiException: The status is not one of success, or no whole answer came.
            ApiTypeError: An argument is of the wrong type.
            ApiValueError: The request cannot be sent.
        """
        headers = dict(headers or {})
        query = list(items_of(query_params or ()))
        response = self.open(method, url, query, headers, body, post_params, _request_timeout)
        if response.status in _SUCCESS and not _preload_content:
            return response
        answer = self._read(response, method, url)
        if answer.status in _SUCCESS:
            return answer
        _hide_sent_secrets(answer, [*headers.items(), *query])
        raise ApiException.from_response(http_resp=answer)

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
        method = method.upper()
        query = list(items_of(query_params or ()))
        hide_secrets_in(query)
        target = SecretText(encode_url(url, query))
        sent = dict(headers or {})
        encoded = encode_body(sent, body, post_params)
        check_headers(sent)
        timeout = make_timeout(_request_timeout)
        began = time.monotonic()
        try:
            response = self.pool_manager.urlopen(
                method,
                target,
                body=encoded,
                headers=sent,
                timeout=timeout,
                retries=self._configuration.retries,
                # An answer from elsewhere is not the registry's, and the token is meant for the registry alone.
                redirect=False,
                preload_content=False,
            )
        except LOWER_ERRORS as error:
            failure = translated(error, method, url)
        else:
            _LOG.debug("%s %s: %d after %.0f ms", method, url, response.status, 1000 * (time.monotonic() - began))
            return response
        # Raised here, outside the handler, since the lower layer's error would stay its context.
        raise failure

    def _read(self, response: urllib3.BaseHTTPResponse, method: str, url: str) -> RESTResponse:
        try:
            answer = RESTResponse(response)
        except LOWER_ERRORS as error:
            response.close()
            failure = translated(error, method, url)
        else:
            response.release_conn()
            return answer
        raise failure

    def _leave_to_parent(self) -> None:
        """In a forked child: takes new pools, since the connections of the old ones are the parent's."""
        # Kept, not freed: to free a pool takes its lock, which a thread of the parent may have held at the fork.
        _abandoned.append(self.pool_manager)
        self.pool_manager = make_pool_manager(self._configuration, *self._sizes)


def _hide_sent_secrets(answer: RESTResponse, sent: Iterable[tuple[str, Any]]) -> None:
    """Masks in an answer of refusal the secrets that were sent, should the server have repeated them."""
    words: set[str] = set()
    for name, text in sent:
        if isinstance(text, SecretText) and name.lower() not in _NO_SECRETS:
            # Of `Bearer x` it is the x, and of a cookie `session=x` too.
            words |= {text, text.rpartition(" ")[2], *re.findall(r"=([^;\s]+)", text)}
    secrets = sorted((word for word in words if len(word) >= _SHORTEST_SECRET), key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, MASK)
        return text

    answer.data = hide(answer.lenient_text())
    answer.reason = hide(answer.reason or "")
    shown = [(name, hide(value)) for name, value in answer.headers.items()]
    answer.urllib3_response.headers = urllib3.HTTPHeaderDict(shown)


def _leave_all_to_parent() -> None:
    for client in list(_clients):
        client._leave_to_parent()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_leave_all_to_parent)
