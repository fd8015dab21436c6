"""The terminal's door: words to functions, answers to text or JSON. Holds no logic.

Exit codes: 0 done, 1 a named problem with its next step, 2 wrong usage.
"""

import argparse
import errno
import json
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexes.columns import BYTES
from indexes.errors import AssayError, WorkspaceBusy
from indexes.saying import counted
from indexes.stamp import stamp

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
            f"\r\x1b[2K{note or self.what}: {share}{counted(done, 'document')}, {rate:,.0f} a second{left}"
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
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        progress = Progress(arguments.command, arguments.job)
    except KeyboardInterrupt:
        return 1  # a job that was cancelled before it began
    try:
        with _noted(arguments):
            answer = _when_free(arguments.run, arguments, progress)
    except AssayError as problem:
        progress.end()
        return _fail(problem.sentence, problem.next_step, arguments.json, progress)
    except KeyboardInterrupt:
        progress.end()
        again = "Run the same command again: what was finished stays."
        if arguments.command in ("measure", "embed", "score"):
            again = "Run the same command again: shards that were finished stay, the one begun starts again."
        return _fail("It was stopped.", again, arguments.json, progress, "cancelled")
    except OSError as error:
        progress.end()
        return _fail(*_said_by_system(error), arguments.json, progress)
    except Exception as error:
        if progress.record is not None:
            said = f"{type(error).__name__}: {error}"
            progress.record.update(state="failed", ended=time.time(), error=said, next_step=REPORT)
        raise
    progress.end()
    failed = "error" in answer
    if progress.record is not None:
        state = "failed" if failed else "done"
        problem_said = {key: answer[key] for key in ("error", "next_step") if key in answer}
        progress.record.update(state=state, ended=time.time(), result=answer, **problem_said)
    try:
        if arguments.json and answer:
            print(json.dumps(answer, ensure_ascii=False, default=str))
        elif answer:
            arguments.show(answer)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has read enough; what Python flushes at its end has to go somewhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if failed and not arguments.json:
        say(f"{answer['error']}\n  Next: {answer['next_step']}")
    return 1 if failed else 0


REPORT = "This is a fault of the program: please report it, with the log."


