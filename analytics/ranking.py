"""The shell of embeddings and ranks: from texts vectors and an index, from vectors a score column."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics import embedding
from analytics.embedding import StaticModel
from analytics.method import EMBEDDING, Method, Progress, all_methods
from analytics.naming import check_name
from analytics.runs import Measured
from analytics.status import RATES, note_run
from indexes import families, vectors
from indexes.engine import default_workers, map_items
from indexes.errors import (
    AssayError,
    BadTarget,
    FileFault,
    SourceChanged,
    UnfinishedColumn,
    near_matches,
)
from indexes.lock import writer
from indexes.saying import command, counted
from indexes.targets import Target, read_examples, read_target
from indexes.texts import buffers, text_batches
from indexes.workspace import Shard, Workspace, read_workspace

Say = Callable[[str], None]
"""Told what is done first, and what it costs."""

DISTIL_SECONDS = 60


def user_cache() -> Path:
    """The folder in which the static model is kept where no other is named."""
    named = os.environ.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "assay"


def _silent(said: str) -> None:
    """Say nothing."""


def static_model(folder: Path, say: Say = _silent) -> StaticModel:
    """The static model, distilled once and kept in a folder for all workspaces."""
    path = folder / f"{embedding.NAME}-{embedding.VERSION}.npz"
    kept = vectors.read_model(path)
    if kept is not None:
        return StaticModel(*kept)
    say(f"Distilling the embedding model once, about {DISTIL_SECONDS} s; it is kept in {folder}.")
    model = embedding.packaged_model()
    vectors.write_model(path, model.name, model.pieces, model.tokenizer)
    return model


def about_vectors(model: StaticModel) -> dict[str, Any]:
    """How the column of vectors is made: the lineage that stands in each of its files."""
    return {
        "method": "static",
        "version": embedding.VERSION,
        "model": model.name,
        "model_hash": model.digest,
        "parameters": model.parameters,
        "columns": {
            EMBEDDING: {
                "unit": "unit vector",
                "source": "static model distilled from all-MiniLM-L6-v2",
                "kind": "embedding",
            }
        },
    }


@dataclass(frozen=True)
class Task:
    """One shard whose vectors are missing, and the model's file and hash."""

    workspace: Workspace
    shard: Shard
    models: Path
    model_hash: str


def embed_corpus(
    root: Path,
    models: Path,
    workers: int | None = None,
    progress: Progress | None = None,
    say: Say = _silent,
) -> Measured:
    """Give each document a vector and index them: what is finished stays, so that a stopped run goes on.

    Args:
        root: the workspace.
        models: the folder in which the static model is kept.
        workers: processes; one a core if None.
        progress: called with documents done and to do.
        say: told what is done first.

    Raises:
        WorkspaceBusy: another process writes to the workspace.
    """
    began = time.perf_counter()
    workspace = read_workspace(root)
    model = static_model(models, say)
    if _is_embedded(workspace, model):
        return Measured(0, (EMBEDDING,), time.perf_counter() - began)
    with writer(root):
        workspace = read_workspace(root)
        done, faults = _embed(workspace, model, models, workers or default_workers(), progress)
    return Measured(done, (EMBEDDING,), time.perf_counter() - began, tuple(faults))


def _is_embedded(workspace: Workspace, model: StaticModel) -> bool:
    if families.unfinished(workspace, vectors.FAMILY, about_vectors(model)):
        return False
    try:
        index = vectors.open_index(workspace)
    except UnfinishedColumn:
        return False
    return index.model == model.digest and families.lineage_is_written(workspace, vectors.FAMILY)


