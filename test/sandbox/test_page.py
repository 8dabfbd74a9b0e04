"""The page for the person who approves a device."""

from html.parser import HTMLParser

import pytest

from openapi_client.sandbox.page import HEADERS, form_page, outcome_page

HOSTILE = """"><script>alert(1)</script>'&{message}{0}%s"""


class Reader(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_form_asks_for_code_name_and_password() -> None:
    """The fields, the two buttons and where they lead."""
    page = Reader(form_page("BCDF-GHJK", "Hello."))
    fields = {given["name"]: given.get("value") for tag, given in page.elements if tag == "input"}
    assert fields == {"user_code": "BCDF-GHJK", "username": None, "password": None}
    assert [given["value"] for tag, given in page.elements if tag == "button"] == ["approve", "deny"]
    (form,) = (given for tag, given in page.elements if tag == "form")
    assert form == {"method": "post", "action": "/device"}
    assert "Hello." in page.text


@pytest.mark.parametrize("html", [form_page(HOSTILE, HOSTILE), outcome_page(HOSTILE)], ids=["form", "outcome"])
def test_text_stays_text(html: str) -> None:
    """Whatever a request holds is shown as it is, and makes no element."""
    page = Reader(html)
    assert HOSTILE in page.text
    assert "script" not in {tag for tag, _ in page.elements}
    assert {given.get("value") for tag, given in page.elements if tag == "input"} <= {HOSTILE, None}


def test_outcome_has_no_form() -> None:
    """After the decision there is nothing to fill in."""
    assert "form" not in {tag for tag, _ in Reader(outcome_page("Done.")).elements}


def test_page_may_load_nothing_and_is_kept_nowhere() -> None:
    """Nothing but the form's own address is allowed."""
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'")
    assert HEADERS["Cache-Control"] == "no-store"
