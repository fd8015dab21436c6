import re
from itertools import pairwise

SENTENCE = r"\b[^.!?]+[.!?]*"


def paragraphs(text):
    """Runs of lines that are not blank."""
    blank = [True, *(not line.strip() for line in text.splitlines())]
    return sum(before and not here for before, here in pairwise(blank))


PLAIN = {
    "characters": len,
    "characters__stripped": lambda text: len(text.strip()),
    "bytes": lambda text: len(text.encode()),
    "lines": lambda text: len(text.splitlines()),
    "paragraphs": paragraphs,
    "sentences": lambda text: len(re.findall(SENTENCE, text)),
    "reading_time": lambda text: len(text) * 14.69 / 1000,
}
MARKS = ["\n\n", "\n \n", ".", "!?", "a", "_", "é."]
