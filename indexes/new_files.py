"""Files that lie among a corpus's sources by now and were not taken in: looked for within bounds."""

import glob
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from indexes.errors import FileFault
from indexes.ingest import content_of
from indexes.manifest import MANIFEST, RUN
from indexes.reader import reader_of
from indexes.reading import parquet
from indexes.sources import LISTS, Input
from indexes.workspace import CORPUS, Workspace

ENTRIES, SECONDS = 50_000, 2.0
"""Names looked at, and for how long, at most: a folder may hold millions, or lie far away."""
COMPARED = 16 << 20
"""Bytes of a file, but for Parquet, whose content is compared with that of files of its size."""
ALONE = ("--copy", "--strict")
"""Options of ``ingest`` that take no value."""


@dataclass(frozen=True)
class NewFiles:
    """How many there are; ``all`` is false where the search was ended before its end."""

    count: int
    all: bool = True


def new_files(workspace: Workspace) -> NewFiles:
    """Files that the last ``ingest`` would take in if it were run again; none of a part of some files.

    A copy of a file that was taken in is none, nor is one that was refused. No more is looked at than the
    bounds allow.
    """
    if workspace.part.keys() & {"limit", "shards"} or not workspace.complete:
        return NewFiles(0)
    taken = [file for shard in workspace.shards for file in shard.files] + list(workspace.others)
    known = {file.path for file in taken} | set(_refused(workspace))
    contents: dict[int, set[str]] = {}
    for file in taken:
        contents.setdefault(file.size, set()).add(file.content)
    ends = time.monotonic() + SECONDS
    found: set[str] = set()
    left = ENTRIES
    for source in sources_of(workspace.ingest.get("arguments", ())):
        new: set[str] = set()
        is_it = os.path.isabs(os.path.expanduser(source))  # else it may be seen from another folder
        for path in _paths(source):
            left -= 1
            if left < 0 or time.monotonic() > ends:
                return NewFiles(len(found | new) if is_it else len(found), all=False)
            is_it = is_it or path in known
            if path in known or path in new or not _is_input(os.path.basename(path)):
                continue
            if not _is_copy(Path(path), contents):
                new.add(path)
        found |= new if is_it else set()
    return NewFiles(len(found))


def sources_of(words: Sequence[str]) -> list[str]:
    """The files, folders, globs and lists among the words after ``assay ingest``."""
    found = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            found.append(word)
        elif word not in ALONE:
            value = next(rest, "")
            if word == "--source":
                found.append(value.partition("=")[2])
    return [word for word in found if word]


def _refused(workspace: Workspace) -> list[str]:
    """Files that could not be taken in: that was said then."""
    try:
        lines = (workspace.root / "quarantine" / "files.jsonl").read_text(encoding="utf-8").splitlines()
        return [str(json.loads(line)["file"]) for line in lines]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _is_copy(path: Path, contents: Mapping[int, set[str]]) -> bool:
    """Whether a file has the content of one that was taken in; one that is large is not read for that."""
    reader = reader_of(path)
    try:
        size = path.stat().st_size
        if reader is None or size not in contents or (size > COMPARED and reader is not parquet.READER):
            return False
        return content_of(Input(path, "", reader)) in contents[size]
    except (OSError, FileFault):
        return False


def _is_input(name: str) -> bool:
    return not name.startswith(".") and name not in (MANIFEST, RUN) and reader_of(Path(name)) is not None


def _paths(said: str) -> Iterator[str]:
    """Every file that a word means, as ingest names it, and each folder on the way as a name of no file."""
    path = os.path.abspath(os.path.expanduser(said))
    try:
        if os.path.isdir(path):
            yield from _below(path)
        elif os.path.isfile(path):
            yield from _listed(path) if Path(path).suffix.lower() in LISTS else [path]
        elif glob.has_magic(said):
            for match in glob.iglob(path, recursive=True):
                if os.path.isfile(match):
                    yield match
                elif "**" not in said:
                    yield from _below(match)
    except OSError:  # gone, or not to be read: nothing new is seen there
        return


def _below(folder: str) -> Iterator[str]:
    """Depth first; a folder that was entered by another way is left out, and so is a workspace."""
    waiting, entered = [folder], set()
    while waiting:
        here = waiting.pop()
        if (real := os.path.realpath(here)) in entered or os.path.exists(os.path.join(here, CORPUS)):
            continue
        entered.add(real)
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.is_dir():
                        if not entry.name.startswith("."):
                            waiting.append(entry.path)
                        yield ""
                    else:
                        yield entry.path
        except OSError:
            continue


def _listed(path: str) -> Iterator[str]:
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in islice(lines, ENTRIES):
            said = line.strip()
            if said and not said.startswith("#"):
                beside = os.path.abspath(os.path.join(os.path.dirname(path), said))
                found = beside if os.path.isfile(beside) else os.path.abspath(said)
                if os.path.isfile(found):
                    yield found
