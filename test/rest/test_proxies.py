"""Which proxy leads to the configured host: one that is named, the environment's where it is asked for, or none."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import ApiValueError, Configuration
from openapi_client.rest import RESTClientObject, should_bypass_proxies
from openapi_client.rest.proxies import proxy_of

Start = Callable[..., Any]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no proxy, for a test to change."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("host", "no_proxy", "through"),
    [
        ("http://registry.example", None, True),
        ("http://registry.example", "", True),
        ("http://registry.example", "other.example, localhost", True),
        ("http://registry.example:8080", "other.example, registry.example", False),
        ("http://registry.example", "*", False),
        ("http://registry.example", ".example", False),
        ("http://[::1", "localhost", True),
    ],
)
def test_no_proxy_excepts_hosts(host: str, no_proxy: str | None, through: bool) -> None:
    """A host that `no_proxy` names, or the domain of it, is reached without the proxy."""
    found = proxy_of(Configuration(host, proxy="http://proxy.example:3128", no_proxy=no_proxy))
    assert found == ("http://proxy.example:3128" if through else None)


NAMED: dict[str, tuple[dict[str, str], str, str | None, str | None]] = {
    "none": ({}, "http://h", None, None),
    "of the scheme": ({"HTTP_PROXY": "http://a", "HTTPS_PROXY": "http://b"}, "https://h", None, "http://b"),
    "of the other scheme": ({"HTTPS_PROXY": "http://b"}, "http://h", None, None),
    "of all": ({"ALL_PROXY": "socks5h://c", "HTTP_PROXY": ""}, "http://h", None, "socks5h://c"),
    "lower case wins": ({"HTTP_PROXY": "http://a", "http_proxy": "http://b"}, "http://h", None, "http://b"),
    "without a scheme": ({"http_proxy": "proxy.example:3128"}, "http://h", None, PROXY),
    "excepted": ({"http_proxy": PROXY, "NO_PROXY": "h"}, "http://h", None, None),
    "excepted by the setting": ({"http_proxy": PROXY}, "http://h", "h", None),
    "the setting wins": ({"http_proxy": PROXY, "NO_PROXY": "h"}, "http://h", "other", PROXY),
    "an empty setting wins": ({"http_proxy": PROXY, "NO_PROXY": "*"}, "http://h", "", PROXY),
    "a program of a web server": ({"HTTP_PROXY": "http://a", "REQUEST_METHOD": "GET"}, "http://h", None, None),
    "its own": ({"http_proxy": "http://a", "REQUEST_METHOD": "GET"}, "http://h", None, "http://a"),
    "for no address": ({"http_proxy": "http://a"}, "http://[::1", None, None),
}


@pytest.mark.skipif(os.name == "nt", reason="names in this system's environment have one case")
@pytest.mark.parametrize(("variables", "host", "no_proxy", "proxy"), NAMED.values(), ids=NAMED)
def test_proxy_of_the_environment(
    environment: pytest.MonkeyPatch, variables: dict[str, str], host: str, no_proxy: str | None, proxy: str | None
) -> None:
    """Where it is asked for, the environment's proxy is found as everywhere, and `no_proxy` excepts hosts."""
    for name, value in variables.items():
        environment.setenv(name, value)
    assert proxy_of(Configuration(host, proxy="environment", no_proxy=no_proxy)) == proxy


def test_request_goes_through_the_environment_s_proxy(
    environment: pytest.MonkeyPatch, httpserver: HTTPServer, make_client: Start
) -> None:
    """The environment is read once, when the client is made; its proxy gets the whole address."""
    httpserver.expect_request("/path").respond_with_json({})
    environment.setenv("HTTP_PROXY", httpserver.url_for("/"))
    client = make_client(host="http://registry.invalid", proxy="environment")
    environment.setenv("HTTP_PROXY", "http://other.invalid")
    assert client.request("POST", "http://registry.invalid/path", body={}).status == 200
    assert httpserver.log[0][0].host == "registry.invalid"


