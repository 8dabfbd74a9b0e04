"""What adapters are handed: a source, and not the place that one is made of."""

from openapi_client.aws.source import CredentialSource
from openapi_client.exceptions import ApiTypeError


def checked_source(given: object) -> CredentialSource:
    """Return what an adapter was given, if it is a source.

    Raises:
        ApiTypeError: If it is something else; if that is a place, the message shows how to make a source of it.
    """
    if isinstance(given, CredentialSource):
        return given
    advice = f": make one, CredentialSource({given!r})" if isinstance(given, str) else ""
    raise ApiTypeError(f"source is a CredentialSource, not {type(given).__name__}{advice}")
