"""One client, many threads, and processes forked while they are at work."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client import ApiClient, ApiTimeoutException, Configuration
from openapi_client.rest import RESTClientObject

Start = Callable[..., Any]
THREADS = 64
PATIENCE_SECONDS = 30
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def echo(request: Request) -> Response:
    """What was sent: the body, and a header."""
    return Response(request.get_data(), headers={"X-Who": request.headers["X-Who"]}, content_type="application/json")


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that is to become true."""
    assert any(map(lambda _: holds() or threading.Event().wait(0.01), range(100 * PATIENCE_SECONDS)))  # noqa: C417 - no loop


def at_once(task: Callable[[int], Any]) -> list[Any]:
    """What a task gives on many threads that begin together."""
    barrier = threading.Barrier(THREADS)

    def begin(number: int) -> Any:
        barrier.wait(PATIENCE_SECONDS)
        return task(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(begin, range(THREADS), timeout=PATIENCE_SECONDS))


def test_each_of_many_threads_gets_its_own_answers(httpserver: HTTPServer) -> None:
    """A client that is first used by many threads at once gives each its own answers, last and all."""
    httpserver.expect_request("/p", method="POST").respond_with_handler(echo)
    client = ApiClient(Configuration(httpserver.url_for("").rstrip("/")))

    def ask(number: int) -> set[tuple[Any, ...]]:
        seen = set()
        for turn in range(5):
            sent = {"thread": number, "turn": turn}
            data, status, headers = client.call_api(
                "/p", "POST", header_params={"X-Who": str(number)}, body=sent, response_type=(dict,)
            )
            assert client.last_response is not None
            assert client.last_response.getheader("X-Who") == str(number)
            assert (data, status) == (sent, 200)
            seen.add((headers["X-Who"], turn))
        return seen

    assert at_once(ask) == [{(str(number), turn) for turn in range(5)} for number in range(THREADS)]
    assert len(httpserver.log) == 5 * THREADS
    assert client.last_response is None
    client.close()


def test_idle_connections_are_bounded_and_close_ends_all(wire: Start) -> None:
    """After many threads no more connections than configured are kept, and none after `close`, however often."""
    server = wire(OK)
    client = RESTClientObject(Configuration(connection_pool_maxsize=3))
    assert [answer.status for answer in at_once(lambda _: client.request("POST", server.url, body={}))] == [
        200
    ] * THREADS
    assert server.connections <= THREADS
    until(lambda: server.open <= 3)
    at_once(lambda _: client.close())
    until(lambda: server.open == 0)
    client.close()
    assert client.request("POST", server.url, body={}).status == 200
    client.close()
    until(lambda: server.open == 0)


def test_client_closed_while_threads_ask_answers_all(wire: Start) -> None:
    """`close` in the midst of other threads' calls breaks none of them."""
    server, client = wire(OK), RESTClientObject(Configuration())

    def ask(number: int) -> int:
        if number % 8 == 0:
            client.close()
        return client.request("POST", server.url, body={}).status

    assert at_once(ask) == [200] * THREADS
    client.close()
    until(lambda: server.open == 0)


def test_deadline_is_each_thread_s_own(wire: Start, make_client: Start) -> None:
    """A thread that is given little time ends, and does not end the others' calls."""
    server = wire(lambda connection, released: (released.wait(0.5), connection.sendall(OK)))
    client = make_client(connection_pool_maxsize=THREADS)

    def ask(number: int) -> int:
        try:
            client.request("POST", server.url, body={}, _request_timeout=0.2 if number % 2 else 30)
        except ApiTimeoutException:
            return 0
        return 200

    assert at_once(ask) == [200, 0] * (THREADS // 2)


FORK = """
import os, sys, threading, warnings
warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
from openapi_client import ApiClient, Configuration

client = ApiClient(Configuration(sys.argv[1]))

def ask(who):
    sent = {"who": who}
    data, _, headers = client.call_api("/p", "POST", header_params={"X-Who": who}, body=sent, response_type=(dict,))
    assert data == sent and headers["X-Who"] == who

stop = threading.Event()

def keep_asking(number):
    turn = 0
    while not stop.is_set():
        ask(f"parent {number} {turn}")
        turn += 1

ask("parent")
threads = [threading.Thread(target=keep_asking, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for turn in range(8):
    child = os.fork()
    if not child:
        for again in range(3):
            ask(f"child {turn} {again}")
        client.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
for thread in threads:
    thread.join()
client.close()
print("done")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_fork_while_threads_ask(httpserver: HTTPServer, run_python: Callable[..., str]) -> None:
    """Children forked while threads ask have connections of their own, and all answers are right."""
    httpserver.expect_request("/p", method="POST").respond_with_handler(echo)
    assert run_python(FORK, httpserver.url_for("").rstrip("/")) == "done\n"
    asked = [request.headers["X-Who"] for request, _ in httpserver.log]
    assert len([who for who in asked if who.startswith("child")]) == 24
    assert len(set(asked)) == len(asked)


def test_client_that_is_never_closed_ends_without_a_warning(wire: Start, run_python: Callable[..., str]) -> None:
    """A client that nobody closes, as a notebook's, gives no warning at exit, nor do its threads."""
    script = (
        "import sys; from openapi_client import ApiClient, Configuration\n"
        "client = ApiClient(Configuration(sys.argv[1]))\n"
        "client.call_api('/p', 'POST', async_req=True).get(30); print(client.call_api('/p', 'POST')[1])"
    )
    assert run_python(script, wire(OK).url) == "200\n"


def test_idle_connections_of_a_client_are_urllib3_s(wire: Start, make_client: Start) -> None:
    """A client that asks one thing after another holds one connection."""
    server, client = wire(OK), make_client()
    for _ in range(10):
        client.request("POST", server.url, body={})
    assert server.connections == 1
    pool = client.pool_manager.connection_from_url(server.url)
    assert isinstance(pool, urllib3.HTTPConnectionPool)
    assert (pool.num_connections, pool.num_requests) == (1, 10)
