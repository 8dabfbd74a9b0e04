"""What adapters are given: a source, the place that one is made of, or a callable that gives credentials."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from openapi_client._display import also_incomplete
from openapi_client.api_client import ApiClient
from openapi_client.apis import RegistryCredentialsApi
from openapi_client.aws.lifetime import seconds_of
from openapi_client.aws.location import Access, Place, access_of, is_place
from openapi_client.aws.source import CredentialSource
from openapi_client.configuration import Configuration
from openapi_client.exceptions import ApiTypeError, ApiValueError
from openapi_client.model.credentials import Credentials

GivenSource = CredentialSource | Place | Callable[[], Credentials]
"""What adapters take."""


class CallableSource(CredentialSource):
    """A source whose credentials a program's own callable gives; what they open and when they end is its affair.

    Args:
        give: Gives credentials, each time it is asked.
    """

    __slots__ = ("_give",)

    def __init__(self, give: Callable[[], Credentials]) -> None:
        # Not the constructor of the base, which is for a registry's.
        self._give = give
        self._region = None

    def __call__(self, *, min_life: timedelta | float | None = None) -> Credentials:
        """Return the callable's credentials.

        Args:
            min_life: How long they are to live from now on.

        Raises:
            ApiTypeError: If the callable gives something else.
            ApiValueError: If they end earlier.
        """
        keys = self._give()
        if not isinstance(keys, Credentials):
            raise ApiTypeError(f"{self._callable} gave {type(keys).__name__}, not Credentials")
        seconds = 0.0 if min_life is None else seconds_of("min_life", min_life)
        if seconds and keys.expiry < datetime.now(UTC) + timedelta(seconds=seconds):
            raise ApiValueError(f"{self._callable} gave credentials that live less than {seconds:g} s")
        return keys

    @property
    def _callable(self) -> str:
        return getattr(self._give, "__qualname__", type(self._give).__name__)

    @property
    def _name(self) -> str:
        return f"{id(self._give):032x}"

    @property
    def location(self) -> NoReturn:
        """No place: the callable does not tell one."""
        raise self._untold("a place: give region=, or a CredentialSource")

    @property
    def access(self) -> NoReturn:
        """No access: the callable does not tell one."""
        raise self._untold("an access")

    def covers(self, place: Place) -> NoReturn:  # noqa: ARG002 - the base's
        """Raise ApiTypeError: what the credentials open is not known."""
        raise self._untold("a place")

    def console_url(self) -> NoReturn:
        """Raise ApiTypeError: the callable gives no link."""
        raise self._untold("a console link")

    def _untold(self, what: str) -> ApiTypeError:
        return ApiTypeError(f"The callable {self._callable} does not tell {what}")

    @property
    def dataset_id(self) -> None:
        """None: no dataset is named."""

    def at_hand(self) -> None:
        """None: the callable may take its time."""

    def invalidate(self, access_key_id: str) -> bool:  # noqa: ARG002 - the base's
        """Return False: the callable is not told."""
        return False

    def require(self, place: Place, access: Access = "read") -> None:
        """Leave it to S3: what the credentials open is not known."""

    @also_incomplete
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._callable}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._give,)


def checked_source(given: GivenSource, access: Access | None = None) -> CredentialSource:
    """Return the source that an adapter was given, or one for the place or of the callable that it was given.

    Args:
        given: The source, the place or the callable.
        access: The access that a place is wanted for, `"read"` unless given; for a source, its own or None.

    Raises:
        ApiTypeError: If none of the three is given, or an access for a callable.
        ApiValueError: If the place is malformed, or the source has another access.
    """
    if not isinstance(given, CredentialSource):
        if not is_place(given):
            if callable(given) and not isinstance(given, type):
                if access is not None:
                    raise ApiTypeError("access= is for a place: what a callable's credentials may do is not known")
                return CallableSource(given)
            raise ApiTypeError(f"source is a CredentialSource, not {type(given).__name__}: {_advice(given)}")
        return CredentialSource(given, "read" if access is None else access)
    if access is not None and access_of(access) != given.access:
        raise ApiValueError(
            f"access={access!r} was asked of a source that was made with access={given.access!r}: make another one,"
            f" CredentialSource(…, access={access!r})"
        )
    return given


def _advice(given: object) -> str:
    """Return the words for what to give instead."""
    if isinstance(given, ApiClient | RegistryCredentialsApi):
        return "make one that asks it, CredentialSource('s3://bucket/path/', api=…)"
    if isinstance(given, Configuration):
        return "make one that asks by it, CredentialSource('s3://bucket/path/', api=ApiClient(configuration))"
    if isinstance(given, Credentials):
        return "give the source of these credentials, which end"
    return "give one, or its place, such as 's3://bucket/path/' or 'hdl:10378.1/1234567'"
