"""Sources of datasets: the place is asked for once, remembered with the keys, and refused like keys."""

import copy
import inspect
import json
import logging
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

from openapi_client import (
    ApiClient,
    ApiException,
    ApiTypeError,
    ApiValueError,
    BadRequestException,
    Configuration,
    CredentialsException,
    CredentialsRequest,
    ForbiddenException,
    NotFoundException,
    OpenApiException,
    RegistryCredentialsApi,
    S3Location,
    ServiceException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from openapi_client.aws import CredentialSource
from openapi_client.aws.dataset import Dataset, dataset_of_record

HANDLE = "10378.1/1234567"
PATH = "datasets/10378-1-1234567/"
NAME = "Reef temperatures"
READ = ["metadata-read", "dataset-data-read"]
WRITE = [*READ, "dataset-data-write"]

Make = Callable[..., CredentialSource]


@pytest.fixture
def later(registry: Any) -> Any:
    """A registry of the later generation, which knows one dataset."""
    registry.add_dataset(HANDLE, PATH, NAME, WRITE)
    return registry


def refusal(status: int, detail: object, **headers: str) -> Response:
    """An answer that refuses."""
    return Response(json.dumps({"detail": detail}), status, headers, content_type="application/json")


@pytest.mark.parametrize(
    "given",
    [
        {"location": f"hdl:{HANDLE}"},
        {"location": f"https://hdl.handle.net/{HANDLE}"},
        {"location": None, "dataset_id": HANDLE},
        {"location": None, "dataset_id": f" hdl:{HANDLE} "},
        {"location": f"hdl:{HANDLE}", "dataset_id": HANDLE},
    ],
    ids=["hdl", "https", "dataset_id", "spelled", "both"],
)
def test_place_of_a_dataset_is_asked_for_once(make_source: Make, later: Any, given: dict[str, Any]) -> None:
    """Not when the source is made, but with the first keys; all sources of the client share it."""
    source = make_source(**given)
    assert (later.lookups, later.requests, source.dataset_id) == ([], [], HANDLE)
    keys = source()
    assert (source.location.bucket_name, source.location.path) == ("bucket", PATH.rstrip("/"))
    assert source.location.s3_uri == f"s3://bucket/{PATH}"
    assert make_source(**given)() == keys
    assert source.console_url().startswith("https://")
    assert later.lookups == [HANDLE]
    place = {"bucket_name": "bucket", "path": PATH.rstrip("/"), "s3_uri": f"s3://bucket/{PATH}"}
    body = {"s3_location": place, "console_session_required": False, "dataset_id": HANDLE}
    assert later.requests == [("read", body), ("read", {**body, "console_session_required": True})]


def test_renewed_keys_need_no_other_lookup(make_source: Make, later: Any, clock: Any) -> None:
    """A dataset does not move."""
    source = make_source(f"hdl:{HANDLE}", "write")
    source()
    clock.advance(later.lifetime_seconds)
    source()
    assert source.invalidate(source().aws_access_key_id)
    assert source.location.path == PATH.rstrip("/")
    source(min_life=timedelta(hours=7))
    assert (len(later.requests), later.lookups) == (3, [HANDLE])


def test_display_shows_the_dataset(make_source: Make, later: Any) -> None:
    """By its handle until its place and title are known; the title cannot act on a terminal, nor flood it."""
    source = make_source(dataset_id=HANDLE, location=None)
    assert repr(source) == f"<CredentialSource hdl:{HANDLE} (read): no keys yet>"
    source()
    shown = f"<CredentialSource hdl:{HANDLE} 'Reef temperatures' at s3://bucket/datasets/10378-1-1234567 (read): keys"
    assert repr(source).startswith(shown)
    later.add_dataset("1/2", "datasets/1-2/", "\x1b[2J\u202e" + "x" * 100)
    other = make_source("hdl:1/2")
    other()
    assert r"hdl:1/2 '\x1b[2J\u202exxx" in repr(other)
    assert "x…' at s3://bucket/datasets/1-2 (read)" in repr(other)
    assert "\x1b" not in repr(other)


def test_dataset_without_a_title_or_roles_is_taken(make_source: Make, later: Any) -> None:
    """What the registry does not say is left to it."""
    later.add_dataset(HANDLE, PATH)
    source = make_source(f"hdl:{HANDLE}", "write")
    source()
    assert f"<CredentialSource hdl:{HANDLE} at s3://bucket/datasets" in repr(source)


@pytest.mark.parametrize("roles", [READ, [], ["metadata-read", "metadata-write"]], ids=["read", "none", "metadata"])
def test_missing_role_is_said_before_keys_are_asked_for(
    make_source: Make, later: Any, clock: Any, roles: list[str]
) -> None:
    """It is a denial, which is remembered for a minute; then the roles are looked up again."""
    later.add_dataset(HANDLE, PATH, NAME, roles)
    source = make_source(f"hdl:{HANDLE}", "write")
    for ask in (source, source.console_url):
        with pytest.raises(
            UnauthorizedException, match=r"does not let you write .*'Reef.*dataset-data-write"
        ) as raised:
            ask()
        assert f"your roles there are {', '.join(roles) or 'none'}." in str(raised.value)
    assert source.location.path == PATH.rstrip("/")
    assert (later.requests, later.lookups) == ([], [HANDLE])
    later.add_dataset(HANDLE, PATH, NAME, WRITE)
    clock.advance(60)
    source()
    assert [access for access, _ in later.requests] == ["write"]


def test_role_that_is_no_word_counts_for_nothing(make_source: Make, later: Any) -> None:
    """It is not shown either."""
    later.add_dataset(HANDLE, PATH, NAME, ["\x1b[2J", 5, "metadata-read"])
    with pytest.raises(UnauthorizedException, match=r"your roles there are metadata-read\."):
        make_source(f"hdl:{HANDLE}", "write")()


def test_client_with_an_override_of_earlier_programs_looks_up(
    configuration: Configuration, later: Any, clock: Any
) -> None:
    """The call has arguments alone that the generated clients have too."""
    taken = set(inspect.signature(ApiClient.call_api).parameters) - {"self", "_error_types", "_form"}

    class Overridden(ApiClient):
        def call_api(self, *arguments: Any, **options: Any) -> Any:
            if "fetch-dataset" in arguments[0]:
                assert taken.issuperset(options)
            return super().call_api(*arguments, **options)

    with Overridden(configuration) as client:
        assert CredentialSource(f"hdl:{HANDLE}", api=client, clock=clock)()
    assert later.lookups == [HANDLE]


@pytest.mark.parametrize("roles", [WRITE, ["admin"], None], ids=["write", "admin", "unknown"])
def test_role_to_write_is_enough(make_source: Make, later: Any, roles: list[str] | None) -> None:
    """Where roles are not known, the registry decides."""
    later.add_dataset(HANDLE, PATH, NAME, roles)
    assert make_source(f"hdl:{HANDLE}", "write")()


def test_reading_asks_the_registry_whatever_the_roles(make_source: Make, later: Any) -> None:
    """It knows best whom it lets read."""
    later.add_dataset(HANDLE, PATH, NAME, ["metadata-read"])
    assert make_source(f"hdl:{HANDLE}")()


REFUSALS: list[tuple[int, type[ApiException], str, int]] = [
    (400, BadRequestException, "no such dataset", 1),
    (401, UnauthorizedException, "not yours", 1),
    (403, ForbiddenException, "in review", 1),
    (404, NotFoundException, r"no datasets by id .*CredentialSource\('s3://bucket/path/'\)", 1),
    (422, UnprocessableEntityException, "handle_id", 1),
    (500, ServiceException, "failed", 1),
]


@pytest.mark.parametrize(("status", "kind", "words", "asked"), REFUSALS, ids=[str(status) for status, *_ in REFUSALS])
def test_refusal_of_the_lookup_is_told_and_remembered_like_one_of_keys(
    make_source: Make, later: Any, status: int, kind: type[ApiException], words: str, asked: int
) -> None:
    """Nobody asks again at once."""
    source = make_source(f"hdl:{HANDLE}")
    later.scripted_lookups = [refusal(status, f"In words: {words}")]
    for ask in (source, lambda: source.location, lambda: source.covers("s3://bucket/x")):
        with pytest.raises(kind, match=words) as raised:
            ask()
        assert raised.value.status == status
    assert (len(later.lookups), later.requests) == (asked, [])


@pytest.mark.parametrize(("status", "seconds"), [(401, 60), (403, 60), (500, 5)])
def test_refusal_is_forgotten_as_one_of_keys_is(
    make_source: Make, later: Any, clock: Any, status: int, seconds: float
) -> None:
    """A denial after a minute, a failure after seconds; both after another login."""
    source = make_source(f"hdl:{HANDLE}")
    for forget in (lambda: clock.advance(seconds), lambda: setattr(source._client.configuration, "access_token", "b")):
        later.scripted_lookups = [refusal(status, "no")]
        with pytest.raises(ApiException):
            source()
        forget()
    assert source()


def test_token_that_is_rejected_is_replaced_for_the_lookup(make_source: Make, later: Any, client: ApiClient) -> None:
    """The lookup logs in as any call does."""
    client.configuration.access_token = iter(["old", "new", "new", "new"]).__next__
    later.scripted_lookups = [refusal(401, "expired", **{"WWW-Authenticate": "Bearer"})]
    assert make_source(f"hdl:{HANDLE}")()
    assert len(later.lookups) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": {"success": False, "details": "Gone."}}, "hdl:10378.1/1234567: Gone."),
        ({"status": {"success": True}, "item": None}, "no item with a place"),
        ({"status": {"success": True}, "item": {"display_name": "x"}}, "no item with a place"),
        ({"status": {"success": True}, "item": {"s3": {"bucket_name": "b"}}}, "no item with a place"),
        ({"status": {"success": True}, "item": {"s3": {"bucket_name": "b", "path": 5}}}, "no item with a place"),
        ({"status": {"success": True}, "item": {"s3": {"bucket_name": "", "path": "p"}}}, "no bucket is called ''"),
        (
            {"status": {"success": True}, "item": {"s3": {"bucket_name": "b\x1b[2J", "path": "p"}}},
            r"called 'b\\x1b\[2J'",
        ),
        ({"status": {"success": True}, "item": {"s3": {"bucket_name": "b", "path": "\u202ep"}}}, r"path '\\u202ep'"),
        ({"status": {"success": False}}, "hdl:10378.1/1234567: it states no reason"),
        ({"status": {"success": False, "details": None}}, "hdl:10378.1/1234567: it states no reason"),
        ({"status": {"success": False, "details": ["Gone."]}}, r'hdl:10378.1/1234567: \["Gone."\]'),
        ({}, "no item with a place"),
    ],
    ids=[
        "failure",
        "no item",
        "no place",
        "no path",
        "number",
        "no bucket",
        "escape",
        "bidi",
        "no details",
        "null",
        "list",
        "empty",
    ],
)
def test_answer_without_a_place_gives_no_keys(make_source: Make, later: Any, answer: object, words: str) -> None:
    """The error says what is missing, in the registry's words if it has some."""
    later.datasets[HANDLE] = answer
    with pytest.raises(CredentialsException, match=words):
        make_source(f"hdl:{HANDLE}")()


