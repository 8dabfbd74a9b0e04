"""The command `sandbox`: a registry and an S3 store on this machine, until it is told to stop."""

import signal
import sys
import threading

from openapi_client.sandbox import Sandbox, SandboxError


def run_sandbox(token_lifetime_seconds: float, credentials_lifetime_seconds: int) -> int:
    """Runs the sandbox in the foreground until Ctrl-C or SIGTERM; gives the command's exit status.

    Args:
        token_lifetime_seconds: How long a bearer token is good.
        credentials_lifetime_seconds: How long AWS credentials live.
    """
    told_to_stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: told_to_stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with Sandbox(
            token_lifetime_seconds=token_lifetime_seconds, credentials_lifetime_seconds=credentials_lifetime_seconds
        ) as sandbox:
            sys.stdout.write(_description(sandbox))
            sys.stdout.flush()
            # In slices: on Windows an endless wait would keep Ctrl-C waiting too.
            while not told_to_stop.wait(timeout=1):
                pass
    except (SandboxError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    sys.stdout.write("Stopped; nothing is left behind.\n")
    return 0


def _description(sandbox: Sandbox) -> str:
    environment = "\n".join(f"  export {name}={value}" for name, value in sandbox.environment().items())
    return (
        f"The registry is at {sandbox.host}; its user is {sandbox.username}, with the password {sandbox.password}.\n"
        f"The S3 store is at {sandbox.s3_endpoint_url}, with the bucket {sandbox.bucket_name}.\n"
        f"The environment to use them:\n{environment}\n"
        "Ctrl-C stops both and removes what was stored.\n"
    )
