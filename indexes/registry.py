"""The folder is the registry: each file declares one value, and one that cannot load stops the program."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

Member = TypeVar("Member")


def members(package: ModuleType, declares: str, kind: type[Member]) -> dict[str, Member]:
    """Load every file of a package and take the one value that it declares.

    Args:
        package: the folder, e.g. ``analytics.signals``.
        declares: the name of the value, e.g. ``FAMILY``.
        kind: its type.

    Returns:
        File name -> value, in order of the names.

    Raises:
        ImportError: a file cannot be loaded, or declares no such value; its name is in the message.
    """
    found = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if info.name.startswith("_"):
            continue
        name = f"{package.__name__}.{info.name}"
        try:
            value = getattr(importlib.import_module(name), declares)
        except Exception as error:
            raise ImportError(f"{name} cannot be loaded: {error}") from error
        if not isinstance(value, kind):
            raise ImportError(
                f"{name} must declare {declares} as a {kind.__name__}, got {type(value).__name__}"
            )
        found[info.name] = value
    return found
