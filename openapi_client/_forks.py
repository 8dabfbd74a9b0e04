"""What a forked child makes anew: locks that a thread of its parent may hold, connections that are the parent's."""

import os
import weakref
from typing import Final, Protocol


class Forked(Protocol):
    """What makes something anew in a forked child."""

    def after_fork(self) -> None:
        """In the child, before any other code runs there."""
        ...


_all: Final["weakref.WeakSet[Forked]"] = weakref.WeakSet()


def told_of_forks(it: Forked) -> None:
    """Has `after_fork` called in forked children, as long as there is somebody who uses it."""
    _all.add(it)


def tell_all() -> None:
    """Calls `after_fork` of all."""
    for it in list(_all):
        it.after_fork()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=tell_all)
