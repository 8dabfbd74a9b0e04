"""No secret of a login shows in what is printed, logged, raised or pickled, whatever comes of it."""

import json
import logging
import pickle
import socket
from collections.abc import Callable, Iterator
from pprint import pformat
from typing import Any

import pytest

from openapi_client import Configuration
from openapi_client.auth import (
    CommandTokenSource,
    DeviceTokenSource,
    PasswordTokenSource,
    RefreshTokenSource,
    ask,
)
from openapi_client.exceptions import OpenApiException

TOKEN = "token-that-nobody-may-see"
TOKENS = {
    "access_token": TOKEN,
    "refresh_token": f"r-{TOKEN}",
    "id_token": TOKEN,
    "token_type": "Bearer",
    "expires_in": 300,
    "device_code": TOKEN,
    "user_code": "WDJB-MJHT",
    "verification_uri": "https://login.example/device",
}
Shown = Callable[..., list[str]]


def http(status: str, body: str, headers: str = "", beyond: int = 0) -> bytes:
    """An answer as bytes, whose length may be stated as more than it is."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body) + beyond}\r\n\r\n{body}".encode()


def echo(code: object) -> str:
    """A refusal that repeats what was sent."""
    return json.dumps({"error": code, "error_description": f"{TOKEN} is bad", "error_uri": TOKEN, TOKEN: TOKEN})


ANSWERS = {
    "success": http("200 OK", json.dumps(TOKENS)),
    "refused": http(f"400 no {TOKEN}", echo("invalid_grant"), f"X-Echo: {TOKEN}\r\n"),
    "client refused": http("401 no", echo("invalid_client"), f"WWW-Authenticate: Basic error={TOKEN}\r\n"),
    "code is the secret": http("400 no", echo(TOKEN)),
    "page": http("403 no", f"<html>{TOKEN}</html>"),
    "server failed": http("503 no", f"Traceback: password={TOKEN} {TOKEN}"),
    "redirect": http("307 no", "", f"Location: https://elsewhere.example/{TOKEN}\r\n"),
    "redirect of the same origin": http("307 no", "", f"Location: /there?state={TOKEN}\r\n"),
    "no JSON": http("200 OK", json.dumps(TOKENS)[:-1]),
    "list": http("200 OK", json.dumps([TOKENS])),
    "token with a line break": http(
        "200 OK", json.dumps({**TOKENS, "access_token": f"{TOKEN}\n", "device_code": f"{TOKEN}\n"})
    ),
    "other kind": http("200 OK", json.dumps({**TOKENS, "token_type": TOKEN, "verification_uri": TOKEN})),
    "odd lifetime": http("200 OK", json.dumps({**TOKENS, "expires_in": TOKEN})),
    "invalid UTF-8": http("200 OK", json.dumps(TOKENS)).replace(b"Bearer", b"\xff"),
    "truncated": http("200 OK", json.dumps(TOKENS), beyond=9),
    "half a head": http("200 OK", "", f"X-Echo: {TOKEN}\r\n").partition(b"Content-Length")[0],
}
SOURCES: dict[str, Callable[..., Any]] = {
    "password": lambda **more: PasswordTokenSource("ada", TOKEN, client_id="c", **more),
    "password of a client with a secret": lambda **more: PasswordTokenSource(
        "ada", TOKEN, client_id="c", client_secret=f"c-{TOKEN}", **more
    ),
    "refresh": lambda **more: RefreshTokenSource(TOKEN, **more),
    "device": lambda token_url, **more: DeviceTokenSource(
        token_url=token_url,
        device_authorization_url=token_url,
        client_id="c",
        client_secret=TOKEN,
        prompt=lambda _: None,
        sleep=lambda _: None,
        **more,
    ),
}


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """All loggers at DEBUG."""
    with caplog.at_level(logging.DEBUG):
        yield


def assert_nothing_shows(secrets_in: Shown, caplog: pytest.LogCaptureFixture, *shown: Any) -> None:
    """Neither what came of it nor what was logged shows a secret; nor do the pickles of errors."""
    assert caplog.records
    assert secrets_in(*shown, *map(pformat, shown), caplog.text) == []
    errors = [came for came in shown if isinstance(came, BaseException)]
    assert secrets_in(*[str(pickle.dumps(error)) for error in errors]) == []


def outcomes(source: Any, token: str = TOKEN) -> list[Any]:
    """What comes of asking a source in all ways, one after another."""
    came: list[Any] = []
    for way in (
        lambda: ask(source),
        lambda: ask(source, token),
        source,
        source.logout,
        source._renew_silently,
    ):
        try:
            came.append(way())
        except OpenApiException as error:
            came.append(error)
    return came


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_login_shows_no_secret(
    raw_server: Callable[..., Any],
    secrets_in: Shown,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    answer: bytes,
    clock: Any,
) -> None:
    """However it ends: what the source gives and raises, the source itself, and the log."""
    is_good = answer is ANSWERS["success"] or (answer is ANSWERS["odd lifetime"] and kind != "device")
    url = raw_server(answer).url
    settings = Configuration(retries=False, debug=True)
    source = SOURCES[kind](
        token_url=f"{url}/token", revocation_url=f"{url}/revoke", configuration=settings, clock=clock
    )
    came = outcomes(source)
    assert (came[0] == TOKEN) is is_good
    # A token itself is what was asked for; where it is shown it is masked.
    came = [repr(one) if isinstance(one, str) else one for one in came]
    assert_nothing_shows(secrets_in, caplog, source, pformat(vars(source)), *came)


@pytest.mark.parametrize("kind", SOURCES)
def test_login_that_is_not_reached_shows_no_secret(
    secrets_in: Shown, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """No connection, which is an error of a lower layer."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/token"
        came = outcomes(SOURCES[kind](token_url=url, configuration=Configuration(retries=1)))
    assert [type(one).__name__ for one in came[:3]] == ["AuthenticationException"] * 3
    assert_nothing_shows(secrets_in, caplog, *came)


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("surrogate", ["scope", "audience"])
def test_form_that_cannot_be_sent_shows_no_secret(
    secrets_in: Shown, caplog: pytest.LogCaptureFixture, kind: str, surrogate: str
) -> None:
    """Half a surrogate pair has no form in UTF-8."""
    source = SOURCES[kind](token_url="http://127.0.0.1:9/token", **{surrogate: f"{TOKEN}\ud800"})
    came = outcomes(source)
    logging.getLogger("openapi_client").debug("there is at least one record")
    assert "half of a surrogate pair" in str(came[0])
    assert_nothing_shows(secrets_in, caplog, *came)


@pytest.mark.parametrize("kind", SOURCES)
def test_arguments_that_will_not_do_show_no_secret(
    secrets_in: Shown, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """An error of the constructor, whose frame holds them."""
    with pytest.raises(OpenApiException) as caught:
        SOURCES[kind](token_url=f"http://user:{TOKEN}@h/")
    logging.getLogger("openapi_client").debug("there is at least one record")
    assert_nothing_shows(secrets_in, caplog, caught.value)


def test_command_shows_no_secret(secrets_in: Shown, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what it prints nor its arguments."""
    source = CommandTokenSource(["printf", TOKEN])
    assert source() == TOKEN
    logging.getLogger("openapi_client").debug("there is at least one record")
    with pytest.raises(OpenApiException) as caught:
        source.renew(TOKEN)
    assert_nothing_shows(secrets_in, caplog, source, pformat(vars(source)), caught.value)
