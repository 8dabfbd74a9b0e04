"""Logging in over HTTP: the authorization server's endpoints, and the check of the access tokens that it gives out."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.security import OAuth2PasswordBearer

from openapi_client.sandbox import page
from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.discovery import (
    DEVICE_AUTHORIZATION_PATH,
    DEVICE_PAGE_PATH,
    METADATA_PATH,
    REVOCATION_PATH,
    TOKEN_PATH,
)
from openapi_client.sandbox.oauth_requests import SCOPES, OAuthError, form_parameters

_BEARER: Final = OAuth2PasswordBearer(tokenUrl="token")

_CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}

_UNCACHED: Final = {"Cache-Control": "no-store"}

_Operation = Callable[[Mapping[str, str], str | None], Mapping[str, object] | None]


def login_endpoints(server: AuthorizationServer) -> APIRouter:
    """All paths of the authorization server; none of them is in the API document.

    Args:
        server: What answers.
    """
    router = APIRouter(include_in_schema=False)
    _add_endpoints(router, server)
    _add_device_page(router, server)
    return router


def logged_in(server: AuthorizationServer, *, needs_roles: bool = False) -> Callable[[str], None]:
    """Return a dependency that lets a request pass if it brings an access token that is still good.

    Args:
        server: What gave the token out.
        needs_roles: Whether the token must have the scope `roles`.
    """

    def check(bearer_token: Annotated[str, Depends(_BEARER)]) -> None:
        if not server.accepts(bearer_token):
            raise HTTPException(401, "Could not validate credentials", headers=_CHALLENGE)
        if needs_roles and not server.has_scope(bearer_token, SCOPES[0]):
            raise HTTPException(401, "Token had incorrect structure.", headers=_CHALLENGE)

    return check


def with_role(*, has_role: bool) -> Callable[[], None]:
    """Return a dependency that lets a request pass if the user has the registry's role for it.

    Args:
        has_role: Whether the user has it.
    """

    def check() -> None:
        if not has_role:
            raise HTTPException(401, "You don't have the correct role.", headers=_CHALLENGE)

    return check


def _add_endpoints(router: APIRouter, server: AuthorizationServer) -> None:
    """Those that programs call."""
    operations: dict[str, _Operation] = {
        TOKEN_PATH: server.token,
        DEVICE_AUTHORIZATION_PATH: server.authorize_device,
        REVOCATION_PATH: server.revoke,
    }

    async def post(request: Request) -> Response:
        operation = operations[request.url.path]
        try:
            content = operation(form_parameters(await request.body()), request.headers.get("Authorization"))
        except OAuthError as error:
            return _refusal(error)
        return Response(headers=_UNCACHED) if content is None else JSONResponse(content, headers=_UNCACHED)

    for path in operations:
        router.add_api_route(path, post, methods=["POST"])

    @router.get(METADATA_PATH)
    def metadata() -> JSONResponse:  # pyright: ignore[reportUnusedFunction] - the router calls it
        return JSONResponse(server.metadata())


def _add_device_page(router: APIRouter, server: AuthorizationServer) -> None:
    """The page for the person who approves a device."""

    @router.get(DEVICE_PAGE_PATH)
    def show(user_code: str = "") -> HTMLResponse:  # pyright: ignore[reportUnusedFunction] - the router calls it
        html = page.form_page(user_code, "Approve only a device that you have just started to log in on.")
        return HTMLResponse(html, headers=page.HEADERS)

    @router.post(DEVICE_PAGE_PATH)
    async def decide(request: Request) -> HTMLResponse:  # pyright: ignore[reportUnusedFunction] - the router calls it
        parameters: dict[str, str] = {}
        try:
            parameters = form_parameters(await request.body())
            outcome = server.decide_as_user(parameters)
        except (OAuthError, ValueError) as error:
            html = page.form_page(parameters.get("user_code", ""), str(error))
            return HTMLResponse(html, 400, page.HEADERS)
        return HTMLResponse(page.outcome_page(outcome), headers=page.HEADERS)


def _refusal(error: OAuthError) -> JSONResponse:
    challenge = {"WWW-Authenticate": 'Basic realm="sandbox"'} if error.status == 401 else {}  # noqa: PLR2004 - HTTP's own
    content = {"error": error.error, "error_description": error.description}
    return JSONResponse(content, error.status, {**_UNCACHED, **challenge})
