"""Seams: the parts between a call and the wire that programs override, replace or patch, and how that is noticed.

What replaces a part is what is asked. Parts are compared as objects, on the class and on the instance, at each call.
"""

from collections.abc import Callable
from typing import Any, Final

Send = Callable[..., Any]
Parts = tuple[tuple[str, object], ...]
"""Names of methods, each with the function that this package gives it."""

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


def parts(kind: type, *names: str) -> Parts:
    """Return some methods of a class as they are now, for `in_place` to compare with later."""
    return tuple((name, getattr(kind, name)) for name in names)


def in_place(owner: object, own: Parts) -> bool:
    """Whether an object has its methods from this package, neither overridden, nor patched, nor replaced on it."""
    kind, attributes = type(owner), getattr(owner, "__dict__", ())
    for name, function in own:  # noqa: SIM110 - at every call, where a generator would cost more than the rest
        if name in attributes or getattr(kind, name, None) is not function:
            return False
    return True


_OWN: Final = {method: parts(Verbs, method) for method in _ARGUMENTS}


def replaced_verb(rest_client: Any, method: str) -> Send | None:
    """Return what a program has put in the place of a method such as `POST`, or None.

    Args:
        rest_client: A `RESTClientObject`, or whatever a program uses instead of one.
        method: The HTTP method.
    """
    if in_place(rest_client, _OWN.get(method, ())):
        return None
    if not issubclass(type(rest_client), Verbs):
        # A mock has every name; of two that could be meant, the one counts that a program has set up.
        attributes = getattr(rest_client, "__dict__", {})
        known = {*attributes, *attributes.get("_mock_children", ())}
        if method not in known and "request" in known:
            return None
    replaced: Send | None = getattr(rest_client, method, None)
    return replaced


def verb_arguments(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return those keyword arguments that the generator's client hands to the method of this name."""
    return {name: value for name, value in given.items() if name in _ARGUMENTS[method]}
