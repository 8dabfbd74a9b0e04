"""Seams: the parts between a call and the wire that programs override, replace or patch, and how that is noticed.

What replaces a part is what is asked. Parts are compared as objects, on the class and on the instance, at each call.
"""

from collections.abc import Callable
from operator import attrgetter, is_not
from typing import Any, Final

Send = Callable[..., Any]

_LIMITS: Final = ("_preload_content", "_request_timeout")
_ARGUMENTS: Final = {
    "GET": ("headers", "query_params", *_LIMITS),
    "HEAD": ("headers", "query_params", *_LIMITS),
    "DELETE": ("headers", "query_params", "body", *_LIMITS),
    "OPTIONS": ("headers", "query_params", "post_params", "body", *_LIMITS),
    "PATCH": ("headers", "query_params", "post_params", "body", *_LIMITS),
    "POST": ("headers", "query_params", "post_params", "body", *_LIMITS),
    "PUT": ("headers", "query_params", "post_params", "body", *_LIMITS),
}
METHODS: Final = frozenset(_ARGUMENTS)


def _verb(method: str) -> Send:
    names = _ARGUMENTS[method]

    def send(self: Any, url: str, *args: Any, **options: Any) -> Any:
        return self.request(method, url, **dict(zip(names, args, strict=False)), **options)

    send.__name__ = send.__qualname__ = method
    send.__doc__ = f"Send a {method} request; arguments, result and errors are those of `request`."
    return send


class Verbs:
    """One method for each HTTP method. After the address, each takes the arguments of `request` that apply to it."""

    GET = _verb("GET")
    HEAD = _verb("HEAD")
    DELETE = _verb("DELETE")
    OPTIONS = _verb("OPTIONS")
    PATCH = _verb("PATCH")
    POST = _verb("POST")
    PUT = _verb("PUT")


class Parts:
    """Some methods of a class as this package has them, to be compared with those that an object has.

    Args:
        kind: The class.
        *names: The names of the methods, two or more.
    """

    def __init__(self, kind: type, *names: str) -> None:
        self._names = names
        self._present = attrgetter(*names)
        self._own = self._present(kind)

    def in_place(self, owner: object) -> bool:
        """Whether an object has these methods, neither overridden, nor patched on its class, nor replaced on it."""
        try:
            present = self._present(type(owner))
        except AttributeError:
            return False
        # Compared as objects, since a proxy says that it equals the function behind it.
        return not any(map(is_not, present, self._own)) and owner.__dict__.keys().isdisjoint(self._names)

    def replaced(self, owner: object) -> set[str]:
        """Return the names of those methods that an object does not have from this package."""
        kind, attributes = type(owner), getattr(owner, "__dict__", {})
        own = zip(self._names, self._own, strict=True)
        return {name for name, part in own if name in attributes or getattr(kind, name, None) is not part}


_OWN: Final = {method: getattr(Verbs, method) for method in METHODS}


def replaced_verb(rest_client: Any, method: str) -> Send | None:
    """Return what a program has put in the place of a method such as `POST`, or None.

    Args:
        rest_client: A `RESTClientObject`, or whatever a program uses instead of one.
        method: The HTTP method.
    """
    attributes = getattr(rest_client, "__dict__", {})
    if getattr(type(rest_client), method, None) is _OWN.get(method) and method not in attributes:
        return None
    if not issubclass(type(rest_client), Verbs):
        # A mock has every name; of two that could be meant, the one counts that a program has set up.
        known = {*attributes, *attributes.get("_mock_children", ())}
        if method not in known and "request" in known:
            return None
    replaced: Send | None = getattr(rest_client, method, None)
    return replaced


def takes(function: Callable[..., Any], argument: str) -> bool:
    """Whether a function takes an argument of this name, as far as its signature tells."""
    from inspect import Parameter, signature  # noqa: PLC0415 - dear to import, and seldom wanted

    try:
        parameters = signature(function).parameters
    except (TypeError, ValueError):
        return True
    return argument in parameters or any(each.kind is Parameter.VAR_KEYWORD for each in parameters.values())


def verb_arguments(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return those keyword arguments that the generator's client hands to the method of this name."""
    return {name: value for name, value in given.items() if name in _ARGUMENTS[method]}
