"""Names that a module has for old programs alone: found in other modules, which are loaded when first asked for one."""

from collections.abc import Callable


def late_names(module: str, *sources: str) -> Callable[[str], object]:
    """Return a `__getattr__` for a module (PEP 562), which has the public names of others, and those themselves.

    Args:
        module: The module's own name.
        sources: The names of the others, in the order in which they are asked.
    """

    def find(name: str) -> object:
        from importlib import import_module  # noqa: PLC0415 - loaded when first wanted

        for source in () if name.startswith("_") else sources:
            loaded = import_module(source)
            if source.rpartition(".")[2] == name:
                return loaded
            if hasattr(loaded, name):
                return getattr(loaded, name)
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return find
