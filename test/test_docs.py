"""README and docs: every example runs, every table is the code's, every name is there, every link leads somewhere."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import openapi_client
from openapi_client import auth, models
from openapi_client.api_client import RequestOptions
from openapi_client.cli import main
from openapi_client.model_utils import ModelNormal
from openapi_client.sandbox import Sandbox

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODELS: list[type[ModelNormal]] = [getattr(models, name) for name in models.__all__]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(page: Path, language: str) -> Iterator[tuple[int, str]]:
    """The fenced blocks of a page in one language, each with the line that it begins on."""
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text[: match.start()].count("\n") + 1, match[1]


HANDLE = "10378.1/1234567"


@pytest.fixture(scope="session")
def later() -> Iterator[Sandbox]:
    """A sandbox of the later generation, which knows the dataset of the examples."""
    with Sandbox(generation=2023) as running:
        running.add_dataset(HANDLE, "Reef temperatures")
        yield running


def is_of_datasets(page: Path) -> bool:
    """Whether a reader needs a registry of the later generation for the examples of a page."""
    return any(f'CredentialSource("hdl:{HANDLE}"' in code for _, code in blocks(page, "python"))


def run(page: Path, sandbox: Sandbox) -> str:
    """Runs the examples of a page one after another, with the sandbox in place of what a reader has; their output."""
    of_reader = {
        "http://localhost": sandbox.host,
        "YOUR_ACCESS_TOKEN": token_of(sandbox),
        "YOUR_USERNAME": sandbox.username,
        "YOUR_PASSWORD": sandbox.password,
    }
    namespace: dict[str, Any] = {"__name__": "example"}
    output = StringIO()
    try:
        with redirect_stdout(output), patch.dict(os.environ, sandbox.environment()):
            for line, code in blocks(page, "python"):
                for theirs, ours in of_reader.items():
                    code = code.replace(f'"{theirs}"', f'"{ours}"')  # noqa: PLW2901 - the same code, made to run here
                # It stands in addresses too.
                code = code.replace("bucket_name_example", sandbox.bucket_name)  # noqa: PLW2901 - as above
                # The blank lines have a traceback name the page's own line.
                exec(compile("\n" * line + code, str(page), "exec"), namespace)  # noqa: S102 - the documentation's code
    finally:
        # What an example sets for the whole process.
        logging.getLogger("botocore").setLevel(logging.NOTSET)
        if "instrumentor" in namespace:
            namespace["instrumentor"].uninstrument()
        if page.name == "README.md" and "sandbox" in namespace:
            namespace["sandbox"].stop()
    return output.getvalue()


def token_of(sandbox: Sandbox) -> str:
    """A bearer token of the sandbox's user."""
    form = {"grant_type": "password", "username": sandbox.username, "password": sandbox.password}
    with openapi_client.ApiClient(openapi_client.Configuration(host=sandbox.host)) as client:
        answer = client.call_api("/token", "POST", post_params=form, response_type=(dict,), _return_http_data_only=True)
    return str(answer["access_token"])


@every_page
def test_examples_run(
    page: Path, sandbox: Sandbox, later: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The examples of each page run as they stand, one after another, and show no secret of the reader's."""
    # Nothing is written into the home of who runs the tests.
    for variable in ("HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    # Nor into the folder that they are run in.
    monkeypatch.chdir(tmp_path)
    chosen = later if is_of_datasets(page) else sandbox
    output = run(page, chosen)
    assert "The registry gave no credentials" not in output
    assert "eyJ" not in output, "a token"
    assert chosen.password not in output


@every_page
def test_deployed_registry_is_asked_for_a_dataset(page: Path) -> None:
    """A place in S3 alone is refused by registries as they are deployed: examples name a dataset, or run a sandbox."""
    text = page.read_text(encoding="utf-8")
    assert "Sandbox(" in text or not any('CredentialSource("s3://' in code for _, code in blocks(page, "python"))


def test_readme_shows_what_its_example_prints(sandbox: Sandbox) -> None:
    """The answer that the README shows is the one that its example prints, but for the time."""
    ((_, shown),) = blocks(ROOT / "README.md", "text")
    times = re.compile(r"datetime\.datetime\(.*?\d, tz")
    printed = run(ROOT / "README.md", sandbox)
    assert times.sub("", shown) in times.sub("", printed)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_page_has_the_table_of_the_code(model: type[ModelNormal]) -> None:
    """A model's page lists its properties in order, with the types and the optional ones of the code."""
    text = (ROOT / "docs" / f"{model.__name__}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\*\*(.+?)\*\* \| (.+?) \|.*?\|(.*)$", text, re.MULTILINE)
    *properties, other = [(name, types, notes.strip()) for name, types, notes in rows]
    assert properties == [
        (name, marked_up(types), "" if name in model.required_properties else "[optional]")
        for name, types in model.openapi_types.items()
    ]
    assert other == ("any string name", marked_up(model.additional_properties_type), "[optional]")


def marked_up(types: tuple[Any, ...]) -> str:
    """Types as a model's page spells them, in bold; a model is a link to its page."""
    kinds = types[0] if isinstance(types[0], list) else types
    names = ", ".join(kind.__name__ for kind in kinds).replace("NoneType", "none_type")
    bold = f"**[{names}]**" if isinstance(types[0], list) else f"**{names}**"
    return f"[{bold}]({names}.md)" if issubclass(kinds[0], ModelNormal) else bold


def test_api_page_has_every_operation() -> None:
    """The API's page has a heading, which is a link's target, for each operation of the document."""
    text = (ROOT / "docs" / "RegistryCredentialsApi.md").read_text(encoding="utf-8")
    for endpoint in (
        openapi_client.RegistryCredentialsApi.generate_read_access_credentials_endpoint,
        openapi_client.RegistryCredentialsApi.generate_write_access_credentials_endpoint,
    ):
        assert f"# **{endpoint.operation_id}**\n" in text
        assert f"**{endpoint.http_method}** {endpoint.path}" in text


def public_names() -> list[str]:
    """Whatever a user can name in a program: exports, token sources and stores, settings, options of a call."""
    settings = [name for name in vars(openapi_client.Configuration()) if not name.startswith("_")]
    legacy = ["async_req", "_return_http_data_only", "_preload_content"]
    return [*openapi_client.__all__, *auth.__all__, *settings, *RequestOptions.__annotations__, *legacy]


@pytest.mark.parametrize("name", [name for name in public_names() if name != "__version__"])
def test_public_name_is_documented(name: str) -> None:
    """Every public name, setting, option and error appears in the documentation."""
    assert any(re.search(rf"\b{re.escape(name)}\b", page.read_text(encoding="utf-8")) for page in PAGES)


def test_variables_of_the_environment_are_documented() -> None:
    """Every variable that a Configuration can be made of appears on the page about logging in."""
    variables = re.findall(r"OPENAPI_CLIENT_[A-Z_]+", openapi_client.Configuration.from_environment.__doc__ or "")
    page = (ROOT / "docs" / "authentication.md").read_text(encoding="utf-8")
    assert variables
    assert [name for name in variables if f"`{name}`" not in page] == []


@pytest.mark.parametrize("command", [[], ["sandbox"], ["demo"]], ids=["itself", "sandbox", "demo"])
def test_command_is_documented(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every command and every option of it appears on the page about commands."""
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    words = [*command, *re.findall(r"--[a-z-]+", capsys.readouterr().out)]
    page = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert [word for word in words if word not in page] == []


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the project names one that exists, and an anchor that is in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if path.startswith("http") or not (path or anchor):
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        text = file.read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in text or f"# **{anchor}**" in text, target
