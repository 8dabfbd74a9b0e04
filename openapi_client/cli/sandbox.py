"""The command `sandbox`: a registry and an S3 store on this machine, until it is told to stop."""

import os
import shlex
import signal
import sys
import threading
from contextlib import suppress
from io import UnsupportedOperation
from pathlib import Path
from typing import Final, TextIO

from openapi_client._user_folders import user_path
from openapi_client.sandbox import Sandbox, SandboxError
from openapi_client.sandbox.settings import Generation

DATASET_ID: Final = "10378.1/1234567"
"""The one dataset of a sandbox of the later generation."""


def run_sandbox(
    token_lifetime_seconds: float,
    credentials_lifetime_seconds: int,
    *,
    generation: Generation = 2022,
    port: int = 0,
    load: str | None = None,
    print_env: bool = False,
) -> int:
    """Run the sandbox in the foreground until Ctrl-C or SIGTERM, and return the command's exit status.

    Args:
        token_lifetime_seconds: How long a bearer token is good.
        credentials_lifetime_seconds: How long AWS credentials live.
        generation: How the registry is asked for credentials.
        port: The registry's port; 0 for any that is free.
        load: A folder whose files the store holds from the beginning.
        print_env: Whether to print to the standard output nothing but what a shell can `eval`, and to close it then.
    """
    told_to_stop = threading.Event()
    stopping = [signal.SIGTERM]
    # A shell has its background jobs ignore Ctrl-C.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        stopping.append(signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: told_to_stop.set()) for number in stopping}
    said = sys.stderr if print_env else sys.stdout
    try:
        with Sandbox(
            token_lifetime_seconds=token_lifetime_seconds,
            credentials_lifetime_seconds=credentials_lifetime_seconds,
            generation=generation,
            port=port,
        ) as sandbox:
            prefix = sandbox.add_dataset(DATASET_ID, "A dataset of the sandbox") if generation != 2022 else ""  # noqa: PLR2004 - a year
            if load is not None:
                _load(sandbox, load, prefix, said)
            if print_env:
                _hand_over(_exports(sandbox, ""))
            _say(said, _description(sandbox, prefix, with_environment=not print_env))
            # In slices: on Windows an endless wait would keep Ctrl-C waiting too.
            while not told_to_stop.wait(timeout=1):
                pass
    except (SandboxError, ValueError, OSError) as error:
        _say(sys.stderr, f"{error}\n")
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    _say(said, "Stopped; nothing is left behind.\n")
    return 0


def _load(sandbox: Sandbox, name: str, prefix: str, said: TextIO) -> None:
    """Put all files of a folder into the bucket, under their paths in the folder.

    Raises:
        OSError: If there is no such folder, or a file cannot be read.
        SandboxError: If the store refuses one.
    """
    # An empty name, as of a variable that is not set, would be the current folder.
    if not name:
        raise NotADirectoryError("--load is empty: there is no such folder.")
    folder = Path(user_path(name, "--load"))
    if not folder.is_dir():
        raise NotADirectoryError(f"--load is {name}: there is no such folder.")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for file in files:
        sandbox.put_object(prefix + file.relative_to(folder).as_posix(), file.read_bytes())
    _say(said, f"Objects loaded from {folder}: {len(files)}.\n")


def _exports(sandbox: Sandbox, indent: str) -> str:
    """Return the environment as commands of a shell, and the process that a shell can end."""
    variables = {**sandbox.environment(), "OPENAPI_CLIENT_SANDBOX_PID": str(os.getpid())}
    return "".join(f"{indent}export {name}={shlex.quote(value)}\n" for name, value in variables.items())


def _hand_over(exports: str) -> None:
    """Print to the standard output and close it, so that a shell which reads it goes on while the sandbox runs."""
    _say(sys.stdout, exports)
    with suppress(UnsupportedOperation):  # what stands in for it in a program has no descriptor
        descriptor = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


def _description(sandbox: Sandbox, prefix: str, *, with_environment: bool) -> str:
    dataset = f"Its dataset is hdl:{DATASET_ID}, whose files are at s3://{sandbox.bucket_name}/{prefix}\n"
    environment = f"The environment to use them:\n{_exports(sandbox, '  ')}" if with_environment else ""
    end = "Ctrl-C" if with_environment else 'kill "$OPENAPI_CLIENT_SANDBOX_PID"'
    return (
        f"The registry is at {sandbox.host}; its user is {sandbox.username}, with the password {sandbox.password}.\n"
        f"The S3 store is at {sandbox.s3_endpoint_url}, with the bucket {sandbox.bucket_name}.\n"
        f"{dataset if prefix else ''}{environment}"
        "To log in with a browser instead, take the client client-tools, which deployed login servers have too:\n"
        "  unset OPENAPI_CLIENT_USERNAME OPENAPI_CLIENT_PASSWORD\n"
        f"  export OPENAPI_CLIENT_ISSUER={sandbox.host} OPENAPI_CLIENT_CLIENT_ID=client-tools\n"
        "Every user of this machine can reach the store: put nothing confidential into it.\n"
        f"{end} stops both and removes what was stored.\n"
    )


def _say(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
