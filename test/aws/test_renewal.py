"""The life of keys: kept, renewed early, served while they live, dropped when refused, whatever the registry does."""

import itertools
import logging
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import (
    ApiClient,
    ApiException,
    ApiValueError,
    BadRequestException,
    CredentialsException,
    ForbiddenException,
    ServiceException,
    UnauthorizedException,
)
from openapi_client._forks import tell_all
from openapi_client.aws import CredentialSource
from openapi_client.aws.renewal import SharedKeys

HOURS = 3600.0
LIFETIME = 8 * HOURS


def key_of(source: CredentialSource) -> str:
    """Which keys a source gives."""
    return source().aws_access_key_id


def test_keys_come_from_memory(source: CredentialSource, registry: Any, clock: Any) -> None:
    """Until 22 minutes before they end nobody asks the registry again."""
    first = key_of(source)
    clock.advance(LIFETIME - 22 * 60 - 1)
    assert key_of(source) == first
    assert len(registry.requests) == 1


def test_each_caller_has_an_object_of_its_own(source: CredentialSource, registry: Any) -> None:
    """What one does to it does not reach the next."""
    first = source()
    first.aws_access_key_id = "spoilt"
    assert key_of(source) == registry.minted[0]


def test_advisory_renewal_is_in_the_background(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """20 minutes before the end callers have the old keys without waiting, and the new ones afterwards."""
    first = key_of(source)
    clock.advance(LIFETIME - 20 * 60)
    with registry.held_back():
        assert key_of(source) == first
        assert registry.asked.wait(60)
        assert key_of(source) == first
    settled(source)
    assert key_of(source) == registry.minted[1] != first
    assert len(registry.requests) == 2


def test_renewal_in_the_background_is_no_business_of_callers(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """While one is under way they have the keys at hand, without a lock, until they are to wait for it."""
    first = key_of(source)
    assert source.at_hand() == source()
    clock.advance(LIFETIME - 20 * 60)
    assert source.at_hand() is None
    with registry.held_back():
        assert key_of(source) == first
        with source._shared._exclusive._lock:
            assert source.at_hand() == source()
            assert key_of(source) == first
        clock.advance(10 * 60)
        assert source.at_hand() is None
        clock.advance(-10 * 60)
        registry.is_down = True
    settled(source)
    assert source.at_hand() is None
    assert key_of(source) == first


def test_mandatory_renewal_is_waited_for(source: CredentialSource, registry: Any, clock: Any) -> None:
    """10 minutes before the end callers have the new keys."""
    first = key_of(source)
    clock.advance(LIFETIME - 10 * 60)
    assert key_of(source) == registry.minted[1] != first


def test_mandatory_renewal_is_waited_for_five_seconds_at_most(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """Counted from when it began: who comes later does not wait at all, and has the old keys."""
    first = key_of(source)
    clock.advance(LIFETIME - 19 * 60)
    with registry.held_back():
        assert key_of(source) == first
        assert registry.asked.wait(60)
        clock.advance(10 * 60)
        assert key_of(source) == first
    settled(source)
    assert key_of(source) == registry.minted[1]


def test_no_caller_waits_longer_than_its_keys_live(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """A tenth of a second before the end, the wait is no longer; then the keys are given as long as they live."""
    first = key_of(source)
    clock.advance(LIFETIME - 0.1)
    with registry.held_back():
        assert key_of(source) == first
    settled(source)


def test_who_waits_until_the_keys_end_waits_for_the_new_ones(
    source: CredentialSource, registry: Any, clock: Any
) -> None:
    """Though they lived when the wait began."""
    key_of(source)
    clock.advance(LIFETIME - 0.1)
    given: list[str] = []
    with registry.held_back():
        waiting = threading.Thread(target=lambda: given.append(key_of(source)))
        waiting.start()
        assert registry.asked.wait(60)
        clock.advance(1)
    waiting.join(60)
    assert given == registry.minted[1:]


def test_outage_shorter_than_the_keys_live_is_not_noticed(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None], caplog: Any
) -> None:
    """Callers have the old keys; an attempt is made every 30 s; then there are new ones."""
    first = key_of(source)
    clock.advance(LIFETIME - 20 * 60)
    registry.is_down = True
    with caplog.at_level(logging.WARNING, "openapi_client"):
        for _ in range(15 * 60 // 10):
            assert key_of(source) == first
            settled(source)
            clock.advance(10)
    assert len(registry.requests) == 1 + 15 * 60 // 30
    assert "could not be renewed, which is tried again: SERVICE UNAVAILABLE" in caplog.text
    registry.is_down = False
    clock.advance(30)
    key_of(source)
    assert key_of(source) == registry.minted[1]


def test_outage_longer_than_the_keys_live_is_an_error_and_ends_by_itself(
    source: CredentialSource, registry: Any, clock: Any
) -> None:
    """Callers have the registry's answer at once, an attempt is made every 5 s, and then there are keys again."""
    key_of(source)
    clock.advance(LIFETIME)
    registry.is_down = True
    for _ in range(10):
        with pytest.raises(ServiceException, match="SERVICE UNAVAILABLE"):
            source()
        clock.advance(1)
    assert len(registry.requests) == 3
    registry.is_down = False
    assert key_of(source) == registry.minted[1]


def test_each_caller_has_an_error_of_its_own(source: CredentialSource, registry: Any) -> None:
    """Since an exception that two threads raise would have both their tracebacks."""
    registry.is_down = True
    errors = []
    for _ in range(2):
        with pytest.raises(ServiceException) as raised:
            source()
        errors.append(raised.value)
    assert errors[0] is not errors[1]
    assert len(registry.requests) == 1


@pytest.mark.parametrize("seconds", [-3600.0, 3600.0], ids=["back", "ahead"])
def test_wall_clock_that_jumps_by_an_hour_costs_nothing(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None], seconds: float
) -> None:
    """The keys are fresh by the other clock, or are renewed earlier; never are they given when they have ended."""
    first = key_of(source)
    clock.wall += seconds
    registry.ahead_seconds = -seconds
    assert key_of(source) == first
    clock.advance(LIFETIME - 20 * 60 - max(0.0, seconds))
    key_of(source)
    settled(source)
    assert key_of(source) == registry.minted[1]
    clock.advance(LIFETIME - 23 * 60 - max(0.0, seconds))
    assert key_of(source) == registry.minted[1]


@pytest.mark.parametrize("ahead", [-3600.0, 3600.0], ids=["behind", "ahead"])
def test_wrong_wall_clock_is_corrected_by_the_registry(
    source: CredentialSource, registry: Any, clock: Any, ahead: float
) -> None:
    """Keys of 15 minutes live 15 minutes on a machine that is an hour off."""
    registry.lifetime_seconds, registry.ahead_seconds = 900.0, ahead
    first = key_of(source)
    clock.advance(900 - 331 - 2)
    assert key_of(source) == first
    clock.advance(331 - 150 + 2)
    assert key_of(source) == registry.minted[1]


def test_same_expiry_is_asked_for_again_after_half_of_what_is_left(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """Without an error: the keys that are held live as long as any."""
    registry.same_expiry = clock.wall + LIFETIME
    first = key_of(source)
    clock.advance(LIFETIME - 1200)
    for _ in range(3):
        assert key_of(source) == first
        settled(source)
    assert len(registry.requests) == 2
    clock.advance(599)
    assert key_of(source) == first
    assert len(registry.requests) == 2
    clock.advance(1)
    assert key_of(source) == first
    assert len(registry.requests) == 3
    registry.same_expiry = None
    clock.advance(300)
    assert key_of(source) == registry.minted[3]


def test_no_pause_keeps_from_a_renewal_when_the_keys_end(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """As where a clock is set ahead while a registry gives the same keys again."""
    registry.same_expiry = clock.wall + LIFETIME
    key_of(source)
    clock.advance(LIFETIME - 1200)
    key_of(source)
    settled(source)
    registry.same_expiry = None
    clock.wall += 1200
    assert key_of(source) == registry.minted[2]


def test_keys_with_an_earlier_expiry_do_not_replace_others(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """Unless those have ended."""
    first = key_of(source)
    clock.advance(LIFETIME - 1200)
    registry.lifetime_seconds = 900.0
    key_of(source)
    settled(source)
    assert key_of(source) == first
    clock.advance(1200)
    assert key_of(source) == registry.minted[2]


def test_same_keys_are_taken_again_where_a_clock_was_wrong(source: CredentialSource, registry: Any, clock: Any) -> None:
    """By the answer's `Date` they live on, though by this machine's clock they had ended."""
    registry.same_expiry = clock.wall + LIFETIME
    key_of(source)
    clock.wall += LIFETIME + 1
    registry.ahead_seconds = -LIFETIME - 1
    assert key_of(source) == registry.minted[1]
    assert key_of(source) == registry.minted[1]


def test_min_life_renews_when_less_is_left(source: CredentialSource, registry: Any, clock: Any) -> None:
    """And only then."""
    first = key_of(source)
    clock.advance(2 * HOURS)
    assert source(min_life=timedelta(hours=6)).aws_access_key_id == first
    clock.advance(1)
    assert source(min_life=timedelta(hours=6)).aws_access_key_id == registry.minted[1]
    assert len(registry.requests) == 2


def test_min_life_that_no_key_has_is_a_clear_error(source: CredentialSource, registry: Any, clock: Any) -> None:
    """At the cost of one request in 30 s; who needs less has what there is."""
    for _ in range(3):
        with pytest.raises(ApiValueError, match=r"10:00:00 was asked for, and the newest have 8:00:00 left"):
            source(min_life=timedelta(hours=10))
    assert len(registry.requests) == 1
    clock.advance(60)
    with pytest.raises(ApiValueError):
        source(min_life=timedelta(hours=10))
    assert len(registry.requests) == 2
    assert key_of(source) == registry.minted[1]


def test_min_life_with_the_same_expiry_is_a_clear_error(source: CredentialSource, registry: Any, clock: Any) -> None:
    """Which does not ask again each time either."""
    registry.same_expiry = clock.wall + LIFETIME
    key_of(source)
    clock.advance(HOURS)
    for _ in range(3):
        with pytest.raises(ApiValueError, match="7:30:00 was asked for, and the newest have 7:00:00 left"):
            source(min_life=timedelta(hours=7.5))
    assert len(registry.requests) == 2


def test_min_life_is_refused_while_the_registry_is_down(source: CredentialSource, registry: Any, clock: Any) -> None:
    """With the reason why there are no newer keys; the old ones go on for all others."""
    first = key_of(source)
    clock.advance(HOURS)
    registry.is_down = True
    with pytest.raises(ServiceException):
        source(min_life=timedelta(hours=7.5))
    assert key_of(source) == first


DENIALS = [
    pytest.param(Response("no", 403), ForbiddenException, id="403"),
    pytest.param(Response("no", 401), UnauthorizedException, id="401 without a challenge"),
    pytest.param(Response("no", 400), BadRequestException, id="400"),
    *(
        pytest.param(
            Response(f'{{"detail": "{words}"}}', 401, {"WWW-Authenticate": "Bearer"}), UnauthorizedException, id=words
        )
        for words in ("You don't have the correct role.", "Token had incorrect structure.")
    ),
]


@pytest.mark.parametrize(("answer", "kind"), DENIALS)
def test_denial_is_remembered_for_a_minute(
    source: CredentialSource,
    make_source: Callable[..., CredentialSource],
    registry: Any,
    clock: Any,
    answer: Response,
    kind: type[ApiException],
) -> None:
    """For this location and access, for keys and links alike; other places are another matter."""
    registry.scripted = [answer]
    for _ in range(59):
        with pytest.raises(kind):
            source()
        with pytest.raises(kind):
            source.console_url()
        clock.advance(1)
    assert len(registry.requests) == 1
    assert key_of(make_source("s3://bucket/elsewhere/"))
    assert key_of(make_source(access="write"))
    clock.advance(1)
    assert key_of(source)


def test_denied_link_is_remembered_too(source: CredentialSource, registry: Any, clock: Any) -> None:
    """Since it is the same question; another failure is not."""
    registry.scripted = [Response("down", 500), Response("no", 403)]
    for kind in (ServiceException, ForbiddenException, ForbiddenException):
        with pytest.raises(kind):
            source.console_url()
    with pytest.raises(ForbiddenException):
        source()
    assert len(registry.requests) == 2
    clock.advance(60)
    assert source.console_url().startswith("https://signin.example/")


@pytest.mark.parametrize(
    "answer",
    [
        Response("who?", 401, {"WWW-Authenticate": "Bearer"}),
        Response('{"detail": "Failed. Could not validate credentials."}', 401),
    ],
    ids=["with a challenge", "of the service behind the registry"],
)
def test_rejected_token_is_no_denial(source: CredentialSource, registry: Any, clock: Any, answer: Response) -> None:
    """It may be another one in a moment."""
    registry.scripted = [answer]
    with pytest.raises(UnauthorizedException):
        source()
    clock.advance(5)
    assert key_of(source)


def test_role_that_stays_missing_after_one_renewal_is_a_denial(
    source: CredentialSource, client: ApiClient, registry: Any, clock: Any
) -> None:
    """The source has another token, which lacks the role too: that is remembered, and a link is not asked for."""
    client.configuration.access_token = iter(["one", "two", "three", "four", "five", "six"]).__next__
    answer = Response('{"detail": "You don\'t have the correct role."}', 401, {"WWW-Authenticate": "Bearer"})
    registry.scripted = [answer, answer]
    for _ in range(3):
        with pytest.raises(UnauthorizedException, match="correct role"):
            source()
        with pytest.raises(UnauthorizedException, match="correct role"):
            source.console_url()
        clock.advance(19)
    assert len(registry.requests) == 2
    clock.advance(3)
    assert key_of(source)


def test_logging_in_clears_a_denial(source: CredentialSource, registry: Any, client: ApiClient) -> None:
    """Whatever the clock says."""
    registry.scripted = [Response("no", 403)]
    with pytest.raises(ForbiddenException):
        source()
    client.configuration.access_token = "another-token"
    assert key_of(source)


def test_keys_of_another_token_are_not_given(
    source: CredentialSource, registry: Any, client: ApiClient, make_jwt: Callable[..., str]
) -> None:
    """Whatever a text claims: a token that anybody can write is nobody's but its own."""
    client.configuration.access_token = make_jwt(iss="https://login", sub="ada", n=1)
    first = key_of(source)
    client.configuration.access_token = make_jwt(iss="https://login", sub="ada", n=2)
    registry.is_down = True
    with pytest.raises(ServiceException):
        source()
    registry.is_down = False
    client.configuration.access_token = make_jwt(iss="https://login", sub="ada", n=3)
    assert key_of(source) == registry.minted[1] != first


def test_keys_of_a_named_user_outlive_a_token(
    make_source: Callable[..., CredentialSource], registry: Any, client: ApiClient
) -> None:
    """The program says that the tokens are one user's; sources with another name share nothing with them."""
    ada, grace, nobody = make_source(user="ada"), make_source(user="grace"), make_source()
    first = key_of(ada)
    client.configuration.access_token = "another-token"
    assert key_of(ada) == key_of(make_source(user="ada")) == first
    assert len({first, key_of(grace), key_of(nobody)}) == 3
    assert len(registry.requests) == 3


def test_keys_of_one_registry_are_not_given_for_another(
    make_source: Callable[..., CredentialSource], registry: Any, client: ApiClient
) -> None:
    """Though the token is the same, and the user is named."""
    source = make_source(user="ada")
    first = key_of(source)
    client.configuration.host = client.configuration.host.replace("localhost", "127.0.0.1")
    assert key_of(source) == registry.minted[1] != first


def test_keys_of_another_header_are_not_given(source: CredentialSource, registry: Any, client: ApiClient) -> None:
    """A client may prove who is asking by a header or a cookie, which no setting tells of."""
    given = [key_of(source)]
    for name in ("ada", "grace"):
        client.default_headers["Authorization"] = f"Bearer {name}"
        assert source.at_hand() is None
        given.append(key_of(source))
        assert source.at_hand() is not None
    client.cookie = "session=ada"
    given.append(key_of(source))
    assert given == registry.minted
    assert len({*given}) == 4


def test_callable_keeps_its_keys_though_its_token_changes(
    source: CredentialSource, registry: Any, client: ApiClient, clock: Any, settled: Callable[..., None]
) -> None:
    """Until they are to be renewed; should that fail, until they end."""
    numbers = itertools.count()
    client.configuration.access_token = lambda: f"token-{next(numbers)}"
    first = key_of(source)
    for _ in range(10):
        clock.advance(300)
        assert key_of(source) == first
    clock.advance(LIFETIME - 1200 - 3000)
    registry.is_down = True
    assert key_of(source) == first
    settled(source)
    clock.advance(1199)
    assert key_of(source) == first


def test_renewal_for_an_earlier_login_is_thrown_away(
    source: CredentialSource, registry: Any, client: ApiClient, clock: Any, until: Callable[..., None]
) -> None:
    """Its keys may be another user's: who asks after the login has others."""
    key_of(source)
    clock.advance(LIFETIME - 1200)
    given: list[str] = []
    with registry.held_back():
        key_of(source)
        assert registry.asked.wait(60)
        client.configuration.access_token = "another-token"
        waiting = threading.Thread(target=lambda: given.append(key_of(source)))
        waiting.start()
        until(lambda: source._shared.revision is client.configuration._revision)
    waiting.join(60)
    assert given == registry.minted[2:]


def test_aged_keys_of_the_same_user_are_kept_though_renewed(
    make_source: Callable[..., CredentialSource], registry: Any, client: ApiClient, clock: Any
) -> None:
    """After a new token, keys in their window are renewed; should that fail, they are given."""
    source = make_source(user="ada")
    first = key_of(source)
    clock.advance(LIFETIME - 1200)
    client.configuration.access_token = "another-token"
    registry.is_down = True
    assert key_of(source) == first
    assert len(registry.requests) == 2


def test_refused_keys_are_dropped_once(source: CredentialSource, registry: Any) -> None:
    """64 callers whose requests S3 refused cost one mint."""
    first = key_of(source)
    assert all(source.invalidate(first) for _ in range(64))
    assert key_of(source) == registry.minted[1]
    assert source.invalidate(first)
    assert key_of(source) == registry.minted[1]
    assert len(registry.requests) == 2


def test_forced_mints_are_30_seconds_apart(source: CredentialSource, registry: Any, clock: Any) -> None:
    """Where the successor is refused too, the fault is elsewhere: the refusal is for the caller."""
    assert source.invalidate(key_of(source))
    for _ in range(30):
        assert not source.invalidate(key_of(source))
        clock.advance(1)
    assert len(registry.requests) == 2
    assert source.invalidate(key_of(source))
    assert key_of(source) == registry.minted[2]


def test_unknown_keys_are_not_dropped(source: CredentialSource, registry: Any) -> None:
    """Others than the current ones have successors already."""
    assert source.invalidate("of long ago")
    key_of(source)
    assert source.invalidate("of long ago")
    key_of(source)
    assert len(registry.requests) == 1


def test_slow_renewal_of_one_source_delays_no_other(
    source: CredentialSource, make_source: Callable[..., CredentialSource], registry: Any
) -> None:
    """Each location has a renewal of its own."""
    other = make_source("s3://bucket/elsewhere/")
    first = key_of(other)
    with registry.held_back():
        waiting = threading.Thread(target=source)
        waiting.start()
        assert registry.asked.wait(60)
        assert key_of(other) == first
    waiting.join(60)


def test_64_threads_ask_once_in_each_of_50_lifetimes(
    source: CredentialSource, registry: Any, clock: Any, settled: Callable[..., None]
) -> None:
    """Whether the keys are due, overdue or over; nobody ever has keys that have ended."""
    registry.lifetime_seconds = 900.0
    rounds = 50
    left = (300.0, 100.0, 0.0)
    old: list[bool] = []
    counts: list[int] = []

    def next_round() -> None:
        # What is left to do in the background is this round's.
        settled(source)
        counts.append(len(registry.requests))
        clock.advance(900 - left[len(counts) % 3])

    barrier = threading.Barrier(64, next_round)

    def work() -> None:
        for _ in range(rounds):
            old.append(source().expiry.timestamp() <= clock.time())
            barrier.wait(120)

    threads = [threading.Thread(target=work) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert counts == list(range(1, rounds + 1))
    assert not any(old)


def test_failure_of_a_token_source_is_an_error_of_ours(
    source: CredentialSource, client: ApiClient, registry: Any, clock: Any
) -> None:
    """Asked while there are no keys, it is told; and it is tried again."""
    failures = [RuntimeError("no token today")]

    def token() -> str:
        if failures:
            raise failures.pop()
        return "a-token"

    client.configuration.access_token = token
    with pytest.raises(ApiException, match="no token today"):
        source()
    clock.advance(5)
    assert key_of(source) == registry.minted[0]


def test_what_else_goes_wrong_is_an_error_of_ours(source: CredentialSource, client: ApiClient, registry: Any) -> None:
    """Such as a hook of the user's that raises."""

    class Hooked(ApiClient):
        def call_api(self, *_arguments: Any, **_options: Any) -> Any:
            raise LookupError("password=hunter2")

    source._client = Hooked(client.configuration)
    with pytest.raises(CredentialsException, match=r"LookupError: password=\*\*\*"):
        source()
    assert not registry.requests


def test_interrupted_renewal_is_tried_again(source: CredentialSource, client: ApiClient, registry: Any) -> None:
    """Ctrl-C ends the call that it meets, and nothing is remembered of it."""
    interruptions = [KeyboardInterrupt()]

    def token() -> str:
        if interruptions:
            raise interruptions.pop()
        return "a-token"

    client.configuration.access_token = token
    with pytest.raises(KeyboardInterrupt):
        source()
    assert key_of(source) == registry.minted[0]


def test_without_threads_the_old_keys_are_given(
    source: CredentialSource, registry: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the interpreter ends: the renewal counts as failed."""
    first = key_of(source)
    clock.advance(LIFETIME - 600)

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread at interpreter shutdown")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert key_of(source) == first
    clock.advance(600)
    assert key_of(source) == registry.minted[1]


def test_locks_are_new_in_a_forked_child(source: CredentialSource, registry: Any, clock: Any) -> None:
    """A lock that a thread of the parent held, and a renewal that it carried out, are not the child's."""
    key_of(source)
    clock.advance(LIFETIME)
    with source._shared._exclusive._lock:
        tell_all()
        assert key_of(source) == registry.minted[1]


def test_forked_children_do_not_renew_together(
    source: CredentialSource, make_source: Callable[..., CredentialSource], registry: Any
) -> None:
    """Each chooses a moment of its own, for the same keys; a source without keys has none."""
    keys, unasked = source(), make_source("s3://bucket/elsewhere/")
    moments = set()
    for _ in range(20):
        tell_all()
        held = source._shared.keys
        assert held is not None
        moments.add(held.fresh_until_monotonic)
    assert len(moments) > 1
    assert source() == keys
    assert unasked._shared.keys is None
    assert len(registry.requests) == 1


def test_equal_token_is_the_same_login(source: CredentialSource, client: ApiClient, registry: Any) -> None:
    """Though it is another object, after which keys come from memory as before."""
    key_of(source)
    token = client.configuration.access_token
    assert isinstance(token, str)
    client.configuration.access_token = "".join(list(token))
    key_of(source)
    assert source.at_hand() is not None
    assert len(registry.requests) == 1


def test_memory_of_the_shared_state_is_small(clock: Any) -> None:
    """It has no dictionary, and no thread."""
    before = threading.active_count()
    assert not hasattr(SharedKeys(clock, None), "__dict__")
    assert sys.getsizeof(SharedKeys(clock, None)) < 300
    assert threading.active_count() == before
