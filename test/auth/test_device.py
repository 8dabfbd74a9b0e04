"""A login in a browser, as RFC 8628 says: what is asked, what the user is shown, when it is asked again, its end."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from openapi_client import Configuration
from openapi_client.auth import DevicePrompt, DeviceTokenSource
from openapi_client.exceptions import (
    ApiValueError,
    AuthenticationException,
    ClientRefusedException,
    DeviceLoginException,
    LoginRequiredException,
)

BEGUN = {
    "device_code": "device-code-that-nobody-may-see",
    "user_code": "WDJB-MJHT",
    "verification_uri": "https://login.example/device",
    "verification_uri_complete": "https://login.example/device?user_code=WDJB-MJHT",
    "expires_in": 600,
}
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def prompts() -> list[DevicePrompt]:
    """What the user was shown."""
    return []


@pytest.fixture
def make(login_server: Any, clock: Any, prompts: list[DevicePrompt]) -> Callable[..., DeviceTokenSource]:
    """Makes sources whose server begins a login."""

    def source(*answers: Any, token_url: str = login_server.token_url, **begun: Any) -> DeviceTokenSource:
        login_server.scripted += [Response(json.dumps({**BEGUN, **begun})), *answers]
        return DeviceTokenSource(
            token_url=token_url,
            device_authorization_url=f"{login_server.url}/device",
            client_id="client-tools",
            scope="openid offline_access",
            audience="registry",
            prompt=prompts.append,
            configuration=Configuration(retries=3, read_timeout_seconds=30),
            clock=clock,
            wall_clock=clock,
            sleep=clock.sleep,
        )

    return source


@pytest.fixture
def pending(refusal_of: Callable[..., Response]) -> Response:
    """The user has not logged in yet."""
    return refusal_of("authorization_pending")


def test_user_logs_in(
    make: Callable[..., DeviceTokenSource],
    login_server: Any,
    clock: Any,
    prompts: list[DevicePrompt],
    pending: Response,
) -> None:
    """Shown once where and with which code, while the server is asked every 5 s unless it says otherwise."""
    source = make(pending, pending, login_server.tokens())
    assert source() == source() == "access-1-that-nobody-may-see"
    assert prompts == [
        DevicePrompt("https://login.example/device", BEGUN["verification_uri_complete"], "WDJB-MJHT", 600.0)  # type: ignore[arg-type] # a text
    ]
    assert clock.waits == [5, 5, 5]
    (path, begin, _), *polls = login_server.requests
    assert (path, begin) == (
        "/device",
        {"client_id": "client-tools", "scope": "openid offline_access", "audience": "registry"},
    )
    assert [form for _, form, _ in polls] == [
        {"grant_type": GRANT_TYPE, "device_code": BEGUN["device_code"], "client_id": "client-tools"}
    ] * 3


def test_login_leaves_a_refresh_token_behind(
    make: Callable[..., DeviceTokenSource], login_server: Any, clock: Any, prompts: list[DevicePrompt]
) -> None:
    """The user is not asked again as long as it is good, and then is."""
    source = make(login_server.tokens())
    source()
    clock.now += 300
    source()
    assert len(prompts) == 1
    clock.now += 300
    login_server.good.clear()
    make(Response(json.dumps({"error": "invalid_grant"}), 400))
    login_server.scripted.reverse()
    login_server.scripted.append(login_server.tokens())
    source()
    assert len(prompts) == 2
    assert login_server.grants == [GRANT_TYPE, "refresh_token", "refresh_token", GRANT_TYPE]


@pytest.mark.parametrize(("interval", "wait"), [(7, 7), ("3", 3), (0, 1), (None, 5), ("", 5), ([], 5), (2.5, 2.5)])
def test_interval_is_the_server_s(
    make: Callable[..., DeviceTokenSource], login_server: Any, clock: Any, interval: Any, wait: float
) -> None:
    """Where it makes sense."""
    make(login_server.tokens(), interval=interval)()
    assert clock.waits == [wait]


def test_slow_down_adds_five_seconds_for_good(
    make: Callable[..., DeviceTokenSource],
    login_server: Any,
    clock: Any,
    pending: Response,
    refusal_of: Callable[..., Response],
) -> None:
    """Each time (RFC 8628, section 3.5)."""
    make(pending, refusal_of("slow_down"), pending, refusal_of("slow_down"), pending, login_server.tokens())()
    assert clock.waits == [5, 5, 10, 10, 15, 15]


@pytest.mark.parametrize("status", [200, 202, 400, 401, 403, 428, 429, 500])
@pytest.mark.parametrize("device_code", [BEGUN["device_code"], "pending", "slow"], ids=["long", "pending", "slow"])
def test_login_goes_on_whatever_the_status(
    make: Callable[..., DeviceTokenSource],
    login_server: Any,
    clock: Any,
    refusal_of: Callable[..., Response],
    status: int,
    device_code: str,
) -> None:
    """The code in the answer counts, though the device code be a part of it by chance."""
    pending, slow_down = (refusal_of(code, status) for code in ("authorization_pending", "slow_down"))
    make(pending, slow_down, pending, login_server.tokens(), device_code=device_code)()
    assert clock.waits == [5, 5, 10, 10]


@pytest.mark.parametrize("empty", [None, False, "", " ", [], {}, 0])
def test_empty_error_is_no_refusal(
    make: Callable[..., DeviceTokenSource], login_server: Any, pending: Response, empty: object
) -> None:
    """Some servers send every field in every answer."""
    assert make(pending, login_server.tokens(error=empty), error=empty)() == "access-1-that-nobody-may-see"


PAGE, COMPLETE = "https://login.example/device", "https://login.example/device?user_code=WDJB-MJHT"


@pytest.mark.parametrize(
    ("begun", "complete"),
    [
        ({"verification_url": PAGE}, None),
        ({"verification_url": PAGE, "verification_uri": ""}, None),
        ({"verification_url": "https://older.example/", "verification_uri": PAGE}, None),
        ({"verification_url": PAGE, "verification_url_complete": COMPLETE}, COMPLETE),
        ({"verification_url": PAGE, "verification_uri_complete": COMPLETE}, COMPLETE),
        ({"verification_uri": PAGE, "verification_url_complete": COMPLETE}, COMPLETE),
        ({"verification_uri": PAGE, "verification_uri_complete": ""}, None),
        ({"verification_uri": PAGE, "verification_uri_complete": []}, None),
    ],
)
def test_page_has_two_names(
    make: Callable[..., DeviceTokenSource],
    login_server: Any,
    prompts: list[DevicePrompt],
    begun: dict[str, Any],
    complete: str | None,
) -> None:
    """Servers older than RFC 8628 write `verification_url`; an empty address is absent."""
    make(login_server.tokens(), **{"verification_uri": None, "verification_uri_complete": None, **begun})()
    assert [(prompt.verification_uri, prompt.verification_uri_complete) for prompt in prompts] == [(PAGE, complete)]


def test_failure_in_passing_doubles_the_interval(
    make: Callable[..., DeviceTokenSource], login_server: Any, clock: Any, pending: Response, httpserver: HTTPServer
) -> None:
    """No connection, or a server that fails, is asked again less often, and by nobody else in between."""
    source = make(pending, Response(status=503), pending, login_server.tokens())
    assert source() == "access-1-that-nobody-may-see"
    assert clock.waits == [5, 5, 10, 10]
    assert len(httpserver.log) == 5


def test_lost_connection_doubles_the_interval(
    raw_server: Callable[..., Any], make: Callable[..., DeviceTokenSource], clock: Any
) -> None:
    """Until the code has expired."""
    lost = raw_server(b"")
    source = make(token_url=lost.url, expires_in=60)
    with pytest.raises(DeviceLoginException, match="not confirmed in time: ask again"):
        source()
    assert clock.waits == [5, 10, 20, 25]
    assert len(lost.requests) == 4


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("access_denied", DeviceLoginException),
        ("expired_token", DeviceLoginException),
        ("invalid_grant", LoginRequiredException),
        ("invalid_client", ClientRefusedException),
    ],
)
def test_refusal_ends_the_login(
    make: Callable[..., DeviceTokenSource],
    pending: Response,
    refusal_of: Callable[..., Response],
    clock: Any,
    login_server: Any,
    code: str,
    kind: type[AuthenticationException],
) -> None:
    """With the error that it is; asked again after 5 s, the source begins another one."""
    source = make(pending, refusal_of(code))
    with pytest.raises(kind) as caught:
        source()
    assert caught.value.error == code
    clock.now += 5
    make(login_server.tokens())
    assert source() == "access-1-that-nobody-may-see"


def test_login_ends_with_its_code(
    make: Callable[..., DeviceTokenSource], pending: Response, clock: Any, login_server: Any
) -> None:
    """By the clock here, should the server never say so; it is asked for the last time at the very end."""
    source = make(*[pending] * 4, expires_in=17)
    with pytest.raises(DeviceLoginException, match="not confirmed in time"):
        source()
    assert clock.waits == [5, 5, 5, 2]
    assert login_server.scripted == []


def test_refused_beginning_is_told(
    make: Callable[..., DeviceTokenSource],
    login_server: Any,
    prompts: list[DevicePrompt],
    refusal_of: Callable[..., Response],
) -> None:
    """As by a server that does not admit the client to this login."""
    source = make()
    login_server.scripted = [refusal_of("unauthorized_client", 401)]
    with pytest.raises(ClientRefusedException):
        source()
    assert prompts == []


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"device_code": None}, "gave no token but NoneType, as its device_code"),
        ({"user_code": 5}, "user_code is no code for people"),
        ({"user_code": ""}, "user_code is no code for people"),
        ({"user_code": "\x1b[2J"}, "user_code is no code for people"),
        ({"user_code": "x" * 65}, "user_code is no code for people"),
        ({"verification_uri": None}, "verification_uri must be an address"),
        ({"verification_uri": "javascript:alert(1)"}, "verification_uri must be an address"),
        ({"verification_uri_complete": "https://h/\x07"}, "verification_uri_complete must be an address"),
        ({"verification_uri": "", "verification_url": "ftp://h/"}, "verification_uri must be an address"),
        ({"expires_in": None}, "expires_in is not a number of seconds"),
        ({"expires_in": ""}, "expires_in is not a number of seconds"),
        ({"expires_in": 0}, "expires_in is not a number of seconds"),
        ({"expires_in": "soon"}, "expires_in is not a number of seconds"),
        ({"interval": [5]}, "interval is not a number of seconds"),
    ],
)
def test_beginning_of_another_shape_is_refused(
    make: Callable[..., DeviceTokenSource],
    prompts: list[DevicePrompt],
    secrets_in: Callable[..., list[str]],
    more: dict[str, Any],
    problem: str,
) -> None:
    """Before the user is shown anything."""
    with pytest.raises(AuthenticationException, match="The login server began no device login") as caught:
        make(**more)()
    assert problem in str(caught.value)
    assert prompts == []
    assert "device-code" not in f"{caught.value!r} {vars(caught.value)}"
    assert secrets_in(caught.value) == []


def test_interrupt_while_the_user_logs_in_leaves_the_source_usable(
    make: Callable[..., DeviceTokenSource], login_server: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Ctrl-C does."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    source = make()
    with monkeypatch.context() as patch:
        patch.setattr(source, "_sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            source()
    make(login_server.tokens())
    assert source() == "access-1-that-nobody-may-see"
    assert clock.waits == [5]


def test_error_of_a_prompt_is_the_cause(make: Callable[..., DeviceTokenSource], prompts: list[DevicePrompt]) -> None:
    """The user was not shown where to log in."""
    source = make()
    source._prompt = lambda _: prompts[1]
    with pytest.raises(AuthenticationException, match="No token could be had: IndexError") as caught:
        source()
    assert isinstance(caught.value.__cause__, IndexError)


def test_token_url_needs_the_other_address() -> None:
    """There is no guessing it."""
    with pytest.raises(ApiValueError, match="needs device_authorization_url too"):
        DeviceTokenSource(token_url="http://h/token")
