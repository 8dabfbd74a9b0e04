"""aiobotocore with keys that stay fresh: credentials that ask a source at each signature, and never hold a loop up."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from aiobotocore.credentials import (  # type: ignore[import-untyped]  # it has no types
    AioCredentialResolver,
    AioCredentials,
)
from botocore.credentials import ReadOnlyCredentials

from openapi_client.auth.renewal import own
from openapi_client.aws._botocore import METHOD, SourceCredentials, SourceProvider, frozen
from openapi_client.aws._off_the_loop import off_the_loop
from openapi_client.exceptions import ApiConnectionException, ApiTimeoutException, OpenApiException

if TYPE_CHECKING:
    from openapi_client.aws.source import CredentialSource
    from openapi_client.model.credentials import Credentials


class AioSourceCredentials(AioCredentials):  # type: ignore[misc]  # aiobotocore has no types
    """Credentials that aiobotocore asks for at each signature.

    The event loop never waits. Keys that are fresh are had from memory; else one thread asks the source, however many
    requests wait, so that a source whose registry is slow takes no threads from the others.

    Args:
        source: Gives the keys.

    Attributes:
        method: Where they come from, as botocore has it.
        account_id: None: no AWS account is known.
    """

    def __init__(self, source: "CredentialSource") -> None:
        # Not the constructor of the base, which keeps keys.
        self.method: str = METHOD
        self.account_id: str | None = None
        self._source = source
        self._read: Final = SourceCredentials(source)
        self._asking: dict[asyncio.AbstractEventLoop, asyncio.Task[Credentials]] = {}

    @property
    def access_key(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # never set here
        """As of `SourceCredentials`, for libraries that read the three one by one."""
        return self._read.access_key

    @property
    def secret_key(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # as `access_key`
        """As of `SourceCredentials`."""
        return self._read.secret_key

    @property
    def token(self) -> str | None:  # pyright: ignore[reportIncompatibleVariableOverride]  # as `access_key`
        """As of `SourceCredentials`."""
        return self._read.token

    async def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Key, secret and token of one set, with enough life left.

        Raises:
            OpenApiException: As of a call of the source.
        """
        return frozen(self._source.at_hand() or await self._asked())

    async def _asked(self) -> "Credentials":
        loop = asyncio.get_running_loop()
        asking = self._asking.get(loop)
        if asking is None:
            asking = self._asking[loop] = loop.create_task(off_the_loop(self._source))
            asking.add_done_callback(self._answered)
        try:
            # Who is cancelled is one of several that wait.
            return await asyncio.shield(asking)
        except OpenApiException as error:
            raise _not_a_timeout(error) from error.__cause__

    def _answered(self, asking: "asyncio.Task[Credentials]") -> None:
        del self._asking[asking.get_loop()]
        if not asking.cancelled():
            # Else asyncio complains where all who waited were cancelled.
            asking.exception()


def _not_a_timeout(error: OpenApiException) -> OpenApiException:
    """Return the error as one that is not a TimeoutError: fsspec replaces each of those by an empty one of its own."""
    if not isinstance(error, ApiTimeoutException):
        return own(error)
    late = ApiConnectionException(error.status, error.reason)
    late.waits = error.waits
    return late


class _Provider(SourceProvider):
    def __init__(self, source: "CredentialSource") -> None:
        super().__init__(source)
        self._asked = source

    async def load(self) -> Any:  # type: ignore[override]  # aiobotocore waits for it
        return AioSourceCredentials(self._asked)


def resolver(source: "CredentialSource") -> Any:
    """What a session of aiobotocore finds credentials by, none of them in the environment or in files."""
    return AioCredentialResolver([_Provider(source)])
