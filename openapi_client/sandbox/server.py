"""Serves an ASGI application on this machine, from a thread of this process."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Generator, Mapping
from typing import Final

import uvicorn
from fastapi import FastAPI

from openapi_client.sandbox.errors import SandboxError

HOST_NAMES: Final = ("127.0.0.1", "localhost")
"""The names that requests may call this machine by; a page of another site cannot send them (DNS rebinding)."""


def listening_socket(port: int = 0) -> socket.socket:
    """Return a socket that listens on 127.0.0.1: whoever connects before it is served waits in its queue.

    Args:
        port: The port; 0 for any that is free.

    Raises:
        SandboxError: If another program has the port, or this user may not have it.
    """
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError as error:
        raise SandboxError(f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}. Choose another.") from error


def without_proxy(environment: Mapping[str, str]) -> str:
    """Return the value of `NO_PROXY` with which a program reaches this machine directly.

    Args:
        environment: The variables so far; what they except stays excepted.
    """
    named = ",".join(environment.get(name, "") for name in ("NO_PROXY", "no_proxy")).replace(",", " ").split()
    # curl takes the asterisk for all hosts where it stands alone.
    return "*" if "*" in named else ",".join(dict.fromkeys([*named, *HOST_NAMES]))


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
