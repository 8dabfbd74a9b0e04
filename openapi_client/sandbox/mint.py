"""The mint: credentials for one path, unless it is forbidden, and a note of each key that is handed out."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from fastapi import HTTPException

from openapi_client.sandbox.errors import SandboxError
from openapi_client.sandbox.key_ledger import KeyLedger
from openapi_client.sandbox.policy import Access, is_at_or_below, normal_path, session_policy
from openapi_client.sandbox.schemas import CredentialResponse, Status
from openapi_client.sandbox.store_client import StoreClient


@dataclass(frozen=True)
class Mint:
    """The parts that both generations of the registry make credentials with."""

    store: StoreClient
    """The store whose STS issues the credentials."""
    bucket_name: str
    """The one bucket."""
    ledger: KeyLedger
    """Takes note of what is handed out."""
    forbidden_paths: Collection[str] = ()
    """Normal paths; places at and below them are not for this user."""

    def credentials(self, path: str, access: Access, *, console: bool) -> CredentialResponse:
        """Return the registry's answer with credentials for one path.

        Args:
            path: The path in the bucket.
            access: What may be done there.
            console: Whether the answer is to hold a sign-in link.

        Raises:
            HTTPException: If the path is not one place (400), is forbidden (401), or the store fails (500).
        """
        try:
            normal = normal_path(path)
            if any(is_at_or_below(normal, forbidden) for forbidden in self.forbidden_paths):
                # Without a WWW-Authenticate header: another token would not help.
                raise HTTPException(401, f"This user may not access {normal!r}.")
            credentials = self.store.assume_role(session_policy(self.bucket_name, normal, access))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        except SandboxError as error:
            raise HTTPException(500, str(error)) from error
        self.ledger.record(credentials.aws_access_key_id, access)
        return CredentialResponse(
            status=Status(
                success=True, details=f"These can {access} {repr(normal) if normal else 'the whole bucket'}."
            ),
            credentials=credentials,
            console_session_url=_console_session_url() if console else None,
        )


def _console_session_url() -> str:
    """Return a link of the shape of AWS's, as secret to those who log it; it signs nobody in."""
    return f"https://signin.aws.amazon.com/federation?Action=login&SigninToken={secrets.token_urlsafe(48)}"
