"""The registry's own API document agrees with the contract."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.clients import known_clients
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.keys import AdminKeys
from openapi_client.sandbox.lifetimes import Lifetimes
from openapi_client.sandbox.mint import Mint
from openapi_client.sandbox.registry import build_registry
from openapi_client.sandbox.registry_faults import RegistryFaults
from openapi_client.sandbox.store_client import store_client
from openapi_client.sandbox.user import User

CONTRACT = Path(__file__).parents[2] / "openapi.json"


@pytest.fixture(scope="module")
def generated() -> dict[str, Any]:
    with store_client(9, AdminKeys()) as store:
        user, clients = User("user", "password"), known_clients("secret")
        authorization = AuthorizationServer("http://host", user, clients, Lifetimes())
        return build_registry(authorization, Mint(store, "bucket", KeyLedger()), RegistryFaults()).openapi()


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return document


def comparable(document: Any) -> Any:
    """The document without what FastAPI may write otherwise; this is the whole list.

    - `description`, and a schema's `title`: wording, not contract.
    - An optional property that may be null: in OpenAPI 3.1 `anyOf` with `null`, which 3.0 cannot say.
    - `input` and `ctx` of `ValidationError`: optional properties that newer versions of FastAPI add.
    - `openapi`: the version of the format.
    """
    if isinstance(document, list):
        return [comparable(item) for item in cast("list[object]", document)]
    if not isinstance(document, dict):
        return document
    given = cast("dict[str, Any]", document)
    match given:
        case {"anyOf": [schema, {"type": "null"}]}:
            given = {**given, **schema}
            del given["anyOf"]
        case _:
            pass
    free = {"description", "input", "ctx", "openapi", *({"title"} if "type" in given else ())}
    return {key: comparable(value) for key, value in given.items() if key not in free}


def test_documents_agree(generated: dict[str, Any], contract: dict[str, Any]) -> None:
    """Paths, operations, bodies, answers, security and schemas are those of the contract."""
    assert comparable(generated) == comparable(contract)


def test_comparison_sees_a_difference(generated: dict[str, Any], contract: dict[str, Any]) -> None:
    """A type, a required property, an operation id or a title of the API that differs is noticed."""
    text = json.dumps(generated)
    for right, wrong in (
        ('"date-time"', '"date"'),
        ('"required": ["success", "details"]', '"required": ["success"]'),
        ('"operationId": "generate_read', '"operationId": "read'),
        ('"title": "FastAPI"', '"title": "Other"'),
        ('"tokenUrl": "token"', '"tokenUrl": "/token"'),
    ):
        assert right in text
        assert comparable(json.loads(text.replace(right, wrong))) != comparable(contract)


def test_seven_schemas_and_two_paths(generated: dict[str, Any]) -> None:
    """The log-in is no part of the document, nor is any other extra."""
    assert len(generated["paths"]) == 2
    assert len(generated["components"]["schemas"]) == 7
