"""Decoders make the model that the general conversion makes, and leave to it what is not just as the schema says."""

import json
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from openapi_client import CredentialResponse, Credentials, S3Location, Status, ValidationError
from openapi_client._conversion import convert, convert_json
from openapi_client._decoding import LazyDecoder
from openapi_client.exceptions import OpenApiException
from openapi_client.model_utils import ModelNormal, optional

WHOLE = {
    "status": {"success": True, "details": "d"},
    "credentials": {
        "aws_access_key_id": "a",
        "aws_secret_access_key": "b",
        "aws_session_token": "c",
        "expiry": "2030-01-02T03:04:05+10:00",
    },
    "console_session_url": None,
}


def changed(*path: str, **properties: Any) -> dict[str, Any]:
    """The whole answer with some properties of one object in it set, or removed where the value is `...`."""
    answer = deepcopy(WHOLE)
    place: Any = answer
    for name in path:
        place = place[name]
    place.update(properties)
    for name in [name for name, value in place.items() if value is ...]:
        del place[name]
    return answer


USUAL: dict[str, dict[str, Any]] = {
    "whole": WHOLE,
    "with a link": changed(console_session_url="https://signin.example"),
    "in another order": {name: WHOLE[name] for name in reversed(WHOLE)},
    "in UTC": changed("credentials", expiry="2030-01-02T03:04:05Z"),
}


@pytest.mark.parametrize("data", USUAL.values(), ids=USUAL)
def test_usual_object_is_decoded(data: dict[str, Any]) -> None:
    """An object just as its schema says becomes the model that the general conversion makes of it."""
    decoded = CredentialResponse._decode(deepcopy(data))
    assert isinstance(decoded, CredentialResponse)
    assert decoded == convert(data, (CredentialResponse,), (), parse=True)
    assert isinstance(decoded.status, Status)
    assert isinstance(decoded.credentials.expiry, datetime)
    assert decoded.credentials.expiry.utcoffset() is not None


UNUSUAL: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a property more": changed(dataset_id="102.100/x"),
    "a property more within": changed("status", code=1),
    "an optional one absent": changed(console_session_url=...),
    "a required one absent": changed("credentials", aws_session_token=...),
    "another one in its place": changed("credentials", aws_session_token=..., token="c"),
    "null": changed(status=None),
    "a list": changed(credentials=[]),
    "a number for a truth": changed("status", success=1),
    "a number for a text": changed(console_session_url=5),
    "a time without an offset": changed("credentials", expiry="2030-01-02T03:04:05"),
    "a date": changed("credentials", expiry="2030-01-02"),
    "a time in other words": changed("credentials", expiry="Wed, 02 Jan 2030 03:04:05 GMT"),
    "no time": changed("credentials", expiry="soon"),
    "no text": changed("credentials", expiry=5),
}


@pytest.mark.parametrize("data", UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_object_is_left_to_the_conversion(data: dict[str, Any]) -> None:
    """Of any other object there comes None, and then just what the conversion says of it, be it a model or an error."""
    assert CredentialResponse._decode(deepcopy(data)) is None

    def outcome(of: Any) -> object:
        try:
            return of(deepcopy(data))
        except OpenApiException as error:
            return type(error), str(error)

    expected = outcome(lambda values: convert(values, (CredentialResponse,), ("received_data",), parse=True))
    assert outcome(lambda values: convert_json(values, (CredentialResponse,), ("received_data",))) == expected


def test_decoding_without_checks_is_the_conversion_s() -> None:
    """Where types are not to be checked, and so nothing is to be known by sight, values stay as they are."""
    decoded = convert_json(deepcopy(WHOLE), (CredentialResponse,), (), check=False)
    assert decoded._check_type is False


@pytest.mark.parametrize("kind", [ValidationError, ModelNormal], ids=["list of several types", "no properties"])
def test_model_without_a_quicker_way(kind: type[ModelNormal]) -> None:
    """A model with a property of another kind, or without any, has a decoder too, which takes nothing but what fits."""
    assert kind._decode({"loc": [], "msg": "m", "type": "t"}) is None


def test_subclass_has_a_decoder_of_its_own() -> None:
    """A class derived from a model decodes to itself, with its own properties, whichever is asked first."""

    class Place(S3Location):
        """A place with a name."""

        region: str | None = optional(default=None, kw_only=True)

    data = {"bucket_name": "b", "path": "p", "s3_uri": "s3://b/p"}
    assert type(S3Location._decode(dict(data))) is S3Location
    assert Place._decode(dict(data)) is None
    assert type(Place._decode({**data, "region": "r"})) is Place
    assert type(Place.from_json(json.dumps(data))) is Place


def test_decoder_is_made_once() -> None:
    """It is made when it is first asked for, and then stands in the class."""

    class Once(Credentials):
        """Credentials."""

    assert isinstance(vars(Once)["_decode"], LazyDecoder)
    assert Once._decode is Once._decode
