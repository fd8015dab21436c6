"""Export in a process of its own that dies just before a rename, and what a folder holds."""

import multiprocessing
import os
import resource
import signal
from pathlib import Path

import numpy as np

from indexes import files
from indexes.corpus import open_corpus
from indexes.export import ExportReport, export

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["exporting"])


def export_even(root: Path, to: Path, **said) -> ExportReport:
    """Export the documents at even places of their shards."""
    corpus = open_corpus(root)
    masks = ((shard, np.arange(shard.rows) % 2 == 0) for shard in corpus.workspace.shards)
    return export(corpus, to, masks, {"name": "even"}, **said)


def dies(root: Path, to: Path, at: int, **said) -> bool:
    """Whether an export dies at the rename of a number from 1; False where it has fewer."""
    process = _context.Process(target=_run, args=(root, to, at, said))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _run(root: Path, to: Path, at: int, said: dict) -> None:
    count = 0

    def die(path: Path) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    files.on_rename = die
    export_even(root, to, **said)


def peak_memory(root: Path, to: Path) -> float:
    """Most memory, in MB, that a process of its own holds while it exports."""
    receiver, sender = _context.Pipe(duplex=False)
    process = _context.Process(target=_measured, args=(root, to, sender))
    process.start()
    process.join()
    assert process.exitcode == 0
    return receiver.recv()


def _measured(root: Path, to: Path, sender) -> None:
    export_even(root, to)
    sender.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but ``run.json``."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }
