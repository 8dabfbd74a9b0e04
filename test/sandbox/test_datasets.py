"""Registries of the later generation: what they know of datasets, and whom they give credentials."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
import urllib3

from openapi_client.sandbox import Sandbox, SandboxError
from openapi_client.sandbox.datasets import ALL_ROLES, Role

Call = Callable[..., urllib3.BaseHTTPResponse]

HANDLE = "10378.1/1234567"
PREFIX = "datasets/10378-1-1234567/"
READ: tuple[Role, ...] = ("metadata-read", "dataset-data-read")
WRITE: tuple[Role, ...] = ("metadata-read", "dataset-data-write")


@pytest.fixture(scope="module")
def later() -> Iterator[Sandbox]:
    """A sandbox of the later generation."""
    with Sandbox(generation=2023) as running:
        yield running


@pytest.fixture
def send(later: Sandbox, http: urllib3.PoolManager, log_in: Call) -> Call:
    """Send a request with a token of the user."""

    def call(method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {log_in(later).json()['access_token']}", **more.pop("headers", {})}
        return http.request(method, f"{later.host}/registry/{path}", headers=headers, **more)

    return call


@pytest.fixture
def mint(send: Call) -> Call:
    """Ask for credentials by an id."""

    def call(access: str, dataset_id: object = HANDLE, **more: object) -> urllib3.BaseHTTPResponse:
        body = {"dataset_id": dataset_id, "console_session_required": False, **more}
        return send("POST", f"credentials/generate-{access}-access-credentials", json=body)

    return call


def fetch(send: Call, handle: str) -> urllib3.BaseHTTPResponse:
    """Ask for the description of a dataset."""
    return send("GET", "items/fetch-dataset", fields={"handle_id": handle})


def test_dataset_is_described(later: Sandbox, send: Call) -> None:
    """The answer holds the place, the title, the roles and the lock; the request is counted."""
    assert later.add_dataset(HANDLE, "Reef temperatures", roles=READ, locked=True) == PREFIX
    before = later.lookups
    answer = fetch(send, HANDLE).json()
    assert answer["status"]["success"] is True
    assert answer["item"]["s3"] == {
        "bucket_name": later.bucket_name,
        "path": PREFIX,
        "s3_uri": f"s3://{later.bucket_name}/{PREFIX}",
    }
    assert (answer["item"]["display_name"], answer["roles"], answer["locked"]) == (
        "Reef temperatures",
        list(READ),
        True,
    )
    assert later.lookups - before == {HANDLE: 1}


@pytest.mark.parametrize(
    "handle",
    ["", "10378.1/none", "hdl:10378.1/1234567", "https://hdl.handle.net/10378.1/1234567", f" {HANDLE}", f"{HANDLE} "],
)
def test_other_id_is_a_bad_request(later: Sandbox, send: Call, mint: Call, handle: str) -> None:
    """Only the bare handle of a dataset is its id."""
    later.add_dataset(HANDLE)
    for answer in (fetch(send, handle), mint("read", handle), mint("write", handle)):
        assert answer.status == 400
        assert answer.json()["detail"].startswith(f"There is no dataset {handle!r}.")


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("items/fetch-dataset", None, ["query", "handle_id"]),
        ("credentials/generate-read-access-credentials", {"console_session_required": False}, ["body", "dataset_id"]),
        ("credentials/generate-write-access-credentials", {"console_session_required": False}, ["body", "dataset_id"]),
    ],
    ids=["fetch", "read", "write"],
)
def test_missing_id_is_a_422(send: Call, path: str, body: object, where: list[str]) -> None:
    """A place in S3 does not stand in for the id."""
    place = {"bucket_name": "sandbox-data", "path": "team", "s3_uri": "s3://sandbox-data/team/"}
    answer = send("POST", path, json={**body, "s3_location": place}) if isinstance(body, dict) else send("GET", path)
    assert answer.status == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [where]


@pytest.mark.parametrize(
    ("roles", "flags", "access", "status", "words"),
    [
        (READ, {}, "read", 200, "These can read"),
        (WRITE, {}, "read", 200, "These can read"),
        (WRITE, {}, "write", 200, "These can write"),
        (("admin",), {}, "write", 200, "These can write"),
        (READ, {}, "write", 401, "no permission to write to"),
        (("metadata-read",), {}, "read", 401, "no permission to read from"),
        ((), {}, "read", 401, "grants you no access"),
        (("dataset-data-write",), {}, "write", 401, "grants you no access"),
        (WRITE, {"locked": True}, "write", 401, "locked"),
        (WRITE, {"locked": True}, "read", 200, "These can read"),
        (READ, {"locked": True}, "write", 401, "locked"),
        (WRITE, {"released": True}, "write", 403, "in review or released"),
        (WRITE, {"released": True}, "read", 200, "These can read"),
        (READ, {"released": True}, "write", 401, "no permission"),
        (WRITE, {"released": True, "locked": True}, "write", 401, "locked"),
    ],
)
def test_write_is_refused_by_lock_then_grant_then_release(
    later: Sandbox, mint: Call, roles: tuple[Role, ...], flags: dict[str, Any], access: str, status: int, words: str
) -> None:
    """Refusals have no challenge, since another token would not help."""
    later.add_dataset(HANDLE, roles=roles, **flags)
    answer = mint(access)
    assert answer.status == status
    assert words in answer.data.decode()
    assert "WWW-Authenticate" not in answer.headers


def test_user_without_a_role_cannot_look_up(later: Sandbox, send: Call) -> None:
    """The description needs the role `metadata-read`."""
    later.add_dataset(HANDLE, roles=["dataset-data-read"])
    answer = fetch(send, HANDLE)
    assert (answer.status, answer.headers.get("WWW-Authenticate")) == (401, None)


def test_credentials_open_the_dataset_whatever_the_body_says(
    later: Sandbox, mint: Call, s3_for: Callable[..., Any]
) -> None:
    """A location beside the id has no effect."""
    later.add_dataset(HANDLE)
    elsewhere = {"bucket_name": "elsewhere", "path": "", "s3_uri": "s3://elsewhere"}
    answer = mint("write", s3_location=elsewhere, console_session_required=True).json()
    assert answer["console_session_url"]
    s3 = s3_for(later, credentials=answer["credentials"])
    s3.put_object(Bucket=later.bucket_name, Key=f"{PREFIX}hello.txt", Body=b"hello")
    with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
        s3.put_object(Bucket=later.bucket_name, Key="hello.txt", Body=b"hello")


def test_token_needs_the_scope_roles(later: Sandbox, http: urllib3.PoolManager, log_in: Call) -> None:
    """A token without it is challenged, in the words of the real registry."""
    token = log_in(later, scope="openid").json()["access_token"]
    answer = http.request(
        "GET",
        f"{later.host}/registry/items/fetch-dataset?handle_id={HANDLE}",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["detail"] == "Token had incorrect structure."


@pytest.mark.parametrize(
    ("client_id", "scope", "status"),
    [
        ("client-tools", "roles", 200),
        ("client-tools", "offline_access roles", 400),
        ("automated-access", "offline_access roles", 200),
    ],
)
def test_offline_tokens_are_for_automated_access(
    later: Sandbox, post: Call, client_id: str, scope: str, status: int
) -> None:
    """As where registries are deployed."""
    answer = post(later, "/auth/device", client_id=client_id, scope=scope)
    assert answer.status == status
    assert status == 200 or answer.json()["error"] == "invalid_scope"


@pytest.mark.parametrize("generation", [2022, 2023])
def test_missing_role_of_the_user_is_challenged(generation: Any, http: urllib3.PoolManager, log_in: Call) -> None:
    """Before the body is looked at; reading is no matter of that role."""
    with Sandbox(generation=generation, user_may_write=False) as reading:
        headers = {"Authorization": f"Bearer {log_in(reading).json()['access_token']}"}
        url = f"{reading.host}/registry/credentials/generate-{{}}-access-credentials"
        refused = http.request("POST", url.format("write"), json={}, headers=headers)
        assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert refused.json()["detail"].endswith("don't have the correct role.")
        assert http.request("POST", url.format("read"), json={}, headers=headers).status == 422


def test_outage_takes_the_description_too(later: Sandbox, send: Call) -> None:
    """All of the registry's own endpoints undergo it."""
    with later.registry_outage():
        assert fetch(send, HANDLE).status == 503


