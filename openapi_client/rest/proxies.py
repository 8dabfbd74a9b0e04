"""Which proxy leads to the configured host, and how to log in to it."""

import re
from collections.abc import Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import inet_aton
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from urllib3 import make_headers
from urllib3.util import parse_url

from openapi_client._masking import SecretText
from openapi_client.configuration import Configuration

ENVIRONMENT: Final = "environment"
"""What a Configuration names as its proxy to have that of the environment."""

_Address = IPv4Address | IPv6Address

_LOOPBACK: Final = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
_BETWEEN: Final = re.compile(r"[,\s]+")
_WITH_PORT: Final = re.compile(r"(\[.*\]|[^:]*):(\d{1,5})")
# As inet_aton has it: up to four numbers, decimal, octal or hexadecimal.
_OLD_SPELLING: Final = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)


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

    What requests, curl and kubectl understand is understood: the name of a host or of a domain, with or without a dot
    before it; patterns such as `*.example.org`, `10.1.*` and `*`; an address in any spelling; a network such as
    `10.0.0.0/8`; each but a network with a port behind it. `localhost` counts as 127.0.0.1 and ::1 too where an entry
    is an address or a network.

    Args:
        url: The address.
        no_proxy: Such entries, separated by commas or spaces.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        return True
    host = _Host.of(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    return any(map(host.is_meant_by, _BETWEEN.split(no_proxy or "")))


class _Host(NamedTuple):
    """A host that is asked for, in the spellings that entries are compared with."""

    name: str
    port: int
    addresses: tuple[_Address, ...]
    zone: str

    @classmethod
    def of(cls, name: str, port: int) -> "_Host":
        """The host of this name, which may be an address with a zone."""
        bare, _, zone = name.replace("%25", "%", 1).partition("%")
        address = _address_of(bare)
        addresses = _LOOPBACK if _plain_name(bare) == "localhost" else (address,) if address else ()
        return cls(_plain_name(bare), port, addresses, zone)

    def is_meant_by(self, entry: str) -> bool:
        """Return whether an entry of `NO_PROXY` means this host."""
        if "/" in entry:
            return any(_is_in(address, entry) for address in self.addresses)
        parts = _WITH_PORT.fullmatch(entry)
        name, port = parts.groups() if parts else (entry, self.port)
        if int(port) != self.port:
            return False
        name, _, zone = name.strip("[]").replace("%25", "%", 1).partition("%")
        address = _address_of(name)
        if address:
            return address in self.addresses and zone in ("", self.zone)
        if "*" in name:
            return fnmatchcase(self.name, name.lower())
        domain = _plain_name(name.lstrip("."))
        return bool(domain) and (self.name == domain or self.name.endswith(f".{domain}"))


def _is_in(address: _Address, network: str) -> bool:
    with suppress(ValueError):
        return address in ip_network(network.replace("[", "").replace("]", ""), strict=False)
    return False


def _plain_name(name: str) -> str:
    """Return a host's name as it is looked up: in lower case, in ASCII, without the dot that may end it."""
    name = name.rstrip(".").lower()
    with suppress(UnicodeError):
        return name.encode("idna").decode() if name else ""
    return name


def _address_of(text: str) -> _Address | None:
    """Return the address that a text spells, also as `127.1` or `0x7f000001`, or None; an IPv4 one as such."""
    with suppress(ValueError):
        address = ip_address(text)
        return getattr(address, "ipv4_mapped", None) or address
    if _OLD_SPELLING.fullmatch(text):
        with suppress(OSError):
            return IPv4Address(inet_aton(text))
    return None


def proxy_headers(proxy: str, configured: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """The headers for a proxy: those configured, else what logs in with the name and password in its address."""
    auth = parse_url(proxy).auth
    if auth is None or configured is not None:
        return configured
    headers = make_headers(proxy_basic_auth=unquote(auth))
    return {name: SecretText(value) for name, value in headers.items()}