def _said_by_system(error: OSError) -> tuple[str, str]:
    """What the system says of a file, as a sentence and its next step."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "There is no space left on the disk.",
            "Make room, then run the same command: what was finished stays.",
        )
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}.", "Check that it is there, and its permissions."


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


WRITES = ("ingest", "measure", "embed", "rank", "score", "build", "drop")
"""Commands after which a corpus may be another one than it was."""


@contextmanager
def _noted(arguments: argparse.Namespace) -> Iterator[None]:
    """Keep what a corpus is after a command that has changed it, for ``assay changes``."""
    if arguments.command not in WRITES or getattr(arguments, "dry_run", False):
        yield
        return
    root = arguments.to if arguments.command == "ingest" else arguments.workspace
    before = stamp(root)
    yield
    if stamp(root) != before:
        from analytics.changes import note  # with it come DuckDB and Polars

        note(root)


def _fail(sentence: str, next_step: str, as_json: bool, progress: Progress, state: str = "failed") -> int:
    if progress.record is not None:
        progress.record.update(state=state, ended=time.time(), error=sentence, next_step=next_step)
    if as_json:
        print(json.dumps({"error": sentence, "next_step": next_step}, ensure_ascii=False))
    else:
        say(f"{sentence}\n  Next: {next_step}")
    return 1


class Known:
    """The families of signals by name, looked up only where help is printed."""

    def __str__(self) -> str:
        from analytics.signal import signal_families

        return ", ".join(signal_families())


class Version(argparse.Action):
    """Print the version, which is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from indexes.manifest import program_version

        print(f"assay {program_version()}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The words of the terminal."""
    top = argparse.ArgumentParser(
        "assay", description="See what a corpus is made of; choose what to train on."
    )
    top.add_argument("--version", action=Version, nargs=0, help="print the version")
    words = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def word(
        name: str, run: Callable[..., Answer], text: str, show: Callable[[Answer], None] = show_lines
    ) -> argparse.ArgumentParser:
        made = words.add_parser(name, help=text, description=text)
        made.set_defaults(run=run, show=show, command=name)
        made.add_argument("--json", action="store_true", help="print one JSON object on standard output")
        made.add_argument("--job", type=Path, help=argparse.SUPPRESS)
        return made

    made = word("ingest", ingest, "take files in: Parquet, or CSV, TSV, JSONL(.gz, .zst); also appends")
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
        "--map",
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        help="map a column, e.g. body_html=text; repeatable",
    )
    made.add_argument(
        "--sample",
        type=share,
        metavar="SHARE",
        help="1%%, drawn by key: a larger one contains the smaller",
    )
    made.add_argument("--shards", type=count, metavar="N", help="only the first N files")
    made.add_argument("--limit", type=count, metavar="N", help="only the first N documents")
    made.add_argument("--copy", action="store_true", help="copy the text of Parquet files too")
    made.add_argument("--key", choices=["id", "text"], default="id", help="what a document's key is made of")
    made.add_argument(
        "--max-line", type=size, default=256_000_000, metavar="SIZE", help="longest line taken (256MB)"
    )
    made.add_argument("--strict", action="store_true", help="stop at the first bad row or file")
    made.add_argument("--dry-run", action="store_true", help="say what would be done and what it costs")
    made.add_argument("--measure", action="store_true", help="measure the default signals afterwards")
    made.add_argument(
        "--first-look",
        action="store_true",
        help="before that, measure the first documents of up to 20 files, to be seen until the rest is there",
    )

    made = word("measure", measure, "compute signals (the default set, or the families named)", show_measured)
    made.add_argument("workspace", type=Path)
    named = made.add_argument("families", nargs="*", metavar="FAMILY", help="of signals: %(known)s")
    named.known = Known()  # type: ignore[attr-defined]
    made.add_argument("--recipe", metavar="RECIPE", help="what this recipe lacks, by name or TOML file")
    made.add_argument("--all", action="store_true", help="every family, and every variant")
    made.add_argument(
        "--list",
        metavar="NAME=FILE",
        action="append",
        default=[],
        type=named_file,
        help="keep your list of words, one entry a line, under the name that a family needs",
    )
    made.add_argument(
        "--model",
        metavar="NAME=FILE",
        action="append",
        default=[],
        type=named_file,
        help="keep your fastText model; language=FILE tells languages from then on",
    )
    made.add_argument("--workers", type=count, help="processes; one a core if not given")

    made = word("embed", embed, "compute embeddings and their FAISS index")
    made.add_argument("workspace", type=Path)
    made.add_argument("--workers", type=count, help="processes; one a core if not given")

    target = words.add_parser("target", help="benchmark targets", description="benchmark targets")
    kinds = target.add_subparsers(dest="kind", required=True, metavar="add")
    made = kinds.add_parser("add", help="add a benchmark target", description="add a benchmark target")
    made.set_defaults(run=target_add, show=show_lines, command="target add")
    made.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    made.add_argument("--job", type=Path, help=argparse.SUPPRESS)
    made.add_argument("workspace", type=Path)
    made.add_argument("name", metavar="NAME", help="what to call it")
    made.add_argument("file", type=Path, metavar="FILE", help="examples: JSONL(.gz, .zst) or Parquet")
    made.add_argument(
        "--split", choices=["train", "any"], default="train", help="any uses test rows for ranking too"
    )
    made.add_argument("--replace", action="store_true", help="in the place of another target of this name")

    made = word("rank", rank, "rank documents by a selection method: a score column")
    made.add_argument("workspace", type=Path)
    made.add_argument("--method", default="betr")
    made.add_argument("--target", action="append", required=True, metavar="NAME", nargs="+")
    made.add_argument("--name", metavar="COLUMN", help="the column; METHOD_TARGET if not given")
    made.add_argument("--replace", action="store_true", help="in the place of a column made otherwise")
    made.add_argument("--workers", type=count, help="processes; one a core if not given")

    made = word("score", score, "take a score in, or make one of others: a score column", show_lines)
    made.add_argument("workspace", type=Path)
    made.add_argument("--name", required=True, metavar="COLUMN", help="the column, or the family of several")
    origin = made.add_mutually_exclusive_group(required=True)
    origin.add_argument("--fasttext", type=Path, metavar="FILE", help="a fastText classifier's .bin or .ftz")
    origin.add_argument(
        "--values", type=Path, metavar="FILE", help="Parquet or JSONL of id, or else key, and values"
    )
    origin.add_argument(
        "--attributes", type=Path, metavar="FOLDER", help="Dolma's attributes, by file and order"
    )
    origin.add_argument(
        "--signals",
        metavar="FOLDER|COLUMN",
        help="RedPajama-V2's quality_signals, in files of the same order or in a column of the source",
    )
    origin.add_argument("--column", help="a column of the source")
    origin.add_argument(
        "--ensemble", type=names, metavar="A,B,C", help="the highest of their buckets, as Nemotron-CC has it"
    )
    origin.add_argument("--within", metavar="LABEL", help="the place of the score --of within its domain")
    made.add_argument("--label", help="of the classifier: whose probability; hq if it has that")
    made.add_argument("--value", metavar="COLUMN", help="of --values: which column holds them")
    made.add_argument("--attribute", metavar="NAME", help="of --attributes: which one")
    made.add_argument("--of", metavar="COLUMN", help="of --within: which score")
    made.add_argument(
        "--as", dest="place", choices=["percentile", "rank"], help="of --within: percentile if not given"
    )
    made.add_argument("--unit", help="of --values, --attributes, --column: what the score counts")
    made.add_argument("--low", type=float, help="the same: the least it can be")
    made.add_argument("--high", type=float, help="the same: the most it can be")
    made.add_argument("--replace", action="store_true", help="in the place of a column made otherwise")
    made.add_argument("--workers", type=count, help="processes; one a core if not given")

    made = word("train-classifier", train_classifier, "train a fastText classifier of your own")
    made.add_argument("--positive", type=Path, required=True, metavar="FILE", help="JSONL, Parquet or lines")
    made.add_argument("--negative", type=Path, required=True, metavar="FILE", help="the same")
    made.add_argument(
        "--to", type=Path, required=True, metavar="MODEL", help="the file to write, such as mine.bin"
    )
    made.add_argument("--held-out", type=share, default=0.1, metavar="SHARE", help="to test it on (10%%)")
    made.add_argument("--seed", type=whole, default=0)
    made.add_argument("--epochs", type=count, default=25, help="how often each text is seen (25)")
    made.add_argument("--replace", action="store_true", help="in the place of another model")

    made = word("columns", columns, "list columns with their lineage, or write chosen ones", show_columns)
    made.add_argument("workspace", type=Path)
    made.add_argument("--columns", metavar="A,B", help="those to write")
    made.add_argument("--out", type=Path, metavar="FILE", help="a Parquet file to write them to")

    made = word("preview", preview, "what each step of a recipe costs", show_preview)
    made.add_argument("workspace", type=Path)
    made.add_argument("recipe", nargs="?", help="a recipe's name, or a TOML file; without one, all is kept")
    made.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="RULE",
        help="count only the documents for which this is true: a rule as in a recipe, such as "
        '\'{ column = "domain", op = "==", limit = "docs" }\', or a recipe; repeatable',
    )
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
        "--columns",
        default="all",
        metavar="A,B",
        help="`all,words`: what came with the documents, and words; without `all` or `text`, no text",
    )
    made.add_argument(
        "--shard-size", default="256MB", metavar="SIZE", help="of text (256MB), or documents (100000)"
    )
    made.add_argument(
        "--allow-partial", action="store_true", help="leave out documents that were not measured"
    )

    made.add_argument(
        "--edit",
        action="append",
        default=[],
        metavar="NAME",
        help="a transformation of the text, such as c4_lines; repeatable, applied in this order",
    )

    made = word(
        "judgements", judgements, "what people judged: read, write, and what it says", show_judgements
    )
    made.add_argument("workspace", type=Path)
    made.add_argument("--recipe", metavar="RECIPE", help="how often it and each of its rules was right")
    made.add_argument("--take", type=Path, metavar="FILE.jsonl", help="add the judgements of a file")
    made.add_argument("--out", type=Path, metavar="FILE.jsonl", help="write all judgements to a file")
    made.add_argument(
        "--texts", type=Path, metavar="DIR", help="write judged texts to DIR/keep.jsonl and DIR/drop.jsonl"
    )

    made = word("verify", verify, "an export or a workspace against its manifest")
    made.add_argument("folder", type=Path)

    made = word(
        "status", status, "what there is, what is missing or stale, what each step costs", show_status
    )
    made.add_argument("workspace", type=Path)

    made = word("changes", changes, "what has changed in a corpus between two dates", show_changes)
    made.add_argument("workspace", type=Path)
    made.add_argument(
        "--since", metavar="DATE", help="2026-11-20, or a time; else the record before the last"
    )
    made.add_argument("--until", metavar="DATE", help="the same; else now")

    made = word("build", build, "every missing step, resumable")
    made.add_argument("workspace", type=Path)

    made = word("find", find, "documents whose text holds a sentence", show_found)
    made.add_argument("workspace", type=Path)
    made.add_argument("sentence", help="what to look for; white space may differ")
    made.add_argument("--from", dest="start", type=whole, default=0, metavar="DOC_ID", help="go on from here")
    made.add_argument("--most", type=count, default=50, metavar="N", help="stop after so many documents (50)")

    made = word("drop", drop, "leave documents out, by a tombstone")
    made.add_argument("workspace", type=Path)
    made.add_argument("--source", metavar="VALUE", help="all documents with this in the column source")
    made.add_argument("--shards", type=numbers, metavar="0,3", help="numbers of shards, from 0")
    made.add_argument("--ids", type=Path, metavar="FILE", help="one id a line")
    made.add_argument("--reason", metavar="TEXT", help="why; it stands in every manifest after it")
    made.add_argument("--undo", type=int, metavar="N", help="take the Nth drop back, from 1")

    made = word("open", open_dashboard, "the dashboard", lambda answer: None)
    made.add_argument("workspaces", nargs="*", type=Path, metavar="WORKSPACE | FILES")
    made.add_argument("--home", type=Path, default=Path(".assay"), help="folder of workspaces (./.assay)")
    made.add_argument(
        "--root", action="append", type=Path, default=[], help="a folder whose paths may be typed"
    )
    made.add_argument("--cache", type=Path, help="where caches lie, for workspaces that cannot be written")
    made.add_argument(
        "--sample", type=count, default=200_000, help="documents that give a first answer (200000)"
    )
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=8501)
    made.add_argument("--no-browser", action="store_true")
    made.add_argument("--base-path", default="")
    return top


