"""The contract of all signals: each family beside its plain Python twin in ``support/plain``."""

import os
import subprocess
import sys
from base64 import b64decode

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from peers import peers
from plain.words import EIGHT, symbols
from twins import marks, plain_twins, share

from analytics.signal import Texts, signal_families
from indexes.texts import buffers

FAMILIES = list(signal_families().values())
SIGNALS = [signal for family in FAMILIES for signal in family.signals]
EVERY_FAMILY = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
EVERY_SIGNAL = pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.column)
FEW = settings(max_examples=40)

LISTS = {name: ("flagged", "two words", "ärger") for family in FAMILIES for name in family.needs}
TYPES = {"integer": np.int64, "number": np.float64, "text": np.object_}

ALONE = ["a", " ", "\n", "\t", "/", "#", ".", "中", "a ", "\r\n"]
SPACES = [chr(point) for point in range(sys.maxunicode) if chr(point).isspace()]
MARKS = ["#", ".", "...", "…", "the", "THE", "To", "be", "wİth", "ſ", "\u212a", "<|endoftext|>", "it's"]
BEYOND = [
    "\0",
    "\r\n",
    "é",
    "e\u0301",
    "ß",
    "中文",
    "שלום",
    "\u200fعربي",
    "👩\u200d👧",
    "𝔸",
    "\U0010ffff",
    "٣",
]


def texts_for(*families):
    """Text as corpora have it: white space of every kind, symbols, scripts, what the families look for."""
    own = [mark for family in families for mark in marks(family.name)]
    words = [word for name in LISTS for word in LISTS[name]]
    usual = SPACES + MARKS + BEYOND + words + own * 3
    return st.lists(st.sampled_from(usual) | st.text(max_size=6), max_size=20).map("".join)


TEXTS = texts_for()


def as_the_shell_does(values):
    """Views of Arrow's buffers; of a slice, since a batch seldom starts its buffer."""
    encoded = [None if value is None else value.encode() for value in values]
    return Texts(*buffers(pa.array([b"earlier text", *encoded], pa.large_binary()).slice(1)), LISTS)


def measured_of(family, texts):
    return {signal.column: signal.measure(texts) for signal in family.signals}


def assert_same(family, measured, expected):
    """Whole numbers and text exactly; other numbers but for the order in which they were added."""
    for signal in family.signals:
        found, wanted = measured[signal.column], expected[signal.column]
        assert found.dtype == TYPES[signal.type], signal.column
        if signal.type == "number":
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12, err_msg=signal.column)
        else:
            np.testing.assert_array_equal(found, wanted, err_msg=signal.column)


def assert_within_range(family, texts):
    for signal in family.signals:
        measured = signal.measure(texts)
        assert len(measured) == len(texts.valid)
        if signal.type != "text":
            defined = measured[~np.isnan(measured)]
            assert not np.isinf(defined).any(), signal.column
            assert (defined >= (-np.inf if signal.low is None else signal.low)).all(), signal.column
            assert (defined <= (np.inf if signal.high is None else signal.high)).all(), signal.column


def twins_of(family, values):
    twins = plain_twins()[family.name]
    return {signal.column: [twins[signal.column](value) for value in values] for signal in family.signals}


def test_every_column_has_one_name_and_its_plain_twin():
    names = [signal.column for signal in SIGNALS]
    assert len(set(names)) == len(names)
    for family in FAMILIES:
        assert set(plain_twins()[family.name]) == {signal.column for signal in family.signals}, family.name


def test_a_family_is_named_as_its_file():
    assert all(name == family.name and family.version >= 1 for name, family in signal_families().items())


@EVERY_SIGNAL
def test_declares_unit_definition_source_and_a_range(signal):
    assert signal.unit
    assert signal.source
    assert signal.definition
    assert not signal.definition.endswith(".")
    assert signal.type in TYPES
    assert signal.high is None or signal.low is None or signal.low < signal.high


@EVERY_FAMILY
@FEW
@given(data=st.data())
def test_agrees_with_plain_python(family, data):
    values = data.draw(st.lists(texts_for(family), max_size=8))
    assert_same(family, measured_of(family, as_the_shell_does(values)), twins_of(family, values))


