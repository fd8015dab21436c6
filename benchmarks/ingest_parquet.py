"""How long ingest takes for Parquet that is read where it lies: only mapped metadata is copied."""

import statistics

from benchmarks import made


def main() -> None:
    """Measure and print a table."""
    options = made.arguments(__doc__ or "", [1.0, 4.0])
    made.head("text:", "files, MB:", "documents:", "seconds:", "workspace, MB:")
    for gigabytes in options.gigabytes:
        with made.workplace(options.folder) as place:
            made.write_parquet(place / "in", gigabytes)
            made.warm(place / "in")
            taken = []
            for round in range(options.rounds):
                out = place / f"out-{round}"
                seconds, said = made.run(made.assay("ingest", place / "in", "--to", out, "--json"))
                taken.append(seconds)
            made.row(
                f"{gigabytes:g} GB",
                f"{made.size(place / 'in') / 1e6:.0f}",
                f"{said['documents']:,}",
                f"{statistics.median(taken):.1f}",
                f"{made.size(out) / 1e6:.0f}",
            )


if __name__ == "__main__":
    main()
