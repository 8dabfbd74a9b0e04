"""One request for keys: what is sent, and which answers give none."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
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


@pytest.mark.parametrize(
    "date",
    [
        "",
        "today",
        "Wed, 18 May 2033 04:33:20 -0000",
        "Wed, 99 May 2033 04:33:20 GMT",
        "Wed, 18 May 2033 04:33:20 +9999999999999999",
        "Wed, 18 May 2033 04:33:20 -9999999999999999",
        "Wed, 18 May 2033 04:33:20 +9900",
        "Wed, 18 May 99999 04:33:20 GMT",
        "Sat, 01 Jan 0000 00:00:00 GMT",
        "2033-05-18T04:33:20Z",
    ],
)
def test_date_that_is_none_corrects_nothing(source: CredentialSource, registry: Any, clock: Any, date: str) -> None:
    """This machine's clock is then all there is."""
    registry.date_header = date
    source()
    keys = source._shared.keys
    assert keys is not None
    assert keys.life.ends.wall == clock.wall + registry.lifetime_seconds


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:59:59 -0100",
        "Mon, 01 Jan 0001 00:00:00 +0500",
        "Wed, 18 May 2033 04:33:20 +9999999999999999",
    ],
)
def test_date_at_the_end_of_the_calendar_costs_no_keys(source: CredentialSource, registry: Any, date: str) -> None:
    """Neither keys nor a link; the time that this machine's clock leaves counts."""
    registry.date_header = date
    assert source().aws_access_key_id == registry.minted[0]
    assert "left>" in repr(source)
    assert source.console_url().startswith("https://signin.example/")


@pytest.mark.parametrize(
    ("expiry", "shown"),
    [
        ("9999-12-31T23:59:59-01:00", "keys until 9999-12-29"),
        ("9999-12-31T23:59:59.999999Z", "keys until 9999-12-29"),
        ("9999-12-31T23:59:59+14:00", "keys until 9999-12-29"),
        ("9999-12-01T00:00:00-12:00", "keys until 9999-12-01 12:00:00"),
    ],
)
def test_expiry_at_the_end_of_the_calendar_is_shown(
    make_source: Callable[..., CredentialSource], registry: Any, folder: Path, expiry: str, shown: str
) -> None:
    """Such keys never end, and another program finds them in the cache."""
    registry.scripted = [answering(expiry=expiry)]
    source = make_source(cache=folder)
    assert source().expiry.astimezone(timezone(timedelta(hours=23))) == source().expiry
    assert shown in repr(source)
    again = make_source(cache=folder)
    assert again() == source()
    assert shown in repr(again)


@pytest.mark.parametrize("expiry", ["0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00"])
def test_expiry_at_the_beginning_of_the_calendar_has_ended(
    source: CredentialSource, registry: Any, expiry: str
) -> None:
    """It is told as any other that is over."""
    registry.scripted = [answering(expiry=expiry)]
    with pytest.raises(CredentialsException, match="have ended already"):
        source()
    assert "no keys yet" in repr(source)


@pytest.mark.parametrize(
    ("ahead", "registry_s", "apart"),
    [
        (-7200.0, "2033-05-18 01:33:20+00:00", "2:00:00"),
        (365 * 86400.0, "2034-05-18 03:33:20+00:00", "365 days, 0:00:00"),
    ],
    ids=["behind", "ahead"],
)
def test_disputed_keys_are_used_with_a_warning(
    source: CredentialSource,
    registry: Any,
    clock: Any,
    caplog: pytest.LogCaptureFixture,
    ahead: float,
    registry_s: str,
    apart: str,
) -> None:
    """It names both times and their difference; the clock that leaves the keys a life counts."""
    registry.lifetime_seconds = 3600.0
    registry.date_header = format_datetime(datetime.fromtimestamp(clock.wall + ahead, UTC))
    registry.same_expiry = clock.wall + min(ahead, 0) + 3600
    assert source().aws_access_key_id == registry.minted[0]
    (message,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert f"differ by {apart}: the registry's says {registry_s}, this machine's 2033-05-18 03:33:20+00:00" in message
    keys = source._shared.keys
    assert keys is not None
    assert keys.life.lifetime_seconds == pytest.approx(3600, abs=1)


def test_date_that_is_behind_lengthens_no_life(
    source: CredentialSource, registry: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """As a proxy's whose clock is a year late: this machine's counts, and nobody is warned."""
    registry.date_header = format_datetime(datetime.fromtimestamp(clock.wall - 365 * 86400, UTC))
    source()
    keys = source._shared.keys
    assert keys is not None
    assert keys.life.lifetime_seconds == registry.lifetime_seconds
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_link_is_minted_each_time(source: CredentialSource, registry: Any) -> None:
    """It is good for one use."""
    assert source.console_url() == source.console_url() == "https://signin.example/?a=1&b=that-nobody-may-see"
    assert [body["console_session_required"] for _, body in registry.requests] == [True, True]


@pytest.mark.parametrize(
    "empty",
    [None, "", " ", False, [], {}],
    ids=["null", "empty_text", "blank_text", "false", "empty_list", "empty_object"],
)
def test_empty_link_costs_no_keys(source: CredentialSource, registry: Any, empty: object) -> None:
    """It is absent, in whatever way the registry writes so."""
    registry.scripted = [answering(console_session_url=empty)] * 2
    assert source().aws_access_key_id == "ASIAEXAMPLE"
    with pytest.raises(CredentialsException, match="no console link"):
        source.console_url()


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
