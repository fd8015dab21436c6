"""Hold an export to its manifest, a workspace to its ``corpus.toml``: read all of it again and compare."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from indexes import families, files, manifest
from indexes.columns import DOC_ID, KEY
from indexes.errors import AssayError, BadExport, Misaligned
from indexes.export_folder import UNFINISHED, again
from indexes.format import format_named
from indexes.saying import command, counted
from indexes.texts import text_file
from indexes.workspace import (
    CORPUS,
    Shard,
    Workspace,
    dropped_ids,
    footer_hash,
    identity_of,
    read_workspace,
)

Progress = Callable[[int, int], None]
"""(documents checked, documents to check)."""


@dataclass(frozen=True)
class VerifyReport:
    """What was found.

    Attributes:
        hash: SHA-256 of the manifest's canonical JSON; for a workspace, of its shards' identities
            and tombstones. Empty where the manifest cannot be read.
        problems: one sentence each, with its next step.
        edits: name, hash and counts of each edit of an export's text, in their order.
    """

    documents: int
    shards: int
    hash: str
    problems: tuple[AssayError, ...] = ()
    edits: tuple[Mapping[str, Any], ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "documents": self.documents,
            "shards": self.shards,
            "hash": self.hash,
            "ok": self.ok,
            "edit": list(self.edits),
        }
        if self.problems:
            said["error"] = " ".join(problem.sentence for problem in self.problems)
            said["next_step"] = self.problems[0].next_step
        return said


def verify(folder: Path, progress: Progress | None = None) -> VerifyReport:
    """Check an export or a workspace.

    Raises:
        BadExport: the folder is neither, or an export that is not finished.
        NoWorkspace, NewerWorkspace: its ``corpus.toml`` cannot be read.
    """
    if (folder / manifest.MANIFEST).exists():
        return _verify_export(folder, progress)
    if (folder / CORPUS).exists():
        return _verify_workspace(read_workspace(folder), progress)
    if (folder / UNFINISHED).is_dir():
        raise BadExport(f"The export in {folder} is not finished.", "Run the command that began it again.")
    raise BadExport(
        f"{folder} is neither an export nor a workspace: it holds no {manifest.MANIFEST} and no {CORPUS}.",
        "Give the folder of an export (assay export ... --to DIR) or a workspace.",
    )


# --- an export -------------------------------------------------------------------------------------------


def _verify_export(folder: Path, progress: Progress | None) -> VerifyReport:
    try:
        said = manifest.read(folder)
        problems = list(_export_problems(folder, said, progress))
        return VerifyReport(
            said["counts"]["documents"],
            len(said["shards"]),
            manifest.hash_of(said),
            tuple(problems),
            manifest.edits_of(said),
        )
    except BadExport as problem:
        return VerifyReport(0, 0, "", (problem,))
    except (KeyError, TypeError) as error:
        return VerifyReport(0, 0, "", (_bad(folder, f"{manifest.MANIFEST} is damaged: it lacks {error}."),))


def _bad(folder: Path, sentence: str) -> BadExport:
    return BadExport(f"{folder}: {sentence}", again(folder))


def _export_problems(folder: Path, said: dict[str, Any], progress: Progress | None) -> Iterator[BadExport]:
    sums = manifest.read_sums(folder)
    written = hashlib.sha256((folder / manifest.MANIFEST).read_bytes()).hexdigest()
    if sums.pop(manifest.MANIFEST, None) != written:
        yield _bad(folder, f"{manifest.MANIFEST} is not as {manifest.SUMS} says: one of them was changed.")
    shards = said["shards"]
    if sums != {shard["name"]: shard["sha256"] for shard in shards}:
        yield _bad(folder, f"{manifest.SUMS} and {manifest.MANIFEST} name other sums for the shards.")
    for name in manifest.counted(said):
        total = manifest.total(shards, name)
        if said["counts"][name] != total:
            yield _bad(
                folder, f"{manifest.MANIFEST} counts {said['counts'][name]} {name}, its shards {total}."
            )
    form = format_named(said["export"]["format"])
    known = {shard["name"] for shard in shards}
    for path in sorted(folder.glob(f"*{form.suffix}")):
        if path.name not in known:
            yield _bad(folder, f"{path.name} is no shard of this export.")
    checked = 0
    for shard in shards:
        problem = _shard_problem(folder / shard["name"], shard, form.count)
        if problem:
            yield _bad(folder, problem)
        checked += shard["documents"]
        if progress is not None:
            progress(checked, said["counts"]["documents"])


def _shard_problem(path: Path, shard: dict[str, Any], count: Callable[[Path], int]) -> str:
    if not path.is_file():
        return f"{path.name} is missing."
    if path.stat().st_size != shard["size"]:
        return f"{path.name} has {path.stat().st_size:,} bytes, not {shard['size']:,}."
    if files.sha256(path) != shard["sha256"]:
        return f"{path.name} was changed: its SHA-256 is not the manifest's."
    try:
        documents = count(path)
    except (OSError, pa.ArrowInvalid, zstandard.ZstdError) as error:
        return f"{path.name} cannot be read: {str(error).splitlines()[0]}."
    if documents != shard["documents"]:
        return f"{path.name} has {counted(documents, 'document')}, not {shard['documents']:,}."
    return ""


# --- a workspace -----------------------------------------------------------------------------------------


def _verify_workspace(workspace: Workspace, progress: Progress | None) -> VerifyReport:
    problems: list[AssayError] = []
    for shard in workspace.shards:
        try:
            _check_documents(workspace, shard)
            _check_source(workspace, shard)
        except AssayError as problem:
            problems.append(problem)
        if progress is not None:
            progress(shard.first + shard.rows, workspace.documents)
    for family in families.family_names(workspace):
        for shard in workspace.shards:
            path = workspace.column_file(family, shard)
            try:
                if path.exists():
                    families.check_alignment(path, family, shard, families.read_header(path))
            except Misaligned as problem:
                problems.append(problem)
    left = workspace.documents
    try:
        left -= len(dropped_ids(workspace))
        _check_tombstones(workspace)
    except (OSError, pa.ArrowInvalid) as error:
        problems.append(
            Misaligned(
                f"A tombstone of {workspace.root} cannot be read: {str(error).splitlines()[0]}.",
                "Restore the folder tombstones from a copy.",
            )
        )
    except Misaligned as problem:
        problems.append(problem)
    said = {
        "shards": [[shard.identity, shard.rows] for shard in workspace.shards],
        "tombstones": sorted(stone.digest for stone in workspace.tombstones if not stone.undone),
    }
    digest = hashlib.sha256(files.canonical(said)).hexdigest()
    return VerifyReport(left, len(workspace.shards), digest, tuple(problems))


def _check_documents(workspace: Workspace, shard: Shard) -> None:
    """Row count, positions, and keys, whose hash is the shard's identity."""
    path = workspace.documents_file(shard)
    anew = "Ingest its sources again into a new folder."
    try:
        with pq.ParquetFile(path) as file:
            rows = [
                (batch[DOC_ID].to_numpy(), batch[KEY].to_numpy())
                for batch in file.iter_batches(columns=[DOC_ID, KEY])
            ]
        footer = shard.text.footer if shard.text.path else footer_hash(path)
    except FileNotFoundError:
        raise Misaligned(f"{path} is missing.", anew) from None
    except (OSError, ValueError, KeyError) as error:
        raise Misaligned(f"{path} is damaged: {str(error).splitlines()[0]}.", anew) from None
    doc_ids = np.concatenate([ids for ids, _ in rows]) if rows else np.empty(0, dtype=np.int64)
    keys = np.concatenate([keys for _, keys in rows]) if rows else np.empty(0, dtype=np.uint64)
    if len(keys) != shard.rows:
        raise Misaligned(
            f"{path} has {counted(len(keys), 'document')}, not the {shard.rows:,} of {CORPUS}.", anew
        )
    if not np.array_equal(doc_ids, np.arange(shard.first, shard.first + shard.rows)):
        raise Misaligned(f"{path} does not hold the documents from {shard.first} on in their order.", anew)
    if identity_of(keys, footer) != shard.identity:
        raise Misaligned(f"{path} is not the shard that {CORPUS} names: its keys or its text changed.", anew)


