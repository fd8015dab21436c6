"""How easily a text is read, by formulas over sentences, words and syllables that are made for English.

The formulas of Dale and Chall and of Spache, and the count of difficult words, need lists of words that no
package here brings.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.outside import versions
from analytics.prose import prose
from analytics.signal import Family, Signal, Texts, ratio

Numbers = NDArray[np.float64]


def words_a_sentence(texts: Texts) -> Numbers:
    """Words over whole sentences, one at least, shape (n_docs,); at least 1. NaN where there is no word."""
    counts = texts.once(prose)
    words = np.where(counts["words"] > 0, counts["words"], np.nan)
    return words / np.maximum(1, counts["whole_sentences"])


def a_word(texts: Texts, counted: str) -> Numbers:
    """How many of something a word has in the mean, shape (n_docs,). NaN where there is no word."""
    counts = texts.once(prose)
    return ratio(counts[counted], counts["words"])


def mcalpine_eflaw(texts: Texts) -> Numbers:
    """(words + mini words) / sentences, shape (n_docs,)."""
    return words_a_sentence(texts) * (1 + a_word(texts, "mini_words"))


def flesch_reading_ease(texts: Texts) -> Numbers:
    """206.835 - 1.015 words a sentence - 84.6 syllables a word, shape (n_docs,)."""
    return 206.835 - 1.015 * words_a_sentence(texts) - 84.6 * a_word(texts, "syllables")


def flesch_kincaid_grade(texts: Texts) -> Numbers:
    """0.39 words a sentence + 11.8 syllables a word - 15.59, shape (n_docs,)."""
    return 0.39 * words_a_sentence(texts) + 11.8 * a_word(texts, "syllables") - 15.59


def gunning_fog(texts: Texts) -> Numbers:
    """0.4 (words a sentence + percentage of polysyllables), shape (n_docs,)."""
    return 0.4 * (words_a_sentence(texts) + 100 * a_word(texts, "polysyllables"))


def smog_index(texts: Texts) -> Numbers:
    """1.0430 sqrt(30 polysyllables / sentences) + 3.1291, shape (n_docs,). NaN under three sentences."""
    counts = texts.once(prose)
    sentences = np.where(counts["whole_sentences"] >= 3, counts["whole_sentences"], np.nan)
    return 1.0430 * np.sqrt(30 * counts["polysyllables"] / sentences) + 3.1291


def coleman_liau_index(texts: Texts) -> Numbers:
    """5.88 letters a word - 29.6 / words a sentence - 15.8, shape (n_docs,)."""
    return 5.88 * a_word(texts, "letters") - 29.6 / words_a_sentence(texts) - 15.8


def automated_readability_index(texts: Texts) -> Numbers:
    """4.71 letters and numbers a word + 0.5 words a sentence - 21.43, shape (n_docs,)."""
    return 4.71 * a_word(texts, "alnum") + 0.5 * words_a_sentence(texts) - 21.43


def linsear_write(texts: Texts) -> Numbers:
    """(easy + 3 hard) / sentences of the first 100 words, halved; 2 less before where it is 20 at most."""
    counts = texts.once(prose)
    words = np.where(counts["words"] > 0, counts["easy"] + 3 * counts["hard"], np.nan)
    points = words / np.maximum(1, counts["first_sentences"])
    return np.where(points > 20, points, points - 2) / 2


FAMILY = Family(
    "readability",
    version=1,
    signals=(
        Signal(
            "mcalpine_eflaw",
            "words a sentence",
            1,
            None,
            "textstat 0.7; data-prep-kit@c9f7b561, GneissWeb",
            mcalpine_eflaw,
            definition="words and, once more, words of up to 3 letters, over sentences; lower is easier",
        ),
        Signal(
            "flesch_reading_ease",
            "score",
            None,
            206.835 - 1.015 - 84.6,
            "Flesch 1948, Journal of Applied Psychology 32(3)",
            flesch_reading_ease,
            definition="206.835 - 1.015 words a sentence - 84.6 syllables a word; higher is easier",
        ),
        Signal(
            "flesch_kincaid_grade",
            "school years",
            0.39 + 11.8 - 15.59,
            None,
            "Kincaid et al. 1975, Research Branch Report 8-75",
            flesch_kincaid_grade,
            definition="0.39 words a sentence + 11.8 syllables a word - 15.59",
        ),
        Signal(
            "gunning_fog",
            "school years",
            0.4,
            None,
            "Gunning 1952, The Technique of Clear Writing; without its exceptions for names and endings",
            gunning_fog,
            definition="0.4 (words a sentence + percentage of words of 3 or more syllables)",
        ),
        Signal(
            "smog_index",
            "school years",
            3.1291,
            None,
            "McLaughlin 1969, Journal of Reading 12(8); meant for 30 sentences, null under 3",
            smog_index,
            definition="1.0430 sqrt(30 words of 3 or more syllables / sentences) + 3.1291",
        ),
        Signal(
            "coleman_liau_index",
            "school years",
            -29.6 - 15.8,
            None,
            "Coleman and Liau 1975, Journal of Applied Psychology 60(2)",
            coleman_liau_index,
            definition="5.88 letters a word - 29.6 sentences a word - 15.8",
        ),
        Signal(
            "automated_readability_index",
            "school years",
            0.5 - 21.43,
            None,
            "Senter and Smith 1967, AMRL-TR-66-220",
            automated_readability_index,
            definition="4.71 letters and numbers a word + 0.5 words a sentence - 21.43",
        ),
        Signal(
            "linsear_write",
            "school years",
            -1,
            None,
            "textstat 0.7, linsear_write_formula",
            linsear_write,
            definition="of the first 100 words, those under 3 syllables and thrice the others, over "
            "sentences, less 2 if that is 20 at most; halved",
        ),
    ),
    params={
        "words": "between white space, with a letter, number or underscore",
        "sentences": "RedPajama-V2's regular expression, those of 3 words or more, at least 1 (textstat)",
        "syllables": "groups of vowel letters with rules for English spelling, at least 1 a word",
        **versions("unicode"),
    },
)
