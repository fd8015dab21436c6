"""Train a fastText classifier of one's own from positive and negative texts, and say how good it is.

Texts are ordered and split by a hash of themselves and a seed, so that neither the order of a file nor one
more text in it moves another to the other side; one thread trains, so that equal files give equal bytes.
"""

import importlib.metadata
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from analytics import fasttext_model
from analytics.fasttext_model import GOOD
from indexes import engine
from indexes.errors import BadScores, NameTaken
from indexes.keys import uniform_by_key
from indexes.saying import counted
from indexes.training_texts import read_card, read_texts, write_model

REST = "__label__rest"
PARAMETERS: dict[str, Any] = {
    "lr": 0.1,
    "dim": 64,
    "wordNgrams": 2,
    "minCount": 1,
    "bucket": 200_000,
    "loss": "softmax",
    "thread": 1,
}
"""DCLM's learning rate and bigrams; fewer dimensions and buckets, for files of thousands of texts.

With one thread fastText 0.9.2 fills only the first tenth of its input matrix, the commonest words, and takes
the rest as memory comes: used memory gave NaN, or another model each time (tried). So it trains in a process
of its own, where a matrix of 51 MB and more is fresh from the system and zero."""

THRESHOLD = 0.5
"""At this probability and above a text is called positive."""

FEWEST = 10
"""Texts of a kind below which nothing is learned or tested."""

LABELS = re.compile(r"(?<!\S)(__label__|</s>)")
"""Words that mean something else to fastText than a word of the text."""


@dataclass(frozen=True)
class Split:
    """Texts for training and for testing, shuffled by their keys; True is positive."""

    trained: Sequence[tuple[str, bool]]
    held_out: Sequence[tuple[str, bool]]
    left_out: int


def train(
    positive: Path,
    negative: Path,
    to: Path,
    share: float = 0.1,
    seed: int = 0,
    epochs: int = 25,
    replace: bool = False,
    say: Callable[[str], None] = lambda said: None,
) -> dict[str, Any]:
    """Train a classifier with the labels hq and rest, and write it with a card beside it.

    The same again is done at once.

    Args:
        positive: JSONL (plain, ``.gz``, ``.zst``) or Parquet with a column ``text``, or lines of plain text.
        negative: the same.
        to: the model's file; its card is ``<to>.json``.
        share: of the texts to hold out, over 0 and under 1.
        seed: of the split, the order and the training.
        epochs: how often each text is seen; 5 is enough for hundreds of thousands, few for thousands.
        replace: put it in the place of another model.
        say: told what was left out.

    Returns:
        what ``analytics.answers`` declares for ``train-classifier``.

    Raises:
        BadScores: a file cannot be read, or holds too few texts.
        NameTaken: ``to`` is there, made otherwise.
    """
    import fasttext

    inputs = [read_texts(path) for path in (positive, negative)]
    parameters = {**PARAMETERS, "epoch": epochs, "seed": seed, "held_out": share}
    made_of = {
        "fasttext": importlib.metadata.version("fasttext-numpy2-wheel"),
        "parameters": parameters,
        "positive": inputs[0].about(),
        "negative": inputs[1].about(),
    }
    card = read_card(to)
    if card is not None and all(card.get(name) == said for name, said in made_of.items()):
        return _answer(to, card)
    if to.exists() and not replace:
        raise NameTaken(
            f"{to} is there already, and made otherwise.", "Choose another name, or say --replace."
        )
    split = split_texts(inputs[0].texts, inputs[1].texts, share, seed)
    _check_sizes(split, positive, negative)
    if split.left_out:
        say(f"{counted(split.left_out, 'text')} left out: empty, there twice, or in both files.")
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "train.txt"
        with lines.open("w", encoding="utf-8", newline="\n") as file:
            for text, good in split.trained:
                file.write(f"{GOOD if good else REST} {_line(text)}\n")
        trained = Path(folder) / "model.bin"
        nan = engine.apart(_train, (str(lines), str(trained), {**PARAMETERS, "epoch": epochs, "seed": seed}))
        if nan:
            raise BadScores(
                f"fastText could not learn from these texts: {nan}",
                "Give more texts, or take fewer --epochs.",
            )
        model = fasttext.load_model(str(trained))
    found = fasttext_model.probabilities(model, GOOD, [text for text, _ in split.held_out])
    scores = np.nan_to_num(found, nan=0.0)
    truth = np.array([good for _, good in split.held_out])
    precision, recall = precision_recall(scores >= THRESHOLD, truth)
    said = {
        **made_of,
        "labels": [GOOD, REST],
        "threshold": THRESHOLD,
        "trained": {
            "positive": _goods(split.trained),
            "negative": len(split.trained) - _goods(split.trained),
        },
        "held_out": {"positive": int(truth.sum()), "negative": int((~truth).sum())},
        "left_out": split.left_out,
        "precision": precision,
        "recall": recall,
        "auc": area_under_curve(scores, truth),
    }
    return _answer(to, write_model(to, said, model.save_model))


