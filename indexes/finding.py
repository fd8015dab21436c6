"""Which texts hold a sentence that somebody pasted? All texts are read, a few row groups at a time.

The letters must be the same, upper and lower case too. Where the sentence has white space the text may have
any: a line's end is lost in copying, and a page breaks lines elsewhere than the text; each finding says
whether it is exactly what was pasted. It is looked for in the bytes of many texts at once: *measured*, 100 MB
of text a second on two cores that had five times as much to do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indexes.columns import DOC_ID
from indexes.corpus import Corpus
from indexes.texts import buffers, group_ends, text_batches
from indexes.workspace import Shard

AROUND = 150
"""Bytes of text on either side of what was found that are given with it."""
MOST = 50
"""Documents that are found before the search stops to be asked to go on."""

SPACES = [chr(point) for point in range(0x3001) if chr(point).isspace()]
"""Unicode has no white space beyond."""
SPACE = b"(?:%s)++" % b"|".join(re.escape(space.encode()) for space in SPACES)
"""Possessive: kept for each character, the way back took 150 bytes (measured), and texts have megabytes."""
LOOKED_AT = "SELECT doc_id {corpus}"


@dataclass(frozen=True)
class Found:
    """A document that holds the sentence, and the first place where it does.

    Attributes:
        exact: the text has it as it was pasted; else with other white space.
        before, sentence, after: the text there, up to ``AROUND`` bytes on either side.
    """

    doc_id: int
    exact: bool
    before: str
    sentence: str
    after: str


@dataclass(frozen=True)
class Looked:
    """How far a search has come.

    Attributes:
        found: documents that were found since it was said last.
        next: the first ``doc_id`` that was not looked at yet; that of the corpus's end when all were.
        read: bytes of text read since it was said last.
    """

    found: tuple[Found, ...]
    next: int
    read: int


def pattern(sentence: str) -> re.Pattern[bytes] | None:
    """What a sentence is looked for as, in UTF-8; None where it holds nothing but white space."""
    words = sentence.split()
    return (
        re.compile(SPACE.join(re.escape(word.encode("utf-8", "surrogatepass")) for word in words))
        if words
        else None
    )


def places(sentence: str, text: str, most: int = 500) -> list[tuple[int, int]]:
    """Where a text has a sentence: first character, and the one after the last; ``most`` places at most."""
    words = sentence.split()
    found = re.finditer(r"\s++".join(map(re.escape, words)), text) if words else ()
    return [match.span() for match in islice(found, most)]


def find(corpus: Corpus, sentence: str, start: int = 0, most: int = MOST) -> Iterator[Looked]:
    """Look for a sentence in the texts of the documents that are looked at, in the order of ``doc_id``.

    Memory holds one batch of texts and a truth value a document. Who does not ask on ends it.

    Args:
        corpus: the documents.
        sentence: what was pasted.
        start: the ``doc_id`` to begin with.
        most: ends after so many documents that hold it.

    Yields:
        After each batch of texts; the last time when the corpus or the number asked for is at its end.

    Raises:
        SourceChanged, FileFault: a text cannot be read.
    """
    wanted, asked = pattern(sentence), sentence.strip().encode("utf-8", "surrogatepass")
    workspace, left = corpus.workspace, most
    if wanted is None:
        yield Looked((), workspace.documents, 0)
        return
    seen = _seen(corpus)
    for shard in workspace.shards:
        if shard.first + shard.rows <= start:
            continue
        for first, texts in _stretches(corpus, shard, seen, start):
            found = tuple(_in_batch(texts, first, seen, wanted, asked, start, left))
            left -= len(found)
            done = first + len(texts) if left else found[-1].doc_id + 1
            yield Looked(found, done, texts.nbytes)
            if not left:
                return
    yield Looked((), workspace.documents, 0)


def _seen(corpus: Corpus) -> NDArray[np.bool_] | None:
    """Which documents are looked at, shape (n_docs,); None for all."""
    if not corpus.view and not corpus.dropped:
        return None
    seen = np.zeros(corpus.workspace.documents, dtype=bool)
    seen[corpus.frame(LOOKED_AT.format(corpus=corpus.clause([])))[DOC_ID].to_numpy()] = True
    return seen


def _stretches(
    corpus: Corpus, shard: Shard, seen: NDArray[np.bool_] | None, start: int
) -> Iterator[tuple[int, pa.LargeBinaryArray]]:
    """The texts of a shard in batches, each with its first ``doc_id``; row groups without need left out."""
    ends = group_ends(corpus.workspace, shard) + shard.first
    begins = np.concatenate([[shard.first], ends[:-1]])
    needed = ends > start
    if seen is not None:
        needed &= np.array(
            [bool(seen[first:end].any()) for first, end in zip(begins, ends, strict=True)], dtype=bool
        )
    groups = np.flatnonzero(needed)
    for run in np.split(groups, np.flatnonzero(np.diff(groups) > 1) + 1) if groups.size else ():
        first = int(begins[run[0]])
        for texts in text_batches(corpus.workspace, shard, range(int(run[0]), int(run[-1]) + 1)):
            yield first, texts
            first += len(texts)


def _in_batch(
    texts: pa.LargeBinaryArray,
    first: int,
    seen: NDArray[np.bool_] | None,
    wanted: re.Pattern[bytes],
    asked: bytes,
    start: int,
    most: int,
) -> Iterator[Found]:
    """The first finding in each text of a batch."""
    data, offsets, _ = buffers(texts)
    whole = data[offsets[0] : offsets[-1]].tobytes()
    offsets = offsets - offsets[0]
    at = int(offsets[max(0, start - first)])
    while most and (match := wanted.search(whole, at)) is not None:
        row = int(np.searchsorted(offsets, match.start(), side="right")) - 1
        begin, end = int(offsets[row]), int(offsets[row + 1])
        if match.end() > end:  # it runs on into the next text
            at = match.start() + 1
            continue
        at = end
        if seen is None or seen[first + row]:
            most -= 1
            yield Found(
                first + row,
                match.group() == asked,
                whole[max(begin, match.start() - AROUND) : match.start()].decode("utf-8", "ignore"),
                match.group().decode("utf-8", "replace"),
                whole[match.end() : min(end, match.end() + AROUND)].decode("utf-8", "ignore"),
            )
