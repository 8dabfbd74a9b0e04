"""One request for keys: what is sent, and which answers give none."""

from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import AuthenticationException, CredentialsException, ForbiddenException, S3Location
from openapi_client.aws import CredentialSource
from openapi_client.aws.denials import is_denial


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


def test_login_server_that_refuses_is_no_denial() -> None:
    """Its 401 and 403 are about the login."""
    assert not is_denial(AuthenticationException(401, "no"))
    assert is_denial(ForbiddenException(403, "no"))
    assert not is_denial(None)
