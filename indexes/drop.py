"""Leave documents out without touching them: a tombstone that every query, index and export honours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash
from numpy.typing import NDArray

from indexes import families, files, lock
from indexes.errors import AssayError
from indexes.saying import command
from indexes.workspace import Shard, Tombstone, Workspace, dropped_ids, read_workspace


@dataclass(frozen=True)
class Dropped:
    """What a drop did: documents it left out now, and those left in the corpus."""

    number: int
    documents: int
    left: int


def drop(
    root: Path,
    reason: str,
    source: str | None = None,
    shards: Sequence[int] | None = None,
    ids: Path | None = None,
) -> Dropped:
    """Write a tombstone for the documents of one source, of some shards, or with the ids in a file.

    Args:
        root: the workspace.
        reason: said in the tombstone and in every manifest after it.
        source: a value of the column ``source``.
        shards: numbers of shards.
        ids: a file of one id a line.

    Raises:
        AssayError: nothing is chosen by it, or not exactly one way of choosing is given.
    """
    if sum(choice is not None for choice in (source, shards, ids)) != 1:
        raise AssayError(
            "Say which documents to drop.", "Give one of --source VALUE, --shards 0,3 or --ids FILE."
        )
    read_workspace(root)  # before a lock makes a folder of a name that was mistyped
    with lock.writer(root, f"assay drop {root}"):
        workspace = read_workspace(root)
        if source is not None:
            selector = f"source {source}"
            found = _by_value(workspace, "source", pa.array([source]))
        elif shards is not None:
            selector = f"shards {', '.join(map(str, shards))}"
            found = _by_shard(workspace, shards)
        else:
            assert ids is not None
            wanted = _lines(ids)
            selector = f"the ids in {ids.name}"
            found = _by_value(workspace, "id", pa.array(wanted, pa.string()))
        if not len(found):
            have = ",".join(name for name in ("id", "source") if name in workspace.columns)
            see = command("columns", root, *(["--columns", have, "--out", "values.parquet"] if have else []))
            raise AssayError(
                f"No document of {root} is chosen by {selector}: nothing was dropped.",
                f"See what they have with: {see}",
            )
        digest = xxhash.xxh3_64_hexdigest(np.ascontiguousarray(found, dtype="<i8").tobytes())
        before = dropped_ids(workspace)
        for stone in workspace.tombstones:
            if stone.digest == digest and not stone.undone:
                return Dropped(stone.number, stone.documents, workspace.documents - len(before))
        number = len(workspace.tombstones) + 1
        with files.writing(root / "tombstones" / f"{number:05d}.parquet") as path:
            pq.write_table(pa.table({"doc_id": found}), path, compression="zstd")
        _write(root, Tombstone(number, reason, selector, len(found), digest))
        return Dropped(number, len(found), workspace.documents - len(np.union1d(before, found)))


def undo(root: Path, number: int) -> Dropped:
    """Take a drop back; its tombstone stays, marked as undone."""
    read_workspace(root)
    with lock.writer(root, f"assay drop {root} --undo {number}"):
        workspace = read_workspace(root)
        known = {stone.number: stone for stone in workspace.tombstones}
        if number not in known:
            raise AssayError(
                f"{root} has no drop {number}.",
                f"Its drops are: {', '.join(map(str, known))}." if known else "Nothing was dropped from it.",
            )
        _write(root, replace(known[number], undone=True))
        workspace = read_workspace(root)
        return Dropped(number, known[number].documents, workspace.documents - len(dropped_ids(workspace)))


def _lines(path: Path) -> list[str]:
    """The lines of a file of ids, empty ones left out."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise AssayError(f"{path} cannot be read: {why}.", "Give a file of one id a line.") from None
    return [line for line in (line.removesuffix("\r") for line in lines) if line]


def _write(root: Path, stone: Tombstone) -> None:
    files.write_json(root / "tombstones" / f"{stone.number:05d}.json", vars(stone))


def _by_shard(workspace: Workspace, numbers: Sequence[int]) -> NDArray[np.int64]:
    known = {shard.number: shard for shard in workspace.shards}
    if unknown := [number for number in numbers if number not in known]:
        raise AssayError(
            f"{workspace.root} has no shard {unknown[0]}.",
            f"Its shards are 0 to {len(workspace.shards) - 1}.",
        )
    return _join([known[number] for number in sorted(set(numbers))], lambda shard: np.arange(shard.rows))


def _by_value(workspace: Workspace, column: str, wanted: pa.Array) -> NDArray[np.int64]:
    def rows(shard: Shard) -> NDArray[np.int64]:
        path = workspace.documents_file(shard)
        if column not in families.read_header(path).types:
            return np.empty(0, np.int64)
        values = pq.read_table(path, columns=[column])[column]
        among: NDArray[np.int64] = np.flatnonzero(
            pc.is_in(values.cast(pa.string()), wanted.cast(pa.string()))
        )
        return among

    return _join(workspace.shards, rows)


def _join(shards: Sequence[Shard], rows: Callable[[Shard], NDArray[np.int64]]) -> NDArray[np.int64]:
    found = [shard.first + rows(shard) for shard in shards]
    return np.concatenate(found).astype(np.int64) if found else np.empty(0, np.int64)
