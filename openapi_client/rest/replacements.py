"""Whether parts of urllib3 have been replaced: patched by a test, a recorder or a tracer, before this import or after.

A call is sent the short way only while urllib3's own functions are in place. The check compares objects, and knows
urllib3's own by the file that their code comes from: a wrapper comes from elsewhere, even one by `functools.wraps`.
"""

import sys
from types import FunctionType
from typing import Any


class OwnParts:
    """Some functions of one of urllib3's classes, to be compared with those that the class has now.

    Args:
        kind: The class.
        *names: The names of the functions.
    """

    def __init__(self, kind: type, *names: str) -> None:
        self._kind = kind
        self._own: dict[str, object] = dict.fromkeys(names)
        self.in_place()

    def in_place(self, owner: object = None) -> bool:
        """Whether the functions are urllib3's own.

        Args:
            owner: An instance of the class, whose attributes may replace them too.
        """
        replaced = owner.__dict__ if owner is not None else ()
        for name, own in self._own.items():
            present = getattr(self._kind, name)
            if name in replaced or (present is not own and not self._learned(name, present)):
                return False
        return True

    def _learned(self, name: str, present: object) -> bool:
        """Whether a function is urllib3's own, seen for the first time because a patch was in place before."""
        if self._own[name] is not None or not _is_own(present, name):
            return False
        self._own[name] = present
        return True


def _is_own(function: Any, name: str) -> bool:
    # The type is compared, since a proxy object says that its class is that of the function behind it.
    if type(function) is not FunctionType or function.__code__.co_name != name:
        return False
    module = function.__module__
    return module.startswith("urllib3.") and sys.modules[module].__file__ == function.__code__.co_filename
