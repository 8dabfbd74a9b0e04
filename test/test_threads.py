"""The threads of `async_req`: no answer is lost, whoever drops the client, and however the program ends."""

import atexit
import gc
import os
import threading
import weakref
from collections.abc import Callable
from multiprocessing.pool import ThreadPool
from multiprocessing.util import _finalizer_registry  # type: ignore[attr-defined]  # typeshed has not all of it
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, ApiValueError, Configuration, CredentialsRequest, RegistryCredentialsApi, _threads


def test_answer_arrives_though_the_client_was_dropped(
    registry: HTTPServer, configuration: Configuration, credentials_request: CredentialsRequest
) -> None:
    """A handle alone, whose client nobody keeps, still gives its answer; many times over."""
    assert registry
    for _ in range(40):
        api = RegistryCredentialsApi(ApiClient(configuration))
        handle = api.generate_read_access_credentials(credentials_request, async_req=True)
        del api
        assert handle.get(30).status.success


def test_calls_under_way_end_before_the_program_does(
    httpserver: HTTPServer, answer: dict[str, Any], run_python: Callable[..., Any]
) -> None:
    """A program that ends with calls under way waits for them: none is thrown away, and nothing is printed."""

    def slow(_: Request) -> Response:
        threading.Event().wait(0.2)
        return Response("{}")

    assert answer
    httpserver.expect_request("/path").respond_with_handler(slow)
    printed = run_python(
        "from openapi_client import ApiClient, Configuration\n"
        f"client = ApiClient(Configuration({httpserver.url_for('').rstrip('/')!r}))\n"
        "for _ in range(3): client.call_api('/path', 'GET', async_req=True)\n"
    )
    assert not printed
    assert len(httpserver.log) == 3


def test_threads_are_made_once(registry: HTTPServer, configuration: Configuration) -> None:
    """However many threads want them first, there is one pool of them, and one way to send requests."""
    assert registry
    client = ApiClient(configuration, pool_threads=2)
    start = threading.Barrier(32)
    found: set[int] = set()

    def first_use() -> None:
        start.wait()
        found.update((id(client.pool), id(client.rest_client)))

    threads = [threading.Thread(target=first_use) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    client.close()


def test_client_is_closed_by_one_of_its_threads(registry: HTTPServer, configuration: Configuration) -> None:
    """As by a hook in a call of `async_req`, whose thread does not wait for its own call; other threads wait."""
    assert registry
    client = ApiClient(configuration)
    pool = client.pool
    assert pool.apply_async(client.close).get(60) is None
    client.close()
    pool.join()


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_are_a_value_error(configuration: Configuration, threads: int) -> None:
    """There must be at least one."""
    client = ApiClient(configuration, pool_threads=threads)
    with pytest.raises(ApiValueError, match="pool_threads"):
        client.call_api("/path", "GET", async_req=True)


def test_end_of_the_program_waits_for_its_own_threads(configuration: Configuration, registry: HTTPServer) -> None:
    """What runs at the end waits for the calls under way, and not for threads that a parent process has."""
    assert registry
    own, of_parent = ApiClient(configuration), ApiClient(configuration)
    handle = own.call_api("/path", "GET", _form="unread", async_req=True)
    # As in a forked process: the pool is there, its threads are not.
    _threads._pools[of_parent.pool] = -1
    _threads._finish()
    assert handle.ready()
    for client in (own, of_parent):
        with pytest.raises(ValueError, match="Pool not running"):
            client.call_api("/path", "GET", async_req=True)
        client.close()


def kept() -> tuple[int, int, int]:
    """Return how many thread pools and finalizers there are."""
    gc.collect()
    pools = sum(isinstance(it, ThreadPool) for it in gc.get_objects())
    return pools, len(weakref.finalize._registry), len(_finalizer_registry)  # type: ignore[attr-defined]  # private


def test_pools_share_one_function_at_the_end(configuration: Configuration, registry: HTTPServer) -> None:
    """However many pools are made, Python keeps the place of one function to run at the end."""
    assert registry
    places = []
    for _ in range(5):
        with ApiClient(configuration) as client:
            ask(client)
        places.append(atexit._ncallbacks())
    assert len(set(places)) == 1


def ask(client: ApiClient) -> None:
    """Make a call with `async_req` and wait for its end."""
    client.call_api("/path", "GET", _form="unread", async_req=True).get(30).release_conn()


def threads_of(client: ApiClient) -> list[threading.Thread]:
    """Return the threads of a client: those that do its work, and those that hand it out."""
    pool: Any = client.pool
    return [*pool._pool, pool._worker_handler, pool._task_handler, pool._result_handler]


def close(client: ApiClient) -> None:
    """Close a client as programs do that know of its context manager."""
    with client:
        pass


def close_pool(client: ApiClient) -> None:
    """Close a client's threads as old programs do."""
    client.pool.close()
    client.pool.join()


def have_ended(threads: list[threading.Thread]) -> bool:
    """Return whether all threads have ended, after they had some time to."""
    for thread in threads:
        thread.join(0.01)
    return not any(thread.is_alive() for thread in threads)


def use_and_end(clients: list[ApiClient], end: Callable[[ApiClient], None]) -> None:
    """Use clients and end them, and see their threads end."""
    for client in clients:
        ask(client)
        threads = threads_of(client)
        end(client)
        assert [thread for thread in threads if thread.is_alive()] == []
        client.close()


@pytest.mark.parametrize("end", [ApiClient.close, close, close_pool], ids=["close", "with", "pool"])
def test_closed_client_leaves_nothing_behind(
    configuration: Configuration, registry: HTTPServer, end: Callable[[ApiClient], None]
) -> None:
    """Neither one client that is closed time and again nor many clients leave pools, threads or finalizers."""
    assert registry
    client, before = ApiClient(configuration), kept()
    use_and_end([client] * 50, end)
    assert kept() == before
    use_and_end([ApiClient(configuration, pool_threads=2) for _ in range(20)], end)
    assert kept() == before


def use_and_drop(configuration: Configuration) -> list[threading.Thread]:
    """Use a client, of which nothing is kept but itself, and return its threads."""
    client = ApiClient(configuration, pool_threads=2)
    # Not by a call, whose connection would be garbage as well.
    client.pool.apply_async(int).get(30)
    return threads_of(client)


def test_dropped_client_leaves_nothing_behind(configuration: Configuration) -> None:
    """A client that is not closed ends its threads when nobody has it any more."""
    before = kept()
    threads = [thread for _ in range(5) for thread in use_and_drop(configuration)]
    assert any(have_ended(threads) for _ in range(100))
    assert kept() == before


FORK = """
import os, sys, threading, warnings
warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
from openapi_client import ApiClient, Configuration

client = ApiClient(Configuration(sys.argv[1]))
handle = client.call_api("/path", "GET", _form="unread", async_req=True)
pool = client.pool
child = os.fork()
if not child:
    client.close()
    # Only where it was left alone does it take another call.
    pool.apply_async(int)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
answer = handle.get(30)
print(answer.status)
answer.release_conn()
client.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_client_closed_in_a_forked_child_leaves_the_parent_s_threads(
    httpserver: HTTPServer, run_python: Callable[..., str]
) -> None:
    """A child that closes the client while a call of its parent is under way neither waits nor ends anything."""

    def slow(_: Request) -> Response:
        threading.Event().wait(0.5)
        return Response("{}")

    httpserver.expect_request("/path").respond_with_handler(slow)
    assert run_python(FORK, httpserver.url_for("").rstrip("/")) == "200\n"
