"""What a workspace has, what is missing or stale, and what each next step costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics.compiling import compiling
from analytics.signal import signal_families
from indexes import files
from indexes.columns import MISSING, PARTIAL, STALE, WHOLE
from indexes.saying import BROUGHT, RUN, command, making

if TYPE_CHECKING:  # with it come DuckDB and Polars, a quarter of a second for who only notes a run
    from indexes.corpus import Corpus
    from indexes.workspace import Shard

RATES = {"embed": 1_500.0, "rank": 5_000.0, "score": 3_000.0}
"""Documents a second where no run of this workspace says otherwise."""

DEFAULT_SET, OTHER_FAMILY = 0.46, 0.11
"""Processor seconds a MB of text of the default families together, and of one other, where no run says
otherwise: measured on 36 MB of 13,276 documents of the web, books and code."""

LOADING = 0.09
"""Seconds in which each process makes one family ready where it was compiled before."""

PACKED = 2
"""Bytes of text a byte of Parquet, about."""

ENOUGH = 1_000_000
"""Bytes of text that a family was measured on at least where its cost is taken from that."""


@dataclass(frozen=True)
class Step:
    """A command that would bring something up to date, and how long it takes.

    Attributes:
        once: of these seconds, those of compiling, which is not done again.
    """

    command: str
    seconds: float
    once: float = 0.0


def next_steps(corpus: "Corpus") -> list[Step]:
    """Commands for what is missing, partial or stale, in the order in which they are to be run."""
    workspace = corpus.workspace
    if workspace.first_look:  # the whole is on its way
        return []
    root = workspace.root
    steps = []
    if not workspace.complete:
        words = workspace.ingest.get("arguments", ["SOURCE..."])
        steps.append(Step(command("ingest", *words, "--to", root), 0.0))
    if not workspace.documents:
        return steps
    known = signal_families()
    optional = {name for name, family in known.items() if not family.default}
    unfinished = [
        column
        for column in corpus.columns.values()
        if column.state in (PARTIAL, STALE) or (column.state == MISSING and column.family not in optional)
    ]
    unfinished += [column for column in corpus.columns.values() if column.family in corpus.faults]
    # What another version measured, and this one cannot, is left as it is.
    unmeasured = {column.family for column in unfinished if column.kind == "signal"} & known.keys()
    if unmeasured - optional:
        steps.append(_measuring(corpus, command("measure", root), unmeasured - optional))
    if unmeasured & optional:
        named = sorted(unmeasured & optional)
        steps.append(_measuring(corpus, command("measure", root, *named), named))
    vectors = [column for column in corpus.columns.values() if column.name == "embedding"]
    if not vectors or vectors[0].state != WHOLE:
        steps.append(Step(command("embed", root), cost(corpus, "embed")))
    for column in sorted(unfinished, key=lambda column: _depth(corpus, column.lineage)):
        if column.kind in ("score", "label"):
            word = "score" if column.lineage.get("method") in BROUGHT else "rank"
            steps.append(Step(making(root, column.family, column.lineage), cost(corpus, word)))
    return list(dict.fromkeys(steps))


def when_asked() -> set[str]:
    """Columns of signals that are measured only when asked for: none of the default set."""
    families = signal_families().values()
    return {signal.column for family in families if not family.default for signal in family.signals}


def not_asked_for(corpus: "Corpus") -> dict[str, Any] | None:
    """How many of those a corpus lacks, and the command that measures them; None where it has all."""
    lacking = sum(corpus.columns[name].state == MISSING for name in when_asked() & corpus.columns.keys())
    return (
        {"columns": lacking, "command": command("measure", corpus.workspace.root, "--all")}
        if lacking
        else None
    )


def _depth(corpus: "Corpus", lineage: Mapping[str, Any]) -> int:
    """How many columns are made one of the other until this one is."""
    inputs = [corpus.columns[name] for name in lineage.get("made_of", {}) if name in corpus.columns]
    return max((1 + _depth(corpus, column.lineage) for column in inputs), default=0)


def cost(corpus: "Corpus", what: str) -> float:
    """Seconds that a step over all documents takes, by the last run of it here or else by what was seen."""
    path = corpus.workspace.root / RUN
    seen = files.read_json(path).get(what, {}) if path.exists() else {}
    rate = (
        seen["documents"] / seen["seconds"] if seen.get("seconds") and seen.get("documents") else RATES[what]
    )
    return round(corpus.workspace.documents / rate, 1)


def _measuring(corpus: "Corpus", said: str, names: Iterable[str]) -> Step:
    names = list(names)
    return Step(said, cost_of_measuring(corpus, names), cost_of_compiling(corpus, names))


def cost_of_measuring(corpus: "Corpus", names: Iterable[str] | None = None) -> float:
    """Seconds that measuring families takes where they are not measured, with compiling where that is left.

    Args:
        corpus: what is measured.
        names: of families of signals; the default set if None.
    """
    known = signal_families()
    default = [name for name, family in known.items() if family.default]
    wanted = [known[name] for name in (default if names is None else names)]
    spent = costs(corpus.workspace.root)
    seconds = 0.0
    for family in wanted:
        size = sum(_size(shard) for shard in _unmeasured(corpus, family.name))
        seen = spent.get(family.name, {})
        if seen.get("bytes", 0) >= ENOUGH:
            a_byte = seen["seconds"] / seen["bytes"]
        else:
            a_byte = (DEFAULT_SET / len(default) if family.default else OTHER_FAMILY) / 1e6
        seconds += a_byte * size
    ready = LOADING * len(wanted) + cost_of_compiling(corpus, [family.name for family in wanted])
    return round(seconds / _processes(corpus) + ready, 1)


def cost_of_compiling(corpus: "Corpus", names: Iterable[str]) -> float:
    """Of the seconds of measuring families, those in which they are compiled; 0 where they are."""
    known = signal_families()
    return round(compiling(known[name] for name in names) / _processes(corpus), 1)


def said_cost(seconds: float, once: float) -> str:
    """``about 45 s, 30 s of it to compile, once``."""
    about = "under 1 s" if seconds < 1 else f"about {seconds:,.0f} s"
    return f"{about}, {once:,.0f} s of it to compile, once" if once >= 1 else about


def _unmeasured(corpus: "Corpus", family: str) -> "list[Shard]":
    """Shards that lack a family; all where none has it."""
    behind = corpus.behind.get(family)
    return [shard for shard in corpus.workspace.shards if behind is None or shard.number in behind]


def _size(shard: "Shard") -> int:
    """Bytes of a shard's text; where they are not known, by the file that holds it, packed."""
    return PACKED * shard.text.size if shard.bytes is None else shard.bytes


