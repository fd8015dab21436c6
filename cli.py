"""The terminal's door: words to functions, answers to text or JSON. Holds no logic.

Exit codes: 0 done, 1 a named problem with its next step, 2 wrong usage.
"""

import argparse
import json
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from indexes.errors import AssayError, WorkspaceBusy

Answer = dict[str, Any]


class Progress:
    """Says how far a command is: a line on a terminal, the job's record in a job."""

    def __init__(self, what: str, job: Path | None) -> None:
        from indexes.jobs import Record

        self.what = what
        self.began = time.monotonic()
        self.record = Record(job) if job else None
        self._shown = 0.0

    def __call__(self, done: int, total: int, note: str = "") -> None:
        if self.record is not None:
            self.record.progress(done, total, note or self.what)
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self._shown < 0.2 and done < total):
            return
        self._shown = now
        rate = done / max(now - self.began, 1e-9)
        left = f", {(total - done) / rate:,.0f} s left" if rate and total > done else ""
        share = f"{done / total:4.0%} " if total else ""
        sys.stderr.write(
            f"\r\x1b[2K{note or self.what}: {share}{done:,} documents, {rate:,.0f} a second{left}"
        )
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if sys.stderr.isatty() and self._shown:
            sys.stderr.write("\n")


def say(text: str) -> None:
    """Tell the person something that is no answer; standard output is for answers."""
    sys.stderr.write(f"{text}\n")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = parser().parse_args(words)
    job: Path | None = getattr(arguments, "job", None)
    progress = Progress(arguments.command, job)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        answer = _when_free(arguments.run, arguments, progress)
    except AssayError as problem:
        progress.end()
        return _fail(problem.sentence, problem.next_step, arguments.json, progress)
    except KeyboardInterrupt:
        progress.end()
        again = "Run the same command again: it goes on where it stopped."
        if progress.record is not None:
            progress.record.update(state="cancelled", ended=time.time())
        say(f"Stopped. {again}")
        return 1
    except OSError as error:
        progress.end()
        if error.errno == 28:
            return _fail(
                "There is no space left on the disk.", "Free some and run it again.", arguments.json, progress
            )
        if progress.record is not None:
            progress.record.update(state="failed", ended=time.time(), error=str(error))
        raise
    except Exception as error:
        if progress.record is not None:
            progress.record.update(
                state="failed", ended=time.time(), error=f"{type(error).__name__}: {error}"
            )
        raise
    progress.end()
    failed = "error" in answer
    if progress.record is not None:
        state = "failed" if failed else "done"
        problem_said = {key: answer[key] for key in ("error", "next_step") if key in answer}
        progress.record.update(state=state, ended=time.time(), result=answer, **problem_said)
    if arguments.json and answer:
        print(json.dumps(answer, ensure_ascii=False, default=str))
    elif answer:
        arguments.show(answer)
        if failed:
            say(f"{answer['error']}\n  Next: {answer['next_step']}")
    return 1 if failed or answer.get("ok") is False else 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _when_free(run: Callable[..., Answer], arguments: argparse.Namespace, progress: Progress) -> Answer:
    """Run a command; in a job, wait for the workspace's writer and say behind whom."""
    while True:
        try:
            return run(arguments, progress)
        except WorkspaceBusy as busy:
            if progress.record is None:
                raise
            progress.record.update(state="queued", note=busy.sentence)
            time.sleep(1.0)


def _fail(sentence: str, next_step: str, as_json: bool, progress: Progress) -> int:
    if progress.record is not None:
        progress.record.update(state="failed", ended=time.time(), error=sentence, next_step=next_step)
    if as_json:
        print(json.dumps({"error": sentence, "next_step": next_step}, ensure_ascii=False))
    else:
        say(f"{sentence}\n  Next: {next_step}")
    return 1


