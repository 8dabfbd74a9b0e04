"""The address of a server that a document names, its variables filled in."""

from collections.abc import Mapping, Sequence
from typing import Any

from openapi_client.exceptions import ApiValueError


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
