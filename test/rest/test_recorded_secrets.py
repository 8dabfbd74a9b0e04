"""The filters that the page about testing shows keep secrets out of cassettes, of calls and of logins."""

import base64
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import vcr  # type: ignore[import-untyped] # it states no types
import yaml  # type: ignore[import-untyped] # its types are a package of their own
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi
from openapi_client.auth import DeviceTokenSource, PasswordTokenSource, RefreshTokenSource
from openapi_client.aws import CredentialSource

Start = Callable[..., Any]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing.md"
READ_PATH = "/registry/credentials/generate-read-access-credentials"

PASSWORD = "pass word:ä%&that-nobody-may-see"
CLIENT_SECRET = "client/secret+that-nobody-may-see"
COOKIE = "cookie-that-nobody-may-see"
API_KEY = "api-key-that-nobody-may-see"
PROXY = "proxy-password-that-nobody-may-see"
ACCESS_TOKEN = "access-token-that-nobody-may-see"
REFRESH_TOKEN = "refresh-token-that-nobody-may-see"
ID_TOKEN = "id-token-that-nobody-may-see"
DEVICE_CODE = "device-code-that-nobody-may-see"
USER_CODE = "WDJB-MJHT"
SESSION_TOKEN = "session/token+that-nobody-may-see=="
KEYS = {
    "aws_access_key_id": "key-id-that-nobody-may-see",
    "aws_secret_access_key": "key/that+nobody-may-see",
    "aws_session_token": SESSION_TOKEN,
    "expiry": "2030-01-02T03:04:05+00:00",
}
LINK = "https://console.example/federation?SigninToken=link-that-nobody-may-see"
ANSWERED = {*list(KEYS.values())[:3], LINK, COOKIE}
GRANTED = {ACCESS_TOKEN, REFRESH_TOKEN, ID_TOKEN, *ANSWERED}


@pytest.fixture
def server(httpserver: HTTPServer) -> HTTPServer:
    """A registry with a login server, whose answers hold each kind of secret."""
    url = httpserver.url_for("").rstrip("/")
    polls: list[str] = []

    def answer_token(request: Request) -> Response:
        polls.append(request.form["grant_type"])
        if polls[0].endswith("device_code") and len(polls) == 1:
            return Response('{"error": "authorization_pending"}', 400, content_type="application/json")
        tokens = {"access_token": ACCESS_TOKEN, "refresh_token": REFRESH_TOKEN, "id_token": ID_TOKEN}
        return Response(json.dumps({**tokens, "token_type": "Bearer", "expires_in": 300}))

    metadata = {
        "issuer": url,
        "token_endpoint": f"{url}/token",
        "device_authorization_endpoint": f"{url}/device",
        "revocation_endpoint": f"{url}/revoke",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
    device = {
        "device_code": DEVICE_CODE,
        "user_code": USER_CODE,
        "verification_uri": "https://login.example/device",
        "verification_uri_complete": f"https://login.example/device?user_code={USER_CODE}",
        "expires_in": 600,
    }
    answer = {"status": {"success": True, "details": "For a test."}, "credentials": KEYS, "console_session_url": LINK}
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(metadata)
    httpserver.expect_request("/token", method="POST").respond_with_handler(answer_token)
    httpserver.expect_request("/device", method="POST").respond_with_json(device)
    httpserver.expect_request("/revoke", method="POST").respond_with_data("revoked")
    httpserver.expect_request(READ_PATH, method="POST").respond_with_json(
        answer, headers={"Set-Cookie": f"session={COOKIE}"}
    )
    return httpserver


@pytest.fixture
def call(credentials_request: CredentialsRequest) -> Iterator[Callable[..., Any]]:
    """Asks for keys once, with a client of its own that is made of some settings."""
    with ExitStack() as stack:

        def ask(*, more: dict[str, Any] | None = None, **settings: Any) -> Any:
            client = stack.enter_context(ApiClient(Configuration(**{"retries": False, **settings}), **(more or {})))
            return RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)

        yield ask


