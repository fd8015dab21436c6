"""C4's edit of a page: the lines that its rules keep, without marks of citation."""

from analytics.c4 import CITATIONS, ENDS, FEWEST_WORDS, LONGEST_WORD, POLICIES, kept_text
from analytics.outside import versions
from analytics.signal import Texts
from analytics.transformation import Transformation


def edit(texts: Texts) -> Texts:
    """Lines that stay, see ``analytics.c4``."""
    return kept_text(texts, terminated=True)


TRANSFORMATION = Transformation(
    "c4_lines",
    version=1,
    label="C4's line rules",
    definition=(
        "keeps the lines of 3 words or more, none over 1,000 characters, that end with a terminal mark and "
        "say neither javascript nor a policy phrase, deletes marks of citation such as [1] and [edit] in "
        "them, and joins them by line feeds"
    ),
    source="datatrove's C4QualityFilter (huggingface/datatrove@a649de79); Raffel et al. 2020, section 2.2",
    edit=edit,
    params={
        "lines": "str.splitlines, stripped",
        "fewest_words": FEWEST_WORDS,
        "longest_word": LONGEST_WORD,
        "citations": CITATIONS,
        "ends": ENDS,
        "not_ends": ("...",),
        "phrases": ("javascript", *POLICIES),
        **versions("unicode"),
    },
)
