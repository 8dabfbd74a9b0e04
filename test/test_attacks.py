"""Answers that attack the model: each is an error of ours or harmless data, at a cost in proportion to its size."""

import copy
import gc
import json
import pickle
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from openapi_client import (
    ApiMissingPropertyError,
    ApiTypeError,
    ApiValueError,
    CredentialResponse,
    CredentialsRequest,
    OpenApiException,
    RegistryCredentialsApi,
    UnprocessableEntityException,
)

PATH = "/registry/credentials/generate-read-access-credentials"
DEEP = 100_000
MANY = 1_000_000

NAMES: dict[str, str] = {
    **{name: name for name in ("to_dict", "__class__", "_data_store", "__dict__", "_fields", "__reduce_ex__", "self")},
    **{name: name for name in ("_check_type", "_from_openapi_data", "get", "__getattr__", "_path_to_item", "cls")},
    "empty": "",
    "surrogate": r"\ud800",
    "halves": r"\udc00\ud800",
    "zero": r"\u0000",
    "line": r"\n",
}
HARMLESS: dict[str, tuple[Callable[[], str], Any]] = {
    "surrogate": (lambda: r'"\ud800"', "\ud800"),
    "halves in the wrong order": (lambda: r'"\udc00\ud800"', "\udc00\ud800"),
    "zeros": (lambda: r'"\u0000\u0000"', "\0\0"),
    "float next to nothing": (lambda: "1e-999", 0.0),
    "4,000 digits": (lambda: "9" * 4_000, 10**4_000 - 1),
    "100 lists in one another": (lambda: "[" * 100 + "]" * 100, json.loads("[" * 100 + "]" * 100)),
    "long text": (lambda: '"' + "x" * 10**7 + '"', "x" * 10**7),
    "text of escapes": (lambda: '"' + r"\"" * 10**6 + '"', '"' * 10**6),
    "text that repeats a secret's name": (lambda: '"' + "token: " * 10**5 + '"', "token: " * 10**5),
    "the same name again and again": (lambda: "{" + '"a": 1, ' * 10**5 + '"a": 2}', {"a": 2}),
    "a model of its own": (lambda: '{"status": {"success": 1}}', {"status": {"success": 1}}),
}
REFUSED: dict[str, tuple[Callable[[], str], type[OpenApiException], str]] = {
    "deep lists": (lambda: '"a": ' + "[" * DEEP + "]" * DEEP, ApiValueError, "not JSON that can be read"),
    "deep objects": (lambda: '"a": ' + '{"a":' * DEEP + "1" + "}" * DEEP, ApiValueError, "not JSON that can be read"),
    "deep lists without an end": (lambda: '"a": ' + "[" * DEEP, ApiValueError, "not JSON that can be read"),
    "NaN": (lambda: '"a": NaN', ApiValueError, "NaN is no JSON"),
    "Infinity": (lambda: '"a": Infinity', ApiValueError, "Infinity is no JSON"),
    "-Infinity": (lambda: '"a": [-Infinity]', ApiValueError, "-Infinity is no JSON"),
    "float beyond all": (lambda: '"a": 1e999', ApiValueError, "a number is too large for a float"),
    "float below all": (lambda: '"a": [-1e999]', ApiValueError, "a number is too large for a float"),
    "5,000 digits": (lambda: '"a": ' + "9" * 5_000, ApiValueError, "not JSON that can be read"),
    "a name that is no text": (lambda: "5: 5", ApiValueError, "not JSON that can be read"),
    "a later status of another type": (lambda: '"status": 5', ApiTypeError, r"\['status'\]"),
    "a later status without its parts": (lambda: '"status": {}', ApiMissingPropertyError, r"\['success'\]"),
    "a status of a million": (lambda: f'"status": [{"0," * MANY}0]', ApiTypeError, r"not list, at .*\['status'\]"),
    "no credentials in the end": (lambda: '"credentials": null', ApiTypeError, r"\['credentials'\]"),
}


