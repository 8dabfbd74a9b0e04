"""Tokens and credentials end when they say they do."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import urllib3
from botocore.exceptions import ClientError

from openapi_client.sandbox import Sandbox

Call = Callable[..., urllib3.BaseHTTPResponse]


@pytest.fixture(scope="module")
def hasty() -> Iterator[Sandbox]:
    """A sandbox where nothing lasts."""
    with Sandbox(token_lifetime_seconds=2, credentials_lifetime_seconds=3) as running:
        running.put_object("team-a/x", b"x")
        yield running


def test_token_expires(hasty: Sandbox, log_in: Call, ask: Call) -> None:
    """A token works, and some seconds later is challenged like one that never was."""
    token = log_in(hasty).json()["access_token"]
    issued = time.monotonic()
    assert ask(hasty, token=token).status == 200
    while (answer := ask(hasty, token=token)).status == 200:
        assert time.monotonic() - issued < 10
        time.sleep(0.1)
    assert time.monotonic() - issued >= 1.9
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert ask(hasty).status == 200


def test_credentials_expire_as_on_aws(hasty: Sandbox, ask: Call, s3_for: Callable[..., Any]) -> None:
    """Credentials work until their expiry; from then on every call is answered with ExpiredToken."""
    credentials = ask(hasty, "team-a", "write").json()["credentials"]
    expiry = datetime.fromisoformat(credentials["expiry"]).timestamp()
    s3 = s3_for(hasty, credentials=credentials)
    at = {"Bucket": hasty.bucket_name, "Key": "team-a/x"}
    presigned = s3.generate_presigned_url("get_object", Params=at)
    while urllib3.request("GET", presigned).status == 200:
        assert time.time() < expiry + 1
        time.sleep(0.05)
    assert time.time() >= expiry - 0.3
    with pytest.raises(ClientError, match="ExpiredToken") as refused:
        s3.get_object(**at)
    assert refused.value.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 400
    with pytest.raises(ClientError, match="ExpiredToken"):
        s3.put_object(**at, Body=b"late")
    with pytest.raises(ClientError, match=r"\(400\)"):
        s3.head_object(**at)
    answer = urllib3.request("GET", presigned)
    assert answer.status == 400
    assert b"<Code>ExpiredToken</Code>" in answer.data
    assert s3_for(hasty).get_object(**at)["Body"].read() == b"x"