def test_tls_goes_through_the_environment_s_proxy(
    environment: pytest.MonkeyPatch, raw_server: Start, tunnel: Start, tls: Start, ca_file: str, make_client: Start
) -> None:
    """The proxy for HTTPS is asked to open a tunnel."""
    proxy = tunnel("http", raw_server(OK, tls=tls("registry.invalid")))
    environment.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy.server_address[1]}")
    client = make_client(host="https://registry.invalid", proxy="environment", ssl_ca_cert=ca_file)
    assert client.request("POST", "https://registry.invalid", body={}).status == 200
    assert proxy.asked[0].startswith(b"CONNECT registry.invalid:443 ")


@pytest.mark.parametrize(
    ("settings", "no_proxy"),
    [({}, ""), ({"proxy": "environment"}, "localhost"), ({"proxy": "environment", "no_proxy": "localhost"}, "")],
    ids=["not asked for", "excepted by the environment", "excepted by the setting"],
)
def test_request_does_not_go_through_the_environment_s_proxy(
    environment: pytest.MonkeyPatch,
    httpserver: HTTPServer,
    wire: Start,
    make_client: Start,
    settings: dict[str, str],
    no_proxy: str,
) -> None:
    """Without the setting the environment is ignored; with it, a host may be excepted."""
    httpserver.expect_request("/path").respond_with_json({})
    proxy = wire(OK)
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        environment.setenv(name, proxy.url)
    environment.setenv("NO_PROXY", no_proxy)
    client = make_client(host=httpserver.url_for(""), **settings)
    assert client.request("POST", httpserver.url_for("/path"), body={}).status == 200
    assert httpserver.log[0][0].host.startswith("localhost:")
    assert proxy.requests == []


@pytest.mark.parametrize(
    ("user", "headers", "sent"),
    [
        ("user:p%40ss@", None, b"Basic dXNlcjpwQHNz"),
        ("user:p%40ss@", {"Proxy-Authorization": "Basic own"}, b"Basic own"),
        ("", None, None),
    ],
    ids=["address", "headers", "neither"],
)
def test_log_in_to_the_proxy(
    wire: Start, make_client: Start, user: str, headers: dict[str, str] | None, sent: bytes | None
) -> None:
    """A name and password in the proxy's address log in to it; headers that are configured do so instead."""
    server = wire(OK)
    address = server.url.replace("//", f"//{user}")
    client = make_client(host="http://registry.invalid", proxy=address, proxy_headers=headers)
    assert client.request("POST", "http://registry.invalid", body={}).status == 200
    (request,) = server.requests
    assert [line[21:] for line in request.split(b"\n") if line.lower().startswith(b"proxy-authorization: ")] == (
        [sent] if sent else []
    )


def test_password_that_cannot_be_sent_is_refused_unseen() -> None:
    """A name beyond what a header can hold is an ApiValueError that does not repeat it."""
    with pytest.raises(ApiValueError, match="The proxy must be") as caught:
        RESTClientObject(Configuration(proxy="http://user:%E2%82%AC@proxy.example"))
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("url", "no_proxy", "bypassed"),
    [
        ("http://host.example/p", "host.example", True),
        ("http://a.host.example", " host.example , other", True),
        ("http://10.1.2.3:80", "10.0.0.0/8", True),
        ("http://[fd00::1]", "fd00::/8", True),
        ("http://10.1.2.3", "11.0.0.0/8", False),
        ("http://host.example", "*", True),
        ("http://host.example", "", False),
        ("http://host.example", None, False),
        ("no address", "", True),
    ],
)
def test_generator_s_name_for_a_host_without_a_proxy(url: str, no_proxy: str | None, bypassed: bool) -> None:
    """`rest.should_bypass_proxies` knows hosts, domains, networks and the asterisk."""
    assert should_bypass_proxies(url, no_proxy) is bypassed