def _drop(workspace: Workspace, shard: Shard) -> str:
    return command("drop", workspace.root, "--shards", shard.number, "--reason", "its text changed")


def _check_source(workspace: Workspace, shard: Shard) -> None:
    """The file in which the text lies, where it is read in place: gone, changed, or of another length."""
    if not shard.text.path:
        return
    path, column = text_file(workspace, shard)
    footer = pq.read_metadata(path)
    if footer_hash(path) != shard.text.footer or column not in footer.schema.to_arrow_schema().names:
        raise Misaligned(
            f"{path}, which holds the text of {shard.name}, has changed since.",
            f"Put it back, or drop the shard with: {_drop(workspace, shard)}",
        )
    if footer.num_rows != shard.rows:
        raise Misaligned(
            f"{path} has {footer.num_rows:,} rows, but {shard.name} has {shard.rows:,} documents.",
            f"Drop the shard with: {_drop(workspace, shard)}",
        )


def _check_tombstones(workspace: Workspace) -> None:
    for stone in workspace.tombstones:
        path = workspace.root / "tombstones" / f"{stone.number:05d}.parquet"
        rows = pq.read_metadata(path).num_rows
        if rows != stone.documents:
            raise Misaligned(
                f"{path} drops {counted(rows, 'document')}, not the {stone.documents:,} it says.",
                "Restore the folder tombstones from a copy.",
            )