@pytest.mark.parametrize("body", ["[]", "<html>", "{"], ids=["list", "page", "cut"])
def test_answer_that_is_no_object_is_an_error_of_ours(make_source: Make, later: Any, body: str) -> None:
    """As of any call."""
    later.scripted_lookups = [Response(body, 200, content_type="application/json")]
    with pytest.raises(OpenApiException):
        make_source(f"hdl:{HANDLE}")()


def test_place_in_s3_alone_is_told_what_to_give(make_source: Make, later: Any) -> None:
    """A registry of the later generation wants a dataset; the answer's own parts stay."""
    missing = {"loc": ["body", "dataset_id"], "msg": "field required", "type": "value_error.missing"}
    later.scripted = [refusal(422, [missing])]
    source = make_source("s3://bucket/team/")
    with pytest.raises(UnprocessableEntityException) as raised:
        source()
    assert "not for s3://bucket/team: name the dataset by its handle" in str(raised.value)
    assert "CredentialSource('hdl:10378.1/1234567')" in str(raised.value)
    assert raised.value.data.detail[0].loc == ["body", "dataset_id"]
    assert pickle.loads(pickle.dumps(raised.value)).reason == raised.value.reason  # noqa: S301 - our own
    assert later.lookups == []


@pytest.mark.parametrize(
    "detail",
    [[{"loc": ["body", "s3_location"], "msg": "no", "type": "t"}], "no", [], None, [5]],
    ids=["other", "text", "empty", "null", "number"],
)
def test_other_422_is_told_as_it_is(make_source: Make, later: Any, detail: object) -> None:
    """Only a missing id has that advice."""
    later.scripted = [refusal(422, detail)]
    with pytest.raises(UnprocessableEntityException) as raised:
        make_source("s3://bucket/team/")()
    assert "hdl:" not in str(raised.value)


