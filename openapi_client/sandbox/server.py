"""Serves an ASGI application on this machine, from a thread of this process."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Generator

import uvicorn
from fastapi import FastAPI


def listening_socket() -> socket.socket:
    """A socket that listens on a free port of 127.0.0.1: whoever connects before it is served waits in its queue."""
    return socket.create_server(("127.0.0.1", 0), backlog=128)


def address_of(listener: socket.socket) -> str:
    """The URL of what is served on a socket, such as `http://127.0.0.1:40123`."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def running_server(app: FastAPI, listener: socket.socket) -> Generator[None]:
    """A server for as long as the context lasts.

    Args:
        app: What to serve.
        listener: Where to serve it. It is made before, so that the application can know its own address.
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
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listener])), name="sandbox-registry", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
