"""The registry: log-in and the two documented operations, as a FastAPI application."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from fastapi import APIRouter, Depends, FastAPI, HTTPException

from openapi_client.sandbox.authorization_server import AuthorizationServer
from openapi_client.sandbox.errors import SandboxError
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.login import logged_in, login_endpoints
from openapi_client.sandbox.policy import Access, is_at_or_below, normal_path, session_policy
from openapi_client.sandbox.registry_faults import RegistryFaults
from openapi_client.sandbox.schemas import CredentialResponse, CredentialsRequest, Status
from openapi_client.sandbox.store_client import StoreClient


@dataclass(frozen=True)
class Places:
    """What the registry gives access to."""

    store: StoreClient
    """Whose STS mints the credentials."""
    bucket_name: str
    """The one bucket."""
    forbidden_paths: Collection[str] = ()
    """Normal paths; places at and below them are not for this user."""


def build_registry(
    authorization: AuthorizationServer, places: Places, ledger: KeyLedger, faults: RegistryFaults
) -> FastAPI:
    """The application.

    Args:
        authorization: Where bearer tokens come from.
        places: What it gives access to.
        ledger: Takes note of what it hands out.
        faults: What the credential endpoints undergo.
    """
    credentials = APIRouter(
        prefix="/registry/credentials",
        tags=["Registry credentials"],
        dependencies=[Depends(faults.undergo), Depends(logged_in(authorization))],
    )

    @credentials.post("/generate-read-access-credentials")
    def generate_read_access_credentials(  # pyright: ignore[reportUnusedFunction] - the router calls it
        credentials_request: CredentialsRequest,
    ) -> CredentialResponse:
        """Credentials that can list the bucket and read the objects at the path and below it."""
        return _answer(credentials_request, "read", places, ledger)

    @credentials.post("/generate-write-access-credentials")
    def generate_write_access_credentials(  # pyright: ignore[reportUnusedFunction] - the router calls it
        credentials_request: CredentialsRequest,
    ) -> CredentialResponse:
        """Credentials that can list the bucket, and read, write and delete the objects at the path and below it."""
        return _answer(credentials_request, "write", places, ledger)

    # No documentation pages: they load their scripts from elsewhere, and nothing here leaves this machine.
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(login_endpoints(authorization))
    app.include_router(credentials)
    return app


def _answer(request: CredentialsRequest, access: Access, places: Places, ledger: KeyLedger) -> CredentialResponse:
    location = request.s3_location
    if location.bucket_name != places.bucket_name:
        raise HTTPException(400, f"There is no bucket {location.bucket_name!r} here, only {places.bucket_name!r}.")
    try:
        path = normal_path(location.path)
        if any(is_at_or_below(path, forbidden) for forbidden in places.forbidden_paths):
            # Without a WWW-Authenticate header: another token would not help.
            raise HTTPException(401, f"This user may not access {path!r}.")
        credentials = places.store.assume_role(session_policy(places.bucket_name, path, access))
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    except SandboxError as error:
        raise HTTPException(500, str(error)) from error
    ledger.record(credentials.aws_access_key_id, access)
    return CredentialResponse(
        status=Status(success=True, details=f"These can {access} {repr(path) if path else 'the whole bucket'}."),
        credentials=credentials,
        console_session_url=_console_session_url() if request.console_session_required else None,
    )


def _console_session_url() -> str:
    """A link of the shape of AWS's, and as secret to those who log it; it signs nobody in."""
    return f"https://signin.aws.amazon.com/federation?Action=login&SigninToken={secrets.token_urlsafe(48)}"
