"""Peak memory of ingest, measure and export, at two sizes of corpus: it must stay under 1.5 GB and not grow.

Memory is the sum of the proportional set sizes of the process and all its children (shared pages counted
once), read from /proc each 0.1 s. Linux only.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks import made

EVERY = 0.1


def proportional(process: psutil.Process) -> int:
    """Bytes of a process's proportional set size; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def peak(command: Sequence[str]) -> tuple[int, float]:
    """Run a command; returns the largest sum over its process tree, in bytes, and its seconds."""
    began = time.perf_counter()
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    root = psutil.Process(started.pid)
    most = 0
    while started.poll() is None:
        try:
            tree = [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            break
        most = max(most, sum(map(proportional, tree)))
        time.sleep(EVERY)
    if started.wait():
        sys.exit(f"{' '.join(command[3:])} failed")
    return most, time.perf_counter() - began


def main() -> None:
    """Measure and print a table."""
    options = made.arguments(__doc__ or "", [1.0, 4.0])
    made.head("text:", "command", "peak, MB:", "seconds:", "MB of text a second:")
    for gigabytes in options.gigabytes:
        with made.workplace(options.folder) as place:
            text = made.write_jsonl(place / "in", gigabytes)
            corpus = place / "corpus"
            commands: list[list[str | Path]] = [
                ["ingest", place / "in", "--to", corpus],
                ["measure", corpus],
                ["export", corpus, "--recipe", "gopher_length", "--to", place / "out"],
            ]
            for words in commands:
                most, seconds = peak(made.assay(*words, "--json"))
                rate = f"{text / seconds / 1e6:.0f}"
                made.row(f"{gigabytes:g} GB", words[0], f"{most / 1e6:.0f}", f"{seconds:.1f}", rate)


if __name__ == "__main__":
    main()
