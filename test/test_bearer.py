"""Who is asking: a source is asked before each request, and once more where its token is rejected."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import urllib3
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import (
    ApiClient,
    ApiException,
    AuthenticationException,
    Configuration,
    CredentialsRequest,
    RegistryCredentialsApi,
    UnauthorizedException,
)
from openapi_client.auth import CommandTokenSource, PasswordTokenSource

READ_PATH = "/registry/credentials/generate-read-access-credentials"
Challenge = list[tuple[str, str]]

Form = Callable[[RegistryCredentialsApi, CredentialsRequest], Any]
FORMS: dict[str, Form] = {
    "data": lambda api, body: api.generate_read_access_credentials(body),
    "tuple": lambda api, body: api.generate_read_access_credentials(body, _return_http_data_only=False),
    "info": lambda api, body: api.generate_read_access_credentials_with_http_info(body),
    "unread": lambda api, body: api.generate_read_access_credentials_without_preload_content(body),
    "not preloaded": lambda api, body: api.generate_read_access_credentials(body, _preload_content=False),
    "async": lambda api, body: api.generate_read_access_credentials(body, async_req=True).get(30),
    "async unread": lambda api, body: api.generate_read_access_credentials(
        body, async_req=True, _preload_content=False
    ).get(30),
    "endpoint": lambda api, body: api.generate_read_access_credentials_endpoint(body),
}
in_each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


class Door:
    """A registry that takes the tokens it knows and answers others 401; its `/token` makes new ones known."""

    def __init__(self, httpserver: HTTPServer, answer: dict[str, Any]) -> None:
        self.url = httpserver.url_for("").rstrip("/")
        self.good: set[str] = set()
        self.challenge: Challenge = [("WWW-Authenticate", "Bearer")]
        self.refusal = 401
        self.tokens: list[str | None] = []
        self.logins: list[dict[str, str]] = []
        self.detail = "no"
        self.refuses = False
        self.refuses_logins_after = 1000
        self._answer = json.dumps(answer)
        httpserver.expect_request("/token", method="POST").respond_with_handler(self._log_in)
        httpserver.expect_request(READ_PATH, method="POST").respond_with_handler(self._enter)

    def _log_in(self, request: Request) -> Response:
        self.logins.append(request.form.to_dict())
        if len(self.logins) > self.refuses_logins_after:
            return Response('{"error": "invalid_grant"}', 400, content_type="application/json")
        token = f"issued-{len(self.logins)}"
        self.good.add(token)
        return Response(json.dumps({"access_token": token, "expires_in": 300}), content_type="application/json")

    def _enter(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens.append(token)
        if (token in self.good or token == "only") and not self.refuses:
            return Response(self._answer, content_type="application/json")
        return Response(
            json.dumps({"detail": self.detail}), self.refusal, self.challenge, content_type="application/json"
        )


class Source:
    """A source that can be told of a rejected token, and writes down what it is told."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.told: list[str] = []

    def __call__(self) -> str:
        return self.tokens[0]

    def renew(self, rejected: str) -> str:
        self.told.append(rejected)
        return self.tokens.pop(0) and self.tokens[0]


@pytest.fixture
def door(httpserver: HTTPServer, answer: dict[str, Any]) -> Door:
    return Door(httpserver, answer)


@pytest.fixture
def make_api(door: Door) -> Iterator[Callable[..., RegistryCredentialsApi]]:
    """Makes API objects for the door, with some settings of a Configuration, and closes their clients."""
    clients: list[ApiClient] = []

    def make(**settings: Any) -> RegistryCredentialsApi:
        clients.append(ApiClient(Configuration(door.url, retries=False, **settings), pool_threads=4))
        return RegistryCredentialsApi(clients[-1])

    yield make
    for client in clients:
        client.close()


Api = Callable[..., RegistryCredentialsApi]


def status(form: Form, api: RegistryCredentialsApi, body: CredentialsRequest) -> int | None:
    """The status that a call ends with, whether it is raised or given."""
    try:
        answer = form(api, body)
    except ApiException as error:
        return error.status
    if isinstance(answer, urllib3.BaseHTTPResponse):
        assert answer.data
        return answer.status
    return 200


def in_threads(function: Callable[[], object], count: int) -> list[object]:
    """What a function gives in some threads, which begin together."""
    start = threading.Barrier(count)
    came: list[object] = []

    def run() -> None:
        start.wait(30)
        came.append(function())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


@in_each_form
def test_source_is_asked_before_each_request(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form
) -> None:
    """Every request has the token that the source gives then."""
    door.good = {"1", "2", "3"}
    api = make_api(access_token=iter("123").__next__)
    assert [status(form, api, credentials_request) for _ in range(3)] == [200, 200, 200]
    assert door.tokens == ["1", "2", "3"]


