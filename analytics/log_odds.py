"""Words and phrases by which two sets of texts differ: log-odds with an informative Dirichlet prior.

Source: Monroe, Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16, section 3.5.1. Of a word w
with counts y_A and y_B among n_A and n_B words, and a prior of a_w words that come to a in all,

    delta = log((y_A + a_w) / (n_A + a - y_A - a_w)) - log((y_B + a_w) / (n_B + a - y_B - a_w))
    z     = delta / sqrt(1 / (y_A + a_w) + 1 / (y_B + a_w)).

The prior has the frequencies of both sets together and weighs as much as the smaller of the two: the
paper's, too, is about as heavy as the texts of one side. z is of words drawn one by one; since words
of a document come together, it ranks words and is no test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics.ngrams import word_ids
from analytics.signal import Texts
from analytics.uax29 import words

LONGEST = 8_000
"""Bytes of a text that are read."""
FEWEST = 5
"""Documents of a side in which a word must stand to be listed for it: of fewer, one document decides."""


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
    n_a, n_b = (len(texts) for texts in sides)
    vocabulary, ids, document = _words([*sides[0], *sides[1]])
    follows = document[:-1] == document[1:]
    pairs = (ids[:-1] * max(len(vocabulary), 1) + ids[1:])[follows]

    listed = [
        _listed(codes, of, n_a, most) for codes, of in ((ids, document), (pairs, document[:-1][follows]))
    ]
    return Wording(
        tuple(Word(vocabulary[code], *said) for code, said in listed[0]),
        tuple(
            Word(" ".join(vocabulary[part] for part in divmod(code, len(vocabulary))), *said)
            for code, said in listed[1]
        ),
        n_a,
        n_b,
    )


def _listed(
    codes: NDArray[np.int64], document: NDArray[np.int64], n_a: int, most: int
) -> list[tuple[int, tuple[float, int, int]]]:
    """The codes that differ most, each with its z and the documents of A and of B in which it stands.

    Args:
        codes: a number for each word or phrase, shape (n_words,).
        document: in which it stands, ascending, shape (n_words,); those from ``n_a`` on are of B.
        n_a: documents of A.
        most: how many are listed of each side.
    """
    order = np.argsort(codes, kind="stable")  # within a code, documents stay in order
    codes, document = codes[order], document[order]
    begins = np.diff(codes, prepend=-1) != 0
    place = np.cumsum(begins) - 1
    anew = begins | (np.diff(document, prepend=-1) != 0)
    in_b, size = document >= n_a, int(begins.sum())
    times_a, times_b = (np.bincount(place[side], minlength=size) for side in (~in_b, in_b))
    seen_a, seen_b = (np.bincount(place[anew & side], minlength=size) for side in (~in_b, in_b))
    z = log_odds(times_a, times_b)
    falling = np.argsort(-z, kind="stable")
    more_a = falling[((z > 0) & (seen_a >= FEWEST))[falling]][:most]
    more_b = falling[((z < 0) & (seen_b >= FEWEST))[falling]][-most:]
    found = codes[begins]
    return [
        (int(found[i]), (float(z[i]), int(seen_a[i]), int(seen_b[i])))
        for i in (*more_a.tolist(), *more_b.tolist())
    ]


def _words(texts: Sequence[bytes]) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """The different UAX 29 words of texts, in lower case; number and text of each word that has a letter."""
    lower = [text[:LONGEST].decode("utf-8", "ignore").casefold().encode() for text in texts]
    data = b"".join(lower)
    offsets = np.concatenate(([0], np.cumsum([len(text) for text in lower], dtype=np.int64)))
    whole = Texts(np.frombuffer(data, np.uint8), offsets, np.ones(len(lower), bool))
    spans = words(whole)
    # As if all were one text: equal words of any two texts have one number then.
    ids = word_ids(whole, replace(spans, bounds=np.array([0, spans.starts.size])))
    first = np.flatnonzero(np.diff(np.maximum.accumulate(ids), prepend=-1))  # they are numbered as they come
    vocabulary = [data[spans.starts[i] : spans.ends[i]].decode() for i in first]
    letters = np.array([any(map(str.isalpha, word)) for word in vocabulary], bool)
    document = np.repeat(np.arange(len(texts)), spans.counts())
    chosen = letters[ids] if ids.size else np.zeros(0, bool)
    return vocabulary, ids[chosen], document[chosen]
