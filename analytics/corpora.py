"""Open a corpus with everything this version knows how to measure: what is missing or stale is then said."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from analytics.runs import about_family, measure
from analytics.signal import signal_columns, signal_families
from indexes.brought import present_scores
from indexes.columns import MISSING, TOKENS
from indexes.corpus import Corpus, open_corpus
from indexes.errors import AssayError
from indexes.saying import command
from indexes.workspace import Workspace


def open_for_questions(root: Path, cache_folder: Path | None = None, attach: bool = False) -> Corpus:
    """Open a workspace; signals that were not measured are listed as missing.

    Args:
        root: the workspace.
        cache_folder: where its caches lie instead of in the workspace.
        attach: build and attach the caches, as the app does.
    """
    return open_corpus(root, cache_folder, attach, signal_columns().values(), present_families)


def present_families(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Family of signals or brought scores -> how this version makes its columns in a workspace."""
    signals = {name: about_family(family, workspace) for name, family in signal_families().items()}
    return {**present_scores(workspace), **signals}


def open_with(
    root: Path,
    names: Iterable[str],
    progress: Callable[[int, int], None] | None = None,
    say: Callable[[str], None] = lambda said: None,
    measuring: bool = True,
) -> Corpus:
    """Open a workspace for questions about some columns; signals not measured at all are measured first.

    A partial or stale column stays as it is: who asks decides whether that will do.

    Args:
        root: the workspace.
        names: columns; those that cannot be measured are left to the question to refuse.
        progress: called with documents done and to do.
        say: told what is measured first, and what that costs.
        measuring: whether anything is; else what is not measured is left to the question.

    Raises:
        AssayError: there is no document, or the text of none could be read.
    """
    from analytics.status import cost_of_compiling, cost_of_measuring, said_cost

    corpus = open_for_questions(root)
    if not corpus.workspace.documents:
        raise AssayError(
            f"{root} holds no documents.", f"Take some in with: {command('ingest', 'FILES...', '--to', root)}"
        )
    wanted = [corpus.columns[name] for name in names if name in corpus.columns]
    families = dict.fromkeys(column.family for column in wanted if column.state == MISSING)
    if families and measuring:
        about = said_cost(cost_of_measuring(corpus, families), cost_of_compiling(corpus, families))
        say(f"Measuring {', '.join(families)} first, {about}.")
        found = measure(root, list(families), progress=progress)
        if found.faults and not found.documents:
            raise found.faults[0]
        for fault in found.faults:
            say(f"{fault.sentence}\n  Next: {fault.next_step}")
        corpus = open_for_questions(root)
    return corpus


def tokenizer_of(corpus: Corpus) -> str | None:
    """The tokenizer that every token figure of a corpus is counted by; None where nothing was counted."""
    column = corpus.columns.get(TOKENS)
    said = column.lineage.get("parameters", {}).get("tokenizer") if column else None
    return None if said is None else str(said)
