import json

import numpy as np
import polars as pl
import pytest
from corpora import literal_corpus
from small_model import keep_small_model, small_model

from analytics.corpora import open_for_questions
from analytics.embedding import NAME, VERSION, embed
from analytics.ranking import embed_corpus, rank, static_model
from analytics.selection import betr
from analytics.status import next_steps
from indexes import families, files, vectors
from indexes.drop import drop
from indexes.errors import AssayError, BadTarget, MissingColumn, NameTaken, UnfinishedColumn
from indexes.saying import making
from indexes.targets import add_target
from indexes.workspace import read_workspace

DOCUMENTS = [
    "how many apples left",
    "the court dismissed the appeal",
    "ship sail wind storm",
    "",
    "total pears gives buys how many",
    "nothing known here",
    "law claim apples",
    "wave coast harbour court",
]
SUMS = [
    {"id": "1", "split": "train", "question": "how many pears left", "answer": "total"},
    {"id": "2", "split": "train", "question": "buys apples gives pears", "answer": "many"},
    {"id": "3", "split": "test", "question": "storm at sea", "answer": "wave"},
]
SEA = [{"id": "a", "text": "ship and wave"}, {"id": "b", "text": "unheard"}]


@pytest.fixture
def models(tmp_path):
    keep_small_model(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def corpus(tmp_path):
    """Make a workspace of these documents with two targets."""

    def make(name="corpus", rows=3):
        root = tmp_path / name
        literal_corpus(root, [{"text": text} for text in DOCUMENTS], rows=rows)
        for target, examples in {"sums": SUMS, "sea": SEA}.items():
            path = tmp_path / f"{target}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in examples))
            add_target(root, target, path)
        return root

    return make


def read(root, *names):
    found = open_for_questions(root)
    wanted = ", ".join(f'"{name}"' for name in names)
    return found.frame(f"SELECT {wanted} {found.clause(names)} ORDER BY doc_id")


def files_of(root):
    left_out = ("run.json", "lock")
    return {
        path.relative_to(root): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in left_out
    }


def test_every_document_with_known_words_gets_a_vector(corpus, models):
    root = corpus()
    said = []
    made = embed_corpus(root, models, 1, lambda *step: said.append(step))
    assert (made.documents, made.columns) == (8, ("embedding",))
    assert (said[0], said[-1]) == ((0, 8), (8, 8))
    held = vectors.read_vectors(read_workspace(root), 32)
    np.testing.assert_array_equal(held.vectors, embed(small_model(), DOCUMENTS))
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(held.vectors[:, 0])), [3, 5])
    column = open_for_questions(root).columns["embedding"]
    assert (column.state, column.nulls) == ("whole", 2)
    assert column.lineage["model_hash"] == small_model().digest
    assert column.lineage["parameters"]["reads_characters"] == 1500
    index = vectors.open_index(read_workspace(root))
    assert index.search(held.vectors[[2]], 1)[0].tolist() == [[2]]


def test_embedding_again_is_done_at_once(corpus, models, monkeypatch):
    root = corpus()
    embed_corpus(root, models, 1)
    before = files_of(root)
    monkeypatch.setattr(files, "on_rename", lambda path: pytest.fail(f"{path} was written again"))
    assert embed_corpus(root, models, 1).documents == 0
    assert files_of(root) == before


def test_embedding_goes_on_at_the_shards_that_are_left(corpus, models):
    root = corpus()
    embed_corpus(root, models, 1)
    before = files_of(root)
    (root / "columns" / "embedding" / "shard-00001.parquet").unlink()
    assert embed_corpus(root, models, 1).documents == 3
    assert files_of(root) == before


@pytest.mark.slow
def test_processes_give_the_same_bytes_as_one(corpus, models):
    one, two = corpus("one"), corpus("two")
    embed_corpus(one, models, 1)
    said = []
    embed_corpus(two, models, 2, lambda *step: said.append(step))
    assert said[-1] == (8, 8)
    ours, theirs = files_of(one), files_of(two)
    assert ours.keys() == theirs.keys()
    for path in ours:
        if path.parts[0] in ("columns", "indexes"):
            assert ours[path] == theirs[path]


def test_another_model_makes_all_vectors_again(corpus, models):
    root = corpus()
    embed_corpus(root, models, 1)
    other = keep_small_model(models, seed=1)
    assert embed_corpus(root, models, 1).documents == 8
    assert vectors.open_index(read_workspace(root)).model == other.digest


def test_ranking_makes_the_vectors_first_and_says_so(corpus, models):
    root = corpus()
    said = []
    made = rank(root, "betr", ["sums"], "score", models, workers=1, say=said.append)
    assert made.columns == ("score", "score_example", "score_similarity")
    assert made.documents == 8
    assert len(said) == 1
    assert "Embedding 8 documents first, about" in said[0]


