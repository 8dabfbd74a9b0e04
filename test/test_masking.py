"""What masks secrets, what finds them in text, and what is left alone."""

import traceback

import pytest

from openapi_client._masking import (
    is_secret_name,
    without_inner_frames,
    without_secrets,
    without_traceback,
)

JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl"

SECRET_TEXTS = {
    "json": ('{"access_token": "hidden", "x": 1}', '{"access_token": "***", "x": 1}'),
    "json_without_spaces": ('{"refresh_token":"hidden"}', '{"refresh_token":"***"}'),
    "json_with_escapes": (r'{"password": "hid\"den", "x": 1}', '{"password": "***", "x": 1}'),
    "json_cut_short": ('{"access_token": "hidden', '{"access_token": "***"'),
    "json_inside_text": (r'{"body": "{\"id_token\": \"hidden\"}"}', r'{"body": "{\"id_token\": "***"}"}'),
    "json_in_json_in_text": (r"{\\\"api_key\\\": \\\"hidden\\\"}", r'{\\\"api_key\\\": "***"}'),
    "json_number": ('{"password": 1234.5}', '{"password": "***"}'),
    "json_list": ('{"tokens": ["hidden", "hidden"]}', '{"tokens": "***"}'),
    "json_nested": (
        '{"credentials": {"aws_session_token": "hidden"}}',
        '{"credentials": {"aws_session_token": "***"}}',
    ),
    "console_link": ('{"console_session_url": "https://hidden"}', '{"console_session_url": "***"}'),
    "python": ("{'aws_secret_access_key': 'hidden'}", "{'aws_secret_access_key': \"***\"}"),
    "assignment": ('client_secret = "hidden hidden"', 'client_secret = "***"'),
    "yaml": ("SecretAccessKey: 'hidden'", 'SecretAccessKey: "***"'),
    "form": ("grant_type=password&password=hidden&x=1", "grant_type=password&password=***&x=1"),
    "query": ("https://s3/x?X-Amz-Signature=hidden&X-Amz-Date=1", "https://s3/x?X-Amz-Signature=***&X-Amz-Date=1"),
    "sign_in_link": ("https://aws/federation?SigninToken=hidden", "https://aws/federation?SigninToken=***"),
    "xml": ("<A><SecretAccessKey>hidden</SecretAccessKey></A>", "<A><SecretAccessKey>***</SecretAccessKey></A>"),
    "xml_with_attributes": (
        '<n:Token a="b">hidden</n:Token>',
        '<n:Token a="b">***</n:Token>',
    ),
    "bearer": ("sent Bearer hidden.hidden-hidden", "sent Bearer ***"),
    "bearer_that_starts_like_a_word": ("Bearer token-hidden", "Bearer ***"),
    "basic": ("sent basic aGlkZGVuOmhpZGRlbg==", "sent basic ***"),
    "cookie_header": ("Host: x\r\nCookie: a=hidden; b=hidden\r\nX: y", "Host: x\r\nCookie: ***\r\nX: y"),
    "cookie_header_inside_text": (
        r'"Host: x\r\nSet-Cookie: a=hidden\r\nX: y"',
        r'"Host: x\r\nSet-Cookie: ***\r\nX: y"',
    ),
    "authorization_header": ("Authorization: Digest hidden", "Authorization: ***"),
    "jwt": (f"what is {JWT} doing here", "what is *** doing here"),
    "long_lived_access_key": ("key AKIAIOSFODNN7EXAMPLE", "key ***"),
    "temporary_access_key": ("key (ASIAIOSFODNN7EXAMPLE)", "key (***)"),
}

HARMLESS_TEXTS = [
    '{"detail": "token expired"}',
    '{"detail": "Could not validate credentials"}',
    '{"detail": "Signature has expired."}',
    '{"detail": "missing token:"}',
    '{"detail": "No token:", "hint": "log in"}',
    '{"detail": "Not authenticated", "status": 401}',
    '{"error": "invalid_token", "error_description": "The access token expired"}',
    '{"loc": ["body", "access_token"], "msg": "field required"}',
    '{"access_token": null, "token_valid": false}',
    '{"token_type": "bearer", "expires_in": 300}',
    '{"tokenUrl": "token", "token_endpoint": "https://login/token", "tokenUri": "x"}',
    "token_type=bearer&expires_in=300",
    "body.access_token: field required",
    "the bearer token is missing",
    "Bearer token expired",
    "Basic authentication required",
    "a basic request needs a path",
    'WWW-Authenticate: Bearer realm="registry", error="invalid_token", error_description="The token expired"',
    "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    "<Credentials><Expiration>2030</Expiration></Credentials>",
    "asiapacificnortheast",
    "2030-01-02T03:04:05+00:00",
]

