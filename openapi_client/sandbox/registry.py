"""The registry: log-in, and the operations of either generation, as a FastAPI application."""

from collections.abc import Sequence

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response, params
from fastapi.middleware.trustedhost import TrustedHostMiddleware

from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.dataset_endpoints import add_dataset_endpoints
from openapi_client.sandbox.datasets import Datasets
from openapi_client.sandbox.login import logged_in, login_endpoints, with_role
from openapi_client.sandbox.mint import Mint
from openapi_client.sandbox.policy import Access
from openapi_client.sandbox.registry_faults import RegistryFaults
from openapi_client.sandbox.schemas import CredentialResponse, CredentialsRequest
from openapi_client.sandbox.server import HOST_NAMES


def build_registry(
    authorization: AuthorizationServer,
    mint: Mint,
    faults: RegistryFaults,
    datasets: Datasets | None = None,
    *,
    user_may_write: bool = True,
) -> FastAPI:
    """Build the application.

    Args:
        authorization: Where bearer tokens come from.
        mint: Where credentials come from.
        faults: What the registry's endpoints undergo.
        datasets: What a registry of the later generation knows; None for one of the documented generation.
        user_may_write: Whether the user has the registry's own role for writing, wherever it is.
    """
    router = APIRouter(
        prefix="/registry",
        tags=["Registry credentials"],
        dependencies=[Depends(faults.undergo), Depends(logged_in(authorization, needs_roles=datasets is not None))],
    )
    writing = [Depends(with_role(has_role=user_may_write))]
    if datasets is None:
        _add_documented_endpoints(router, mint, writing)
    else:
        add_dataset_endpoints(router, datasets, mint, writing)

    # No documentation pages: they load their scripts from elsewhere, and nothing here leaves this machine.
    app = FastAPI(docs_url=None, redoc_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(HOST_NAMES), www_redirect=False)
    app.include_router(login_endpoints(authorization))
    app.include_router(router)
    _add_front_page(app, "dataset_id" if datasets is not None else "s3_location")
    return app


def _add_documented_endpoints(router: APIRouter, mint: Mint, writing: Sequence[params.Depends]) -> None:
    @router.post("/credentials/generate-read-access-credentials")
    def generate_read_access_credentials(  # pyright: ignore[reportUnusedFunction] - the router calls it
        credentials_request: CredentialsRequest,
    ) -> CredentialResponse:
        """Credentials that can list the bucket and read the objects at the path and below it."""
        return _answer(credentials_request, "read", mint)

    @router.post("/credentials/generate-write-access-credentials", dependencies=writing)
    def generate_write_access_credentials(  # pyright: ignore[reportUnusedFunction] - the router calls it
        credentials_request: CredentialsRequest,
    ) -> CredentialResponse:
        """Credentials that can list the bucket, and read, write and delete the objects at the path and below it."""
        return _answer(credentials_request, "write", mint)


def _add_front_page(app: FastAPI, wanted: str) -> None:
    text = (
        "This is a sandbox of the Python package openapi_client: a data store registry and an OAuth 2.0 server, for\n"
        "tests on this machine. Nothing in it is real, and it stops with the program that started it.\n\n"
        "POST /registry/credentials/generate-read-access-credentials (and …-write-…) gives AWS credentials for the\n"
        f"{wanted} that the request names; it needs a bearer token. /openapi.json describes the registry,\n"
        "/.well-known/openid-configuration the OAuth 2.0 server.\n"
    )

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def front_page() -> Response:  # pyright: ignore[reportUnusedFunction] - the application calls it
        return Response(text, media_type="text/plain; charset=utf-8")


def _answer(request: CredentialsRequest, access: Access, mint: Mint) -> CredentialResponse:
    location = request.s3_location
    if location.bucket_name != mint.bucket_name:
        raise HTTPException(400, f"There is no bucket {location.bucket_name!r} here, only {mint.bucket_name!r}.")
    return mint.credentials(location.path, access, console=request.console_session_required)
