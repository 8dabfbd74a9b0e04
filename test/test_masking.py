"""What masks secrets, what finds them in text, and what is left alone."""

import traceback

import pytest

from openapi_client._masking import (
    is_secret_name,
    without_inner_frames,
    without_secrets,
    without_traceback,
)

KEY_ID = "ASIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl"

SECRET_TEXTS = {
    "json": ('{"access_token": "hidden", "x": 1}', '{"access_token": "***", "x": 1}'),
    "json_without_spaces": ('{"refresh_token":"hidden"}', '{"refresh_token":"***"}'),
    "json_with_escapes": (r'{"password": "hid\"den", "x": 1}', '{"password": "***", "x": 1}'),
    "json_cut_short": ('{"access_token": "hidden', '{"access_token": "***'),
    "json_inside_text": (r'{"body": "{\"id_token\": \"hidden\"}"}', r'{"body": "{\"id_token\": \"***\"}"}'),
    "json_in_json_in_text": (r"{\\\"api_key\\\": \\\"hidden\\\"}", r"{\\\"api_key\\\": \\\"***\\\"}"),
    "json_number": ('{"password": 1234.5}', '{"password": ***}'),
    "json_list": ('{"tokens": ["hidden", "hi]dden"], "x": 1}', '{"tokens": [***], "x": 1}'),
    "json_nested": (
        '{"credentials": {"aws_session_token": "hidden"}}',
        '{"credentials": {"aws_session_token": "***"}}',
    ),
    "console_link": ('{"console_session_url": "https://hidden"}', '{"console_session_url": "***"}'),
    "python": ("{'aws_secret_access_key': 'hidden'}", "{'aws_secret_access_key': '***'}"),
    "python_bytes": ("{'password': b'hidden', 'x': 1}", "{'password': b'***', 'x': 1}"),
    "python_call": ("Client(password='hidden')", "Client(password='***')"),
    "python_pairs": ("[(b'authorization', b'hidden'), (b'x', b'y')]", "[(b'authorization', b'***'), (b'x', b'y')]"),
    "json_pairs": ('[["X-Api-Key", "hidden1"], ["x", "y"]]', '[["X-Api-Key", "***"], ["x", "y"]]'),
    "json_names_and_values": ('{"name": "Cookie", "value": "hidden"}', '{"name": "Cookie", "value": "***"}'),
    "html_field": ('<input name="password" value="hidden">', '<input name="password" value="***">'),
    "device_code": ("device_code=hidden&client_id=x", "device_code=***&client_id=x"),
    "ruby": ('{"password" => "hidden"}', '{"password" => "***"}'),
    "assignment": ('client_secret = "hidden hidden"', 'client_secret = "***"'),
    "yaml": ("x:\n  SecretAccessKey: 'hidden'", "x:\n  SecretAccessKey: '***'"),
    "yaml_without_quotes": ("sessionKey: hidden+Hidden/1\nx: y", "sessionKey: ***\nx: y"),
    "password_in_a_sentence": ("with password: hid%den$<1 and more", "with password: *** and more"),
    "password_of_signs": ('{"password": "!$%&=*?"}', '{"password": "***"}'),
    "password_of_stars": ('{"password": "********"}', '{"password": "***"}'),
    "password_on_a_line": ("password: hidden$<1\r\nx: y", "password: ***\r\nx: y"),
    "form": ("grant_type=password&password=hidden&x=1", "grant_type=password&password=***&x=1"),
    "query": ("https://s3/x?X-Amz-Signature=hidden&X-Amz-Date=1", "https://s3/x?X-Amz-Signature=***&X-Amz-Date=1"),
    "sign_in_link": ("https://aws/federation?SigninToken=hidden", "https://aws/federation?SigninToken=***"),
    "xml": ("<A><SecretAccessKey>hidden</SecretAccessKey></A>", "<A><SecretAccessKey>***</SecretAccessKey></A>"),
    "xml_with_attributes": (
        '<n:Token a="b">hidden</n:Token>',
        '<n:Token a="b">***</n:Token>',
    ),
    "xml_cdata": ("<Password><![CDATA[hid<den]]></Password>", "<Password><![CDATA[***]]></Password>"),
    "property_list": (
        "<key>SecretAccessKey</key>\n<string>hidden</string>",
        "<key>SecretAccessKey</key>\n<string>***</string>",
    ),
    "address_with_a_password": ("at https://user:hidden@host/x", "at https://***@host/x"),
    "digest": ('Authorization: Digest user="hidden", response="hidden"\nX: y', "Authorization: ***\nX: y"),
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
    "secret_key_after_its_id": ("AKIAIOSFODNN7EXAMPLE:hidden7MDENG+hidden", "***:***"),
    "secret_key_after_its_id_cut_short": ("AKIAIOSFODNN7EXAMPLE, hidden7M", "***, ***"),
    "secret_key_at_the_cut_of_a_text": (f"the key {KEY_ID} with hidden7MDENG...", "the key *** with ***..."),
    "secret_key_after_a_name": (f"the secret hidden7MDENG/ of {KEY_ID}", "the secret *** of ***"),
    "key_id_in_xml": (
        f"<Id>{KEY_ID}</Id><AccessKeyId>{KEY_ID}</AccessKeyId>",
        "<Id>***</Id><AccessKeyId>***</AccessKeyId>",
    ),
    "token_after_a_name": ("the token 'hiddenHIDDEN1' is bad", "the token '***' is bad"),
    "secret_key_before_its_id": (f"{SECRET_KEY} of {KEY_ID}", "*** of ***"),
    "secret_key_beside_a_session_token": (f'"{SECRET_KEY}", "sessionToken": "hidden"', '"***", "sessionToken": "***"'),
    "session_token": ("got IQoJb3JpZ2luX2Vjhidden/+hidden== back", "got *** back"),
    "rest_of_a_secret_in_json": ('hidden7MDENG", "sessionToken": "hidden"', '***", "sessionToken": "***"'),
    "rest_of_a_secret_in_xml": ("hidden7MDENG</SecretAccessKey>", "***</SecretAccessKey>"),
    "rest_of_a_secret_in_a_query": ("hidden7%2FMDENG&sessionToken=hidden", "***&sessionToken=***"),
    "rest_of_a_pair": ("'SigninToken', b'hiddenHidden1234')", "'SigninToken', b'***')"),
    "rest_of_a_long_secret": ("hidden7M" * 12 + '"}', '***"}'),
    "federation": (
        "Session=%7B%22sessionId%22%3A+%22ASIAIOSFODNN7EXAMPLE%22%2C+%22sessionKey%22%3A+%22hidden%22%7D&x=1",
        "Session=***&x=1",
    ),
    "mfa": ("X-Amz-Mfa: hidden 123456", "X-Amz-Mfa: ***"),
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
    '{"detail":"Token validation failed. Could not validate credentials."}',
    '{"detail": "Token had incorrect structure."}',
    '{"detail":"User doesn\'t have the correct role."}',
    '{"detail":[{"loc":["body","dataset_id"],"msg":"field required","type":"value_error.missing"}]}',
    (
        '{"detail":[{"loc":["body","s3_location","path"],"msg":"field required",'
        '"type":"value_error.missing"},{"loc":["body",1],"msg":"Expecting value: line 1 column 2 (char 1)",'
        '"type":"value_error.jsondecode","ctx":{"msg":"Expecting value","doc":"{x","pos":1,"lineno":1,'
        '"colno":2}}]}'
    ),
    (
        '{"detail":[{"type":"missing","loc":["body","credentials","aws_access_key_id"],"msg":"Field '
        'required","input":{"s3_location":{"bucket_name":"bucket","path":"datasets/10378-1-1234567/"}},'
        '"url":"https://errors.pydantic.dev/2.5/v/missing"}]}'
    ),
    (
        '{"detail":"Failed to generate credentials, error: An error occurred (ValidationError) when '
        "calling the AssumeRoleWithWebIdentity operation: RoleSessionName must be between 2 and 64 "
        'characters."}'
    ),
    '{"detail": "Failed to retrieve sign in token. Status code: 400."}',
    (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>User: '
        "arn:aws:sts::123456789012:assumed-role/data-store-role/user@example.org is not authorized to "
        'perform: s3:PutObject on resource: "arn:aws:s3:::bucket/datasets/10378-1-1234567/a.txt" because '
        "no session policy allows the s3:PutObject action</Message><RequestId>4442587FB7D0A2F9</RequestId>"
        "<HostId>Uuag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7/C1NPcfTWAtRPfTaOFgX2eMlj6KeT0xDLHqXz8nY=</HostId>"
        "</Error>"
    ),
    (
        "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist "
        "in our records.</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
    ),
    (
        "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message><RequestId>"
        "656c76696e6727732072657175657374</RequestId></Error>"
    ),
    (
        "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the "
        "current time is too large.</Message><ServerTime>2026-11-29T10:00:00Z</ServerTime>"
        "<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds></Error>"
    ),
    (
        "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>"
        "datasets/10378-1-1234567/Run1/Output/abcDEF123/results-2026.nc</Key></Error>"
    ),
    (
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not "
        "match the signature you provided. Check your key and signing method.</Message></Error>"
    ),
    "An error occurred (ExpiredToken) when calling the ListObjectsV2 operation: The provided token has expired.",
    "An error occurred (403) when calling the HeadObject operation: Forbidden",
    "Invalid token: Signature verification failed.",
    (
        "{'Content-Type': 'application/json', 'x-amz-request-id': 'TX234S0F24A06C7', 'x-amz-id-2': "
        "'Uuag1LuByRx9e6j5Onimru9pO4ZVKnJ2Qz7/C1NPcfTWAtRPfTaOFgX2eMlj6KeT0xDLHqXz8nY=', 'Date': 'Sun, 29 "
        "Nov 2026 10:00:00 GMT', 'ETag': '\"9b2cf535f27731c974343645a3985328\"', "
        "'x-amz-bucket-region': 'ap-southeast-2'}"
    ),
    (
        "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n<center><h1>401 "
        "Authorization Required</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>"
    ),
    "<h1>Invalid credentials</h1><p>Please log in again at the login page.</p>",
    '{"error":"invalid_grant","error_description":"Invalid user credentials"}',
    '{"error":"unauthorized_client","error_description":"Client not allowed for direct access grants"}',
    '{"error":"invalid_scope","error_description":"Invalid scopes: openid offline_access roles"}',
    '{"message":"Missing Authentication Token"}',
    '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    '{"message": "Endpoint request timed out"}',
    '{"required": ["username", "password", "grant_type"]}',
    '{"security": [{"OAuth2PasswordBearer": []}], "flows": {"password": {"scopes": {}, "tokenUrl": "token"}}}',
    '{"grant_types_supported": ["authorization_code", "password", "refresh_token"]}',
    "1 validation error for Request\nbody -> token\n  field required (type=value_error.missing)",
    "body.credentials: Input should be a valid dictionary",
    "password: required",
    "Password: Required",
    "token: expired",
    "Authorization header missing",
    "commit 356a192b7913b04c54574d18c28d46e6395428ab",
    "dataset 10378.1/1234567, https://hdl.handle.net/10378.1/1234567",
    "s3://bucket_name_example/path_example/Some%20Folder/file%2B1.txt",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "f3b0c442-98fc-1c14-9afb-f4c8996fb924",
    "HTTPSConnectionPool(host='registry.example', port=443): Read timed out. (read timeout=30)",
    "The token source load_token raised KeyError: 'TOKEN'",
    "see https://docs.example/auth?topic=login&page=2#tokens",
    "&copy; 2026 Example &amp; Co., 100% sure, C:\\new\\table",
    "Log in at https://login.example:8443/realms/data",
    "mail data@example.org",
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
    assert "hidden" not in shown.lower()


@pytest.mark.parametrize("text", HARMLESS_TEXTS)
def test_harmless_text_is_left_alone(text: str) -> None:
    """Words about secrets are none."""
    assert without_secrets(text) == text


@pytest.mark.parametrize("text", [shown for _, shown in SECRET_TEXTS.values()], ids=SECRET_TEXTS)
def test_masked_text_is_left_alone(text: str) -> None:
    """What is masked may be masked again, as part of another message."""
    assert without_secrets(text) == text
    assert without_secrets("(token=***); (password=***), ***") == "(token=***); (password=***), ***"


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
    assert without_secrets(text) == f'{{"access_token": "***… ({len(text)} characters in all)'


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
