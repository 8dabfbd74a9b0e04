"""How long a request waits: numbers, pairs, defaults, and what is no time at all."""

from typing import Any

import pytest

from openapi_client import ApiTypeError, ApiValueError
from openapi_client.rest.timeouts import CONNECT_SECONDS, READ_SECONDS, make_timeout


@pytest.mark.parametrize(
    ("given", "total", "connect", "read"),
    [
        (None, None, CONNECT_SECONDS, READ_SECONDS),
        (2, 2, 2, 2),
        (0.5, 0.5, 0.5, 0.5),
        (60, 60, CONNECT_SECONDS, 60),
        ((1, 2), None, 1, 2),
        ([1, 2.5], None, 1, 2.5),
        ((None, 2), None, CONNECT_SECONDS, 2),
        ((1, None), None, 1, READ_SECONDS),
        ((None, None), None, CONNECT_SECONDS, READ_SECONDS),
    ],
    ids=repr,
)
def test_request_timeout(given: Any, total: float | None, connect: float, read: float) -> None:
    """A number is the limit of the whole attempt, a pair the limits to connect and to read, None the default."""
    timeout = make_timeout(given)
    assert (timeout.total, timeout.connect_timeout, timeout._read) == (total, connect, read)


@pytest.mark.parametrize(
    "given", [0, -1, float("nan"), float("inf"), 1e300, 10**400, (1,), (1, 2, 3), (), (0, 1), (1, -1)], ids=repr
)
def test_no_time_is_a_value_error(given: Any) -> None:
    """Nothing, less than nothing, more than a clock can count, and what is no pair are ApiValueErrors."""
    with pytest.raises(ApiValueError, match="_request_timeout"):
        make_timeout(given)


@pytest.mark.parametrize("given", ["5", True, (1, "2"), (True, 1), {"connect": 1}], ids=repr)
def test_other_type_is_a_type_error(given: Any) -> None:
    """What is neither a number nor a pair of them is an ApiTypeError that says where."""
    with pytest.raises(ApiTypeError, match="_request_timeout") as caught:
        make_timeout(given)
    assert caught.value.path_to_item == ["_request_timeout"]
    assert caught.value.valid_classes == (int, float)
