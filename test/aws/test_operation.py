"""The operation that a source asks: that of a subclass, of a mock, or of an object or a class with a method patched."""

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import MagicMock, Mock, create_autospec, patch

import pytest

from openapi_client import (
    ApiClient,
    ApiResponse,
    ApiTypeError,
    Configuration,
    CredentialResponse,
    Credentials,
    ForbiddenException,
    RegistryCredentialsApi,
    S3Location,
    Status,
)
from openapi_client.api.registry_credentials_api import READ_ACCESS, WRITE_ACCESS
from openapi_client.aws import CredentialSource

PLACE = "s3://bucket/team/data/"
SHORT = {"read": "generate_read_access_credentials", "write": "generate_write_access_credentials"}
LONG = {"read": READ_ACCESS.operation_id, "write": WRITE_ACCESS.operation_id}
NAMES = [
    (access, f"{names[access]}{form}")
    for access in SHORT
    for names in (SHORT, LONG)
    for form in ("", "_with_http_info")
]


def answer(key: str = "own") -> CredentialResponse:
    """An answer with keys of a name."""
    keys = Credentials(key, "secret", "token", datetime.now(UTC) + timedelta(hours=8))
    return CredentialResponse(status=Status(success=True, details="Made."), credentials=keys)


def answer_of(name: str) -> Any:
    """An answer in the form of a method."""
    data = answer()
    return ApiResponse(status_code=200, data=data, raw_data=b"") if name.endswith("_info") else data


@pytest.mark.parametrize(("access", "name"), NAMES)
@pytest.mark.parametrize("way", ["subclass", "object", "class", "mock", "autospec", "interface"])
def test_source_asks_what_it_is_given(client: ApiClient, registry: Any, way: str, access: Any, name: str) -> None:
    """By each name and form of an operation; the real registry is not asked."""
    asked = Mock(return_value=answer_of(name))

    def ask(self: Any, request: Any) -> Any:
        assert self is not None
        return asked(request)

    if way == "class":
        with patch.object(RegistryCredentialsApi, name, ask):
            assert CredentialSource(PLACE, access, client)().aws_access_key_id == "own"
            assert CredentialSource(PLACE, access, RegistryCredentialsApi(client))().aws_access_key_id == "own"
    else:
        apis: dict[str, Any] = {
            "subclass": type("Api", (RegistryCredentialsApi,), {name: ask})(client),
            "object": RegistryCredentialsApi(client),
            "mock": MagicMock(spec=RegistryCredentialsApi, **{name: asked}),
            "autospec": create_autospec(RegistryCredentialsApi, instance=True),
            "interface": type("Api", (), {"__slots__": (), name: ask})(),
        }
        api = apis[way]
        if way == "object":
            setattr(api, name, asked)
        if way == "autospec":
            getattr(api, name).side_effect = asked
        assert CredentialSource(PLACE, access, api)().aws_access_key_id == "own"
    request = asked.call_args.args[0]
    assert (request.s3_location, request.console_session_required) == (S3Location.from_uri(PLACE), False)
    assert not registry.requests


def test_keys_of_an_own_api_are_for_its_sources_alone(client: ApiClient, registry: Any) -> None:
    """Other sources of the client ask the registry; a method that is patched later counts as well."""
    asked = Mock(side_effect=lambda _request: answer())

    class Api(RegistryCredentialsApi):
        generate_read_access_credentials = asked

    api, plain = Api(client), RegistryCredentialsApi(client)
    assert CredentialSource(PLACE, api=api)() == CredentialSource(PLACE, api=api)()
    asked.assert_called_once()
    later = CredentialSource("s3://bucket/later/", api=plain)
    assert CredentialSource(PLACE, api=plain)() == CredentialSource(PLACE, api=client)()
    assert len(registry.requests) == 1
    with patch.object(plain, "generate_read_access_credentials", lambda _request: answer("later")):
        assert later().aws_access_key_id == "later"


class Logging(RegistryCredentialsApi):
    """A subclass that only looks on."""

    def generate_read_access_credentials(self, credentials_request: Any, **options: Any) -> Any:  # type: ignore[override]
        """The answer as the registry gives it, with another key."""
        response = super().generate_read_access_credentials(credentials_request, **options)
        response.credentials.aws_access_key_id = f"seen-{response.credentials.aws_access_key_id}"
        return response


def test_subclass_travels_with_its_source(client: ApiClient, registry: Any) -> None:
    """It asks through the client that the source finds there."""
    twin = pickle.loads(pickle.dumps(CredentialSource(PLACE, api=Logging(client))))  # noqa: S301 - our own
    assert twin().aws_access_key_id == f"seen-{registry.minted[0]}"
    assert twin._api.api_client is twin._client


@dataclass
class Stub:
    """An object with a part of the interface, without a client and without a hash."""

    given: Any

    def generate_read_access_credentials(self, _request: Any) -> Any:
        """What it was told."""
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


def test_stub_without_a_client_is_asked() -> None:
    """A mapping of the answer's shape will do; its errors reach the caller."""
    stub: Any = Stub
    assert CredentialSource(PLACE, api=stub(answer().to_dict()))().aws_access_key_id == "own"
    with pytest.raises(ForbiddenException, match="not yours"):
        CredentialSource(PLACE, api=stub(ForbiddenException(403, "not yours")))()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"api": Stub(None)}, "^generate_read_access_credentials of Stub gave NoneType, not a CredentialResponse"),
        ({"api": Stub(answer()), "access": "write"}, "^Stub has no method generate_write_access_credentials"),
        ({"api": Stub(answer()), "location": "hdl:1/2"}, "^Stub has no api_client to ask where a dataset is"),
        ({"api": RegistryCredentialsApi}, "not type: give api=ApiClient"),
        ({"api": "http://localhost"}, r"not str: give api=ApiClient\(Configuration\(host=…\)\)"),
        ({"api": Configuration()}, r"not Configuration: give api=ApiClient\(configuration\)"),
    ],
    ids=["answer", "access", "dataset", "class", "address", "configuration"],
)
def test_api_that_cannot_be_asked_is_an_error(options: dict[str, Any], words: str) -> None:
    """It names what was given."""
    with pytest.raises(ApiTypeError, match=words):
        CredentialSource(**{"location": PLACE, **options})()