def count(said: str) -> int:
    """A whole number from 1."""
    if not said.isdecimal() or int(said) < 1:
        raise argparse.ArgumentTypeError(f"need a whole number from 1, got {said}")
    return int(said)


def numbers(said: str) -> list[int]:
    """``0,3`` as numbers."""
    if not all(number.strip().isdecimal() for number in said.split(",")):
        raise argparse.ArgumentTypeError(f"need numbers such as 0,3, got {said}")
    return [int(number) for number in said.split(",")]


def names(said: str) -> tuple[str, ...]:
    """``A,B,C`` as names, each once."""
    found = tuple(dict.fromkeys(filter(None, map(str.strip, said.split(",")))))
    if not found:
        raise argparse.ArgumentTypeError(f"need names such as A,B,C, got {said}")
    return found


def whole(said: str) -> int:
    """A whole number from 0."""
    if not said.isdecimal():
        raise argparse.ArgumentTypeError(f"need a whole number from 0, got {said}")
    return int(said)


def named_file(said: str) -> tuple[str, Path]:
    """``flagged_words=words.txt``: a name and a file."""
    name, equals, file = said.partition("=")
    if not equals or not file or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"need NAME=FILE, got {said}")
    return name, Path(file)


def share(said: str) -> float:
    """``1%`` or ``0.01`` as a share of 1."""
    try:
        value = float(said[:-1]) / 100 if said.endswith("%") else float(said)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"a share is over 0 and at most 100%, such as 1%, and not {said}")
    return value