def parser() -> argparse.ArgumentParser:
    """The words of the terminal."""
    top = argparse.ArgumentParser(
        "assay", description="See what a corpus is made of; choose what to train on."
    )
    words = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def word(
        name: str, run: Callable[..., Answer], text: str, show: Callable[[Answer], None] = show_lines
    ) -> argparse.ArgumentParser:
        made = words.add_parser(name, help=text, description=text)
        made.set_defaults(run=run, show=show, command=name)
        made.add_argument("--json", action="store_true", help="print one JSON object on standard output")
        made.add_argument("--job", type=Path, help=argparse.SUPPRESS)
        return made

    made = word("ingest", ingest, "take files in: Parquet, JSONL(.gz, .zst); also appends")
    made.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="files, folders, globs, or a list of files"
    )
    made.add_argument("--to", type=Path, required=True, metavar="WORKSPACE")
    made.add_argument("--name", help="the corpus's name; else the folder's")
    made.add_argument(
        "--source", action="append", default=[], metavar="NAME=GLOB", help="a named source; repeatable"
    )
    made.add_argument("--schema", help="input schema of all sources, instead of the one that fits")
    made.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="map a column; repeatable"
    )
    made.add_argument(
        "--sample", metavar="1%%", help="a part drawn by key: a larger one contains the smaller"
    )
    made.add_argument("--shards", type=int, metavar="N", help="only the first N files")
    made.add_argument("--limit", type=int, metavar="N", help="only the first N documents")
    made.add_argument("--copy", action="store_true", help="copy the text of Parquet files too")
    made.add_argument("--key", choices=["id", "text"], default="id", help="what a document's key is made of")
    made.add_argument(
        "--max-line", type=size, default=256_000_000, metavar="SIZE", help="longest line taken (256MB)"
    )
    made.add_argument("--strict", action="store_true", help="stop at the first bad row or file")
    made.add_argument("--dry-run", action="store_true", help="say what would be done and what it costs")
    made.add_argument("--measure", action="store_true", help="measure the default signals afterwards")

    made = word("measure", measure, "compute signals (all families, or those named)")
    made.add_argument("workspace", type=Path)
    made.add_argument("families", nargs="*", metavar="FAMILY")
    made.add_argument("--workers", type=int, help="processes; one a core if not given")

    made = word("embed", embed, "compute embeddings and their FAISS index")
    made.add_argument("workspace", type=Path)
    made.add_argument("--workers", type=int, help="processes; one a core if not given")

    target = words.add_parser("target", help="benchmark targets", description="benchmark targets")
    kinds = target.add_subparsers(dest="kind", required=True, metavar="add")
    made = kinds.add_parser("add", help="add a benchmark target", description="add a benchmark target")
    made.set_defaults(run=target_add, show=show_lines, command="target add")
    made.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    made.add_argument("--job", type=Path, help=argparse.SUPPRESS)
    made.add_argument("workspace", type=Path)
    made.add_argument("name")
    made.add_argument("file", type=Path)
    made.add_argument("--split", choices=["train", "any"], default="train")
    made.add_argument("--replace", action="store_true")

    made = word("rank", rank, "rank documents by a selection method: a score column")
    made.add_argument("workspace", type=Path)
    made.add_argument("--method", default="betr")
    made.add_argument("--target", action="append", required=True, metavar="NAME", nargs="+")
    made.add_argument("--name", metavar="COLUMN", help="the column; METHOD_TARGET if not given")
    made.add_argument("--replace", action="store_true", help="in the place of a column made otherwise")
    made.add_argument("--workers", type=int, help="processes; one a core if not given")

    made = word("columns", columns, "list columns with their lineage, or write chosen ones", show_columns)
    made.add_argument("workspace", type=Path)
    made.add_argument("--columns", metavar="A,B", help="those to write")
    made.add_argument("--out", type=Path, metavar="FILE", help="a Parquet file to write them to")

    made = word("preview", preview, "what each step of a recipe costs", show_preview)
    made.add_argument("workspace", type=Path)
    made.add_argument("recipe", help="a recipe's name, or a TOML file")
    made.add_argument(
        "--decisions", type=Path, metavar="FILE", help="write id, key, kept, reasons to Parquet"
    )
    made.add_argument(
        "--allow-partial", action="store_true", help="leave out documents that were not measured"
    )

    made = word("export", export, "write a selection, sharded, with manifest and lineage")
    made.add_argument("workspace", type=Path)
    made.add_argument("--recipe", required=True, help="a recipe's name, or a TOML file")
    made.add_argument("--to", type=Path, required=True, metavar="DIR")
    made.add_argument("--format", default="parquet", help="parquet or jsonl")
    made.add_argument(
        "--columns", default="all", metavar="A,B", help="`all` that came with the documents; ours by name"
    )
    made.add_argument(
        "--shard-size", default="256MB", metavar="SIZE", help="of text (256MB), or documents (100000)"
    )
    made.add_argument(
        "--allow-partial", action="store_true", help="leave out documents that were not measured"
    )

    made = word("verify", verify, "an export or a workspace against its manifest")
    made.add_argument("folder", type=Path)

    made = word(
        "status", status, "what there is, what is missing or stale, what each step costs", show_status
    )
    made.add_argument("workspace", type=Path)

    made = word("build", build, "every missing step, resumable")
    made.add_argument("workspace", type=Path)

    made = word("drop", drop, "leave documents out, by a tombstone")
    made.add_argument("workspace", type=Path)
    made.add_argument("--source", metavar="VALUE")
    made.add_argument("--shards", metavar="0,3")
    made.add_argument("--ids", type=Path, metavar="FILE", help="one id a line")
    made.add_argument("--reason")
    made.add_argument("--undo", type=int, metavar="N")

    made = word("open", open_dashboard, "the dashboard", lambda answer: None)
    made.add_argument("workspaces", nargs="*", type=Path, metavar="WORKSPACE | FILES")
    made.add_argument("--home", type=Path, default=Path(".assay"), help="folder of workspaces (./.assay)")
    made.add_argument(
        "--root", action="append", type=Path, default=[], help="a folder whose paths may be typed"
    )
    made.add_argument("--cache", type=Path, help="where caches lie, for workspaces that cannot be written")
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=8501)
    made.add_argument("--no-browser", action="store_true")
    made.add_argument("--base-path", default="")
    return top


