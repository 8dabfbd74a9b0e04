"""Marks in the cache on disk: a login server or the registry has refused a token, so its keys are not to be served.

A process that meets such a refusal leaves a mark under the names of what was refused. Keys remember the marks that were
there when they were requested. Every process that shares them looks at the marks again, and drops keys whose marks have
changed: with the next call, at most `CHECK_SECONDS` after its last look. It then asks the registry for itself.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from openapi_client._private_records import key_digest
from openapi_client._unauthorized import is_about_the_token, lacks_all_roles, lacks_role
from openapi_client.aws.cached import CacheKey, Watched
from openapi_client.aws.denials import is_denial
from openapi_client.exceptions import (
    AuthenticationException,
    ClientRefusedException,
    DeviceLoginException,
    LoginRequiredException,
    OpenApiException,
    UnauthorizedException,
)

if TYPE_CHECKING:
    from openapi_client.aws.minting import Minter

_REFUSED_LOGIN: Final = (LoginRequiredException, ClientRefusedException, DeviceLoginException)


class Marks(Protocol):
    """The marks that processes share."""

    def mark(self, name: str) -> str:
        """Return the mark under a name; empty where there is none or none can be read."""
        ...

    def set_mark(self, name: str) -> None:
        """Leave a new mark under a name."""
        ...


def watched_now(marks: Marks, minter: "Minter", user: str) -> Watched:
    """Return the marks that concern the keys of a user, as they are now.

    Args:
        marks: The marks.
        minter: What asks for the keys.
        user: The user.
    """
    key = minter.cache_key(user)
    names = [key_digest(key), _access_name(key), _token_name(key)]
    if login_name := minter.login_name():
        names.append(_login_name(login_name))
        if marks.mark(names[-1]):
            names.append(_login_name(minter.login_proof()))
    return tuple((name, marks.mark(name)) for name in names)


def have_changed(marks: Marks, watched: Watched, minter: "Minter") -> bool:
    """Return whether a token or a login has been refused since marks were seen.

    Args:
        marks: The marks.
        watched: What was seen.
        minter: What would ask for other keys.
    """
    changed = [name for name, seen in watched if (mark := marks.mark(name)) and mark != seen]
    login_name = minter.login_name() if changed else ""
    if not login_name or changed != [_login_name(login_name)]:
        return bool(changed)
    # Somebody may have given a wrong password for the user of this login.
    proof = _login_name(minter.login_proof())
    mark = marks.mark(proof)
    return bool(mark) and mark != dict(watched).get(proof, "")


def refused_names(error: OpenApiException, minter: "Minter", users: Iterable[str]) -> set[str]:
    """Return the names of what an error refuses; empty for a failure that refuses nobody.

    Args:
        error: Why there are no keys.
        minter: What asked for them.
        users: The users of the keys that are held, besides the one who asks.
    """
    if isinstance(error, _REFUSED_LOGIN):
        login_names = (minter.login_name(), minter.login_proof())
        names = {_login_name(name) for name in login_names if name}
        return names | {_token_name(minter.cache_key(user)) for user in users if user}
    name_of = _name_for(error)
    if name_of is None:
        return set()
    known = set(users)
    with suppress(AuthenticationException):
        known.add(minter.user())
    keys = [minter.cache_key(user) for user in known if user]
    return {name_of(key) for key in keys}


def _name_for(error: OpenApiException) -> "Callable[[CacheKey], str] | None":
    """Return what names the keys that a refusal of the registry ends; None for a failure that ends none."""
    if lacks_role(error) and not lacks_all_roles(error):
        return _access_name
    if isinstance(error, UnauthorizedException) and is_about_the_token(error.headers, error.body):
        return _token_name
    return key_digest if is_denial(error) else None


def _access_name(key: CacheKey) -> str:
    """Return the name of all places of a user, to be read or to be written: there is a role for each."""
    return key_digest(CacheKey(key.host, key.user, "", "", key.access, ""))


def _token_name(key: CacheKey) -> str:
    return key_digest(CacheKey(key.host, key.user, "", "", "", ""))


def _login_name(login_name: str) -> str:
    return key_digest(CacheKey("", login_name, "", "", "", ""))
