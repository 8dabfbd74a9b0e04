"""An answer's text to a checked `CredentialResponse`, against reading the JSON and the one time in it."""

import json
from datetime import datetime
from types import SimpleNamespace

from measure import MICROSECONDS, Comparison, Target, take_turns
from nginx import ANSWER

from openapi_client import ApiClient, Configuration, CredentialResponse


def compare(rounds: int = 200, calls: int = 500) -> list[Comparison]:
    """Decoding, from text and from bytes.

    Args:
        rounds: How many rounds there are.
        calls: How often each decodes in a round.
    """
    return [
        _comparison("decoding of text, CPU", ANSWER, rounds, calls),
        _comparison("decoding of bytes, CPU", ANSWER.encode(), rounds, calls),
    ]


def _comparison(what: str, data: str | bytes, rounds: int, calls: int) -> Comparison:
    response = SimpleNamespace(data=data)
    with ApiClient(Configuration()) as client:

        def floor() -> datetime:
            return datetime.fromisoformat(json.loads(data)["credentials"]["expiry"])

        def ours() -> object:
            return client.deserialize(response, (CredentialResponse,))

        seconds = take_turns({"floor": floor, "ours": ours}, rounds=rounds, calls=calls)
    micro = {name: [MICROSECONDS * each for each in times] for name, times in seconds.items()}
    return Comparison(what, "µs", micro["floor"], micro["ours"], Target("≤", 1.5))
