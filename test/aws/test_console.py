"""The AWS console in a browser: opened by way of a page that nobody else can read."""

import stat
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from openapi_client import ApiValueError, CredentialsException
from openapi_client.aws import CredentialSource, console


class Browser(webbrowser.BaseBrowser):
    """A browser that writes down what it is to open."""

    def __init__(self, *, works: bool) -> None:
        super().__init__("a browser of the test's")
        self.works = works
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Opens nothing."""
        assert (new, autoraise) == (0, True)
        self.opened.append(url)
        return self.works


@pytest.fixture(params=[True, False], ids=["works", "does not start"])
def browser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Browser]:
    """The user's browser."""
    # Whatever the system, since the page is there.
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    made = Browser(works=request.param)
    monkeypatch.setattr(webbrowser, "_tryorder", ["test"])
    monkeypatch.setattr(webbrowser, "_browsers", {"test": [None, made]})
    yield made
    console._remove_pages()


def test_browser_is_given_a_page_instead_of_the_link(source: CredentialSource, registry: Any, browser: Browser) -> None:
    """The link is in no argument of a process; the page is the user's own, and goes when the next is opened."""
    assert source.open_console() is browser.works
    assert source.open_console() is browser.works
    first, second = (Path(url2pathname(urlsplit(url).path)) for url in browser.opened)
    assert not first.exists()
    assert second.read_text() == (
        '<meta http-equiv="refresh" content="0; url=https://signin.example/?a=1&amp;b=that-nobody-may-see">'
    )
    assert sys.platform == "win32" or stat.S_IMODE(second.stat().st_mode) == 0o600
    assert len(registry.requests) == 2
    console._remove_pages()
    assert not second.exists()


@pytest.mark.parametrize(
    "link",
    [
        "http://signin.example/hidden",
        "javascript:alert('hidden')",
        "data:text/html,hidden",
        "file:///hidden",
        "/hidden",
        "//signin.example/hidden",
        "https:hidden",
        "https:///hidden",
        "https://user:hidden@signin.example/",
        "https://signin.example\\@hidden/",
        "https://signin.example:hidden/",
        "https://signin.example/\nhidden",
        "https://signin.example/ hidden",
        " https://signin.example/hidden",
        "https://signin.example/\u202ehidden",
        "\x1bhttps://signin.example/hidden",
        "ms-settings:hidden",
    ],
)
def test_link_that_is_not_of_a_page_is_not_opened(
    source: CredentialSource, registry: Any, browser: Browser, link: str
) -> None:
    """A browser is given `https` addresses alone, whatever the registry answers; the error does not show the link."""
    registry.link = link
    # One that no request can carry is refused as soon as it is there.
    words = "gave a malformed console link|The console link that the registry gave must be an"
    with pytest.raises((ApiValueError, CredentialsException), match=words) as caught:
        source.open_console()
    assert browser.opened == []
    assert "hidden" not in f"{caught.value} {caught.value!r}"


def test_scheme_of_a_link_may_be_in_capitals(source: CredentialSource, registry: Any, browser: Browser) -> None:
    """Case makes no difference to a scheme."""
    registry.link = "HTTPS://signin.example:443/?a=1"
    assert source.open_console() is browser.works
    assert len(browser.opened) == 1
