"""Word identity and repeated n-grams, beside the slowest way of saying the same."""

from collections import Counter

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.ngrams import FIVE, LONGEST, SHORTEST, repeats, seen_before, word_ids
from analytics.signal import Texts
from analytics.spans import Spans, words
from indexes.texts import buffers

FEW = st.sampled_from(["a", "bb", "a\0", "é", "twelve_bytes", "twelve_byteS", "eightbyt", "sixteen_bytes_16"])
DOCUMENTS = st.lists(st.lists(FEW, max_size=40), max_size=5)


def spans_of(documents):
    texts = Texts(*buffers(pa.array([" ".join(words).encode() for words in documents], pa.large_binary())))
    return texts, words(texts)


def measured(document):
    texts, found = spans_of([document])
    return repeats(word_ids(texts, found), found.characters, found.bounds)


def length(words):
    return sum(map(len, words))


def plain(words, n):
    """``Repeats`` of one document and one n."""
    grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    counts = Counter(grams)
    later = [i for i, gram in enumerate(grams) if gram in grams[:i]]
    top, often = counts.most_common(1)[0] if grams else ((), 0)

    greedy, met, place = 0, set(), 0
    while place < len(grams):
        again = grams[place] in met
        greedy += length(grams[place]) if again else 0
        met.add(grams[place])
        place += n if again else 1

    def covered(begins):
        return length(words[i] for i in {j for begin in begins for j in range(begin, begin + n)})

    of_top = {
        "top_again": covered(i for i in later if grams[i] == top),
        "top_joined": len(" ".join(top)) * often,
    }
    instances = {"instances": sum(count for count in counts.values() if count > 1)}
    return instances | (of_top if n < FIVE else {"again": covered(later), "greedy": greedy})


@given(DOCUMENTS)
@example([["a"] * 300])
@example([[], ["a"], ["bb", "a"], []])
def test_repeated_n_grams_are_those_that_a_plain_count_finds(documents):
    texts, found = spans_of(documents)
    all_found = repeats(word_ids(texts, found), found.characters, found.bounds)
    for i, document in enumerate(documents):
        for n in range(SHORTEST, LONGEST + 1):
            for name, value in plain(document, n).items():
                row = n - (FIVE if name in ("again", "greedy") else SHORTEST)
                assert getattr(all_found, name)[row, i] == value, (document, n, name)


@given(DOCUMENTS)
def test_what_longer_n_grams_repeat_shorter_ones_do(documents):
    texts, found = spans_of(documents)
    again = repeats(word_ids(texts, found), found.characters, found.bounds).again
    assert (np.diff(again, axis=0) <= 0).all()


@given(st.lists(st.lists(st.binary(max_size=20), max_size=20), max_size=4))
def test_pieces_are_numbered_as_they_are_met(documents):
    pieces = [piece for document in documents for piece in document]
    ends = np.cumsum([0, *map(len, pieces)])
    bounds = np.cumsum([0, *map(len, documents)])
    texts = Texts(np.frombuffer(b"".join(pieces), np.uint8), ends, np.ones(len(pieces), dtype=bool))
    found = Spans(ends[:-1], ends[1:], np.diff(ends), bounds)
    ids = word_ids(texts, found)
    again, characters = seen_before(ids, found.characters, bounds)
    for i, document in enumerate(documents):
        assert ids[bounds[i] : bounds[i + 1]].tolist() == [
            list(dict.fromkeys(document)).index(piece) for piece in document
        ]
        later = [piece for j, piece in enumerate(document) if piece in document[:j]]
        assert (again[i], characters[i]) == (len(later), length(later))


def test_an_n_gram_that_overlaps_itself_is_counted_by_words_and_passed_over_by_greed():
    found = measured(["a"] * 12)  # 8 5-grams; the second begins at word 1
    assert found.instances[5 - SHORTEST] == 8
    assert found.again[0] == 11  # all but the first word
    assert found.greedy[0] == 10  # words 1 to 5 and 6 to 10


def test_greed_does_not_remember_what_it_passed_over():
    # "b c d e x" stands first inside the second "a b c d e", whose words are passed over.
    words = [*"abcdey", *"abcdex", *"bcdex", *"bcdex"]
    assert plain(words, 5)["greedy"] == measured(words).greedy[0] == 10  # "a b c d e", and the last alone


def test_the_first_of_the_most_frequent_is_the_top_and_one_that_occurs_once_has_its_length():
    found = measured(["ccc", "a", "bb", "a", "bb", "x", "ccc", "a"])
    assert found.top_joined[0] == len("ccc a") * 2  # as often as "a bb", and before it
    assert found.top_again[0] == 4
    once = measured(["one", "two", "three"])
    assert once.top_joined.ravel()[:3].tolist() == [len("one two"), len("one two three"), 0]
    assert once.top_again.max() == 0


def test_a_million_words_are_measured_whether_equal_or_different():
    # Were one of the steps quadratic, this would never end.
    equal = measured(["a"] * 1_000_000)
    assert (equal.again[:, 0] == 999_999).all()
    different = measured([f"{i:x}" for i in range(1_000_000)])
    assert different.instances.max() == 0
