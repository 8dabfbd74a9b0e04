"""The page on which a person approves or denies a device."""

from html import escape
from typing import Final

from openapi_client.sandbox.discovery import DEVICE_PAGE_PATH

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds the code
    "X-Content-Type-Options": "nosniff",
}
"""What the page is sent with: it loads nothing, runs nothing, and is shown in no other page."""

_FORM: Final = """\
<form method="post" action="{path}">
<p><label>Code on the device <input name="user_code" value="{user_code}" autocomplete="off" required></label></p>
<p><label>User name <input name="username" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button name="decision" value="approve">Approve</button> <button name="decision" value="deny">Deny</button></p>
</form>
"""

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Approve a device</title>
</head>
<body>
<h1>Approve a device</h1>
<p role="status">{message}</p>
{form}</body>
</html>
"""


def form_page(user_code: str, message: str) -> str:
    """The page with a form to fill in, as HTML.

    Args:
        user_code: What stands in its first field; any text.
        message: What to tell above the form; any text.
    """
    return _PAGE.format(message=escape(message), form=_FORM.format(path=DEVICE_PAGE_PATH, user_code=escape(user_code)))


def outcome_page(message: str) -> str:
    """The page after a decision, as HTML.

    Args:
        message: What was decided; any text.
    """
    return _PAGE.format(message=escape(message), form="")
