"""fastText classifiers that the user brings: what a file is, and the probability of one label.

A file is walked from end to end before it is loaded: fastText itself runs for ever on some files that were
cut off (tried with the first 100 bytes of one).
"""

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.errors import BadScores, near_matches

MAGIC, VERSIONS = 793_712_314, (11, 12)
SUPERVISED = 3
LABEL = "__label__"
"""Stands before the name of every label."""

GOOD = f"{LABEL}hq"
"""The label that is looked for where none is named, as in DCLM's classifier."""

HEADER = struct.Struct("<12id")
CENTROIDS = 256
"""Centroids of each part of a vector in a compressed model."""


@dataclass(frozen=True)
class Described:
    """What a model's file says of itself.

    Attributes:
        version: of the format.
        supervised: whether it is a classifier; else it gives word vectors.
        labels: all of them, with their prefix, in the file's order; none where it is no classifier.
    """

    version: int
    supervised: bool
    labels: tuple[str, ...]


def describe(path: Path) -> Described:
    """Walk a model's file; nothing is loaded.

    Raises:
        BadScores: it cannot be read, is no fastText model, of a version that is not known, or not whole.

    Source: FastText::saveModel and what it calls, of fastText 0.9.2 (archived repository).
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
            magic, version = struct.unpack("<ii", start) if len(start) == 8 else (0, 0)
            if magic != MAGIC:
                raise BadScores(
                    f"{path} is no fastText model: it does not begin as one.",
                    "Give a .bin or .ftz file that fastText saved.",
                )
            if version not in VERSIONS:
                raise BadScores(
                    f"{path} is a fastText model of version {version}; 11 and 12 can be read.",
                    "Give one that a current fastText saved.",
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _walk(data, version)
    except OSError as error:
        raise BadScores(f"{path} cannot be read: {error.strerror}.", "Check its path.") from None
    except (struct.error, _Short):
        raise BadScores(
            f"{path} begins as a fastText model and is not whole.", "Get a whole copy of the file."
        ) from None


class _Short(Exception):
    """The file ends before what it says it holds, or after."""


def _walk(data: mmap.mmap, version: int) -> Described:
    dim, _, _, _, _, _, _, kind, *_ = HEADER.unpack_from(data, 8)
    at = 8 + HEADER.size
    size, words, n_labels, _, pruned = struct.unpack_from("<iiiqq", data, at)
    at += struct.calcsize("<iiiqq")
    if min(dim, size, words, n_labels) < 0 or words + n_labels != size:
        raise _Short
    labels = []
    for _ in range(size):
        end = data.find(b"\0", at)
        if end < 0 or end + 10 > len(data):
            raise _Short
        if data[end + 9] == 1:
            labels.append(data[at:end].decode("utf-8", "replace"))
        at = end + 10  # a count of 8 bytes and the kind
    at += 8 * max(pruned, 0)
    compressed = _flag(data, at)
    at = _after_matrix(data, at + 1, compressed)
    at = _after_matrix(data, at + 1, compressed and _flag(data, at))
    if at != len(data):
        raise _Short
    return Described(version, kind == SUPERVISED, tuple(labels) if kind == SUPERVISED else ())


def _flag(data: mmap.mmap, at: int) -> bool:
    if at >= len(data) or data[at] not in (0, 1):
        raise _Short
    return bool(data[at])


def _after_matrix(data: mmap.mmap, at: int, compressed: bool) -> int:
    """Where a matrix of a file ends."""
    if not compressed:
        rows, columns = struct.unpack_from("<qq", data, at)
        return _within(data, at + 16, rows, columns, 4)
    normed = _flag(data, at)
    rows, _, size = struct.unpack_from("<qqi", data, at + 1)
    at = _after_quantizer(data, _within(data, at + 21, size, 1, 1))
    if normed:
        at = _after_quantizer(data, _within(data, at, rows, 1, 1))
    return at


def _after_quantizer(data: mmap.mmap, at: int) -> int:
    (dim,) = struct.unpack_from("<i", data, at)
    return _within(data, at + 16, dim, CENTROIDS, 4)


def _within(data: mmap.mmap, at: int, rows: int, columns: int, size: int) -> int:
    if min(rows, columns) < 0 or at + rows * columns * size > len(data):
        raise _Short
    return at + rows * columns * size


def label_of(path: Path, said: str | None) -> str:
    """The label that is meant, with its prefix, of those that a model has.

    Args:
        path: the model.
        said: the label, with or without its prefix; ``__label__hq`` where the model has it, if None.

    Raises:
        BadScores: it is no classifier, or has no such label.
    """
    described = describe(path)
    if not described.supervised:
        raise BadScores(
            f"{path} is a fastText model of word vectors, and no classifier.",
            "Give a supervised one, or make one with: assay train-classifier",
        )
    names = ", ".join(label.removeprefix(LABEL) for label in described.labels[:20])
    names += ", …" if len(described.labels) > 20 else ""
    if said is None:
        if GOOD in described.labels:
            return GOOD
        raise BadScores(
            f"{path} has the labels {names}.", "Say whose probability is the score: --label LABEL"
        )
    for label in (said, LABEL + said):
        if label in described.labels:
            return label
    raise BadScores(
        f"{path} has no label {said}.{near_matches(LABEL + said, described.labels)}",
        f"Choose from: {names}.",
    )


@lru_cache(maxsize=1)
def load(path: Path, model_hash: str) -> Any:
    """The model, loaded once a process. ``model_hash`` is part of the key."""
    import fasttext

    return fasttext.load_model(str(path))


def probabilities(model: Any, label: str, texts: Sequence[str | None]) -> NDArray[np.float64]:
    """Probability of a label for each text, shape (n_texts,), in [0, 1]; NaN where there is no text.

    A text is one line to fastText: it is stripped, and its lines are joined by spaces. Of two labels only the
    likelier is asked for, and 1 less its probability is the other's. fastText adds 0.00001 to what it gives;
    that is kept, up to 1. A text without a known word or line end gives NaN.

    Source: baselines/mappers/enrichers/quality_prediction_enrichers_calc_fasttext.py of
    mlfoundations/dclm@361714b.
    """
    found = np.full(len(texts), np.nan)
    places = [i for i, text in enumerate(texts) if text is not None]
    lines = [" ".join(text.strip().splitlines()) for text in texts if text is not None]
    two = len(model.labels) == 2
    given, shares = model.predict(lines, k=1 if two else -1) if lines else ([], [])
    for place, names, values in zip(places, given, shares, strict=True):
        for name, value in zip(names, values, strict=True):
            if name == label:
                found[place] = value
            elif two:
                found[place] = 1 - float(value)
    clipped: NDArray[np.float64] = np.clip(found, 0, 1)
    return clipped
