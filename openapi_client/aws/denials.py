"""Refusals of keys that stay for a while, so that asking again at once is useless."""

from openapi_client._unauthorized import is_about_the_token, lacks_role
from openapi_client.exceptions import BadRequestException, ForbiddenException, UnauthorizedException


def is_denial(error: BaseException | None) -> bool:
    """Return whether the registry knows who asks and says no, so that no other token of that user helps."""
    if isinstance(error, UnauthorizedException):
        if lacks_role(error):
            # Said of the renewed token too, or there was none.
            return True
        challenged = bool((error.headers or {}).get("WWW-Authenticate"))
        return not challenged and not is_about_the_token(error.headers, error.body)
    return isinstance(error, ForbiddenException)


def is_lasting(error: BaseException | None) -> bool:
    """Return whether a refusal is remembered for a minute: a denial, or a dataset that does not exist."""
    return is_denial(error) or isinstance(error, BadRequestException)