def code_blocks() -> list[str]:
    """The Python examples of the page about testing."""
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def filters() -> dict[str, Any]:
    """The filters that the page about testing shows."""
    namespace: dict[str, Any] = {}
    exec(code_blocks()[0], namespace)  # noqa: S102 - the documentation's code
    filters: dict[str, Any] = namespace["FILTERS"]
    return filters


def log_in_with_token(_: str) -> dict[str, Any]:
    return {"access_token": ACCESS_TOKEN}


def log_in_through_proxy(url: str) -> dict[str, Any]:
    headers = {"Proxy-Authorization": f"Basic {base64.b64encode(f'ada:{PROXY}'.encode()).decode()}"}
    return {"access_token": ACCESS_TOKEN, "proxy": url, "proxy_headers": headers, "host": "http://recorded.invalid"}


def log_in_with_password(_: str) -> dict[str, Any]:
    return {"username": "ada", "password": PASSWORD, "client_id": "tools", "client_secret": CLIENT_SECRET}


def log_in_with_secret_in_form(url: str) -> dict[str, Any]:
    source = PasswordTokenSource("ada", PASSWORD, issuer=url, client_id="tools", client_secret=CLIENT_SECRET)
    return {"access_token": source}


def log_in_with_refresh_token(url: str) -> dict[str, Any]:
    return {"access_token": RefreshTokenSource(REFRESH_TOKEN, token_url=f"{url}/token", revocation_url=f"{url}/revoke")}


def log_in_with_device(url: str) -> dict[str, Any]:
    source = DeviceTokenSource(
        token_url=f"{url}/token",
        device_authorization_url=f"{url}/device",
        client_id="tools",
        prompt=lambda _: None,
        sleep=lambda _: None,
    )
    return {"access_token": source}


@pytest.mark.parametrize(
    ("log_in", "secrets"),
    [
        (log_in_with_token, {ACCESS_TOKEN, API_KEY, *ANSWERED}),
        (log_in_through_proxy, {ACCESS_TOKEN, API_KEY, PROXY, *ANSWERED}),
        (log_in_with_password, {PASSWORD, CLIENT_SECRET, API_KEY, *GRANTED}),
        (log_in_with_secret_in_form, {PASSWORD, CLIENT_SECRET, API_KEY, *GRANTED}),
        (log_in_with_refresh_token, {API_KEY, *GRANTED}),
        (log_in_with_device, {DEVICE_CODE, USER_CODE, API_KEY, *GRANTED}),
    ],
    ids=["token", "proxy", "password", "secret in form", "refresh and logout", "device"],
)
@pytest.mark.parametrize("filtered", [True, False], ids=["filtered", "unfiltered"])
def test_filters_of_the_page_keep_secrets_out(
    server: HTTPServer,
    call: Start,
    filters: dict[str, Any],
    tmp_path: Path,
    log_in: Callable[[str], dict[str, Any]],
    secrets: set[str],
    filtered: bool,
) -> None:
    """A cassette made with the page's filters holds no secret in any form, one made without them holds them all."""
    url, cassette = server.url_for("").rstrip("/"), tmp_path / "cassette.yaml"
    settings = {"host": url, **log_in(url)}
    more = {"header_name": "X-API-Key", "header_value": API_KEY, "cookie": f"session={COOKIE}"}
    with vcr.use_cassette(str(cassette), **(filters if filtered else {})):
        answer = call(more=more, **settings)
        if isinstance(source := settings.get("access_token"), RefreshTokenSource):
            source.logout()
    # The caller has the real ones while it records.
    assert answer.credentials.aws_session_token == KEYS["aws_session_token"]
    assert found_in(cassette, secrets) == (set() if filtered else secrets)


