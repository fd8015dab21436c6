"""Texts of two kinds and a small fastText classifier that knows them apart, trained in a second."""

import json
from pathlib import Path

import numpy as np
from terminal import assay

GOOD = ["theorem", "proof", "lemma", "integer", "function", "continuous", "bounded", "sequence"]
BAD = ["buy", "cheap", "click", "discount", "offer", "winner", "casino", "pills"]


def texts(words: list[str], n: int, seed: int = 0) -> list[str]:
    """Texts of 20 words each, all different."""
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(words, 20)) + f" {seed}x{i}" for i in range(n)]


def write_texts(path: Path, found: list[str]) -> Path:
    """A JSONL file of texts."""
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in found))
    return path


def trained(folder: Path, n: int = 80) -> Path:
    """A classifier with the labels hq and rest."""
    write_texts(folder / "good.jsonl", texts(GOOD, n))
    write_texts(folder / "bad.jsonl", texts(BAD, n))
    model = folder / "mine.bin"
    said = assay(
        "train-classifier",
        "--positive", folder / "good.jsonl",
        "--negative", folder / "bad.jsonl",
        "--to", model,
    )  # fmt: skip
    assert said.code == 0, said
    return model
