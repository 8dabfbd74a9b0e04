"""The notebooks: run top to bottom in a kernel, as a user runs them, with nothing secret in what is saved."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTEBOOKS = sorted(DOCS.glob("*.ipynb"))

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)

# What a reader has in the kernel by then, and must not find in the saved file.
COLLECT_SECRETS = """
import json, pathlib
source = client._bearer._source(configuration)
pathlib.Path({path!r}).write_text(json.dumps([
    source(), source._newest_refresh_token(), sandbox.password, answer.console_session_url,
    answer.credentials.aws_access_key_id,
    answer.credentials.aws_secret_access_key,
    answer.credentials.aws_session_token,
]))
"""


def read(path: Path) -> Any:
    """The notebook as a file holds it."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # nbformat states no types


@every_notebook
def test_notebook_shows_answers_readably_and_without_secrets(path: Path, tmp_path: Path) -> None:
    """Every cell runs; an answer shows its parts a line each; no output holds a secret that the kernel then has."""
    notebook = read(path)
    secrets_file = tmp_path / "secrets.json"
    collect = COLLECT_SECRETS.format(path=str(secrets_file))
    notebook.cells.append(nbformat.v4.new_code_cell(collect))  # type: ignore[no-untyped-call] # as above
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(DOCS)}}).execute()

    saved = json.dumps([cell for cell in notebook.cells if cell.cell_type == "code"])
    secrets = json.loads(secrets_file.read_text(encoding="utf-8"))
    assert [secret for secret in secrets if not secret or secret in saved] == []

    (cell,) = [cell for cell in notebook.cells if cell.source.endswith("\nanswer")]
    lines = cell.outputs[0]["data"]["text/plain"].splitlines()
    assert "                 'aws_secret_access_key': '***'," in lines
    assert max(map(len, lines)) <= 120


@every_notebook
def test_notebook_is_committed_without_outputs(path: Path) -> None:
    """The file holds no output and no count of runs."""
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert cells
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []
