"""What has changed in a corpus between two dates: on disk, in words, and where records are damaged."""

import json

import pyarrow as pa
import pytest
from corpora import literal_corpus
from terminal import assay, spoken

from analytics.changes import between, note
from analytics.corpora import open_for_questions
from indexes import families, history, lock
from indexes.drop import drop, undo
from indexes.errors import AssayError
from indexes.pins import Pin, add_pin
from indexes.stamp import stamp
from indexes.verify import verify
from indexes.workspace import read_workspace
from pages.ui import needed

DOCUMENTS = [{"id": f"d{i}", "source": "ab"[i % 2], "domain": "x"} for i in range(6)]
WORDS = {"mine": {"words": [1, 2, 3, 4, 5, 6]}}


@pytest.fixture
def root(tmp_path):
    literal_corpus(tmp_path / "c", DOCUMENTS, WORDS, rows=3)
    note(tmp_path / "c")
    return tmp_path / "c"


def remeasured(root, factor, version=2, names=("words",)):
    """Measure the words otherwise, and what else is named."""
    workspace = read_workspace(root)
    for shard in workspace.shards:
        rows = range(shard.first, shard.first + shard.rows)
        table = pa.table({name: [factor * (row + 1) for row in rows] for name in names})
        about = {"method": "mine", "version": version, "columns": {name: {"unit": ""} for name in names}}
        families.write_shard(workspace, "mine", shard, table, about)


def test_nothing_new_is_written_while_nothing_has_changed(root):
    before = sorted(path.name for path in (root / "history").iterdir())
    note(root)
    assert sorted(path.name for path in (root / "history").iterdir()) == before
    assert between(root).none
    assert len(before) == 1


def test_nothing_is_kept_of_a_corpus_that_is_being_written(root):
    drop(root, "asked for", source="b")
    with lock.writer(root):
        assert not between(root).none
        assert len(history.records(root)) == 1
    note(root)
    assert len(history.records(root)) == 2


def test_what_is_noted_and_pinned_is_no_part_of_the_corpus(root):
    before = (verify(root).hash, stamp(root), read_workspace(root).fingerprint)
    for path in (root / "history").iterdir():
        path.unlink()
    note(root)
    add_pin(root, Pin("view", "mine", "2026-11-21T17:00:00Z", page="overview"))
    assert (verify(root).hash, stamp(root), read_workspace(root).fingerprint) == before


def test_two_who_see_the_same_keep_it_once(root):
    drop(root, "asked for", source="b")
    one, two = (history.record_of(open_for_questions(root)) for _ in range(2))
    history.keep(root, one)
    history.keep(root, two)
    assert [record.when for record in history.records(root)[1:]] == [one.when]


def test_a_drop_changes_figures_and_says_its_reason(root):
    drop(root, "asked for", source="b")
    found = between(root)
    assert (found.then.documents, found.now.documents) == (6, 3)
    assert [(one.reason, one.documents, one.undone) for one in found.drops] == [("asked for", 3, False)]
    shares = {(one.label, one.name): (one.then, one.now) for one in found.shares}
    assert shares["source", "b"] == (0.5, 0.0)
    assert shares["source", "a"] == (0.5, 1.0)
    undo(root, 1)
    assert [one.undone for one in between(root).drops] == [True]
    assert between(root, since=found.then.when, until=found.now.when).drops == found.drops


def test_a_share_is_not_known_where_more_values_were_than_a_record_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "NAMES", 2)
    literal_corpus(tmp_path / "c", [{"domain": name} for name in "aaab"], rows=4)
    note(tmp_path / "c")
    literal_corpus(tmp_path / "c", [{"domain": name} for name in "aaabcccc"], rows=4)
    shares = {one.name: (one.then, one.now) for one in between(tmp_path / "c").shares}
    assert shares == {"a": (0.75, 0.375), "b": (0.25, None), "c": (None, 0.5)}


def test_columns_that_came_and_that_were_made_in_another_way_are_told_apart(root):
    remeasured(root, 10, names=("words", "lines"))
    found = between(root)
    assert (found.added, found.remade) == (("lines",), ("words",))
    middles = {one.name: (one.then, one.now) for one in found.medians}
    assert middles["words"] == (3.0, 30.0)
    assert middles["lines"][0] is None


def test_shards_that_came_are_named_and_a_corpus_made_again_is_said(tmp_path):
    literal_corpus(tmp_path / "c", DOCUMENTS[:3], rows=3)
    note(tmp_path / "c")
    literal_corpus(tmp_path / "c", DOCUMENTS, rows=3)
    found = between(tmp_path / "c")
    assert [(one.name, one.documents) for one in found.came] == [("shard-00001", 3)]
    assert not found.anew
    literal_corpus(tmp_path / "c", [{"id": "else"}], rows=3)
    again = between(tmp_path / "c")
    assert again.anew
    assert not again.came


def test_a_column_that_became_stale_is_said(root):
    (root / "columns" / "mine" / "shard-00001.parquet").unlink()
    assert not between(root).stale  # partial
    workspace = read_workspace(root)
    about = {"method": "mine", "version": 9, "columns": {"words": {"unit": ""}}}
    families.write_shard(workspace, "mine", workspace.shards[1], pa.table({"words": [1, 1, 1]}), about)
    assert between(root).stale == ("words",)
    why = "its shards were made in different ways: version of the code"
    for command in ("status", "columns"):
        assert f"stale      words: {why}" in spoken(command, root)[1]
    assert why in needed.badge(open_for_questions(root), ["words"]).html()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"when": "2026"}', '{"columns": {"a": 1}}', "[" * 10_000])
def test_a_damaged_record_is_one_date_less(root, damage):
    (root / "history" / "2020-01-01T000000.000000Z.json").write_text(damage)
    drop(root, "asked for", source="b")
    assert between(root).then.documents == 6
    assert len(history.records(root)) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("documents", "x"), ("tokens", []), ("shards", None), ("medians", {"a": "b"}), ("bytes", 1e400)],
)
def test_a_record_of_which_a_value_is_no_number_is_one_date_less(root, name, value):
    [whole] = (root / "history").iterdir()
    damaged = json.dumps(json.loads(whole.read_text()) | {"when": "2020-01-01T00:00:00Z", name: value})
    (root / "history" / "2020-01-01T000000.000000Z.json").write_text(damaged)
    assert len(history.records(root)) == 1


def test_of_too_many_records_the_first_and_the_newest_stay(root, monkeypatch):
    monkeypatch.setattr(history, "MOST", 3)
    first = history.records(root)[0]
    for number in range(1, 5):
        drop(root, f"reason {number}", shards=[0]) if number % 2 else undo(root, 1)
        note(root)
    kept = history.records(root)
    assert len(kept) == 3
    assert kept[0] == first


def test_dates_choose_the_last_record_up_to_them(root):
    drop(root, "asked for", source="b")
    note(root)
    first, second = history.records(root)
    assert between(root, since="2000-01-01").then == first
    assert between(root, since="9999-01-01").then == second
    with pytest.raises(AssayError, match="is no date"):
        between(root, since="yesterday")
    with pytest.raises(AssayError, match="is no date"):
        between(root, since="9999-12-31T23:59:59.999999+99:00")


def test_one_date_alone_and_a_date_before_the_record_are_said(root):
    code, out, _ = spoken("changes", root)
    assert (code, len(out.splitlines())) == (0, 1)
    assert "Only one date is on record" in out
    remeasured(root, 2, names=("words", *"abcdefgh"))
    note(root)
    out = spoken("changes", root, "--since", "2000-01-01")[1]
    assert f"Nothing is on record before {history.records(root)[0].when}" in out
    assert "8 columns: a, b, c, d, e, f and 2 more" in out
    assert "median of words: 3 then, 6 now" in out
    assert "Nothing is on record" not in spoken("changes", root)[1]


def test_the_terminal_notes_what_it_writes_and_says_what_has_changed(root, monkeypatch):
    reason = "[red](http://x) <b>asked</b> \x1b[2J"
    assert assay("drop", root, "--source", "b", "--reason", reason).code == 0
    assert len(history.records(root)) == 2
    said = assay("changes", root).answer
    assert said["documents"] == {"then": 6, "now": 3}
    assert said["drops"][0]["reason"] == reason
    assert json.dumps(said)
    code, out, _ = spoken("changes", root, "--since", "2000-01-01")
    assert code == 0
    assert "3 documents: [red](http://x) <b>asked</b> [2J" in out
    assert "\x1b" not in out
    assert assay("changes", root, "--since", "soon").code == 1


def test_a_corpus_of_nothing_and_a_folder_that_cannot_be_written_have_changes_too(tmp_path, monkeypatch):
    literal_corpus(tmp_path / "none", [])
    assert between(tmp_path / "none").now.documents == 0

    def refused(root, record):
        raise PermissionError

    monkeypatch.setattr(history, "keep", refused)
    literal_corpus(tmp_path / "other", [{}])
    assert between(tmp_path / "other").none
