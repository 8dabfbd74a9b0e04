"""Where a login server's endpoints are: given, or found at the issuer's, and what of it is not believed."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import Configuration
from openapi_client.auth import PasswordTokenSource, ProviderMetadata, discover
from openapi_client.auth.discovery import Provider, read_metadata
from openapi_client.exceptions import ApiConnectionException, ApiValueError, AuthenticationException

ISSUER = "https://login.example/realms/r"
DOCUMENT = {
    "issuer": ISSUER,
    "token_endpoint": f"{ISSUER}/token",
    "device_authorization_endpoint": f"{ISSUER}/device",
    "revocation_endpoint": f"{ISSUER}/revoke",
    "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
    "jwks_uri": 5,
}
PATH = "/realms/r/.well-known/openid-configuration"


@pytest.fixture
def publish(httpserver: HTTPServer) -> Callable[..., str]:
    """Serves a document, and gives the issuer."""

    def start(**more: Any) -> str:
        issuer = httpserver.url_for("/realms/r")
        httpserver.expect_request(PATH).respond_with_json(
            {"issuer": issuer, "token_endpoint": f"{issuer}/token", **more}
        )
        return issuer

    return start


def test_endpoints_are_discovered(publish: Callable[..., str]) -> None:
    """What a token source needs of them; those that a server does not have are None, and Basic is the usual way."""
    issuer = publish(revocation_endpoint="https://login.example/revoke")
    assert discover(issuer) == ProviderMetadata(
        token_endpoint=f"{issuer}/token",
        issuer=issuer,
        revocation_endpoint="https://login.example/revoke",
        token_endpoint_auth_methods_supported=("client_secret_basic",),
    )


def test_issuer_may_end_in_a_slash(httpserver: HTTPServer) -> None:
    """As OpenID Connect Discovery 1.0, section 4.1, removes it for the address alone."""
    issuer = httpserver.url_for("/realms/r/")
    httpserver.expect_request(PATH).respond_with_json({"issuer": issuer, "token_endpoint": f"{issuer}token"})
    assert discover(issuer).issuer == issuer


def test_document_is_read_whole() -> None:
    """All that is of use in it, and nothing else."""
    assert read_metadata(DOCUMENT, ISSUER) == ProviderMetadata(
        f"{ISSUER}/token", ISSUER, f"{ISSUER}/device", f"{ISSUER}/revoke", ("client_secret_post", "private_key_jwt")
    )


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"issuer": f"{ISSUER}/"}, f"it states another issuer, '{ISSUER}/'; give that one"),
        ({"issuer": None}, "the issuer that it states must be an address"),
        ({"issuer": "\x1b[2J"}, "the issuer that it states must be an address"),
        ({"token_endpoint": None}, "it names no token_endpoint"),
        ({"token_endpoint": ""}, "it names no token_endpoint"),
        ({"token_endpoint": "token"}, "token_endpoint must be an address"),
        ({"token_endpoint": "http://login.example/token"}, "token_endpoint is without TLS"),
        ({"device_authorization_endpoint": "javascript:alert(1)"}, "device_authorization_endpoint must be an address"),
        ({"revocation_endpoint": "http://login.example/revoke"}, "revocation_endpoint is without TLS"),
        ({"token_endpoint_auth_methods_supported": "client_secret_basic"}, "is not a list of names"),
        ({"token_endpoint_auth_methods_supported": [5]}, "is not a list of names"),
    ],
)
def test_document_that_cannot_be_believed_is_refused(more: dict[str, Any], problem: str) -> None:
    """Another issuer's, without endpoints, or with such as would be reached without TLS."""
    with pytest.raises(ApiValueError) as caught:
        read_metadata({**DOCUMENT, **more}, ISSUER)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["device_authorization_endpoint", "revocation_endpoint", "token_endpoint_auth_methods_supported"],
)
@pytest.mark.parametrize(
    "empty",
    [None, False, "", "  ", [], {}],
    ids=["null", "false", "empty_text", "blank_text", "empty_list", "empty_object"],
)
def test_empty_optional_field_is_absent(name: str, empty: object) -> None:
    """A server that lacks an endpoint may write so in several ways; the rest of its document counts."""
    without = {field: value for field, value in DOCUMENT.items() if field != name}
    assert read_metadata({**DOCUMENT, name: empty}, ISSUER) == read_metadata(without, ISSUER)


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ([None], ("client_secret_basic",)),
        ([""], ("client_secret_basic",)),
        (["client_secret_post", None, ""], ("client_secret_post",)),
    ],
)
def test_empty_names_of_methods_are_absent(stated: list[Any], read: tuple[str, ...]) -> None:
    """The others count; without any, Basic is the usual way."""
    document = {**DOCUMENT, "token_endpoint_auth_methods_supported": stated}
    assert read_metadata(document, ISSUER).token_endpoint_auth_methods_supported == read


def test_problem_names_the_document(publish: Callable[..., str]) -> None:
    """So that one can go and look."""
    issuer = publish(token_endpoint=None)
    with pytest.raises(
        AuthenticationException, match=f"login server at {issuer}/.well-known/openid-configuration cannot"
    ):
        discover(issuer)


def test_issuer_must_be_an_address() -> None:
    """Without a query, since a path is to follow."""
    for issuer in ("login.example", "https://login.example?realm=r", "https://user:pw@login.example"):
        with pytest.raises(ApiValueError, match="issuer must be an address"):
            discover(issuer)


def test_failure_of_the_network_is_its_own_error(raw_server: Callable[..., Any]) -> None:
    """As for any request."""
    with pytest.raises(ApiConnectionException):
        discover(raw_server(b"").url, Configuration(retries=False))


@pytest.mark.parametrize("addresses", [(None, None), (ISSUER, f"{ISSUER}/token")], ids=["neither", "both"])
def test_either_issuer_or_token_url(addresses: tuple[str | None, str | None]) -> None:
    """Exactly one of them."""
    with pytest.raises(ApiValueError, match="either issuer or token_url"):
        Provider(*addresses)


def test_addresses_are_checked_at_once() -> None:
    """Not when the first token is wanted."""
    for wrong in ({"token_url": "token"}, {"issuer": "x"}, {"token_url": f"{ISSUER}/token", "revocation_url": "x"}):
        with pytest.raises(ApiValueError, match=f"{list(wrong)[-1]} must be an address"):
            PasswordTokenSource("ada", "x", **wrong)  # type: ignore[arg-type] # addresses by name


def test_given_addresses_go_before_discovered_ones(publish: Callable[..., str]) -> None:
    """For a server that does not name all it has."""
    provider = Provider(publish(), None, device_authorization_url="http://h/device", revocation_url="http://h/revoke")
    known = provider.metadata(None)
    assert (known.device_authorization_endpoint, known.revocation_endpoint) == ("http://h/device", "http://h/revoke")


def test_discovery_is_asked_once(publish: Callable[..., str], httpserver: HTTPServer, clock: Any) -> None:
    """When the first token is wanted; and again only if it failed."""
    issuer = publish()
    token = {"access_token": "t", "token_type": "Bearer", "expires_in": 60}
    httpserver.expect_request("/realms/r/token").respond_with_json(token)
    source = PasswordTokenSource("ada", "x", issuer=issuer, clock=clock)
    assert httpserver.log == []
    for _ in range(3):
        assert source() == "t"
        clock.now += 60
    assert [request.path for request, _ in httpserver.log] == [PATH, *["/realms/r/token"] * 3]
    assert repr(source) == f"PasswordTokenSource({issuer!r}, user='ada')"