def size(said: str) -> int:
    """``256MB``, ``1GB``, ``4096`` in bytes."""
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "B": 1}
    for unit, factor in units.items():
        if said.upper().endswith(unit):
            return int(float(said[: -len(unit)]) * factor)
    return int(said)


# --- commands -------------------------------------------------------------------------------------------


def ingest(said: argparse.Namespace, progress: Progress) -> Answer:
    """Take files in."""
    from indexes.ingest import ingest as take_in
    from indexes.planning import Options, plan

    options = Options(
        sources=tuple(said.sources),
        named=tuple(tuple(pair.split("=", 1)) for pair in said.source),
        name=said.name,
        schema=said.schema,
        mapping=tuple(tuple(pair.split("=", 1)) for pair in said.map),
        sample=share(said.sample),
        shards=said.shards,
        limit=said.limit,
        copy=said.copy,
        key=said.key,
        max_line=said.max_line,
        strict=said.strict,
    )
    if said.dry_run:
        planned = plan(said.to, options)
        for sentence in planned.sentences():
            say(sentence)
        return planned.as_json()
    report = take_in(said.to, options, progress, say)
    if said.measure and report.total:
        from analytics.runs import measure as compute

        compute(said.to, progress=progress)
    return report.as_json()


def share(said: str | None) -> float | None:
    """``1%`` or ``0.01`` as a share of 1."""
    if said is None:
        return None
    value = float(said[:-1]) / 100 if said.endswith("%") else float(said)
    if not 0 < value <= 1:
        raise AssayError(
            f"A sample must be over 0 and at most 100 %, got {said}.", "Give one like --sample 1%."
        )
    return value


def measure(said: argparse.Namespace, progress: Progress) -> Answer:
    """Compute signals."""
    from analytics.runs import measure as compute

    return compute(said.workspace, said.families or None, said.workers, progress).as_json()


