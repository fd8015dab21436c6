"""Corpora from literal lists, for tests: what a test is about stands in its body."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from indexes import families
from indexes.workspace import Shard, Workspace, footer_hash, identity_of, read_workspace, write_workspace


def literal_corpus(
    root: Path,
    documents: Sequence[Mapping[str, Any]],
    measured: Mapping[str, Mapping[str, Sequence[Any]]] | None = None,
    rows: int | None = None,
    missing: Mapping[str, Sequence[int]] | None = None,
) -> Workspace:
    """Write a workspace whose text was copied.

    Args:
        root: where.
        documents: one mapping a document; ``id`` and ``text`` are made up where they are not given.
        measured: family -> column -> one value a document.
        rows: documents a shard; all in one if None.
        missing: family -> numbers of the shards whose column file is left out.
    """
    names = list(dict.fromkeys(name for document in documents for name in document))
    given = {name: [document.get(name) for document in documents] for name in names}
    given.setdefault("id", [f"id-{i}" for i in range(len(documents))])
    given.setdefault("text", [f"text of document {i}" for i in range(len(documents))])
    keys = np.array([xxhash.xxh3_64_intdigest(str(value).encode()) for value in given["id"]], dtype=np.uint64)
    rows = rows or max(1, len(documents))
    shards = []
    for number, first in enumerate(range(0, len(documents), rows)):
        part = slice(first, first + rows)
        table = pa.table(
            {
                "doc_id": np.arange(len(documents))[part],
                "key": keys[part],
                "random": (keys[part] >> np.uint64(11)).astype(float) / 2**53,
                **{name: pa.array(values)[part] for name, values in given.items()},
            }
        )
        path = root / "documents" / f"shard-{number:05d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, row_group_size=500)
        shards.append(Shard(number, first, table.num_rows, identity_of(keys[part], footer_hash(path))))
    write_workspace(Workspace(root, root.name, tuple(shards)))
    workspace = read_workspace(root)
    for family, columns in (measured or {}).items():
        about = {"method": family, "version": 1, "columns": {name: {"unit": ""} for name in columns}}
        for shard in workspace.shards:
            if shard.number in (missing or {}).get(family, ()):
                continue
            part = slice(shard.first, shard.first + shard.rows)
            table = pa.table(
                {name: pa.array(values, from_pandas=True)[part] for name, values in columns.items()}
            )
            families.write_shard(workspace, family, shard, table, about)
    return workspace
