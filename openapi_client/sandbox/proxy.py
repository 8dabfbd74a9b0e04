"""The expiry proxy: refuses expired sessions and revoked keys the way AWS does, and passes on everything else.

SeaweedFS forgets an expired session and says 403 `InvalidAccessKeyId`, as for keys that never were. AWS says 400
`ExpiredToken`, which is what client libraries know. SeaweedFS cannot revoke a session's keys at all, and does not tell
a bucket's region. So this proxy stands before the store, reads each request's head, and steps in for these cases. All
other bytes pass unchanged in both directions: signatures cover the Host header, uploads come in chunks, and a client
that sends `Expect: 100-continue` waits for the store's own word.
"""

import asyncio
import contextlib
import functools
import socket
import threading
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future
from typing import Final

from openapi_client.sandbox.bucket_region import RegionHeader
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.request_filter import RefusedError, RequestFilter

_BLOCK_BYTES: Final = 256 * 1024
"""How much is read at a time; a connection holds a few of these, however large the object is."""

_LINGER_SECONDS: Final = 30
_START_SECONDS: Final = 10


@contextlib.contextmanager
def running_proxy(store_port: int, bucket_name: str, ledger: KeyLedger) -> Generator[int]:
    """A proxy on a free port of 127.0.0.1 for as long as the context lasts; gives the port.

    Args:
        store_port: The store's port on 127.0.0.1.
        bucket_name: The bucket whose region is told.
        ledger: Which keys are refused before their time.
    """

    def connection(client: socket.socket) -> Coroutine[None, None, None]:
        return _connection(store_port, client, RequestFilter(bucket_name, ledger))

    started: Future[Callable[[], object]] = Future()
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        port: int = listener.getsockname()[1]
        thread = threading.Thread(
            target=_run, args=(_serve(listener, connection, started),), name="sandbox-proxy", daemon=True
        )
        thread.start()
        stop = started.result(_START_SECONDS)
        try:
            yield port
        finally:
            stop()
            thread.join()


def _run(serve: Coroutine[None, None, None]) -> None:
    # The loop of every system but Windows; there too it is the one that can watch a listening socket.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(serve)


async def _serve(
    listener: socket.socket,
    connection: Callable[[socket.socket], Coroutine[None, None, None]],
    started: Future[Callable[[], object]],
) -> None:
    loop = asyncio.get_running_loop()
    # The event loop refers to its tasks weakly: one whose client has gone could be collected while it waits.
    connections: set[asyncio.Task[None]] = set()

    def accept() -> None:
        with contextlib.suppress(OSError):  # the client has gone again
            client, _ = listener.accept()
            task = loop.create_task(connection(client))
            connections.add(task)
            task.add_done_callback(connections.discard)
            # Whatever happens to the task: it may be cancelled before it has begun.
            task.add_done_callback(lambda _: client.close())

    # Not `asyncio.start_server`: a connection that it is just accepting when the loop ends is never closed.
    listener.setblocking(False)
    loop.add_reader(listener, accept)
    stopped = asyncio.Event()
    started.set_result(functools.partial(loop.call_soon_threadsafe, stopped.set))
    await stopped.wait()
    loop.remove_reader(listener)


async def _connection(store_port: int, client: socket.socket, request_filter: RequestFilter) -> None:
    """Serve one client over one connection to the store, until either of them ends it."""
    reader, writer = await asyncio.open_connection(sock=client, limit=_BLOCK_BYTES)
    try:
        await _relay(store_port, reader, writer, request_filter)
        writer.close()
        await writer.wait_closed()
    except OSError:
        pass  # an end has gone, and with it whoever could be told
    finally:
        writer.transport.abort()  # a sandbox that stops waits for no slow reader


async def _relay(
    store_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request_filter: RequestFilter
) -> None:
    store_reader, store_writer = await asyncio.open_connection("127.0.0.1", store_port, limit=_BLOCK_BYTES)
    requests = asyncio.create_task(_pass_requests(reader, store_writer, request_filter))
    answers = asyncio.create_task(_pass_answers(store_reader, writer, request_filter.region_header))
    try:
        await asyncio.wait((requests, answers), return_when=asyncio.FIRST_COMPLETED)
        if not requests.done():
            requests.cancel()
            await asyncio.wait((requests,))
        elif refusal := requests.result():
            answers.cancel()
            writer.write(refusal)
        else:
            store_writer.write_eof()
            await answers
    finally:
        requests.cancel()
        answers.cancel()
        store_writer.transport.abort()
    # Closing a connection while a body still comes in resets it, and a client may then never see its answer.
    writer.write_eof()
    async with asyncio.timeout(_LINGER_SECONDS):
        while await reader.read(_BLOCK_BYTES):
            pass


async def _pass_answers(source: asyncio.StreamReader, sink: asyncio.StreamWriter, region_header: RegionHeader) -> None:
    with contextlib.suppress(OSError):
        while block := await source.read(_BLOCK_BYTES):
            sink.write(region_header.feed(block))
            await sink.drain()


async def _pass_requests(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, request_filter: RequestFilter
) -> bytes:
    """Pass requests on until there are no more, or one is refused; the result is the answer to that one, or empty."""
    with contextlib.suppress(OSError):
        while block := await source.read(_BLOCK_BYTES):
            try:
                sink.write(request_filter.feed(block))
            except RefusedError as refused:
                return refused.answer
            await sink.drain()
    return b""