def size(said: str) -> int:
    """``256MB``, ``1GB``, ``4096`` in bytes."""
    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "B": 1}
    unit = next((unit for unit in units if said.upper().endswith(unit)), "")
    try:
        return int(float(said[: len(said) - len(unit)]) * units.get(unit, 1))
    except ValueError:
        raise argparse.ArgumentTypeError(f"need a size such as 256MB, got {said}") from None


# --- commands -------------------------------------------------------------------------------------------


def ingest(said: argparse.Namespace, progress: Progress) -> Answer:
    """Take files in."""
    from indexes.first_look import leave
    from indexes.ingest import ingest as take_in
    from indexes.planning import Options, plan

    options = Options(
        sources=tuple(said.sources),
        named=tuple(tuple(pair.split("=", 1)) for pair in said.source),
        name=said.name,
        schema=said.schema,
        mapping=tuple(tuple(pair.split("=", 1)) for pair in said.map),
        sample=said.sample,
        shards=said.shards,
        limit=said.limit,
        copy=said.copy,
        key=said.key,
        max_line=said.max_line,
        strict=said.strict,
    )
    if said.dry_run:
        planned = plan(said.to, options)
        said.show = lambda answer: print("\n".join(planned.sentences()))
        return planned.as_json()
    if said.first_look:
        from analytics.first_look import take as look

        progress(0, 0, "a first look")
        look(said.to, options)
    report = take_in(said.to, options, progress, say)
    answer = report.as_json()
    if said.measure and report.total:
        from analytics.runs import measure as compute

        measured = compute(said.to, progress=progress).as_json()
        answer = {key: measured[key] for key in ("error", "next_step") if key in measured} | answer
    if report.total:
        leave(said.to)
    return answer


