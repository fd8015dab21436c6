import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from analytics import embedding
from analytics.embedding import DIM, GRID, READS, StaticModel, distil, embed, packaged_model, probabilities

WORDS = ("[PAD]", "[UNK]", "!", "ж", "the", "cat", "mat", "sat", "##s")


@pytest.fixture(scope="session")
def small():
    """A model of four words and two signs, without training or torch."""
    pieces = np.random.default_rng(0).integers(-32767, 32768, (len(WORDS), DIM)).astype(np.int16)
    pieces[:2] = 0
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return StaticModel("small", pieces, tokenizer.to_str().encode())


@pytest.fixture(scope="session")
def packaged():
    """The real model, distilled: a minute."""
    said = []
    model = packaged_model(lambda done, total: said.append((done, total)))
    assert said[-1] == (30522, 30522)
    return model


def test_a_vector_is_the_direction_of_the_sum_of_the_pieces(small):
    [vector] = embed(small, ["The cats!"])
    whole = small.pieces[[4, 5, 8, 2]].astype(float).sum(axis=0)
    np.testing.assert_allclose(vector, whole / np.linalg.norm(whole), atol=0.5 / GRID + 1e-9)


TEXTS = st.lists(st.sampled_from(["the", "cat", "mats", "sat", "!", "dog"])).map(" ".join)


@given(st.lists(TEXTS, max_size=8))
def test_a_text_has_one_vector_in_whatever_company(small, texts):
    vectors = embed(small, texts)
    assert vectors.shape == (len(texts), DIM)
    assert vectors.dtype == np.float16
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_array_equal(embed(small, [text])[0], vector)
        known = set(text.split()) - {"dog"}
        assert np.isnan(vector).all() if not known else abs(np.linalg.norm(vector.astype(float)) - 1) < 1e-3


@given(st.integers(0, 2**32 - 1))
def test_an_inner_product_is_exact_in_single_precision_and_in_any_order(small, seed):
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(["the", "cat", "mat", "sat", "!"], 9)) for _ in range(2)]
    one, two = embed(small, texts)
    order = rng.permutation(DIM)
    exact = float(one.astype(float) @ two.astype(float))
    assert float(one.astype(np.float32)[order] @ two.astype(np.float32)[order]) == exact
    assert exact * GRID * GRID == int(exact * GRID * GRID)


@pytest.mark.parametrize("text", ["", " \n\t", "dog", "\x00", "\U0001f600"])
def test_a_text_without_a_known_piece_has_no_vector(small, text):
    assert np.isnan(embed(small, [text])).all()


def test_reads_the_first_characters_and_no_more(small):
    head = "cat " * (READS // 4)
    told, same, other = embed(small, [head, head + "mat " * 250_000, "mat " + head])
    np.testing.assert_array_equal(told, same)
    assert (told != other).any()


def test_a_text_of_many_pieces_a_character_is_bounded(small):
    assert embed(small, ["!" * 2_000_000, "각" * 2_000_000]).shape == (2, DIM)


def test_the_digest_changes_with_what_a_vector_depends_on(small):
    other = small.pieces.copy()
    other[4, 0] += 1
    assert StaticModel("small", small.pieces.copy(), small.tokenizer).digest == small.digest
    assert StaticModel("small", other, small.tokenizer).digest != small.digest
    assert StaticModel("small", small.pieces, small.tokenizer + b" ").digest != small.digest


def test_words_are_likely_by_their_place_and_signs_by_their_kind():
    chance = probabilities(WORDS)
    np.testing.assert_array_equal(chance[:2], 0)
    assert chance[4] == 2 * chance[5] == 3 * chance[6]
    np.testing.assert_allclose(chance[2:4], chance[4] / np.array([20, 2000]))


def test_distilling_centres_takes_out_the_leading_directions_and_weighs_the_rare_more():
    rng = np.random.default_rng(1)
    vocabulary = ["[PAD]", "!"] + [f"word{i}" for i in range(400)]
    outputs = rng.normal(size=(len(vocabulary), 40))
    outputs[:, 0] += 100  # shared by all: no text's content
    outputs[:, 1] *= 50  # one direction overwhelms the others
    rows = distil(outputs, vocabulary)
    assert rows.shape == (402, 40 - embedding.LEADING)
    assert rows.dtype == np.int16
    assert not rows[0].any()
    # What is left does not know the direction that overwhelmed.
    correlation = np.corrcoef(rows[302:].astype(float).T, outputs[302:, 1])[-1, :-1]
    assert np.abs(correlation).max() < 0.35
    lengths = np.linalg.norm(rows.astype(float), axis=1)
    assert np.median(lengths[300:]) > 5 * lengths[2]


def test_distilling_again_from_outputs_rounded_otherwise_gives_the_same_integers():
    rng = np.random.default_rng(2)
    vocabulary = ["[PAD]"] + [f"word{i}" for i in range(400)]
    outputs = rng.normal(size=(len(vocabulary), 24)) * np.linspace(1, 3, 24)
    nearly = outputs * (1 + 1e-15 * rng.normal(size=outputs.shape))
    np.testing.assert_array_equal(distil(outputs, vocabulary), distil(nearly, vocabulary))


def test_neither_importing_nor_embedding_loads_torch(small, tmp_path):
    (tmp_path / "tokenizer.json").write_bytes(small.tokenizer)
    code = (
        "import sys, numpy as np\n"
        "from analytics.embedding import StaticModel, embed\n"
        "model = StaticModel('small', np.ones((9, 4), np.int16), open(sys.argv[1], 'rb').read())\n"
        "embed(model, ['the cat'])\n"
        "import json; print(json.dumps([m for m in ('torch', 'transformers') if m in sys.modules]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "tokenizer.json")]
    ran = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(ran.stdout) == []


@pytest.mark.slow
def test_the_packaged_model_puts_what_is_alike_together(packaged):
    assert packaged.pieces.shape == (30522, DIM)
    texts = [
        "How many apples are left if Ann has twelve and gives away five?",
        "Tom buys 20 pears and eats 6 of them. How many pears does he still have?",
        "The court dismissed the appeal on grounds of procedure.",
        "The judges threw out the claim because the papers were filed late.",
    ]
    vectors = embed(packaged, texts).astype(np.float32)
    similar = vectors @ vectors.T
    assert min(similar[0, 1], similar[2, 3]) > 0.2 > 0.1 > similar[:2, 2:].max()


@pytest.mark.slow
def test_the_packaged_model_comes_out_the_same_again(packaged):
    assert hashlib.sha256(packaged.pieces.tobytes()).hexdigest()[:16] == "27ca2a31d5f89e87"