# A host that is asked for, and entries of `NO_PROXY` that mean it, and those that do not.
MEANT: dict[str, tuple[str, list[str], list[str]]] = {
    "a name": (
        "https://api.host.example/p",
        ["api.host.example", "API.Host.Example", "api.host.example.", "host.example", ".host.example", "example", "*"],
        ["host", "pi.host.example", "st.example", "other.api.host.example", ".", "..", "api", ""],
    ),
    "a name with a dot at its end": ("https://api.host.example.", ["api.host.example", ".example"], ["api"]),
    "a pattern": (
        "https://api.host.example",
        ["*.host.example", "*.example", "api.*", "*host*", "*.HOST.example"],
        ["*.api.host.example", "*.host", "b*"],
    ),
    "the domain of a pattern": ("https://host.example", [".host.example", "*.example"], ["*.host.example"]),
    "a name beyond ASCII": ("https://bücher.example", ["bücher.example", "xn--bcher-kva.example"], ["bucher.example"]),
    "a name that is too long": (f"https://{'a' * 64}.example", ["A" * 64 + ".example", "example"], ["a.example"]),
    "a port": (
        "https://host.example:8443",
        ["host.example", "host.example:8443", ".example:8443", "*.example:8443"],
        ["host.example:443", "host.example:84", "host.example:", "host.example:x"],
    ),
    "the port of the scheme": ("https://host.example", ["host.example:443"], ["host.example:80"]),
    "the other scheme's port": ("http://host.example", ["host.example:80"], ["host.example:443"]),
    "an address": (
        "http://127.0.0.1:40123",
        [
            "127.0.0.1",
            "127.0.0.0/8",
            "127.0.0.1/32",
            "127.0.0.1/8",
            "127.0.0.0/255.0.0.0",
            "0.0.0.0/0",
            "127.0.0.1:40123",
            *("::ffff:127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.*"),
        ],
        [
            "127.0.0.2",
            "128.0.0.0/8",
            "127.0.0.1:80",
            "127.0.0.0/33",
            "/8",
            "localhost",
            "0.0.1",
            "::1",
            "::/0",
            "999999999999",
        ],
    ),
    "an address in an old spelling": ("http://0x7f.1", ["127.0.0.1", "127.0.0.0/8"], ["10.0.0.0/8"]),
    "an address of IPv6": (
        "http://[2001:DB8::1]:8080",
        [
            "2001:db8::1",
            "[2001:db8::1]",
            "2001:0db8:0:0:0:0:0:1",
            "[2001:DB8::1]:8080",
            "2001:db8::/32",
            "[2001:db8::]/32",
        ],
        ["2001:db8::2", "[2001:db8::1]:80", "2001:db9::/32", "0.0.0.0/0"],
    ),
    "an address of IPv4 within IPv6": ("http://[::ffff:10.1.2.3]", ["10.1.2.3", "10.0.0.0/8"], ["11.0.0.0/8"]),
    "an address with a zone": (
        "http://[fe80::1%25eth0]",
        ["fe80::1", "fe80::/10", "fe80::1%eth0", "[fe80::1%25eth0]", "[fe80::1%eth0]:80"],
        ["fe80::1%eth1", "fe80::2", "fe80::1%ETH0"],
    ),
    "this machine": (
        "http://localhost:8080",
        ["localhost", "127.0.0.0/8", "127.0.0.1", "::1", "[::1]:8080", "LOCALHOST."],
        ["10.0.0.0/8", "local", "127.0.0.1:80"],
    ),
}


@pytest.mark.parametrize(("url", "meant", "others"), MEANT.values(), ids=MEANT)
def test_entry_means_a_host_in_any_of_its_spellings(url: str, meant: list[str], others: list[str]) -> None:
    """As requests, curl and kubectl understand names, patterns, addresses, networks and ports."""
    assert [entry for entry in meant if not should_bypass_proxies(url, entry)] == []
    assert [entry for entry in others if should_bypass_proxies(url, entry)] == []


@pytest.mark.parametrize("between", [",", ", ", " ", " , ", ",,", "\t", "\n"], ids=repr)
def test_entries_are_separated_by_commas_or_spaces(between: str) -> None:
    """An empty entry means nothing."""
    entries = between.join(["", "a.example", "10.0.0.0/8", ""])
    assert should_bypass_proxies("http://a.example", entries)
    assert should_bypass_proxies("http://10.1.2.3", entries)
    assert not should_bypass_proxies("http://b.example", entries)
