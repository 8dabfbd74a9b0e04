"""The AWS console in the user's browser.

A browser is started with the address as an argument, which every user of the machine can read. So it is given that of a
page of this user's own, which leads it on; the page is removed when the program ends, or the console is opened again.
"""

import atexit
import html
import secrets
import webbrowser
from pathlib import Path

from openapi_client._masking import SecretBytes, without_inner_frames
from openapi_client._private_files import remove_private, write_private
from openapi_client._user_folders import user_state_folder

_pages: set[Path] = set()


@without_inner_frames
def opened(link: str) -> bool:
    """Opens a link that is a secret.

    Returns:
        Whether there is a browser that could be started.

    Raises:
        ApiValueError: The user has no home folder, or its folder cannot be trusted.
        OSError: The page could not be written.
    """
    _remove_pages()
    page = user_state_folder() / "console" / f"{secrets.token_hex(8)}.html"
    target = html.escape(link)
    write_private(page, SecretBytes(f'<meta http-equiv="refresh" content="0; url={target}">'.encode()))
    _pages.add(page)
    atexit.register(_remove_pages)
    return webbrowser.open(page.as_uri())


def _remove_pages() -> None:
    atexit.unregister(_remove_pages)
    while _pages:
        remove_private(_pages.pop())