# Each once took longer than anyone waits, or might in a careless pattern.
COSTLY_TEXTS = {
    "names": "token" * 2000,
    "quoted_names": '"' + "token" * 2000,
    "quotes": "'token" * 2000,
    "spaces": "token" + " " * 10000,
    "spaces_after_quotes": '"token"' + " " * 10000,
    "backslashes": '"token' + "\\" * 10000,
    "tags": "<token" * 2000,
    "jwt_starts": "eyJ-" * 3000,
    "bearers": "Bearer " * 2000,
    "lines": "cookie\n" * 2000,
}


@pytest.mark.parametrize(("text", "shown"), SECRET_TEXTS.values(), ids=SECRET_TEXTS)
def test_secret_in_text_is_masked_whole(text: str, shown: str) -> None:
    """Nothing of the secret is left, and everything around it is."""
    assert without_secrets(text) == shown
    assert "hidden" not in shown


@pytest.mark.parametrize("text", HARMLESS_TEXTS)
def test_harmless_text_is_left_alone(text: str) -> None:
    """Words about secrets are none."""
    assert without_secrets(text) == text


def test_long_text_is_cut_with_its_length_told() -> None:
    """A reader sees 2,000 characters and how many there are."""
    assert without_secrets("x" * 2000) == "x" * 2000
    assert without_secrets("x" * 2001) == "x" * 2000 + "… (2001 characters in all)"
    assert without_secrets("x" * 10**6) == "x" * 2000 + "… (1000000 characters in all)"


def test_secret_across_the_cut_is_masked() -> None:
    """A secret that begins before the cut shows no beginning."""
    shown = without_secrets("x" * 1980 + " " + JWT * 20)
    assert "eyJ" not in shown
    assert shown.startswith("x" * 1980 + " ***")


def test_text_that_masking_makes_short_still_tells_that_it_was_cut() -> None:
    """What lay beyond the margin was not read, and the length says so."""
    text = '{"access_token": "' + "x" * 10000 + '"}'
    assert without_secrets(text) == f'{{"access_token": "***"… ({len(text)} characters in all)'


@pytest.mark.parametrize("text", COSTLY_TEXTS.values(), ids=COSTLY_TEXTS)
def test_text_made_to_be_costly_is_searched_in_bounded_time(text: str) -> None:
    """A server must not be able to hang whoever prints an error; careless patterns take hours for these."""
    assert len(without_secrets(text)) < 2100


@pytest.mark.parametrize(
    "name",
    ["password", "access_token", "AccessToken", "X-Api-Key", "apikey", "client_secret", "Set-Cookie", "Authorization"],
)
def test_secret_name_is_known(name: str) -> None:
    """Case and spelling make no difference."""
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["path", "token_type", "tokenUrl", "Token-Type", "expires_in", "", 5, None])
def test_other_name_is_no_secret(name: object) -> None:
    """What a property says about tokens is no token; what is no text is no name."""
    assert not is_secret_name(name)


def test_guarded_function_shows_no_locals() -> None:
    """The frames below it, and its own arguments, are not in the traceback; the error is the same one."""
    raised = ValueError("what is wrong")

    @without_inner_frames
    def fail(password: str) -> None:
        copy = password  # noqa: F841 - a local that a traceback would show
        raise raised

    with pytest.raises(ValueError, match="what is wrong") as caught:
        fail("hid" + "den")
    shown = "".join(traceback.TracebackException.from_exception(raised, capture_locals=True).format())
    assert caught.value is raised
    assert "guarded" in shown
    assert "hidden" not in shown


def test_guarded_function_gives_what_it_gives() -> None:
    """Without an error there is no difference, its name and docstring among that."""

    @without_inner_frames
    def double(number: int) -> int:
        """Twice."""
        return 2 * number

    assert double(4) == 8
    assert (double.__name__, double.__doc__) == ("double", "Twice.")


def test_all_behind_an_error_loses_its_traceback() -> None:
    """Causes and contexts too, though they form a circle."""
    errors = [ValueError("first"), KeyError("second"), OSError("third")]
    for error in errors:
        try:
            raise error
        except (ValueError, KeyError, OSError):
            assert error.__traceback__
    errors[0].__cause__, errors[0].__context__ = errors[1], errors[2]
    errors[1].__cause__ = errors[0]
    assert without_traceback(errors[0]) is errors[0]
    assert [error.__traceback__ for error in errors] == [None, None, None]
