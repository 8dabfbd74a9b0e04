"""One request in several ways: by hand with urllib3, which is the floor, with the client, and with less than either."""

import contextlib
import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import urllib3
from nginx import READ_PATH

import openapi_client
from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi, S3Location

ACCESS_TOKEN = "a" * 1000
HEADERS = {
    "User-Agent": f"openapi-client/{openapi_client.__version__}/python",
    "Accept": "application/json",
    "Content-Type": "application/json",
    "Authorization": f"Bearer {ACCESS_TOKEN}",
}

Call = Callable[[], Any]


def body() -> bytes:
    """The request as JSON, from the values that the client is given."""
    place = {"bucket_name": "bucket", "path": "team/data", "s3_uri": "s3://bucket/team/data/"}
    return json.dumps({"s3_location": place, "console_session_required": False}).encode()


@contextlib.contextmanager
def floor(host: str, connections: int = 1) -> Iterator[Call]:
    """What nobody who asks with urllib3 and reads JSON can do without."""
    url = host + READ_PATH
    with urllib3.PoolManager(maxsize=connections) as pool:

        def call() -> Any:
            response = pool.request("POST", url, body=body(), headers=HEADERS)
            if response.status != 200:
                raise RuntimeError(response.status)
            return json.loads(response.data)

        yield call


@contextlib.contextmanager
def client(host: str) -> Iterator[Call]:
    """The client as it comes: the request is built and checked, and so is the answer."""
    with ApiClient(Configuration(host=host, access_token=ACCESS_TOKEN)) as api_client:
        api = RegistryCredentialsApi(api_client)

        def call() -> Any:
            return api.generate_read_access_credentials(
                CredentialsRequest(
                    s3_location=S3Location(bucket_name="bucket", path="team/data", s3_uri="s3://bucket/team/data/"),
                    console_session_required=False,
                )
            )

        yield call


@contextlib.contextmanager
def pool(host: str) -> Iterator[Call]:
    """urllib3 below its `PoolManager`, to the bytes of the answer."""
    with urllib3.connection_from_url(host) as connections:

        def call() -> Any:
            return connections.urlopen("POST", READ_PATH, body=body(), headers=HEADERS).data

        yield call


@contextlib.contextmanager
def standard_library(host: str) -> Iterator[Call]:
    """http.client, to the bytes of the answer."""
    with contextlib.closing(http.client.HTTPConnection(host.removeprefix("http://"))) as connection:

        def call() -> Any:
            connection.request("POST", READ_PATH, body=body(), headers=HEADERS)
            return connection.getresponse().read()

        yield call
