"""Models in pydantic and FastAPI: what is accepted, what is written, what is documented, and what errors show."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import pydantic
import pytest
from fastapi import Body, FastAPI
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, TypeAdapter, ValidationError

from openapi_client import models
from openapi_client.model_utils import ModelNormal
from openapi_client.models import (
    CredentialResponse,
    Credentials,
    CredentialsRequest,
    HTTPValidationError,
    S3Location,
    Status,
)

SCHEMAS = json.loads((Path(__file__).parents[1] / "openapi.json").read_text(encoding="utf-8"))["components"]["schemas"]
TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
PLACE = {"bucket_name": "b", "path": "p", "s3_uri": "u"}
STATUS = {"success": True, "details": "x"}
SECRETS = ["key-id-that-nobody-may-see", "key-that-nobody-may-see", "session-that-nobody-may-see"]
KEYS = {
    "aws_access_key_id": SECRETS[0],
    "aws_secret_access_key": SECRETS[1],
    "aws_session_token": SECRETS[2],
    "expiry": "2030-01-02T03:04:05Z",
}
REQUEST = {"s3_location": PLACE, "console_session_required": False}

place: Any = S3Location(**PLACE)


class Job(BaseModel):
    """A model of a program, with ours in it."""

    place: S3Location
    keys: Credentials | None = None
    more: list[S3Location] = []


@pytest.mark.parametrize(
    "make",
    [Job.model_validate, lambda data: Job.model_validate_json(json.dumps(data)), lambda data: Job(**data)],
    ids=["model_validate", "model_validate_json", "constructor"],
)
def test_mapping_becomes_a_model(make: Callable[[Any], Job]) -> None:
    """Pydantic makes models of mappings in fields, optional fields and lists, and parses times."""
    job = make({"place": {**PLACE, "more": [1]}, "keys": KEYS, "more": [PLACE]})
    assert job.place == S3Location.from_dict({**PLACE, "more": [1]})
    assert job.keys is not None
    assert job.keys.expiry == TIME
    assert job.more == [place]
    assert {type(job.place), type(job.keys), type(job.more[0])} == {S3Location, Credentials}


@pytest.mark.parametrize("value", [PLACE, MappingProxyType(PLACE)], ids=["dict", "mapping"])
def test_model_is_taken_as_it_is(value: Any) -> None:
    """Pydantic keeps a model that it is given, and reads any mapping."""
    assert Job(place=place).place is place
    assert TypeAdapter(S3Location).validate_python(value) == place
    made: Any = CredentialsRequest(place, console_session_required=True)
    adapter = TypeAdapter(CredentialsRequest)
    assert adapter.validate_python({"s3_location": place, "console_session_required": True}) == made


def test_model_is_written_as_its_data() -> None:
    """Pydantic dumps a model with the `include` and `exclude` of the outer model."""
    job = Job(place=S3Location.from_dict({**PLACE, "more": 1}), keys=Credentials.from_dict(KEYS), more=[place])
    keys = {**KEYS, "expiry": TIME}
    assert job.model_dump() == {"place": {**PLACE, "more": 1}, "keys": keys, "more": [PLACE]}
    assert job.model_dump(mode="json")["keys"] == json.loads(job.model_dump_json())["keys"] == KEYS
    assert job.model_dump(include={"place": {"path"}, "more": {0: {"s3_uri"}}}) == {
        "place": {"path": "p"},
        "more": [{"s3_uri": "u"}],
    }
    assert job.model_dump(exclude={"place": {"more"}, "keys": set(SECRETS)})["place"] == PLACE
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_absent_properties_are_written_as_pydantic_writes_them() -> None:
    """Pydantic writes an absent property as null unless it is excluded."""
    adapter = TypeAdapter(HTTPValidationError)
    assert adapter.dump_python(HTTPValidationError()) == {"detail": None}
    assert adapter.dump_json(HTTPValidationError()) == b'{"detail":null}'
    for choice in ({"exclude_unset": True}, {"exclude_none": True}, {"exclude_defaults": True}):
        assert adapter.dump_python(HTTPValidationError(), **choice) == {}  # type: ignore[arg-type] # one at a time


def test_value_of_another_kind_is_written_as_it_is() -> None:
    """Pydantic writes a value of another type unchanged where the outer model was built without checks."""
    assert Job.model_construct(place=5).model_dump() == {"place": 5, "keys": None, "more": []}


def test_fastapi_encodes_models_where_it_knows_no_type() -> None:
    """FastAPI's `jsonable_encoder` writes a model as its data."""
    assert jsonable_encoder([Credentials.from_dict(KEYS)]) == [{**KEYS, "expiry": "2030-01-02T03:04:05+00:00"}]


