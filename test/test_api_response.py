"""ApiResponse: an answer with its status, headers and raw bytes."""

from openapi_client import ApiResponse


def test_parts_are_attributes() -> None:
    """The four parts are attributes; headers may be left out."""
    response = ApiResponse(status_code=200, data=[1], raw_data=b"[1]", headers={"X": "y"})
    assert (response.status_code, response.data, response.raw_data, response.headers) == (200, [1], b"[1]", {"X": "y"})
    assert ApiResponse(status_code=204, data=None, raw_data=b"").headers is None


def test_repr_leaves_out_the_raw_bytes() -> None:
    """The printed form shows status, headers and data; the raw bytes hold the secrets that the data masks."""
    response = ApiResponse(status_code=200, data=[1], raw_data=b"hidden", headers={"X": "y"})
    assert repr(response) == "ApiResponse(status_code=200, headers={'X': 'y'}, data=[1])"


def test_cookie_among_the_headers_does_not_show() -> None:
    """A header whose name speaks of a secret is masked, the others show."""
    shown = repr(ApiResponse(status_code=200, data=None, raw_data=b"", headers={"Set-Cookie": "hidden", "Age": "5"}))
    assert "hidden" not in shown
    assert "'Age': '5'" in shown


def test_headers_of_an_answer_show_no_secret_and_nothing_that_acts() -> None:
    """Whatever their names are."""
    headers = {"Location": "https://host/?SigninToken=hidden", "X-Echo": "\x1b[2J\u202e", "X-Api-Key": "hidden"}
    shown = repr(ApiResponse(status_code=200, data=None, raw_data=b"", headers=headers))
    assert "hidden" not in shown
    assert r"'X-Echo': '\x1b[2J\u202e'" in shown
