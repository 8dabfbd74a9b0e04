"""Run where the wheel alone is installed: it brings two dependencies, no tests, and makes a real call."""

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distribution, distributions, metadata, requires
from importlib.util import find_spec

OURS = ["urllib3", "python-dateutil"]
OF_VENV = {"registry-credentials", "pip", "setuptools"}
ANSWER = {
    "status": {"success": True, "details": "Done."},
    "credentials": {
        "aws_access_key_id": "a",
        "aws_secret_access_key": "b",
        "aws_session_token": "c",
        # Not ISO 8601, so that dateutil reads it.
        "expiry": "Wed, 02 Jan 2030 03:04:05 GMT",
    },
    "console_session_url": None,
}


class Registry(BaseHTTPRequestHandler):
    """Answers every request with credentials."""

    def do_POST(self) -> None:
        """One request."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def names(requirements: list[str] | None) -> list[str]:
    """The distributions that are required without an extra."""
    return [re.split(r"[^\w.-]", text)[0] for text in requirements or [] if "extra ==" not in text]


assert names(requires("registry-credentials")) == OURS, requires("registry-credentials")
installed = {found.metadata["Name"].lower() for found in distributions()}
theirs = {name.lower() for ours in OURS for name in names(requires(ours))}
assert installed <= {*OURS, *theirs, *OF_VENV}, installed
files = {str(file) for file in distribution("registry-credentials").files or []}
assert not any("test" in name.split("/")[0] for name in files), files
assert "openapi_client/py.typed" in files
extras = metadata("registry-credentials").get_all("Provides-Extra")
assert extras == ["boto3", "keyring", "obstore", "s3fs", "sandbox", "socks"], extras

import openapi_client  # noqa: E402 - after the checks of what is installed

own = {name for name in sys.modules if name.startswith("openapi_client.")}
assert own == set(), own
for extra in ("fastapi", "boto3", "uvicorn"):
    assert find_spec(extra) is None, extra

server = HTTPServer(("127.0.0.1", 0), Registry)
threading.Thread(target=server.serve_forever, daemon=True).start()
try:
    configuration = openapi_client.Configuration(f"http://127.0.0.1:{server.server_port}", access_token="t")  # noqa: S106 - of nobody
    with openapi_client.ApiClient(configuration) as client:
        place = openapi_client.S3Location.from_uri("s3://bucket/path/")
        request = openapi_client.CredentialsRequest(place, console_session_required=False)
        answer = openapi_client.RegistryCredentialsApi(client).generate_read_access_credentials(request)
    assert answer.credentials.expiry.isoformat() == "2030-01-02T03:04:05+00:00"
finally:
    server.shutdown()
    server.server_close()

complaint = ""
try:
    import openapi_client.sandbox
except ImportError as error:
    complaint = str(error)
assert re.match(r'\w+ is not installed: pip install .*"fastapi>=', complaint), complaint
sys.stdout.write(
    f"The wheel works alone, with {' and '.join(f'{name} {distribution(name).version}' for name in OURS)}.\n"
)