def measure(said: argparse.Namespace, progress: Progress) -> Answer:
    """Compute signals."""
    from analytics.runs import computable_families, default_families, keep_given
    from analytics.runs import measure as compute

    if said.list or said.model:
        for name, entries in keep_given(said.workspace, said.list, said.model).items():
            say(f"{name}: {counted(entries, 'word')}")
    families = list(said.families)
    lacks: list[str] = []
    left = ""
    if said.recipe:  # with these come DuckDB and Polars
        from analytics.corpora import open_for_questions
        from analytics.lacking import lacking, measurable
        from analytics.recipe import find_recipe

        recipe = find_recipe(said.recipe, said.workspace)
        found = lacking(open_for_questions(said.workspace), recipe)
        lacks, left = list(found.brought), found.left(said.workspace, recipe)
        families += measurable(said.workspace, recipe)
        if not families and not said.all:
            say(left or f"{said.recipe} reads no signal: nothing has to be measured for it.")
            return {"documents": 0, "columns": [], "seconds": 0.0, "costs": {}, "lacks": lacks}
    if said.all:
        families += computable_families(said.workspace)
    answer = compute(said.workspace, families or default_families(), said.workers, progress).as_json()
    if left:
        say(left)
    return {**answer, "lacks": lacks}


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


OPTIONS = {
    "fasttext": ("label",),
    "values": ("value", "unit", "low", "high"),
    "attributes": ("attribute", "unit", "low", "high"),
    "signals": (),
    "column": ("unit", "low", "high"),
    "ensemble": (),
    "within": ("of", "place"),
}
"""Where a score comes from -> the options that belong to it."""

NEEDED = {"attributes": "attribute", "within": "of"}


def score(said: argparse.Namespace, progress: Progress) -> Answer:
    """Take a score in, or make one of others."""
    from analytics import origins
    from analytics.scores import score as make

    chosen = next(name for name in OPTIONS if getattr(said, name) is not None)
    given = {name for names in OPTIONS.values() for name in names if getattr(said, name) is not None}
    if wrong := sorted(given - set(OPTIONS[chosen])):
        word = "as" if wrong[0] == "place" else wrong[0]
        raise AssayError(f"--{word} is no option of --{chosen}.", "Leave it out; see assay score --help.")
    if (needed := NEEDED.get(chosen)) and getattr(said, needed) is None:
        raise AssayError(f"--{chosen} needs --{needed}.", f"Add it: --{needed} NAME")
    span = origins.Range(said.unit, said.low, said.high)
    makers: dict[str, Callable[[], origins.Origin]] = {
        "fasttext": lambda: origins.Classifier.of(said.fasttext, said.label),
        "values": lambda: origins.ValuesFile(said.values, said.value, span),
        "attributes": lambda: origins.Attributes(said.attributes, said.attribute, span),
        "signals": lambda: origins.Signals(said.signals),
        "column": lambda: origins.SourceColumn(said.column, span),
        "ensemble": lambda: origins.Ensemble(said.ensemble),
        "within": lambda: origins.Within(said.within, said.of, said.place or "percentile"),
    }
    return make(
        said.workspace, said.name, makers[chosen](), said.replace, said.workers, progress, say
    ).as_json()


def train_classifier(said: argparse.Namespace, progress: Progress) -> Answer:
    """Train a classifier."""
    from analytics.fasttext_training import train

    return train(
        said.positive, said.negative, said.to, said.held_out, said.seed, said.epochs, said.replace, say
    )


def columns(said: argparse.Namespace, progress: Progress) -> Answer:
    """List columns, or write some."""
    from analytics.corpora import open_for_questions, open_with

    if said.out or said.columns:
        from indexes.export import write_columns

        if not (said.out and said.columns):
            raise AssayError("Say both which columns and where to.", "Give --columns A,B --out FILE.")
        names = said.columns.split(",")
        return write_columns(open_with(said.workspace, names, progress, say), names, said.out)
    corpus = open_for_questions(said.workspace)
    keys = ("name", "type", "unit", "variant", "nulls", "state", "why", "lineage")
    return {"columns": [{key: getattr(column, key) for key in keys} for column in corpus.columns.values()]}


def preview(said: argparse.Namespace, progress: Progress) -> Answer:
    """What each step of a recipe costs."""
    from analytics.corpora import tokenizer_of
    from analytics.lacking import open_with_recipe
    from analytics.preview import preview as count_steps
    from analytics.preview import unfinished, write_decisions
    from analytics.recipe import NO_RULES, find_recipe
    from analytics.where import parse_where
    from indexes.queries.top import resolve
    from indexes.rule import columns_of

    recipe = find_recipe(said.recipe, said.workspace) if said.recipe else NO_RULES
    where = [step for rule in said.where for step in parse_where(rule, said.workspace)]
    asked = columns_of(where)
    corpus = open_with_recipe(said.workspace, recipe, asked, progress, say, not said.allow_partial)
    corpus = corpus.narrowed(resolve(corpus, where))
    answer = {**count_steps(corpus, recipe).as_json(), "tokenizer": tokenizer_of(corpus)}
    answer["unfinished"] = unfinished(corpus, recipe)
    behind: dict[str, list[str]] = {}
    for column in answer["unfinished"]:
        behind.setdefault(column["command"], []).append(f"{column['name']} is {column['state']}")
    for command, states in behind.items():
        say(f"{', '.join(states)}: this is counted on what there is.\n  Next: {command}")
    if said.decisions:
        decided = write_decisions(corpus, recipe, said.decisions, said.allow_partial, progress)
        say(f"The decisions on {counted(decided, 'document')} are in {said.decisions}.")
    if recipe.edits:
        say(recipe.edit_sentence())
    return answer


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
        say,
        said.edit,
    ).as_json()