def test_replayed_keys_are_good_for_a_source(
    server: HTTPServer,
    credentials_request: CredentialsRequest,
    filters: dict[str, Any],
    tmp_path: Path,
    configuration: Configuration,
) -> None:
    """A source takes the keys of a filtered cassette, whose end lies far ahead."""
    place = credentials_request.s3_location
    for mode, key in (("once", KEYS["aws_secret_access_key"]), ("none", "hidden")):
        with (
            vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode=mode, **filters),
            ApiClient(configuration) as client,
        ):
            assert CredentialSource(place, api=client)().aws_secret_access_key == key
    assert len(server.log) == 1


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"<html>token: t</html>", ""),
        (b"\xff", ""),
        (b"", ""),
        (b'[{"access_token": "t"}, 1]', '[{"access_token": "hidden"}, 1]'),
        (b'{"access_token": null, "a": {"id_token": "t"}}', '{"access_token": null, "a": {"id_token": "hidden"}}'),
    ],
    ids=["HTML", "bytes", "empty", "list", "nested"],
)
def test_filters_of_the_page_keep_what_they_know(
    filters: dict[str, Any], httpserver: HTTPServer, make_client: Start, tmp_path: Path, body: bytes, kept: str
) -> None:
    """The page's filters keep JSON but for its secrets, and nothing of a body that is not JSON."""
    httpserver.expect_request("/").respond_with_data(body)
    cassette = tmp_path / "cassette.yaml"
    with vcr.use_cassette(str(cassette), **filters):
        assert make_client().request("GET", httpserver.url_for("/")).data == body
    (saved,) = yaml.safe_load(cassette.read_text())["interactions"]
    assert saved["response"]["body"]["string"] == kept


def test_pytest_recording_saves_and_replays(server: HTTPServer, tmp_path: Path) -> None:
    """The page's test of pytest-recording records once, replays without the server, and keeps no secret."""
    definitions, example = code_blocks()[0], next(block for block in code_blocks() if "vcr_config" in block)
    imports = (
        "from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi, S3Location"
    )
    code = f"{definitions}\n{imports}\n{example}"
    code = code.replace("http://localhost", server.url_for("").rstrip("/")).replace("YOUR_ACCESS_TOKEN", ACCESS_TOKEN)
    (tmp_path / "test_example.py").write_text(code)

    def run(*options: str) -> str:
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", *options]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - the test's own
        return ended.stdout

    assert "1 passed" in run("--record-mode=once")
    (cassette,) = tmp_path.glob("cassettes/test_example/*.yaml")
    assert found_in(cassette, {ACCESS_TOKEN, *ANSWERED}) == set()
    asked = len(server.log)
    assert "1 passed" in run("--block-network")
    cassette.unlink()
    assert "CannotOverwriteExistingCassetteException" in run()
    assert len(server.log) == asked


def found_in(cassette: Path, secrets: set[str]) -> set[str]:
    """Which secrets a cassette holds: plain, in an address, in hexadecimal digits, or anywhere inside Base64."""
    text = cassette.read_text()
    # The text of the file, and that of its values, which YAML may have folded and escaped.
    everything = "\n".join((text, *map(str, values_of(yaml.safe_load(text)))))
    return {secret for secret in secrets if any(form in everything for form in forms_of(secret))}


def values_of(value: Any) -> Iterator[Any]:
    """Every name and value inside some YAML."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from values_of(item)
    else:
        yield value


def forms_of(secret: str) -> set[str]:
    """The forms in which a secret can stand in a text."""
    forms = {secret, json.dumps(secret)[1:-1], secret.encode().hex()}
    for written in (secret, quote(secret, safe=""), quote_plus(secret)):
        forms.add(written)
        for before in range(3):
            # The characters that this text alone decides, whatever stands before and after it.
            encoded = base64.b64encode(b"\0" * before + written.encode()).decode()
            inner = encoded[math.ceil(before * 8 / 6) : (before + len(written.encode())) * 8 // 6]
            forms |= {inner, inner.translate(str.maketrans("+/", "-_"))}
    return forms


@pytest.mark.parametrize("before", ["", "a", "ab"], ids=len)
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode], ids=["Base64", "URL-safe"])
def test_search_finds_secrets_inside_base64(before: str, encode: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """The search for secrets finds them wherever they begin in Base64."""
    cassette = tmp_path / "cassette.yaml"
    cassette.write_text(f"a: {encode(f'{before}{PASSWORD}ÿ'.encode()).decode()}")
    assert found_in(cassette, {PASSWORD, COOKIE}) == {PASSWORD}
