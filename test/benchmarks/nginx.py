"""A registry that costs next to nothing: nginx on a loopback port, which gives every request one answer."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

READ_PATH = "/registry/credentials/generate-read-access-credentials"
ANSWER = json.dumps(
    {
        "status": {"success": True, "details": "Successfully generated credentials."},
        "credentials": {
            "aws_access_key_id": "ASIA" + "X" * 16,
            "aws_secret_access_key": "s" * 40,
            # What AWS gives is about this long.
            "aws_session_token": "t" * 1100,
            "expiry": "2030-01-02T03:04:05+00:00",
        },
        "console_session_url": None,
    }
)
INSTALL = "nginx is missing: apt-get install nginx-light"
FOLDERS = "/usr/sbin:/usr/local/sbin"
"""Where packages put it, which an ordinary user's PATH leaves out."""

_PAUSE_SECONDS = 0.01
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_SETTINGS = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    {temporary}
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    server {{
        listen 127.0.0.1:{port};
        default_type application/json;
        location = {path} {{ return 200 '{answer}'; }}
    }}
}}
"""


def find_nginx() -> str | None:
    """Where nginx is, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path=FOLDERS)


@contextlib.contextmanager
def running_nginx() -> Iterator[str]:
    """The address of an nginx that ends with the block.

    Raises:
        SystemExit: nginx is not installed.
        RuntimeError: It does not start; the text is what it has printed.
    """
    nginx = find_nginx()
    if nginx is None:
        raise SystemExit(INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        settings = Path(folder, "nginx.conf")
        temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY)
        settings.write_text(
            _SETTINGS.format(folder=folder, temporary=temporary, port=port, path=READ_PATH, answer=ANSWER)
        )
        command = [nginx, "-e", "stderr", "-p", folder, "-c", str(settings)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - the nginx of this machine
            try:
                while not answers(port):  # pragma: no branch - nginx is not on every machine
                    time.sleep(_PAUSE_SECONDS)
                    if process.poll() is not None:
                        raise RuntimeError(f"nginx has ended: {process.communicate()[1]}")
                yield f"http://127.0.0.1:{port}"  # pragma: no cover - as above
            finally:
                process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answers(port: int) -> bool:
    """Whether what listens on a port gives the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", READ_PATH, body=b"{}")
        return connection.getresponse().read() == ANSWER.encode()
    except ConnectionError:
        return False
    finally:
        connection.close()