@in_each_form
def test_rejected_token_of_a_plain_callable_is_asked_for_once_more(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form
) -> None:
    """The call is repeated with what the callable gives then."""
    door.good = {"new"}
    assert status(form, make_api(access_token=iter(["old", "new"]).__next__), credentials_request) == 200
    assert door.tokens == ["old", "new"]


@in_each_form
def test_source_is_told_which_token_was_rejected(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form
) -> None:
    """A source that can renew gets to know the rejected token, and the call is repeated with another."""
    door.good = {"new"}
    source = Source("old", "new")
    assert status(form, make_api(access_token=source), credentials_request) == 200
    assert (door.tokens, source.told) == (["old", "new"], ["old"])


@in_each_form
def test_second_rejection_stands(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form
) -> None:
    """The call is repeated once, whatever the callable gives, be it the same token, and not again."""
    assert status(form, make_api(access_token=lambda: "old"), credentials_request) == 401
    assert door.tokens == ["old", "old"]


@in_each_form
def test_text_is_never_asked_again(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form
) -> None:
    """A token that is a text is what the user says: its rejection is the outcome, and no login takes its place."""
    api = make_api(access_token="old", username="ada", password="p", token_command="printf good")
    assert status(form, api, credentials_request) == 401
    assert (door.tokens, door.logins) == (["old"], [])


@in_each_form
@pytest.mark.parametrize("challenge", ["", "Basic realm=bearer", 'Digest realm="a bearer"', "Bearers"])
def test_401_that_is_not_about_the_token_is_not_repeated(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form, challenge: str
) -> None:
    """Without a challenge for a bearer token, the registry knows who is asking."""
    door.challenge = [("WWW-Authenticate", challenge)] if challenge else []
    source = Source("old", "new")
    assert status(form, make_api(access_token=source), credentials_request) == 401
    assert (door.tokens, source.told) == (["old"], [])


@pytest.mark.parametrize(
    "challenge",
    [
        [("www-authenticate", "bearer")],
        [("WWW-Authenticate", 'Bearer realm="registry", error="invalid_token"')],
        [("WWW-Authenticate", 'Basic realm="registry", Bearer')],
        [("WWW-Authenticate", 'Basic realm="registry"'), ("WWW-Authenticate", "BEARER")],
    ],
    ids=["small letters", "with parameters", "beside another", "in a line of its own"],
)
@pytest.mark.parametrize("form", [FORMS["data"], FORMS["unread"]], ids=["data", "unread"])
def test_challenge_is_found_however_it_is_written(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form, challenge: Challenge
) -> None:
    """Names are of any case, and there may be several challenges (RFC 9110, section 11.6.1)."""
    door.challenge, door.good = challenge, {"new"}
    assert status(form, make_api(access_token=Source("old", "new")), credentials_request) == 200


@in_each_form
@pytest.mark.parametrize("refusal", [400, 403, 407, 500])
def test_other_refusals_are_not_repeated(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form, refusal: int
) -> None:
    """Only a 401 is about the token, whatever challenges another answer has."""
    door.refusal = refusal
    assert status(form, make_api(access_token=Source("old", "new")), credentials_request) == refusal
    assert door.tokens == ["old"]


@pytest.mark.parametrize("option", ["_request_auths", "_request_auth"])
def test_settings_given_with_a_call_are_never_renewed(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, option: str
) -> None:
    """How to prove who is asking in one call is the user's, and no source is asked."""
    (given,) = Configuration(access_token="given").auth_settings().values()
    api = make_api(access_token=Source())
    options: dict[str, Any] = {option: [given] if option.endswith("s") else given}
    with pytest.raises(ApiException, match="401"):
        api.generate_read_access_credentials_endpoint(credentials_request, **options)
    assert door.tokens == ["given"]


@pytest.mark.parametrize("schemes", [None, [], ["Other"]], ids=["nothing said", "none", "another"])
def test_token_is_sent_only_where_the_operation_admits_it(door: Door, make_api: Api, schemes: list[str] | None) -> None:
    """For an operation without the bearer scheme no source is asked, and nothing is sent."""
    tokens = ["one", "two"]
    client = make_api(access_token=tokens.pop).api_client
    with pytest.raises(ApiException, match="401"):
        client.call_api(READ_PATH, "POST", auth_settings=schemes)
    assert set(door.tokens) == {""}
    assert tokens == ["one", "two"]


def test_rejected_token_is_renewed_by_one_thread(
    door: Door, make_api: Api, credentials_request: CredentialsRequest
) -> None:
    """However many threads are rejected at once, one logs in, and all calls succeed."""
    api = make_api(username="ada", password="p")
    assert api.generate_read_access_credentials(credentials_request).status.success
    door.good.clear()
    answers = in_threads(lambda: api.generate_read_access_credentials(credentials_request).status.success, 16)
    assert answers == [True] * 16
    assert len(door.logins) == 2


def test_first_calls_of_threads_log_in_once(door: Door, make_api: Api, credentials_request: CredentialsRequest) -> None:
    """Threads that begin together have one source, and so one login."""
    api = make_api(username="ada", password="p")
    in_threads(lambda: api.generate_read_access_credentials(credentials_request), 16)
    assert door.tokens == ["issued-1"] * 16
    assert [login["grant_type"] for login in door.logins] == ["password"]


