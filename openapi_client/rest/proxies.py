"""Which proxy leads to the configured host, and how to log in to it."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import unquote, urlsplit

from urllib3 import make_headers
from urllib3.util import parse_url

from openapi_client._masking import SecretText
from openapi_client.configuration import Configuration

ENVIRONMENT: Final = "environment"
"""What a Configuration names as its proxy to have that of the environment."""


def proxy_of(configuration: Configuration) -> SecretText | None:
    """The address of the proxy for the configured host, or None where the host is reached without one.

    The environment's proxies are those that the standard library finds in `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and
    `NO_PROXY`, of which the lower-case form wins. Where `REQUEST_METHOD` is set, as for a CGI script, `HTTP_PROXY`
    counts in lower case alone: whoever asks the web server could set the other by a header called `Proxy`.
    """
    proxy, no_proxy = SecretText(configuration.proxy or ""), configuration.no_proxy
    if not proxy or (proxy != ENVIRONMENT and not no_proxy):
        return proxy or None
    from urllib import request  # noqa: PLC0415 - dear to import, and seldom wanted

    try:
        host = urlsplit(configuration.host)
    except ValueError:
        # It is no address, which the request is going to say.
        return None if proxy == ENVIRONMENT else proxy
    if proxy == ENVIRONMENT:
        named = request.getproxies_environment()
        proxy = SecretText(named.get(host.scheme) or named.get("all") or "")
        no_proxy = named.get("no") if no_proxy is None else no_proxy
        if proxy and "://" not in proxy:
            proxy = SecretText(f"http://{proxy}")
    if no_proxy and should_bypass_proxies(configuration.host, no_proxy):
        return None
    return proxy or None


def should_bypass_proxies(url: str, no_proxy: str | None = None) -> bool:
    """Return whether an address is reached without a proxy, by the generator's name for this.

    Args:
        url: The address.
        no_proxy: Hosts, domains and networks such as `10.0.0.0/8`, separated by commas; `*` for all.
    """
    from urllib import request  # noqa: PLC0415 - dear to import, and seldom wanted

    host, netloc = urlsplit(url).hostname, urlsplit(url).netloc
    if not host:
        return True
    if not no_proxy:
        return False
    entries = [entry.strip() for entry in no_proxy.split(",")]
    bypassed: int = request.proxy_bypass_environment(netloc, {"no": no_proxy})  # type: ignore[attr-defined] # typeshed lacks it
    return bool(bypassed) or any(_is_in_network(host, entry) for entry in entries)


def _is_in_network(host: str, entry: str) -> bool:
    """Whether a host is an address within a network."""
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        return False


def proxy_headers(proxy: str, configured: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """The headers for a proxy: those configured, else what logs in with the name and password in its address."""
    auth = parse_url(proxy).auth
    if auth is None or configured is not None:
        return configured
    headers = make_headers(proxy_basic_auth=unquote(auth))
    return {name: SecretText(value) for name, value in headers.items()}
