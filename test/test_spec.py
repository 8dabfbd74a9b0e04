"""The code and the document `openapi.json` say the same, in both directions."""

import inspect
import json
import pkgutil
import re
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import openapi_client
from openapi_client import Configuration, RegistryCredentialsApi, model, models
from openapi_client.api_client import Endpoint
from openapi_client.model_utils import ModelNormal

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[1] / "openapi.json").read_text(encoding="utf-8"))
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
ENDPOINTS: dict[str, Endpoint[Any, Any]] = {
    value.operation_id: value for value in vars(RegistryCredentialsApi).values() if isinstance(value, Endpoint)
}
PLAIN_TYPES: dict[tuple[str, str | None], type] = {
    ("string", None): str,
    ("string", "date-time"): datetime,
    ("boolean", None): bool,
    ("integer", None): int,
}

STRUCTURE = {
    "type": "object",
    "required": ["openapi", "info", "paths"],
    "properties": {
        "openapi": {"pattern": r"^3\.0\.\d$"},
        "info": {"required": ["title", "version"]},
        "paths": {
            "patternProperties": {"^/": {"additionalProperties": {"$ref": "#/definitions/operation"}}},
            "additionalProperties": False,
        },
        "components": {
            "required": ["schemas", "securitySchemes"],
            "properties": {
                "schemas": {"additionalProperties": {"$ref": "#/definitions/schema"}},
                "securitySchemes": {"additionalProperties": {"$ref": "#/definitions/oauth2"}},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
    "definitions": {
        "operation": {
            "required": ["operationId", "responses"],
            "properties": {
                "operationId": {"pattern": r"^\w+$"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "summary": {"type": "string"},
                "description": {"type": "string"},
                "requestBody": {"required": ["content"], "properties": {"content": {"$ref": "#/definitions/content"}}},
                "responses": {
                    "patternProperties": {
                        r"^[1-5]\d\d$": {
                            "required": ["description"],
                            "properties": {"content": {"$ref": "#/definitions/content"}},
                        }
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                },
                "security": {"type": "array", "items": {"additionalProperties": {"type": "array"}}},
            },
            "additionalProperties": False,
        },
        "content": {
            "patternProperties": {r"^\w+/\w+$": {"properties": {"schema": {"$ref": "#/definitions/schema"}}}},
            "additionalProperties": False,
            "minProperties": 1,
        },
        "schema": {
            "oneOf": [
                {
                    "required": ["$ref"],
                    "properties": {"$ref": {"pattern": r"^#/components/schemas/\w+$"}},
                    "additionalProperties": False,
                },
                {"required": ["anyOf"], "properties": {"anyOf": {"items": {"$ref": "#/definitions/schema"}}}},
                {
                    "required": ["type"],
                    "properties": {
                        "type": {"enum": ["object", "array", "string", "integer", "boolean", "number"]},
                        "properties": {"additionalProperties": {"$ref": "#/definitions/schema"}},
                        "items": {"$ref": "#/definitions/schema"},
                        "required": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 1},
                        "format": {"type": "string"},
                        "title": {"type": "string"},
                        "description": {"type": "string"},
                    },
                    "additionalProperties": False,
                },
            ]
        },
        "oauth2": {
            "required": ["type", "flows"],
            "properties": {
                "type": {"const": "oauth2"},
                "flows": {"additionalProperties": {"required": ["scopes", "tokenUrl"]}},
            },
        },
    },
}


def named(reference: str) -> type[ModelNormal]:
    """The model that stands for a schema."""
    found: type[ModelNormal] = getattr(openapi_client, reference.removeprefix("#/components/schemas/"))
    return found


def types_of(schema: dict[str, Any]) -> tuple[Any, ...]:
    """The types that a schema admits, in the generator's notation."""
    if "$ref" in schema:
        return (named(schema["$ref"]),)
    if "anyOf" in schema:
        return tuple(kind for part in schema["anyOf"] for kind in types_of(part))
    if schema["type"] == "array":
        return ([*types_of(schema["items"])],)
    return (PLAIN_TYPES[schema["type"], schema.get("format")],)


def json_schema(content: dict[str, Any]) -> str:
    """The one schema of a body, which is JSON."""
    (media_type, body), *others = content["content"].items()
    assert (media_type, others) == ("application/json", [])
    reference: str = body["schema"]["$ref"]
    return reference


def declared() -> set[type]:
    """Every model that any module of the package declares."""
    found = pkgutil.walk_packages(model.__path__, f"{model.__name__}.")
    modules = [import_module(info.name) for info in found]
    return {
        kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, ModelNormal) and kind is not ModelNormal
    }  # fmt: skip


def test_document_is_the_one_that_was_agreed() -> None:
    """Its version of the format, its title and its version, and no more than paths and components."""
    assert DOCUMENT["openapi"] == "3.0.2"
    assert DOCUMENT["info"] == {"title": "FastAPI", "version": "0.1.0"}
    assert DOCUMENT.keys() == {"openapi", "info", "paths", "components"}


def test_document_is_valid_openapi() -> None:
    """As far as its parts are of use here; every reference leads somewhere, every required property is declared."""
    jsonschema.validate(DOCUMENT, STRUCTURE, cls=jsonschema.Draft7Validator)
    references = re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(DOCUMENT))
    assert set(references) <= SCHEMAS.keys()
    for schema in SCHEMAS.values():
        assert schema["type"] == "object"
        assert set(schema.get("required", ())) <= schema["properties"].keys()
    secured = [name for _, _, operation in OPERATIONS.values() for scheme in operation["security"] for name in scheme]
    assert set(secured) <= DOCUMENT["components"]["securitySchemes"].keys()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"type": "boolean"', '"type": "bool"'),
        ('"openapi": "3.0.2"', '"openapi": "2.0"'),
        ('"operationId"', '"operationID"'),
        ('"#/components/schemas/Status"', '"Status"'),
        ('"/registry', '"registry'),
        ('"tokenUrl"', '"tokenURL"'),
    ],
)
def test_structural_check_sees_a_mistake(right: str, wrong: str) -> None:
    """So that it is worth something."""
    text = json.dumps(DOCUMENT)
    assert right in text
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(text.replace(right, wrong)), STRUCTURE, cls=jsonschema.Draft7Validator)


