"""What the time of a warm call goes to: samples of the running program, by the part that each was taken in."""

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from traceback import walk_stack
from types import FrameType

import urllib3
from candidates import Call, client, floor
from measure import MICROSECONDS

import openapi_client

# A profiler that follows every function call makes short functions dear; a look at the stack now and then does not.
_SAMPLE_SECONDS = 0.001
_CALLS = 100
_STANDARD = Path(os.__file__).parent
_URLLIB3 = Path(urllib3.__file__).parent
_CLIENT = Path(openapi_client.__file__).parent
_SOCKETS = "sockets: the kernel sends, waits, receives"
_HEADS = "`http.client` and `email`: heads written and read"
_MODELS = "client: models built, checked, written"
_PLACES = (
    (f"{_STANDARD}/http/client.py:send", _SOCKETS),
    (f"{_STANDARD}/socket.py", _SOCKETS),
    (f"{_URLLIB3}/util/wait.py", _SOCKETS),
    (f"{_STANDARD}/http/", _HEADS),
    (f"{_STANDARD}/email/", _HEADS),
    (f"{_URLLIB3}/", "urllib3"),
    (f"{_STANDARD}/json/", "`json`"),
    (f"{_CLIENT}/rest/", "client: request checked and sent, answer read"),
    (f"{_CLIENT}/model", _MODELS),
    (f"{_CLIENT}/_conversion.py", _MODELS),
    (f"{_CLIENT}/_fields.py", _MODELS),
    (f"{_CLIENT}/_forms.py", _MODELS),
    (f"{_CLIENT}/", "client: everything else"),
)
OTHER = "the loop itself"
LAYERS = tuple(dict.fromkeys([*(layer for _, layer in _PLACES), OTHER]))


def layer_of(stack: Iterable[tuple[str, str]]) -> str:
    """The layer that a moment belongs to: that of the innermost function which belongs to any.

    Args:
        stack: The functions under way, the innermost first, each as its file and its name.
    """
    for file, function in stack:
        for place, layer in _PLACES:
            if f"{file}:{function}".startswith(place):
                return layer
    return OTHER


def profile(host: str, samples: int = 2000) -> dict[str, dict[str, float]]:
    """The microseconds of CPU time that each layer has of a call, of the floor's and of the client's.

    Args:
        host: The address of the server.
        samples: How many samples to take of each at least.
    """
    with floor(host) as first, client(host) as second:
        calls = {"floor": first, "client": second}
        counts: dict[str, Counter[str]] = {name: Counter() for name in calls}
        seconds = dict.fromkeys(calls, 0.0)
        rounds = 0
        for call in calls.values():
            call()
        while min(counter.total() for counter in counts.values()) < samples:
            rounds += 1
            for name, call in calls.items():
                seconds[name] += _sampled(call, counts[name])
    return {
        name: {
            layer: MICROSECONDS * seconds[name] / (rounds * _CALLS) * counts[name][layer] / counts[name].total()
            for layer in LAYERS
        }
        for name in calls
    }


def _sampled(call: Call, counter: Counter[str]) -> float:
    """Makes some calls, counts the layers that they are found in, and gives the seconds of CPU time that they took."""
    began = time.process_time()
    with _sampling(counter):
        for _ in range(_CALLS):
            call()
    return time.process_time() - began


@contextlib.contextmanager
def _sampling(counter: Counter[str]) -> Iterator[None]:
    def sample(_: int, frame: FrameType | None) -> None:
        stack = ((frame.f_code.co_filename, frame.f_code.co_name) for frame, _ in walk_stack(frame))
        counter[layer_of(stack)] += 1

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, _SAMPLE_SECONDS, _SAMPLE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
