"""A cache on disk among real programs: on a full disk, in a home that is read-only, killed, and many at once."""

import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openapi_client.aws.cache import KeyCache
from openapi_client.aws.cached import CachedKeys, CacheKey

KEY = CacheKey("host", "user", "bucket", "path", "read", "")
KEYS = CachedKeys("keys", "secret", "token", datetime.max.replace(tzinfo=UTC), 0, None)
NEWER = replace(KEYS, aws_access_key_id="newer")
WAIT_SECONDS = 60.0


@pytest.fixture
def cache(folder: Path) -> KeyCache:
    """A cache in that folder, which holds `KEYS`."""
    cache = KeyCache(folder)
    cache.save(KEY, KEYS)
    return cache


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can be longer than 500 bytes, as on a disk with no more left."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_full_disk_is_an_error_of_saving_alone(
    cache: KeyCache, folder: Path, secrets_in: Callable[..., list[str]]
) -> None:
    """The keys before still are there, no half of a file is, and the error shows no secret."""
    with full_disk(), pytest.raises(OSError, match="File too large") as caught, cache.lock(KEY):
        cache.save(KEY, replace(KEYS, aws_session_token="session-that-nobody-may-see" * 100))
    assert not secrets_in(caught.value)
    assert cache.load(KEY) == KEYS
    assert {path.suffix for path in folder.iterdir()} == {".json", ".lock"}


READ_ONLY = """
import os, sys, tempfile
from datetime import UTC, datetime
from pathlib import Path
from openapi_client.aws.cache import KeyCache
from openapi_client.aws.cached import CachedKeys, CacheKey

key = CacheKey("host", "user", "bucket", "path", "read", "")
keys = CachedKeys("a", "b", "c", datetime.max.replace(tzinfo=UTC), 0, None)
if not os.geteuid():
    os.setuid(65534)  # root may write everywhere
with tempfile.TemporaryDirectory() as home:
    os.environ["XDG_CACHE_HOME"] = home
    cache, folder = KeyCache(), Path(home, "openapi-client")
    for path in (Path(home), folder):
        path.chmod(0o500)
        for action in (lambda: cache.save(key, keys), cache.lock(key).__enter__, lambda: cache.remove(key, "a")):
            try:
                action()
                print("no error")
            except PermissionError as error:
                print(error.strerror)
        print(cache.load(key) == keys)
        path.chmod(0o700)
        cache.save(key, keys)
"""


def test_read_only_home_is_an_error_of_changes_alone(run_python: Callable[..., str]) -> None:
    """Without a folder, and with one in which there are keys: these can be had, though not removed."""
    refused = "Permission denied\n"
    assert run_python(READ_ONLY) == f"{refused * 2}no error\nFalse\n{refused * 3}True\n"


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from openapi_client.aws.cache import KeyCache
from openapi_client.aws.cached import CachedKeys, CacheKey

def end(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

folder, step = sys.argv[1:]
cache, key = KeyCache(folder), CacheKey("host", "user", "bucket", "path", "read", "")
with cache.lock(key):
    if step == "asking":
        end()
    setattr(os, step, end)
    cache.save(key, CachedKeys("half", "half", "half", datetime.max.replace(tzinfo=UTC), 0, None))
"""


@pytest.mark.parametrize("step", ["asking", "open", "fsync", "replace"])
def test_killed_process_disturbs_nobody(cache: KeyCache, folder: Path, step: str) -> None:
    """Wherever it was while it had the lock: the keys before still are there, and others can have the lock and save."""
    command = [sys.executable, "-c", KILLED, str(folder), step]
    ended = subprocess.run(command, check=False, timeout=WAIT_SECONDS)  # noqa: S603 - the test's own
    assert ended.returncode == -signal.SIGKILL
    with cache.lock(KEY):
        assert cache.load(KEY) == KEYS
        cache.save(KEY, NEWER)
    assert cache.load(KEY) == NEWER


PROGRAM = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from openapi_client.aws.cache import KeyCache
from openapi_client.aws.cached import CachedKeys, CacheKey

folder, mints, paths = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
now = 0.0
cache = KeyCache(folder, wall_clock=lambda: now)

def ask(number):
    key = CacheKey("host", "user", "bucket", str(number % paths), "read", "")
    start.wait()
    with cache.lock(key):
        keys = cache.load(key)
        if keys is None:
            with mints.open("a") as file:
                file.write("mint\\n")
            keys = CachedKeys(f"keys-of-{now:g}", "b", "c" * 1000, datetime.fromtimestamp(now + 4, UTC), now, None)
            cache.save(key, keys)
    answers.append(keys.aws_access_key_id)

for line in sys.stdin:
    now, start, answers = float(line), threading.Barrier(64), []
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(answers), *set(answers), flush=True)
"""


@pytest.mark.parametrize("paths", [1, 8])
def test_eight_programs_of_64_threads_mint_once_a_lifetime(folder: Path, tmp_path: Path, paths: int) -> None:
    """All ask at once, time and again: one finds nothing and asks the registry, all others find what it got.

    That is so for each of several paths, though who saves the keys of one removes what has expired of the others.
    """
    mints = tmp_path / "mints"
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(folder), str(mints), str(paths)]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with ExitStack() as stack:
        started = (subprocess.Popen(command, text=True, **pipes) for _ in range(8))  # noqa: S603 - the test's own
        programs = [stack.enter_context(program) for program in started]
        for now, source, lifetimes in ((1000, 1000, 1), (1003.5, 1000, 1), (1004, 1004, 2), (1008, 1008, 3)):
            for program in programs:
                assert program.stdin
                program.stdin.write(f"{now}\n")
                program.stdin.flush()
            answers = {program.stdout.readline() for program in programs if program.stdout}
            assert answers == {f"64 keys-of-{source}\n"}
            assert mints.read_text() == "mint\n" * lifetimes * paths
        assert [program.communicate(timeout=WAIT_SECONDS) for program in programs] == [("", "")] * 8
    assert len([*folder.glob("*.json")]) == paths
