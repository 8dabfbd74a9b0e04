"""Connection pools as a Configuration wants them: TLS, proxies, sockets."""

import ssl
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3

from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiValueError

_HOSTS: Final = 4


def make_pool_manager(
    configuration: Configuration, pools_size: int = _HOSTS, maxsize: int | None = None
) -> urllib3.PoolManager:
    """The pools for a Configuration, through its proxy where it names one and the host is not excepted.

    Args:
        configuration: Where its settings are read, once.
        pools_size: How many hosts to keep connections to.
        maxsize: How many idle connections to keep to each.

    Raises:
        ApiValueError: A certificate cannot be read, or the proxy's address is not one.
    """
    settings: dict[str, Any] = {
        "num_pools": pools_size,
        "maxsize": maxsize or configuration.connection_pool_maxsize,
        "cert_reqs": ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE,
        "ssl_minimum_version": ssl.TLSVersion.TLSv1_2,
        "ca_certs": configuration.ssl_ca_cert,
        "ca_cert_data": configuration.ca_cert_data,
        "cert_file": configuration.cert_file,
        "key_file": configuration.key_file,
        "assert_hostname": configuration.assert_hostname,
        "server_hostname": configuration.tls_server_name,
        "socket_options": configuration.socket_options,
    }
    settings = {name: value for name, value in settings.items() if value is not None}
    proxy = configuration.proxy
    if not proxy or _is_excepted(configuration.host, configuration.no_proxy):
        return urllib3.PoolManager(**settings)
    if proxy.startswith("socks"):
        return _socks_manager(proxy, settings)
    return urllib3.ProxyManager(
        proxy_url=proxy,
        proxy_headers=configuration.proxy_headers,
        proxy_ssl_context=configuration.proxy_ssl_context,
        **settings,
    )


def _is_excepted(host: str, no_proxy: str | None) -> bool:
    if not no_proxy:
        return False
    # Dear to import, and seldom wanted.
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined] # noqa: PLC0415 # typeshed lacks it

    return bool(proxy_bypass_environment(urlsplit(host).netloc, {"no": no_proxy}))


def _socks_manager(proxy: str, settings: dict[str, Any]) -> urllib3.PoolManager:
    try:
        from urllib3.contrib.socks import SOCKSProxyManager  # noqa: PLC0415 - an extra of urllib3's
    except ImportError as error:
        raise ApiValueError('A SOCKS proxy needs PySocks: pip install "urllib3[socks]"') from error
    return SOCKSProxyManager(proxy, **settings)