def test_first_generation_goes_by_the_location_beside_the_id(make_source: Make, registry: Any) -> None:
    """There is nothing to fetch, which is asked once."""
    source = make_source("s3://bucket/team/data/", dataset_id=HANDLE)
    source()
    source.console_url()
    assert source.covers("s3://bucket/team/data/x")
    assert registry.lookups == [HANDLE]
    assert registry.requests[0][1]["s3_location"]["path"] == "team/data"


def test_location_that_is_not_the_datasets_has_no_say(
    make_source: Make, later: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The keys open the dataset's own place, and so does the guard, which says that the two differ."""
    source = make_source("s3://bucket/elsewhere/", "write", dataset_id=HANDLE)
    source.require(f"s3://bucket/{PATH}x", "write")
    words = r"s3://bucket/elsewhere/x is outside s3://bucket/datasets/10378-1-1234567, .* of the dataset hdl:10378"
    with pytest.raises(ApiValueError, match=f"{words}.*, and s3://bucket/elsewhere is not"):
        source.require("s3://bucket/elsewhere/x", "write")
    (record,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "is at s3://bucket/datasets/10378-1-1234567, not at s3://bucket/elsewhere" in record.message
    assert later.requests[0][1]["s3_location"]["path"] == PATH.rstrip("/")


@pytest.mark.parametrize("given", [f"s3://bucket/{PATH}", f"s3://bucket/{PATH.rstrip('/')}"], ids=["slash", "none"])
def test_location_that_is_the_datasets_is_not_spoken_of(
    make_source: Make, later: Any, caplog: pytest.LogCaptureFixture, given: str
) -> None:
    """A slash at the end makes no difference."""
    source = make_source(given, dataset_id=HANDLE)
    assert f"{given.rstrip('/')}" in repr(source)
    assert f"of hdl:{HANDLE} (read)" in repr(source)
    assert source()
    assert later.lookups == [HANDLE]
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        (f"hdl:{HANDLE}", True),
        (f"https://hdl.handle.net/{HANDLE}?x", True),
        ("hdl:10378.1/12345678", False),
        (f"s3://bucket/{PATH}", True),
        (f"s3://bucket/{PATH}a/b", True),
        ("s3://bucket/datasets/10378-1-12345678/x", False),
        ("s3://bucket/datasets/", False),
        ("s3://other/datasets/10378-1-1234567/x", False),
        (S3Location("bucket", f"{PATH}x", "s3://"), True),
    ],
)
def test_dataset_covers_its_own_place(make_source: Make, later: Any, place: S3Location | str, covered: bool) -> None:
    """A place may be a dataset everywhere; whole segments count."""
    source = make_source(f"hdl:{HANDLE}", "write")
    assert source.covers(place) is covered
    if covered:
        source.require(place, "write")
    else:
        words = "is outside s3://bucket/datasets/10378-1-1234567, which is all that these keys open: it is the place of"
        with pytest.raises(ApiValueError, match=words):
            source.require(place)
    assert len(later.lookups) <= 1


