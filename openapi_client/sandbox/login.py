"""Logging in: the one user, the token endpoint, and the check of the bearer tokens that it gives out."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2PasswordBearer

from openapi_client.sandbox.tokens import TokenIssuer

_BEARER: Final = OAuth2PasswordBearer(tokenUrl="token")


@dataclass(frozen=True)
class Login:
    """The one user who may log in."""

    username: str
    password: str = field(repr=False)

    def matches(self, username: str, password: str) -> bool:
        """Whether these are the user's; the time it takes tells nothing of how much of them is right."""
        given, true = f"{username}\0{password}", f"{self.username}\0{self.password}"
        return secrets.compare_digest(given.encode(), true.encode())


def token_endpoint(login: Login, tokens: TokenIssuer) -> APIRouter:
    """`POST /token`: OAuth 2.0's password grant (RFC 6749, section 4.3).

    Args:
        login: Who may log in.
        tokens: Where bearer tokens come from.
    """
    router = APIRouter(include_in_schema=False)

    @router.post("/token")
    async def token(request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction] - the router calls it
        form = parse_qs((await request.body()).decode(errors="replace"))
        grant_type, username, password = (form.get(name, [""])[0] for name in ("grant_type", "username", "password"))
        if grant_type != "password":
            return _refused("unsupported_grant_type", "The grant type must be 'password'.")
        if not login.matches(username, password):
            return _refused("invalid_grant", "Incorrect username or password.")
        answer = {"access_token": tokens.issue(), "token_type": "bearer", "expires_in": tokens.lifetime_seconds}
        return _uncached(answer, 200)

    return router


def logged_in(tokens: TokenIssuer) -> Callable[[str], None]:
    """A dependency that lets a request pass if it brings a bearer token that is still good."""

    def check(bearer_token: Annotated[str, Depends(_BEARER)]) -> None:
        if not tokens.is_valid(bearer_token):
            raise HTTPException(
                401, "The token is not valid or has expired. Log in again.", headers={"WWW-Authenticate": "Bearer"}
            )

    return check


def _refused(error: str, description: str) -> JSONResponse:
    """OAuth 2.0's error answer (RFC 6749, section 5.2)."""
    return _uncached({"error": error, "error_description": description}, 400)


def _uncached(content: Mapping[str, object], status: int) -> JSONResponse:
    return JSONResponse(content, status, {"Cache-Control": "no-store"})
