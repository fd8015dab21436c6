"""Benchmark targets: the examples that documents are ranked by, kept in the workspace.

The text of an example is its ``text``, else its question, answer and context joined by line ends (BETR joins
whatever fields there are). An answer that is a number is that choice where there are choices; other choices
are left out, most being wrong. Test rows are kept apart: contamination is overlap with them, and nothing is
ranked by them unless asked for.
"""

import gzip
import hashlib
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from indexes import files, lock
from indexes.errors import BadTarget, NameTaken, near_matches
from indexes.saying import command
from indexes.workspace import read_workspace

FORMAT = 1
SPLITS = ("train", "any")
TRAINING = ("train", "val", "dev")
"""How the names of splits that may be ranked by begin; a row of any other named split is a test row."""
FIELDS = ("question", "answer", "context")
"""Parts of an example's text, in this order, where it has no ``text``."""
SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("id", pa.string()),
        ("split", pa.string()),
        ("text", pa.string()),
        ("is_test", pa.bool_()),
        ("used", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Target:
    """A benchmark target.

    Attributes:
        file: name of the file it was read from, and ``file_hash`` its SHA-256.
        split: ``train``, or ``any`` where test rows are ranked by too.
        examples: how many rows documents can be ranked by.
        test_rows: how many rows are of a test split, whether used or not.
        without_text: how many rows were left out since they hold no text.
        hash: SHA-256 of the rows; changes when an example does.
    """

    name: str
    file: str
    file_hash: str
    split: str
    examples: int
    test_rows: int
    without_text: int
    hash: str
    format: int = FORMAT

    @property
    def warning(self) -> str:
        """What a person should know before using it; empty where there is nothing."""
        if self.split == "any" and self.test_rows:
            return (
                f"{self.test_rows:,} test rows of {self.name} are among the examples: "
                "a model trained on what they select cannot be judged by this benchmark."
            )
        return ""


def add_target(root: Path, name: str, file: Path, split: str = "train", replace: bool = False) -> Target:
    """Read a file of examples into a workspace. The same again is done at once.

    Args:
        root: the workspace.
        name: what to call it: letters, digits, ``-`` and ``_``.
        file: JSON lines, plain, ``.gz`` or ``.zst``, or Parquet.
        split: ``train`` uses training, validation and development rows and rows without a split, ``any`` all.
        replace: put it in the place of another target of this name.

    Raises:
        BadTarget: the file cannot be read or holds no example to rank by, or the name is no name.
        NameTaken: another target has this name.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise BadTarget(
            f"{name!r} cannot name a target: it takes letters, digits, - and _.", "Choose another name."
        )
    if split not in SPLITS:
        raise ValueError(f"split must be one of {SPLITS}, got {split!r}")
    read_workspace(root)
    with lock.writer(root, f"assay target add {root} {name}"):
        try:
            file_hash = files.sha256(file)
        except OSError as error:
            raise BadTarget(f"{file} cannot be read: {error.strerror}.", "Check its path.") from error
        folder = target_folder(root, name)
        if (folder / "target.json").exists():
            held = read_target(root, name)
            if (held.file_hash, held.split, held.format) == (file_hash, split, FORMAT):
                return held
            if not replace:
                raise NameTaken(
                    f"The target {name} was made from {held.file} with --split {held.split}.",
                    "Choose another name, or put this one in its place with --replace.",
                )
        table, left_out = _examples(file, split)
        target = Target(
            name=name,
            file=file.name,
            file_hash=file_hash,
            split=split,
            examples=sum(table["used"].to_pylist()),
            test_rows=sum(table["is_test"].to_pylist()),
            without_text=left_out,
            hash=hashlib.sha256(files.canonical(table.to_pylist())).hexdigest(),
        )
        with files.writing(folder) as temporary:
            temporary.mkdir()
            pq.write_table(table, temporary / "examples.parquet", compression="zstd", row_group_size=10_000)
            files.write_json(temporary / "target.json", asdict(target))
        return target


def target_folder(root: Path, name: str) -> Path:
    """The folder of a target."""
    return root / "targets" / name


def target_names(root: Path) -> list[str]:
    """Names of the targets of a workspace, in order."""
    return sorted(path.parent.name for path in (root / "targets").glob("[!.]*/target.json"))


def read_target(root: Path, name: str) -> Target:
    """A target by name.

    Raises:
        BadTarget: there is none; near matches.
    """
    try:
        said = files.read_json(target_folder(root, name) / "target.json")
    except FileNotFoundError:
        known = target_names(root)
        raise BadTarget(
            f"There is no target {name}.{near_matches(name, known)}",
            (f"There are: {', '.join(known)}. " if known else "")
            + f"Add it with: {command('target', 'add', root, name, 'FILE')}",
        ) from None
    return Target(**said)


def read_examples(root: Path, name: str, ids: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows of a target: ``row, id, split, text, is_test, used``.

    Args:
        root: the workspace.
        name: the target.
        ids: only those with these ids; all if None.
    """
    read_target(root, name)
    table = pl.read_parquet(target_folder(root, name) / "examples.parquet", glob=False)
    return table if ids is None else table.filter(pl.col("id").is_in(list(ids)))


def example_texts(root: Path, examples: Iterable[str]) -> dict[str, str]:
    """The text of some examples, each named ``target:id`` as in a score's column; of those that are there."""
    ids: dict[str, list[str]] = {}
    for example in examples:
        target, _, own = example.partition(":")
        ids.setdefault(target, []).append(own)
    found: dict[str, str] = {}
    for target in sorted(set(ids) & set(target_names(root))):
        rows = read_examples(root, target, ids[target])
        found |= {f"{target}:{own}": text for own, text in rows.select("id", "text").iter_rows()}
    return found


def _examples(file: Path, split: str) -> tuple[pa.Table, int]:
    """The rows of a file that hold text, and how many do not."""
    found: list[dict[str, Any]] = []
    keys: Counter[str] = Counter()
    used_ids: set[str] = set()
    left_out = 0
    for row, record in enumerate(_records(file)):
        keys.update(record.keys())
        text = example_text(record)
        if not text:
            left_out += 1
            continue
        said = record.get("split")
        named = "" if said is None else str(said).strip()
        is_test = bool(named) and not named.lower().startswith(TRAINING)
        own = str(row) if record.get("id") is None else str(record["id"])
        if own in used_ids:
            own = f"{own}#{row}"
        used_ids.add(own)
        used = split == "any" or not is_test
        found.append({"row": row, "id": own, "split": named, "text": text, "is_test": is_test, "used": used})
    if not found:
        names = ", ".join(sorted(keys)[:20]) or "none"
        raise BadTarget(
            f"{file} holds no text to rank documents by; its fields: {names}.",
            "Give each row a field text, or question and answer.",
        )
    if not any(example["used"] for example in found):
        splits = ", ".join(sorted({example["split"] for example in found})[:10])
        raise BadTarget(
            f"All {len(found):,} rows of {file} are test rows (split {splits}).",
            "Give a file with training rows, or rank by the test rows, knowing it, with --split any.",
        )
    return pa.Table.from_pylist(found, SCHEMA), left_out


def example_text(record: Mapping[str, Any]) -> str:
    """The text of an example; empty where it has none."""
    if _words(record.get("text")):
        return _words(record["text"])
    if not _words(record.get("question")):
        return ""
    parts = {name: record.get(name) for name in FIELDS}
    choices, number = record.get("choices"), record.get("answer")
    if isinstance(choices, list) and type(number) is int and 0 <= number < len(choices):
        parts["answer"] = choices[number]
    return "\n".join(filter(None, map(_words, parts.values())))


def _words(value: Any) -> str:
    """A field as text: several values one a line; true and false in small letters."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_words, value)))
    if value is None or isinstance(value, dict):
        return ""
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return said.encode("utf-8", "replace").decode().strip()  # a lone surrogate can be in JSON, not in UTF-8


def _records(file: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of a file.

    Raises:
        BadTarget: it is neither Parquet nor JSON lines, or breaks off.
    """
    kind = "".join(file.suffixes[-2:]).lower()
    try:
        if kind.endswith(".parquet"):
            with pq.ParquetFile(file) as parquet:
                for batch in parquet.iter_batches(batch_size=1000):
                    yield from batch.to_pylist()
        elif kind.endswith(
            (".jsonl", ".json", ".ndjson", ".jsonl.gz", ".jsonl.zst", ".json.gz", ".json.zst")
        ):
            with _opened(file, kind) as stream:
                yield from _lines(file, stream)
        else:
            raise BadTarget(
                f"{file} is of an unknown kind.", "Give a file .jsonl, .jsonl.gz, .jsonl.zst or .parquet."
            )
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        said = str(error).splitlines()[0] if str(error) else "it breaks off"
        raise BadTarget(f"{file} cannot be read: {said}.", "Get a whole copy of the file.") from error


def _opened(file: Path, kind: str) -> BinaryIO:
    if kind.endswith(".gz"):
        return io.BufferedReader(gzip.GzipFile(file))
    if kind.endswith(".zst"):
        return io.BufferedReader(pa.CompressedInputStream(pa.OSFile(str(file)), "zstd"))
    return file.open("rb")


def _lines(file: Path, stream: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise BadTarget(
                f"Line {number:,} of {file} is not a JSON object.", "Mend the line or take it out."
            )
        yield record
