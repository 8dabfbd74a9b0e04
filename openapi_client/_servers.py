"""The server part of a Configuration: where the registry is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from openapi_client.exceptions import ApiValueError

DEFAULT_HOST: Final = "http://localhost"


class ServerConfiguration:
    """The registry's address, given as such or as one of the document's servers.

    Args:
        host: The registry's address.
        server_index: Which of `get_host_settings()` is meant where no host is given.
        server_variables: Values for the variables in that server's address.
        server_operation_index: The same index for single operations, by operationId.
        server_operation_variables: The same variables for single operations, by operationId.
    """

    def __init__(
        self,
        host: str | None,
        server_index: int | None,
        server_variables: dict[str, str] | None,
        server_operation_index: dict[str, int] | None,
        server_operation_variables: dict[str, dict[str, str]] | None,
    ) -> None:
        self._base_path = DEFAULT_HOST if host is None else host
        self.server_index = 0 if server_index is None and host is None else server_index
        self.server_variables: dict[str, str] = server_variables or {}
        self.server_operation_index: dict[str, int] = server_operation_index or {}
        self.server_operation_variables: dict[str, dict[str, str]] = server_operation_variables or {}

    @property
    def host(self) -> str:
        """The registry's address."""
        return self.get_host_from_settings(self.server_index, variables=self.server_variables)

    @host.setter
    def host(self, value: str | None) -> None:
        self._base_path = DEFAULT_HOST if value is None else value
        self.server_index = None

    def get_host_settings(self) -> list[dict[str, Any]]:
        """The servers that the document names: it names none, so the one it implies."""
        return [{"url": DEFAULT_HOST, "description": "The default of a document without servers"}]

    def get_host_from_settings(
        self,
        index: int | None,
        variables: Mapping[str, str] | None = None,
        servers: Sequence[Mapping[str, Any]] | None = None,
    ) -> str:
        """The address of a server.

        Args:
            index: Which of the servers; None for the configured host.
            variables: Values for the variables in its address; a variable without one takes its default.
            servers: The servers, those of `get_host_settings()` unless given.

        Raises:
            ApiValueError: There is no such server, or a variable does not admit its value.
        """
        if index is None:
            return self._base_path
        return server_address(self.get_host_settings() if servers is None else servers, index, variables or {})


def base_address(host: str) -> str:
    """Return the address of a server as paths are added to it, without the slash at its end.

    Args:
        host: The address.

    Raises:
        ApiValueError: If it has a query or a fragment, which would take up the paths.
    """
    if "#" in host or "?" in host:
        # What follows may hold a secret, and is not repeated.
        end = "fragment (#)" if "#" in host.partition("?")[0] else "query (?)"
        raise ApiValueError(
            f"The host has a {end}, to which no path can be added; give the registry's base address, as https://host"
        )
    return host.rstrip("/")


def server_address(servers: Sequence[Mapping[str, Any]], index: int, variables: Mapping[str, str]) -> str:
    """The address of one of the servers.

    Args:
        servers: The servers, as the generator writes them: `url`, and `variables` with their defaults and enumerations.
        index: Which of them.
        variables: Values for the variables in its address; a variable without one takes its default.

    Raises:
        ApiValueError: There is no such server, or a variable does not admit its value.
    """
    if not 0 <= index < len(servers):
        raise ApiValueError(f"There is no server {index}: the index must be less than {len(servers)}")
    url: str = servers[index]["url"]
    for name, variable in servers[index].get("variables", {}).items():
        value: str = variables.get(name, variable["default_value"])
        if value not in variable.get("enum_values", [value]):
            raise ApiValueError(f"The variable {name!r} of the server's address must be in {variable['enum_values']}")
        url = url.replace(f"{{{name}}}", value)
    return url
