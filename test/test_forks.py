"""Forks: who is told of them, and that one at a bad moment ends."""

import gc
import os
from collections.abc import Callable

import pytest

from openapi_client._forks import tell_all, told_of_forks

# One thread loads what the first request needs, which takes the lock of logging, while another forks again and again.
SCRIPT = """
import faulthandler; faulthandler.dump_traceback_later(40, exit=True)
import os, threading, time, warnings
from openapi_client import ApiClient, Configuration, OpenApiException
from openapi_client.aws import CredentialSource

warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
client = ApiClient(Configuration("http://127.0.0.1:9", access_token="a-token", retries=False))
source = CredentialSource("s3://bucket/", api=client)

def ask():
    try:
        source()
    except OpenApiException:
        print("asked")

thread = threading.Thread(target=ask)
thread.start()
while thread.is_alive():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    time.sleep(0.001)
thread.join()
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


class Told:
    """Counts how often it was told."""

    def __init__(self) -> None:
        self.times = 0

    def after_fork(self) -> None:
        """Once more."""
        self.times += 1


def test_who_is_in_use_is_told() -> None:
    """Nobody is kept for it."""
    kept = Told()
    told_of_forks(kept)
    told_of_forks(Told())
    gc.collect()
    tell_all()
    assert kept.times == 1


def test_child_is_told_and_the_parent_is_not(run_python: Callable[..., str]) -> None:
    """Before any other code runs in the child."""
    script = """
import os
from openapi_client._forks import told_of_forks

class Told:
    def after_fork(self):
        print("told", flush=True)

told = Told()
told_of_forks(told)
child = os.fork()
if not child:
    os._exit(0)
os.waitpid(child, 0)
"""
    assert run_python(script) == "told\n"


def test_fork_during_the_first_request_hangs_nobody(run_python: Callable[..., str]) -> None:
    """Whatever lock that thread has, and whatever it waits for."""
    for _ in range(3):
        assert run_python(SCRIPT) == "asked\n"