@pytest.mark.parametrize("place", ["10378.1/1234567", "hdl:nothing", "bucket/path", None, 5])
def test_what_is_no_place_is_refused_before_anything_is_asked(make_source: Make, later: Any, place: Any) -> None:
    """By the source, its guard and its links alike."""
    source = make_source(f"hdl:{HANDLE}")
    for use in (
        make_source,
        source.covers,
        source.require,
        lambda place: source.presign(place, timedelta(minutes=1)),
    ):
        with pytest.raises((ApiValueError, ApiTypeError), match="hdl:10378"):
            use(place)
    assert (later.lookups, later.requests) == ([], [])


def test_write_through_a_reading_source_needs_no_question(make_source: Make, later: Any) -> None:
    """Both places are named by what the user gave."""
    with pytest.raises(ApiValueError, match=f"s3://b/x cannot be written with keys that read hdl:{HANDLE}:"):
        make_source(f"hdl:{HANDLE}").require("s3://b/x", "write")
    assert later.lookups == []


def test_link_is_to_an_object_of_the_dataset(make_source: Make, later: Any) -> None:
    """The dataset itself is no object."""
    source = make_source(f"hdl:{HANDLE}", region="ap-southeast-2")
    with pytest.raises(ApiValueError, match=f"not to the dataset hdl:{HANDLE}: add"):
        source.presign(f"hdl:{HANDLE}", timedelta(minutes=5))
    assert later.lookups == []
    link = source.presign(f"{source.location.s3_uri}a.txt", timedelta(minutes=5))
    assert link.startswith(f"https://bucket.s3.ap-southeast-2.amazonaws.com/{PATH}a.txt?")
    with pytest.raises(ApiValueError, match="is outside"):
        source.presign("s3://bucket/a.txt", timedelta(minutes=5))


