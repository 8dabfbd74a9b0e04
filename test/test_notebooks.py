"""The notebooks: run top to bottom in a kernel, as a user runs them, with nothing secret in what is saved."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.image
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTEBOOKS = sorted(DOCS.glob("*.ipynb"))

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)

# What a reader has in the kernel by then, and must not find in the saved file.
COLLECT_SECRETS = """
import json, pathlib
bearer = {client}._bearer._source({client}.configuration)
secrets = [bearer(), bearer._newest_refresh_token(), sandbox.password]
for keys in {keys}:
    secrets += [keys.aws_access_key_id, keys.aws_secret_access_key, keys.aws_session_token]
pathlib.Path({path!r}).write_text(json.dumps([*secrets, *{links}]))
"""


def read(path: Path) -> Any:
    """The notebook as a file holds it."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # nbformat states no types


def answer_is_readable(cells: list[Any]) -> None:
    """An answer shows its parts a line each."""
    (cell,) = [cell for cell in cells if cell.source.endswith("\nanswer")]
    lines = cell.outputs[0]["data"]["text/plain"].splitlines()
    assert "                 'aws_secret_access_key': '***'," in lines
    assert max(map(len, lines)) <= 120


def data_are_plotted_across_revoked_keys(cells: list[Any]) -> None:
    """What was read is drawn; a source says what it has; the registry gave other keys for those that S3 refused."""
    shown = [output["data"] for cell in cells for output in cell.outputs if "data" in output]
    (image,) = [data["image/png"] for data in shown if "image/png" in data]
    pixels = matplotlib.image.imread(io.BytesIO(base64.b64decode(image)))
    # Two curves, and a map of many colours.
    assert len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)) > 100
    texts = [data["text/plain"] for data in shown]
    dataset = "<CredentialSource hdl:10378.1/1234567 'Reef temperatures' at s3://sandbox-data/datasets/10378-1-1234567"
    first, second = [text for text in texts if text.startswith(f"{dataset} (read): keys")]
    assert first.endswith(" left>")
    assert second.endswith(" left>")
    assert "Counter({'read': 2, 'write': 1})" in texts
    printed = "".join(output.text for cell in cells for output in cell.outputs if output.output_type == "stream")
    assert "b'hello'\n<CredentialSource s3://sandbox-data/reef (read): keys until" in printed


# Of each notebook: its client, its keys, its links, and what else is to be seen in it.
RUNS: dict[str, tuple[str, str, str, Callable[[list[Any]], None]]] = {
    "quickstart.ipynb": ("client", "[answer.credentials]", "[answer.console_session_url]", answer_is_readable),
    "s3-in-a-notebook.ipynb": (
        "source._client",
        "[source(), store.source()]",
        "[]",
        data_are_plotted_across_revoked_keys,
    ),
}


@every_notebook
def test_notebook_shows_what_it_should_and_no_secrets(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every cell runs; no output holds a secret that the kernel then has; nothing is left open when the kernel ends."""
    monkeypatch.setenv("PYTHONWARNINGS", "default::ResourceWarning")
    client, keys, links, looks_right = RUNS[path.name]
    notebook = read(path)
    secrets_file = tmp_path / "secrets.json"
    collect = COLLECT_SECRETS.format(client=client, keys=keys, links=links, path=str(secrets_file))
    notebook.cells.append(nbformat.v4.new_code_cell(collect))  # type: ignore[no-untyped-call] # as above
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(DOCS)}}).execute()

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    saved = json.dumps(cells)
    secrets = json.loads(secrets_file.read_text(encoding="utf-8"))
    assert [secret for secret in secrets if not secret or secret in saved] == []
    assert [output for cell in cells for output in cell.outputs if output.output_type == "error"] == []
    looks_right(cells)

    printed = "".join(capfd.readouterr())
    assert [noise for noise in ("ResourceWarning", "Unclosed", "Traceback") if noise in saved + printed] == []


@every_notebook
def test_notebook_is_committed_without_outputs(path: Path) -> None:
    """The file holds no output and no count of runs."""
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert cells
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []
