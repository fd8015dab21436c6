"""Exports that were written so far, as their manifests say."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from indexes import manifest
from indexes.errors import AssayError


@dataclass(frozen=True)
class Made:
    """An export that is whole.

    Attributes:
        corpus, fingerprint: of the corpus it was written from, as it was.
        recipe: the recipe's name.
        size: of its files, in bytes.
        hash: SHA-256 of the manifest's canonical JSON.
        edits: names of the transformations after which the text was written, in their order.
        problem: why the manifest cannot be read; the rest is empty then.
    """

    folder: Path
    corpus: str = ""
    fingerprint: str = ""
    recipe: str = ""
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
    newest = sorted(there, key=lambda folder: (folder / manifest.MANIFEST).stat().st_mtime_ns, reverse=True)
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
        recipe=said["selection"].get("recipe", ""),
        format=said["export"]["format"],
        documents=counts["documents"],
        tokens=counts["tokens"],
        shards=len(shards),
        size=sum(shard["size"] for shard in shards),
        hash=manifest.hash_of(said),
        edits=tuple(edit["name"] for edit in manifest.edits_of(said)),
    )
