"""The store's own keys, made anew for every store."""

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AdminKeys:
    """A key pair that may do everything in one store."""

    access_key_id: str = field(default_factory=lambda: f"SANDBOX{secrets.token_hex(8).upper()}")
    secret_access_key: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