def with_first(answer: dict[str, Any], member: str, where: str) -> str:
    """The JSON of the answer, with a member before its own, or before those of its credentials."""
    text = json.dumps(answer)
    before = "{" if where == "answer" else '"credentials": {'
    return text.replace(before, f"{before}{member}, ", 1)


@pytest.fixture
def ask(
    api: RegistryCredentialsApi, httpserver: HTTPServer, credentials_request: CredentialsRequest
) -> Callable[..., CredentialResponse]:
    """Asks a registry that gives the given body, over the wire."""

    def ask(body: str, status: int = 200) -> CredentialResponse:
        httpserver.expect_request(PATH).respond_with_data(body, status, content_type="application/json")
        return api.generate_read_access_credentials(credentials_request)

    return ask


def check_whole(model: CredentialResponse, secrets_in: Callable[..., list[str]]) -> None:
    """Makes sure that the model is what the registry meant, and does all that a model does."""
    assert type(model) is CredentialResponse
    assert model.status.success is True
    assert model.credentials.aws_access_key_id == "key-id-that-nobody-may-see"
    assert secrets_in(repr(model), repr(model.credentials)) == []
    twins = (
        copy.copy(model),
        copy.deepcopy(model),
        pickle.loads(pickle.dumps(model)),  # noqa: S301 - the test's own
        CredentialResponse.from_dict(model.to_dict()),
    )
    for twin in twins:
        assert type(twin) is CredentialResponse
        assert twin == model
        assert twin.to_dict() == model.to_dict()


@pytest.mark.parametrize("where", ["answer", "credentials"])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_property_of_any_name_is_data(
    ask: Callable[..., CredentialResponse],
    answer: dict[str, Any],
    secrets_in: Callable[..., list[str]],
    name: str,
    where: str,
) -> None:
    """A property that is named like the machinery, or like nothing at all, is an item, and changes nothing else."""
    model = ask(with_first(answer, f'"{name}": "x"', where))
    check_whole(model, secrets_in)
    holder: Any = model if where == "answer" else model.credentials
    assert holder[json.loads(f'"{name}"')] == "x"
    assert CredentialResponse.from_json(model.to_json()) == model


@pytest.mark.parametrize(("text", "value"), HARMLESS.values(), ids=HARMLESS)
def test_value_of_any_kind_is_data(
    ask: Callable[..., CredentialResponse],
    answer: dict[str, Any],
    secrets_in: Callable[..., list[str]],
    text: Callable[[], str],
    value: Any,
) -> None:
    """Whatever JSON can say is data, however long."""
    model = ask(with_first(answer, f'"a": {text()}', "answer"))
    check_whole(model, secrets_in)
    assert model["a"] == value


def test_first_of_two_of_a_name_does_not_count(
    ask: Callable[..., CredentialResponse], answer: dict[str, Any], secrets_in: Callable[..., list[str]]
) -> None:
    """Of two properties of a name the last is the one, whole: nothing of the first is left."""
    model = ask(with_first(answer, '"credentials": {"aws_access_key_id": "other", "more": 1}, "status": 5', "answer"))
    check_whole(model, secrets_in)
    assert "more" not in model.credentials