class Place(S3Location):
    """A place, and more of it."""

    region: str
    size: float
    tags: list[str] | None
    ports: list[int | bool]


def test_subclass_is_a_field_too() -> None:
    """A subclass of a model works as a field, with properties of every kind of type."""
    adapter = TypeAdapter(Place)
    made = adapter.validate_python({**PLACE, "region": "r", "size": 1.5, "tags": ["a"], "ports": [1, True]})
    assert made.to_dict() == {**PLACE, "region": "r", "size": 1.5, "tags": ["a"], "ports": [1, True]}
    with pytest.raises(ValidationError):
        adapter.validate_python({**made.to_dict(), "ports": ["1"]})


def test_dictionary_of_models_is_checked() -> None:
    """`{str: (S3Location,)}` in the generator's notation becomes a dictionary of models."""
    from openapi_client._pydantic_validation import _one  # noqa: PLC0415 - of this test alone

    class Model:
        @classmethod
        def __get_pydantic_core_schema__(cls, _: Any, handler: Any) -> Any:
            return _one({str: (S3Location,)}, handler)

    adapter: TypeAdapter[Any] = TypeAdapter(Model)
    assert adapter.validate_python({"a": PLACE}) == {"a": place}


ERRORS: dict[str, tuple[type[ModelNormal], Any, tuple[Any, ...], str]] = {
    "text": (S3Location, {**PLACE, "path": 5}, ("path",), "string_type"),
    "bool_of_1": (Status, {**STATUS, "success": 1}, ("success",), "bool_type"),
    "bool_of_text": (Status, {**STATUS, "success": "true"}, ("success",), "bool_type"),
    "missing": (S3Location, {"bucket_name": "b", "path": "p"}, ("s3_uri",), "missing"),
    "nested": (
        CredentialsRequest,
        {**REQUEST, "s3_location": {**PLACE, "path": 5}},
        ("s3_location", "path"),
        "string_type",
    ),
    "time": (Credentials, {**KEYS, "expiry": "soon"}, ("expiry",), "datetime_parsing"),
    "time_of_number": (Credentials, {**KEYS, "expiry": 5}, ("expiry",), "datetime_type"),
    "date": (Credentials, {**KEYS, "expiry": "2030-01-02"}, ("expiry",), "datetime_parsing"),
    "item": (HTTPValidationError, {"detail": [{"loc": [1.5], "msg": "m", "type": "t"}]}, ("detail", 0, "loc", 0), ""),
    "list": (HTTPValidationError, {"detail": ()}, ("detail",), "list_type"),
    "additional": (Status, {**STATUS, "more": {1}}, ("more",), "additional_property_type"),
    "no_mapping": (Status, 5, (), "dict_type"),
    "none": (Status, None, (), "dict_type"),
    "other_model": (Status, place, (), "dict_type"),
    "name": (Status, {**STATUS, 5: 1}, (5,), "invalid_key"),
}


@pytest.mark.parametrize(("model", "value", "path", "kind"), ERRORS.values(), ids=ERRORS)
def test_error_names_the_place(model: Any, value: Any, path: tuple[Any, ...], kind: str) -> None:
    """An error has pydantic's own type, and a `loc` that leads to the wrong value."""
    in_another: Any = pydantic.create_model("Another", a=(model, ...))
    cases: list[tuple[tuple[str, ...], Any, Any]] = [((), model, value), (("a",), in_another, {"a": value})]
    for prefix, asked, data in cases:
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(asked).validate_python(data)
        first = caught.value.errors()[0]
        place_of_error = (*prefix, *path)
        assert first["loc"][: len(place_of_error)] == place_of_error
        assert first["type"].startswith(kind)


