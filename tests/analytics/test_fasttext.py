"""fastText's files walked before they are loaded, and what a classifier and its training say."""

from pathlib import Path

import numpy as np
import pytest
from classifiers import BAD, GOOD, small_model, texts, write_texts

from analytics.fasttext_model import describe, load, probabilities
from analytics.fasttext_training import area_under_curve, precision_recall, split_texts, train
from indexes.errors import BadScores
from indexes.memory import keep_freed


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> Path:
    """Six hundred lines with different words, so that a model of them can be compressed."""
    path = tmp_path_factory.mktemp("fasttext") / "lines.txt"
    path.write_text("".join(f"__label__{'ab'[i % 2]} {'xy'[i % 2]} w{i} v{i // 2}\n" for i in range(600)))
    return path


KINDS = {
    "plain": None,
    "compressed": {},
    "compressed with norms": {"qnorm": True},
    "cut down": {"cutoff": 300, "qnorm": True},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_is_walked_to_its_last_byte_in_each_form_and_a_cut_one_is_not_loaded(kind, lines, tmp_path):
    path = small_model(lines, tmp_path / "m.bin", compressed=KINDS[kind], wordNgrams=2, epoch=3)
    assert set(describe(path).labels) == {"__label__a", "__label__b"}
    whole = path.read_bytes()
    for length in (*range(8, 120, 7), len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BadScores, match="is not whole"):
            describe(path)


def test_labels_beyond_two_and_a_loss_of_each_label_by_itself(lines, tmp_path):
    many = tmp_path / "many.txt"
    many.write_text("".join(f"__label__l{i % 40} w{i % 40} and more\n" for i in range(800)))
    for loss in ("softmax", "ova", "hs"):
        path = small_model(many, tmp_path / f"{loss}.bin", loss=loss)
        assert len(describe(path).labels) == 40
        model = load(path, loss)
        found = probabilities(model, "__label__l3", ["w3 and more", None])
        assert 0 <= found[0] <= 1
        assert np.isnan(found[1])


def test_a_line_end_of_any_kind_is_a_space(lines, tmp_path):
    model = load(small_model(lines, tmp_path / "m.bin"), "")
    one, other = probabilities(model, "__label__a", ["x w1\n v2\u2028x\r\n\r\n", "x w1  v2 x"])
    assert one == other


def test_precision_recall_and_area_by_hand():
    truth = np.array([True, True, False, False])
    assert precision_recall(np.array([True, False, True, False]), truth) == (0.5, 0.5)
    assert precision_recall(np.zeros(4, bool), truth) == (None, 0.0)
    assert area_under_curve(np.array([0.9, 0.4, 0.5, 0.1]), truth) == 0.75
    assert area_under_curve(np.array([0.5, 0.5, 0.5, 0.5]), truth) == 0.5


def test_a_split_keeps_each_text_on_its_side_when_others_come():
    few = split_texts([f"p{i}" for i in range(50)], [f"n{i}" for i in range(50)], 0.2, 3)
    more = split_texts([f"p{i}" for i in range(90)], [f"n{i}" for i in range(50)][::-1], 0.2, 3)
    assert set(few.held_out) <= set(more.held_out)
    assert set(few.trained) <= set(more.trained)
    assert not set(few.trained) & set(few.held_out)
    assert split_texts(["a", "a", "b", " "], ["b", "c"], 0.5, 0).left_out == 4


def test_a_classifier_is_the_same_whatever_the_memory_of_this_process_held(tmp_path):
    good, bad = (write_texts(tmp_path / f"{kind[0]}.jsonl", texts(kind, 60)) for kind in (GOOD, BAD))
    first = train(good, bad, tmp_path / "first.bin")
    keep_freed()
    for _ in range(3):
        used = [np.full(2_000_000, np.nan) for _ in range(12)]  # 16 MB each: kept by the C library when freed
        del used
    assert train(good, bad, tmp_path / "second.bin")["sha256"] == first["sha256"]
