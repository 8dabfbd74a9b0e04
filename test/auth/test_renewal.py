"""The life of a token: kept, renewed early, served while it lives, and what of it goes to other processes."""

import copy
import json
import logging
import os
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import Configuration
from openapi_client._forks import tell_all
from openapi_client.auth import PasswordTokenSource
from openapi_client.auth.lease import early_seconds
from openapi_client.auth.renewal import _Flight
from openapi_client.exceptions import AuthenticationException

LIFETIME = 300.0


@pytest.mark.parametrize(("lifetime", "early"), [(300, 30), (301, 30), (3600, 30), (100, 10), (5, 0.5)])
def test_token_is_renewed_early(
    lifetime: float, early: float, source: PasswordTokenSource, login_server: Any, clock: Any
) -> None:
    """30 s before it ends, or a tenth of its life before, whichever is less."""
    login_server.lifetime = {"expires_in": lifetime}
    first = source()
    clock.now += lifetime - early - 0.01
    assert source() == first
    clock.now += 0.02
    assert source() != first
    assert len(login_server.requests) == 2
    assert early_seconds(lifetime) == early


def test_life_counts_from_before_the_request(source: PasswordTokenSource, login_server: Any, clock: Any) -> None:
    """How long the answer took is taken off, and the machine's date is not looked at."""

    def slowly() -> Response:
        clock.now += 20
        tokens: Response = login_server.tokens()
        return tokens

    login_server.scripted.append(slowly)
    first = source()
    clock.now += LIFETIME - 30 - 20 - 0.01
    assert source() == first
    clock.now += 0.02
    assert source() != first


def test_token_without_an_end_is_kept_until_it_is_rejected(
    source: PasswordTokenSource, login_server: Any, clock: Any
) -> None:
    """If neither the answer nor the token says when it ends."""
    login_server.lifetime = {}
    first = source()
    clock.now += 10**9
    assert source() == first
    assert source.renew(first) != first


def test_json_web_token_tells_its_life(
    source: PasswordTokenSource, login_server: Any, clock: Any, make_jwt: Callable[..., str]
) -> None:
    """Where the answer does not, from its issue to its end, whatever the date here."""
    token = make_jwt(iat=50, exp=150)
    login_server.lifetime = {}
    login_server.scripted.append(lambda: login_server.tokens(access_token=token))
    assert source() == token
    clock.now += 89
    assert source() == token
    clock.now += 2
    assert source() != token


