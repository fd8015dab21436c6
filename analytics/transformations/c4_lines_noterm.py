"""C4's edit of a page without its rule on how a line ends, as FineWeb applies it."""

from dataclasses import replace

from analytics.c4 import kept_text
from analytics.signal import Texts
from analytics.transformations.c4_lines import TRANSFORMATION as C4_LINES


def edit(texts: Texts) -> Texts:
    """Lines that stay, see ``analytics.c4``."""
    return kept_text(texts, terminated=False)


TRANSFORMATION = replace(
    C4_LINES,
    name="c4_lines_noterm",
    label="C4's line rules but the one on terminal marks",
    definition=C4_LINES.definition.replace("that end with a terminal mark and ", "that "),
    source="datatrove's examples/fineweb.py (huggingface/datatrove@a649de79)",
    edit=edit,
    params={key: value for key, value in C4_LINES.params.items() if key not in ("ends", "not_ends")},
)