def embed(said: argparse.Namespace, progress: Progress) -> Answer:
    """Compute embeddings and their index."""
    from analytics.ranking import embed_corpus, user_cache

    return embed_corpus(said.workspace, user_cache(), said.workers, progress, say).as_json()


def target_add(said: argparse.Namespace, progress: Progress) -> Answer:
    """Add a benchmark target."""
    from indexes.targets import add_target

    target = add_target(said.workspace, said.name, said.file, said.split, said.replace)
    if target.warning:
        say(target.warning)
    return {"examples": target.examples, "test_rows": target.test_rows}


def rank(said: argparse.Namespace, progress: Progress) -> Answer:
    """Rank documents by a selection method."""
    from analytics.ranking import rank as compute
    from analytics.ranking import user_cache

    targets = [name for names in said.target for name in names]
    name = said.name or "_".join([said.method, *sorted(targets)])
    return compute(
        said.workspace,
        said.method,
        targets,
        name,
        user_cache(),
        said.replace,
        said.workers,
        progress,
        say,
    ).as_json()


def columns(said: argparse.Namespace, progress: Progress) -> Answer:
    """List columns, or write some."""
    from analytics.corpora import open_for_questions

    corpus = open_for_questions(said.workspace)
    if said.out or said.columns:
        from indexes.export import write_columns

        if not (said.out and said.columns):
            raise AssayError("Say both which columns and where to.", "Give --columns A,B --out FILE.")
        return write_columns(corpus, said.columns.split(","), said.out)
    keys = ("name", "type", "unit", "variant", "nulls", "state", "lineage")
    return {"columns": [{key: getattr(column, key) for key in keys} for column in corpus.columns.values()]}


def preview(said: argparse.Namespace, progress: Progress) -> Answer:
    """What each step of a recipe costs."""
    from analytics.corpora import open_for_questions
    from analytics.preview import preview as count
    from analytics.preview import write_decisions
    from analytics.recipe import find_recipe

    corpus = open_for_questions(said.workspace)
    recipe = find_recipe(said.recipe, said.workspace)
    found = count(corpus, recipe)
    if said.decisions:
        write_decisions(corpus, recipe, said.decisions, said.allow_partial, progress)
    return found.as_json()


def export(said: argparse.Namespace, progress: Progress) -> Answer:
    """Write a selection."""
    from analytics.deliver import export as write

    return write(
        said.workspace,
        said.recipe,
        said.to,
        said.format,
        tuple(said.columns.split(",")),
        said.shard_size,
        said.allow_partial,
        progress,
    ).as_json()


def verify(said: argparse.Namespace, progress: Progress) -> Answer:
    """An export or a workspace against its manifest."""
    from indexes.verify import verify as check

    return check(said.folder, progress).as_json()


def status(said: argparse.Namespace, progress: Progress) -> Answer:
    """What there is, and what is missing."""
    from analytics.corpora import open_for_questions
    from analytics.status import next_steps

    corpus = open_for_questions(said.workspace)
    return {
        "documents": corpus.documents,
        "shards": len(corpus.workspace.shards),
        "columns": [{"name": column.name, "state": column.state} for column in corpus.columns.values()],
        "next": [vars(step) for step in next_steps(corpus)],
    }


def build(said: argparse.Namespace, progress: Progress) -> Answer:
    """Run every missing step."""
    from analytics.corpora import open_for_questions
    from analytics.status import next_steps

    done: list[str] = []
    while steps := [
        step for step in next_steps(open_for_questions(said.workspace)) if step.command not in done
    ]:
        command = steps[0].command
        say(f"{command}  (about {steps[0].seconds:,.0f} s)")
        inner = parser().parse_args(shlex.split(command)[1:])
        inner.run(inner, progress)
        done.append(command)
    return {"done": done}