def test_two_datasets_are_an_error(make_source: Make, later: Any) -> None:
    """The source has one."""
    with pytest.raises(ApiValueError, match="Two datasets are named, hdl:1/1 and hdl:2/2"):
        make_source("hdl:1/1", dataset_id="2/2")
    with pytest.raises(ApiTypeError, match=r"Give a place"):
        make_source(None)
    assert later.lookups == []


def unpickled(source: CredentialSource, clock: Any) -> CredentialSource:
    """The source as another process has it, whose clocks go on alike."""
    state = pickle.loads(pickle.dumps(source.__getstate__()))  # noqa: S301 - our own
    twin = CredentialSource.__new__(CredentialSource)
    twin.__setstate__({**state, "client_id": "of another process", "clock": clock})
    return twin


@pytest.mark.parametrize(("pickle_keys", "lookups"), [(False, 2), (True, 1)], ids=["without keys", "with keys"])
def test_source_travels_before_and_after_the_lookup(
    make_source: Make, later: Any, clock: Any, pickle_keys: bool, lookups: int
) -> None:
    """A worker looks up once; keys in a pickle bring their place along."""
    source = make_source(f"hdl:{HANDLE}", "write", pickle_keys=pickle_keys)
    assert repr(unpickled(source, clock)).endswith("no keys yet>")
    source()
    assert copy.deepcopy(source) is source
    twin = unpickled(source, clock)
    assert twin.covers(f"s3://bucket/{PATH}x")
    assert twin.location == source.location
    assert len(later.lookups) == lookups


def test_source_works_in_a_spawned_process(client: ApiClient, later: Any) -> None:
    """The place is asked for there."""
    source = CredentialSource(f"hdl:{HANDLE}", api=client)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(source.covers, [f"s3://bucket/{PATH}x"])
    assert later.lookups == [HANDLE]


def test_threads_look_up_once(make_source: Make, later: Any) -> None:
    """However many of them ask, and for what."""
    source = make_source(f"hdl:{HANDLE}", "write")
    with ThreadPoolExecutor(16) as threads:
        keys = [threads.submit(source) for _ in range(8)]
        paths = [threads.submit(lambda: source.location.path) for _ in range(8)]
    assert {each.result() for each in paths} == {PATH.rstrip("/")}
    assert {each.result().aws_access_key_id for each in keys} == set(later.minted)
    assert (later.lookups, len(later.requests)) == ([HANDLE], 1)


