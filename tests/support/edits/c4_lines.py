import re

CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
PHRASES = [
    "javascript",
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
]
MARKS = [
    *(f"One line says {phrase}." for phrase in PHRASES),
    *PHRASES,
    "use coo\u212aies",
    "uses use of cookies",
    "Java",
    "SCRIPT",
    "[1]",
    "[٣]",
    "[²]",
    "[]",
    "[[1]]",
    "[edit]",
    "[Edit]",
    "[citation needed]",
    "[",
    "]",
    "a short line.",
    "what? no! 'yes'",
    'he said "so"',
    "and so on...",
    "\n",
    " ",
    "x" * 1000,
    "é" * 1001,
    "use \0cookies",
]


def kept_lines(text, terminated):
    """The lines that stay, cleaned, one after the other."""
    kept = []
    for line in text.splitlines():
        words = line.split()
        clean = CITATION.sub("", line.strip())
        if len(words) < 3 or any(len(word) > 1000 for word in words):
            continue
        if terminated and (not clean.endswith((".", "?", "!", '"', "'")) or clean.endswith("...")):
            continue
        if not any(phrase in clean.lower() for phrase in PHRASES):
            kept.append(clean)
    return kept


def edit(text):
    return "\n".join(kept_lines(text, True)).strip()
