"""Words and phrases by which two sets of texts differ: log-odds with an informative Dirichlet prior.

Source: Monroe, Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16, section 3.5.1. Of a word w
with counts y_A and y_B among n_A and n_B words, and a prior of a_w words that come to a in all,

    delta = log((y_A + a_w) / (n_A + a - y_A - a_w)) - log((y_B + a_w) / (n_B + a - y_B - a_w))
    z     = delta / sqrt(1 / (y_A + a_w) + 1 / (y_B + a_w)).

The prior has the frequencies of both sets together and weighs as much as the smaller of the two: the
paper's, too, is about as heavy as the texts of one side. z is of words drawn one by one; since words
of a document come together, it ranks words and is no test.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.signal import Texts
from analytics.uax29 import words

LONGEST = 8_000
"""Bytes of a text that are read."""
FEWEST = 5
"""Documents in which a word must stand to be listed: of fewer, one document decides."""


@dataclass(frozen=True)
class Word:
    """A word, or two in a row, in lower case.

    Attributes:
        z: over 0 where A has more of it.
        in_a, in_b: documents in which it stands.
    """

    word: str
    z: float
    in_a: int
    in_b: int


@dataclass(frozen=True)
class Wording:
    """What two sets of texts differ by.

    Attributes:
        words, phrases: those of A first, the largest z first, then those of B, the smallest z last.
        n_a, n_b: texts that were read.
    """

    words: tuple[Word, ...]
    phrases: tuple[Word, ...]
    n_a: int
    n_b: int


def log_odds(
    a: NDArray[np.int64], b: NDArray[np.int64], prior: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """The z of each word, shape (n_words,).

    Args:
        a: how often each word stands in A, shape (n_words,).
        b: in B, each word in one of them at least.
        prior: words that are taken to have been seen before, over 0, shape (n_words,); if None, the
            frequencies of both together, as many as the smaller has.
    """
    n_a, n_b = float(a.sum()), float(b.sum())
    before = (a + b) * (max(min(n_a, n_b), 1.0) / max(n_a + n_b, 1.0)) if prior is None else prior
    whole = float(before.sum())
    y_a, y_b = a + before, b + before
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # one word alone: its odds are infinite on both sides
        delta = np.log(y_a / (n_a + whole - y_a)) - np.log(y_b / (n_b + whole - y_b))
    return np.asarray(np.nan_to_num(delta / np.sqrt(1 / y_a + 1 / y_b), nan=0.0, posinf=0.0, neginf=0.0))


def wording(a: Sequence[bytes | None], b: Sequence[bytes | None], most: int = 12) -> Wording:
    """Words and phrases of two words by which texts differ most.

    Args:
        a: texts in UTF-8, of which the first ``LONGEST`` bytes are read; None is passed over.
        b: those of the other set.
        most: words, and phrases, that are listed of each side.
    """
    sides = [[text for text in texts if text is not None] for texts in (a, b)]
    counted = [_counted(texts) for texts in sides]
    listed = [_listed(counted[0][kind], counted[1][kind], most) for kind in range(2)]  # words, then phrases
    return Wording(listed[0], listed[1], len(sides[0]), len(sides[1]))


def _listed(a: "_Counts", b: "_Counts", most: int) -> tuple[Word, ...]:
    names = list(dict.fromkeys([*a.times, *b.times]))
    times = np.array([[side.times[name] for name in names] for side in (a, b)], np.int64).reshape(2, -1)
    z = log_odds(times[0], times[1])
    there = np.array([a.documents[name] + b.documents[name] >= FEWEST for name in names], bool)
    order = [int(i) for i in np.argsort(-z, kind="stable") if there[i]]
    chosen = [i for i in order if z[i] > 0][:most] + [i for i in order if z[i] < 0][-most:]
    return tuple(Word(names[i], float(z[i]), a.documents[names[i]], b.documents[names[i]]) for i in chosen)


@dataclass(frozen=True)
class _Counts:
    times: Counter[str]
    documents: Counter[str]


def _counted(texts: Sequence[bytes]) -> tuple[_Counts, _Counts]:
    """Of single words, and of two in a row."""
    counts = _Counts(Counter(), Counter()), _Counts(Counter(), Counter())
    for found in _words(texts):
        pairs = [f"{one} {two}" for one, two in pairwise(found)]
        for count, seen in zip(counts, (found, pairs), strict=True):
            count.times.update(seen)
            count.documents.update(set(seen))
    return counts


def _words(texts: Sequence[bytes]) -> Sequence[list[str]]:
    """The UAX 29 words of each text, in lower case; those without a letter are left out."""
    lower = [text[:LONGEST].decode("utf-8", "ignore").casefold().encode() for text in texts]
    data = b"".join(lower)
    offsets = np.concatenate(([0], np.cumsum([len(text) for text in lower], dtype=np.int64)))
    spans = words(Texts(np.frombuffer(data, np.uint8), offsets, np.ones(len(lower), bool)))
    found = [
        data[start:end].decode()
        for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)
    ]
    return [
        [word for word in found[first:last] if any(map(str.isalpha, word))]
        for first, last in zip(spans.bounds[:-1].tolist(), spans.bounds[1:].tolist(), strict=True)
    ]