@pytest.mark.parametrize(("member", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_data_is_one_of_our_errors(
    ask: Callable[..., CredentialResponse],
    answer: dict[str, Any],
    secrets_in: Callable[..., list[str]],
    member: Callable[[], str],
    kind: type[OpenApiException],
    words: str,
) -> None:
    """An answer that is no JSON, or not of the declared types, is an error that says so and stays small."""
    with pytest.raises(kind, match=words) as caught:
        ask(f"{json.dumps(answer)[:-1]}, {member()}}}")
    assert type(caught.value) is kind
    assert len(str(caught.value)) < 1_000
    assert len(pickle.dumps(caught.value)) < 10_000
    assert secrets_in(caught.value) == []


@pytest.mark.parametrize(
    "body",
    ["[" * DEEP, f'{{"detail": {"[" * DEEP}{"]" * DEEP}}}', f'{{"detail": "{"token: " * 10**6}"}}', "9" * 5_000],
    ids=["deep", "deep detail", "a secret's name again and again", "5,000 digits"],
)
def test_refusal_that_attacks_keeps_its_status(ask: Callable[..., CredentialResponse], body: str) -> None:
    """A 422 whose body is no good is a 422 all the same, with the body as text."""
    with pytest.raises(UnprocessableEntityException) as caught:
        ask(body, 422)
    assert caught.value.body == body
    assert len(str(caught.value)) < 3_000


@pytest.mark.parametrize(
    ("member", "held"),
    [
        (lambda: ", ".join(f'"{number:x}": 0' for number in range(MANY)), lambda model: model.to_dict()),
        (lambda: f'"a": [{"0," * MANY}0]', lambda model: model["a"]),
        (lambda: f'"a": [{"{}," * MANY}0]', lambda model: model["a"]),
    ],
    ids=["properties", "items", "objects"],
)
def test_a_million_are_data(
    ask: Callable[..., CredentialResponse],
    answer: dict[str, Any],
    member: Callable[[], str],
    held: Callable[[CredentialResponse], Any],
) -> None:
    """A million properties, or items of a list, fit into the largest answer, and are kept."""
    model = ask(with_first(answer, member(), "answer"))
    assert model.status.success is True
    assert len(held(model)) > MANY
    assert copy.copy(model) == pickle.loads(pickle.dumps(model)) == model  # noqa: S301 - the test's own
    assert model.credentials.aws_access_key_id == "key-id-that-nobody-may-see"


def calls_of(task: Callable[[str], object], text: str) -> int:
    """Return how many functions a task calls, Python's and C's."""
    events: Counter[str] = Counter()
    # A garbage collection meanwhile would add the finalizers of other tests' objects.
    gc.disable()
    sys.setprofile(lambda _, event, __: events.update([event]))
    try:
        task(text)
    finally:
        sys.setprofile(None)
        gc.enable()
    return events["call"] + events["c_call"]


TASKS: dict[str, Callable[[str], object]] = {
    "read": CredentialResponse.from_json,
    "copied": lambda text: CredentialResponse.from_json(text).to_dict(),
    "printed": lambda text: repr(CredentialResponse.from_json(text)),
    "written": lambda text: CredentialResponse.from_json(text).to_json(),
    "compared": lambda text: CredentialResponse.from_json(text) == CredentialResponse.from_json(text),
}
PARTS: dict[str, Callable[[int], str]] = {
    "properties": lambda size: ", ".join(f'"p{number:07}": 0' for number in range(size)),
    "items": lambda size: f'"a": [{"0," * size}0]',
    "objects": lambda size: f'"a": [{"{}," * size}0]',
    "texts": lambda size: ", ".join(f'"token{number:07}": "token: "' for number in range(size)),
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_twice_as_much_takes_twice_the_calls(
    answer: dict[str, Any], task: Callable[[str], object], part: Callable[[int], str]
) -> None:
    """What is done with an answer grows in proportion to it, counted in calls, which are the same on any machine."""
    once, twice = (calls_of(task, with_first(answer, part(size), "answer")) for size in (2_000, 4_000))
    assert once <= twice <= 2.2 * once


def test_depth_that_is_read_but_not_copied_is_told(answer: dict[str, Any]) -> None:
    """What a reader of JSON still takes may be too deep to copy or print: an error of ours, and a form that says so."""
    deep: list[Any] = []
    for _ in range(sys.getrecursionlimit()):
        deep = [deep]
    model = CredentialResponse.from_dict({**answer, "a": deep})
    assert repr(model) == "<CredentialResponse, nested too deeply to be shown>"
    for form in (model.to_dict, model.to_json):
        with pytest.raises(ApiValueError, match="nested too deeply"):
            form()
    assert copy.copy(model) == model
