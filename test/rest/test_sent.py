"""Secrets that were sent do not come back in what is shown, however a server repeats them."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from openapi_client import ApiConnectionException, ApiException
from openapi_client._masking import SecretText
from openapi_client.rest.sent import hide, secret_words

Start = Callable[..., Any]

SECRET = "plain words & signs/nobody may see"
QUOTED = "plain%20words%20%26%20signs/nobody%20may%20see"
PLUS = "plain+words+%26+signs%2Fnobody+may+see"


def test_words_are_the_secrets_as_they_may_be_repeated() -> None:
    """A token without its scheme, a cookie without its name, and each as an address spells it; short ones are none."""
    sent = [
        ("Authorization", SecretText("Bearer token-of-some-length")),
        ("Cookie", SecretText("session=cookie-of-some-length; other=short")),
        ("password", SecretText(SECRET)),
        ("page", "no-secret-whatever-its-length"),
        ("Accept", SecretText("application/json")),
    ]
    words = secret_words(sent)
    assert {"token-of-some-length", "cookie-of-some-length", SECRET, QUOTED, PLUS} <= set(words)
    assert not {"short", "no-secret-whatever-its-length", "application/json"} & set(words)
    assert "plain%2520words%2520%2526%2520signs%252Fnobody%2520may%2520see" in words
    assert "plain words &amp; signs/nobody may see" in words
    assert words == sorted(words, key=len, reverse=True)
    assert hide(f"{SECRET}: {QUOTED} {PLUS} token-of-some-length", words) == "***: *** *** ***"


HEAD = "HTTP/1.1 {} X\r\nContent-Length: 0\r\n{}\r\n"
ECHOES: dict[str, str] = {
    "the body's path of a redirect": HEAD.format(307, f"Location: /next/{QUOTED}\r\n"),
    "a redirect to elsewhere": HEAD.format(307, f"Location: https://elsewhere.invalid/{QUOTED}\r\n"),
    "the reason": HEAD.format(400, "").replace("X", SECRET, 1),
    "a header": HEAD.format(400, f"X-Echo: {SECRET}\r\n"),
    "no HTTP at all": f"{SECRET}\r\n\r\n",
    "a request id": HEAD.format(400, f"X-Request-Id: {SECRET}\r\n"),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("place", ["query_params", "post_params"])
def test_secret_that_is_repeated_shows_nowhere(
    wire: Start, make_client: Start, caplog: pytest.LogCaptureFixture, echo: str, place: str
) -> None:
    """A secret of the query or of a form that a server repeats is in no error and no log record, and not followed."""
    server = wire(echo.encode(), lambda *_: None)
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiException) as caught:
        make_client().request("POST", server.url, **{place: [("password", SecretText(SECRET))]})
    error = caught.value
    shown = [str(error), repr(vars(error)), repr(error.__cause__), *(record.getMessage() for record in caplog.records)]
    assert not [word for word in (SECRET, QUOTED, PLUS) if word in " ".join(shown)]
    assert len(server.requests) == 1
    assert isinstance(error, ApiConnectionException) == echo.startswith(SECRET)