def test_registry_document_names_the_operations_briefly(later: Sandbox, http: urllib3.PoolManager) -> None:
    """The operation ids of the later generation are short."""
    document = http.request("GET", f"{later.host}/openapi.json").json()
    operations = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert operations == ["generate_read_access_credentials", "generate_write_access_credentials", "fetch_dataset"]
    assert b"dataset_id that the request names" in http.request("GET", later.host).data


def test_earlier_generation_knows_no_datasets(sandbox: Sandbox, http: urllib3.PoolManager) -> None:
    """There is nothing to fetch, and nothing to add."""
    assert http.request("GET", f"{sandbox.host}/registry/items/fetch-dataset?handle_id={HANDLE}").status == 404
    with pytest.raises(SandboxError, match=r"Sandbox\(generation=2023\)"):
        sandbox.add_dataset(HANDLE)
    assert not sandbox.lookups


@pytest.mark.parametrize(
    "dataset_id",
    ["", "10378.1", "/1234567", "10378.1/", "hdl:10378.1/1", "https://hdl.handle.net/10378.1/1", " 10378.1/1", "1/a*"],
)
def test_id_that_is_no_handle_is_refused(dataset_id: str) -> None:
    """A dataset is added by its bare handle, before the sandbox runs as well."""
    with pytest.raises(ValueError, match=r"dataset_id is|The path holds"):
        Sandbox(generation=2023).add_dataset(dataset_id)


def test_unknown_role_is_refused() -> None:
    """The message names those that there are."""
    assert get_args(Role) == ALL_ROLES
    with pytest.raises(ValueError, match=r"no role 'owner', only metadata-read, .*admin"):
        Sandbox(generation=2023).add_dataset(HANDLE, roles=["owner"])  # type: ignore[list-item]  # that is the mistake
