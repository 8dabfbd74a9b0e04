"""The file system of a source on dask's workers: real processes, which have it from pickles."""

import pickle
from collections import Counter
from collections.abc import Iterator
from typing import Any

import distributed
import pytest

from openapi_client import ApiClient, Configuration
from openapi_client.aws import CredentialSource
from openapi_client.aws.s3fs import S3FileSystem, storage_options
from openapi_client.sandbox import Sandbox

WORKERS = 2


@pytest.fixture
def client(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    """A client for the sandbox, whose store the environment names, to workers too."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    with ApiClient(Configuration.from_environment()) as made:
        yield made
    S3FileSystem.clear_instance_cache()


@pytest.fixture
def cluster() -> Iterator[Any]:
    """What gives functions to workers in processes of their own."""
    options: dict[str, Any] = {"n_workers": WORKERS, "threads_per_worker": 2, "dashboard_address": None}
    library: Any = distributed
    with library.LocalCluster(**options) as workers, library.Client(workers) as connected:
        yield connected


def test_each_worker_has_one_file_system_and_asks_once(sandbox: Sandbox, client: ApiClient, cluster: Any) -> None:
    """Whatever the number of tasks; what they are handed has no keys."""
    root = f"{sandbox.bucket_name}/s3fs/dask"
    source = CredentialSource(f"s3://{root}/", "write", client)
    fs = S3FileSystem(source)
    fs.pipe(f"{root}/object", b"hello")
    keys = source()
    handed = pickle.dumps((fs, storage_options(source)))
    assert not any(
        key.encode() in handed for key in (keys.aws_access_key_id, keys.aws_secret_access_key, keys.aws_session_token)
    )
    before = sandbox.mints

    def work(number: int, fs: Any, source: CredentialSource) -> tuple[str, int, bytes]:
        import os  # noqa: PLC0415 - of the worker

        assert S3FileSystem(source) is fs
        fs.pipe(f"{root}/{number}", b"done")
        return f"{os.getpid()}", id(fs), fs.cat(f"{root}/object")

    done = cluster.gather(cluster.map(work, range(100), fs=fs, source=source))
    assert {content for _, _, content in done} == {b"hello"}
    assert len({(process, name) for process, name, _ in done}) == len({process for process, _, _ in done}) == WORKERS
    assert sandbox.mints - before == Counter(write=WORKERS)
    assert len(fs.ls(root)) == 101