def _train(task: tuple[str, str, dict[str, Any]]) -> str | None:
    """Train on a file of lines and save the model; what fastText says where a weight is not a number."""
    import fasttext

    lines, to, parameters = task
    try:
        model = fasttext.train_supervised(lines, **parameters, verbose=0)
    except RuntimeError as error:
        return str(error)
    model.save_model(to)
    return None


def split_texts(positive: Sequence[str], negative: Sequence[str], share: float, seed: int) -> Split:
    """Split texts by their keys; equal ones count once, and those in both files not at all.

    Args:
        positive: texts, in any order.
        negative: the same.
        share: of the texts to hold out.
        seed: another one gives another split and order.
    """
    kinds: dict[str, set[bool]] = {}
    for texts, good in ((positive, True), (negative, False)):
        for text in texts:
            if text.strip():
                kinds.setdefault(text, set()).add(good)
    clear = [(text, True in good) for text, good in kinds.items() if len(good) == 1]
    keys = np.array([xxhash.xxh3_64_intdigest(text.encode()) for text, _ in clear], dtype=np.uint64)
    drawn = uniform_by_key(keys, seed)
    order = np.lexsort((keys, drawn))
    held_out = [clear[i] for i in order if drawn[i] < share]
    trained = [clear[i] for i in order if drawn[i] >= share]
    return Split(trained, held_out, len(positive) + len(negative) - len(clear))


def _check_sizes(split: Split, positive: Path, negative: Path) -> None:
    for path, good in ((positive, True), (negative, False)):
        trained = sum(kind is good for _, kind in split.trained)
        if trained < FEWEST:
            raise BadScores(
                f"{path} leaves {counted(trained, 'text')} to train on, and at least {FEWEST} are needed.",
                "Give more texts; empty ones, those that come twice and those in both files do not count.",
            )
        if not any(kind is good for _, kind in split.held_out):
            raise BadScores(f"No text of {path} is held out to test on.", "Hold out more: --held-out 20%")


def _goods(texts: Sequence[tuple[str, bool]]) -> int:
    return sum(good for _, good in texts)


def _line(text: str) -> str:
    """A text as fastText reads it: one line, without words that are marks to it."""
    return LABELS.sub("", " ".join(text.strip().splitlines()))


def precision_recall(called: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[float | None, float]:
    """Share of those called positive that are, None where none is; share of the positive that are called so.

    Args:
        called: shape (n_texts,).
        truth: shape (n_texts,), at least one true.
    """
    both = int((called & truth).sum())
    return (both / int(called.sum()) if called.any() else None), both / int(truth.sum())


def area_under_curve(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """How often a positive is scored above a negative, equal scores counting half: Mann and Whitney 1947.

    Args:
        scores: shape (n_texts,).
        truth: shape (n_texts,), some true and some not.
    """
    negative = np.sort(scores[~truth])
    below = np.searchsorted(negative, scores[truth], side="left")
    upto = np.searchsorted(negative, scores[truth], side="right")
    return float((below + upto).mean() / 2 / negative.size)


def _answer(to: Path, card: dict[str, Any]) -> dict[str, Any]:
    said = {"model": str(to), "sha256": card["sha256"], "card": f"{to}.json"}
    said |= {name: sum(card[name].values()) for name in ("trained", "held_out")}
    return said | {name: card[name] for name in ("left_out", "precision", "recall", "auc")}