def test_schemas_and_models_are_the_same() -> None:
    """No schema without a model, no model without a schema, under its name."""
    assert {kind.__name__ for kind in declared()} == SCHEMAS.keys()
    assert set(models.__all__) == SCHEMAS.keys()
    assert {named(name) for name in SCHEMAS} == declared()


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_and_model_declare_the_same(name: str) -> None:
    """Properties, their types, and which are required."""
    kind, schema = named(name), SCHEMAS[name]
    assert kind.openapi_types == {key: types_of(value) for key, value in schema["properties"].items()}
    assert kind.required_properties == set(schema.get("required", ()))
    assert kind.attribute_map == {key: key for key in schema["properties"]}
    assert schema.get("additionalProperties", True) is True


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_what_its_model_says_of_itself(name: str) -> None:
    """A model's JSON Schema equals the document's, descriptions included."""
    schema = named(name).model_json_schema(ref_template="#/components/schemas/{model}")
    assert {**schema.pop("$defs", {}), name: schema}.items() <= SCHEMAS.items()


@pytest.mark.parametrize("name", SCHEMAS)
def test_required_properties_come_by_position_in_the_schema_s_order(name: str) -> None:
    """Programs rely on it."""
    parameters = inspect.signature(named(name)).parameters.values()
    by_position = [each.name for each in parameters if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert by_position == SCHEMAS[name].get("required", [])


def test_operations_and_endpoints_are_the_same() -> None:
    """No operation without an Endpoint, no Endpoint without an operation."""
    assert ENDPOINTS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_operation_and_endpoint_say_the_same(operation_id: str) -> None:
    """Path, method, body, answers, security."""
    path, method, operation = OPERATIONS[operation_id]
    endpoint = ENDPOINTS[operation_id]
    assert (endpoint.path, endpoint.http_method) == (path, method.upper())
    assert operation["requestBody"]["required"] is True
    assert endpoint.request_type is named(json_schema(operation["requestBody"]))
    answers = {int(status): named(json_schema(answer)) for status, answer in operation["responses"].items()}
    assert {200: endpoint.response_type, **endpoint.error_types} == answers
    assert [*endpoint.auth] == [name for scheme in operation["security"] for name in scheme]
    assert "parameters" not in operation
    assert endpoint.settings == {
        "response_type": (answers[200],),
        "auth": ["OAuth2PasswordBearer"],
        "endpoint_path": path,
        "operation_id": operation_id,
        "http_method": method.upper(),
        "servers": None,
    }


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_operation_has_its_methods_in_the_class_of_its_tag(operation_id: str) -> None:
    """The long name is the operationId, the short one is the path's last part; each has its Endpoint and both forms."""
    path, _, operation = OPERATIONS[operation_id]
    (tag,) = operation["tags"]
    assert f"{tag.title().replace(' ', '')}Api" == RegistryCredentialsApi.__name__
    short = path.rpartition("/")[2].replace("-", "_")
    methods = vars(RegistryCredentialsApi)
    for suffix in ("", "_endpoint", "_with_http_info", "_without_preload_content"):
        assert methods[f"{operation_id}{suffix}"] is methods[f"{short}{suffix}"]
    assert methods[f"{short}_endpoint"] is ENDPOINTS[operation_id]
    assert next(iter(inspect.signature(methods[short]).parameters.values())).name == "self"
    assert ENDPOINTS[operation_id].request_name in inspect.signature(methods[short]).parameters


def test_class_has_no_other_methods() -> None:
    """What the document lacks is not there."""
    names = [*OPERATIONS, *(path.rpartition("/")[2].replace("-", "_") for path, _, _ in OPERATIONS.values())]
    suffixes = ("", "_endpoint", "_with_http_info", "_without_preload_content")
    public = {name for name in vars(RegistryCredentialsApi) if not name.startswith("_")}
    assert public == {f"{name}{suffix}" for name in names for suffix in suffixes}


def test_security_scheme_is_that_of_the_configuration() -> None:
    """A bearer token in the Authorization header, from the password flow at `token`, without scopes."""
    (name, scheme), *others = DOCUMENT["components"]["securitySchemes"].items()
    assert others == []
    assert scheme == {"type": "oauth2", "flows": {"password": {"tokenUrl": "token", "scopes": {}}}}
    assert Configuration(access_token="t").auth_settings() == {
        name: {"type": scheme["type"], "in": "header", "key": "Authorization", "value": "Bearer t"}
    }


def test_document_names_no_server() -> None:
    """So the host is the one that OpenAPI's default `/` means on this machine."""
    assert "servers" not in DOCUMENT
    assert [each["url"] for each in Configuration().get_host_settings()] == ["http://localhost"]


def test_report_names_the_document_s_version() -> None:
    """Whoever reads it knows which API the client is for."""
    assert f"Version of the API: {DOCUMENT['info']['version']}" in Configuration().to_debug_report()
