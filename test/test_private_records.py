"""Records with secrets as text: whole, of one key and version, or none."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from openapi_client import ApiValueError
from openapi_client._masking import SecretBytes
from openapi_client._private_records import LIMIT_BYTES, is_time, key_digest, record_from_json, record_to_json


@dataclass(frozen=True)
class Key:
    """A key of two parts."""

    first: str
    second: str


KEY = Key("a", "b")


def test_record_is_had_back_under_its_key_alone() -> None:
    """With all that is in it; under no key, it is had whatever its own."""
    content = record_to_json(3, KEY, {"value": "é\ud800"})
    kept = {"version": 3, "first": "a", "second": "b", "value": "é\ud800"}
    assert record_from_json(3, KEY, content) == record_from_json(3, None, content) == kept
    assert record_from_json(3, Key("a", ""), content) is None
    assert record_from_json(2, None, content) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"\xff"', b'{"version": [3]}'])
def test_what_is_no_record_is_none(content: bytes) -> None:
    """Damaged text raises nothing."""
    assert record_from_json(3, None, content) is None


def test_digest_tells_keys_apart() -> None:
    """Where one part ends and the next begins counts, and so does every character, half a pair too."""
    keys = [Key("a", "b"), Key("ab", ""), Key("", "ab"), Key("a\0", "b"), Key('a", "b', ""), Key("\ud800", "é")]
    assert len({key_digest(key) for key in keys}) == len(keys)


@pytest.mark.parametrize(
    "value", [float("nan"), object(), "key-that-nobody-may-see" * LIMIT_BYTES], ids=["nan", "object", "large"]
)
def test_record_that_could_not_be_had_back_is_refused(value: object, secrets_in: Callable[..., list[str]]) -> None:
    """The error shows no secret, nor do the locals of its frames."""
    with pytest.raises(ApiValueError) as caught:
        record_to_json(3, KEY, {"value": value, "secret": "key-that-nobody-may-see"})
    assert not secrets_in(caught.value)


def test_record_is_masked() -> None:
    """As a local of a frame is shown."""
    content = record_to_json(3, KEY, {})
    assert isinstance(content, SecretBytes)
    assert repr(content) == "'***'"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, True), (-1.5, True), (True, False), (None, False), ("1", False), (10**400, False), (float("inf"), False)],
)
def test_time_is_a_number_that_a_float_holds(value: object, *, expected: bool) -> None:
    """A bool is none."""
    assert is_time(value) is expected
