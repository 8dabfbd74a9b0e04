"""Whole processes: what importing costs over bare Python, and from the start to the first answer, against the floor."""

import contextlib
import os
import re
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import urllib3
from candidates import ACCESS_TOKEN, HEADERS
from measure import Comparison, Target
from nginx import READ_PATH

import openapi_client

_BARE = ""
_PACKAGE = "import openapi_client"
_CLASSES = "from openapi_client import ApiClient, Configuration, RegistryCredentialsApi"
_FLOOR = f"""
import json
import sys

import urllib3

place = {{"bucket_name": "bucket", "path": "team/data", "s3_uri": "s3://bucket/team/data/"}}
body = json.dumps({{"s3_location": place, "console_session_required": False}}).encode()
with urllib3.PoolManager() as pool:
    response = pool.request("POST", sys.argv[1] + {READ_PATH!r}, body=body, headers={HEADERS!r})
    answer = json.loads(response.data)
assert answer["status"]["success"]
"""
_CLIENT = f"""
import sys

from openapi_client import ApiClient, Configuration, CredentialsRequest, RegistryCredentialsApi, S3Location

place = S3Location(bucket_name="bucket", path="team/data", s3_uri="s3://bucket/team/data/")
with ApiClient(Configuration(host=sys.argv[1], access_token={ACCESS_TOKEN!r})) as client:
    api = RegistryCredentialsApi(client)
    answer = api.generate_read_access_credentials(CredentialsRequest(s3_location=place, console_session_required=False))
assert answer.status.success
"""
# What `getrusage` says is at least what the parent had at the start of the process; its own peak is here, on Linux.
_PEAK = """
with open("/proc/self/status") as status:
    print(status.read())
"""


class Run(NamedTuple):
    """What one process took.

    Attributes:
        cpu_milliseconds: CPU time, that of the system for it included.
        wall_milliseconds: From its start to its end.
        peak_megabytes: The most memory that it held at once.
    """

    cpu_milliseconds: float
    wall_milliseconds: float
    peak_megabytes: float


def compare(host: str, rounds: int = 25) -> list[Comparison]:
    """Imports and first answers.

    Args:
        host: The address of the server.
        rounds: How often each process is run.
    """
    scripts = {"bare": _BARE, "package": _PACKAGE, "classes": _CLASSES, "floor": _FLOOR, "client": _CLIENT}
    with _interpreter() as folder:
        for name, script in scripts.items():
            (folder / f"{name}.py").write_text(script + _PEAK)
        runs = _take_turns(folder, {name: folder / f"{name}.py" for name in scripts}, host, rounds)
    cpu, wall, peak = (
        {name: [run[column] for run in of_one] for name, of_one in runs.items()} for column in range(len(Run._fields))
    )
    return [
        Comparison(f"`{_PACKAGE}`, CPU", "ms", cpu["bare"], cpu["package"], Target("≤", 5), difference=True),
        Comparison(
            "`ApiClient`, `Configuration` and the API imported, CPU", "ms", cpu["bare"], cpu["classes"], difference=True
        ),
        Comparison("start to first answer, CPU", "ms", cpu["floor"], cpu["client"], Target("≤", 1.05)),
        Comparison("start to first answer, wall clock", "ms", wall["floor"], wall["client"], Target("≤", 1.05)),
        Comparison("peak memory", "MB", peak["floor"], peak["client"], Target("≤", 1.05)),
    ]


@contextlib.contextmanager
def _interpreter() -> Iterator[Path]:
    """A virtual environment that finds the client and urllib3, and starts without what a developer's loads."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder, symlinks=True)
        (packages,) = folder.glob("lib/python3*/site-packages")
        parents = [Path(str(module.__file__)).parents[1] for module in (openapi_client, urllib3)]
        (packages / "client.pth").write_text("\n".join(map(str, parents)))
        yield folder


def _take_turns(folder: Path, scripts: Mapping[str, Path], host: str, rounds: int) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {name: [] for name in scripts}
    for script in scripts.values():
        # The first run writes the bytecode, which is there for the others as for users.
        run(folder, script, host)
    order = list(scripts.items())
    for _ in range(rounds):
        order.append(order.pop(0))
        for name, script in order:
            runs[name].append(run(folder, script, host))
    return runs


def run(folder: Path, script: Path, host: str) -> Run:
    """Runs a script to its end.

    Raises:
        RuntimeError: It has failed.
    """
    printed = folder / "printed"
    python = str(folder / "bin" / "python")
    began = time.perf_counter()
    process = os.posix_spawn(
        python,
        [python, "-I", str(script), host],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)],
    )
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - began
    peak = re.search(r"VmHWM:\s*(\d+) kB", printed.read_text())
    if status or not peak:
        raise RuntimeError(f"{script.name} has failed with {os.waitstatus_to_exitcode(status)}")
    return Run(
        cpu_milliseconds=1000 * (usage.ru_utime + usage.ru_stime),
        wall_milliseconds=1000 * wall,
        peak_megabytes=int(peak[1]) / 1000,
    )
