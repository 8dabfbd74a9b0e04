"""Refusals that stay for a while, and those that may be over with the next token."""

import pytest

from openapi_client.aws.denials import is_denial, is_lasting
from openapi_client.exceptions import (
    ApiException,
    AuthenticationException,
    BadRequestException,
    ForbiddenException,
    ServiceException,
    UnauthorizedException,
)


def unauthorized(detail: str, challenge: str = "") -> UnauthorizedException:
    """A 401."""
    error = UnauthorizedException(401, "Unauthorized", body=f'{{"detail": "{detail}"}}')
    error.headers = {"WWW-Authenticate": challenge} if challenge else {}
    return error


REFUSALS: dict[str, tuple[ApiException | None, bool, bool]] = {
    "no access": (unauthorized("No access."), True, True),
    "no access, without headers": (UnauthorizedException(401, "no"), True, True),
    "role missing": (unauthorized("You don't have the correct role.", "Bearer"), True, True),
    "roles missing": (unauthorized("Token had incorrect structure.", "Bearer"), True, True),
    "released": (ForbiddenException(403, "no"), True, True),
    "unknown dataset": (BadRequestException(400, "no"), False, True),
    "expired token": (unauthorized("Could not validate credentials", "Bearer"), False, False),
    "another challenge": (unauthorized("No access.", "Basic"), False, False),
    "token ended behind the registry": (unauthorized("Failed. Could not validate credentials."), False, False),
    "login server": (AuthenticationException(401, "no"), False, False),
    "outage": (ServiceException(503, "no"), False, False),
    "nothing": (None, False, False),
}


@pytest.mark.parametrize(("error", "denies", "lasts"), REFUSALS.values(), ids=REFUSALS)
def test_refusal_is_a_denial_or_lasts(error: ApiException | None, denies: bool, lasts: bool) -> None:
    """A login server's 401 and 403 are about the login."""
    assert (is_denial(error), is_lasting(error)) == (denies, lasts)