def _processes(corpus: "Corpus") -> int:
    from indexes.texts import processes  # which brings PyArrow

    return processes(corpus.workspace.shards, None)


def note_run(root: Path, what: str, documents: int, seconds: float) -> None:
    """Keep how long a step took; nothing else in a workspace holds a time."""
    if documents and seconds > 0:
        path = root / RUN
        before = files.read_json(path) if path.exists() else {}
        files.write_json(path, {**before, what: {"documents": documents, "seconds": round(seconds, 3)}})


COSTS = "costs"


def note_costs(root: Path, costs: Mapping[str, tuple[int, int, float]]) -> None:
    """Keep what each family cost when it was last measured: documents, bytes, processor seconds."""
    if costs:
        path = root / RUN
        before = files.read_json(path) if path.exists() else {}
        noted = {
            name: {"documents": documents, "bytes": size, "seconds": round(seconds, 4)}
            for name, (documents, size, seconds) in costs.items()
        }
        files.write_json(path, {**before, COSTS: {**before.get(COSTS, {}), **noted}})


def costs(root: Path) -> dict[str, dict[str, float]]:
    """Family -> ``documents``, ``bytes`` and processor ``seconds`` of its last measurement here."""
    path = root / RUN
    kept: dict[str, dict[str, float]] = files.read_json(path).get(COSTS, {}) if path.exists() else {}
    return kept
