"""What the dashboard was started with: it stands in the program's arguments, after Streamlit's own."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from indexes.sample import SIZE

HOME = Path(".assay")
"""Where workspaces lie that are not named."""
STARTED = time.time()
"""When the dashboard was started, in seconds since 1970."""


@dataclass(frozen=True)
class Launch:
    """What ``assay open`` was told.

    Attributes:
        workspaces: named on the command line; the first is shown first.
        home: the folder whose workspaces are listed too.
        roots: folders under which a path may be typed in the browser; none, no path may be.
        cache: where caches lie; in each workspace if None.
        sample: documents from which a first answer comes while all are counted.
    """

    workspaces: tuple[Path, ...] = ()
    home: Path = HOME
    roots: tuple[Path, ...] = ()
    cache: Path | None = None
    sample: int = SIZE

    def arguments(self) -> list[str]:
        """The arguments that ``read`` makes this of; every path absolute, as the server may run elsewhere."""
        words = ["--home", str(self.home.absolute())]
        for root in self.roots:
            words += ["--root", str(root.absolute())]
        if self.cache:
            words += ["--cache", str(self.cache.absolute())]
        words += ["--sample", str(self.sample)]
        return [*words, "--", *(str(path.absolute()) for path in self.workspaces)]


def launch() -> Launch:
    """What this process was started with; also by ``streamlit run app.py -- WORKSPACE``."""
    arguments = sys.argv[1:] if Path(sys.argv[0]).name == "app.py" else []
    return read(tuple(arguments))


@lru_cache
def read(arguments: Sequence[str]) -> Launch:
    """Read the dashboard's arguments."""
    parser = argparse.ArgumentParser("app.py")
    parser.add_argument("workspaces", nargs="*", type=Path)
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--root", dest="roots", action="append", type=Path, default=[])
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--sample", type=int, default=SIZE)
    said = parser.parse_args(arguments)
    return Launch(tuple(said.workspaces), said.home, tuple(said.roots), said.cache, said.sample)
