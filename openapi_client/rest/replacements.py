"""Whether parts of urllib3 have been replaced: patched by a test, a recorder or a tracer, before this import or after.

A call is sent the short way only while urllib3's own functions are in place. The check compares objects, and knows
urllib3's own by the file that their code comes from: a wrapper comes from elsewhere, even one by `functools.wraps`.
"""

import sys
from operator import attrgetter, is_not
from types import FunctionType
from typing import Any


class OwnParts:
    """Some functions of one of urllib3's classes, to be compared with those that the class has now.

    Args:
        kind: The class.
        *names: The names of the functions, two or more.
    """

    def __init__(self, kind: type, *names: str) -> None:
        self._kind = kind
        self._present = attrgetter(*names)
        self._names = names
        self._own: tuple[object, ...] = (None,) * len(names)
        self.in_place()

    def in_place(self, owner: object = None) -> bool:
        """Whether the functions are urllib3's own.

        Args:
            owner: An instance of the class, whose attributes may replace them too.
        """
        try:
            present = self._present(self._kind)
        except AttributeError:  # a mock in the place of the class
            return False
        # Compared as objects, since a proxy says that it equals the function behind it.
        if any(map(is_not, present, self._own)) and not self._learned(present):
            return False
        return owner is None or owner.__dict__.keys().isdisjoint(self._names)

    def _learned(self, present: tuple[object, ...]) -> bool:
        """Whether the functions are urllib3's own, some seen for the first time because a patch was in place before."""
        known = zip(self._names, present, self._own, strict=True)
        self._own = tuple(own or (function if _is_own(function, name) else None) for name, function, own in known)
        return not any(map(is_not, present, self._own))


def is_own(owner: object, name: str) -> bool:
    """Whether an object has one of its functions from urllib3.

    Args:
        owner: An instance of one of urllib3's classes, or of a class derived from one.
        name: The function's name.
    """
    return name not in owner.__dict__ and _is_own(getattr(type(owner), name, None), name)


def _is_own(function: Any, name: str) -> bool:
    # The type is compared, since a proxy object says that its class is that of the function behind it.
    if type(function) is not FunctionType or function.__code__.co_name != name:
        return False
    # A function that `create_autospec` makes belongs to no module.
    name_of_module = function.__module__ or ""
    module = sys.modules.get(name_of_module) if name_of_module.startswith("urllib3.") else None
    return module is not None and module.__file__ == function.__code__.co_filename
