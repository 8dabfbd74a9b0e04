"""Secrets in documents of many forms, under up to two encodings, torn off and amid other words: none shows."""

import importlib
import json
import random
import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest

from openapi_client._encodings import readings
from openapi_client._masking import _compiled_patterns, without_secrets

Write = Callable[[dict[str, str]], str]
Encode = Callable[[str], str]

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
SHOWN = {"detail": "no", "expiry": "2030-01-02T03:04:05Z"}


def each(form: str, *, beyond_ascii: bool = True) -> Encode:
    """Writes every character that is not a letter or a digit in the given form."""
    return lambda text: "".join(
        character
        if character.isalnum() and (character.isascii() or not beyond_ascii)
        else "".join(form.format(number) for number in character.encode())
        if beyond_ascii
        else form.format(ord(character))
        for character in text
    )


ENCODINGS: dict[str, Encode] = {
    "plain": str,
    "address": quote,
    "form": quote_plus,
    "component": lambda text: quote(text, safe=""),
    "small percent": each("%{:02x}"),
    "all percent": lambda text: "".join(f"%{number:02X}" for number in text.encode()),
    "html": escape,
    "html numbers": each("&#{};", beyond_ascii=False),
    "html hexadecimal": each("&#x{:x};", beyond_ascii=False),
    "json": lambda text: json.dumps(text)[1:-1],
    "json string": json.dumps,
    "json escapes": each("\\u{:04x}", beyond_ascii=False),
    "json in html": lambda text: json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e"),
    "python": repr,
}
DOCUMENTS: dict[str, Write] = {
    "json": json.dumps,
    "json compact": lambda names: json.dumps(names, separators=(",", ":")),
    "json indented": lambda names: json.dumps(names, indent=4),
    "json utf-8": lambda names: json.dumps(names, ensure_ascii=False),
    "json with escaped slashes": lambda names: json.dumps(names).replace("/", "\\/"),
    "json pairs": lambda names: json.dumps([list(item) for item in names.items()]),
    "json names and values": lambda names: json.dumps([{"name": n, "value": v} for n, v in names.items()]),
    "query": lambda names: f"https://host/path?{urlencode(names, quote_via=quote)}",
    "form": urlencode,
    "xml": lambda names: f"<A>{''.join(f'<{n}>{escape(v)}</{n}>' for n, v in names.items())}</A>",
    "headers": lambda names: "\r\n" + "\r\n".join(f"{n}: {v}" for n, v in names.items()),
    "python dict": repr,
    "python bytes": lambda names: repr({n: v.encode() for n, v in names.items()}),
    "python items": lambda names: repr(list(names.items())),
    "python headers": lambda names: repr([(n.encode(), v.encode()) for n, v in names.items()]),
    "python call": lambda names: f"f({', '.join(f'{n.replace(chr(45), chr(95))}={v!r}' for n, v in names.items())})",
}


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - secrets of tests, the same in every run


def text_of(source: random.Random, length: int, letters: str = BASE64) -> str:
    return "".join(source.choice(letters) for _ in range(length))


def key_id(source: random.Random) -> str:
    return "ASIA" + text_of(source, 16, BASE64[:26] + "234567")


SECRETS: dict[str, Callable[[random.Random], dict[str, str]]] = {
    "federation": lambda source: {
        "sessionId": key_id(source),
        "sessionKey": text_of(source, 40),
        "sessionToken": f"IQoJb3JpZ2luX2Vj{text_of(source, 200)}==",
    },
    "keys": lambda source: {
        "AccessKeyId": key_id(source),
        "SecretAccessKey": text_of(source, 40),
        "SessionToken": text_of(source, 90),
    },
    "credentials": lambda source: {
        "aws_access_key_id": key_id(source),
        "aws_secret_access_key": text_of(source, 40),
        "aws_session_token": text_of(source, 90),
        "console_session_url": f"https://signin.example/federation?SigninToken={text_of(source, 60, BASE64[:62])}",
    },
    "signed request": lambda source: {
        "X-Amz-Credential": f"{key_id(source)}/20260101/ap-southeast-2/s3/aws4_request",
        "X-Amz-Security-Token": text_of(source, 90) + "=",
        "X-Amz-Signature": text_of(source, 64, "0123456789abcdef"),
    },
    "login": lambda source: {
        "SigninToken": text_of(source, 60, BASE64[:62] + "_-"),
        "password": text_of(source, 16, BASE64 + "\"'<>&%;:,\\!$#@äé"),
        "refresh_token": text_of(source, 40),
        "X-Api-Key": text_of(source, 32, BASE64[:62]),
        "Authorization": f"Bearer {text_of(source, 40, BASE64[:62] + '._-')}",
    },
}
WITHIN = {"Authorization": slice(7, None), "X-Amz-Credential": slice(20), "console_session_url": slice(-60, None)}


