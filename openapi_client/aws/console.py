"""The AWS console in the user's browser.

A browser is started with the address as an argument, which every user of the machine can read. So it is given that of a
page of this user's own, which leads it on; the page is removed when the program ends, or the console is opened again.
"""

import atexit
import html
import secrets
import webbrowser
from pathlib import Path
from typing import Final

from openapi_client._masking import SecretBytes, without_inner_frames
from openapi_client._private_files import remove_private, write_private
from openapi_client._user_folders import user_state_folder
from openapi_client.auth.exchange import check_address
from openapi_client.exceptions import ApiValueError

_WHAT: Final = "The console link that the registry gave"
_pages: set[Path] = set()


@without_inner_frames
def opened(link: str) -> bool:
    """Open a link that is a secret.

    Returns:
        Whether there is a browser that could be started.

    Raises:
        ApiValueError: If the link is not an `https://` address, the user has no home folder, or its folder cannot be
            trusted.
        OSError: If the page could not be written.
    """
    # A browser would run the code of some addresses, and open files and programs by others.
    if not check_address(link, _WHAT).lower().startswith("https://"):
        raise ApiValueError(f"{_WHAT} must be an https:// address")
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