@EVERY_FAMILY
@FEW
@given(data=st.data())
def test_lies_within_its_range_and_is_never_infinite(family, data):
    assert_within_range(family, as_the_shell_does(data.draw(st.lists(texts_for(family), max_size=8))))


@EVERY_FAMILY
@FEW
@given(data=st.data())
def test_is_the_same_in_any_order_and_any_batch(family, data):
    values = data.draw(st.lists(st.none() | texts_for(family), min_size=1, max_size=8))
    order = data.draw(st.permutations(range(len(values))))
    cut = data.draw(st.integers(0, len(values)))
    readable = np.array([value is not None for value in values])
    whole = measured_of(family, as_the_shell_does(values))
    shuffled = measured_of(family, as_the_shell_does([values[i] for i in order]))
    halves = [measured_of(family, as_the_shell_does(part)) for part in (values[:cut], values[cut:])]
    for name, measured in whole.items():
        in_order = measured[order][readable[order]]
        np.testing.assert_array_equal(shuffled[name][readable[order]], in_order, err_msg=name)
        together = np.concatenate([half[name] for half in halves])
        np.testing.assert_array_equal(together[readable], measured[readable], err_msg=name)


@EVERY_FAMILY
def test_an_empty_shard_has_an_empty_column(family):
    measured = measured_of(family, as_the_shell_does([]))
    for signal in family.signals:
        assert measured[signal.column].shape == (0,)
        assert measured[signal.column].dtype == TYPES[signal.type]


@EVERY_FAMILY
@FEW
@given(data=st.data(), rubbish=st.binary(max_size=9))
def test_bytes_that_are_no_text_disturb_no_neighbour(family, data, rubbish):
    before, after = data.draw(texts_for(family)), data.draw(texts_for(family))
    pieces = [before.encode(), rubbish, after.encode(), b"\xf0"]  # the last one asks for bytes past the end
    texts = Texts(
        np.frombuffer(b"".join(pieces), np.uint8),
        np.cumsum([0, *map(len, pieces)]),
        np.array([True, False, True, False]),
        LISTS,
    )
    measured = {name: values[texts.valid] for name, values in measured_of(family, texts).items()}
    assert_same(family, measured, twins_of(family, [before, after]))