def leaks(shown: str, names: dict[str, str]) -> list[str]:
    """The names of the secrets of which eight characters or more show, encoded or not."""
    shown_parts = {part for reading in readings(shown) for part in parts_of_eight(reading.text)}
    secrets = {name: value[WITHIN.get(name, slice(None))] for name, value in names.items()}
    return [name for name, secret in secrets.items() if not shown_parts.isdisjoint(parts_of_eight(secret))]


def parts_of_eight(text: str) -> set[str]:
    return {text[at : at + 8] for at in range(len(text) - 7)}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_encoded_secret_is_masked(document: Write, encoding: Encode) -> None:
    """In every form of document and every encoding; what is no secret and stands beside it stays."""
    for kind in SECRETS.values():
        names = kind(seeded(1))
        shown = without_secrets(f"It failed: {encoding(document(SHOWN | names))}\nAsk again.")
        assert leaks(shown, names) == []
        assert shown.startswith("It failed: ")
        assert any(SHOWN["expiry"][:10] in reading.text for reading in readings(shown))


@pytest.mark.parametrize("outer", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("inner", ENCODINGS.values(), ids=ENCODINGS)
def test_keys_in_a_settings_file_are_masked(inner: Encode, outer: Encode) -> None:
    """AWS keys as `~/.aws/credentials` has them, with blanks around each equals sign; forms write blanks as `+`."""
    source = seeded(4)
    key, token = text_of(source, 40), f"IQoJb3JpZ2lu{text_of(source, 300)}"
    names = {"aws_access_key_id": key_id(source), "aws_secret_access_key": key, "aws_session_token": token}
    text = "".join(f"{name} = {value}\n" for name, value in names.items())
    assert leaks(without_secrets(f"It said: {outer(inner(text))}"), names) == []


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_encoded_and_torn_secret_is_masked(document: Write, seed: int) -> None:
    """Under two encodings, cut off anywhere, and amid other words; the seed is in the test's name."""
    source = seeded(seed)
    names = source.choice(list(SECRETS.values()))(source)
    inner, outer = source.choices(list(ENCODINGS.values()), k=2)
    text = outer(inner(document(names)))
    before = source.choice(["", "The server said:\n", "GET https://host/path: "])
    after = source.choice(["", " and so on.", '" for "that" reason'])
    for end in (len(text), *(source.randrange(len(text)) for _ in range(3))):
        assert leaks(without_secrets(f"{before}{text[:end]}{after}"), names) == []


@pytest.mark.parametrize("outer", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("inner", ENCODINGS.values(), ids=ENCODINGS)
def test_secret_that_is_torn_within_an_encoded_character_is_masked(inner: Encode, outer: Encode) -> None:
    """A text may end in the middle of an encoded character, and a secret key shows by where the text ends."""
    source = seeded(5)
    names = {"id": key_id(source), "key": f"aB3{text_of(source, 9)}"}
    text = f"{names['id']} and then {names['key']}"
    for encoding in (inner, outer):
        text = encoding(text).rstrip("\"'")
    for torn in range(1, 14):
        assert leaks(without_secrets(text[:-torn]), names) == []


# The start of a secret may be missing too, as long as something else tells what it is.
TORN = {
    "secret key, then token": ('{K}", "sessionToken": "{T}"}}', 25),
    "secret key of the right length": ('y": "{K}", "aws_session_token": "{T}"}}', 40),
    "secret key in XML": ("{K}</SecretAccessKey><SessionToken>{T}</SessionToken>", 25),
    "secret key in a query": ("{K}&SessionToken={T}", 25),
    "token": ('{K}"}} {T}', 0),
}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize(("form", "length"), TORN.values(), ids=TORN)
def test_secret_without_its_start_is_masked(form: str, length: int, encoding: Encode) -> None:
    """The rest of a secret key before the next secret, and a long rest of a token."""
    source = seeded(2)
    names = {"K": text_of(source, length, BASE64[:62]), "T": text_of(source, 200, BASE64[:62])}
    text = form.format(**names)
    assert leaks(without_secrets(f"It said: {encoding(f'… {text}')}"), names) == []


def test_long_text_under_two_encodings_is_masked_up_to_the_cut() -> None:
    """Where the 2,000 characters that show end within encoded secrets, too."""
    source = seeded(3)
    for before in range(0, 2400, 150):
        names = SECRETS["federation"](source)
        text = quote(quote(json.dumps(names), safe=""), safe="")
        assert leaks(without_secrets("x " * (before // 2) + text * 9), names) == []


def unbounded(parsed: Any, *, followed: bool = False, inside: bool = False) -> Iterator[str]:
    """What in a parsed pattern could make a search take more than a fixed number of steps for each character.

    A repetition without bound is safe where it is possessive; or where it is in no other, and nothing has to match
    behind it, so that no search goes back.
    """
    items = list(parsed)
    for position, (kind, value) in enumerate(items):
        rest = followed or any(must_match(item) for item in items[position + 1 :])
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            endless = str(value[1]) == "MAXREPEAT"
            if endless and name != "POSSESSIVE_REPEAT" and (rest or inside):
                yield f"{value[2]} is repeated without bound"
            yield from unbounded(value[2], followed=rest and name != "POSSESSIVE_REPEAT", inside=inside or endless)
        for part in parts_of(name, value):
            yield from unbounded(part, followed=rest, inside=inside)


def parts_of(name: str, value: Any) -> list[Any]:
    """The patterns within an item of a parsed pattern, repetitions aside."""
    if name == "BRANCH":
        return list(value[1])
    if name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
        return [value[-1]]
    return []


def must_match(item: Any) -> bool:
    """Whether the item of a parsed pattern can fail, so that a search goes back."""
    name, value = str(item[0]), item[1]
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return bool(value[0] and value[2].getwidth()[0])
    return name in ("AT", "ASSERT", "ASSERT_NOT", "LITERAL", "IN", "NOT_LITERAL", "ANY", "BRANCH", "SUBPATTERN")


def test_no_pattern_goes_back_over_what_it_has_read() -> None:
    """Each search takes steps in proportion to the text, by the structure of its pattern."""
    parse = importlib.import_module("re._parser").parse
    patterns, *others = _compiled_patterns()
    problems = {p.pattern: list(unbounded(parse(p.pattern, p.flags))) for p in (*patterns, *others)}
    assert {pattern: found for pattern, found in problems.items() if found} == {}


@pytest.mark.parametrize("pattern", [r"x*y", r"(?:x*)*", r"(?:a|x+)b", r"(?=x*y)", r"(?:x|y*)+", r"x+?$"])
def test_pattern_that_goes_back_is_noticed(pattern: str) -> None:
    """The check above sees what it is to see."""
    assert list(unbounded(importlib.import_module("re._parser").parse(pattern, re.DOTALL)))


@pytest.mark.parametrize("pattern", [r"x*", r"x++y", r"(?:x++|[^x])*", r"x{0,64}y", r"a(?=b{0,64}c)x*y?", r"(?:x|y*)"])
def test_pattern_that_does_not_go_back_is_fine(pattern: str) -> None:
    """The check above lets pass what is harmless."""
    assert not list(unbounded(importlib.import_module("re._parser").parse(pattern, re.DOTALL)))