def test_outage_shorter_than_the_token_s_life_is_invisible(
    source: PasswordTokenSource, login_server: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The old token is served, an attempt is made every 5 s and no sooner; the log alone tells, until one succeeds."""
    first = source()
    clock.now += LIFETIME - 29
    login_server.scripted += [Response(status=503) for _ in range(5)]
    for second in range(25):
        assert source() == source() == first
        assert len(login_server.requests) == 2 + second // 5
        clock.now += 1
    assert source() != first
    records = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(records) == 5
    assert "could not be renewed, which is tried again: POST http" in records[0].getMessage()
    assert "503" in records[0].getMessage()


def test_outage_longer_than_the_token_s_life_is_an_error(
    source: PasswordTokenSource, login_server: Any, clock: Any
) -> None:
    """The same one, at once, for 5 s; then another attempt is made."""
    source()
    clock.now += LIFETIME
    login_server.scripted += [Response(status=503) for _ in range(2)]
    caught = []
    for _ in range(6):
        with pytest.raises(AuthenticationException, match="try again later") as error:
            source()
        caught.append(error.value)
        clock.now += 1
    assert len(login_server.requests) == 3
    assert {str(error) for error in caught} == {str(caught[0])}
    assert len(set(map(id, caught))) == 6
    clock.now += 5
    assert source()


def test_early_renewal_is_one_attempt(login_server: Any, clock: Any) -> None:
    """While the old token lives no thread waits for further attempts; a login without one has all of them."""
    source = PasswordTokenSource(
        "ada", "x", token_url=login_server.token_url, clock=clock, configuration=Configuration(retries=1)
    )
    login_server.scripted += [Response(status=503)]
    first = source()
    assert len(login_server.requests) == 2
    clock.now += LIFETIME - 10
    login_server.scripted += [Response(status=503)]
    assert source() == first
    assert len(login_server.requests) == 3


def test_rejected_token_is_renewed_once(source: PasswordTokenSource, login_server: Any) -> None:
    """Whoever comes late with the token that was rejected has the new one."""
    first = source()
    second = source.renew(first)
    assert source.renew(first) == second == source()
    assert len(login_server.requests) == 2


def test_rejected_token_is_kept_where_there_is_no_other(
    source: PasswordTokenSource, login_server: Any, clock: Any
) -> None:
    """Other calls may be allowed with it; whoever wants another is told why there is none, and it is tried again."""
    first = source()
    login_server.scripted += [lambda: login_server.tokens(access_token=first), Response(status=500)]
    for _ in range(3):
        with pytest.raises(AuthenticationException, match="gave the token again that the registry has rejected"):
            source.renew(first)
        assert source() == first
    assert login_server.issued == 2
    clock.now += 5
    for _ in range(3):
        with pytest.raises(AuthenticationException, match="500"):
            source.renew(first)
        assert source() == first
    clock.now += 5
    assert source.renew(first) == source() != first


def test_kept_token_ends_as_any_other(source: PasswordTokenSource, login_server: Any, clock: Any) -> None:
    """It is not served beyond its life, and what another call is told is why there is no newer one."""
    first = source()
    login_server.scripted += [Response(status=500), Response(status=501)]
    with pytest.raises(AuthenticationException, match="500"):
        source.renew(first)
    clock.now += LIFETIME
    with pytest.raises(AuthenticationException, match="501"):
        source()


def test_kept_token_does_not_come_back_after_a_logout(source: PasswordTokenSource, login_server: Any) -> None:
    """Though the logout came while another token was asked for."""
    first = source()

    def log_out() -> Response:
        # As a logout does, once no renewal is in progress.
        source._exclusive.run(source._forget)
        return Response(status=500)

    login_server.scripted.append(log_out)
    with pytest.raises(AuthenticationException, match="500"):
        source.renew(first)
    assert source._held is None


def test_copy_of_a_source_is_itself(source: PasswordTokenSource) -> None:
    """A Configuration that holds it is copied, and two holders of a refresh token would spoil it for each other."""
    assert copy.copy(source) is source
    assert copy.deepcopy({"source": source})["source"] is source


def test_pickled_source_goes_on(source: PasswordTokenSource, login_server: Any, clock: Any) -> None:
    """With its token as long as that lives, and then with a new one; locks and failures stay behind."""
    assert pickle.loads(pickle.dumps(source))() == "access-1-that-nobody-may-see"  # noqa: S301 - the test's own
    first = source()
    clock.now += 100
    twin = pickle.loads(pickle.dumps(source))  # noqa: S301 - the test's own
    assert twin() == source() == first
    # The twin's clock is its own, a copy of this one.
    twin._clock.now += LIFETIME - 100 - 30 - 1
    assert twin() == first
    twin._clock.now += 2
    assert twin() != first
    assert login_server.issued == 3


SCRIPT = """
import os, sys, threading
from openapi_client import Configuration
from openapi_client._forks import tell_all
from openapi_client.auth import PasswordTokenSource

source = PasswordTokenSource("ada", "x", token_url=sys.argv[1])
first = source()
source._exclusive._lock.acquire()
child = os.fork()
if not child:
    assert source() == first
    assert source.renew(first) != first
    os._exit(0)
source._exclusive._lock.release()
assert os.waitpid(child, 0)[1] == 0
assert source() == first
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_source_works_in_a_forked_child(login_server: Any, run_python: Callable[..., str]) -> None:
    """Though a thread of the parent held its lock."""
    run_python(SCRIPT, login_server.token_url)
    assert login_server.issued == 2


def test_locks_are_made_anew_after_a_fork(source: PasswordTokenSource) -> None:
    """In the child, for every source; a renewal that a thread of the parent had begun is nobody's there."""
    source._exclusive._lock.acquire()
    source._flight = _Flight(silent=False)
    tell_all()
    assert source() == "access-1-that-nobody-may-see"


def test_interrupt_before_the_login_leaves_nobody_waiting(source: PasswordTokenSource) -> None:
    """Wherever it comes, as Ctrl-C does: whoever asks next logs in."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PasswordTokenSource, "_fly", interrupted)
        with pytest.raises(KeyboardInterrupt):
            source()
    assert source() == "access-1-that-nobody-may-see"


def test_words_of_a_login_server_do_not_act_on_a_terminal(
    source: Any, login_server: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The record of a renewal that failed shows them written out, and no secret."""
    source()
    clock.now += LIFETIME - 29
    refusal = json.dumps({"error": "slow_down", "error_description": "wait\x1b[2J\u202e password=hidden"})
    login_server.scripted += [Response(refusal, 400), Response(refusal, 400)]
    source()
    (record,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert r"(wait\x1b[2J\u202e password=***)" in record
    assert record.isprintable()