def drop(said: argparse.Namespace, progress: Progress) -> Answer:
    """Leave documents out."""
    from indexes.drop import drop as leave_out
    from indexes.drop import undo

    if said.undo is not None:
        found = undo(said.workspace, said.undo)
    elif not said.reason:
        raise AssayError("A drop needs its reason.", "Give one: --reason TEXT (it stands in every manifest).")
    else:
        shards = [int(number) for number in said.shards.split(",")] if said.shards else None
        found = leave_out(said.workspace, said.reason, said.source, shards, said.ids)
    return {"documents": found.documents, "left": found.left}


def open_dashboard(said: argparse.Namespace, progress: Progress) -> Answer:
    """Serve the dashboard until interrupted; its address is said as soon as it answers."""
    from analytics.opening import workspaces_of
    from pages.ui.launch import Launch
    from pages.ui.server import serve

    def announce(address: str) -> None:
        print(json.dumps({"url": address}) if said.json else f"Assay is open at {address}", flush=True)

    roots = workspaces_of(said.workspaces, said.home)
    launch = Launch(tuple(roots), said.home, tuple(said.root), said.cache)
    serve(launch, said.host, said.port, not said.no_browser, said.base_path, announce)
    return {}


# --- answers for people ---------------------------------------------------------------------------------


def figure(value: Any) -> str:
    """A value of an answer as a person reads it."""
    if value is None:
        return "not measured"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(figure(item) for item in value) or "none"
    return str(value)


def show_lines(answer: Answer) -> None:
    """One line a key."""
    for key, value in answer.items():
        nested = isinstance(value, list) and any(isinstance(item, dict) for item in value)
        if key not in ("error", "next_step") and not nested:
            print(f"{key.replace('_', ' '):<14} {figure(value)}")


def show_columns(answer: Answer) -> None:
    """A table of columns."""
    if "columns" not in answer or not all(isinstance(column, dict) for column in answer["columns"]):
        return show_lines(answer)
    rows = answer["columns"]
    width = max((len(row["name"]) for row in rows), default=4)
    print(f"{'name':<{width}}  {'type':<8} {'unit':<18} {'state':<8} {'nulls':>10}")
    for row in rows:
        print(
            f"{row['name']:<{width}}  {row['type']:<8} {row['unit']:<18} {row['state']:<8} "
            f"{'' if row['nulls'] is None else format(row['nulls'], ','):>10}"
        )
    return None


def show_preview(answer: Answer) -> None:
    """The funnel as a table."""
    for unit in ("documents", "tokens", "bytes"):
        pair = answer[unit]
        if pair is not None and pair["total"]:
            rate = pair["kept"] / pair["total"]
            print(f"{unit:<10} {pair['kept']:>16,} of {pair['total']:>16,} kept  {rate:>7.1%}")
    if answer["not_measured"]:
        print(f"not measured {answer['not_measured']:,} documents, outside every rate")
    print(f"\n{'documents':<58} {'fails':>12} {'only this':>12} {'unknown':>10} {'kept':>14}")
    _show_steps(answer["steps"], "")


def _show_steps(steps: list[Answer], indent: str) -> None:
    for step in steps:
        said = f"{indent}{step['reason']}: {step['rule']}"
        counts = {key: step[key]["documents"] for key in ("fails", "only_this", "unknown", "kept")}
        print(
            f"{said[:58]:<58} {counts['fails']:>12,} {counts['only_this']:>12,} "
            f"{counts['unknown']:>10,} {counts['kept']:>14,}"
        )
        _show_steps(step.get("members", []), indent + "  ")


def show_status(answer: Answer) -> None:
    """States, then what to do."""
    print(f"documents  {answer['documents']:,}\nshards     {answer['shards']:,}")
    for state in ("whole", "partial", "stale", "missing"):
        names = [column["name"] for column in answer["columns"] if column["state"] == state]
        if names:
            print(f"{state:<10} {', '.join(names)}")
    for step in answer["next"]:
        print(f"next       {step['command']}  (about {step['seconds']:,.0f} s)")


if __name__ == "__main__":
    sys.exit(main())