HIDDEN: dict[str, Any] = {
    "missing": {name: value for name, value in KEYS.items() if name != "expiry"},
    "other_property": {**KEYS, "expiry": 5},
    "number": {**KEYS, "aws_secret_access_key": 123456789012},
    "bytes": {**KEYS, "aws_secret_access_key": SECRETS[1].encode()},
    "list": {**KEYS, "aws_secret_access_key": [SECRETS[1]]},
    "dictionary": {**KEYS, "aws_secret_access_key": {"value": SECRETS[1]}},
    "additional_property": {**KEYS, "password": {SECRETS[1]}},
    "in_an_additional_property": {**KEYS, "expiry": {"token": SECRETS[1], "url": f"https://h/?token={SECRETS[1]}"}},
    "text_in_its_place": SECRETS[1],
    "bytes_in_its_place": SECRETS[1].encode(),
    "list_in_its_place": SECRETS,
    "object_in_its_place": type("Keys", (), {"__repr__": lambda _: SECRETS[1]})(),
    "other_model": Status.from_dict({**STATUS, "token": SECRETS[1]}),
    "object_in_a_property": {**KEYS, "expiry": type("Keys", (), {"__repr__": lambda _: SECRETS[1]})()},
    "list_in_a_property": {**KEYS, "expiry": [{"token": SECRETS[1]}]},
    "model_in_a_property": {**KEYS, "expiry": Credentials.from_dict(KEYS)},
}


@pytest.mark.parametrize("value", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: (Credentials, value),
        lambda value: (dict[str, list[Credentials]], {"a": [value]}),
        lambda value: (CredentialResponse, {"status": STATUS, "credentials": value}),
    ],
    ids=["alone", "in_a_list", "in_an_answer"],
)
def test_error_shows_no_secret(wrap: Any, value: Any) -> None:
    """Neither the text of an error, its `errors()` nor its JSON holds a secret."""
    kind, data = wrap(value)
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(data)
    error = caught.value
    shown = f"{error} {error!r} {error.errors()} {error.json()}"
    assert [secret for secret in [*SECRETS, "123456789012"] if secret in shown] == []


def test_error_of_another_field_shows_no_secret_of_a_model() -> None:
    """An error of another field masks the models in the input that it shows."""

    class Program(BaseModel):
        keys: Credentials
        number: int

    keys: Any = Credentials.from_dict(KEYS)
    for data in ({"keys": keys}, {"keys": keys, "number": keys}):
        with pytest.raises(ValidationError) as caught:
            Program(**data)
        shown = f"{caught.value} {caught.value.errors()} {caught.value.json()}"
        assert [secret for secret in SECRETS if secret in shown] == []


def test_error_shows_what_is_no_secret() -> None:
    """An error shows a wrong value that is not secret, and what stands beside a missing one."""
    with pytest.raises(ValidationError, match="input_value=5"):
        TypeAdapter(S3Location).validate_python({**PLACE, "path": 5})
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(CredentialResponse).validate_python(
            {"status": STATUS, "credentials": {**KEYS, "expiry": "soon"}, "a": 1}
        )
    assert [found["input"] for found in caught.value.errors()] == ["soon"]
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(CredentialResponse).validate_python({"credentials": KEYS, "console_session_url": None, "ok": True})
    (found,) = caught.value.errors()
    masked = {**dict.fromkeys(KEYS, "***"), "expiry": KEYS["expiry"]}
    assert found["input"] == {"credentials": masked, "console_session_url": None, "ok": True}
    with pytest.raises(ValidationError, match="input_value=None"):
        TypeAdapter(Credentials).validate_python({**KEYS, "aws_session_token": None})


def test_input_that_is_nested_too_deeply_is_an_error_of_pydantic() -> None:
    """Input of 5,000 levels raises a ValidationError that says so."""
    deep: Any = {}
    for _ in range(5_000):
        deep = {"a": deep}
    for value in (deep, [deep]):
        with pytest.raises(ValidationError, match="nested too deeply to be shown"):
            TypeAdapter(S3Location).validate_python({**PLACE, "path": value})


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_schema_is_the_document_s(name: str, mode: Any) -> None:
    """Pydantic's schema of a model equals that of `openapi.json`, in both modes."""
    template = "#/components/schemas/{model}"
    schema = TypeAdapter(getattr(models, name)).json_schema(ref_template=template, mode=mode)
    assert {**schema.pop("$defs", {}), name: schema}.items() <= SCHEMAS.items()


