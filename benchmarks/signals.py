"""What signals cost: processor time of one core over real documents, family by family, as Markdown.

Each family is timed alone (with the passes over the bytes that it shares with others counted in full), then
sets of signals together, as ``assay measure`` computes them. Then ``assay measure`` itself over the whole
corpus, with one process and with two, and what starting costs.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from analytics.recipe import PACKAGED, load_recipe
from analytics.runs import PIECE_BYTES
from analytics.signal import Signal, Texts, signal_families
from benchmarks.agreement import Row, print_table
from benchmarks.made import assay, run, workplace
from benchmarks.oracles import folder, signals_by_column, texts_of
from indexes.memory import keep_freed

LEFT_OUT = ("language", "token_ratios", "tokens")


def batches(texts: Sequence[str]) -> list[Texts]:
    """Texts in the pieces in which the shell measures them."""
    made, held, size = [], [], 0
    for text in texts:
        held.append(text)
        size += len(text.encode())
        if size >= PIECE_BYTES:
            made.append(texts_of(held))
            held, size = [], 0
    return [*made, *([texts_of(held)] if held else [])]


def seconds(signals: Sequence[Signal], made: Callable[[], list[Texts]], rounds: int) -> float:
    """Processor seconds to measure some signals together; a median, after one round that does not count."""
    found = []
    for _ in range(rounds + 1):
        fresh = made()
        began = time.process_time()
        for texts in fresh:
            for signal in signals:
                signal.measure(texts)
        found.append(time.process_time() - began)
    return statistics.median(found[1:])


def sets() -> Iterator[tuple[str, list[Signal]]]:
    """What is timed together."""
    families = signal_families()
    known = signals_by_column()
    default = [family for family in families.values() if family.default]
    most = [family for family in default if family.name not in LEFT_OUT]
    yield (
        "default set without language, and without what counts tokens",
        [signal for family in most for signal in family.signals],
    )
    yield "default set", [signal for family in default for signal in family.signals]
    fineweb = load_recipe(PACKAGED / "fineweb.toml").columns()
    yield "what `fineweb` reads", [known[name] for name in fineweb if name in known]
    for family in families.values():
        if not family.needs:
            yield (
                f"`{family.name}`{'' if family.default else ', not in the default set'}",
                list(family.signals),
            )


def rates(texts: Sequence[str], rounds: int) -> Iterator[Row]:
    """Each set of signals with what it costs."""
    size = sum(len(text.encode()) for text in texts)
    for name, signals in sets():
        took = seconds(signals, lambda: batches(texts), rounds)
        yield name, len(signals), f"{size / took / 1e6:,.1f}", f"{len(texts) / took:,.0f}"


START = """
import time
began = time.perf_counter()
import numpy as np
from analytics.signal import Texts, signal_families
texts = Texts(np.frombuffer(b"A text.", np.uint8), np.array([0, 7]), np.array([True]), {})
for family in signal_families().values():
    if family.default:
        for signal in family.signals:
            signal.measure(texts)
print(time.perf_counter() - began)
"""


def starts() -> Iterator[Row]:
    """Seconds until every default signal of one short text is there, in a fresh process."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        for name in ("first start: everything is compiled", "second start", "third start"):
            said = subprocess.run(
                [sys.executable, "-c", START], env=environment, check=True, capture_output=True
            )
            yield name, f"{float(said.stdout):.1f}"


def measures(place: Path) -> Iterator[Row]:
    """``assay measure`` of the default set over the whole corpus."""
    size = sum(
        int(pq.read_table(path, columns=["text"])["text"].nbytes)
        for path in (folder() / "corpus").glob("*.parquet")
    )
    for workers in (1, 2):
        workspace = place / f"corpus-{workers}"
        run(assay("ingest", folder() / "corpus", "--to", workspace, "--json"))
        took, _ = run(assay("measure", workspace, "--workers", str(workers), "--json"))
        yield f"`assay measure --workers {workers}`", f"{took:.1f}", f"{size / took / 1e6:.1f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="each figure is a median of so many")
    parser.add_argument("--folder", type=Path, help="where the workspaces are made; removed afterwards")
    said = parser.parse_args()
    keep_freed()
    shard = sorted((folder() / "corpus").glob("*.parquet"))[0]
    texts = pq.read_table(shard, columns=["text"])["text"].to_pylist()
    print(f"{len(texts):,} documents, {sum(len(text.encode()) for text in texts) / 1e6:.1f} MB of text.\n")
    print_table(
        ("signals", "columns", "MB of text a second", "documents a second"), rates(texts, said.rounds)
    )
    print_table(("starting", "seconds"), starts())
    with workplace(said.folder) as place:
        print_table(("command", "seconds", "MB of text a second"), measures(place))


if __name__ == "__main__":
    main()
