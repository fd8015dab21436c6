"""A command that is killed anywhere and run again leaves what an undisturbed one leaves, byte by byte."""

import json
import shutil
from pathlib import Path

import pytest
from killing import KILLED, run, timed, tree

pytestmark = pytest.mark.slow

MOMENTS = 20
RENAMES_AT_MOST = 200


def commands(root: Path, here: Path) -> dict[str, list[str]]:
    """Every command that writes, in an order in which each finds what it needs."""
    sample = Path(__file__).parent.parent / "sample_data"
    known = ids(sample)
    (here / "ids.txt").write_text(f"nobody\n{known[0]}\n")
    (here / "edu.jsonl").write_text(
        "".join(json.dumps({"id": id, "edu": i % 5}) + "\n" for i, id in enumerate(known[3:]))
    )
    work = str(root)
    return {
        "ingest": ["ingest", str(sample / "corpus"), "--to", work],
        "measure": ["measure", work, "length", "words", "--workers", "1"],
        "embed": ["embed", work, "--workers", "1"],
        "target": ["target", "add", work, "arithmetic", str(sample / "targets/arithmetic.jsonl")],
        "rank": ["rank", work, "--method", "betr", "--target", "arithmetic", "--name", "betr_arithmetic"],
        "score": ["score", work, "--name", "edu", "--values", str(here / "edu.jsonl")],
        "score of scores": ["score", work, "--name", "best", "--ensemble", "edu,betr_arithmetic"],
        "decisions": [
            "preview",
            work,
            "gopher_length",
            "--decisions",
            str(here / "out" / "decisions.parquet"),
        ],
        "columns": ["columns", work, "--columns", "id,words", "--out", str(here / "out" / "columns.parquet")],
        "export": [
            "export",
            work,
            "--recipe",
            "gopher_length",
            "--to",
            str(here / "export"),
            "--shard-size",
            "40",
        ],
        "drop": ["drop", work, "--ids", str(here / "ids.txt"), "--reason", "asked for"],
    }


def ids(sample: Path) -> list[str]:
    import pyarrow.parquet as pq

    paths = sorted((sample / "corpus").glob("*.parquet"))
    return [id for path in paths for id in pq.read_table(path, columns=["id"])["id"].to_pylist()]


@pytest.fixture(scope="module")
def stages(tmp_path_factory) -> dict[str, tuple[list[str], Path, dict[str, str], float]]:
    """Command -> its words, the state it starts from, the tree it must leave, and the seconds it takes."""
    here = tmp_path_factory.mktemp("killed")
    work = here / "now" / "corpus"
    found = {}
    (here / "now" / "out").mkdir(parents=True)
    run(["status", str(work)])  # imports everything once, so that no command is timed with it
    for name, words in commands(work, here / "now").items():
        before = here / f"before-{name}"
        shutil.copytree(here / "now", before)
        seconds = timed(words)
        found[name] = (words, before, tree(here / "now"), seconds)
    return found


def restart(stages, name: str) -> tuple[list[str], dict[str, str], float, Path]:
    words, before, after, seconds = stages[name]
    now = before.parent / "now"
    shutil.rmtree(now)
    shutil.copytree(before, now)
    return words, after, seconds, now


NAMES = [
    *("ingest", "measure", "embed", "target", "rank", "score", "score of scores"),
    *("decisions", "columns", "export", "drop"),
]


@pytest.mark.parametrize("name", NAMES)
def test_killed_at_each_rename_and_run_again_it_leaves_the_same_bytes(stages, name):
    for number in range(1, RENAMES_AT_MOST):
        words, after, _, now = restart(stages, name)
        code = run(words, die_at=number)
        if code != KILLED:
            assert code == 0
            assert number > 1, "the command renamed nothing"
            return
        assert run(words) == 0, f"killed at rename {number}"
        assert tree(now) == after, f"killed at rename {number}"
    pytest.fail(f"more than {RENAMES_AT_MOST} renames")


@pytest.mark.parametrize("name", ["ingest", "measure", "export"])
def test_killed_at_any_moment_and_run_again_it_leaves_the_same_bytes(stages, name):
    killed = 0
    for moment in range(MOMENTS):
        words, after, seconds, now = restart(stages, name)
        killed += run(words, after=seconds * (moment + 0.5) / MOMENTS) == KILLED
        assert run(words) == 0, f"killed at {moment} of {MOMENTS}"
        assert tree(now) == after, f"killed at {moment} of {MOMENTS}"
    assert killed >= MOMENTS / 2
