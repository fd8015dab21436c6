"""Judgements: what people say of documents, as small files in the workspace's ``judgements/``.

One JSONL file a person, one line a judgement, in the order in which they were made. A document is known by
its ``key``, so that judgements survive another ingest. What was said stays: of one person's judgements on a
document the latest counts. Writers put whole files in place by rename, outside the workspace's lock; two
sessions of one person wait for each other at a lock file of their own, so that no line is lost.
"""

import fcntl
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import xxhash

from indexes import files
from indexes.errors import BadJudgements
from indexes.verdicts import ASKED, NAMES, Asked, Judgement, now

FOLDER = "judgements"
MARK = ".column"
"""In the folder: written anew when the column ``judged`` is to be, for corpora that are open."""
KNOWN = 200_000
"""Lines that are kept as they were understood: a file is read anew after each verdict."""
LONGEST_REASON = 300
"""Characters of what is said to be wrong with a line."""

FORM = (
    'A line is {"key": "09af…", "who": "anna", "when": "2026-11-21T17:00:00Z", "verdict": "keep", "drop" or '
    '"unsure"}, with id, note, recipe, recipe_hash and asked where they are known.'
)


def read_judgements(root: Path) -> list[Judgement]:
    """Every judgement of a workspace, replaced ones too, in the order of time.

    Raises:
        BadJudgements: a line is none; its file and number.
    """
    found: list[Judgement] = []
    for path in sorted((root / FOLDER).glob("[!.]*.jsonl")):
        found += read_file(path)
    return sorted(found, key=lambda row: (row.when, row.who))  # stable: of one moment, the file's order


def read_file(path: Path) -> list[Judgement]:
    """The judgements of a JSONL file, in its order; empty lines are passed over.

    Raises:
        BadJudgements: the file cannot be read, or a line is none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise BadJudgements(f"{path} cannot be read: {error.strerror}.", "Check its path.") from None
    except UnicodeDecodeError:
        raise BadJudgements(f"{path} is not UTF-8.", "Save it as UTF-8.") from None
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_parsed(line))
            except ValueError as problem:
                why = str(problem)[:LONGEST_REASON]  # it quotes what stands there, whatever its length
                raise BadJudgements(f"{path}, line {number:,}: {why}.", FORM) from None
    return found


def add_judgements(root: Path, rows: Sequence[Judgement]) -> int:
    """Write judgements behind those of the same people; those that are there already are left alone.

    Returns:
        How many were new.

    Raises:
        BadJudgements: a file that is there cannot be read, or the folder not be written.
    """
    added = 0
    by_person: dict[str, list[Judgement]] = {}
    for row in rows:
        by_person.setdefault(row.who, []).append(row)
    for who, theirs in by_person.items():
        path = file_of(root, who)
        with _alone(path):
            before = read_file(path) if path.exists() else []
            known = set(before)
            new = [row for row in dict.fromkeys(theirs) if row not in known]
            if new:
                text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
                text += "\n" if text and not text.endswith("\n") else ""
                text += "".join(row.line() for row in new)
                with files.writing_outside(path) as temporary:
                    temporary.write_text(text, encoding="utf-8", newline="\n")
            added += len(new)
    return added


def digest(said: Mapping[str, str]) -> str:
    """A hash of key -> verdict: what the column ``judged`` was made of."""
    return str(xxhash.xxh3_128_hexdigest(files.canonical(said)))


def refresh_column(root: Path) -> None:
    """Have open corpora take the judgements that came since into their column ``judged``."""
    files.write_text(root / FOLDER / MARK, now() + "\n")


def write_file(path: Path, rows: Iterable[Judgement]) -> None:
    """Write judgements as JSONL, by rename."""
    with files.writing_outside(path) as temporary:
        temporary.write_text("".join(row.line() for row in rows), encoding="utf-8", newline="\n")


def file_of(root: Path, who: str) -> Path:
    """The file of a person's judgements; what a file's name cannot hold stands for a hash in it."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", who.lower()).strip("-")[:40]
    name = plain if plain == who else f"{plain}-{xxhash.xxh3_64_hexdigest(who.encode())[:8]}".lstrip("-")
    return root / FOLDER / f"{name}.jsonl"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Be the one who writes a file: the others, threads or processes, wait."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.with_name(f".{path.name}.lock").open("a")
    except OSError as error:
        raise BadJudgements(
            f"{path.parent} cannot be written: {error.strerror}.",
            "Check whose it is, or judge in a workspace of your own.",
        ) from None
    with opened as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@lru_cache(maxsize=KNOWN)
def _parsed(line: str) -> Judgement:
    try:
        said: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("this is not JSON") from None
    if not isinstance(said, dict):
        raise ValueError("a judgement is an object with names and values")
    lacking = [name for name in NAMES[:4] if said.get(name) is None]
    if lacking:
        raise ValueError(f"{', '.join(lacking)} is missing")
    row = Judgement(**{name: said[name] for name in NAMES[:-1] if said.get(name) is not None})
    asked = said.get("asked")
    if asked is None:
        return row
    if not isinstance(asked, dict) or "list" not in asked:
        raise ValueError(f"asked is an object with list, rule and seed, got {asked!r}")
    return replace(row, asked=Asked(**{name: asked[name] for name in ASKED if name in asked}))