def test_keys_on_disk_bring_their_place_along(make_source: Make, later: Any, clock: Any, tmp_path: Path) -> None:
    """Another process asks for nothing; a dataset and a place in S3 never share."""
    source = make_source(f"hdl:{HANDLE}", cache=tmp_path)
    keys = source()
    twin = unpickled(source, clock)
    assert twin.location == source.location
    assert twin() == keys
    assert "'Reef temperatures'" in repr(twin)
    assert (later.lookups, len(later.requests)) == ([HANDLE], 1)
    assert make_source(f"s3://bucket/{PATH}", cache=tmp_path)() != keys


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"handle"', '"other"'),
        lambda text: text.replace('"bucket_name": "bucket"', '"bucket_name": 5'),
        lambda text: text.replace('"dataset": {', '"dataset": 5, "x": {'),
        lambda text: text.replace('"dataset": {', '"x": {'),
    ],
    ids=["handle", "bucket", "number", "none"],
)
def test_damaged_dataset_on_disk_counts_as_none(
    make_source: Make, later: Any, clock: Any, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    """Others take its place."""
    source = make_source(f"hdl:{HANDLE}", cache=tmp_path)
    source()
    (file,) = tmp_path.glob("*.json")
    text = file.read_text(encoding="ascii").replace('":', '": ').replace('":  ', '": ')
    assert damage(text) != text
    file.write_text(damage(text), encoding="ascii")
    unpickled(source, clock)()
    assert len(later.requests) == 2


@pytest.mark.parametrize(
    ("path", "kept", "uri"),
    [
        ("datasets/1/", "datasets/1", "s3://b/datasets/1/"),
        ("datasets/1", "datasets/1", "s3://b/datasets/1/"),
        ("/datasets/1//", "/datasets/1", "s3://b//datasets/1/"),
        ("", "", "s3://b/"),
        ("/", "", "s3://b/"),
    ],
)
def test_place_of_a_dataset_has_its_path_without_and_its_uri_with_a_slash(path: str, kept: str, uri: str) -> None:
    """Names of objects are added to either."""
    location = Dataset.found(HANDLE, "b", path, None, None).location
    assert (location.bucket_name, location.path, location.s3_uri) == ("b", kept, uri)


def test_record_of_a_dataset_is_the_dataset_again() -> None:
    """Whatever is known of it."""
    for name, roles in ((None, None), (NAME, ()), (NAME, tuple(WRITE))):
        dataset = Dataset.found(HANDLE, "bucket", PATH, name, roles)
        assert dataset_of_record(json.loads(json.dumps(dataset.record()))) == dataset


def test_another_login_looks_up_for_itself(make_source: Make, later: Any, client: ApiClient) -> None:
    """What one user may do says nothing of another."""
    source = make_source(f"hdl:{HANDLE}", "write")
    source()
    client.configuration.access_token = "another-token"
    later.add_dataset(HANDLE, PATH, NAME, READ)
    with pytest.raises(UnauthorizedException, match="does not let you write"):
        source()
    assert later.lookups == [HANDLE, HANDLE]


def test_missing_id_is_told_to_callers_of_the_api_too(api: RegistryCredentialsApi, later: Any) -> None:
    """Beside the registry's own words; a request with the id gives keys."""
    missing = {"loc": ["body", "dataset_id"], "msg": "field required", "type": "value_error.missing"}
    later.scripted = [refusal(422, [missing])]
    request = CredentialsRequest(S3Location.from_uri("s3://bucket/x"), console_session_required=False)
    with pytest.raises(UnprocessableEntityException, match=r"field required; .* dataset_id='10378\.1/1234567'"):
        api.generate_read_access_credentials(request)
    request["dataset_id"] = HANDLE
    assert api.generate_read_access_credentials(request).status.success
