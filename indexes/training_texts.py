"""Texts to train a classifier on, and the model that comes of them with its card."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexes import files
from indexes.columns import DOC_ID, KEY, TEXT
from indexes.corpus import Corpus
from indexes.errors import BadScores, FileFault
from indexes.queries.document import about
from indexes.reader import reader_of
from indexes.verdicts import key_text

LONGEST_LINE = 256_000_000
PLAIN = (".txt", ".text")


@dataclass(frozen=True)
class TrainingTexts:
    """The texts of a file."""

    path: Path
    sha256: str
    texts: Sequence[str]

    def about(self) -> dict[str, Any]:
        """What a card says of it."""
        return {"file": self.path.name, "sha256": self.sha256, "texts": len(self.texts)}


def read_texts(path: Path) -> TrainingTexts:
    """Read the texts of a file: its column ``text``, or the lines of a ``.txt``.

    Raises:
        BadScores: it cannot be read, or has no column ``text``.
    """
    try:
        known = files.sha256(path)
        if path.name.lower().endswith(PLAIN):
            return TrainingTexts(path, known, path.read_text(encoding="utf-8-sig").split("\n"))
    except OSError as error:
        raise BadScores(f"{path} cannot be read: {error.strerror}.", "Check its path.") from None
    except UnicodeDecodeError:
        raise BadScores(f"{path} is not UTF-8.", "Save it as UTF-8.") from None
    reader = reader_of(path)
    if reader is None:
        raise BadScores(
            f"{path} is of an unknown kind.", "Give JSONL, Parquet, or a .txt with a text a line."
        )
    try:
        names = reader.peek(path).column_names
        if TEXT not in names:
            raise BadScores(
                f"{path} has no column text, only {', '.join(names[:20]) or 'none'}.",
                "Rename the one that holds the text to text.",
            )
        texts: list[str] = []
        for rows in reader.open(path, TEXT, LONGEST_LINE).rows:
            texts += rows.table[TEXT].to_pylist()
    except FileFault as fault:
        raise BadScores(fault.sentence, fault.next_step) from None
    return TrainingTexts(path, known, texts)


def write_texts(corpus: Corpus, doc_ids: Sequence[int], path: Path) -> int:
    """Write ``key``, where it is known ``id``, and ``text`` of documents as JSONL; how many have a text."""
    names = ["id"] if "id" in corpus.ready() else []
    found = about(corpus, doc_ids, names)
    texts = corpus.texts(found[DOC_ID].to_list())
    written = 0
    with files.writing_outside(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        for row, text in zip(found.iter_rows(named=True), texts, strict=True):
            if text is not None:
                said = {"key": key_text(row[KEY]), "id": row.get("id"), "text": text.decode()}
                out.write(json.dumps(said, ensure_ascii=False) + "\n")
                written += 1
    return written


def card_of(model: Path) -> Path:
    """The file beside a model that says what it was made of."""
    return model.with_name(f"{model.name}.json")


def read_card(model: Path) -> dict[str, Any] | None:
    """What a model's card says; None where there is none, or the model is another one by now."""
    try:
        card: dict[str, Any] = files.read_json(card_of(model))
        return card if card.get("sha256") == files.sha256(model) else None
    except (OSError, ValueError):
        return None


def write_model(to: Path, about: dict[str, Any], save: Callable[[str], None]) -> dict[str, Any]:
    """Write a model, then its card; the card, with the model's hash and size."""
    with files.writing_outside(to) as temporary:
        save(str(temporary))
    card = {**about, "sha256": files.sha256(to), "bytes": to.stat().st_size}
    with files.writing_outside(card_of(to)) as temporary:
        files.write_json(temporary, card)
    return card
