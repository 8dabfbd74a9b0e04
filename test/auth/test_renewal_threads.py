"""Threads that want a token at once: one renews, each has the outcome, and each failure is an error of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import Configuration
from openapi_client.auth import PasswordTokenSource
from openapi_client.auth.lease import Lease
from openapi_client.exceptions import ApiConnectionException, AuthenticationException, LoginRequiredException

LIFETIME = 300.0


@pytest.fixture
def in_threads() -> Callable[..., list[Any]]:
    """Calls something in threads, and gives what they returned or raised."""

    def run(function: Callable[[], Any], count: int = 8) -> list[Any]:
        came: list[Any] = []

        def call() -> None:
            try:
                came.append(function())
            except AuthenticationException as error:
                came.append(error)

        threads = [threading.Thread(target=call) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return came

    return run


@contextmanager
def held_back(server: Any) -> Iterator[threading.Event]:
    """The server answers its next request once the event is set, which happens at the end in any case."""
    asked, released = threading.Event(), threading.Event()

    def answer() -> Response:
        asked.set()
        released.wait(60)
        tokens: Response = server.tokens()
        return tokens

    server.scripted.append(answer)
    server.asked = asked
    try:
        yield released
    finally:
        released.set()


def test_64_threads_renew_once_in_each_of_1000_lifetimes(
    source: PasswordTokenSource, login_server: Any, clock: Any
) -> None:
    """Whether the token is due or over, one thread renews it; a thread never has a token that is over."""
    rounds = 1000
    renewals = [0]
    ages: set[int] = set()

    def next_round() -> None:
        renewals.append(login_server.issued)
        # In every second round the old token still lives.
        clock.now += LIFETIME - 10 if len(renewals) % 2 else LIFETIME

    barrier = threading.Barrier(64, next_round)

    def work() -> None:
        for _ in range(rounds):
            ages.add(len(renewals) - int(source().split("-")[1]))
            barrier.wait(120)

    threads = [threading.Thread(target=work) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert renewals == list(range(rounds + 1))
    assert ages <= {0, 1}
    assert len(login_server.requests) == rounds


def test_others_have_the_old_token_meanwhile(
    source: PasswordTokenSource, login_server: Any, clock: Any, in_threads: Callable[..., Any]
) -> None:
    """Without waiting for the network, while one thread renews."""
    first = source()
    clock.now += LIFETIME - 10
    with held_back(login_server) as released:
        renewing = threading.Thread(target=source)
        renewing.start()
        assert login_server.asked.wait(60)
        assert in_threads(source) == [first] * 8
        assert source.renew("an older one") == first
        released.set()
        renewing.join(60)
    assert source() != first
    assert len(login_server.requests) == 2


@pytest.mark.parametrize("rejected", [False, True], ids=["over", "rejected"])
def test_others_wait_where_there_is_no_good_token(
    source: PasswordTokenSource,
    login_server: Any,
    clock: Any,
    in_threads: Callable[..., Any],
    until: Callable[..., None],
    rejected: bool,
) -> None:
    """And have the new one in common, also where the token was rejected and each of them says so."""
    first = source()
    clock.now += 0 if rejected else LIFETIME
    came: list[Any] = []
    with held_back(login_server) as released:
        renewing = threading.Thread(target=source.renew, args=(first,))
        renewing.start()
        assert login_server.asked.wait(60)
        calls = clock.calls
        waiting = threading.Thread(
            target=lambda: came.extend(in_threads(lambda: source.renew(first)) + in_threads(source))
        )
        waiting.start()
        # A thread looks at the clock just before it waits.
        until(lambda: clock.calls >= calls + 8)
        released.set()
        renewing.join(60)
        waiting.join(60)
    assert set(came) == {source()} != {first}
    assert len(came) == 16
    assert len(login_server.requests) == 2


def test_each_waiting_thread_has_an_error_of_its_own(
    source: PasswordTokenSource,
    login_server: Any,
    clock: Any,
    in_threads: Callable[..., Any],
    until: Callable[..., None],
) -> None:
    """Of the same class and text, with the same cause: one raised in several threads would mix their tracebacks up."""

    def refuse() -> Response:
        # Each thread looks at the clock just before it waits, and the one that renews twice more, at its two clocks.
        until(lambda: clock.calls >= 8 + 2)
        return Response("{}", 401)

    login_server.scripted.append(refuse)
    came = in_threads(source)
    assert len(set(map(id, came))) == 8
    assert {(type(error), str(error)) for error in came} == {(LoginRequiredException, str(came[0]))}
    assert len(login_server.requests) == 1


def test_failure_of_the_network_is_the_cause(
    unused_port: int, in_threads: Callable[..., Any], impatient: Configuration
) -> None:
    """The error says that there is no token, its cause why; the cause is not raised itself, and has no traceback."""
    source = PasswordTokenSource("ada", "x", token_url=f"http://127.0.0.1:{unused_port}/token", configuration=impatient)
    for error in in_threads(source):
        assert type(error) is AuthenticationException
        assert error.status == 0
        assert f"No token could be had: POST http://127.0.0.1:{unused_port}/token: the host accepts no" in str(error)
        assert isinstance(error.__cause__, ApiConnectionException)
        assert error.__cause__.__traceback__ is None


@pytest.fixture
def unused_port(raw_server: Callable[..., Any]) -> int:
    """A port that nobody listens on any more."""
    server = raw_server(b"")
    server.shutdown()
    server.socket.close()
    port: int = server.server_address[1]
    return port


def test_token_rejected_while_its_renewal_fails_is_kept_for_the_others(
    source: PasswordTokenSource, login_server: Any, clock: Any, until: Callable[..., None]
) -> None:
    """The thread that renewed early has it, and whoever had it rejected is told why there is no other."""
    first = source()
    clock.now += LIFETIME - 10
    rejecting: list[threading.Thread] = []

    def reject() -> None:
        with pytest.raises(AuthenticationException):
            source.renew(first)

    def fail() -> Response:
        rejecting.append(threading.Thread(target=reject))
        rejecting[0].start()
        until(lambda: source._held is None)
        return Response(status=500)

    login_server.scripted.append(fail)
    assert source() == first
    rejecting[0].join(60)


def test_thread_whose_joined_renewal_brings_the_rejected_token_has_another(
    source: PasswordTokenSource, login_server: Any, clock: Any, until: Callable[..., None]
) -> None:
    """A renewal that began before the rejection may give just that token."""
    with held_back(login_server) as released:
        first = threading.Thread(target=source)
        first.start()
        assert login_server.asked.wait(60)
        calls, came = clock.calls, []
        second = threading.Thread(target=lambda: came.append(source.renew("access-1-that-nobody-may-see")))
        second.start()
        until(lambda: clock.calls > calls)
        released.set()
        first.join(60)
        second.join(60)
    assert came == ["access-2-that-nobody-may-see"]
    assert len(login_server.requests) == 2


@pytest.mark.parametrize("asks_the_user", [False, True])
def test_interrupted_renewal_leaves_the_source_usable(
    source: PasswordTokenSource,
    login_server: Any,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    in_threads: Callable[..., Any],
    until: Callable[..., None],
    asks_the_user: bool,
) -> None:
    """One of those who wait logs in instead, unless the user would be asked again; the next to ask has a token."""
    monkeypatch.setattr(PasswordTokenSource, "_asks_the_user", asks_the_user)
    began = threading.Event()
    fetch = source._fetch

    def interrupted(need: Any) -> Lease:
        if began.is_set():
            return fetch(need)
        began.set()
        until(lambda: clock.calls >= 1 + 8)
        raise KeyboardInterrupt

    came: list[BaseException] = []

    def call() -> None:
        with pytest.raises(KeyboardInterrupt) as caught:
            source()
        came.append(caught.value)

    monkeypatch.setattr(source, "_fetch", interrupted)
    thread = threading.Thread(target=call)
    thread.start()
    assert began.wait(60)
    waited = in_threads(source)
    thread.join(60)
    assert [type(error) for error in came] == [KeyboardInterrupt]
    assert len(waited) == 8
    expected = "The login was interrupted" if asks_the_user else "access-1-that-nobody-may-see"
    assert all(expected in str(each) for each in waited)
    assert source() == "access-1-that-nobody-may-see"
    assert login_server.issued == 1