def judgements(said: argparse.Namespace, progress: Progress) -> Answer:
    """What people judged of documents."""
    from analytics.judged import judgements as report

    return report(said.workspace, said.take, said.out, said.texts, said.recipe).as_json()


def verify(said: argparse.Namespace, progress: Progress) -> Answer:
    """An export or a workspace against its manifest."""
    from indexes.verify import verify as check

    return check(said.folder, progress).as_json()


def status(said: argparse.Namespace, progress: Progress) -> Answer:
    """What there is, and what is missing."""
    from analytics.corpora import open_for_questions
    from analytics.status import next_steps, not_asked_for

    corpus = open_for_questions(said.workspace)
    for fault in corpus.faults.values():
        say(f"{fault.sentence}\n  Next: {fault.next_step}")
    return {
        "documents": corpus.documents,
        "shards": len(corpus.workspace.shards),
        "columns": [
            {"name": column.name, "state": column.state, "why": column.why}
            for column in corpus.columns.values()
        ],
        "when_asked": not_asked_for(corpus),
        "not_utf8": corpus.columns[BYTES].nulls,
        "next": [vars(step) for step in next_steps(corpus)],
    }


def changes(said: argparse.Namespace, progress: Progress) -> Answer:
    """What has changed between two dates."""
    from analytics.changes import between

    return between(said.workspace, said.since, said.until).as_json()


def build(said: argparse.Namespace, progress: Progress) -> Answer:
    """Run every missing step."""
    from analytics.corpora import open_for_questions
    from analytics.status import next_steps, said_cost

    done: list[str] = []
    while steps := [
        step for step in next_steps(open_for_questions(said.workspace)) if step.command not in done
    ]:
        command = steps[0].command
        say(f"{command}  ({said_cost(steps[0].seconds, steps[0].once)})")
        inner = parser().parse_args(shlex.split(command)[1:])
        answer = inner.run(inner, progress)
        if "error" in answer:
            return {"done": done, "error": answer["error"], "next_step": answer["next_step"]}
        done.append(command)
    return {"done": done}


def find(said: argparse.Namespace, progress: Progress) -> Answer:
    """Documents whose text holds a sentence."""
    from indexes.corpus import open_corpus
    from indexes.finding import find as look_for

    corpus = open_corpus(said.workspace)
    of, at = corpus.workspace.documents, said.start
    found: list[Answer] = []
    for looked in look_for(corpus, said.sentence, said.start, said.most):
        found += map(vars, looked.found)
        at = looked.next
        progress(at, of)
    return {"found": found, "next": at if at < of else None}


def drop(said: argparse.Namespace, progress: Progress) -> Answer:
    """Leave documents out."""
    from indexes.drop import drop as leave_out
    from indexes.drop import undo

    if said.undo is not None:
        found = undo(said.workspace, said.undo)
    elif not said.reason:
        raise AssayError("A drop needs its reason.", "Give one: --reason TEXT (it stands in every manifest).")
    else:
        found = leave_out(said.workspace, said.reason, said.source, said.shards, said.ids)
    return {"documents": found.documents, "left": found.left}


def open_dashboard(said: argparse.Namespace, progress: Progress) -> Answer:
    """Serve the dashboard until interrupted; its address is said as soon as it answers."""
    from analytics.opening import workspaces_of
    from indexes.visits import know
    from pages.ui.launch import Launch
    from pages.ui.server import serve

    def announce(address: str) -> None:
        if (port := urlsplit(address).port) != said.port:
            say(f"Port {said.port} is in use; this is {port}.")
        print(json.dumps({"url": address}) if said.json else f"Assay is open at {address}", flush=True)

    roots = workspaces_of(said.workspaces, said.home)
    know(said.home, [root.resolve() for root in roots])
    # An exception in the middle of the server's start would leave it running and deaf to further signals.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    launch = Launch(tuple(roots), said.home, tuple(said.root), said.cache, said.sample)
    serve(launch, said.host, said.port, not said.no_browser, said.base_path, announce)
    return {}


# --- answers for people ---------------------------------------------------------------------------------


ABSENT = {"precision": "none is called positive"}
"""Key -> what null says of it, where that is not that it was not measured."""

