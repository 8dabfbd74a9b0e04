"""One request for keys: what is sent, and which answers give none."""

import json
from collections.abc import Callable
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import ApiTypeError, ApiValueError, CredentialsException, S3Location
from openapi_client.aws import CredentialSource


def test_default_body_is_the_documented_one(source: CredentialSource, registry: Any) -> None:
    """Exactly."""
    source()
    location = {"bucket_name": "bucket", "path": "team/data", "s3_uri": "s3://bucket/team/data/"}
    assert registry.requests == [("read", {"s3_location": location, "console_session_required": False})]


def test_dataset_id_stands_beside_the_location(make_source: Callable[..., CredentialSource], registry: Any) -> None:
    """For servers that know datasets by their id; and a place is sent as it was given."""
    place = S3Location("bucket", "/team/", "s3://elsewhere")
    make_source(place, "write", dataset_id="10.1/2")()
    ((access, body),) = registry.requests
    assert access == "write"
    assert body["dataset_id"] == "10.1/2"
    assert body["s3_location"] == place.to_dict()


def test_answer_without_success_gives_no_keys(source: CredentialSource, registry: Any) -> None:
    """Neither keys nor a link; the error has the registry's words."""
    registry.success = False
    with pytest.raises(CredentialsException, match=r"no keys for s3://bucket/team/data \(read\): In words") as raised:
        source()
    assert raised.value.status == 200
    with pytest.raises(CredentialsException, match="In words"):
        source.console_url()


def test_keys_that_have_ended_are_none(source: CredentialSource, registry: Any) -> None:
    """They would be refused, and nobody would know why."""
    registry.lifetime_seconds = 0.0
    with pytest.raises(CredentialsException, match=r"have ended already, at 2033-05-18T03:33:20\+00:00"):
        source()


@pytest.mark.parametrize("date", ["", "today", "Wed, 18 May 2033 04:33:20 -0000", "Wed, 99 May 2033 04:33:20 GMT"])
def test_date_that_is_none_corrects_nothing(source: CredentialSource, registry: Any, clock: Any, date: str) -> None:
    """This machine's clock is then all there is."""
    registry.date_header = date
    source()
    keys = source._shared.keys
    assert keys is not None
    assert keys.life.ends.wall == clock.wall + registry.lifetime_seconds


def test_link_is_minted_each_time(source: CredentialSource, registry: Any) -> None:
    """It is good for one use."""
    assert source.console_url() == source.console_url() == "https://signin.example/?a=1&b=that-nobody-may-see"
    assert [body["console_session_required"] for _, body in registry.requests] == [True, True]


def test_missing_link_is_an_error(source: CredentialSource, registry: Any) -> None:
    """Where a server knows no console."""
    registry.link = None
    with pytest.raises(CredentialsException, match="no console link"):
        source.console_url()


def answering(**changed: Any) -> Response:
    """An answer of the registry in which something is changed."""
    answer: dict[str, Any] = {
        "status": {"success": True, "details": "In words."},
        "credentials": {
            "aws_access_key_id": "ASIAEXAMPLE",
            "aws_secret_access_key": "SECRET/KEY+1",
            "aws_session_token": "SESSION/TOKEN+1=",
            "expiry": "2033-05-18T11:33:20+00:00",
        },
        "console_session_url": None,
    }
    keys = answer["credentials"]
    for name, value in changed.items():
        (keys if name in keys else answer)[name] = value
    return Response(json.dumps(answer), content_type="application/json")


UNUSABLE = {
    "empty": "",
    "line break at the end": "SECRET\n",
    "carriage return": "SECRET\r",
    "header of one's own": "SECRET\r\nX-Own: 1",
    "blank": " ",
    "blank inside": "SEC RET",
    "blank at the start": " SECRET",
    "tab": "SECRET\t",
    "null": "SECRET\0",
    "delete": "SECRET\x7f",
    "escape": "\x1b[31mSECRET",
    "Latin-1": "SECRÈT",
    "no-break space": "SECRET\xa0",
    "next line": "SECRET\x85",
    "beyond Latin-1": "SECRET\u2028",
    "emoji": "SECRET\U0001f511",
    "half of a pair": "SECRET\ud83d",
}


@pytest.mark.parametrize("name", ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"])
@pytest.mark.parametrize("value", UNUSABLE.values(), ids=UNUSABLE)
def test_keys_that_no_request_can_carry_are_none(
    make_source: Callable[..., CredentialSource],
    registry: Any,
    folder: Path,
    clock: Any,
    name: str,
    value: str,
) -> None:
    """The error names the part and shows nothing of it; nobody else finds such keys, and better ones are taken."""
    source = make_source(cache=folder)
    registry.scripted = [answering(**{name: value})]
    with pytest.raises(CredentialsException, match=f"no request can carry: {name} is empty or malformed") as caught:
        source()
    shown = f"{caught.value!r} {caught.value} {vars(caught.value)} {''.join(format_exception(caught.value))}"
    assert not any(secret in shown for secret in ("SECRET", "SECRÈT", "SEC RET", "SESSION", "ASIA"))
    assert source.at_hand() is None
    assert not [*folder.glob("aws-*.json")]
    clock.advance(5)
    assert source().aws_access_key_id == registry.minted[0]


@pytest.mark.parametrize("link", [f"https://signin.example/?{value}" for value in UNUSABLE.values() if value])
def test_link_that_no_request_can_carry_is_none(source: CredentialSource, registry: Any, link: str) -> None:
    """It is a secret too, which the error does not show."""
    registry.scripted = [answering(console_session_url=link)]
    with pytest.raises(CredentialsException, match="malformed console link") as caught:
        source.console_url()
    assert "signin" not in f"{caught.value!r} {caught.value} {vars(caught.value)}"


def test_usual_characters_of_keys_are_taken(source: CredentialSource, registry: Any) -> None:
    """All that Base64 and its variants hold, and whatever else a header can carry."""
    token = "".join(map(chr, range(0x21, 0x7F)))
    registry.scripted = [answering(aws_session_token=token)]
    assert source().aws_session_token == token


NO_KEYS: dict[str, dict[str, Any]] = {
    "null": {"credentials": None},
    "empty": {"credentials": {}},
    "a list": {"credentials": []},
    "null in them": {"aws_session_token": None},
    "a number in them": {"aws_access_key_id": 5},
    "no expiry": {"expiry": None},
    "an expiry that is none": {"expiry": "never"},
    "a link that is none": {"credentials": None, "console_session_url": 5},
}


@pytest.mark.parametrize("changed", NO_KEYS.values(), ids=NO_KEYS)
def test_stated_reason_goes_before_the_shape(source: CredentialSource, registry: Any, changed: dict[str, Any]) -> None:
    """Without success there are no keys, in whatever form; keys and links alike have the registry's words."""
    status = {"success": False, "details": "Dataset is not known."}
    registry.scripted = [answering(status=status, **changed), answering(status=status, **changed)]
    for ask in (source, source.console_url):
        with pytest.raises(CredentialsException, match=r"Dataset is not known\..*s3://bucket/team/data") as caught:
            ask()
        assert caught.value.status == 200
        assert caught.value.__cause__ is not None


@pytest.mark.parametrize("changed", NO_KEYS.values(), ids=NO_KEYS)
def test_keys_of_another_shape_with_success_are_an_error_of_the_shape(
    source: CredentialSource, registry: Any, changed: dict[str, Any]
) -> None:
    """The answer claims success, so that there is no other reason."""
    registry.scripted = [answering(**changed)]
    with pytest.raises((ApiTypeError, ApiValueError), match="received_data"):
        source()
