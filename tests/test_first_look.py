"""A first look from the terminal: measured before the whole is taken in, and gone afterwards."""

import json

import pytest

from analytics.runs import default_families
from cli import main
from indexes import first_look
from indexes.ingest import ingest
from indexes.workspace import read_workspace


@pytest.fixture
def seen(monkeypatch):
    """The families that were measured of the first look when the whole was begun."""
    found = []

    def take_in(root, *rest):
        look = first_look.stands_in(root)
        found.append(look and sorted(path.name for path in (look / "columns").iterdir()))
        return ingest(root, *rest)

    monkeypatch.setattr("indexes.ingest.ingest", take_in)
    monkeypatch.setattr(first_look, "GRACE", 0.0)
    return found


def test_it_is_there_and_measured_while_the_whole_is_taken_in_and_then_gone(tmp_path, seen, capsys):
    lines = [json.dumps({"text": f"Document {i} says so."}) for i in range(9)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert main(["ingest", str(tmp_path / "a.jsonl"), "--to", str(tmp_path / "w"), "--first-look"]) == 0
    assert seen == [sorted(default_families())]
    assert not (tmp_path / "w" / first_look.FOLDER).exists()
    assert read_workspace(tmp_path / "w").documents == 9


def test_what_is_wrong_with_files_is_said_by_the_whole(tmp_path, seen, capsys):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    assert main(["ingest", str(tmp_path / "a.parquet"), "--to", str(tmp_path / "w"), "--first-look"]) == 1
    assert seen == [None]
    assert "a.parquet cannot be read" in capsys.readouterr().err
