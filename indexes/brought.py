"""Files and folders that the user gave scores in: what they are, where they lie, and what has changed since.

A file is known by its SHA-256, which stands in the lineage; where it lies stands in ``run.json``, since a
path belongs to a machine.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import xxhash

from indexes import families, files
from indexes.errors import AssayError, BadScores
from indexes.saying import BROUGHT, PLACES, RUN
from indexes.score_rows import SUFFIXES
from indexes.workspace import Workspace

VERSION = 2
"""Raised whenever a value may come out differently; older columns are stale then."""


@dataclass(frozen=True)
class Brought:
    """A file, or a folder of files, that the user gave.

    Attributes:
        sha256: of the file; of the names and hashes of a folder's files.
        size, changed: bytes; and the last change in ns, of a folder a hash of each file's name, size and last
            change. While they are the same, so is ``sha256``.
    """

    path: Path
    sha256: str
    size: int
    changed: int


def brought(path: Path) -> Brought:
    """What a file or folder is, hashed once a process as long as it stays the same.

    Raises:
        BadScores: it is not there, or cannot be read.
    """
    try:
        size, changed = _standing(path)
        return _hashed(path.resolve(), size, changed)
    except OSError as error:
        raise BadScores(f"{path} cannot be read: {error.strerror}.", "Check its path.") from None


def _standing(path: Path) -> tuple[int, int]:
    if path.is_file():
        status = path.stat()
        return status.st_size, status.st_mtime_ns
    found = [(file, file.stat()) for file in _inside(path)]
    if not found:
        path.stat()
        raise BadScores(f"{path} holds no file.", "Give the folder in which the scores lie.")
    said = [[str(file.relative_to(path)), status.st_size, status.st_mtime_ns] for file, status in found]
    return sum(status.st_size for _, status in found), xxhash.xxh3_64_intdigest(files.canonical(said))


def _inside(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name.lower().endswith(SUFFIXES)
    )


@lru_cache(maxsize=64)
def _hashed(path: Path, size: int, changed: int) -> Brought:
    if path.is_file():
        return Brought(path, files.sha256(path), size, changed)
    held = [[str(file.relative_to(path)), files.sha256(file)] for file in _inside(path)]
    return Brought(path, hashlib.sha256(files.canonical(held)).hexdigest(), size, changed)


def note_place(root: Path, found: Brought) -> None:
    """Keep where a file lies; the caller holds the lock."""
    path = root / RUN
    before = files.read_json(path) if path.exists() else {}
    place = {"path": str(found.path), "size": found.size, "changed": found.changed}
    if before.get(PLACES, {}).get(found.sha256) != place:
        files.write_json(path, {**before, PLACES: {**before.get(PLACES, {}), found.sha256: place}})


def place_of(root: Path, sha256: str) -> Path | None:
    """Where a file of this hash lay last; None where that is not known."""
    path = root / RUN
    place = files.read_json(path).get(PLACES, {}).get(sha256) if path.exists() else None
    return None if place is None else Path(place["path"])


def present_hash(root: Path, sha256: str) -> str:
    """Hash of what lies now where a file of this hash lay; the same where nothing does."""
    path = root / RUN
    place = files.read_json(path).get(PLACES, {}).get(sha256) if path.exists() else None
    if place is None:
        return sha256
    there = Path(place["path"])
    try:
        if _standing(there) == (place["size"], place["changed"]):
            return sha256
        return brought(there).sha256
    except (BadScores, OSError):
        return sha256


def present_scores(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Family of brought scores -> how it would be made now: by this version, of its file as it is now.

    A family whose files were made in several ways is left out: nothing says which of them is wanted.
    """
    would = {}
    for family in families.family_names(workspace):
        abouts = abouts_of(workspace, family)
        if (
            not abouts
            or abouts[0].get("method") not in BROUGHT
            or any(about != abouts[0] for about in abouts)
        ):
            continue
        about = {**abouts[0], "version": VERSION}
        if "file" in about:
            held = about["file"]
            about["file"] = {**held, "sha256": present_hash(workspace.root, held["sha256"])}
        if "made_of" in about:
            about["made_of"] = made_of(workspace, about["made_of"])
            about["fingerprint"] = workspace.fingerprint
        would[family] = about
    return would


def abouts_of(workspace: Workspace, family: str) -> list[Mapping[str, Any]]:
    """How each file of a family says that it was made; files that cannot be read are passed over."""
    found = []
    for shard in workspace.shards:
        try:
            found.append(families.read_header(workspace.column_file(family, shard)).about)
        except (FileNotFoundError, AssayError):
            continue
    return found


def made_of(workspace: Workspace, names: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Column -> hash of how it was made; None for what came with the documents, which cannot change."""
    held: dict[str, Any] = {}
    for family in families.family_names(workspace):
        for about in abouts_of(workspace, family)[:1]:
            for name in about.get("columns", {}):
                held[name] = families.about_hash(about)
    return {name: held.get(name) for name in names}