@pytest.mark.slow
@EVERY_FAMILY
def test_a_hundred_kilobytes_of_one_thing_are_measured_as_in_plain_python(family):
    long = [one * (100_000 // len(one.encode())) for one in ALONE]
    assert_same(family, measured_of(family, as_the_shell_does(long)), twins_of(family, long))


@pytest.mark.slow
@EVERY_FAMILY
def test_a_megabyte_of_one_thing_is_measured(family):
    long = [one * (1_000_000 // len(one.encode())) for one in ALONE]
    assert_within_range(family, as_the_shell_does(long))


@pytest.mark.slow
def test_the_time_that_tokens_take_grows_with_the_length_of_a_text_and_no_faster():
    count_all = """
from bpe_openai._bindings import tokenizer_for_encoding
count = tokenizer_for_encoding("cl100k_base").count
for one in (" ", "\\t", "/", "-", "=", "ab", " " * 50 + "\\t", "a", "\\n"):
    count(one * (3_000_000 // len(one)))
"""
    subprocess.run([sys.executable, "-c", count_all], check=True, timeout=120)  # takes about 6 s


def test_tokens_are_byte_pairs_and_a_special_token_is_ordinary_text():
    tokens = next(signal for signal in SIGNALS if signal.column == "tokens")
    texts = as_the_shell_does(["hello world", "<|endoftext|>", "", "tiktoken is great!"])
    assert tokens.measure(texts).tolist() == [2, 7, 0, 6]  # the last is the example of OpenAI's own cookbook


def test_a_stop_word_is_one_in_any_case_and_with_any_other_letter_it_is_none():
    count = next(signal for signal in SIGNALS if signal.column == "stop_word_count")
    letters = [chr(point) for point in [*range(1, 0x250), 0x1E9E, 0x212A, 0x212B, 0xFF54]]
    words = [
        word[:i] + letter + word[i + 1 :] for word in EIGHT for i in range(len(word)) for letter in letters
    ]
    words += [word + letter for word in EIGHT for letter in letters]
    expected = [sum(piece.lower() in EIGHT for piece in word.split()) for word in words]
    assert count.measure(as_the_shell_does(words)).tolist() == expected
    assert sum(expected) > len(EIGHT)


@pytest.mark.slow
def test_no_kernel_reads_outside_its_arrays(tmp_path):
    measure_all = """
import numpy as np
from analytics.signal import Texts, signal_families
rubbish = [b"", b"a", b"\\xf0", b"\\xff\\xff\\xff\\xff", b"..", b"\\r", b"\\xe2", b"the", b"\\xe2\\x80"]
for pieces in [rubbish, *([one] for one in rubbish), [b"and", b"\\xf7\\xbf\\xbf\\xbf"]]:
    valid = np.array([piece.isascii() for piece in pieces])
    data, offsets = np.frombuffer(b"".join(pieces), np.uint8), np.cumsum([0, *map(len, pieces)])
    lists = {name: ("a",) for family in signal_families().values() for name in family.needs}
    texts = Texts(data, offsets, valid, lists)
    for family in signal_families().values():
        for signal in family.signals:
            signal.measure(texts)
"""
    checked = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", measure_all], check=True, env=checked)


@given(TEXTS)
def test_a_symbol_counts_wherever_it_stands(text):
    assume(text.split())
    assert share(text.split(), symbols) == symbols(text) / len(text.split())


def test_reading_the_declarations_imports_no_compiler_and_no_tokenizer():
    said = "import sys; from analytics.signal import signal_columns; signal_columns(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "analytics.signals.tokens" in loaded
    assert not {"numba", "bpe_openai", "pyarrow", "duckdb", "torch"} & loaded


def test_tokens_agree_with_another_library_on_real_documents(assay_data):
    import pyarrow.parquet as pq

    tokens = next(signal for signal in SIGNALS if signal.column == "tokens")
    texts = pq.read_table(assay_data / "corpus" / "part-00003-of-00012.parquet", columns=["text"])["text"]
    sample = texts.to_pylist()[:1_000]
    other = another_cl100k(assay_data / "tokenizers" / "cl100k_base")
    counted = [len(found.ids) for found in other.encode_batch(sample, add_special_tokens=False)]
    assert tokens.measure(as_the_shell_does(sample)).tolist() == counted


def another_cl100k(folder):
    """The same tokenizer by Hugging Face's library, from the published ranks and merges."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in shown]
    letters = {byte: chr(byte) for byte in shown} | {byte: chr(256 + i) for i, byte in enumerate(hidden)}
    ranks = [line.split() for line in (folder / "cl100k_base.tiktoken").read_text().splitlines()]
    vocabulary = {"".join(letters[byte] for byte in b64decode(token)): int(rank) for token, rank in ranks}
    merges = (folder / "merges.txt").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [tuple(pair.split(" ")) for pair in merges]
    tokenizer = Tokenizer(models.BPE(vocabulary, pairs, ignore_merges=True))
    pieces = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pieces), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return tokenizer


def test_agrees_with_peers_on_real_documents(assay_data):
    said = peers(assay_data)
    texts = as_the_shell_does(said["text"])
    compared = {"characters", "words", "frac_words_alpha", "mean_word_length", "lines"}
    measured = {signal.column: signal.measure(texts) for signal in SIGNALS if signal.column in compared}

    np.testing.assert_array_equal(measured["characters"], said["dolma.character_count"])
    np.testing.assert_array_equal(measured["words"], said["dolma.word_count"])
    alphabetic = said["dolma.fraction_of_words_with_alpha_character"]
    np.testing.assert_allclose(measured["frac_words_alpha"], alphabetic, atol=1e-12)
    np.testing.assert_allclose(measured["mean_word_length"], said["nemo.mean_len"], atol=1e-12)
    np.testing.assert_array_equal(measured["lines"], said["n_splitlines"])
