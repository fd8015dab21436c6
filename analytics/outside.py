"""What values come from beside our own code: tables and packages whose next release may answer otherwise."""

from functools import cache
from importlib.metadata import version
from unicodedata import unidata_version

UNICODE = "unicode"
"""Python's tables of Unicode: ``unicodedata``, and what ``str.isalpha`` and the like look into."""


@cache
def versions(*names: str) -> dict[str, str]:
    """What stands in the parameters of a family or transformation, so that its columns go stale with it.

    Args:
        names: ``unicode``, or packages as they are installed: ``regex`` where its own tables of Unicode are
            asked, ``pycld2`` and others.

    Returns:
        name -> version.

    Raises:
        PackageNotFoundError: a package is not installed.
    """
    return {name: unidata_version if name == UNICODE else version(name) for name in names}
