"""Credentials for botocore: of one set always, kept nowhere, and pickled by their source."""

import logging
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy, deepcopy
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from openapi_client.aws import CredentialSource
from openapi_client.aws._botocore import SourceCredentials, botocore_session


def numbers(*values: str | None) -> set[str]:
    """The number in each of the test registry's key, secret and token."""
    return {(value or "").split("-")[1] for value in values}


def test_frozen_credentials_are_the_sources_own(source: CredentialSource, registry: Any, clock: Any) -> None:
    """There is no second cache: they change with those of the source."""
    credentials = SourceCredentials(source)
    assert not registry.requests
    first = credentials.get_frozen_credentials()
    assert credentials.get_frozen_credentials() == first
    assert len(registry.requests) == 1
    clock.advance(8 * 3600)
    assert credentials.get_frozen_credentials() != first
    assert numbers(*first[:3]) == {"1"}
    assert numbers(*credentials.get_frozen_credentials()[:3]) == {"2"}


def test_key_secret_and_token_read_one_by_one_are_of_one_set(
    source: CredentialSource, registry: Any, clock: Any
) -> None:
    """Though the keys are renewed between any two of the readings, and other threads read others."""
    credentials = SourceCredentials(source)
    clock.advance(1)
    key = credentials.access_key
    with ThreadPoolExecutor(1) as other:
        clock.advance(8 * 3600)
        assert other.submit(lambda: credentials.access_key).result() != key
        clock.advance(8 * 3600)
        secret = credentials.secret_key
        source()
        assert numbers(key, secret, credentials.token) == {"1"}
        assert numbers(credentials.access_key, credentials.secret_key, credentials.token) == {"3"}
    # Whoever asks for the token first has some too.
    assert numbers(SourceCredentials(source).token) == {"3"}
    assert len(registry.requests) == 3


def test_credentials_show_no_secret(source: CredentialSource, registry: Any) -> None:
    """Neither ours nor those that botocore holds while it signs."""
    credentials = SourceCredentials(source)
    frozen = credentials.get_frozen_credentials()
    assert registry.minted[0] == frozen.access_key
    assert "that-nobody-may-see" not in f"{credentials!r} {frozen!r} {vars(credentials)}"


def test_credentials_pickle_by_their_source(make_source: Callable[..., CredentialSource], registry: Any) -> None:
    """Without keys; a copy is the same thing."""
    credentials = SourceCredentials(make_source(clock=None))
    credentials.access_key.encode()
    pickled = pickle.dumps(credentials)
    assert b"that-nobody-may-see" not in pickled.replace(b"token-that-nobody-may-see", b"")
    again = pickle.loads(pickled)  # noqa: S301 - made here
    assert again.get_frozen_credentials() == credentials.get_frozen_credentials()
    assert copy(credentials) is deepcopy(credentials) is credentials
    assert len(registry.requests) == 1


def test_session_has_no_other_provider(
    make_source: Callable[..., CredentialSource], registry: Any, monkeypatch: Any
) -> None:
    """Nothing is asked before a signature; the profile that the environment names counts for nothing."""
    monkeypatch.setenv("AWS_PROFILE", "nonexistent")
    credentials = botocore_session(make_source()).get_credentials()
    assert isinstance(credentials, SourceCredentials)
    assert credentials.method == "openapi-client"
    assert credentials.account_id is None
    assert not registry.requests


@pytest.mark.parametrize(("level", "is_logged"), [(logging.DEBUG, True), (logging.INFO, False)])
def test_botocore_logs_session_tokens_at_debug_alone(
    source: CredentialSource, registry: Any, caplog: pytest.LogCaptureFixture, level: int, is_logged: bool
) -> None:
    """As docs/security.md says, which has programs that log at DEBUG keep botocore at INFO."""
    with caplog.at_level(logging.DEBUG), caplog.at_level(level, "botocore"):
        SigV4Auth(SourceCredentials(source), "s3", "us-east-1").add_auth(AWSRequest("GET", "https://bucket.invalid/"))
    assert len(registry.requests) == 1
    assert ("session-1-that-nobody-may-see" in caplog.text) == is_logged
