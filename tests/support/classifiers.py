"""Texts of two kinds and a small fastText classifier that knows them apart, trained in a second."""

import json
import os
import subprocess
import sys
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


TRAINING = """
import fasttext, json, sys
how, lines, path, compressed, said = json.loads(sys.argv[1])
model = getattr(fasttext, f"train_{how}")(lines, thread=1, verbose=0, **said)
if compressed is not None:
    model.quantize(**compressed)
model.save_model(path)
"""


def small_model(
    lines: Path, path: Path, how: str = "supervised", compressed: dict | None = None, **said
) -> Path:
    """A model of a few kilobytes, trained in a process whose memory is zero at first: see ``PARAMETERS``."""
    words = [how, str(lines), str(path), compressed, {"dim": 8, "bucket": 500, **said}]
    fresh = {**os.environ, "MALLOC_PERTURB_": "255"}  # glibc fills what it gives with the complement
    subprocess.run([sys.executable, "-c", TRAINING, json.dumps(words)], env=fresh, check=True)
    return path
