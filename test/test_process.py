"""Clients and Configurations in other processes: pickled, copied, forked and spawned."""

import copy
import multiprocessing
import os
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi
from openapi_client.rest import RESTClientObject


@pytest.mark.parametrize("twin_of", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])  # noqa: S301 - the test's own
def test_copied_client_works_and_keeps_its_settings(
    registry: HTTPServer, configuration: Configuration, twin_of: Callable[[ApiClient], ApiClient]
) -> None:
    """A copy or pickle of a client that is in use has its settings, and connections and threads of its own."""
    client = ApiClient(configuration, "X-One", "1", "a=b", 2)
    RegistryCredentialsApi(client).generate_read_access_credentials({}, _check_input_type=False, async_req=True).get(30)
    twin = twin_of(client)
    assert (twin.default_headers, twin.cookie, twin.pool_threads) == (client.default_headers, "a=b", 2)
    assert twin.last_response is None
    client.close()
    RegistryCredentialsApi(twin).generate_read_access_credentials({}, _check_input_type=False, async_req=True).get(30)
    assert twin.rest_client is not client.rest_client
    twin.close()
    first, second = (request.headers for request, _ in registry.log)
    assert dict(first) == dict(second)


class Tenant(RESTClientObject):
    """A REST client of a program's own."""

    def request(self, *args: Any, **options: Any) -> Any:
        """Send a request with one more header."""
        return super().request(*args, **{**options, "headers": {**options["headers"], "X-Tenant": "red"}})


@pytest.mark.parametrize("twin_of", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])  # noqa: S301 - the test's own
def test_copied_client_sends_nothing_past_a_replaced_rest_client(
    registry: HTTPServer,
    configuration: Configuration,
    credentials_request: CredentialsRequest,
    twin_of: Callable[[ApiClient], ApiClient],
) -> None:
    """A copy or pickle of a client has the REST client that a program put in place of the usual one."""
    with ApiClient(configuration) as client:
        client.rest_client = Tenant(configuration)
        RegistryCredentialsApi(client).generate_read_access_credentials(credentials_request)
        with twin_of(client) as twin:
            RegistryCredentialsApi(twin).generate_read_access_credentials(credentials_request)
    assert [request.headers["X-Tenant"] for request, _ in registry.log] == ["red", "red"]


def test_pickled_api_works(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """A pickled API object has a client that works."""
    twin = pickle.loads(pickle.dumps(api))  # noqa: S301 - the test's own
    assert twin.generate_read_access_credentials(credentials_request).status.success
    assert registry.log[0][0].headers["Authorization"] == "Bearer token-that-nobody-may-see"
    twin.api_client.close()


def test_spawned_process_works(
    api: RegistryCredentialsApi, registry: HTTPServer, credentials_request: CredentialsRequest
) -> None:
    """A method, its client and the answer travel to a spawned process and back."""
    here = api.generate_read_access_credentials(credentials_request)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(api.generate_read_access_credentials, (credentials_request,))
    assert there == here
    assert len(registry.log) == 2


SCRIPT = """
import os, sys
from openapi_client import ApiClient, Configuration, RegistryCredentialsApi

client = ApiClient(Configuration(sys.argv[1]))
api = RegistryCredentialsApi(client)

def ask(name):
    answer = api.generate_read_access_credentials({}, _check_input_type=False, _headers={"X-Who": name}, ASYNC)
    assert (answer.get(30) if "ASYNC" == "async_req=True" else answer).status.success

ask("parent")
child = os.fork()
if not child:
    ask("child")
    client.close()
    sys.exit()
assert os.waitpid(child, 0)[1] == 0
ask("parent")
client.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("option", ["async_req=False", "async_req=True"], ids=["plain", "threads"])
def test_client_works_before_and_in_a_forked_child(
    registry: HTTPServer, run_python: Callable[..., str], option: str
) -> None:
    """A client that was used before a fork works in the child, which ends well, and in the parent afterwards."""
    # Python 3.12 warns of every fork of a process with threads, which is what is tested here.
    script = 'import warnings; warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)\n' + SCRIPT
    run_python(script.replace("ASYNC", option), registry.url_for(""))
    assert [request.headers["X-Who"] for request, _ in registry.log] == ["parent", "child", "parent"]


def test_pool_of_another_process_is_not_waited_for(api: RegistryCredentialsApi, registry: HTTPServer) -> None:
    """Threads that belong to the process before a fork are left to it, and new ones are made."""
    client = api.api_client
    options = {"_check_input_type": False}
    api.generate_read_access_credentials({}, async_req=True, **options).get(30)  # type: ignore[call-overload] # bare options
    parents = client.pool
    client._pool_process = -1
    assert client.pool is not parents
    api.generate_read_access_credentials({}, async_req=True, **options).get(30)  # type: ignore[call-overload] # bare options
    own = client.pool
    client._pool_process = -1
    client.close()
    for pool in (parents, own):
        pool.close()
        pool.join()
    assert len(registry.log) == 2
