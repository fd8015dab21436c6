"""How fast JSONL.zst is ingested, beside DuckDB's COPY of the same files to Parquet.

Both write zstd with as many threads as there are cores. DuckDB writes no row groups under 2,048 by count, so
that is compared; ours with its own 500 stands beside it. The variants take turns: all see the same machine.
"""

import os
import statistics
import sys
from pathlib import Path

from benchmarks import made

COPY = """
import duckdb, sys
files, out, threads = sys.argv[1:4]
duckdb.sql(f"SET threads = {threads}")
duckdb.sql(f"COPY (FROM read_json('{files}', format = 'newline_delimited', maximum_object_size = 268435456))"
           f" TO '{out}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)")
"""
GROUPS_OF_2048 = "from indexes import staging; staging.GROUP_ROWS = 2048; staging.GROUP_BYTES = 1 << 30"
PEER = "DuckDB COPY, groups of 2,048"


def variants(place: Path) -> dict[str, list[str]]:
    """The command of each, without where it writes to."""
    ingest = ("ingest", place / "in", "--json", "--to")
    return {
        PEER: [sys.executable, "-c", COPY, f"{place}/in/*.jsonl.zst"],
        "assay ingest, groups of 2,048": made.assay(*ingest, setting=GROUPS_OF_2048),
        "assay ingest, groups of 500": made.assay(*ingest),
    }


def main() -> None:
    """Measure and print a table."""
    options = made.arguments(__doc__ or "", [1.0])
    threads = str(len(os.sched_getaffinity(0)))
    made.head("text:", "variant", "seconds:", "MB of text a second:", "rate to DuckDB's:", "written, MB:")
    for gigabytes in options.gigabytes:
        with made.workplace(options.folder) as place:
            text = made.write_jsonl(place / "in", gigabytes)
            made.warm(place / "in")
            seconds: dict[str, list[float]] = {name: [] for name in variants(place)}
            written: dict[str, int] = {}
            for _ in range(options.rounds):
                for name, command in variants(place).items():
                    with made.workplace(place) as out:
                        took, _said = made.run(
                            [*command, str(out / "out"), threads][: None if name == PEER else -1]
                        )
                        seconds[name].append(took)
                        written[name] = made.size(out)
            medians = {name: statistics.median(taken) for name, taken in seconds.items()}
            for name, took in medians.items():
                rate, ratio = f"{text / took / 1e6:.0f}", f"{medians[PEER] / took:.2f}"
                made.row(f"{gigabytes:g} GB", name, f"{took:.1f}", rate, ratio, f"{written[name] / 1e6:.0f}")


if __name__ == "__main__":
    main()
