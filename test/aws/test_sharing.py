"""Who shares keys in one process, and who does not."""

import copy
import gc
import pickle
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from openapi_client import ApiClient, Configuration, RegistryCredentialsApi, S3Location
from openapi_client.auth import CommandTokenSource
from openapi_client.aws import CredentialSource, sharing


def test_same_place_and_access_share(
    source: CredentialSource, make_source: Callable[..., CredentialSource], registry: Any, client: ApiClient
) -> None:
    """However the place is written, and whoever made the source."""
    keys = source()
    same = [
        make_source("s3://bucket/team/data"),
        make_source(S3Location("bucket", "team/data//", "s3://bucket/team/data/")),
        make_source(api=RegistryCredentialsApi(client)),
    ]
    assert [twin() for twin in same] == [keys] * 3
    assert len(registry.requests) == 1


def test_what_differs_does_not_share(
    source: CredentialSource, make_source: Callable[..., CredentialSource], registry: Any, configuration: Configuration
) -> None:
    """Read and write keys are never mixed, nor those of two places, datasets or clients."""
    with ApiClient(configuration) as other:
        others = [
            make_source(access="write"),
            make_source("s3://bucket/team/data2/"),
            make_source("s3://bucket2/team/data/"),
            make_source(dataset_id="1"),
            make_source(api=other),
        ]
        assert len({each().aws_access_key_id for each in (source, *others)}) == 6
    assert [access for access, _ in registry.requests] == ["read", "write", "read", "read", "read", "read"]


def test_keys_outlive_a_source(make_source: Callable[..., CredentialSource], registry: Any) -> None:
    """A function that makes a source each time asks the registry once."""
    assert len({make_source()().aws_access_key_id for _ in range(10)}) == 1
    assert len(registry.requests) == 1


def test_keys_of_many_places_do_not_pile_up(make_source: Callable[..., CredentialSource]) -> None:
    """A client holds those of the latest 64 places; of others as long as there is a source for them."""
    held = make_source("s3://bucket/held/")
    shared = weakref.ref(make_source("s3://bucket/dropped/")._shared)
    for number in range(64):
        make_source(f"s3://bucket/{number}/")
    gc.collect()
    assert shared() is None
    assert make_source("s3://bucket/held/")._shared is held._shared


def test_client_goes_with_its_sources(configuration: Configuration) -> None:
    """A client and its keys are in no circle, so that its connections close when it is dropped."""
    client = ApiClient(configuration)
    source = CredentialSource("s3://bucket/", api=client)
    gone = weakref.ref(client)
    del client, source
    assert gone() is None


def test_default_client_is_the_environments(
    monkeypatch: pytest.MonkeyPatch, registry: Any, configuration: Configuration, clock: Any
) -> None:
    """One for all sources that name none, until the environment says something else."""
    monkeypatch.setenv("OPENAPI_CLIENT_HOST", configuration.host)
    monkeypatch.setenv("OPENAPI_CLIENT_ACCESS_TOKEN", "a-token")
    first, second = (CredentialSource("s3://bucket/team/", clock=clock) for _ in range(2))
    assert first() == second()
    assert len(registry.requests) == 1
    monkeypatch.setenv("OPENAPI_CLIENT_ACCESS_TOKEN", "another-token")
    third = CredentialSource("s3://bucket/team/", clock=clock)
    assert third() != first()
    assert len(registry.requests) == 2


def test_copies_are_the_source_itself(source: CredentialSource) -> None:
    """A copy would share everything anyway."""
    assert copy.copy(source) is copy.deepcopy(source) is source


def test_pickle_finds_its_client_again(registry: Any, client: ApiClient) -> None:
    """In the same process nothing is asked for twice."""
    registry.lifetime_seconds = 1e9
    source = CredentialSource("s3://bucket/team/", api=client)
    keys = source()
    twin = pickle.loads(pickle.dumps(source))  # noqa: S301 - our own
    assert twin._client is client
    assert twin() == keys
    assert len(registry.requests) == 1


def test_worker_asks_once_for_a_hundred_pickles_of_one_source(registry: Any, client: ApiClient) -> None:
    """Though each is dropped before the next comes."""
    registry.lifetime_seconds = 1e9
    task = pickle.dumps(CredentialSource("s3://bucket/team/", api=client))
    # As in a process that has not seen the client.
    sharing._clients.clear()
    assert len({pickle.loads(task)().aws_access_key_id for _ in range(100)}) == 1  # noqa: S301 - our own
    assert len(registry.requests) == 1


def test_worker_has_the_keys_of_whoever_logs_in_when_a_task_is_handed_over(registry: Any, client: ApiClient) -> None:
    """The client may have logged in as another since the last; each login is one client on the worker."""
    registry.lifetime_seconds = 1e9
    source = CredentialSource("s3://bucket/team/", api=client)
    tasks = {}
    for token in ("ada", "grace"):
        client.configuration.access_token = token
        tasks[token] = pickle.dumps(source)
    # As in a process that has not seen the client.
    sharing._clients.clear()
    unpickled = [pickle.loads(tasks[token]) for token in ("ada", "grace") * 3]  # noqa: S301 - our own
    assert [each._client.configuration.access_token for each in unpickled] == ["ada", "grace"] * 3
    assert len({each().aws_access_key_id for each in unpickled}) == len(registry.requests) == 2


def test_worker_knows_a_token_source_again(registry: Any, client: ApiClient) -> None:
    """Though it is another object in each pickle."""
    client.configuration.access_token = CommandTokenSource(["printf", "a-token"])
    task = pickle.dumps(CredentialSource("s3://bucket/team/", api=client))
    sharing._clients.clear()
    assert len({id(pickle.loads(task)._client) for _ in range(3)}) == 1  # noqa: S301 - our own
    assert not registry.requests


def test_clock_needs_no_hash(make_source: Callable[..., CredentialSource], clock: Any) -> None:
    """An object with its two functions is enough; sources with the same share."""
    simple = SimpleNamespace(time=clock.time, monotonic=clock.monotonic)
    assert make_source(clock=simple)._shared is make_source(clock=simple)._shared
    assert make_source(clock=simple)._shared is not make_source()._shared


def test_unpickled_clients_do_not_pile_up(configuration: Configuration) -> None:
    """A process holds the latest 16."""
    for _ in range(17):
        task = pickle.dumps(CredentialSource("s3://bucket/team/", api=ApiClient(configuration)))
        pickle.loads(task)  # noqa: S301 - our own
    assert len(sharing._latest_unpickled) == 16
