"""Exports that were written so far, as their manifests say."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from indexes import files, manifest
from indexes.errors import AssayError


@dataclass(frozen=True)
class Made:
    """An export that is whole.

    Attributes:
        corpus, fingerprint: of the corpus it was written from, as it was.
        of: how many documents that held.
        recipe: the recipe's name.
        who: the user who wrote it; empty where that is not known.
        size: of its files, in bytes.
        hash: SHA-256 of the manifest's canonical JSON.
        edits: names of the transformations after which the text was written, in their order.
        problem: why the manifest cannot be read; the rest is empty then.
    """

    folder: Path
    corpus: str = ""
    fingerprint: str = ""
    of: int = 0
    recipe: str = ""
    who: str = ""
    format: str = ""
    documents: int = 0
    tokens: int | None = None
    shards: int = 0
    size: int = 0
    hash: str = ""
    edits: tuple[str, ...] = ()
    problem: str = ""


def exports_in(folders: Iterable[Path]) -> list[Made]:
    """Those of some folders that hold a manifest, the newest first."""
    there = [folder for folder in dict.fromkeys(folders) if (folder / manifest.MANIFEST).is_file()]
    newest = sorted(there, key=lambda folder: files.changed(folder / manifest.MANIFEST), reverse=True)
    return [_made(folder) for folder in newest]


def _made(folder: Path) -> Made:
    try:
        said = manifest.read(folder)
    except AssayError as problem:
        return Made(folder, problem=problem.sentence)
    counts, shards = said["counts"], said["shards"]
    return Made(
        folder=folder,
        corpus=said["corpus"]["name"],
        fingerprint=said["corpus"]["fingerprint"],
        of=said["corpus"].get("documents", 0),
        recipe=said["selection"].get("recipe", ""),
        who=_who(folder),
        format=said["export"]["format"],
        documents=counts["documents"],
        tokens=counts["tokens"],
        shards=len(shards),
        size=sum(shard["size"] for shard in shards),
        hash=manifest.hash_of(said),
        edits=tuple(edit["name"] for edit in manifest.edits_of(said)),
    )


def _who(folder: Path) -> str:
    """The user, who stands outside the manifest, and may be left out of what is handed on."""
    try:
        return str(files.read_json(folder / manifest.RUN).get("user", ""))
    except (OSError, ValueError, AttributeError):
        return ""