def _embed(
    workspace: Workspace, model: StaticModel, models: Path, workers: int, progress: Progress | None
) -> tuple[int, list[AssayError]]:
    """Embed the shards that are left, then index all. Returns documents done and what could not be read."""
    began = time.perf_counter()
    here = replace(workspace, shards=(), sources=(), tombstones=())  # a worker needs to know only where it is
    left = families.unfinished(workspace, vectors.FAMILY, about_vectors(model))
    tasks = [Task(here, shard, models, model.digest) for shard in left]
    total, documents, faults = sum(shard.rows for shard in left), 0, []

    def within(rows: int) -> None:
        if progress is not None:
            progress(documents + rows, total)

    within(0)
    alone = workers == 1 or len(tasks) == 1
    work = (lambda task: embed_shard(task, within)) if alone else embed_shard
    for task, fault in map_items(work, tasks, workers):
        if fault is not None:
            faults.append((task.shard.number, fault))
            continue
        documents += task.shard.rows
        within(0)
    if workspace.shards:
        families.write_lineage(workspace, vectors.FAMILY)
    if not faults:
        vectors.build_index(workspace, model.digest, model.pieces.shape[1])
    note_run(workspace.root, "embed", documents, time.perf_counter() - began)
    return documents, [fault for _, fault in sorted(faults, key=lambda pair: pair[0])]


def embed_shard(task: Task, done: Callable[[int], None] | None = None) -> AssayError | None:
    """Write the vectors of one shard; the fault instead where its text cannot be read."""
    model = _kept_model(task.models, task.model_hash)
    made = [np.empty((0, model.pieces.shape[1]), dtype=np.float16)]
    rows = 0
    try:
        for batch in text_batches(task.workspace, task.shard):
            made.append(embedding.embed(model, _heads(*buffers(batch))))
            rows += len(batch)
            if done is not None:
                done(rows)
    except (SourceChanged, FileFault) as fault:
        return fault
    vectors.write_vectors(task.workspace, task.shard, np.concatenate(made), about_vectors(model))
    return None


@lru_cache(maxsize=1)
def _kept_model(models: Path, model_hash: str) -> StaticModel:
    """The model in a worker process, loaded once. ``model_hash`` is part of the key."""
    return static_model(models)


def _heads(data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_]) -> list[str]:
    """What is read of each text; empty where it is not valid. A character has at most four bytes."""
    most = 4 * embedding.READS
    return [
        data[start : min(end, start + most)].tobytes().decode("utf-8", "ignore")[: embedding.READS]
        if good
        else ""
        for start, end, good in zip(offsets[:-1], offsets[1:], valid, strict=True)
    ]


def rank(
    root: Path,
    method: str,
    targets: Sequence[str],
    name: str,
    models: Path,
    replace_other: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    say: Say = _silent,
) -> Measured:
    """Rank the documents by targets into a score column. The same again is done at once.

    Makes ``<name>``, the score; ``<name>_example``, the example that gave it as ``target:id``; and
    ``<name>_similarity``, their cosine. Documents that have no vector or were dropped are null. Vectors that
    are missing are made first.

    Args:
        root: the workspace.
        method: name of a selection method.
        targets: names of benchmark targets, at least one; their order does not matter.
        name: of the score column.
        models: the folder in which the static model is kept.
        replace_other: put it in the place of a score column of this name made with other parameters.
        workers: processes; one a core if None.
        progress: called with documents done and to do.
        say: told what is done first, and what it costs.

    Raises:
        BadTarget: a target is missing, or no example of it has a vector.
        NameTaken: the name is in use, or no name for a column.
        UnfinishedColumn: vectors are of another model or version, or cannot be made for some shards.
        AssayError: there is no such method.
    """
    began = time.perf_counter()
    columns = (name, f"{name}_example", f"{name}_similarity")
    workspace = read_workspace(root)
    chosen = _method(method)
    wanted = [read_target(root, target) for target in sorted(set(targets))]
    if not wanted:
        raise BadTarget(
            "There is no target to rank by.", f"Name one: {command('rank', root, '--target', 'NAME')}"
        )
    parameters = {"method": chosen.name, "targets": [target.name for target in wanted]}
    check_name(
        workspace, name, columns, all_methods(), lambda held: held["parameters"] == parameters, replace_other
    )
    model = static_model(models, say)
    about = _about_scores(workspace, chosen, wanted, model, parameters, columns)
    if (
        _is_embedded(workspace, model)
        and not families.unfinished(workspace, name, about)
        and families.lineage_is_written(workspace, name)
    ):
        return Measured(0, columns, time.perf_counter() - began)
    with writer(root):
        workspace = read_workspace(root)
        about = _about_scores(workspace, chosen, wanted, model, parameters, columns)
        _have_vectors(workspace, model, models, workers or default_workers(), progress, say)
        ranking = time.perf_counter()
        arrays = _scores(workspace, chosen, wanted, model, columns, progress)
        for shard in families.unfinished(workspace, name, about):
            rows = slice(shard.first, shard.first + shard.rows)
            table = families.table_of({column: values[rows] for column, values in arrays.items()})
            families.write_shard(workspace, name, shard, table, about)
        families.write_lineage(workspace, name)
        note_run(root, "rank", workspace.documents, time.perf_counter() - ranking)
    return Measured(workspace.documents, columns, time.perf_counter() - began)