def answered(app: FastAPI, body: Any) -> tuple[int, Any]:
    """The status and the body of an application's answer, asked as a server asks it."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/keys",
        "raw_path": b"/keys",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("client", 1),
        "server": ("server", 80),
    }
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], json.loads(b"".join(message["body"] for message in sent[1:]))


def application(answer: Any, **options: Any) -> FastAPI:
    """An application with one route, which takes a request and gives an answer."""
    app = FastAPI()

    @app.post("/keys", response_model=CredentialResponse, **options)
    def keys(request: Annotated[CredentialsRequest, Body()]) -> Any:
        assert request == CredentialsRequest.from_dict(REQUEST)
        assert isinstance(request.s3_location, S3Location)
        return answer

    return app


ANSWER = {"status": STATUS, "credentials": KEYS}


@pytest.mark.parametrize("answer", [ANSWER, CredentialResponse.from_dict(ANSWER)], ids=["dictionary", "model"])
def test_fastapi_takes_and_gives_models(answer: Any) -> None:
    """A route takes a model as its body, and answers with a model or a dictionary."""
    assert answered(application(answer), REQUEST) == (200, {**ANSWER, "console_session_url": None})
    assert answered(application(answer, response_model_exclude_unset=True), REQUEST) == (200, ANSWER)
    assert answered(application(answer, response_model_include={"status"}), REQUEST) == (200, {"status": STATUS})


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({**REQUEST, "s3_location": {**PLACE, "path": 5}}, [["body", "s3_location", "path"]]),
        ({"s3_location": PLACE}, [["body", "console_session_required"]]),
        (
            {"s3_location": {"path": "p", "s3_uri": "u"}, "console_session_required": "no"},
            [["body", "s3_location", "bucket_name"], ["body", "console_session_required"]],
        ),
        ({**REQUEST, "s3_location": "s3://b/p"}, [["body", "s3_location"]]),
        ([], [["body"]]),
        ("text", [["body"]]),
    ],
    ids=["nested", "missing", "both", "no_model", "list", "text"],
)
def test_fastapi_refuses_a_wrong_body(body: Any, places: list[list[str]]) -> None:
    """FastAPI refuses a wrong body with a 422 whose `loc` names each place."""
    status, refused = answered(application({}), body)
    assert status == 422
    assert [found["loc"] for found in refused["detail"]] == places
    assert HTTPValidationError.from_dict(refused).detail is not None


def test_fastapi_shows_no_secret_of_a_wrong_body() -> None:
    """The 422 for a wrong body does not repeat a secret."""
    status, refused = answered(application({}), {**PLACE, "token": SECRETS[1]})
    assert status == 422
    assert SECRETS[1] not in json.dumps(refused)


def test_fastapi_documents_the_schemas_of_the_api() -> None:
    """The application's document has the schemas of `openapi.json`."""
    documented = application({}).openapi()["components"]["schemas"]
    names = ["CredentialResponse", "Credentials", "CredentialsRequest", "S3Location", "Status"]
    assert {name: documented[name] for name in names} == {name: SCHEMAS[name] for name in names}
    documented = application({}, responses={422: {"model": HTTPValidationError}}).openapi()["components"]["schemas"]
    assert documented == SCHEMAS


def test_schemas_are_the_same_in_both_directions() -> None:
    """A model that is both a body and an answer has one schema."""
    app = FastAPI()

    @app.post("/keys")
    def keys(request: Annotated[CredentialsRequest, Body()]) -> CredentialsRequest:
        return request

    assert answered(app, REQUEST) == (200, REQUEST)
    documented = app.openapi()["components"]["schemas"]
    assert {name: documented[name] for name in ("CredentialsRequest", "S3Location")} == {
        name: SCHEMAS[name] for name in ("CredentialsRequest", "S3Location")
    }


def test_pydantic_is_loaded_when_it_asks(run_python: Callable[..., str]) -> None:
    """Models and pydantic's methods work where pydantic is not installed."""
    script = (
        "import sys; sys.modules['pydantic'] = sys.modules['pydantic_core'] = None\n"
        "from openapi_client import Status\n"
        "made = Status.model_validate({'success': True, 'details': 'x'}); made.model_copy().model_dump_json()\n"
        "print(Status.model_json_schema()['title'], *Status.model_fields)"
    )
    assert run_python(script).strip() == "Status success details"
