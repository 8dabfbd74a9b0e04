"""Connection pools as a Configuration wants them: TLS, proxies, sockets."""

import ssl
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import urllib3
from urllib3.poolmanager import PoolManager

from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError
from openapi_client.rest.authorities import authorities_of
from openapi_client.rest.connection import with_deadline
from openapi_client.rest.proxies import proxy_headers, proxy_of
from openapi_client.rest.retries import NEVER

_HOSTS: Final = 4
_FILES: Final = ("cert_file", "key_file")


def make_pool_manager(
    configuration: Configuration, pools_size: int = _HOSTS, maxsize: int | None = None
) -> urllib3.PoolManager:
    """The pools for a Configuration, through its proxy where it names one and the host is not excepted.

    Args:
        configuration: Where its settings are read, once.
        pools_size: How many hosts to keep connections to.
        maxsize: How many idle connections to keep to each.

    Raises:
        ApiValueError: A file for TLS is missing, or the proxy's address is not one.
    """
    settings: dict[str, Any] = {
        "num_pools": pools_size,
        "maxsize": maxsize or configuration.connection_pool_maxsize,
        "cert_reqs": ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE,
        "ssl_minimum_version": ssl.TLSVersion.TLSv1_2,
        **authorities_of(configuration),
        "cert_file": configuration.cert_file,
        "key_file": configuration.key_file,
        "assert_hostname": configuration.assert_hostname,
        "server_hostname": configuration.tls_server_name,
        "socket_options": configuration.socket_options,
        # Even a patched `request`, which names no policy, neither repeats a request nor follows a redirect by itself.
        "retries": NEVER,
    }
    settings = {name: value for name, value in settings.items() if value is not None}
    for name in _FILES:
        if name in settings and not Path(settings[name]).is_file():
            raise ApiValueError(f"There is no file {settings[name]!r}, which the Configuration's {name} names for TLS")
    manager = _manager(configuration, settings)
    # A program may have patched the class, so that what is made is a mock.
    if isinstance(manager, PoolManager):
        manager.pool_classes_by_scheme = {
            scheme: with_deadline(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()
        }
    return manager


def _manager(configuration: Configuration, settings: dict[str, Any]) -> urllib3.PoolManager:
    proxy = proxy_of(configuration)
    if proxy is None:
        return urllib3.PoolManager(**settings)
    make = _socks_manager if proxy.startswith("socks") else _http_manager
    # Asked beforehand, since urllib3 would print a warning.
    if make is _socks_manager and find_spec("socks") is None:
        from openapi_client._requirements import not_installed  # noqa: PLC0415 - for this message alone

        raise ApiValueError(f"The proxy is a SOCKS proxy, and {not_installed('socks', 'PySocks')}")
    try:
        return make(proxy, configuration, settings)
    except (urllib3.exceptions.HTTPError, ValueError):
        # Raised below, outside the handler: the original error, which quotes the address, would stay its context.
        pass
    raise ApiValueError("The proxy must be the address of an HTTP or SOCKS proxy, as http://localhost:3128")


def _http_manager(proxy: str, configuration: Configuration, settings: dict[str, Any]) -> urllib3.PoolManager:
    return urllib3.ProxyManager(
        proxy_url=proxy,
        proxy_headers=proxy_headers(proxy, configuration.proxy_headers),
        proxy_ssl_context=configuration.proxy_ssl_context,
        **settings,
    )


def _socks_manager(proxy: str, _: Configuration, settings: dict[str, Any]) -> urllib3.PoolManager:
    from urllib3.contrib.socks import SOCKSProxyManager  # noqa: PLC0415 - an extra of urllib3's

    return SOCKSProxyManager(proxy, **settings)
