"""CredentialSource: what a user types, sees and sends elsewhere."""

import json
import logging
import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import ApiClient, ApiTypeError, ApiValueError, Configuration, OpenApiException
from openapi_client.aws import CredentialSource
from openapi_client.aws.source import _cache_folder
from openapi_client.sandbox import Sandbox

SECRET = "that-nobody-may-see"


def test_importing_the_room_loads_no_http_and_no_extra(run_python: Callable[..., str]) -> None:
    """Neither does a source that has not been asked yet."""
    script = (
        "import sys; from openapi_client.aws import CredentialSource; print(CredentialSource('s3://bucket/path/'));"
        "print({'urllib3', 'dateutil', 'boto3', 'botocore', 'fastapi', 'webbrowser'} & set(sys.modules))"
    )
    assert run_python(script).splitlines() == ["<CredentialSource s3://bucket/path (read): no keys yet>", "set()"]


def test_display_says_what_where_and_how_long(
    make_source: Callable[..., CredentialSource], registry: Any, clock: Any
) -> None:
    """At every stage of a life, and without a secret."""
    source = make_source(access="write")
    assert repr(source) == "<CredentialSource s3://bucket/team/data (write): no keys yet>"
    source()
    clock.advance(0.5)
    shown = "<CredentialSource s3://bucket/team/data (write): keys until 2033-05-18 11:33:20+00:00, 7:59:59 left>"
    assert repr(source) == str(source) == shown
    clock.advance(registry.lifetime_seconds)
    assert repr(source) == "<CredentialSource s3://bucket/team/data (write): keys ended 2033-05-18 11:33:20+00:00>"


