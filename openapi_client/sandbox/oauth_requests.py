"""What OAuth 2.0 endpoints read and refuse: form parameters, scopes, and the error answer."""

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import parse_qsl

OFFLINE: Final = "offline_access"
"""The scope that asks for a refresh token which outlives the log-in's session."""

SCOPES: Final = ("roles", OFFLINE, "openid")
"""What may be asked for; the first is granted where nothing is."""


class OAuthError(Exception):
    """A request that is refused, in the terms of RFC 6749, section 5.2.

    Args:
        error: The code for programs.
        description: The reason for people; printable ASCII without quotation marks, as the RFC asks.
        status: The HTTP status.
    """

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


def form_parameters(body: bytes) -> dict[str, str]:
    """The parameters of a form; those without a value count as left out (RFC 6749, section 3.2).

    Raises:
        OAuthError: A parameter stands in it twice.
    """
    pairs = parse_qsl(body.decode(errors="replace"))
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise OAuthError("invalid_request", "A parameter is given more than once.")
    return parameters


def required(parameters: Mapping[str, str], name: str) -> str:
    """The value of a parameter.

    Raises:
        OAuthError: It is not there.
    """
    if name not in parameters:
        raise OAuthError("invalid_request", f"The parameter '{name}' is missing.")
    return parameters[name]


def chosen_scopes(
    parameters: Mapping[str, str], *, among: Collection[str] = SCOPES, otherwise: tuple[str, ...] = SCOPES[:1]
) -> tuple[str, ...]:
    """The scopes that a request names, each once.

    Args:
        parameters: The request's form.
        among: What may be named.
        otherwise: What counts if nothing is.

    Raises:
        OAuthError: Another scope is named.
    """
    scopes = tuple(dict.fromkeys(parameters.get("scope", "").split())) or otherwise
    if not set(scopes) <= set(among):
        raise OAuthError("invalid_scope", f"The scopes that can be granted here are: {', '.join(among)}.")
    return scopes