BEHIND = "Failed to fetch the item. Exception: Could not validate credentials."
NO_ROLE = "You don't have the correct role."


@pytest.mark.parametrize("form", [form for name, form in FORMS.items() if name != "unread"])
def test_401_of_the_service_behind_the_registry_is_about_the_token(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form
) -> None:
    """It has no challenge, but its words end alike: the token is renewed, and the call repeated once."""
    door.challenge, door.detail, door.good = [], BEHIND, {"new"}
    source = Source("old", "new")
    assert status(form, make_api(access_token=source), credentials_request) == 200
    assert (door.tokens, source.told) == (["old", "new"], ["old"])
    assert status(form, make_api(access_token=lambda: "old"), credentials_request) == 401
    assert door.tokens[2:] == ["old", "old"]


def test_unread_answer_is_judged_by_its_headers_alone(
    door: Door, make_api: Api, credentials_request: CredentialsRequest
) -> None:
    """The body is the caller's to read."""
    door.challenge, door.detail, door.good = [], BEHIND, {"new"}
    assert status(FORMS["unread"], make_api(access_token=Source("old", "new")), credentials_request) == 401
    assert door.tokens == ["old"]


def same_again(_door: Door) -> Any:
    """A command that prints the same token each time."""
    return CommandTokenSource(["printf", "only"])


def refused(door: Door) -> Any:
    """A login that works once."""
    door.refuses_logins_after = 1
    return PasswordTokenSource("ada", "hunter2", token_url=f"{door.url}/token", configuration=Configuration(retries=0))


def broken(_door: Door) -> Any:
    """A callable that works once."""
    return iter(["only"]).__next__


def raising(_door: Door) -> Any:
    """A source that cannot renew."""
    return Source("only")


WITHOUT_ANOTHER = {
    "same again": same_again,
    "refused": refused,
    "callable that fails": broken,
    "source that fails": raising,
}


@in_each_form
@pytest.mark.parametrize("make_source", WITHOUT_ANOTHER.values(), ids=WITHOUT_ANOTHER)
def test_refusal_stands_where_no_other_token_is_to_be_had(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, form: Form, make_source: Callable[[Door], Any]
) -> None:
    """The registry's words are what the caller is told, and why there is no other token is the cause."""
    door.detail, door.refuses = NO_ROLE, True
    api = make_api(access_token=make_source(door))
    if form is FORMS["unread"]:
        with form(api, credentials_request) as answer:
            assert (answer.status, answer.json()) == (401, {"detail": NO_ROLE})
    else:
        with pytest.raises(UnauthorizedException, match="correct role") as caught:
            form(api, credentials_request)
        assert caught.value.data == {"detail": NO_ROLE}
        assert isinstance(caught.value.__cause__, AuthenticationException)
    assert len(door.tokens) == 1


@pytest.mark.parametrize("make_source", [same_again, refused], ids=["same again", "refused"])
def test_missing_role_keeps_no_other_call_from_the_registry(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, make_source: Callable[[Door], Any]
) -> None:
    """A write that is denied leaves the reads that are allowed alone: the token is kept, and asked for no other."""
    api = make_api(access_token=make_source(door))
    door.detail = NO_ROLE
    for _ in range(5):
        door.refuses = True
        with pytest.raises(UnauthorizedException, match="correct role"):
            api.generate_read_access_credentials(credentials_request)
        door.refuses = False
        assert api.generate_read_access_credentials(credentials_request).status.success
    assert len({*door.tokens}) == 1
    assert len(door.tokens) == 10
    assert len(door.logins) <= 2


def test_threads_that_are_refused_at_once_are_told_the_registrys_words(
    door: Door, make_api: Api, credentials_request: CredentialsRequest
) -> None:
    """Each of them, whoever asked for another token."""
    api = make_api(access_token=refused(door))
    door.detail, door.refuses = NO_ROLE, True

    def told() -> object:
        with pytest.raises(UnauthorizedException) as caught:
            api.generate_read_access_credentials(credentials_request)
        return caught.value.data

    assert in_threads(told, 8) == [{"detail": NO_ROLE}] * 8
    assert len(door.logins) == 2


@pytest.mark.parametrize("token", ["text", "source"])
def test_token_without_roles_earns_advice(
    door: Door, make_api: Api, credentials_request: CredentialsRequest, token: str
) -> None:
    """Its structure is what the registry complains of; the scope `roles` is what is missing."""
    door.detail, door.refuses = "Token had incorrect structure.", True
    api = make_api(access_token="text" if token == "text" else Source("one", "two"))
    with pytest.raises(UnauthorizedException, match="the scope 'roles'") as caught:
        api.generate_read_access_credentials(credentials_request)
    assert "Token had incorrect structure." in str(caught.value)
