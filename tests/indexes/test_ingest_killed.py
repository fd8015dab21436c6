"""An ingest that is killed at any rename and run again leaves what an undisturbed one leaves."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from killing import KILLED, run, tree

from indexes.workspace import read_workspace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of all kinds: small, empty, bad, with bad rows, large in place, and one of two shards."""
    folder = tmp_path_factory.mktemp("in")

    def lines(name, rows):
        (folder / name).write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows))

    lines("a.jsonl", [{"text": f"a{i}", "score": i} for i in range(10)])
    (folder / "b.jsonl").write_bytes(b'{"text": "b", "score": 0.5}\nnonsense\n{"text": null}\n')
    (folder / "c.jsonl").touch()
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(b'{"text": "d"}\n' * 99)[:-5])
    table = pa.table({"id": [str(i) for i in range(5000)], "text": [f"e{i}" for i in range(5000)]})
    pq.write_table(table, folder / "e.parquet", row_group_size=1000)
    (folder / "f.jsonl").write_bytes(b"nonsense\n")
    lines("g.jsonl", [{"text": f"g{i}", "score": i if i < 100_500 else "late"} for i in range(100_600)])
    lines("h.jsonl", [{"text": "h", "score": 3}])
    return folder


def test_killed_at_each_rename_and_run_again_it_leaves_the_same_bytes(folder, tmp_path):
    words = ["ingest", str(folder), "--to"]
    assert run([*words, str(tmp_path / "whole/w")]) == 1, "d.jsonl.gz is cut off"
    whole = tree(tmp_path / "whole/w")
    workspace = read_workspace(tmp_path / "whole/w")
    assert [shard.rows for shard in workspace.shards] == [11, 5000, 100_000, 600, 1]
    types = [workspace.columns[name] for name in ("source.score", "source.score__text")]
    assert [len(workspace.others), *types] == [2, "double", "string"]
    assert {name.split("/")[1] for name in whole} == {"corpus.toml", "documents", "quarantine"}

    for number in range(1, 50):
        root = tmp_path / str(number) / "w"
        if run([*words, str(root)], die_at=number) != KILLED:
            assert number > 8
            return
        assert run([*words, str(root)]) == 1
        assert tree(root) == whole, f"killed at rename {number}"
    pytest.fail("more than 50 renames")
