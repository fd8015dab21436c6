"""A first look at files that are about to be taken in: some of their documents, measured within seconds."""

from contextlib import suppress
from pathlib import Path

from analytics.compiling import compiling
from analytics.runs import default_families, families_of, measure
from analytics.signal import signal_families
from indexes import first_look
from indexes.columns import BYTES, TOKENS
from indexes.engine import default_workers
from indexes.errors import AssayError
from indexes.planning import Options


def take(root: Path, options: Options) -> None:
    """Take a first look, and measure it: first what pages count by, then the default set.

    What is wrong with the files stops nothing here: it is said when they are taken in.

    Args:
        root: the workspace that the files will be taken into.
        options: how they will be.
    """
    with suppress(AssayError, OSError):
        look = first_look.take(root, options)
        if look is not None:
            names = default_families()
            measure(look, families_of([BYTES, TOKENS]), workers=1)
            # So little text is no work for several processes, but compiling is.
            once = compiling(signal_families()[name] for name in names)
            measure(look, names, workers=default_workers() if once else None)