def test_source_tells_what_it_was_made_of(
    make_source: Callable[..., CredentialSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its place as a copy; the region is that of the environment where none is given."""
    source = make_source(access="write")
    source.location.path = "elsewhere"
    assert (source.location.path, source.access) == ("team/data", "write")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    regions = [source.region]
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, name.lower())
        regions.append(source.region)
    assert [*regions, make_source(region="given").region] == [None, "aws_default_region", "aws_region", "given"]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"location": "bucket/path"}, ApiValueError, "s3://bucket/path/"),
        ({"access": "admin"}, ApiValueError, "'read' or 'write'"),
        ({"api": Configuration()}, ApiTypeError, "ApiClient or a RegistryCredentialsApi, not Configuration"),
    ],
    ids=["location", "access", "api"],
)
def test_wrong_argument_is_an_error_at_once(
    make_source: Callable[..., CredentialSource], options: dict[str, Any], error: type[Exception], words: str
) -> None:
    """Not when keys are wanted."""
    with pytest.raises(error, match=words):
        make_source(**options)


def test_least_life_takes_seconds(source: CredentialSource, registry: Any) -> None:
    """What is no length of time is named."""
    assert source(min_life=3600) == source(min_life=timedelta(hours=1))
    with pytest.raises(ApiValueError, match="was asked for, and the newest have"):
        source(min_life=9 * 3600)
    with pytest.raises(ApiTypeError, match=r"min_life is a timedelta or a number of seconds, .* not str"):
        source(min_life="1h")  # type: ignore[arg-type]  # that is the mistake
    assert registry.requests


def test_guard_rails(make_source: Callable[..., CredentialSource]) -> None:
    """What S3 would refuse is refused before, in words that name both places."""
    reading, writing = make_source(), make_source(access="write")
    assert reading.covers("s3://bucket/team/data/x")
    assert not reading.covers("s3://bucket/team/data2/x")
    writing.require("s3://bucket/team/data/x", "write")
    with pytest.raises(ApiValueError, match=r"s3://bucket/team/data/x cannot be written .* s3://bucket/team/data:"):
        reading.require("s3://bucket/team/data/x", "write")
    with pytest.raises(ApiValueError, match="s3://bucket/team/data2/x is outside s3://bucket/team/data,"):
        writing.require("s3://bucket/team/data2/x", "write")


def unpickled(source: CredentialSource, clock: Any) -> CredentialSource:
    """The source as another process has it, whose clocks go on alike."""
    state = pickle.loads(pickle.dumps(source.__getstate__()))  # noqa: S301 - our own
    twin = CredentialSource.__new__(CredentialSource)
    twin.__setstate__({**state, "client_id": "of another process", "clock": clock})
    return twin


def test_pickle_has_no_keys(source: CredentialSource, registry: Any, clock: Any) -> None:
    """Unless it is asked to; it works where it arrives."""
    source()
    assert SECRET.encode() not in pickle.dumps(source).replace(b"token-that-nobody-may-see", b"the configured token")
    twin = unpickled(source, clock)
    assert twin().aws_access_key_id == registry.minted[1]


def test_pickle_has_keys_if_asked(make_source: Callable[..., CredentialSource], registry: Any, clock: Any) -> None:
    """They are good where they arrive, and are renewed in their time."""
    source = make_source(pickle_keys=True)
    assert unpickled(source, clock)._shared.keys is None
    source()
    twin = unpickled(source, clock)
    assert twin().aws_access_key_id == registry.minted[0]
    clock.advance(registry.lifetime_seconds)
    again = unpickled(source, clock)
    assert again._shared is twin._shared
    assert again().aws_access_key_id == registry.minted[1]
    # Those that come with an older pickle do not take the place of newer ones.
    clock.advance(1)
    assert unpickled(source, clock)().aws_access_key_id == registry.minted[1]


def test_same_keys_of_a_pickle_change_nothing(
    make_source: Callable[..., CredentialSource], registry: Any, clock: Any
) -> None:
    """They are no answer of the registry's, so that it is asked when there is need."""
    source = make_source(pickle_keys=True)
    source()
    twin = unpickled(source, clock)
    clock.advance(registry.lifetime_seconds - 3600)
    assert unpickled(source, clock)._shared is twin._shared
    assert twin(min_life=timedelta(hours=2)).aws_access_key_id == registry.minted[1]


def test_newer_keys_of_a_pickle_are_taken(
    make_source: Callable[..., CredentialSource], registry: Any, clock: Any
) -> None:
    """Where the process has older ones of the same user, as a worker that has waited long."""
    source = make_source(pickle_keys=True)
    source()
    twin = unpickled(source, clock)
    assert twin().aws_access_key_id == registry.minted[0]
    source.invalidate(registry.minted[0])
    clock.advance(1)
    source()
    assert unpickled(source, clock)._shared is twin._shared
    assert twin().aws_access_key_id == registry.minted[1]
    twin._client.configuration.access_token = "another-token"
    twin()
    assert twin().aws_access_key_id == registry.minted[2]
    unpickled(source, clock)
    assert twin().aws_access_key_id == registry.minted[2]


def test_source_works_in_a_spawned_process(client: ApiClient, registry: Any) -> None:
    """It travels by itself."""
    source = CredentialSource("s3://bucket/team/", api=client)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        given = pool.apply(source)
    assert given.aws_access_key_id == registry.minted[0]


FORKING = """
import os, sys, threading, warnings
warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource
from openapi_client.aws.source import _cache_folder

client = ApiClient(Configuration(sys.argv[1], access_token="a-token"))
source, other = (CredentialSource(f"s3://bucket/{name}/", api=client) for name in ("one", "two"))
before = source()
# As at a moment when another thread is about to take keys.
other._shared._exclusive._lock.acquire()
child = os.fork()
if not child:
    good = source() == before and other().aws_access_key_id != before.aws_access_key_id
    os._exit(0 if good else 1)
other._shared._exclusive._lock.release()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), source() == before, len({other().aws_access_key_id}))
client.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_source_works_in_a_forked_child(
    registry: Any, configuration: Configuration, run_python: Callable[..., str]
) -> None:
    """With the parent's keys, and with new ones though a thread of the parent held the lock."""
    registry.lifetime_seconds = 1e9
    assert run_python(FORKING, configuration.host).split() == ["0", "True", "1"]
    assert len(registry.requests) == 3


def test_no_secret_is_shown(
    source: CredentialSource, registry: Any, clock: Any, secrets_in: Callable[..., Any], caplog: Any
) -> None:
    """Neither in displays nor in logs, errors, their tracebacks with locals or their pickles."""
    errors = []
    with caplog.at_level(logging.DEBUG):
        source()
        echo = json.dumps({"detail": f"aws_secret_access_key=secret-1-{SECRET}, session-1-{SECRET}"})
        for status in (401, 403, 500):
            registry.scripted = [Response(echo, status, content_type="application/json")]
            clock.advance(registry.lifetime_seconds + 60)
            with pytest.raises(OpenApiException) as raised:
                source()
            errors.append(raised.value)
        with pytest.raises(OpenApiException) as raised:
            source(min_life=timedelta(days=3))
        errors.append(raised.value)
    shared = source._shared
    shown = [source, shared, shared.keys, source._minter, shared._login, caplog.text, *errors]
    assert not secrets_in(*shown)
    assert f"id-1-{SECRET}" not in repr(shown)


def test_sandbox_gives_keys_that_stay_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of 4 seconds, from the environment alone, over three lives: each is asked for once, none has ended."""
    with Sandbox(credentials_lifetime_seconds=4) as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        source = CredentialSource(f"s3://{sandbox.bucket_name}/team/")
        seen: dict[str, datetime] = {}
        while len(seen) < 4:
            credentials = source()
            seen[credentials.aws_access_key_id] = credentials.expiry
            assert credentials.expiry > datetime.now(UTC)
            threading.Event().wait(0.01)
        assert source.console_url().startswith("https://")
    expiries = list(seen.values())
    assert all((later - earlier).total_seconds() > 1.3 for earlier, later in pairwise(expiries))


def test_cache_on_disk_serves_other_processes(
    make_source: Callable[..., CredentialSource], registry: Any, clock: Any, tmp_path: Path
) -> None:
    """They need not ask; refused keys go from there too."""
    source = make_source(cache=tmp_path)
    keys = source()
    twin = unpickled(source, clock)
    assert twin() == keys
    assert len(registry.requests) == 1
    twin.invalidate(keys.aws_access_key_id)
    assert twin() != keys
    assert source.invalidate(keys.aws_access_key_id)
    assert source() == twin()
    assert len(registry.requests) == 2


def test_cache_folder_is_what_it_means_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that travels, or whose program goes to another folder, has the same cache."""
    monkeypatch.chdir(tmp_path)
    folders = [_cache_folder(cache) for cache in (False, True, "keys", Path("keys"))]
    assert folders == [None, "", str(tmp_path / "keys"), str(tmp_path / "keys")]
