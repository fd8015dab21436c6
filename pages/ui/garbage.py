"""Keeping the collection of garbage short, for which Streamlit stops everything after each run of a page."""

import atexit
import gc
import sys

_seen = 0
atexit.register(gc.unfreeze)  # else DuckDB complains in the terminal of what is left when the server ends


def settle() -> None:
    """Let collections pass over what modules hold, which never becomes garbage.

    Streamlit calls ``gc.collect(2)`` after each run, and all sessions wait for it. *Measured*: 160,000
    objects, most of them of modules, take 0.1 to 0.3 s; once they are frozen, 2 ms. Modules are imported as
    they are needed, so it is done again where some came.

    What else is there at that moment, such as other sessions, is passed over too until the next time; only
    what is part of a cycle then stays after its end. Modules have an end, so that this has one.
    """
    global _seen
    if len(sys.modules) > _seen:
        _seen = len(sys.modules)
        gc.unfreeze()  # of what was passed over since the last time, some is garbage by now
        gc.collect()  # what is garbage now would else stay
        gc.freeze()
