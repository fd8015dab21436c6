"""Next steps on the terminal: typed as they stand, they work, and nothing of the person's is lost."""

import gzip
import json
from pathlib import Path

import pytest
from terminal import assay


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    """The folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: str, data: str | bytes) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


ARRAY = json.dumps([{"text": "a"}, {"text": "b"}])


@pytest.mark.parametrize(
    ("name", "data", "command"),
    [
        ("bad/array.jsonl", ARRAY, "jq -c '.[]' bad/array.jsonl > bad/array.lines.jsonl"),
        ("b d/a.json", ARRAY, "jq -c '.[]' 'b d/a.json' > 'b d/a.lines.jsonl'"),
        ("bad/a.json", '{\n"text": "a"\n}', "jq -c . bad/a.json > bad/a.lines.jsonl"),
        (
            "bad/a.json.gz",
            gzip.compress(ARRAY.encode()),
            "gzip -dc bad/a.json.gz | jq -c '.[]' > bad/a.lines.jsonl",
        ),
    ],
)
def test_json_that_is_no_lines_is_written_into_a_new_file(name, data, command):
    write(name, data)
    said = assay("ingest", name, "--to", "c")
    assert said.code == 1
    assert command in said.answer["next_step"]
    assert "then ingest " in said.answer["next_step"]
