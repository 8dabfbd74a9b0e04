"""The forms of a model's data: values, printed values without secrets, plain JSON values."""

import io
import math
import uuid
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from types import MappingProxyType, SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from openapi_client import ApiValueError
from openapi_client._forms import to_plain, to_values
from openapi_client._masking import SecretBytes, SecretText
from openapi_client.models import CredentialResponse, Credentials, S3Location, Status

MOMENT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)

# The constructors as programs without types call them.
status: Any = Status
location: Any = S3Location
STATUS = {"success": True, "details": "x"}


class Word(Enum):
    RED = "red"


class Text(str, Enum):  # noqa: UP042 - as old programs make them
    RED = "red"


class Number(IntEnum):
    ONE = 1


@dataclass
class Place:
    path: str


@dataclass(slots=True)
class Slotted:
    path: str


Pair = namedtuple("Pair", "first second")  # noqa: PYI024 - as old programs make them

PLAIN: dict[str, tuple[Any, Any]] = {
    "none": (None, None),
    "text": ("x", "x"),
    "number": (1.5, 1.5),
    "bool": (False, False),
    "datetime": (MOMENT, "2030-01-02T03:04:05+00:00"),
    "naive_datetime": (MOMENT.replace(tzinfo=None), "2030-01-02T03:04:05"),
    "date": (date(2030, 1, 2), "2030-01-02"),
    "list": ([MOMENT, 1], ["2030-01-02T03:04:05+00:00", 1]),
    "tuple": ((1, (MOMENT,)), [1, ["2030-01-02T03:04:05+00:00"]]),
    "named_tuple": (Pair(1, Word.RED), [1, "red"]),
    "enum": (Word.RED, "red"),
    "enum_of_text": ([Text.RED], ["red"]),
    "enum_of_numbers": ({"a": Number.ONE}, {"a": 1}),
    "uuid": (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "decimal": ([Decimal("1.50")], ["1.50"]),
    "bytes": (("a.txt", b"\xff", "text/plain"), ["a.txt", b"\xff", "text/plain"]),
    "secret": ({"a": SimpleNamespace(get_secret_value=lambda: "x")}, {"a": "x"}),
    "secret_bytes": (SimpleNamespace(get_secret_value=lambda: b"x"), b"x"),
    "to_dict": (SimpleNamespace(to_dict=lambda: {"a": MOMENT}), {"a": "2030-01-02T03:04:05+00:00"}),
    "attributes": (SimpleNamespace(a=Word.RED), {"a": "red"}),
    "dataclass": (Place("x"), {"path": "x"}),
    "dataclass_with_slots": (Slotted("x"), {"path": "x"}),
    "dictionary": ({"a": date(2030, 1, 2)}, {"a": "2030-01-02"}),
    "mapping": (MappingProxyType({"a": 1}), {"a": 1}),
    "model": (Status(True, "x"), STATUS),
    "models": ([{"a": Status(True, "x")}], [{"a": STATUS}]),
    "additional_model_in_model": (status(True, "x", more=[Status(True, "x")]), {**STATUS, "more": [STATUS]}),
}


@pytest.mark.parametrize(("value", "plain"), PLAIN.values(), ids=PLAIN)
def test_value_becomes_plain(value: Any, plain: Any) -> None:
    """A value becomes what JSON, or a part of a form, has for it."""
    assert to_plain(value) == plain
    assert type(to_plain(value)) in {type(plain), SecretText, SecretBytes}


def test_secret_of_pydantic_does_not_show() -> None:
    """What a SecretStr holds is sent, and prints masked until then."""
    for held in ("hidden", b"hidden"):
        assert "hidden" not in repr(to_plain({"a": SimpleNamespace(get_secret_value=lambda held=held: held)}))


def test_pydantic_s_own_secrets_are_taken() -> None:
    """SecretStr and SecretBytes are known by what they have, not by a dependency."""
    pydantic = pytest.importorskip("pydantic")
    assert to_plain([pydantic.SecretStr("x"), pydantic.SecretBytes(b"x")]) == ["x", b"x"]


def test_open_file_becomes_what_it_holds_and_is_closed() -> None:
    """As the generator had it for files in a body."""
    file = io.BytesIO(b"content")
    assert to_plain(file) == b"content"
    assert file.closed


@pytest.mark.parametrize(
    "value",
    [{1}, object(), 1j, len, dict, math, Mock()],
    ids=["set", "object", "complex", "function", "class", "module", "mock"],
)
def test_value_without_plain_form_is_our_error(value: object) -> None:
    """The error names the type and not the value, wherever it stands."""
    for place in (value, [value], {"a": value}, status(True, "x", more=[value])):
        with pytest.raises(ApiValueError) as caught:
            to_plain(place)
        assert str(caught.value) == f"A value of type {type(value).__name__} cannot be sent"


def test_endless_nesting_is_our_error() -> None:
    """As a list that holds itself."""
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(ApiValueError, match="nested too deeply"):
        to_plain(circle)


def test_bytes_have_no_form_in_json() -> None:
    """Bytes are for the parts of a form; a model with some among its values has no text in JSON."""
    with pytest.raises(ApiValueError, match="no form in JSON"):
        status(True, "x", more=[b"x"]).to_json()


def test_values_are_new_containers() -> None:
    """What is done to them does not reach the model."""
    model = status(True, "x", more={"list": [1]})
    values = to_values(model, masked=False)
    values["more"]["list"].append(2)
    assert model.more == {"list": [1]}


def test_values_keep_times() -> None:
    """A dictionary is for Python, which has them."""
    credentials = Credentials("id", "key", "token", MOMENT)
    assert to_values(credentials, masked=False)["expiry"] is MOMENT


def test_declared_secrets_are_masked() -> None:
    """All of them, and nothing else."""
    assert to_values(Credentials("id", "key", "token", MOMENT), masked=True) == {
        "aws_access_key_id": "***",
        "aws_secret_access_key": "***",
        "aws_session_token": "***",
        "expiry": MOMENT,
    }


def test_additional_secrets_are_masked_by_their_names() -> None:
    """Wherever they stand, whatever they are; what can be no secret is shown."""
    more: dict[str, Any] = {
        "password": "hidden",
        "api_keys": ["hidden"],
        "token": {"a": "hidden"},
        "pin_token": 1234,
        "list": [{"refresh_token": "hidden", "path": "shown"}],
        "token_type": "bearer",
        "console_session_required": True,
        "old_password": None,
    }
    shown = to_values(location("b", "p", "u", more), masked=True)
    assert shown == {
        "bucket_name": "b",
        "path": "p",
        "s3_uri": "u",
        "password": "***",
        "api_keys": "***",
        "token": "***",
        "pin_token": "***",
        "list": [{"refresh_token": "***", "path": "shown"}],
        "token_type": "bearer",
        "console_session_required": True,
        "old_password": None,
    }


def test_declared_property_is_masked_only_if_it_is_a_secret() -> None:
    """`credentials` is a name like that of a secret, and declared: what it holds decides."""
    response = CredentialResponse(Status(True, "x"), Credentials("id", "key", "token", MOMENT))
    assert to_values(response, masked=True)["credentials"]["expiry"] is MOMENT
