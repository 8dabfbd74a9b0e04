"""botocore with keys that stay fresh: credentials that ask a source at each signature, and sessions with no others."""

import threading
from collections.abc import Callable
from typing import Any, Final

import botocore.credentials
import botocore.session
from botocore.credentials import CredentialProvider, CredentialResolver, ReadOnlyCredentials

from openapi_client._display import also_incomplete
from openapi_client._masking import SecretText
from openapi_client.model.credentials import Credentials

METHOD: Final = "openapi-client"

# botocore's own settings are, in this order: a name in the configuration file, variables of the environment, a default,
# and a conversion. Without any of them no profile is meant, whatever AWS_PROFILE says.
NO_PROFILE: Final = {"profile": (None, None, None, None)}


def frozen(keys: Credentials) -> ReadOnlyCredentials:
    """The keys as botocore signs with them."""
    return ReadOnlyCredentials(
        SecretText(keys.aws_access_key_id),
        SecretText(keys.aws_secret_access_key),
        SecretText(keys.aws_session_token),
    )


class SourceCredentials(botocore.credentials.Credentials):
    """Credentials that botocore asks for at each signature; they keep none, and so know no windows.

    They pickle by their source.

    Args:
        source: Gives the keys.

    Attributes:
        method: Where they come from, as botocore has it.
        account_id: None: no AWS account is known.
    """

    def __init__(self, source: Callable[[], Credentials]) -> None:
        # Not the constructor of `Credentials`, which keeps keys.
        self._source = source
        self._latest = threading.local()
        self.method = METHOD
        self.account_id = None

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Key, secret and token of one set, with enough life left.

        Raises:
            OpenApiException: As of a call of the source.
        """
        return frozen(self._source())

    # botocore reads none of the three, but other libraries do, one after another. So that these are of one set, the
    # secret and the token are those of the key that the same thread has read last.

    @property
    def access_key(self) -> str:  # type: ignore[override]  # botocore's is an attribute, which it does not set here
        """The id of the keys; it decides which `secret_key` and `token` the same thread reads after it."""
        self._latest.keys = self._source()
        return SecretText(self._read.aws_access_key_id)

    @property
    def secret_key(self) -> str:  # type: ignore[override]  # as `access_key`
        """What signs; of the set that `access_key` was read of last."""
        return SecretText(self._read.aws_secret_access_key)

    @property
    def token(self) -> str:  # type: ignore[override]  # as `access_key`
        """The session token; of the set that `access_key` was read of last."""
        return SecretText(self._read.aws_session_token)

    @property
    def _read(self) -> Credentials:
        keys: Credentials | None = getattr(self._latest, "keys", None)
        if keys is None:
            keys = self._latest.keys = self._source()
        return keys

    @also_incomplete
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._source!r})"

    def __copy__(self) -> "SourceCredentials":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "SourceCredentials":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._source,)


class SourceProvider(CredentialProvider):
    """The one provider of a session whose keys come from a source.

    Args:
        source: Gives the keys.
    """

    METHOD = METHOD
    CANONICAL_NAME = METHOD

    def __init__(self, source: Callable[[], Credentials]) -> None:
        super().__init__()
        self._source = source

    def load(self) -> SourceCredentials:
        """The credentials; nobody is asked yet."""
        return SourceCredentials(self._source)


def botocore_session(source: Callable[[], Credentials]) -> botocore.session.Session:
    """A session whose keys come from a source, whatever the environment, profiles and metadata services have."""
    session = botocore.session.Session(session_vars=NO_PROFILE)
    session.register_component("credential_provider", CredentialResolver([SourceProvider(source)]))
    return session
