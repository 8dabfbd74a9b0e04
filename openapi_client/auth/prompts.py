"""What a user is shown who is to log in with a browser: a line on the terminal, a link in a notebook."""

import sys
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import Final

from openapi_client._display import printable

_LINKS: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class DevicePrompt:
    """What a user needs to log in with a browser, on this machine or another (RFC 8628, section 3.3).

    Attributes:
        verification_uri: The page to open.
        verification_uri_complete: The same with the code filled in, or None.
        user_code: The code to enter there.
        expires_in_seconds: How long there is to do so.
    """

    verification_uri: str
    verification_uri_complete: str | None
    user_code: str
    expires_in_seconds: float

    def __str__(self) -> str:
        # The code is shown beside the whole address too, to be compared with what the page shows.
        where, code, minutes = self._shown()
        return f"To log in, open {where} and enter or confirm the code {code} within {minutes} min."

    def _repr_html_(self) -> str:
        where, code, minutes = self._shown()
        address = escape(where)
        if where.startswith(_LINKS):
            address = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>'
        return (
            f"<p>To log in, open {address} and enter or confirm the code <code>{escape(code)}</code> within"
            f" {minutes} min.</p>"
        )

    def _shown(self) -> tuple[str, str, int]:
        """The address, the code and the minutes that are left, as they may be shown."""
        minutes = max(1, round(self.expires_in_seconds / 60))
        return printable(self.verification_uri_complete or self.verification_uri), printable(self.user_code), minutes


def show(prompt: DevicePrompt) -> None:
    """Shows a user where to log in: in a notebook as a link, elsewhere on standard error."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    # A shell with a kernel is a notebook's; one without is a terminal's, which shows no links.
    if getattr(shell, "kernel", None) is None:
        print(prompt, file=sys.stderr, flush=True)  # noqa: T201 - to the user, who waits for it
    else:
        import_module("IPython.display").display(
            {"text/html": prompt._repr_html_(), "text/plain": str(prompt)}, raw=True
        )
