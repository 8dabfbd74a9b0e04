"""The file system of a source on dask's workers: real processes, which have it from pickles.

dask changes how all errors pickle, so it is imported in a process of its own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openapi_client.sandbox import Sandbox

SCRIPT = """
import os, pickle, sys
from collections import Counter
import distributed
from openapi_client import ApiClient, ApiConnectionException, Configuration, CredentialsRequest, RegistryCredentialsApi
from openapi_client import S3Location
from openapi_client.aws import CredentialSource
from openapi_client.aws.s3fs import S3FileSystem, storage_options

root, place = sys.argv[1:]

def work(number, fs, source):
    assert S3FileSystem(source) is fs
    fs.pipe(f"{root}/{number}", b"done")
    return os.getpid(), id(fs), fs.cat(f"{root}/object")

def fail(host):
    with ApiClient(Configuration(host, access_token="token-that-nobody-may-see", retries=False)) as client:
        RegistryCredentialsApi(client).generate_read_access_credentials(
            CredentialsRequest(s3_location=S3Location.from_uri(f"s3://{root}/"), console_session_required=False)
        )

if __name__ == "__main__":
    source = CredentialSource(place, "write")
    fs = S3FileSystem(source)
    fs.pipe(f"{root}/object", b"hello")
    handed = pickle.dumps((fs, storage_options(source)))
    keys = source()
    secrets = (keys.aws_access_key_id, keys.aws_secret_access_key, keys.aws_session_token)
    print("keys handed over:", sum(secret.encode() in handed for secret in secrets))
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=":0", silence_logs=60)
    with cluster, distributed.Client(cluster) as dask:
        done = dask.gather(dask.map(work, range(100), fs=fs, source=source))
        print("contents:", {content for _, _, content in done})
        print("workers:", len({process for process, _, _ in done}))
        print("file systems:", len({(process, name) for process, name, _ in done}))
        try:
            dask.submit(fail, "http://127.0.0.1:9").result()
        except ApiConnectionException as error:
            print("error:", error.status, "that-nobody-may-see" in str(pickle.dumps(error)))
    print("objects:", len(fs.ls(root)))
"""

PRINTED = """\
keys handed over: 0
contents: {b'hello'}
workers: 2
file systems: 2
error: 0 False
objects: 101
"""


HANDLE = "10378.1/1234567"


@pytest.fixture(params=[2022, 2023])
def generation(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[tuple[Sandbox, str, str]]:
    """A sandbox of each generation, a folder in its store, and the place of the folder for a source."""
    if request.param == 2022:
        yield sandbox, f"{sandbox.bucket_name}/s3fs/dask", f"s3://{sandbox.bucket_name}/s3fs/dask/"
        return
    with Sandbox(generation=2023) as later:
        yield later, f"{later.bucket_name}/{later.add_dataset(HANDLE).rstrip('/')}", f"hdl:{HANDLE}"


def test_each_worker_has_one_file_system_and_asks_once(
    generation: tuple[Sandbox, str, str],
    run_python: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    """Whatever the number of tasks; what they are handed has no keys, and an error of a task arrives as what it is."""
    sandbox, root, place = generation
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    before = sandbox.mints["write"]
    # dask's workers import the program, which has to be a file.
    program = tmp_path / "program.py"
    program.write_text(SCRIPT)
    run = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    assert run_python(run, str(program), root, place) == PRINTED
    assert sandbox.mints["write"] - before == 3
    assert sandbox.lookups[HANDLE] == (3 if place.startswith("hdl:") else 0)