def test_a_ranking_is_the_methods_own(corpus, models):
    root = corpus()
    rank(root, "betr", ["sums", "sea"], "score", models, workers=1)
    held = vectors.read_vectors(read_workspace(root), 32)
    names = ["sea:a", "sums:1", "sums:2"]  # "unheard" has no vector, the test row is not used
    texts = ["ship and wave", "how many pears left\ntotal", "buys apples gives pears\nmany"]
    scored = betr.score(held.vectors, held.keys, embed(small_model(), texts))
    found = read(root, "score", "score_example", "score_similarity")
    expected = [None if np.isnan(value) else value for value in scored.score]
    assert found["score"].to_list() == expected
    assert found["score_example"].to_list() == [None if e < 0 else names[e] for e in scored.example]
    assert found["score_similarity"].null_count() == 2
    best = found.with_row_index("doc_id").sort("score", descending=True, nulls_last=True)
    assert set(best["doc_id"][:3]) == {0, 2, 4}


def test_a_score_column_says_how_it_was_made(corpus, models):
    root = corpus()
    rank(root, "betr", ["sums"], "score", models, workers=1)
    column = open_for_questions(root).columns["score"]
    assert (column.kind, column.type, column.state, column.nulls) == ("score", "number", "whole", 2)
    assert column.lineage["parameters"] == {"method": "betr", "targets": ["sums"]}
    assert column.lineage["targets"][0]["examples"] == 2
    assert column.lineage["model_hash"] == small_model().digest
    assert column.lineage["fingerprint"] == read_workspace(root).fingerprint
    command = making(root, "score", column.lineage)
    assert command == f"assay rank {root} --method betr --target sums --name score"
    assert not [step for step in next_steps(open_for_questions(root)) if "rank" in step.command]
    assert open_for_questions(root).columns["score_example"].type == "text"


def test_the_same_ranking_again_is_done_at_once(corpus, models, monkeypatch):
    root = corpus()
    rank(root, "betr", ["sums", "sea"], "score", models, workers=1)
    before = files_of(root)
    monkeypatch.setattr(files, "on_rename", lambda path: pytest.fail(f"{path} was written again"))
    assert rank(root, "betr", ["sea", "sums", "sea"], "score", models, workers=1).documents == 0
    assert files_of(root) == before


def test_shards_of_any_size_give_the_same_scores(corpus, models):
    found = []
    for rows in (1, 3, 100):
        root = corpus(f"rows-{rows}", rows)
        rank(root, "betr", ["sums"], "score", models, workers=1)
        found.append(read(root, "score", "score_example", "score_similarity"))
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


def test_other_parameters_under_a_used_name_are_refused_unless_replaced(corpus, models):
    root = corpus()
    rank(root, "betr", ["sums"], "score", models, workers=1)
    with pytest.raises(NameTaken, match="--target sums") as fault:
        rank(root, "betr", ["sea"], "score", models, workers=1)
    assert "--replace" in fault.value.next_step
    rank(root, "betr", ["sea"], "score", models, replace_other=True, workers=1)
    assert set(read(root, "score_example")["score_example"].drop_nulls()) == {"sea:a"}


@pytest.mark.parametrize(
    "name", ["", "a b", "a__b", "1a", "words", "id", "embedding", "documents", "random", "a.b", 'a"b']
)
def test_a_name_that_is_none_or_not_free_is_refused(corpus, models, name):
    root = corpus()
    with pytest.raises(NameTaken):
        rank(root, "betr", ["sums"], name, models, replace_other=True, workers=1)


def test_a_name_taken_by_another_ranking_is_refused(corpus, models):
    root = corpus()
    rank(root, "betr", ["sums"], "score", models, workers=1)
    with pytest.raises(NameTaken, match="score_example"):
        rank(root, "betr", ["sums"], "score_example", models, replace_other=True, workers=1)


def test_unknown_methods_and_targets_get_near_matches(corpus, models):
    root = corpus()
    with pytest.raises(AssayError, match="Near matches: betr"):
        rank(root, "bert", ["sums"], "score", models)
    with pytest.raises(BadTarget, match="Near matches: sums"):
        rank(root, "betr", ["sum"], "score", models)
    with pytest.raises(BadTarget):
        rank(root, "betr", [], "score", models)


def test_a_target_without_a_known_word_is_refused(corpus, models, tmp_path):
    root = corpus()
    (tmp_path / "odd.jsonl").write_text('{"text": "unheard"}\n')
    add_target(root, "odd", tmp_path / "odd.jsonl")
    with pytest.raises(BadTarget, match="No example of odd"):
        rank(root, "betr", ["odd"], "score", models, workers=1)
    assert "score" not in open_for_questions(root).columns


