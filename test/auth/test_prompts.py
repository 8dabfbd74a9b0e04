"""What a user is shown: a line on standard error, or a link in a notebook; whatever is in it stays text."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient
from traitlets.config import Config

from openapi_client.auth import DevicePrompt
from openapi_client.auth.prompts import show

ADDRESS = "https://login.example/device?a=1&code=WDJB-MJHT"
PLAIN = DevicePrompt("https://login.example/device", None, "WDJB-MJHT", 600.0)
WHOLE = DevicePrompt("https://login.example/device", ADDRESS, "WDJB-MJHT", 20.0)


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        (
            PLAIN,
            "To log in, open https://login.example/device and enter or confirm the code WDJB-MJHT within 10 min.\n",
        ),
        (
            WHOLE,
            f"To log in, open {ADDRESS} and enter or confirm the code WDJB-MJHT within 1 min.\n",
        ),
    ],
    ids=["plain", "whole"],
)
def test_terminal_has_a_line(prompt: DevicePrompt, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, since a command's output is for others."""
    show(prompt)
    assert capsys.readouterr() == ("", line)


def test_ipython_is_not_imported(run_python: Callable[..., str]) -> None:
    """Where it is not there already."""
    script = (
        "import io, sys; sys.stderr = io.StringIO()\n"
        "from openapi_client.auth.prompts import DevicePrompt, show\n"
        "show(DevicePrompt('https://h', None, 'c', 1.0))\n"
        "print('IPython' in sys.modules, sys.stderr.getvalue())"
    )
    assert run_python(script) == "False To log in, open https://h and enter or confirm the code c within 1 min.\n\n"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """IPython's shell, which keeps nothing of the tests."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    config = Config()
    config.HistoryManager.enabled = False
    yield InteractiveShell.instance(config=config)
    InteractiveShell.clear_instance()


def test_ipython_at_a_terminal_has_a_line(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """It shows no links."""
    assert getattr(shell, "kernel", None) is None
    show(PLAIN)
    assert capsys.readouterr().err.startswith("To log in, open https://login.example/device ")


def test_notebook_has_a_link(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the line where no links are shown; what a server sent is text in both."""
    monkeypatch.setattr(shell, "kernel", object(), raising=False)
    with capture_output() as captured:
        show(WHOLE)
        show(DevicePrompt("https://h/'\"><script>", None, "<b>", 60.0))
    first, second = (output.data for output in captured.outputs)
    assert first["text/plain"] == str(WHOLE)
    escaped = "https://login.example/device?a=1&amp;code=WDJB-MJHT"
    assert f'<a href="{escaped}" target="_blank" rel="noopener noreferrer">{escaped}</a>' in first["text/html"]
    assert "<script>" not in second["text/html"]
    assert "<code>&lt;b&gt;</code>" in second["text/html"]


def test_address_that_leads_to_no_page_is_no_link() -> None:
    """A browser would run its code."""
    shown = DevicePrompt("javascript:alert(1)", None, "c", 60.0)._repr_html_()
    assert "javascript:alert(1)" in shown
    assert "href" not in shown


def test_nothing_in_it_acts() -> None:
    """Control characters and marks that turn the direction of writing are written out, on a terminal and on a page."""
    prompt = DevicePrompt("https://h/\x1b[2J", "https://h/\u202e\n", "A\x9b\u2066B", 60.0)
    for text in (str(prompt), prompt._repr_html_()):
        assert text.isprintable()
        assert r"https://h/\u202e\n" in text
        assert r"A\x9b\u2066B" in text


def test_broken_ipython_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A module of that name that is another one, or half imported."""
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace())
    show(PLAIN)
    assert "WDJB-MJHT" in capsys.readouterr().err


def test_kernel_of_a_notebook_has_a_link() -> None:
    """A real one, which is where the link matters."""
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call] # nbformat states no types
    code = f"from openapi_client.auth.prompts import DevicePrompt, show\nshow({PLAIN!r})"
    notebook.cells.append(nbformat.v4.new_code_cell(code))  # type: ignore[no-untyped-call] # as above
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert '<a href="https://login.example/device"' in output.data["text/html"]
