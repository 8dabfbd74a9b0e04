"""The command `demo`: the main job, on a sandbox of its own and on a registry that runs already."""

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import urllib3
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openapi_client.cli.demo import run_demo
from openapi_client.sandbox import Sandbox

TOKEN_VARIABLE = "OPENAPI_CLIENT_ACCESS_TOKEN"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, access_token: str) -> str:
    """The environment of a user with a token and an S3 store; the location to use."""
    monkeypatch.setenv(TOKEN_VARIABLE, access_token)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", sandbox.s3_endpoint_url)
    monkeypatch.setenv("AWS_PROFILE", "none-of-this-name")
    return f"s3://{sandbox.bucket_name}/demo/elsewhere/"


def credentials(sandbox: Sandbox, token: str, access: str, path: str) -> Any:
    """The registry's own answer for a path, as JSON has it."""
    return urllib3.request(
        "POST",
        f"{sandbox.host}/registry/credentials/generate-{access}-access-credentials",
        headers={"Authorization": f"Bearer {token}"},
        json={
            "s3_location": {"bucket_name": sandbox.bucket_name, "path": path, "s3_uri": "s3://"},
            "console_session_required": False,
        },
    ).json()


def test_demo_holds_on_a_sandbox_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a host the demo starts one of each generation, shows every step, and ends with status 0."""
    assert run_demo(None, None) == 0
    shown = capsys.readouterr().out
    for words in ("'aws_secret_access_key': '***'", "refused a write", "outside the place"):
        assert shown.count(words) == 2
    assert "where the dataset hdl:10378.1/1234567 is: s3://sandbox-data/datasets/10378-1-1234567/\n" in shown
    assert shown.endswith("Every step held.\n")


PROXIES = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"), "http://127.0.0.1:9")


def test_demo_holds_where_the_environment_names_a_proxy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the sandbox nor the demo reaches this machine through a proxy, which would not lead there."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in PROXIES.items():
        monkeypatch.setenv(name, value)
    assert run_demo(None, "s3://sandbox-data/demo/mine/") == 0
    assert "Every step held." in capsys.readouterr().out


@pytest.mark.parametrize("place", ["s3://sandbox-data/demo/mine/", "https://hdl.handle.net/10378.1/7"])
def test_demo_holds_at_a_place_in_a_sandbox(capsys: pytest.CaptureFixture[str], place: str) -> None:
    """A dataset has a sandbox of the later generation; a place in S3 one of the other."""
    assert run_demo(None, place) == 0
    assert capsys.readouterr().out.count("A sandbox runs") == 1


def test_demo_holds_on_a_registry_of_datasets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A place in S3 alone is told what to name instead."""
    with Sandbox(generation=2023) as later:
        later.add_dataset("10378.1/1234567")
        for name, value in later.environment().items():
            monkeypatch.setenv(name, value)
        assert run_demo(later.host, "hdl:10378.1/1234567") == 0
        assert run_demo(later.host, "s3://sandbox-data/datasets/10378-1-1234567/") == 1
    assert "body.dataset_id" in capsys.readouterr().err


def test_demo_holds_on_a_registry_elsewhere(
    sandbox: Sandbox, elsewhere: str, access_token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a host, a location and a token from the environment the same steps run there, and show no token."""
    assert run_demo(sandbox.host, elsewhere) == 0
    shown = capsys.readouterr().out
    assert "demo/elsewhere" in shown
    assert access_token not in shown


def test_demo_of_a_whole_bucket_has_no_outside(
    sandbox: Sandbox, elsewhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bucket alone is a place as well; there is nothing outside it to be refused."""
    assert elsewhere
    assert run_demo(sandbox.host, f"s3://{sandbox.bucket_name}") == 0
    assert "outside the place" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("token", "location"), [("", "s3://bucket/path/"), ("token", None)], ids=["no token", "no location"]
)
def test_demo_elsewhere_needs_token_and_location(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], token: str, location: str | None
) -> None:
    """What is missing is said, and nothing is sent."""
    monkeypatch.setenv(TOKEN_VARIABLE, token)
    assert run_demo("http://localhost:9", location) == 1
    assert TOKEN_VARIABLE in capsys.readouterr().err


def test_demo_says_what_the_registry_refused(
    sandbox: Sandbox, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A registry's refusal ends the demo with its words and status 1."""
    monkeypatch.setenv(TOKEN_VARIABLE, "no-token-of-this-registry")
    assert run_demo(sandbox.host, elsewhere) == 1
    assert "Status Code: 401" in capsys.readouterr().err


def test_demo_needs_a_place_in_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    """A place that the sandbox does not have is refused by its registry."""
    assert run_demo(None, "s3://another-bucket/path/") == 1
    assert "Status Code: 400" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("10378.1/1234567", "write it as 'hdl:10378.1/1234567'"),
        ("bucket/path", "Expected a place"),
        ("hdl:nothing", "Expected the handle of a dataset"),
        ("hdl:1/a*", "The path holds '*'"),
    ],
)
def test_demo_says_what_a_place_is(capsys: pytest.CaptureFixture[str], place: str, words: str) -> None:
    """What is no place, or none that a sandbox could have, ends the demo with status 1."""
    assert run_demo(None, place) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("read_as", "write_as", "problem"),
    [
        ("write", "write", "to write was possible"),
        ("read", "read", "to write was not possible: AccessDenied"),
    ],
    ids=["too much", "too little"],
)
def test_demo_notices_rights_that_are_not_as_promised(
    httpserver: HTTPServer,
    sandbox: Sandbox,
    elsewhere: str,
    access_token: str,
    capsys: pytest.CaptureFixture[str],
    read_as: str,
    write_as: str,
    problem: str,
) -> None:
    """Credentials that may more, or less, than they should end the demo with status 1."""
    for asked, given in (("read", read_as), ("write", write_as)):
        body = credentials(sandbox, access_token, given, "demo/elsewhere")
        httpserver.expect_request(f"/registry/credentials/generate-{asked}-access-credentials").respond_with_json(body)
    assert run_demo(httpserver.url_for(""), elsewhere) == 1
    assert problem in capsys.readouterr().err


def test_demo_notices_an_answer_that_is_a_failure_in_words(
    registry: HTTPServer, answer: dict[str, Any], elsewhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer whose status is no success is not used."""
    answer["status"] = {"success": False, "details": "The dataset is locked."}
    registry.clear()
    registry.expect_request("/registry/credentials/generate-read-access-credentials").respond_with_json(answer)
    assert run_demo(registry.url_for(""), elsewhere) == 1
    assert "The dataset is locked." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("listed", "stored", "problem"),
    [
        ("another-key", b"", "the list lacks the object"),
        ("{key}", b"other bytes", "the object does not hold what was written"),
        ("{key}", b"hello from the registry\n", "to write was not possible: InvalidToken"),
    ],
    ids=["list", "object", "refusal"],
)
def test_demo_notices_a_store_that_lies(
    registry: HTTPServer,
    elsewhere: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    listed: str,
    stored: bytes,
    problem: str,
) -> None:
    """A store that loses or changes what was written, or refuses for another reason, ends the demo with status 1."""
    writes = []

    def store(request: Request) -> Response:
        if request.method == "PUT":
            writes.append(request.path)
            if len(writes) > 1:
                return Response("<Error><Code>InvalidToken</Code></Error>", status=400)
        if "list-type" in request.args:
            key = listed.format(key=request.args["prefix"])
            return Response(f"<ListBucketResult><Contents><Key>{key}</Key></Contents></ListBucketResult>")
        return Response(stored if request.method == "GET" else b"")

    registry.expect_request(re.compile("/sandbox-data.*")).respond_with_handler(store)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", registry.url_for("").rstrip("/"))
    assert run_demo(registry.url_for(""), elsewhere) == 1
    assert problem in capsys.readouterr().err


def test_demo_notices_a_store_that_is_not_there(
    registry: HTTPServer, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that cannot be reached ends the demo with the name of boto3's error and status 1."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert run_demo(registry.url_for(""), elsewhere) == 1
    assert "EndpointConnectionError" in capsys.readouterr().err


def test_demo_says_why_the_sandbox_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the store cannot start, here for a path too long for a socket, its last words are shown; status 1."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert run_demo(None, None) == 1
    assert "ended while starting" in capsys.readouterr().err


def test_words_of_a_registry_do_not_act_on_the_terminal(
    registry: HTTPServer, answer: dict[str, Any], elsewhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the demo writes holds no escape sequence and no secret of a server's."""
    answer["status"] = {"success": False, "details": "locked\x1b[2J\u202e\r\ntoken=hidden"}
    registry.clear()
    registry.expect_request("/registry/credentials/generate-read-access-credentials").respond_with_json(answer)
    assert run_demo(registry.url_for(""), elsewhere) == 1
    assert r"locked\x1b[2J\u202e\r\ntoken=***" in capsys.readouterr().err