DIGITS = 4
"""Significant digits of a number with a fraction; more where they would make 1 of a share below it."""


def figure(value: Any) -> str:
    """A value of an answer as a person reads it."""
    if value is None:
        return "not measured"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if abs(value) >= 10 ** (DIGITS - 1):
            return f"{value:,.0f}"
        written = (f"{value:.{digits}g}" for digits in range(DIGITS, 18))
        return next(said for said in written if abs(value) >= 1 or abs(float(said)) < 1)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(figure(item) for item in value) or "none"
    return str(value)


def show_lines(answer: Answer) -> None:
    """One line a key; where it holds things of several keys, as many lines below it for each."""
    for key, value in answer.items():
        things = value if isinstance(value, list) else [value]
        if key in ("error", "next_step"):
            continue
        if not things or not all(isinstance(thing, dict) for thing in things):
            said = ABSENT[key] if value is None and key in ABSENT else figure(value)
            print(f"{key.replace('_', ' '):<14} {said}")
            continue
        for thing in things:
            print(f"{key.replace('_', ' '):<14} {figure(thing.get('name', ''))}".rstrip())
            for name in [name for name in thing if name != "name"]:
                print(f"  {name.replace('_', ' '):<20} {figure(thing[name])}")


def show_measured(answer: Answer) -> None:
    """One line a key, and what each family cost."""
    show_lines({key: value for key, value in answer.items() if key not in ("costs", "columns", "lacks")})
    if "columns" in answer:
        print(f"{'columns':<14} {len(answer['columns'])}")
    for name, seconds in sorted(answer.get("costs", {}).items(), key=lambda item: -item[1]):
        print(f"  {name:<24} {seconds:>9,.1f} s of one core")


def show_columns(answer: Answer) -> None:
    """A table of columns."""
    if "columns" not in answer or not all(isinstance(column, dict) for column in answer["columns"]):
        return show_lines(answer)
    rows = answer["columns"]
    width = max((len(row["name"]) for row in rows), default=4)
    print(f"{'name':<{width}}  {'type':<8} {'unit':<20} {'state':<8} {'nulls':>12}")
    for row in rows:
        tokenizer = row["lineage"].get("parameters", {}).get("tokenizer")
        unit = f"{row['unit']} ({tokenizer})" if tokenizer else row["unit"]
        nulls = "" if row["nulls"] is None else f"{row['nulls']:,}"
        print(f"{row['name']:<{width}}  {row['type']:<8} {unit:<20} {row['state']:<8} {nulls:>12}".rstrip())
    _show_why(rows)
    return None


def _show_why(rows: Sequence[Answer]) -> None:
    """Why columns are stale, a line for each reason."""
    behind: dict[str, list[str]] = {}
    for row in rows:
        if row["why"]:
            behind.setdefault(row["why"], []).append(row["name"])
    for why, names in behind.items():
        further = f" and {len(names) - COLUMNS_SAID:,} more" if len(names) > COLUMNS_SAID else ""
        print(f"stale      {', '.join(names[:COLUMNS_SAID])}{further}: {plain(why)}")


def show_preview(answer: Answer) -> None:
    """The funnel as a table."""
    for unit in ("documents", "tokens", "bytes"):
        pair = answer[unit]
        said = f"{unit} ({answer['tokenizer']})" if unit == "tokens" and pair is not None else unit
        if pair is None:
            print(f"{said:<20} not measured")
        else:
            rate = f"{pair['kept'] / pair['total']:>7.1%}" if pair["total"] else ""
            print(f"{said:<20} {pair['kept']:>18,} of {pair['total']:>18,} kept {rate}".rstrip())
    if answer["not_measured"]:
        print(f"{'not measured':<20} {answer['not_measured']:>18,} documents, outside every rate")
    heads = ("fails", "only this", "unknown", "kept")
    print("\n" + "".join(f"{head:>13}" for head in heads) + "   step, counted in documents")
    _show_steps(answer["steps"], "")


def _show_steps(steps: list[Answer], indent: str) -> None:
    for step in steps:
        counts = (step[key]["documents"] for key in ("fails", "only_this", "unknown", "kept"))
        rule = step["rule"].partition(" (")[0] if "members" in step else step["rule"]
        print("".join(f"{number:>13,}" for number in counts) + f"   {indent}{step['reason']}: {rule}")
        _show_steps(step.get("members", []), indent + "  ")


def plain(text: str) -> str:
    """What a corpus holds, without what steers a terminal."""
    return "".join(sign for sign in text if sign.isprintable())


