"""Which certificate authorities are trusted: a setting's, else the environment's, each a file or a folder."""

import re
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from openapi_client import ApiConnectionException, ApiValueError, Configuration
from openapi_client.auth import discover
from openapi_client.rest import RESTClientObject
from openapi_client.rest.authorities import authorities_of, certificates_at

Start = Callable[..., Any]
VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no authorities, for a test to change."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def places(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """The authority's certificate in a file, in a folder, in a folder for OpenSSL, and behind another folder."""
    places = {name: tmp_path / name for name in ("file", "folder", "hashed", "empty")}
    for name in ("folder", "hashed", "empty"):
        places[name].mkdir()
    (places["folder"] / "README").write_text("no certificate")
    (places["folder"] / "deeper").mkdir()
    for file in (places["file"], places["folder"] / "own ca.crt", places["hashed"] / "ca.pem"):
        authority.cert_pem.write_to_path(str(file))
    hashed = ["openssl", "x509", "-noout", "-hash", "-in", str(places["file"])]
    name = subprocess.run(hashed, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - the test's own
    (places["hashed"] / "ca.pem").rename(places["hashed"] / f"{name}.0")
    return {**{name: str(place) for name, place in places.items()}, "missing": str(tmp_path / "missing")}


@pytest.fixture
def server(raw_server: Start, tls: Start) -> Any:
    """A server whose certificate is of the authority that nobody else trusts."""
    return raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", tls=tls("localhost"))


def status_of(host: str, **settings: Any) -> int:
    """The status of one request."""
    client = RESTClientObject(Configuration(host, retries=False, **settings))
    try:
        return client.request("GET", f"{host}/p").status
    finally:
        client.close()


# What names the authorities: the environment's variables, and the setting.
TRUSTED: dict[str, tuple[dict[str, str], str | None]] = {
    **{
        f"{name} names a {place}": ({name: place}, None) for name in VARIABLES for place in ("file", "folder", "hashed")
    },
    **{f"the setting names a {place}": ({}, place) for place in ("file", "folder", "hashed")},
    "the setting before the variables": (dict.fromkeys(VARIABLES, "missing"), "file"),
    "requests' variable before OpenSSL's": (
        {"REQUESTS_CA_BUNDLE": "file", "SSL_CERT_FILE": "missing", "SSL_CERT_DIR": "missing"},
        None,
    ),
    "a variable that is empty": ({"REQUESTS_CA_BUNDLE": "", "SSL_CERT_FILE": "file", "SSL_CERT_DIR": ""}, None),
    "both of OpenSSL's": ({"SSL_CERT_FILE": "file", "SSL_CERT_DIR": "hashed"}, None),
    "both of OpenSSL's, folders": ({"SSL_CERT_FILE": "folder", "SSL_CERT_DIR": "folder"}, None),
    "several folders": ({"SSL_CERT_DIR": "missing:folder"}, None),
    "several folders for OpenSSL": ({"SSL_CERT_DIR": "missing:hashed"}, None),
}


@pytest.mark.skipif(sys.platform == "win32", reason="the table has another system's separator")
@pytest.mark.parametrize(("variables", "setting"), TRUSTED.values(), ids=TRUSTED)
def test_authorities_are_found_where_they_are_named(
    environment: pytest.MonkeyPatch,
    places: dict[str, str],
    server: Any,
    variables: dict[str, str],
    setting: str | None,
) -> None:
    """A setting comes before the variables, requests' variable before OpenSSL's; a folder need not be hashed."""
    with pytest.raises(ApiConnectionException, match="TLS failed"):
        status_of(server.url)
    for name, value in variables.items():
        environment.setenv(name, ":".join(places[place] for place in value.split(":") if place))
    assert status_of(server.url, ssl_ca_cert=places.get(setting or "")) == 200


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(("place", "problem"), [("missing", "There is no file"), ("empty", "There is no certificate")])
def test_error_names_the_variable(
    environment: pytest.MonkeyPatch, places: dict[str, str], variable: str, place: str, problem: str
) -> None:
    """For the registry and for logins; where the host is asked without TLS, nothing is amiss."""
    environment.setenv(variable, places[place])
    problem = f"{problem}.* {re.escape(repr(places[place]))}.*, which {variable} names for TLS"
    with pytest.raises(ApiValueError, match=problem):
        status_of("https://localhost:1")
    with pytest.raises(ApiValueError, match=problem):
        discover("https://localhost:1")
    assert authorities_of(Configuration("http://localhost")) == {}
    assert authorities_of(Configuration("https://localhost", verify_ssl=False)) == {}


@pytest.mark.parametrize("path", ["", "~nosuchuser/ca.pem", "a\0b"], ids=repr)
def test_setting_that_is_no_path_is_an_error(path: str) -> None:
    """It is named."""
    with pytest.raises(ApiValueError, match="Configuration's ssl_ca_cert"):
        RESTClientObject(Configuration(ssl_ca_cert=path))


@pytest.mark.parametrize("variable", VARIABLES)
def test_login_trusts_what_the_environment_names(
    environment: pytest.MonkeyPatch, places: dict[str, str], raw_server: Start, tls: Start, variable: str
) -> None:
    """As the registry's client does."""
    environment.setenv(variable, places["folder"])
    server = raw_server(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", tls=tls("localhost"))
    with pytest.raises(Exception, match="404"):
        discover(server.url)


@pytest.mark.parametrize("place", ["file", "folder", "hashed"])
@pytest.mark.parametrize("form", ["text", "DER"])
def test_data_is_trusted_besides_the_setting(places: dict[str, str], server: Any, place: str, form: str) -> None:
    """Either of them may hold the authority."""
    other = trustme.CA().cert_pem.bytes().decode()
    data = other if form == "text" else ssl.PEM_cert_to_DER_cert(other)
    assert status_of(server.url, ssl_ca_cert=places[place], ca_cert_data=data) == 200


def test_home_is_the_user_s(environment: pytest.MonkeyPatch, places: dict[str, str], server: Any) -> None:
    """`~` in a variable or the setting means what a shell means."""
    environment.setenv("HOME", str(Path(places["file"]).parent))
    assert status_of(server.url, ssl_ca_cert="~/file") == 200
    for name in VARIABLES:
        environment.setenv(name, "~/file")
        assert status_of(server.url) == 200
        environment.delenv(name)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that nobody can read")
def test_file_that_cannot_be_read_is_an_error() -> None:
    """The error says why, and what names the file."""
    with pytest.raises(ApiValueError, match=r"'/proc/self/mem', which AWS_CA_BUNDLE names for TLS, cannot be read: "):
        certificates_at("/proc/self/mem", "AWS_CA_BUNDLE")
