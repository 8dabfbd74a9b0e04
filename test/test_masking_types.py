"""Types that hold secrets: their values as they are, their printed forms masked, and plain copies of them."""

import copy
import json
import pickle
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # its types are a package of their own

from openapi_client._masking import MASK, SecretBytes, SecretText, plain


@pytest.mark.parametrize(
    ("secret", "value"), [(SecretText("hidden"), "hidden"), (SecretBytes(b"hidden"), b"hidden")], ids=["text", "bytes"]
)
def test_secret_is_its_value_but_for_its_repr(secret: Any, value: Any) -> None:
    """A secret equals its value, also as a key, is masked wherever it is shown, and stays so in a pickle or a copy."""
    assert {secret: 1} == {value: 1}
    for same in (secret, pickle.loads(pickle.dumps(secret)), copy.deepcopy(secret)):  # noqa: S301 - our own bytes
        assert (type(same), same) == (type(secret), value)
        assert repr([same]) == f"['{MASK}']"


def test_secret_text_is_written_as_it_is() -> None:
    """Formatted text and JSON hold the value."""
    secret = SecretText("hidden")
    assert f"{secret} {secret!s}" == "hidden hidden"
    assert json.dumps({"a": secret}) == '{"a": "hidden"}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SecretText("ä"), str),
        (SecretBytes(b"\xff"), bytes),
        ("text", str),
        (b"bytes", bytes),
        (None, type(None)),
        ([SecretText("in a list")], list),
    ],
    ids=["secret text", "secret bytes", "text", "bytes", "nothing", "another type"],
)
def test_plain_value_is_of_a_plain_type(value: Any, expected: type) -> None:
    """Secrets become exactly `str` and `bytes`, and other values stay the same objects."""
    made = plain(value)
    assert (type(made), made) == (expected, value)
    assert (made is value) == (not isinstance(value, (SecretText, SecretBytes)))


@pytest.mark.parametrize("dump", [yaml.dump, yaml.safe_dump], ids=["dump", "safe_dump"])
@pytest.mark.parametrize("secret", [SecretText("hidden"), SecretBytes(b"hidden")], ids=["text", "bytes"])
def test_plain_value_has_a_form_in_yaml(secret: Any, dump: Any) -> None:
    """YAML, which looks for exact types, reads back what it wrote."""
    assert yaml.safe_load(dump([plain(secret)])) == [secret]


@pytest.mark.parametrize("secret", [SecretText("hidden"), SecretBytes(b"hidden")], ids=["text", "bytes"])
def test_slice_of_a_secret_is_a_secret(secret: SecretText | SecretBytes) -> None:
    """A part tells much of the whole, and tracebacks show the beginnings of texts."""
    for part, value in ((secret[:3], "hid"), (secret[-3:], "den"), (secret[::2], "hde"), (secret[:80], "hidden")):
        assert part == (value if isinstance(secret, str) else value.encode())
        assert repr(part) == repr(MASK)


def test_item_of_a_secret_text_is_a_secret() -> None:
    """The item of bytes is a number, as Python's own."""
    assert (SecretText("hidden")[1], repr(SecretText("hidden")[-1])) == ("i", repr(MASK))
    assert SecretBytes(b"hidden")[1] == ord("i")
