"""The sandbox's own requests to its store."""

import logging
from collections.abc import Callable

import pytest
import urllib3

from openapi_client.sandbox import Sandbox, SandboxError
from openapi_client.sandbox.keys import AdminKeys
from openapi_client.sandbox.store import running_store
from openapi_client.sandbox.store_client import store_client


def test_users_aws_settings_play_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox starts whatever profile, endpoint, proxy or keys the environment names."""
    for name, value in {
        "AWS_PROFILE": "no-such-profile",
        "AWS_ENDPOINT_URL": "http://192.0.2.1",
        "AWS_ENDPOINT_URL_S3": "http://192.0.2.1",
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "other",
        "AWS_REGION": "mars-north-1",
        "HTTP_PROXY": "http://192.0.2.1:3128",
        "S3_BUCKET": "other",
    }.items():
        monkeypatch.setenv(name, value)
    with Sandbox() as sandbox:
        sandbox.put_object("k", b"v")


def test_refusal_is_told_with_its_code() -> None:
    """What the store refuses is an error with the store's status and code."""
    with (
        running_store(bucket_name="sandbox-data", credentials_lifetime_seconds=60) as store,
        store_client(store.port, store.keys) as client,
        store_client(store.port, AdminKeys()) as stranger,
    ):
        with pytest.raises(SandboxError, match=r"^The S3 store answers 409 BucketAlreadyOwnedByYou\.$"):
            client.create_bucket("sandbox-data")
        with pytest.raises(SandboxError, match=r"^The S3 store answers 403 InvalidAccessKeyId\.$"):
            stranger.put_object("sandbox-data", "k", b"")
        with pytest.raises(SandboxError, match=r"^The S3 store answers 400 MalformedPolicyDocument\.$"):
            client.assume_role("no policy")


def test_keys_are_new_and_show_no_secret() -> None:
    """Every store has keys of its own, and their representation holds only the name of the pair."""
    keys = AdminKeys()
    assert keys != AdminKeys()
    assert keys.secret_access_key not in repr(keys)


def test_logs_hold_no_secret(ask: Callable[..., urllib3.BaseHTTPResponse], caplog: pytest.LogCaptureFixture) -> None:
    """Even at level DEBUG nothing that a sandbox hands out, or keeps to itself, is logged."""
    caplog.set_level(logging.DEBUG)
    with Sandbox() as sandbox:
        sandbox.put_object("k", b"v")
        answer = ask(sandbox, console_session_required=True).json()
        credentials = answer["credentials"]
        secrets = [
            sandbox.password,
            answer["console_session_url"],
            credentials["aws_secret_access_key"],
            credentials["aws_session_token"],
        ]
    assert caplog.text
    for secret in secrets:
        assert secret not in caplog.text
