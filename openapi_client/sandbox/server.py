"""Serves an ASGI application on this machine, from a thread of this process."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Generator

import uvicorn
from fastapi import FastAPI


@contextlib.contextmanager
def running_server(app: FastAPI) -> Generator[int]:
    """A server on a free port of 127.0.0.1 for as long as the context lasts; gives the port.

    Args:
        app: What to serve.
    """
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,  # how a process logs is not for a library to set
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    # The socket listens already: whoever connects before the thread is ready waits in its queue.
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        port: int = listener.getsockname()[1]
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])), name="sandbox-registry", daemon=True
        )
        thread.start()
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join()