def show_found(answer: Answer) -> None:
    """A document a line, with what stands round the sentence."""
    for one in answer["found"]:
        text = " ".join(f"{one['before'][-40:]}{one['sentence']}{one['after'][:40]}".split())
        print(f"{one['doc_id']:>12}  {'exactly' if one['exact'] else 'other white space':<18} {plain(text)}")
    say(f"{counted(len(answer['found']), 'document')} found.")
    if answer["next"] is not None:
        say(f"  Next: the same command with --from {answer['next']}")


def show_judgements(answer: Answer) -> None:
    """Counts, how people agree, and the rates as a table."""
    lists = ("agreement", "rates")
    show_lines({key: value for key, value in answer.items() if key not in lists and value is not None})
    for pair in answer["agreement"]:
        kappa = figure(pair["kappa"]) if pair["kappa"] is not None else "undefined: they said one thing only"
        error = "" if pair["standard_error"] is None else f", standard error {figure(pair['standard_error'])}"
        of = f"of {counted(pair['documents'], 'document')} that both judged"
        print(f"{pair['name']}: the same on {pair['same']:.1%} {of}; kappa {kappa}{error}")
    if answer["rates"]:
        heads = (f"{'right to remove':<30}", f"{'wrong to keep':<30}", "wrongly removed documents")
        print("\n" + "".join(heads))
    for rate in answer["rates"]:
        wrong = rate["wrongly_removed"]
        amount = "not judged" if wrong is None else "{:,} ({:,} to {:,})".format(*wrong)
        cells = "".join(f"{_rate(rate[key]):<30}" for key in ("precision", "miss_rate"))
        print(f"{cells}{amount:<26} {rate['name']}")


def _rate(found: Answer) -> str:
    if found["share"] is None:
        return "not enough judged" if found["of"] else "not judged"
    return f"{found['share']:.1%} ({found['low']:.1%} to {found['high']:.1%}) of {found['of']:,}"


def show_changes(answer: Answer) -> None:
    """Figures then and now, what came and went, and the shares and medians that moved."""
    if answer["note"]:
        print(answer["note"])
    if answer["since"] == answer["until"]:
        return
    print(f"since      {answer['since']}\nuntil      {answer['until']}")
    if answer["made_anew"]:
        print("shards     are others than then: the corpus was made again")
    for name in ("documents", "tokens", "bytes"):
        print(f"{name:<10} {figure(answer[name]['then'])} then, {figure(answer[name]['now'])} now")
    if came := answer["came"]:
        named = f"{came[0]['name']} to {came[-1]['name']}" if len(came) > 1 else came[0]["name"]
        print(f"came       {named}, {counted(sum(one['documents'] for one in came), 'document')}")
    for drop in answer["drops"]:
        word = "undone" if drop["undone"] else "dropped"
        print(f"{word:<10} {counted(drop['documents'], 'document')}: {plain(drop['reason'])}")
    for name, columns in answer["columns"].items():
        if columns:
            further = len(columns) - COLUMNS_SAID
            more = f" and {further:,} more" if further > 0 else ""
            print(f"{name:<10} {counted(len(columns), 'column')}: {', '.join(columns[:COLUMNS_SAID])}{more}")
    for row in answer["composition"]:
        if row["then"] != row["now"]:
            said = " then, ".join(
                "not among the first" if row[at] is None else f"{row[at]:.1%}" for at in DATES
            )
            print(f"{row['label']:<10} {said} now  {plain(row['name'] or 'not stated')}")
    for row in answer["medians"]:
        if row["then"] != row["now"]:
            print(f"median of {row['name']}: {' then, '.join(figure(row[at]) for at in DATES)} now")


COLUMNS_SAID = 6
DATES = ("then", "now")


def show_status(answer: Answer) -> None:
    """States, then what to do."""
    from analytics.status import said_cost, when_asked

    print(f"documents  {answer['documents']:,}\nshards     {answer['shards']:,}")
    _show_why(answer["columns"])
    for state in ("whole", "partial", "missing"):
        names = [column["name"] for column in answer["columns"] if column["state"] == state]
        if state == "missing":
            names = [name for name in names if name not in when_asked()]
        if names:
            print(f"{state:<10} {', '.join(names)}")
    if further := answer["when_asked"]:
        said = f"{counted(further['columns'], 'column')} of signals, measured when asked for"
        print(f"optional   {said}: {further['command']} (or by family, or --recipe)")
    if answer["not_utf8"]:
        print(f"not UTF-8  {counted(answer['not_utf8'], 'document')}, null in every signal of text")
    for step in answer["next"]:
        print(f"next       {step['command']}  ({said_cost(step['seconds'], step['once'])})")
    if answer["documents"] and not answer["next"]:
        print("next       nothing is missing")


if __name__ == "__main__":
    sys.exit(main())
