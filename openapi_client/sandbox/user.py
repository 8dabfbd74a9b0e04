"""The one user who may log in."""

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class User:
    """A name and a password."""

    name: str
    password: str = field(repr=False)

    def matches(self, name: str, password: str) -> bool:
        """Whether these are the user's; the time it takes tells nothing of how much of them is right."""
        given, true = f"{name}\0{password}", f"{self.name}\0{self.password}"
        return secrets.compare_digest(given.encode(), true.encode())