def _method(name: str) -> Method:
    known = all_methods()
    if name not in known:
        raise AssayError(
            f"There is no selection method {name}.{near_matches(name, known)}",
            f"Choose from: {', '.join(known)}.",
        )
    return known[name]


def _about_scores(
    workspace: Workspace,
    method: Method,
    targets: Sequence[Target],
    model: StaticModel,
    parameters: dict[str, Any],
    columns: Sequence[str],
) -> dict[str, Any]:
    """How a score column is made: the lineage that stands in each of its files."""
    score, example, similarity = columns
    examples = "the example, as target:id, that gave the score"
    return {
        "method": method.name,
        "version": method.version,
        "parameters": parameters,
        "targets": [
            {"name": said.name, "hash": said.hash, "split": said.split, "examples": said.examples}
            for said in targets
        ],
        "model": model.name,
        "model_hash": model.digest,
        "reads_characters": embedding.READS,
        **({"fingerprint": workspace.fingerprint} if method.whole_corpus else {}),
        "columns": {
            score: {"unit": method.unit, "low": method.low, "high": method.high, "source": method.source}
            | {"kind": "score"},
            example: {"source": examples, "kind": "label"},
            similarity: {"unit": "cosine", "low": -1, "high": 1, "source": method.source, "kind": "score"},
        },
    }


def _have_vectors(
    workspace: Workspace,
    model: StaticModel,
    models: Path,
    workers: int,
    progress: Progress | None,
    say: Say,
) -> None:
    """Make the vectors that are missing; refuse to rank by others than this model's."""
    missing = families.unfinished(workspace, vectors.FAMILY, about_vectors(model))
    if any(workspace.column_file(vectors.FAMILY, shard).exists() for shard in missing):
        raise UnfinishedColumn(
            f"The column {EMBEDDING} is stale: some vectors are of another model, version or shard.",
            f"Make them again with: {command('embed', workspace.root)}",
        )
    if missing:
        documents = sum(shard.rows for shard in missing)
        say(f"Embedding {counted(documents, 'document')} first, about {documents / RATES['embed']:.0f} s.")
    _, faults = _embed(workspace, model, models, workers, progress)
    if faults:
        raise UnfinishedColumn(
            f"Some documents have no vectors, so none can be ranked: {faults[0].sentence}",
            faults[0].next_step,
        )


def _scores(
    workspace: Workspace,
    method: Method,
    targets: Sequence[Target],
    model: StaticModel,
    columns: Sequence[str],
    progress: Progress | None,
) -> dict[str, NDArray[Any]]:
    """The columns of a ranking, over all documents in order."""
    names, texts = [], []
    for target in targets:
        used = read_examples(workspace.root, target.name).filter("used")
        names += [f"{target.name}:{id}" for id in used["id"]]
        texts += used["text"].to_list()
    examples = embedding.embed(model, texts)
    there = ~np.isnan(examples).any(axis=1)
    if not there.any():
        raise BadTarget(
            f"No example of {', '.join(target.name for target in targets)} holds a word the model knows.",
            "Rank by a target with text in a language of the model, which is English.",
        )
    held = vectors.read_vectors(workspace, model.pieces.shape[1])

    def in_documents(done: int, total: int) -> None:
        if progress is not None:
            progress(done * workspace.documents // total, workspace.documents)

    scored = method.score(held.vectors, held.keys, examples[there], in_documents)
    labels = np.array([*np.array(names, dtype=object)[there], None], dtype=object)
    return dict(zip(columns, (scored.score, labels[scored.example], scored.similarity), strict=True))