def test_a_ranking_is_stale_when_the_corpus_changes_and_made_again_by_its_command(corpus, models):
    root = corpus()
    rank(root, "betr", ["sums"], "score", models, workers=1)
    first = read(root, "score")
    drop(root, "no use", shards=[0])
    assert open_for_questions(root).columns["score"].state == "stale"
    again = f"assay rank {root} --method betr --target sums --name score"
    assert [step.command for step in next_steps(open_for_questions(root))].count(again) == 1
    assert rank(root, "betr", ["sums"], "score", models, workers=1).documents == 8
    assert open_for_questions(root).columns["score"].state == "whole"
    assert read(root, "score").height == 5
    assert not read(root, "score").equals(first[3:])


def test_a_ranking_is_made_again_when_its_target_was_replaced(corpus, models, tmp_path):
    root = corpus()
    rank(root, "betr", ["sums"], "score", models, workers=1)
    (tmp_path / "sums.jsonl").write_text('{"id": "new", "text": "sea"}\n')
    add_target(root, "sums", tmp_path / "sums.jsonl", replace=True)
    assert rank(root, "betr", ["sums"], "score", models, workers=1).documents == 8
    assert set(read(root, "score_example")["score_example"].drop_nulls()) == {"sums:new"}


def test_vectors_that_are_missing_are_made_and_stale_ones_refused(corpus, models):
    root = corpus()
    embed_corpus(root, models, 1)
    (root / "columns" / "embedding" / "shard-00000.parquet").unlink()
    said = []
    rank(root, "betr", ["sums"], "score", models, workers=1, say=said.append)
    assert "Embedding 3 documents first" in said[0]
    keep_small_model(models, seed=1)
    with pytest.raises(UnfinishedColumn, match="stale") as fault:
        rank(root, "betr", ["sums"], "other", models, workers=1)
    assert "assay embed" in fault.value.next_step
    with pytest.raises(MissingColumn):
        open_for_questions(root).column("other")


@pytest.mark.parametrize("command", ["embed", "rank"])
def test_killed_at_each_rename_and_run_again_leaves_the_same_tree(corpus, models, monkeypatch, command):
    class Killed(BaseException):
        pass

    def run(root):
        if command == "embed":
            return embed_corpus(root, models, 1)
        return rank(root, "betr", ["sums"], "score", models, workers=1)

    run(whole := corpus("whole"))
    undisturbed = files_of(whole)
    for survive in range(20):
        root = corpus("whole-again").rename(whole.parent / f"{command}-{survive}")
        left = survive

        def kill(path):
            nonlocal left
            if not left:
                raise Killed
            left -= 1

        monkeypatch.setattr(files, "on_rename", kill)
        try:
            run(root)
        except Killed:
            monkeypatch.setattr(files, "on_rename", None)
            run(root)
        else:
            break
        again = files_of(root)
        assert again.keys() == undisturbed.keys()
        for path in undisturbed:
            if path.parts[0] in ("columns", "indexes"):
                assert again[path] == undisturbed[path], path
    assert survive >= 5


def test_a_model_that_was_kept_is_not_distilled_again(tmp_path, monkeypatch):
    kept = keep_small_model(tmp_path)
    monkeypatch.setattr("analytics.embedding.packaged_model", lambda: pytest.fail("distilled again"))
    assert static_model(tmp_path).digest == kept.digest


def test_a_model_is_distilled_once_said_so_and_kept(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr("analytics.embedding.packaged_model", small_model)
    assert static_model(tmp_path / "new", said.append).digest == small_model().digest
    assert "once" in said[0]
    assert (tmp_path / "new" / f"{NAME}-{VERSION}.npz").exists()


def test_a_corpus_without_documents_is_no_fault(tmp_path, models):
    root = tmp_path / "corpus"
    literal_corpus(root, [])
    (tmp_path / "sea.jsonl").write_text('{"text": "sea"}')
    add_target(root, "sea", tmp_path / "sea.jsonl")
    for _ in range(2):
        assert embed_corpus(root, models, 1).documents == 0
        assert rank(root, "betr", ["sea"], "score", models, workers=1).documents == 0


def test_a_corpus_of_which_all_is_dropped_has_no_scores(corpus, models):
    root = corpus()
    drop(root, "no use", shards=[0, 1, 2])
    rank(root, "betr", ["sums"], "score", models, workers=1)
    assert open_for_questions(root).columns["score"].nulls == 8
    assert open_for_questions(root).columns["score_example"].type == "text"


def test_the_columns_hold_no_nan(corpus, models):
    root = corpus()
    rank(root, "betr", ["sums"], "score", models, workers=1)
    workspace = read_workspace(root)
    for shard in workspace.shards:
        table = pl.from_arrow(families.read_column(workspace, "score", shard))
        assert table["score"].is_nan().sum() == 0
        assert table["score_similarity"].is_nan().sum() == 0
